"""What AWS charges, in dollars: us-east-1, November 2026, first tiers. The only table of prices: `make on-sale`, the
pages and `make bench` reckon with it. Taxes, support and the payment provider's fees are left out.

Sources: the pages https://aws.amazon.com/<service>/pricing/ of api-gateway, lambda, dynamodb, sqs, sns, elasticache,
waf, cloudfront, cognito, cloudwatch, xray.
"""

MILLION = 1_000_000

# A million of each
API_REQUESTS = 3.50
LAMBDA_REQUESTS = 0.20
WRITE_UNITS = 0.625
READ_UNITS = 0.125
SQS_REQUESTS = 0.40
SNS_PUBLISHED = 0.50
CACHE_ECPU = 0.0023
INSPECTED_REQUESTS = 0.60  # by the firewall
EDGE_REQUESTS = 1.00  # https
SHIELDED_REQUESTS = 0.75  # of the edge's regional caches, at the one before the API
EDGE_FUNCTION_CALLS = 0.10
TRACES = 5.00

# By size or time
LAMBDA_GB_SECOND = 0.0000133334  # arm64
PROVISIONED_GB_SECOND = 0.0000033334  # on top, warm or not used
EDGE_GIGABYTE = 0.085  # to viewers
LOGS_GIGABYTE = 0.50
TABLE_GIGABYTE_MONTH = 0.25

# A month
WEB_ACL, FIREWALL_RULE = 5.00, 1.00
SIGNED_IN_USER = 0.015  # who signed in within the month, after the first 10,000: the tier Essentials
