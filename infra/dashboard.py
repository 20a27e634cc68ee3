"""One page a stage: the figures that an operator reads first after an alarm. An account's first three cost nothing."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import Alarms, measured, of_queue

WIDTH = 12  # of 24


class Dashboard(Construct):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        alarms: Alarms,
        api: tuple[str, str],
        cache: str,
        lanes: Sequence[str],
    ) -> None:
        """`api`: its name and stage. `lanes`: their queues' names."""
        super().__init__(scope, id)
        dimensions = dict(zip(("ApiName", "Stage"), api, strict=True))
        answers = [measured("AWS/ApiGateway", what, dimensions) for what in ("Count", "4XXError", "5XXError")]
        latency = [measured("AWS/ApiGateway", "Latency", dimensions, statistic) for statistic in ("p50", "p99")]
        sold = [alarms.own("hold_seat", "Requests"), alarms.own("hold_seat", "RateLimited")]
        sold += [alarms.own("submit_payment", "Requests"), alarms.own("work_on_lane", "Declines")]
        trouble = [
            alarms.own("work_on_lane", counter)
            for counter in ("ProviderErrors", "ProviderBusy", "PaymentsUnresolved", "RefundsRefused")
        ]
        of_cache = [
            measured("AWS/ElastiCache", what, {"clusterId": cache})
            for what in ("ElastiCacheProcessingUnits", "ThrottledCmds", "CurrConnections")
        ]
        ages = [of_queue("ApproximateAgeOfOldestMessage", lane) for lane in lanes]
        dashboard = cloudwatch.Dashboard(self, "Page", dashboard_name=name)
        for left, right in (
            (("Answers", answers), ("Latency, ms", latency)),
            (("Holds, payments, declines", sold), ("Trouble with payments", trouble)),
            (("The cache", of_cache), ("Age of the lanes' oldest message, s", ages)),
        ):
            dashboard.add_widgets(
                *(cloudwatch.GraphWidget(title=title, left=metrics, width=WIDTH) for title, metrics in (left, right))
            )
