"""Cognito's call before it makes a token, of whichever client, at sign-in and at each refresh: a manager and a clerk
who have set up no authenticator app get a token without their role, with which they can set one up. A refreshed token
has the role once all sessions that began before the app have ended.

A raised error ends the sign-in. Cognito waits five seconds, and takes groups in no other way.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from collections.abc import Mapping
from typing import Any

from box_office import wiring
from box_office.ports import Clock
from box_office.settings.users import SignInSettings
from box_office.use_cases.withhold_roles import AskedToken, RolePorts, withhold_roles

SERVICE = "withhold_roles"
REFRESH = "TokenGeneration_RefreshTokens"  # each other source is a sign-in


def build(settings: SignInSettings, clock: Clock) -> wiring.Handler:
    logger, _ = wiring.counting(SERVICE, settings)
    factors_of, records = wiring.second_factors(), wiring.code_records(settings)

    def handler(event: dict[str, Any], context: object) -> Mapping[str, object]:
        configuration = event["request"].get("groupConfiguration") or {}
        groups = configuration.get("groupsToOverride") or []
        asked = AskedToken(event["userName"], groups, event["triggerSource"] == REFRESH)
        ports = RolePorts(factors_of(event["userPoolId"]), records)
        left = withhold_roles(asked, ports, settings.staff_session_hours, clock.now_ms())
        if left != groups:
            logger.info("roles withheld", extra={"user_id": event["userName"], "withheld": sorted({*groups} - {*left})})
            # What is answered here takes the place of the whole configuration; an empty list leaves no groups.
            event["response"] = {
                "claimsOverrideDetails": {"groupOverrideDetails": {**configuration, "groupsToOverride": left}}
            }
        return event

    return handler


handler = wiring.at_cold_start(build, SignInSettings)
