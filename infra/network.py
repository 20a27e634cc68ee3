"""Isolated subnets in two zones; endpoints to DynamoDB, S3 (free) and SQS (paid by the hour); no NAT, no way out."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.own_resource import own_resource
from infra.stages import ZONES

CIDR = "10.20.0.0/16"
SUBNET_BITS = 20  # 4,091 addresses a zone: Lambda shares one network interface among thousands of environments
HTTPS = ec2.Port.tcp(443)
CACHE_PORTS = ec2.Port.tcp_range(6379, 6380)  # ElastiCache Serverless: writer, and readers


class Network(Construct):
    def __init__(self, scope: Construct, id: str, *, name: str, zone_ids: Sequence[str] = ()) -> None:
        """`zone_ids`: of the two zones. Without: the first two that the account names, others in each account."""
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=name,
            ip_addresses=ec2.IpAddresses.cidr(CIDR),
            max_azs=ZONES,
            nat_gateways=0,
            restrict_default_security_group=False,  # restricting takes a Lambda function, and nothing uses that group
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=SUBNET_BITS
                )
            ],
        )
        for subnet, zone_id in zip(self.vpc.isolated_subnets, zone_ids, strict=False):
            own = own_resource(subnet, ec2.CfnSubnet)
            own.add_property_deletion_override("AvailabilityZone")
            own.availability_zone_id = zone_id
        self.dynamodb = self.vpc.add_gateway_endpoint("DynamoDb", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        self.s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.function_security_group = ec2.SecurityGroup(
            self,
            "Functions",
            vpc=self.vpc,
            description="Functions that touch the cache",
            allow_all_outbound=False,
        )
        # By range, not by group: two groups that name each other inline cannot be created.
        self.function_security_group.add_egress_rule(ec2.Peer.ipv4(CIDR), CACHE_PORTS, "the cache")
        self.function_security_group.add_egress_rule(
            ec2.Peer.any_ipv4(), HTTPS, "DynamoDB, S3 and SQS: the only routes there are"
        )
        self.cache_security_group = ec2.SecurityGroup(
            self, "Cache", vpc=self.vpc, description="The cache", allow_all_outbound=False
        )
        self.cache_security_group.add_ingress_rule(
            ec2.Peer.security_group_id(self.function_security_group.security_group_id), CACHE_PORTS, "functions only"
        )

        self.sqs_security_group = ec2.SecurityGroup(
            self, "Sqs", vpc=self.vpc, description="The way to the queues", allow_all_outbound=False
        )
        self.sqs_security_group.add_ingress_rule(
            ec2.Peer.security_group_id(self.function_security_group.security_group_id), HTTPS, "functions only"
        )

    def reach_tables_and_snapshots(self, statements: Iterable[iam.PolicyStatement]) -> None:
        """Lets functions in this network reach the tables and the bucket that their roles grant, and no others, so that
        no code can carry rows away to another account. `statements`: those of the roles, of all services."""
        for statement in statements:
            (service,) = {action.partition(":")[0] for action in statement.actions}
            endpoint = {"dynamodb": self.dynamodb, "s3": self.s3}.get(service)
            if endpoint is not None:
                endpoint.add_to_policy(
                    iam.PolicyStatement(
                        principals=[iam.AnyPrincipal()],  # a role must still allow the call
                        actions=statement.actions,
                        resources=statement.resources,
                    )
                )

    def reach_queues(self, queue_arns: list[str]) -> None:
        """Lets functions in this network send, delete and postpone messages of these queues, and nothing else. Lambda
        itself fetches their messages, from outside of the network."""
        endpoint = self.vpc.add_interface_endpoint(
            "SqsEndpoint",
            service=ec2.InterfaceVpcEndpointAwsService.SQS,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[self.sqs_security_group],
            private_dns_enabled=True,
            open=False,
        )
        endpoint.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],  # a role must still allow the call
                actions=["sqs:SendMessage", "sqs:ChangeMessageVisibility"],
                resources=queue_arns,
            )
        )

    @property
    def subnet_ids(self) -> list[str]:
        return [subnet.subnet_id for subnet in self.vpc.isolated_subnets]
