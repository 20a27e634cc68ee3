"""`.venv-aws/bin/python -m local.embedded_aws`: starts the embedded AWS. Settings come from the environment.

This module replaces private members of ministack, so local/embedded_aws.txt pins it to one version. Each member is
looked up before it is replaced: another version fails here, by name, and not in some later request.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.embedded_aws.deliveries import keep_every_message, run_schedules_on_time
from local.embedded_aws.environments import Sandbox
from local.embedded_aws.functions import Functions
from local.embedded_aws.resources import register

WORKERS_MAX_DEFAULT = 6
BACKLOG = 2_048
Item = dict[str, Any]  # as DynamoDB has it


def adapt_lambda(environ: os._Environ[str]) -> Functions:
    """Makes Python functions run in environments of ours: clean, isolated, queued, never cut off."""
    from ministack.services import lambda_svc

    functions = Functions(
        sandbox=Sandbox(
            python=Path(environ["BOX_OFFICE_LAMBDA_PYTHON"]),
            directory=Path(environ["BOX_OFFICE_LAMBDA_DIRECTORY"]),
            log_directory=Path(environ["BOX_OFFICE_LAMBDA_LOGS"]),
            endpoint_url=environ["BOX_OFFICE_LAMBDA_ENDPOINT_URL"],
        ),
        layer_content=lambda_svc._resolve_layer_zip,
        credentials=lambda_svc.execution_credentials,
        current_record=lambda name: lambda_svc._functions.get(name),
        workers_max=int(environ.get("LAMBDA_WORKERS_MAX", WORKERS_MAX_DEFAULT)),
    )
    run_otherwise = lambda_svc._execute_function_warm
    forget_otherwise = lambda_svc.reset

    def run(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        if str(func["config"].get("Runtime", "")).startswith("python"):
            return functions.run(func, event, request_id)
        return dict(run_otherwise(func, event, request_id))

    def reset() -> None:
        functions.stop()
        forget_otherwise()

    lambda_svc._execute_function_warm = run
    lambda_svc.reset = reset
    return functions


def answer_crashes_as_the_gateway_does() -> None:
    """AWS answers a crashed function with the API's own 5XX response; ministack shows the stack trace."""
    from ministack.services import apigateway_v1 as gateway

    invoke = gateway._invoke_lambda_proxy_v1

    async def invoke_and_map(*args: Any, **kwargs: Any) -> Any:
        answer = await invoke(*args, **kwargs)
        if isinstance(answer, tuple) and answer[:2] == (502, {"Content-Type": "application/json"}):
            return gateway._gw_error("DEFAULT_5XX", "Internal server error")
        return answer

    gateway._invoke_lambda_proxy_v1 = invoke_and_map


def count_loopback_as_secure() -> None:
    """Bucket policies deny plain HTTP, CDK's own among them. Here nothing leaves the machine, and there is no TLS."""
    from ministack.core import iam_evaluator

    pin = iam_evaluator.pin_request_origin
    iam_evaluator.pin_request_origin = lambda address, secure: pin(address, True)


def check_ip_sets_by_their_own_names() -> None:
    """IAM checks a call about an IP set against the set's ARN; ministack, against that of a web ACL of its name."""
    from ministack.core import iam_actions

    arn_of = iam_actions.extract_resource_arn

    def arn_of_kind(service: str, method: str, path: str, headers: Mapping[str, str], *rest: Any) -> str:
        arn = str(arn_of(service, method, path, headers, *rest))
        is_of_set = service == "wafv2" and headers.get("x-amz-target", "").endswith("IPSet")
        return arn.replace("/webacl/", "/ipset/") if is_of_set else arn

    iam_actions.extract_resource_arn = arn_of_kind


def read_local_indexes_whole() -> None:
    """DynamoDB fetches from the table what a local index lacks when all attributes are asked for, which is the only
    way in which we read one; ministack returns what the index itself holds."""
    from ministack.services import dynamodb

    project = dynamodb._apply_index_projection

    def project_global(item: Item, table: Mapping[str, Any], index_name: str | None) -> Item:
        local = any(index["IndexName"] == index_name for index in table.get("LocalSecondaryIndexes") or ())
        return item if local else dict(project(item, table, index_name))

    dynamodb._apply_index_projection = project_global


def admit_crowds() -> None:
    """Two hundred clients at once: with the server's backlog of 100, half of them would try again after seconds."""
    from hypercorn.config import Config

    Config.backlog = BACKLOG


def main() -> None:
    admit_crowds()
    count_loopback_as_secure()  # first: the server imports the function by name
    register(os.environ["BOX_OFFICE_CACHE_HOST"], os.environ["BOX_OFFICE_CACHE_PORT"])
    functions = adapt_lambda(os.environ)
    answer_crashes_as_the_gateway_does()
    read_local_indexes_whole()
    check_ip_sets_by_their_own_names()
    keep_every_message()
    run_schedules_on_time()
    from ministack import app

    sys.argv = sys.argv[:1]
    try:
        app.main()
    finally:
        functions.stop()


if __name__ == "__main__":
    main()
