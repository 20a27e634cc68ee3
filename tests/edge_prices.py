"""`PYTHONPATH=.:layers/box_office/python .venv/bin/python -m tests.edge_prices`: what the edge costs, idle and a
million requests, by the template of `dev`. A test holds docs/deploying.md to it.

Prices of us-east-1 in November 2026, first tiers: https://aws.amazon.com/waf/pricing/,
https://aws.amazon.com/cloudfront/pricing/, https://aws.amazon.com/api-gateway/pricing/
"""

from collections.abc import Mapping
from typing import Any

WEB_ACL, RULE = 5.00, 1.00  # a month
INSPECTED, ASKED, FUNCTION, API = 0.60, 1.00, 0.10, 3.50  # a million requests
GIGABYTE = 0.085  # to viewers
MAP_BYTES = 1_000  # the budget of a seat map of 450 seats (tests/bench/map_sizes.py)


def web_acls(templates: Mapping[str, Any]) -> list[dict[str, Any]]:
    resources = [one for template in templates.values() for one in template["Resources"].values()]
    return [one["Properties"] for one in resources if one["Type"] == "AWS::WAFv2::WebACL"]


def table(templates: Mapping[str, Any]) -> str:
    acls = web_acls(templates)
    rules = sum(len(acl["Rules"]) for acl in acls)
    month = WEB_ACL * len(acls) + RULE * rules
    edge = INSPECTED + ASKED
    kept = edge + GIGABYTE * MAP_BYTES * 1_000_000 / 1e9
    return "\n".join(
        (
            "| the edge | |",
            "|---|---|",
            f"| idle, a month: {len(acls)} web ACLs with {rules} rules | ${month:.2f} |",
            f"| a million requests that the firewall refuses | ${edge:.2f} |",
            f"| a million looks at a seat map of 450 seats that the edge keeps | ${kept:.2f} |",
            f"| a million of the page's files, but for their bytes at ${GIGABYTE} a GB | ${edge + FUNCTION:.2f} |",
            f"| a million requests that reach the API, but for what the functions do | ${edge + API:.2f} |",
        )
    )


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    from tests.infra.conftest import synthesize

    with tempfile.TemporaryDirectory() as outdir:
        print(table(synthesize("dev", Path(outdir))))
