"""AWS's own security checks (cdk-nag) over production: what they find is settled here, with the reason, or fixed."""

from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import pytest

from tests.infra.conftest import app_of

SNAPSHOTS = "arn:<AWS::Partition>:s3:::box-office-prod-catalogue-<AWS::AccountId>-<AWS::Region>/snapshot/*"
ACCESS_LOG_POLICY = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
CDK_LOGS_POLICY = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
CDK_ASSETS = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
UPLOADER = "CDK's uploader of the page's files, as CDK writes it: tests/infra/test_page.py bounds what it may do."
BLOCKED = "arn:<AWS::Partition>:wafv2:us-east-1:<AWS::AccountId>:global/ipset/box-office-prod-edge-blocked"
IP_SETS = "The ids of the two sets, whose stack is deployed later and in another region; their names are there."
SETTLED = {
    "APIG2": "Handlers validate: a validator of the gateway would answer with codes that are not the API's.",
    "APIG3": "The firewall stands before the distribution, not before the API behind it.",
    "APIG4": "Films and the seat map are public, for everyone to look at.",
    "APIG6": "Execution logs would hold tokens and bodies; the access log and the functions' own lines do not.",
    "CFR1": "A film may be looked up, and a ticket be given back, from anywhere.",
    "CFR3": "The access log is delivered in its second version, which the check does not know.",
    "CFR4": "Of a stage without a domain of its own: CloudFront's own certificate takes no other least version.",
    "COG1": "Twelve characters; rules of composition make passwords worse (NIST SP 800-63B).",
    "COG2": "A second factor for buying a cinema ticket turns people away; staff's roles count with one alone.",
    "COG4": "The same public routes.",
    "COG8": "The plan that is paid by the person and month would cost more than everything else together.",
    f"IAM4[Policy::{ACCESS_LOG_POLICY}]": "The account's role for access logs, as API Gateway prescribes it.",
    f"IAM4[Policy::{CDK_LOGS_POLICY}]": UPLOADER,
    "IAM5[Action::s3:Abort*]": UPLOADER,
    "IAM5[Action::s3:DeleteObject*]": UPLOADER,
    "IAM5[Action::s3:GetBucket*]": UPLOADER,
    "IAM5[Action::s3:GetObject*]": UPLOADER,
    "IAM5[Action::s3:List*]": UPLOADER,
    f"IAM5[Resource::{CDK_ASSETS}]": UPLOADER,
    "IAM5[Resource::<PageBucket8A4EC83F.Arn>/*]": UPLOADER,
    "IAM5[Resource::*]": "X-Ray, and Lambda's network interfaces: AWS documents both without resources.",
    f"IAM5[Resource::{BLOCKED}-ipv4/*]": IP_SETS,
    f"IAM5[Resource::{BLOCKED}-ipv6/*]": IP_SETS,
    f"IAM5[Resource::{SNAPSHOTS}]": "Every object of the snapshot, under its one prefix.",
    "L1": "3.13 has the same end of life as 3.14 (June 2029) and is supported by everything in the layer.",
    "S1": "The bucket holds what the API publishes; who wrote it is in CloudTrail.",
    "SMG4": "The provider's key is rotated at the provider, by a person; another tickets' key voids what was sold.",
    "SQS3": "Parked messages and failed runs are for a person: nothing could come after that.",
    "VPC7": "Nothing in the network can reach more than the cache and three endpoints of AWS.",
}


def findings(outdir: Path, settled: dict[str, str]) -> str:
    """What is found beyond `settled`: empty if nothing is."""
    app = app_of("prod", outdir)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    for rule, reason in settled.items():
        settle = cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
        cdk.Validations.of(app).acknowledge(settle)
    try:
        app.synth()
    except RuntimeError as error:
        return str(error)
    return ""


@pytest.mark.guards("API8 misconfiguration")
def test_every_finding_is_settled_with_a_reason(tmp_path: Path) -> None:
    assert findings(tmp_path, SETTLED) == ""


def test_every_reason_is_still_needed(tmp_path: Path) -> None:
    found = findings(tmp_path, {})
    assert [rule for rule in SETTLED if f"'AwsSolutions::AwsSolutions-{rule}'" not in found] == []
