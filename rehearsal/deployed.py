"""What a stage deploys, read from its synthesized templates: throttles, concurrency, queues, tables, rules of sale."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.stage_files import ON_SALE, STAGES

ROOT = Path(__file__).resolve().parent.parent
GIVEN = "BOX_OFFICE_"
REGIONAL_CACHES = 3  # ASSUMED: of the edge, that a country's people come through
# What a stage that sells must name before it can be synthesized, and an on-sale does not depend on.
NEEDED: Mapping[str, Mapping[str, object]] = {
    "prod": {
        "alarm_email": "none",
        "return_url": "https://cinema.example/paid",
        "signup_sender": "hello@cinema.example",
        "edge": True,
        "region": "us-east-1",
        "origin_key": 1,
    }
}


@dataclass(frozen=True)
class Deployed:
    api_rate: float
    api_burst: float
    submits_per_second: float  # the gateway's throttle of SubmitPayment, its burst too; 0: none of its own
    reserved: Mapping[str, int]  # concurrency by function
    memory_mb: Mapping[str, int]  # by function
    cache_maximum_ecpu: float
    cache_shards: int
    lanes: int
    workers_per_lane: int
    calls_per_second: float  # that all workers together keep to
    book_at_once: int
    book_batch: int
    seats_warm: float  # write units a second; 0: a new table
    orders_warm: float
    hold_seconds: float
    hold_seconds_max: float
    unreached_seconds_max: float
    edge_caches: int  # of the edge, that ask the API for the same thing, each by itself
    callbacks_per_minute: float  # of one address of the provider's, at the edge; 0: no limit


def deployed(stage: str, on_sale: bool, settings: Mapping[str, object]) -> Deployed:
    """`on_sale`: as with `on_sale = true` in the stage's file. `settings`: those that the on-sale adds."""
    return read(synthesized(stage, {**({ON_SALE: True} if on_sale else {}), **settings}))


def synthesized(stage: str, settings: Mapping[str, object]) -> dict[str, Any]:
    """The templates, by stack, without building layers."""
    from infra.node_runtime import use_bundled_node

    use_bundled_node()  # before anything imports the CDK
    import aws_cdk as cdk

    from app import build

    flags = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    with tempfile.TemporaryDirectory() as directory:
        stages = Path(directory) / "stages"
        shutil.copytree(STAGES, stages)
        write_settings(stages / f"{stage}.toml", {**NEEDED.get(stage, {}), **settings})
        context = {**flags, "aws:cdk:bundling-stacks": [], "stage": stage}
        app = cdk.App(context=context, outdir=str(Path(directory) / "assembly"))
        build(app, stages)
        stacks = app.synth().stacks
        return {stack.stack_name.removeprefix(f"box-office-{stage}-"): stack.template for stack in stacks}


def write_settings(file: Path, settings: Mapping[str, object]) -> None:
    """At the file's beginning, in place of what it says itself, also of what it says of an on-sale."""
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line.partition(" ")[0] not in settings]
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    file.write_text("\n".join([*lines, *kept]) + "\n", encoding="utf-8")


def read(templates: Mapping[str, Any]) -> Deployed:
    """Raises KeyError for a template that lacks what an on-sale depends on."""
    api, payments, data = templates["api"], templates["payments"], templates["data"]
    functions = {**functions_of(api), **functions_of(payments)}
    (stage,) = of_type(api, "AWS::ApiGateway::Stage")
    everywhere = next(one for one in stage["MethodSettings"] if one["ResourcePath"] == "/*")
    (cache,) = of_type(templates["cache"], "AWS::ElastiCache::ServerlessCache")
    worker = given(functions["work_on_lane-0"])
    hold, submit = given(functions["hold_seat"]), given(functions["submit_payment"])
    mappings = {
        name: one["Properties"]
        for name, one in payments["Resources"].items()
        if one["Type"] == "AWS::Lambda::EventSourceMapping"
    }
    book = next(one for name, one in mappings.items() if name.startswith("bookorder"))
    lane_workers = [one for name, one in mappings.items() if name.startswith("workonlane")]
    per_lane = int(lane_workers[0]["ScalingConfig"]["MaximumConcurrency"])
    return Deployed(
        api_rate=float(everywhere["ThrottlingRateLimit"]),
        api_burst=float(everywhere["ThrottlingBurstLimit"]),
        submits_per_second=submits_per_second(stage["MethodSettings"]),
        reserved={
            name: int(one["ReservedConcurrentExecutions"])
            for name, one in functions.items()
            if "ReservedConcurrentExecutions" in one
        },
        memory_mb={name: int(one["MemorySize"]) for name, one in functions.items()},
        cache_maximum_ecpu=float(cache["CacheUsageLimits"]["ECPUPerSecond"]["Maximum"]),
        cache_shards=int(hold["CACHE_SHARDS"]),
        lanes=len(lane_workers),
        workers_per_lane=per_lane,
        calls_per_second=float(worker["PROVIDER_CALLS_PER_SECOND"]),
        book_at_once=int(book["ScalingConfig"]["MaximumConcurrency"]),
        book_batch=int(book["BatchSize"]),
        seats_warm=warm_writes(data, "AvailableSeat"),
        orders_warm=warm_writes(data, "Orders"),
        hold_seconds=float(hold["HOLD_SECONDS"]),
        hold_seconds_max=float(hold["HOLD_SECONDS_MAX"]),
        unreached_seconds_max=60 * float(submit["UNREACHED_MINUTES_MAX"]),
        edge_caches=edge_caches(templates.get("edge", {"Resources": {}})),
        callbacks_per_minute=callbacks_per_minute(templates.get("edge", {"Resources": {}})),
    )


def of_type(template: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in template["Resources"].values() if one["Type"] == kind]


def functions_of(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By the name behind `box-office-prod-`: `hold_seat`."""
    named = (one for one in of_type(template, "AWS::Lambda::Function") if "FunctionName" in one)
    return {str(one["FunctionName"]).split("-", 3)[3]: one for one in named}


def given(function: Mapping[str, Any]) -> dict[str, str]:
    variables = function["Environment"]["Variables"].items()
    return {name.removeprefix(GIVEN): value for name, value in variables if name.startswith(GIVEN)}


def warm_writes(data: Mapping[str, Any], table: str) -> float:
    return float(data["Resources"][table]["Properties"].get("WarmThroughput", {}).get("WriteUnitsPerSecond", 0))


def submits_per_second(settings: Sequence[Mapping[str, Any]]) -> float:
    own = (one["ThrottlingRateLimit"] for one in settings if "SubmitPayment" in one["ResourcePath"])
    return float(next(own, 0.0))


def edge_caches(edge: Mapping[str, Any]) -> int:
    """One with an origin shield before the API, else a region each."""
    for distribution in of_type(edge, "AWS::CloudFront::Distribution"):
        for origin in distribution["DistributionConfig"]["Origins"]:
            if "CustomOriginConfig" in origin and origin.get("OriginShield", {}).get("Enabled"):
                return 1
    return REGIONAL_CACHES


def callbacks_per_minute(edge: Mapping[str, Any]) -> float:
    """By the firewall's rule for the webhook."""
    for acl in of_type(edge, "AWS::WAFv2::WebACL"):
        for rule in acl["Rules"]:
            if rule["Name"] == "webhook-rate":
                return float(next(limits(rule), 0.0))
    return 0.0


def limits(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        statement = value.get("RateBasedStatement")
        if statement:
            yield statement["Limit"] * 60 / statement.get("EvaluationWindowSec", 300)
        for one in value.values():
            yield from limits(one)
