"""What wakes someone up. Later parts add theirs to the same topic."""

from collections.abc import Iterable
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from box_office.names import Names

PERIOD = cdk.Duration.minutes(1)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """An alarm on a figure that functions count: `heading` is its entry in docs/operations.md."""

    service: str
    counter: str
    what: str
    heading: str
    threshold: int = 1
    period_minutes: int = 1
    periods: int = 1


class Alarms(Construct):
    def __init__(
        self, scope: Construct, id: str, *, names: Names, email: str | None = None, existing: bool = False
    ) -> None:
        """`existing`: the topic is another stack's, which is deployed before."""
        super().__init__(scope, id)
        self._metrics = names.metrics
        topic_name = names.alarm_topic
        self.topic: sns.ITopic
        if existing:
            arn = cdk.Stack.of(self).format_arn(service="sns", resource=topic_name)
            self.topic = sns.Topic.from_topic_arn(self, "Topic", arn)
            return
        self.topic = sns.Topic(self, "Topic", topic_name=topic_name, display_name="Box Office alarms", enforce_ssl=True)
        # `enforce_ssl` makes a policy, which takes the place of the one that every topic has by itself: that one would
        # let this account's alarms publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def watch_function(self, verb: str, function: lambda_.IFunction) -> None:
        """Handlers answer every error themselves: what counts here is a crash, a time-out, or no capacity."""
        errors = function.metric_errors(period=PERIOD, statistic="Sum")
        throttles = function.metric_throttles(period=PERIOD, statistic="Sum")
        self.ring(f"{verb}-errors", errors, "crashes or times out", "function-errors")
        self.ring(f"{verb}-throttles", throttles, "runs out of capacity", "function-throttles")

    def watch_loops(self, name: str, function: lambda_.IFunction) -> None:
        """Lambda ends what it takes for a loop after about 16 rounds, and the message is gone."""
        dropped = function.metric("RecursiveInvocationsDropped", period=PERIOD, statistic="Sum")
        self.ring(f"{name}-dropped", dropped, "has lost messages that Lambda took for a loop", "loops-dropped")

    def watch_runs(self, verb: str, function: lambda_.IFunction, minutes: int) -> None:
        """The one alarm for which silence is no health."""
        cloudwatch.Alarm(
            self,
            f"{verb}-silent",
            metric=function.metric_invocations(period=PERIOD, statistic="Sum"),
            threshold=1,
            evaluation_periods=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            alarm_description=described(f"{verb}-silent", f"has not run for {minutes} minutes", f"{verb}-silent"),
        ).add_alarm_action(actions.SnsAction(self.topic))

    def watch_age(self, queue: str, queue_name: str, seconds: int) -> None:
        """Messages come faster than they go, or do not go at all."""
        self.ring(
            f"{queue}-age",
            of_queue("ApproximateAgeOfOldestMessage", queue_name),
            f"has a message that is older than {seconds} s",
            "queue-age",
            threshold=seconds,
        )

    def watch_depth(self, queue: str, queue_name: str, heading: str) -> None:
        metric = of_queue("ApproximateNumberOfMessagesVisible", queue_name)
        self.ring(f"{queue}-depth", metric, "holds what a person has to look at", heading)

    def watch_counter(self, watch: Watch) -> None:
        """A figure that a function counts itself, under its service's name (adapters/system.py, EmfCounters)."""
        self.ring(
            f"{watch.service}-{watch.counter}",
            cloudwatch.Metric(
                namespace=self._metrics,
                metric_name=watch.counter,
                dimensions_map={"service": watch.service},
                period=cdk.Duration.minutes(watch.period_minutes),
                statistic="Sum",
            ),
            watch.what,
            watch.heading,
            threshold=watch.threshold,
            periods=watch.periods,
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
            "api-5xx",
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
                    "table-throttles",
                )

    def ring(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        what: str,
        heading: str,
        *,
        threshold: float = 1,
        periods: int = 1,
    ) -> None:
        """Rings once the threshold is reached in each of the last `periods`; silence is health."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=described(name, what, heading),
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))


def described(name: str, what: str, heading: str) -> str:
    return f"{name}: {what}. See docs/operations.md#{heading}."


def of_queue(metric_name: str, queue_name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/SQS",
        metric_name=metric_name,
        dimensions_map={"QueueName": queue_name},
        period=PERIOD,
        statistic="Maximum",
    )
