"""Cognito's call before it makes a token, of whichever client, at sign-in and at each refresh: a manager and a clerk
who have set up no authenticator app get a token without their role, with which they can set one up.

A raised error ends the sign-in. Cognito waits five seconds, and knows no other way to be told of groups.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from collections.abc import Mapping
from typing import Any

from box_office import wiring
from box_office.ports import Clock
from box_office.settings import Settings
from box_office.use_cases.withhold_roles import withhold_roles

SERVICE = "withhold_roles"


def build(settings: Settings, clock: Clock) -> wiring.Handler:
    logger, _ = wiring.counting(SERVICE, settings)
    factors_of = wiring.second_factors()

    def handler(event: dict[str, Any], context: object) -> Mapping[str, object]:
        configuration = event["request"].get("groupConfiguration") or {}
        groups = configuration.get("groupsToOverride") or []
        left = withhold_roles(event["userName"], groups, factors_of(event["userPoolId"]))
        if left != groups:
            logger.info("roles withheld", extra={"user_id": event["userName"], "withheld": sorted({*groups} - {*left})})
            # What is answered here takes the place of the whole configuration; an empty list leaves no groups.
            event["response"] = {
                "claimsOverrideDetails": {"groupOverrideDetails": {**configuration, "groupsToOverride": left}}
            }
        return event

    return handler


handler = wiring.at_cold_start(build, Settings)
