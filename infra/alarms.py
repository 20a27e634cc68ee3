"""What wakes someone up. Later parts add theirs to the same topic."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

PERIOD = cdk.Duration.minutes(1)


class Alarms(Construct):
    def __init__(self, scope: Construct, id: str, *, topic_name: str, email: str | None) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", topic_name=topic_name, display_name="Box Office alarms", enforce_ssl=True)
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def watch_function(self, verb: str, function: lambda_.IFunction) -> None:
        """Handlers answer every error themselves: what counts here is a crash, a time-out, or no capacity."""
        self.ring(f"{verb}-errors", function.metric_errors(period=PERIOD, statistic="Sum"), "crashes or times out")
        self.ring(
            f"{verb}-throttles", function.metric_throttles(period=PERIOD, statistic="Sum"), "runs out of capacity"
        )

    def watch_api(self, api_name: str, stage_name: str) -> None:
        self.ring(
            "api-5xx",
            cloudwatch.Metric(
                namespace="AWS/ApiGateway",
                metric_name="5XXError",
                dimensions_map={"ApiName": api_name, "Stage": stage_name},
                period=PERIOD,
                statistic="Sum",
            ),
            "answers 5xx",
        )

    def watch_tables(self, table_names: Iterable[str]) -> None:
        for table_name in table_names:
            for kind in ("Read", "Write"):
                self.ring(
                    f"{table_name}-{kind.lower()}-throttles",
                    cloudwatch.Metric(
                        namespace="AWS/DynamoDB",
                        metric_name=f"{kind}ThrottleEvents",
                        dimensions_map={"TableName": table_name},
                        period=PERIOD,
                        statistic="Sum",
                    ),
                    f"throttles {kind.lower()}s",
                )

    def ring(self, name: str, metric: cloudwatch.IMetric, what: str) -> None:
        """Rings on the first occurrence within a minute; silence is health."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{name}: {what}. See docs/operations.md.",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
