"""The page's files, their bucket, and what the page is told of the deployment."""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import aws_cdk as cdk
import pytest

from box_office.names import PAGE_ITSELF, VERSION
from infra.edge.page_bucket import ROUTES
from infra.edge.paths import PAGE_FILES, PAGE_FOLDERS
from infra.edge.provider import OF_STRIPE, provider_addresses
from infra.edge.response_headers import page_policy
from infra.page_config import page_config
from infra.page_files import PageFiles
from infra.stage_files import UnknownStage
from infra.stage_reader import read_stage
from infra.stages import ExternalConfig, Stage
from local.edge.path_patterns import fits
from tests.infra.aws_rules import ACCOUNT
from tests.infra.conftest import app_of
from tests.infra.template_rules import brought_by_cdk, resources, role_of, statements_of, text, wildcards_of
from toolchain.install import node_directory

SANDBOX, COGNITO = "http://127.0.0.1:4000", "http://127.0.0.1:4566"
PUBLIC = Path(__file__).resolve().parents[2] / "web" / "public"
UPLOADS = "Custom::CDKBucketDeployment"
MEMBERS = {
    "region",
    "user_pool_id",
    "client_id",
    "staff_client_id",
    "cognito_endpoint",
    "stripe_publishable_key",
    "stripe_script",
    "languages",
    "build",
    "contact_email",
    "hold_seconds",
    "hold_seconds_max",
    "stop_sale",
    "demo_accounts",
}


@pytest.fixture
def page(templates: dict[str, dict]) -> dict:
    return templates["page"]


STAGE = Stage(name="prod", region="eu-west-1", hold_seconds=900)


def told(**external: str) -> dict[str, object]:
    return page_config(
        stage=STAGE, external=ExternalConfig(**external), published=lambda what: f"<{what}>", build="9f2c"
    )


def test_only_distributions_of_the_account_read_the_files_and_no_client_lists_them(page: dict) -> None:
    (policy,) = resources(page, "AWS::S3::BucketPolicy").values()
    allowed = [one for one in policy["Properties"]["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    by_function = [one for one in allowed if "AWS" in one["Principal"]]
    by_distribution = [one for one in allowed if one not in by_function]
    assert by_function == []
    (bucket,) = resources(page, "AWS::S3::Bucket")
    assert {one["Action"]: text(one["Resource"]).replace(f"<{bucket}.Arn>", "bucket") for one in by_distribution} == {
        "s3:GetObject": "bucket/*",
        "s3:ListBucket": "bucket",
    }
    for one in by_distribution:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        (condition, wanted), *others = one["Condition"].items()
        assert (condition, others) == ("ArnLike", [])
        assert text(wanted["aws:SourceArn"]) == f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"


def test_no_path_of_the_distribution_asks_the_bucket_for_its_list(templates: dict[str, dict]) -> None:
    (distribution,) = resources(templates["edge"], "AWS::CloudFront::Distribution").values()
    assert distribution["Properties"]["DistributionConfig"]["DefaultRootObject"] == "index.html"
    assert routed("/")["uri"] == routed("//")["uri"] == "/index.html"


def routed(path: str, agent: str = "Mozilla/5.0", query: str = "") -> dict:
    """What the distribution's function makes of a path: a request, or an answer."""
    headers = {"user-agent": {"value": agent}}
    parameters = {query: {"value": ""}} if query else {}
    event = json.dumps({"request": {"uri": path, "method": "GET", "headers": headers, "querystring": parameters}})
    script = f"{ROUTES};console.log(JSON.stringify(handler({event})))"
    node = node_directory() / "bin" / "node"
    return json.loads(subprocess.run([node, "-e", script], check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "/index.html"),
        ("/film/vertigo", "/index.html"),
        ("/no/such/place/", "/index.html"),
        ("/film/dr.strangelove", "/index.html"),
        ("/api-reference", "/api-reference/index.html"),
        ("/sw.js", "/sw.js"),
        ("/assets/index-4f9a1c2b.js", "/assets/index-4f9a1c2b.js"),
    ],
)
def test_a_path_is_a_place_in_the_page_or_a_file_that_it_has(path: str, file: str) -> None:
    assert routed(path)["uri"] == file


@pytest.mark.parametrize("path", ["/none.js", "/wp-login.php", "/.env", "/programme.html", "/../template.json"])
def test_a_file_that_the_page_cannot_have_is_404_with_a_way_to_the_films(path: str) -> None:
    answer = routed(path)
    assert (answer["statusCode"], answer["headers"]["cache-control"]["value"]) == (404, "no-store")
    assert '<a href="/">See what is showing</a>' in answer["body"] and 'lang="es"' in answer["body"]


@pytest.mark.parametrize(
    ("agent", "file"),
    [
        ("facebookexternalhit/1.1", "/cards/film/vertigo.html"),
        ("WhatsApp/2.23.20.0", "/cards/film/vertigo.html"),
        ("Mozilla/5.0 (compatible; Discordbot/2.0)", "/cards/film/vertigo.html"),
        ("Pinterest/0.2 (+https://www.pinterest.com/bot.html)", "/cards/film/vertigo.html"),
        ("Mozilla/5.0 (compatible; Pinterestbot/1.0; +https://www.pinterest.com/bot.html)", "/cards/film/vertigo.html"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/22A3354 [Pinterest/iOS]", "/index.html"),
        ("Mozilla/5.0 (Linux; Android 15; wv) Chrome/140 Mobile Safari/537.36 [Pinterest/Android]", "/index.html"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Safari/605.1.15 (Applebot/0.1)", "/index.html"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", "/index.html"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140", "/index.html"),
    ],
)
def test_what_draws_links_gets_a_film_s_card_and_all_others_the_page(agent: str, file: str) -> None:
    assert routed("/film/vertigo", agent)["uri"] == file
    for elsewhere in ("/", "/film/", "/showing/ev_1", "/booking/ev_1/or_1"):
        assert routed(elsewhere, agent)["uri"] == "/index.html"


def test_a_card_s_own_link_is_the_page_for_every_program() -> None:
    assert routed("/film/vertigo", "WhatsApp/2.23.20.0", PAGE_ITSELF)["uri"] == "/index.html"
    assert routed("/film/vertigo", "WhatsApp/2.23.20.0", "fbclid")["uri"] == "/cards/film/vertigo.html"


def test_the_function_fits_into_what_cloudfront_runs() -> None:
    """Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"""
    assert len(ROUTES.encode()) < 10_000


def test_the_edge_serves_each_file_that_the_page_brings() -> None:
    brought = {path.relative_to(PUBLIC) for path in PUBLIC.rglob("*") if path.is_file()}
    assert {path.parts[0] for path in brought if len(path.parts) > 1} <= set(PAGE_FOLDERS)
    assert {path.name for path in brought if len(path.parts) == 1} <= set(PAGE_FILES)


def test_the_service_worker_is_asked_for_anew_each_time(page: dict, templates: dict[str, dict]) -> None:
    """A browser that kept an old one would keep an old page: it is no hashed file, and the edge adds no time."""
    named = [one for name, one in resources(page, UPLOADS).items() if "Named" in name or "NoPage" in name]
    assert [one["Properties"]["SystemMetadata"]["cache-control"] for one in named] == ["no-cache"]
    edge = templates["edge"]
    (distribution,) = resources(edge, "AWS::CloudFront::Distribution").values()
    config = distribution["Properties"]["DistributionConfig"]
    assert not any(fits(one["PathPattern"], "/sw.js") for one in config["CacheBehaviors"])
    keeping = edge["Resources"][config["DefaultCacheBehavior"]["CachePolicyId"]["Ref"]]["Properties"]
    assert (keeping["CachePolicyConfig"]["MinTTL"], keeping["CachePolicyConfig"]["DefaultTTL"]) == (0, 0)
    policy = page_policy(provider_addresses(SANDBOX), COGNITO)
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy


def test_the_edge_reads_the_bucket_that_this_stack_makes(templates: dict[str, dict]) -> None:
    (bucket,) = resources(templates["page"], "AWS::S3::Bucket").values()
    (distribution,) = resources(templates["edge"], "AWS::CloudFront::Distribution").values()
    origins = distribution["Properties"]["DistributionConfig"]["Origins"]
    (host,) = (text(one["DomainName"]) for one in origins if "S3OriginConfig" in one)
    name = text(bucket["Properties"]["BucketName"])
    assert host == f"{name}.s3.us-east-1.amazonaws.com"


def test_what_cdk_brings_to_upload_files_may_write_to_the_pages_bucket_alone(page: dict) -> None:
    (uploader,) = brought_by_cdk(page).values()
    (bucket,) = resources(page, "AWS::S3::Bucket")
    log = uploader["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    assert page["Resources"][log]["Properties"]["RetentionInDays"]
    for statement in statements_of(page, role_of(uploader)):
        where = {text(resource).partition("/")[0].partition(".")[0].strip("<") for resource in statement["Resource"]}
        if wildcards_of({**statement, "Resource": "arn:x"}) or "s3:PutObject" in statement["Action"]:
            assert all(one == bucket or "cdk-hnb659fds-assets" in one for one in where), statement
    (policy,) = (
        statement for statement in statements_of(page, role_of(uploader)) if "s3:PutObject" in statement["Action"]
    )
    assert all(bucket in text(resource) for resource in policy["Resource"])


def test_no_deployment_takes_away_files_that_open_pages_still_ask_for(page: dict) -> None:
    uploads = resources(page, UPLOADS).values()
    assert uploads and all(one["Properties"]["Prune"] is False for one in uploads)


def test_the_page_is_told_what_the_contract_says() -> None:
    config = told(publishable_key="pk_live_1")
    assert set(config) == MEMBERS
    assert (config["region"], config["user_pool_id"], config["client_id"]) == (
        "eu-west-1",
        "<user-pool-id>",
        "<user-pool-client-id>",
    )
    assert config["staff_client_id"] == "<staff-client-id>"
    assert (config["stripe_publishable_key"], config["stripe_script"]) == ("pk_live_1", OF_STRIPE.script)
    assert (config["languages"], config["build"]) == (["en", "es"], f"{VERSION}-9f2c")
    assert [config[name] for name in ("cognito_endpoint", "contact_email", "stop_sale", "demo_accounts")] == [None] * 4
    assert (config["hold_seconds"], config["hold_seconds_max"]) == (900, 1_800)
    assert told(contact_email="help@cinema.example")["contact_email"] == "help@cinema.example"


def test_on_one_machine_it_is_told_the_sandboxes_and_may_load_nothing_of_the_providers() -> None:
    config = told(provider_url=SANDBOX, sign_in_url=COGNITO)
    assert (config["stripe_script"], config["cognito_endpoint"]) == (f"{SANDBOX}/v3/", COGNITO)
    assert config["stripe_publishable_key"] is None
    allowed = dict(one.split(" ", 1) for one in page_policy(provider_addresses(SANDBOX), COGNITO).split("; "))
    assert allowed["script-src"] == f"'self' 'wasm-unsafe-eval' {SANDBOX}"
    assert allowed["frame-src"] == SANDBOX
    assert allowed["connect-src"] == f"'self' {SANDBOX} {COGNITO}"


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_stage_of_aws_names_this_machine_or_a_demos_people(all_templates: dict, stage: str, tmp_path: Path) -> None:
    config = written(app_of(stage, tmp_path), "config.json")
    assert json.loads(config)["demo_accounts"] is None
    assert b"127.0.0.1" not in config
    assert "127.0.0.1" not in json.dumps(all_templates[stage]["edge"])


def test_a_secret_key_in_the_place_of_the_public_one_is_refused_without_showing_it() -> None:
    with pytest.raises(UnknownStage, match="begins with pk_") as refused:
        ExternalConfig(publishable_key="sk_live_1")
    assert "sk_live_1" not in str(refused.value)


def test_the_built_page_has_its_hashed_files_first_and_keeps_them_for_a_year(tmp_path: Path) -> None:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "index-4f9a1c2b.js").write_text("1")
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path / "assembly")), "page")
    PageFiles(stack, "Page", stage=read_stage("dev").stage, name="page", config={}, built=built)
    template = cdk.App.of(stack).synth().get_stack_by_name("page").template
    uploads = {
        name: one for name, one in resources(template, UPLOADS).items() if "PageHashed" in name or "Named" in name
    }
    (hashed, first), (named, second) = sorted(uploads.items(), key=lambda one: "Named" in one[0])
    assert (first["Properties"]["Exclude"], first["Properties"]["Include"]) == (["*"], ["assets/*"])
    assert first["Properties"]["SystemMetadata"]["cache-control"] == "max-age=31536000, immutable"
    assert second["Properties"]["Exclude"] == ["assets/*"]
    assert second["Properties"]["SystemMetadata"]["cache-control"] == "no-cache"
    assert hashed in second["DependsOn"] and named not in first.get("DependsOn", [])


def written(app: cdk.App, name: str) -> bytes:
    """The file of this name in the archives and folders that the app would upload."""
    (found,) = files_named(Path(app.synth().directory), name)
    return found


def files_named(assembly: Path, name: str) -> Iterator[bytes]:
    for asset in assembly.glob("asset.*"):
        if asset.suffix == ".zip":
            with zipfile.ZipFile(asset) as archive:
                if name in archive.namelist():
                    yield archive.read(name)
        elif (asset / name).is_file():
            yield (asset / name).read_bytes()
