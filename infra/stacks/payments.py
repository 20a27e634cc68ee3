"""The asynchronous half: lanes and their workers, payment-complete, refreshing, event ends, what runs every minute."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from box_office import names
from box_office.names import dead_letters
from infra.alarms import Alarms
from infra.dashboard import Dashboard
from infra.event_end_schedules import EventEndSchedules
from infra.function_plan import FunctionPlan
from infra.function_stack import FunctionStack
from infra.lambda_function import LambdaFunction
from infra.payment_alarms import MONEY, OPERATORS, parse_failures, payment_counter_alarms
from infra.permissions import consume_statement, send_statement
from infra.queue_functions import (
    CARRY_BLOCKS,
    CARRY_BLOCKS_TO_EDGE,
    END_EVENT,
    QUEUE_OF,
    RECONCILE,
    REDRIVE,
    REFRESH_SEATS,
    SEND_RECEIPT,
    QueueFunction,
    book_order,
    lane_worker,
)
from infra.queues import Queues, QueueShape, lane_names
from infra.rest_api import STAGE_NAME
from infra.stages import ExternalConfig, Stage, page_to_return_to

RUN_EVERY_MINUTES = 1
RUN_AGE_MAX = cdk.Duration.minutes(2)  # a run that has waited longer is dropped: the next runs do its work
SILENT_MINUTES = 5
QUEUE_AGE_SECONDS_MAX = 300
DEAD_LETTER_AGE_SECONDS_MAX = 600  # of a lane's dead-letter queue, which a function empties


class PaymentsStack(FunctionStack):
    def __init__(self, scope: Construct, *, stage: Stage, external: ExternalConfig) -> None:
        super().__init__(
            scope, stage=stage, part="payments", description="Box Office: lanes, payments, tickets, event ends"
        )
        self.settings_given |= {
            "topic_arn": self.arns.topic(names.PAYMENT_COMPLETE),
            "provider_url": external.provider_url,
            "return_url": page_to_return_to(stage, external) or self.published(names.API_URL),
            "sender": external.receipt_sender,
        }
        self.alarms = Alarms(self, "Alarms", names=self.names, existing=True)
        self.queues = Queues(self, "Queues", names=self.names)
        self.topic = sns.Topic(
            self, "PaymentComplete", topic_name=self.names.topic(names.PAYMENT_COMPLETE), enforce_ssl=True
        )
        self.queues.add_last(names.PARKED)
        self.alarms.watch_depth(names.PARKED, self.names.queue(names.PARKED), "parked")

        self.deploy_lanes()
        self.deploy_behind_queue(book_order(stage.bookings_at_once))
        self.subscribe(names.PAYMENT_COMPLETE)
        self.deploy_behind_queue(REFRESH_SEATS)
        # If an event was moved to a later time, its message is delayed by a quarter of an hour at a time.
        self.deploy_behind_queue(END_EVENT, age_seconds_max=3_600)
        EventEndSchedules(
            self,
            "EventEnds",
            group_name=self.names.schedule_group,
            role_name=self.names.schedule_role,
            queue_arns=[self.arns.queue(names.EVENT_ENDS), self.arns.queue(dead_letters(names.EVENT_ENDS))],
        )
        if external.receipt_sender:
            self.deploy_receipts()
        self.deploy_reconciler()
        self.deploy_carriers()
        for alarm in payment_counter_alarms(stage):
            self.alarms.watch_counter(alarm)
        self.alarms.watch_topic(names.PAYMENT_COMPLETE, self.names.topic(names.PAYMENT_COMPLETE))
        self.alarms.watch_schedules(self.names.schedule_group)
        self.alarms.ring_together(
            "money", "captures or refunds do not match their orders, or no function can tell", MONEY
        )
        self.alarms.ring_together("operators", "something waits for a person", OPERATORS)
        Dashboard(
            self,
            "Dashboard",
            name=self.names.prefix,
            alarms=self.alarms,
            api=(self.names.prefix, STAGE_NAME),
            cache=self.names.cache,
            lanes=[self.names.queue(name) for name in lane_names(stage.lanes)],
        )
        self.publish_release("payments", external)

    def deploy_lanes(self) -> None:
        """One worker function a lane: if a lane's worker fails or is slow, the other lanes go on."""
        worker = lane_worker(self.stage_settings.payment_capacity.workers_per_lane)
        shape = {"consumer_timeout_seconds": worker.timeout_seconds}
        for name in lane_names(self.stage_settings.lanes):
            self.queues.add(QueueShape(name, **shape), REDRIVE.timeout_seconds)
            self.consume(worker, [name], name=f"{worker.verb}-{name.removeprefix('lane-')}")
            self.alarms.watch_age(name, self.names.queue(name), QUEUE_AGE_SECONDS_MAX)
            dead = dead_letters(name)
            self.alarms.watch_age(dead, self.names.queue(dead), DEAD_LETTER_AGE_SECONDS_MAX)
        self.consume(REDRIVE, [dead_letters(name) for name in lane_names(self.stage_settings.lanes)])

    def deploy_behind_queue(self, function: QueueFunction, age_seconds_max: int = QUEUE_AGE_SECONDS_MAX) -> None:
        queue = QUEUE_OF[function.verb]
        self.queues.add(QueueShape(queue, function.timeout_seconds))
        self.consume(function, [queue])
        self.alarms.watch_age(queue, self.names.queue(queue), age_seconds_max)
        self.alarms.watch_depth(dead_letters(queue), self.names.queue(dead_letters(queue)), "dead-letters")

    def consume(self, function: QueueFunction, queues: list[str], name: str | None = None) -> LambdaFunction:
        built = self.build(function, name=name, snap_start=False)
        built.role.add_to_policy(consume_statement([self.queues.by_name[queue].queue_arn for queue in queues]))
        for queue in queues:
            lambda_.EventSourceMapping(
                built,
                queue,
                target=built.alias,
                event_source_arn=self.queues.by_name[queue].queue_arn,
                batch_size=function.batch_max,
                max_concurrency=function.at_once,
                report_batch_item_failures=True,
            )
        self.alarms.watch_function(name or function.verb, built.function)
        self.alarms.watch_duration(name or function.verb, built.function, function.timeout_seconds)
        self.alarms.watch_loops(name or function.verb, built.function)
        return built

    def subscribe(self, queue: str) -> None:
        """With raw delivery: the topic adds no wrapper to its messages."""
        self.topic.add_subscription(
            subscriptions.SqsSubscription(
                self.queues.by_name[queue],
                raw_message_delivery=True,
                dead_letter_queue=self.queues.by_name[dead_letters(queue)],
            )
        )

    def deploy_receipts(self) -> None:
        """A second queue behind the topic: a receipt that fails changes nothing about the sale."""
        self.settings_given["user_pool_id"] = self.published(names.USER_POOL_ID)
        self.deploy_behind_queue(SEND_RECEIPT)
        self.subscribe(names.RECEIPTS)
        self.alarms.watch_counter(parse_failures(SEND_RECEIPT.verb))

    def deploy_reconciler(self) -> None:
        reserved = self.stage_settings.reconcile_reserved_concurrency
        built = self.every_minute(
            RECONCILE,
            "EveryMinute",
            "Runs the reconciler over the orders and events that are unfinished and due",
            failures=self.queues.add_last(names.RECONCILE_FAILURES),
            silent="reconcile-silent",
            reserved_concurrency=reserved,
        )
        # No alarm on its duration or its throttles: while the provider is slow, runs are long and overlap, by design.
        self.alarms.watch_function(RECONCILE.verb, built.function, throttles=False)
        name = self.names.queue(names.RECONCILE_FAILURES)
        self.alarms.watch_depth(names.RECONCILE_FAILURES, name, "reconcile-failures")

    def deploy_carriers(self) -> None:
        """What carries blocks from their table to where they act."""
        failures = self.queues.add_last(names.BLOCK_FAILURES)
        for plan, where in ((CARRY_BLOCKS, "into the cache"), (CARRY_BLOCKS_TO_EDGE, "to the edge's firewall")):
            built = self.every_minute(
                plan,
                f"EveryMinute-{plan.verb}",
                f"Carries blocks of users and addresses {where}",
                failures=failures,
                silent="blocks-not-carried",
            )
            self.alarms.watch_function(plan.verb, built.function)
            self.alarms.watch_duration(plan.verb, built.function, plan.timeout_seconds)
        self.alarms.watch_depth(names.BLOCK_FAILURES, self.names.queue(names.BLOCK_FAILURES), "blocks-not-carried")

    def every_minute(
        self,
        plan: FunctionPlan,
        rule: str,
        description: str,
        *,
        failures: sqs.Queue,
        silent: str,
        reserved_concurrency: int = 0,
    ) -> LambdaFunction:
        """`failures`: the queue of runs that crashed or never began; `silent`: the runbook's heading of no run."""
        built = self.build(plan, reserved_concurrency=reserved_concurrency, snap_start=False)
        built.role.add_to_policy(send_statement(failures.queue_arn))
        invoke = lambda_.CfnEventInvokeConfig(
            built,
            "Invoke",
            function_name=built.function.function_name,
            qualifier=built.alias.alias_name,
            maximum_retry_attempts=0,  # the next run comes in a minute
            maximum_event_age_in_seconds=RUN_AGE_MAX.to_seconds(),
            destination_config={"onFailure": {"destination": failures.queue_arn}},
        )
        invoke.node.add_dependency(built.role, built.alias)  # neither is named by it in a way that CloudFormation sees
        events.Rule(
            self,
            rule,
            rule_name=self.names.function(plan.verb),
            description=description,
            schedule=events.Schedule.rate(cdk.Duration.minutes(RUN_EVERY_MINUTES)),
            targets=[
                targets.LambdaFunction(
                    built.alias, dead_letter_queue=failures, max_event_age=RUN_AGE_MAX, retry_attempts=0
                )
            ],
        )
        self.alarms.watch_runs(plan.verb, built.function, SILENT_MINUTES, silent)
        return built
