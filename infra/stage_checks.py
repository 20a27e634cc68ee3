"""What of a stage's settings cannot be deployed, or does not go with another: refused before anything is deployed."""

import itertools
import re
from collections.abc import Iterator

from infra.edge.settings import broken_edge_settings
from infra.payment_capacity import broken_capacity
from infra.rules_of_sale import broken_rules
from infra.stage_files import UnknownStage
from infra.stages import NO_ALARM_EMAIL, ZONES, ExternalConfig, Stage

STAFF_TOKEN_HOURS_MAX = 24  # Cognito's own bound


def check_external(stage: Stage, external: ExternalConfig) -> None:
    """Raises UnknownStage when a setting is missing that a stage needs because it retains its data or sells to
    strangers."""
    if stage.retain and not external.alarm_email:
        raise UnknownStage(
            "alarm_email is missing, so no operator would be told of an alarm. Write an address there; or, if alarms "
            f'are watched otherwise, alarm_email = "{NO_ALARM_EMAIL}".'
        )
    if stage.strangers and not external.return_url:
        raise UnknownStage(
            "return_url is missing, so customers would come back from their bank to the API's own address, which shows "
            "them JSON. Write the https:// address of your page there."
        )
    if stage.strangers and not external.return_url.startswith("https://"):
        raise UnknownStage(f"return_url = {external.return_url}: strangers need the https:// address of your page.")
    if stage.strangers and not external.signup_sender:
        raise UnknownStage(
            "signup_sender is missing, so Cognito's own mailer would stop at about 50 mails a day, and no customer "
            "could sign up any more. Write an address there, of a domain that SES has verified and lets out of its "
            "sandbox."
        )


def check_staff(stage: Stage) -> None:
    """Raises UnknownStage if staff of a stage that sells could sign in by a password alone, or if a stage's staff would
    stay signed in for too long."""
    if stage.strangers and not stage.staff_totp:
        raise UnknownStage(
            "staff_totp is missing, so a clerk's password would be enough to sell, and a manager's to refund. Write "
            "staff_totp = true there."
        )
    hours_max = 1 if stage.strangers else STAFF_TOKEN_HOURS_MAX
    if not 1 <= stage.staff_token_hours <= hours_max:
        raise UnknownStage(
            f"staff_token_hours = {stage.staff_token_hours}: 1 to {hours_max} is needed. A token stays valid for so "
            "long after its clerk was dismissed; a stage that sells takes 1, Cognito 24 at most."
        )


def check_rules(stage: Stage) -> None:
    """Raises UnknownStage for the first number that is out of its bounds, or does not go with another."""
    broken = itertools.chain(
        broken_rules(stage), broken_edge_settings(stage), broken_payments(stage), broken_zones(stage)
    )
    sentence = next(broken, None)
    if sentence is not None:
        raise UnknownStage(sentence)


def broken_zones(stage: Stage) -> Iterator[str]:
    """Ids, not names: a name such as us-east-1a is another zone in each account. Source:
    https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""
    if not stage.zone_ids:
        return
    wrong = [one for one in stage.zones if not re.fullmatch(r"[a-z]+[0-9]+-az[0-9]+", one)]
    if wrong:
        yield f"zone_ids: {wrong[0]} is no id of a zone, such as use1-az1."
    elif len(set(stage.zones)) != ZONES or len(stage.zones) != ZONES:
        yield f"zone_ids = {stage.zone_ids}: {ZONES} different zones are needed."


def broken_payments(stage: Stage) -> Iterator[str]:
    return broken_capacity(stage.payments_per_second, stage.provider_call_ms, stage.lanes)
