"""`make staff`: who gets a role, who loses it, and what an interrupted command leaves."""

from typing import Any

import pytest

from box_office.adapters.dynamodb.values import to_item
from box_office.names import TABLES, Names
from operations.staff import __main__ as staff
from operations.staff.accounts import THEATER
from tests.fakes.user_pool import FakeUserPool, refused

NAMES = Names("test")
EVA = "eva@cinema.example"
DESK = ("--add", EVA, "--role", "desk", "--theater", "lisboa")


class Theaters:
    """The table of theaters, and the parameter with the pool's id."""

    ids = ("lisboa", "london")

    def get_item(self, TableName: str, Key: Any) -> dict[str, Any]:
        return {"Item": Key} if Key["theater_id"]["S"] in self.ids else {}

    def get_paginator(self, operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Items": [to_item({"theater_id": one}) for one in self.ids]}]

    def get_parameter(self, Name: str) -> dict[str, Any]:
        assert Name == "/box-office-test/user-pool-id"
        return {"Parameter": {"Value": "pool"}}


class NothingDeployed(Theaters):
    def get_parameter(self, Name: str) -> dict[str, Any]:
        raise refused("ParameterNotFound", "GetParameter")


class Stage:
    """operations.target.Target, over the fakes."""

    names = NAMES
    tables = {role: NAMES.table(role) for role in TABLES}
    description = "a stage"

    def __init__(self, pool: FakeUserPool, tables: Theaters, local: bool) -> None:
        self._pool, self._tables = pool, tables
        self.connection = {"endpoint_url": "here"} if local else {}

    def client(self, service: str) -> Any:
        return self._pool if service == "cognito-idp" else self._tables


class Command:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.pool, self.tables, self.local = FakeUserPool(), Theaters(), False
        self._capsys = capsys
        monkeypatch.setattr("operations.commands.this_target", lambda _: Stage(self.pool, self.tables, self.local))

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and what the command printed."""
        status = staff.main(arguments)
        printed = self._capsys.readouterr()
        return status, printed.out + printed.err


@pytest.fixture
def make_staff(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def test_a_new_clerk_gets_an_account_an_invitation_a_theater_and_a_role(make_staff: Command) -> None:
    status, printed = make_staff(*DESK)
    eva = make_staff.pool.of(EVA)
    assert (status, eva.groups, eva.attributes[THEATER], eva.mails) == (0, {"desk"}, "lisboa", 1)
    assert eva.attributes["email_verified"] == "true"
    assert f"{EVA} is desk of lisboa now." in printed and "mails them a temporary password" in printed


def test_on_one_machine_the_temporary_password_is_printed_instead_of_mailed(make_staff: Command) -> None:
    make_staff.local = True
    status, printed = make_staff(*DESK)
    eva = make_staff.pool.of(EVA)
    assert (status, eva.mails) == (0, 0)
    assert eva.password and f"Temporary password: {eva.password}" in printed
    first = eva.password
    assert make_staff(*DESK)[0] == 0
    assert eva.password != first, "a clerk who lost the first one gets another"


def test_the_same_command_again_invites_again_until_the_clerk_has_signed_in(make_staff: Command) -> None:
    make_staff(*DESK)
    status, printed = make_staff(*DESK)
    eva = make_staff.pool.of(EVA)
    assert (status, eva.mails, eva.sign_outs) == (0, 2, 0)
    assert "has not signed in yet" in printed
    eva.status = "CONFIRMED"
    status, printed = make_staff(*DESK)
    assert (status, eva.mails, eva.sign_outs) == (0, 2, 0)
    assert f"{EVA} is desk of lisboa already; nothing was changed." in printed


@pytest.mark.parametrize(
    ("had", "asked", "groups", "theater"),
    [
        (("desk", "lisboa"), ("desk", "london"), {"desk"}, "london"),
        (("gate", "lisboa"), ("desk", "lisboa"), {"desk"}, "lisboa"),
        (("desk", "lisboa"), ("manager", ""), {"manager"}, None),
        (("manager", ""), ("gate", "london"), {"gate"}, "london"),
        (("customer", ""), ("desk", "lisboa"), {"customer", "desk"}, "lisboa"),
    ],
)
def test_another_role_or_theater_takes_the_place_of_the_old_one_and_ends_the_sessions(
    make_staff: Command, had: tuple[str, str], asked: tuple[str, str], groups: set[str], theater: str | None
) -> None:
    eva = make_staff.pool.has(EVA, had[0], theater=had[1])
    status, _ = make_staff("--add", EVA, "--role", asked[0], "--theater", asked[1])
    assert (status, eva.groups, eva.attributes.get(THEATER), eva.sign_outs) == (0, groups, theater, 1)
    assert eva.mails == 0


def test_a_desk_without_a_theater_sells_in_every_one_and_the_command_says_so(make_staff: Command) -> None:
    status, printed = make_staff("--add", EVA, "--role", "desk")
    assert status == 0 and "is desk of every theater now" in printed


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (("--add", EVA), 2, "ROLE=: one of manager, desk, gate is needed"),
        (("--add", EVA, "--role", "admin"), 2, "ROLE=admin: one of manager, desk, gate"),
        (("--add", EVA, "--role", "customer"), 2, "one of manager, desk, gate"),
        (("--add", EVA, "--role", "gate"), 2, "add THEATER="),
        (("--add", "eva", "--role", "desk"), 2, "A mail address is needed, not the text 'eva'"),
        (("--add", EVA, "--role", "desk", "--theater", "porto"), 1, "There are: lisboa, london."),
        (("--role", "desk"), 2, "go with ADD"),
        (("--dismiss", EVA, "--theater", "lisboa"), 2, "go with ADD"),
        (("--dismiss", EVA, "--add", EVA), 2, "One of ADD, DISMISS and RESET_TOTP"),
        (("--dismiss", EVA), 1, f"No account has the address {EVA}"),
        (("--reset-totp", EVA), 1, f"No account has the address {EVA}"),
    ],
)
def test_what_is_refused_changes_nothing_and_the_command_says_why(
    make_staff: Command, arguments: tuple[str, ...], status: int, why: str
) -> None:
    exited, printed = make_staff(*arguments)
    assert exited == status and why in printed and "Nothing was changed." in printed
    assert make_staff.pool.users == []


@pytest.mark.parametrize(
    ("members", "why"), [({"status": "UNCONFIRMED"}, "has not proved yet"), ({"enabled": False}, "is disabled")]
)
def test_an_account_that_is_not_proved_or_disabled_gets_no_role(
    make_staff: Command, members: dict[str, Any], why: str
) -> None:
    """A stranger may have signed up with the clerk's address, and would know its password."""
    eva = make_staff.pool.has(EVA, **members)
    status, printed = make_staff(*DESK)
    assert status == 1 and why in printed and eva.groups == set()


def test_a_dismissed_clerk_is_a_customer_without_theater_or_session(make_staff: Command) -> None:
    eva = make_staff.pool.has(EVA, "desk", "customer", theater="lisboa", totp=True)
    status, printed = make_staff("--dismiss", EVA)
    assert (status, eva.groups, eva.attributes, eva.sign_outs) == (0, {"customer"}, {"email": EVA}, 1)
    assert (eva.enabled, eva.totp) == (True, True), "the customer goes on signing in as before"
    assert "was desk of lisboa, and is a customer now" in printed and "an hour at most" in printed
    status, printed = make_staff("--dismiss", EVA)
    assert (status, eva.sign_outs) == (0, 1) and "is no staff; nothing was changed" in printed


STEPS = ("admin_user_global_sign_out", "admin_remove_user_from_group", "admin_update_user_attributes")


@pytest.mark.parametrize("step", STEPS)
def test_a_dismissal_that_was_interrupted_is_ended_by_the_same_command(make_staff: Command, step: str) -> None:
    eva = make_staff.pool.has(EVA, "desk", theater="lisboa")
    make_staff.pool.fails_at = step
    assert make_staff("--dismiss", EVA)[0] == 1
    assert not (eva.groups and THEATER not in eva.attributes), "a desk without a theater sells in every one"
    make_staff.pool.fails_at = None
    assert make_staff("--dismiss", EVA)[0] == 0
    assert (eva.groups, eva.attributes.get(THEATER)) == (set(), None) and eva.sign_outs


@pytest.mark.parametrize("step", [*STEPS, "admin_add_user_to_group"])
def test_a_move_that_was_interrupted_is_ended_by_the_same_command(make_staff: Command, step: str) -> None:
    eva = make_staff.pool.has(EVA, "desk", theater="lisboa")
    to_the_gate = ("--add", EVA, "--role", "gate", "--theater", "london")
    make_staff.pool.fails_at = step
    assert make_staff(*to_the_gate)[0] == 1
    assert ("gate" in eva.groups) <= (eva.attributes.get(THEATER) == "london"), "a gate of every theater"
    make_staff.pool.fails_at = None
    assert make_staff(*to_the_gate)[0] == 0
    assert (eva.groups, eva.attributes[THEATER]) == ({"gate"}, "london") and eva.sign_outs


def test_an_invitation_that_was_interrupted_is_ended_by_the_same_command(make_staff: Command) -> None:
    make_staff.pool.fails_at = "admin_add_user_to_group"
    assert make_staff(*DESK)[0] == 1
    make_staff.pool.fails_at = None
    status, printed = make_staff(*DESK)
    eva = make_staff.pool.of(EVA)
    assert (status, eva.groups, eva.attributes[THEATER]) == (0, {"desk"}, "lisboa")
    assert "has not signed in yet" in printed


def test_a_lost_phone_s_app_is_forgotten_and_its_sessions_end(make_staff: Command) -> None:
    eva = make_staff.pool.has(EVA, "manager", totp=True)
    make_staff.pool.trigger = "arn:of:the:function"
    status, printed = make_staff("--reset-totp", EVA)
    assert (status, eva.totp, eva.sign_outs, eva.groups) == (0, False, 1, {"manager"})
    assert "The role counts again once they have set up an authenticator app" in printed
    status, printed = make_staff("--reset-totp", EVA)
    assert (status, eva.sign_outs) == (0, 1) and "nothing was changed" in printed


@pytest.mark.parametrize(
    ("trigger", "role", "totp", "says_so"),
    [
        ("arn", "desk", False, True),
        ("arn", "desk", True, False),
        ("arn", "gate", False, False),
        (None, "desk", False, False),
    ],
)
def test_the_command_says_when_a_role_waits_for_an_authenticator_app(
    make_staff: Command, trigger: str | None, role: str, totp: bool, says_so: bool
) -> None:
    make_staff.pool.trigger = trigger
    make_staff.pool.has(EVA, totp=totp)
    _, printed = make_staff("--add", EVA, "--role", role, "--theater", "lisboa")
    assert ("counts once they have set up an authenticator app" in printed) == says_so


@pytest.mark.parametrize("local", [False, True])
def test_adding_staff_of_a_stage_says_how_they_sign_in_without_a_page(make_staff: Command, local: bool) -> None:
    make_staff.local = local
    _, printed = make_staff(*DESK)
    assert ('There is no page for staff yet: docs/operations.md, "Signing in as staff"' in printed) == (not local)


def test_the_list_has_each_account_with_a_role_once_by_role_and_address(make_staff: Command) -> None:
    pool = make_staff.pool
    pool.has("porter@cinema.example", "gate", theater="london", enabled=False)
    pool.has("zoe@cinema.example", "desk", theater="lisboa", status="FORCE_CHANGE_PASSWORD")
    pool.has("boss@cinema.example", "manager", "desk", totp=True)
    pool.has("ada@example.com", "customer")
    status, printed = make_staff()
    assert status == 0
    assert [line.split() for line in printed.splitlines()[1:]] == [
        ["address", "role", "theater", "TOTP", "account", "last", "change"],
        ["boss@cinema.example", "manager,desk", "every", "theater", "yes", "enabled", "2026-11-29", "18:30"],
        ["zoe@cinema.example", "desk", "lisboa", "no", "invited", "2026-11-29", "18:30"],
        ["porter@cinema.example", "gate", "london", "no", "disabled", "2026-11-29", "18:30"],
        ["3", "accounts", "with", "a", "role."],
    ]


def test_an_empty_list_is_said_to_be_empty(make_staff: Command) -> None:
    assert make_staff() == (0, "Asking a stage.\n0 accounts with a role.\n")


def test_without_a_deployment_the_command_says_what_to_type(make_staff: Command) -> None:
    make_staff.tables = NothingDeployed()
    status, printed = make_staff(*DESK)
    assert status == 1 and "cdk deploy --all -c stage=test" in printed
