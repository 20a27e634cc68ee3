"""AWS's and the provider's quotas that an on-sale meets, in one table: defaults, what the runbook has an operator ask
for, and each one's source. us-east-1, November 2026."""

from collections.abc import Mapping
from dataclasses import dataclass

AWS = "https://docs.aws.amazon.com"
APIGATEWAY = f"{AWS}/apigateway/latest/developerguide/limits.html"
LAMBDA = f"{AWS}/lambda/latest/dg/gettingstarted-limits.html"
LAMBDA_SCALING = f"{AWS}/lambda/latest/dg/lambda-concurrency.html"
MAPPING = f"{AWS}/lambda/latest/dg/services-sqs-scaling.html"
DYNAMODB = f"{AWS}/amazondynamodb/latest/developerguide/ServiceQuotas.html"
PARTITION = f"{AWS}/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
ON_DEMAND = f"{AWS}/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
ELASTICACHE = f"{AWS}/AmazonElastiCache/latest/dg/Scaling.html"
CLOUDFRONT = f"{AWS}/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"
SQS = f"{AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"
COGNITO = f"{AWS}/cognito/latest/developerguide/quotas.html"
STRIPE = "https://docs.stripe.com/rate-limits"


@dataclass(frozen=True)
class Quota:
    what: str
    default: float
    source: str
    asked: float | None = None  # by docs/operations.md, "Before and after an on-sale"; None: nothing to ask for


QUOTAS: Mapping[str, Quota] = {
    "api_rate": Quota("API Gateway requests a second", 10_000, APIGATEWAY, 250_000),
    "api_burst": Quota("API Gateway burst, requests; AWS sets it by the rate", 5_000, APIGATEWAY, 125_000),
    "concurrency": Quota("Lambda concurrent executions", 1_000, LAMBDA, 15_000),
    "scaling_burst": Quota("Lambda environments that a function may add at once", 1_000, LAMBDA_SCALING),
    "scaling_rate": Quota("Lambda environments that a function may add a second", 100, LAMBDA_SCALING),
    "calls_per_concurrency": Quota("Lambda requests a second for each concurrent execution", 10, LAMBDA),
    "mapping_start": Quota("a queue's workers at first", 5, MAPPING),
    "mapping_rate": Quota("workers that a queue's mapping adds a second", 5, MAPPING),
    "partition_writes": Quota("DynamoDB write units a second and partition", 1_000, PARTITION),
    "new_table_writes": Quota("DynamoDB write units a second of a new table", 4_000, ON_DEMAND),
    "table_writes": Quota("DynamoDB write units a second and table", 40_000, DYNAMODB, 200_000),
    "cache_cold": Quota("ElastiCache ECPU a second, cold", 30_000, ELASTICACHE),
    "cache_slot": Quota("ElastiCache ECPU a second and slot", 30_000, ELASTICACHE),
    "cache_doubling_seconds": Quota("seconds in which the cache doubles what it takes", 150, ELASTICACHE),
    "edge_rate": Quota("CloudFront requests a second and distribution", 250_000, CLOUDFRONT, 750_000),
    "in_flight": Quota("SQS messages in flight a queue", 120_000, SQS),
    "sign_ins": Quota("Cognito sign-ins a second", 120, COGNITO),
    "provider": Quota("Stripe calls a second and endpoint", 25, STRIPE),
}


def quotas(asked: bool) -> dict[str, float]:
    """`asked`: those that the runbook asks for have been granted."""
    return {name: one.asked if asked and one.asked is not None else one.default for name, one in QUOTAS.items()}
