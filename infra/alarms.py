"""The alarms that wake an operator. Each has a stable name, `box-office-<stage>-<what>`, and a heading in
docs/operations.md.

An event that must never happen, such as a charge that is owed back, rings an alarm at the first. One that happens on
any evening, such as a throttled request, rings an alarm as a rate, or when it lasts: in `SUSTAINED` of the last
`WINDOW` minutes. Such an alarm also notifies the operators when it ends.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html ("M out of N")
"""

from collections.abc import Iterable, Mapping, Sequence
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
SUSTAINED, WINDOW = 3, 5  # minutes
ERRORS_PERCENT = 5  # of a function's calls
SERVER_ERRORS_PERCENT = 1  # of the API's answers
REFUSED_PERCENT = 20  # of a route's answers that are 429
REFUSED_A_MINUTE = 6_000  # by the firewall: a flood, no longer single visitors
CLOSE_TO_PERCENT = 75  # of a limit: what ElastiCache advises for its own
TIME_OUT_PERCENT = 80  # of a function's time
CONCURRENCY_PERCENT = 80  # of the account's


@dataclass(frozen=True, kw_only=True)
class CounterAlarm:
    """An alarm on a figure that functions count: `heading` is its entry in docs/operations.md."""

    service: str
    counter: str
    what: str
    heading: str
    threshold: int = 1
    period_minutes: int = 1
    periods: int = 1
    statistic: str = "Sum"


class Alarms(Construct):
    """`by_name`: the alarms so far, without the deployment's prefix."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: Names,
        topic_name: str | None = None,
        email: str | None = None,
        existing: bool = False,
    ) -> None:
        """`topic_name`: if it is not the one of the stage. `existing`: the topic is another stack's, which is deployed
        before."""
        super().__init__(scope, id)
        self._names = names
        self.by_name: dict[str, cloudwatch.Alarm] = {}
        self.topic: sns.ITopic
        if existing:
            arn = cdk.Stack.of(self).format_arn(service="sns", resource=names.alarm_topic)
            self.topic = sns.Topic.from_topic_arn(self, "Topic", arn)
            return
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=topic_name or names.alarm_topic,
            display_name="Box Office alarms",
            enforce_ssl=True,
        )
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

    def watch_function(self, name: str, function: lambda_.IFunction, *, throttles: bool = True) -> None:
        """Alarms on crashes, time-outs and missing capacity. Handlers answer all other errors themselves."""
        errors = function.metric_errors(period=PERIOD, statistic="Sum")
        calls = function.metric_invocations(period=PERIOD, statistic="Sum")
        rate = share("errors", errors, "calls", calls)
        what = f"crashes or times out in {ERRORS_PERCENT} of 100 calls"
        self.ring_if_it_lasts(f"{name}-errors", rate, what, "function-errors", threshold=ERRORS_PERCENT)
        if throttles:
            refused = function.metric_throttles(period=PERIOD, statistic="Sum")
            self.ring_if_it_lasts(f"{name}-throttles", refused, "runs out of capacity", "function-throttles")

    def watch_duration(self, name: str, function: lambda_.IFunction, time_out_seconds: int) -> None:
        longest = function.metric_duration(period=PERIOD, statistic="Maximum")
        what = f"comes close to its time-out of {time_out_seconds} s"
        threshold = time_out_seconds * 1000 * TIME_OUT_PERCENT / 100
        self.ring_if_it_lasts(f"{name}-duration", longest, what, "close-to-time-out", threshold=threshold)

    def watch_loops(self, name: str, function: lambda_.IFunction) -> None:
        """An alarm on messages that Lambda dropped: it takes about 16 rounds of a message for a runaway loop."""
        dropped = function.metric("RecursiveInvocationsDropped", period=PERIOD, statistic="Sum")
        self.ring(f"{name}-dropped", dropped, "has lost messages that Lambda took for a loop", "loops-dropped")

    def watch_runs(self, verb: str, function: lambda_.IFunction, minutes: int, heading: str) -> None:
        """An alarm on a schedule that does not run: it alone rings when there is no figure at all."""
        self.ring(
            f"{verb}-silent",
            function.metric_invocations(period=PERIOD, statistic="Sum"),
            f"has not run for {minutes} minutes",
            heading,
            periods=minutes,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cloudwatch.TreatMissingData.BREACHING,
            tells_its_end=True,
        )

    def watch_age(self, queue: str, queue_name: str, seconds: int) -> None:
        """An alarm on a queue whose consumer does not keep up, or has stopped."""
        self.ring(
            f"{queue}-age",
            of_queue("ApproximateAgeOfOldestMessage", queue_name),
            f"has a message that is older than {seconds} s",
            "queue-age",
            threshold=seconds,
            tells_its_end=True,
        )

    def watch_depth(self, queue: str, queue_name: str, heading: str) -> None:
        metric = of_queue("ApproximateNumberOfMessagesVisible", queue_name)
        self.ring(
            f"{queue}-depth", metric, "holds messages that an operator has to decide about", heading, tells_its_end=True
        )

    def watch_counter(self, alarm: CounterAlarm) -> None:
        """An alarm on a figure that a function counts itself, under its service's name (EmfCounters in system.py)."""
        self.ring(
            f"{alarm.service}-{alarm.counter}",
            self.own(alarm.service, alarm.counter, alarm.period_minutes, alarm.statistic),
            alarm.what,
            alarm.heading,
            threshold=alarm.threshold,
            periods=alarm.periods,
        )

    def watch_refusals(self, service: str) -> None:
        """An alarm on the share of a function's answers that are 429, which asks a client to slow down."""
        rate = share("refused", self.own(service, "RateLimited"), "answers", self.own(service, "Requests"))
        what = f"answers 429 to {REFUSED_PERCENT} of 100 requests"
        self.ring_if_it_lasts(f"{service}-refusals", rate, what, "refusals", threshold=REFUSED_PERCENT)

    def watch_api(self, api_name: str, stage_name: str) -> None:
        dimensions = {"ApiName": api_name, "Stage": stage_name}
        errors = measured("AWS/ApiGateway", "5XXError", dimensions)
        rate = share("errors", errors, "answers", measured("AWS/ApiGateway", "Count", dimensions))
        what = f"answers 5xx to {SERVER_ERRORS_PERCENT} of 100 requests"
        self.ring_if_it_lasts("api-5xx", rate, what, "api-5xx", threshold=SERVER_ERRORS_PERCENT)

    def watch_distribution(self, distribution_id: str) -> None:
        """Its figures are in us-east-1 only, under the region `Global`, and free.

        Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
        """
        dimensions = {"DistributionId": distribution_id, "Region": "Global"}
        rate = measured("AWS/CloudFront", "5xxErrorRate", dimensions, "Average")
        what = f"answers 5xx to {SERVER_ERRORS_PERCENT} of 100 requests"
        self.ring_if_it_lasts("edge-5xx", rate, what, "edge-5xx", threshold=SERVER_ERRORS_PERCENT)

    def watch_firewall(self, acl: str) -> None:
        """Source: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html"""
        refused = measured("AWS/WAFV2", "BlockedRequests", {"WebACL": acl, "Rule": "ALL"})
        what = f"refuses {REFUSED_A_MINUTE} requests a minute"
        self.ring_if_it_lasts("edge-refusals", refused, what, "edge-refusals", threshold=REFUSED_A_MINUTE)

    def watch_tables(self, indexes_of: Mapping[str, Iterable[str]]) -> None:
        """`indexes_of`: the busy tables' names, and their global indexes. A throttled index delays its table's writes,
        and counts under its own name alone."""
        for table, indexes in indexes_of.items():
            for index in (None, *indexes):
                dimensions = {"TableName": table} | ({"GlobalSecondaryIndexName": index} if index else {})
                for kind in ("Read", "Write"):
                    name = "-".join(filter(None, (table.removeprefix(f"{self._names.prefix}-"), index, kind.lower())))
                    self.ring_if_it_lasts(
                        f"{name}-throttles",
                        measured("AWS/DynamoDB", f"{kind}ThrottleEvents", dimensions),
                        f"throttles {kind.lower()}s",
                        "table-throttles",
                    )

    def watch_cache(self, cache_name: str, maximum_ecpu: int, maximum_gigabytes: int) -> None:
        """Alarms on the cache's limits. ElastiCache Serverless names its dimension in lower case, as no other cache."""
        dimensions = {"clusterId": cache_name}
        throttled = measured("AWS/ElastiCache", "ThrottledCmds", dimensions)
        self.ring_if_it_lasts("cache-throttles", throttled, "throttles commands", "cache-limits")
        used = measured("AWS/ElastiCache", "ElastiCacheProcessingUnits", dimensions)
        a_minute = maximum_ecpu * PERIOD.to_seconds() * CLOSE_TO_PERCENT / 100
        what = f"uses {CLOSE_TO_PERCENT} of 100 of its maximum"
        self.ring_if_it_lasts("cache-ecpu", used, what, "cache-limits", threshold=a_minute)
        stored = measured("AWS/ElastiCache", "BytesUsedForCache", dimensions, "Maximum")
        most = maximum_gigabytes * 1_000_000_000 * CLOSE_TO_PERCENT / 100
        self.ring_if_it_lasts("cache-bytes", stored, what, "cache-limits", threshold=most)

    def watch_concurrency(self) -> None:
        """An alarm on the account's concurrency, which other stages and other teams' functions use too.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
        """
        dimensions = {"Service": "Lambda", "Type": "Resource", "Resource": "ConcurrentExecutions", "Class": "None"}
        used = cloudwatch.MathExpression(
            expression="100 * used / SERVICE_QUOTA(used)",
            using_metrics={"used": measured("AWS/Usage", "ResourceCount", dimensions, "Maximum")},
            period=PERIOD,
        )
        what = f"uses {CONCURRENCY_PERCENT} of 100 concurrent executions of its account"
        self.ring_if_it_lasts("concurrency", used, what, "account-concurrency", threshold=CONCURRENCY_PERCENT)

    def watch_schedules(self, group: str) -> None:
        for metric, what in (
            ("InvocationDroppedCount", "gave up sending the message of an event's end"),
            ("InvocationsFailedToBeSentToDeadLetterCount", "could not keep a message that it failed to send"),
        ):
            figure = measured("AWS/Scheduler", metric, {"ScheduleGroup": group})
            self.ring(f"event-ends-{metric}", figure, what, "schedule-failures")

    def watch_topic(self, topic: str, topic_name: str) -> None:
        for metric, what in (
            ("NumberOfNotificationsFailed", "could not deliver to one of its queues"),
            ("NumberOfNotificationsFailedToRedriveToDlq", "lost a message that it could not deliver"),
        ):
            figure = measured("AWS/SNS", metric, {"TopicName": topic_name})
            self.ring(f"{topic}-{metric}", figure, what, "topic-failures")

    def own(self, service: str, counter: str, minutes: int = 1, statistic: str = "Sum") -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=self._names.metrics,
            metric_name=counter,
            dimensions_map={"service": service},
            period=cdk.Duration.minutes(minutes),
            statistic=statistic,
        )

    def ring_if_it_lasts(
        self, name: str, metric: cloudwatch.IMetric, what: str, heading: str, *, threshold: float = 1
    ) -> None:
        self.ring(
            name, metric, what, heading, threshold=threshold, periods=WINDOW, of_them=SUSTAINED, tells_its_end=True
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
        of_them: int | None = None,
        comparison: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        tells_its_end: bool = False,
    ) -> None:
        """Rings once the threshold is reached in each of the last `periods`, or in `of_them`; a minute without a figure
        is healthy."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=self._names.alarm(name),
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            datapoints_to_alarm=of_them,
            comparison_operator=comparison,
            treat_missing_data=missing,
            alarm_description=described(name, what, heading),
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        if tells_its_end:
            alarm.add_ok_action(actions.SnsAction(self.topic))
        self.by_name[name] = alarm

    def ring_together(self, name: str, what: str, alarms: Sequence[str]) -> None:
        """One alarm for a pager: in alarm while any of `alarms` is. They are named, as some are another stack's."""
        rule = " OR ".join(f'ALARM("{self._names.alarm(one)}")' for one in alarms)
        composite = cloudwatch.CfnCompositeAlarm(
            self,
            name,
            alarm_name=self._names.alarm(name),
            alarm_rule=rule,
            alarm_description=described(name, what, "composites"),
            alarm_actions=[self.topic.topic_arn],
            ok_actions=[self.topic.topic_arn],
        )
        for one in alarms:
            if one in self.by_name:
                composite.node.add_dependency(self.by_name[one])


def described(name: str, what: str, heading: str) -> str:
    return f"{name}: {what}. See docs/operations.md#{heading}."


def share(part: str, of_it: cloudwatch.IMetric, whole: str, of_all: cloudwatch.IMetric) -> cloudwatch.MathExpression:
    """The part in percent of the whole. A minute without a figure of the part counts as zero."""
    return cloudwatch.MathExpression(
        expression=f"100 * FILL({part}, 0) / {whole}",
        using_metrics={part: of_it, whole: of_all},
        period=PERIOD,
    )


def measured(namespace: str, name: str, dimensions: Mapping[str, str], statistic: str = "Sum") -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        period=PERIOD,
        statistic=statistic,
    )


def of_queue(metric_name: str, queue_name: str) -> cloudwatch.Metric:
    return measured("AWS/SQS", metric_name, {"QueueName": queue_name}, "Maximum")
