"""The group in which the loader puts one schedule an event, and the schedules' role: it may send to the queue of ended
events."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct


class EventEndSchedules(Construct):
    """Both have stable names, so that the loader finds them without a call."""

    def __init__(self, scope: Construct, id: str, *, group_name: str, role_name: str, queue_arns: list[str]) -> None:
        super().__init__(scope, id)
        stack = cdk.Stack.of(self)
        group = scheduler.CfnScheduleGroup(self, "Group", name=group_name)
        self.role = iam.Role(
            self,
            "Role",
            role_name=role_name,
            description="EventBridge Scheduler sends the ends of events to their queue",
            # Only this group's schedules may send, not even this account's others.
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnEquals": {
                        "aws:SourceArn": stack.format_arn(
                            service="scheduler", resource="schedule-group", resource_name=group_name
                        )
                    },
                },
            ),
        )
        self.role.node.add_dependency(group)
        self.role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=queue_arns))
