"""Each rule twice: with it every promise is kept; without it, in the test alone, the race must show.

A race that shows nothing without its rule tests nothing: then the race must be mended, not the rule. A rule that is
taken out so that the code breaks shows nothing either: `cinema` fails each test in which anything is answered 500, or a
consumer or the reconciler meets a bug (tests/bugs.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from box_office.adapters.dynamodb import change_outcomes
from box_office.adapters.dynamodb import changes as dynamodb_changes
from box_office.adapters.valkey.connection import Script
from box_office.adapters.valkey.seats import COPY, FREE, LEASE, MARK, UNDO, ValkeySeats
from box_office.domain import holding
from box_office.domain.seats import SeatRow
from box_office.use_cases.hold_in_progress import Holding
from tests.cinema import Cinema
from tests.integration import cache_races, gate_races, payment_races, races, swap_races

take_back = Holding.take_back
Patch = Callable[[pytest.MonkeyPatch], None]
Race = Callable[[Cinema], list[str]]


@dataclass(frozen=True)
class Rule:
    name: str
    without: Patch
    races: tuple[Race, ...]


def always_true(*names: str) -> Patch:
    """The condition of these names, which still uses all its values, and holds whatever the row says."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        for name in names:
            key = "order_key" if name in ("NO_ORDER_YET", "SAME_REVISION", "NOTHING_AS_NEW") else "seat_id"
            condition = getattr(dynamodb_changes, name)
            text = f"({condition}) OR attribute_exists({key}) OR attribute_not_exists({key})"
            monkeypatch.setattr(dynamodb_changes, name, text)

    return patch


def without_part(name: str, part: str, instead: str = "") -> Patch:
    """The text of this name without a part of it."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        text = getattr(dynamodb_changes, name)
        assert text.count(part) == 1, f"{name} has changed: point this control at its new words ({part})"
        monkeypatch.setattr(dynamodb_changes, name, text.replace(part, instead))

    return patch


def lua(script: Script, rule: str, without: str) -> Patch:
    """The script with one of its lines changed."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        assert script.text.count(rule) == 1, f"the script has changed: point this control at its new line ({rule})"
        changed = object.__new__(Script)
        changed.__dict__.update(text=script.text.replace(rule, without))
        monkeypatch.setattr(script, "digest", f"{hash(changed.text) & (2**160 - 1):040x}")
        monkeypatch.setattr(script, "text", changed.text)

    return patch


def replaced(owner: object, name: str, value: object) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, value)


def nothing(*_: object) -> None:
    """In the place of a check or a deed."""


def undo_without_rows(holding, rows=()) -> None:
    take_back(holding)


def undo_of_wanted_seats_only(monkeypatch: pytest.MonkeyPatch) -> None:
    undo = ValkeySeats.undo
    monkeypatch.setattr(
        ValkeySeats,
        "undo",
        lambda self, request, marked, *rest: undo(self, request, replace(marked, given_up=()), *rest),
    )


def booked_seats_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    condition = dynamodb_changes.MAY_BE_TAKEN + " OR (order_id = :earlier AND pinned = :false)"
    monkeypatch.setattr(dynamodb_changes, "MAY_BE_TAKEN_OVER", condition)


def no_clock_skew(monkeypatch: pytest.MonkeyPatch) -> None:
    seat_item = dynamodb_changes.seat_item

    def judged_at_once(change, seat, act, table, lapsed):
        return seat_item(change, seat, act, table, lapsed + 1_000)

    monkeypatch.setattr(dynamodb_changes, "seat_item", judged_at_once)


RULES = [
    Rule(
        "a seat may be taken if it is empty or its hold lapsed",
        always_true("MAY_BE_TAKEN"),
        (races.two_users_want_one_seat, races.overlapping_selections_in_opposite_order),
    ),
    Rule(
        "a write keeps and frees only seats that still name its order",
        always_true("STILL_THE_ORDERS"),
        (
            races.a_release_meets_the_lapse_and_the_next_owner,
            races.a_replacement_meets_the_lapse_and_the_next_owner,
            races.a_smaller_selection_meets_the_lapse_and_the_next_owner,
        ),
    ),
    Rule(
        "a first order begins once",
        always_true("NO_ORDER_YET"),
        (races.two_devices_hold_for_the_first_time, races.two_devices_take_six_seats_each),
    ),
    Rule(
        "every transaction expects the revision that it read",
        always_true("SAME_REVISION"),
        (
            races.two_devices_replace_at_one_revision,
            races.one_device_releases_while_another_adds,
            races.a_wheelchair_ticket_is_given_back_while_its_companion_is_added,
        ),
    ),
    Rule(
        "what is set aside is written once",
        always_true("SAME_REVISION", "NOTHING_AS_NEW"),
        (races.two_devices_begin_anew_after_a_lapse, races.two_devices_add_a_companion_each),
    ),
    Rule(
        "a booked seat is nobody's to take",
        booked_seats_taken_over,
        (races.an_owner_asks_for_a_booked_seat_again,),
    ),
    Rule(
        "nobody takes a pinned seat, whatever its time",
        without_part("MAY_BE_TAKEN", " AND pinned = :false"),
        (
            payment_races.a_hold_lapses_while_the_bank_thinks,
            payment_races.charged_after_the_cap_and_a_seat_is_being_paid_for,
        ),
    ),
    Rule(
        "charged after the cap: only if all its seats are free",
        always_true("MAY_BE_TAKEN"),
        (payment_races.charged_after_the_cap_and_a_seat_is_held,),
    ),
    Rule(
        "every outcome expects the revision that it read",
        always_true("SAME_REVISION"),
        (
            payment_races.a_worker_comes_late,
            payment_races.a_refund_while_the_gate_scans,
            gate_races.two_gates_scan_at_once,
            gate_races.two_gates_scan_two_tickets_of_an_order,
            gate_races.an_undo_while_another_ticket_is_scanned,
            gate_races.an_undo_while_the_ticket_is_refunded,
        ),
    ),
    Rule(
        "a change of the count bumps the newest item's revision",
        without_part("COUNT_TICKETS", "revision = :next", "counted_at_revision = :next"),
        (payment_races.an_earlier_order_is_refunded_while_the_newest_is_changed,),
    ),
    Rule(
        "a queued hold is made only if its order is unwritten",
        always_true("NO_ORDER_YET"),
        (payment_races.a_queued_hold_is_let_go_before_it_is_made,),
    ),
    Rule(
        "tickets count towards the cap",
        replaced(holding, "check_event_cap", nothing),
        (races.tickets_count_towards_ten,),
    ),
    Rule("others wait a second longer", no_clock_skew, (races.clocks_differ_by_a_second,)),
    Rule(
        "a change that lies there already is this request's own",
        replaced(dynamodb_changes, "written_before", lambda error, token: False),
        (races.the_answer_of_a_write_is_lost,),
    ),
    Rule(
        "undo removes only the marks of its own token",
        lua(UNDO, "if string.match(top, MADE_BY) == ARGV[1] then", "if true then"),
        (cache_races.an_undo_comes_late,),
    ),
    Rule(
        "an older copy replaces nothing",
        lua(COPY, "if version >= known then", "if true then"),
        (cache_races.a_loader_comes_after_the_next_one,),
    ),
    Rule(
        "an equal copy spares a fresh mark",
        lua(COPY, "(version > known or not fresh(fields[2]))", "true"),
        (cache_races.a_loader_comes_after_a_hold_of_a_known_seat,),
    ),
    Rule(
        "a whole load spares a fresh mark on a seat without a row",
        lua(COPY, "and not fresh(entry[i + 1]) then", "then"),
        (cache_races.a_loader_comes_after_a_hold_of_an_untouched_seat,),
    ),
    Rule(
        "old marks without a row behind them are dropped",
        lua(COPY, "and not fresh(entry[i + 1]) then", "and false then"),
        (cache_races.an_environment_dies_between_mark_and_write,),
    ),
    Rule(
        "a mark never stops its own user",
        lua(MARK, "if kind == 'e' or who == asking or", "if kind == 'e' or"),
        (cache_races.the_same_user_tries_again_after_a_crash,),
    ),
    Rule(
        "what is wanted no more shows as free with the marks",
        lua(MARK, "lay(seat, 'e|' .. token .. '|||0|' .. now, fields[1])", ""),
        (swap_races.somebody_wants_the_seat_that_was_swapped,),
    ),
    Rule(
        "what was given up for nothing is taken back",
        undo_of_wanted_seats_only,
        (
            swap_races.a_replacement_certainly_fails,
            swap_races.a_replacement_meets_a_table_that_is_away,
            swap_races.a_replacement_meets_a_seat_that_the_cache_thinks_is_free,
        ),
    ),
    Rule(
        "an equal copy drops a mark that is fresh no more",
        lua(COPY, "(version > known or not fresh(fields[2]))", "version > known"),
        (swap_races.an_environment_dies_before_it_writes_a_replacement,),
    ),
    Rule(
        "what was given up and not freed is taken back",
        replaced(ValkeySeats, "take_back", nothing),
        (swap_races.a_booking_that_the_cache_has_not_heard_of,),
    ),
    Rule(
        "a holder gives up marks of its own alone",
        lua(MARK, "kind == 'h' and who == holder", "kind == 'h'"),
        (swap_races.the_other_sale_has_taken_the_seat,),
    ),
    Rule(
        "a holder gives up rows of its own alone",
        lua(MARK, "status == 'hold' and owner == holder end", "status == 'hold' end"),
        (swap_races.the_other_sale_has_taken_the_seat_and_its_row_is_known,),
    ),
    Rule(
        "a clerk's sale is a stranger to the other sale's seats",
        lua(MARK, "who == asking or", "(asking and string.match(who, '^[^@]*') == string.match(asking, '^[^@]*')) or"),
        (swap_races.a_clerk_tries_for_a_seat_of_the_other_sale,),
    ),
    Rule(
        "what was freed shows as free over marks of the same holder alone",
        lua(
            FREE,
            "holder == ARGV[6] and tonumber(made_at)",
            "string.match(holder, '^[^@]*') == string.match(ARGV[6], '^[^@]*') and tonumber(made_at)",
        ),
        (swap_races.the_other_sale_takes_what_is_being_dropped,),
    ),
    Rule(
        "who gets the hold that they had takes their marks back",
        replaced(Holding, "take_back", nothing),
        (swap_races.the_same_seats_are_asked_for_until_the_end,),
    ),
    Rule(
        "a loser stops at the cache",
        lua(MARK, "if #refused > 6 then", "if false then"),
        (cache_races.a_loser_costs_the_table_nothing,),
    ),
    Rule(
        "one loader at a time",
        lua(LEASE, "if leased and tonumber(string.match(leased, '^%d+')) > now then return '' end", ""),
        (cache_races.two_people_look_when_a_reload_is_due,),
    ),
    Rule(
        "what certainly failed takes its marks back",
        replaced(Holding, "take_back", nothing),
        (cache_races.the_table_is_out_of_reach, cache_races.the_table_throttles),
    ),
    Rule(
        "the marks of an unknown outcome stay",
        replaced(change_outcomes, "NEVER_SENT", Exception),
        (cache_races.no_try_of_a_write_is_answered, cache_races.an_unanswered_try_is_followed_by_certain_failures),
    ),
    Rule(
        "the rows that come back repair the cache",
        replaced(Holding, "take_back", undo_without_rows),
        (cache_races.the_cache_thinks_a_held_seat_is_free,),
    ),
    Rule(
        "without the cache the seats are read first",
        replaced(SeatRow, "can_be_taken", lambda *_: True),
        (cache_races.a_loser_without_the_cache_writes_nothing,),
    ),
]
PAIRS = [(rule, race) for rule in RULES for race in rule.races]
NAMES = [f"{rule.name}: {race.__name__}" for rule, race in PAIRS]


@pytest.mark.parametrize(("rule", "race"), PAIRS, ids=NAMES)
def test_with_the_rule_every_promise_is_kept(cinema: Cinema, rule: Rule, race: Race) -> None:
    broken = race(cinema)
    assert not broken, f"{rule.name}:\n" + "\n".join(broken)


@pytest.mark.parametrize(("rule", "race"), PAIRS, ids=NAMES)
def test_without_the_rule_the_race_shows(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch, rule: Rule, race: Race
) -> None:
    rule.without(monkeypatch)
    found = race(cinema)
    assert not cinema.bugs, f"without '{rule.name}' the code breaks, which shows nothing: take it out otherwise"
    assert found, f"'{rule.name}' was taken out and {race.__name__} shows nothing: mend the race"


@pytest.mark.parametrize(
    "race",
    [races.one_device_adds_while_another_releases, swap_races.no_try_of_a_replacement_is_answered],
    ids=lambda race: race.__name__,
)
def test_races_that_several_rules_decide(cinema: Cinema, race: Race) -> None:
    assert race(cinema) == []
