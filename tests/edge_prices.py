"""`PYTHONPATH=.:layers/box_office/python .venv/bin/python -m tests.edge_prices`: what the edge costs, idle and a
million requests, by the template of `dev` and the prices of operations/prices.py. A test holds docs/deploying.md to it.
"""

from collections.abc import Mapping
from typing import Any

from operations import prices

MAP_BYTES = 1_000  # the budget of a seat map of 450 seats (tests/bench/map_sizes.py)


def web_acls(templates: Mapping[str, Any]) -> list[dict[str, Any]]:
    resources = [one for template in templates.values() for one in template["Resources"].values()]
    return [one["Properties"] for one in resources if one["Type"] == "AWS::WAFv2::WebACL"]


def a_million_kept(bytes_each: int) -> float:
    """Dollars of a million answers of this size that the edge keeps."""
    moved = prices.EDGE_GIGABYTE * bytes_each * prices.MILLION / 1e9
    return prices.INSPECTED_REQUESTS + prices.EDGE_REQUESTS + moved


def table(templates: Mapping[str, Any]) -> str:
    acls = web_acls(templates)
    rules = sum(len(acl["Rules"]) for acl in acls)
    month = prices.WEB_ACL * len(acls) + prices.FIREWALL_RULE * rules
    edge = prices.INSPECTED_REQUESTS + prices.EDGE_REQUESTS
    kept, files, api = a_million_kept(MAP_BYTES), edge + prices.EDGE_FUNCTION_CALLS, edge + prices.API_REQUESTS
    return "\n".join(
        (
            "| the edge | |",
            "|---|---|",
            f"| idle, a month: {len(acls)} web ACLs with {rules} rules | ${month:.2f} |",
            f"| a million requests that the firewall refuses | ${edge:.2f} |",
            f"| a million looks at a seat map of 450 seats that the edge keeps | ${kept:.2f} |",
            f"| a million of the page's files, but for their bytes at ${prices.EDGE_GIGABYTE} a GB | ${files:.2f} |",
            f"| a million requests that reach the API, but for what the functions do | ${api:.2f} |",
        )
    )


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    from tests.infra.conftest import synthesize

    with tempfile.TemporaryDirectory() as outdir:
        print(table(synthesize("dev", Path(outdir))))
