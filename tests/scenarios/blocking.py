"""Blocks, as customers and the people who are blocked see them."""

import pytest

from box_office.domain.blocks import Kind, Source, Subject
from tests.verbs import Answer, Verbs

ADA, HER_ADDRESS = Subject(Kind.USER, "ada"), Subject(Kind.ADDRESS, "192.0.2.1")
HOME = "198.51.100.7"  # an address that is not blocked


def refused(answer: Answer) -> bool:
    return (answer.status, answer.code, answer.headers["Status"]) == (403, "blocked", "BLOCKED")


def test_a_blocked_user_is_refused_holds_their_extension_and_the_map(cinema: Verbs) -> None:
    assert cinema.hold("A1").status == 201
    cinema.block(ADA)
    assert cinema.carry() == 1

    assert refused(cinema.hold("A2")) and refused(cinema.hold("A2", event_id=None))
    assert refused(cinema.extend())
    assert refused(cinema.map()) and refused(cinema.map(address=HOME))
    assert cinema.small_map().status == 200, "SeatMap knows no user"
    assert cinema.hold("A2", user="grace").code != "blocked"


@pytest.mark.parametrize("subject", [ADA, HER_ADDRESS], ids=str)
@pytest.mark.parametrize("source", Source)
def test_a_blocked_holder_still_pays_and_gets_the_tickets(cinema: Verbs, subject: Subject, source: Source) -> None:
    assert cinema.hold("A1").status == 201
    cinema.block(subject, source=source)
    cinema.carry()

    assert refused(cinema.hold("A2"))
    assert cinema.booking().body["status"] == "HELD"
    assert cinema.submit().status == 202
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    assert cinema.refund().status == 202, "nothing else is refused either"


@pytest.mark.parametrize("subject", [ADA, HER_ADDRESS], ids=str)
@pytest.mark.parametrize("source", Source)
def test_no_block_refuses_a_release(cinema: Verbs, subject: Subject, source: Source) -> None:
    cinema.hold("A1")
    cinema.block(subject, source=source)
    cinema.carry()

    assert cinema.release().status == 204
    assert cinema.seat("A1")["status"] == "empty"
    assert cinema.release().status == 204, "asked again, it gives the same answer"
    assert cinema.release(event_id="ev_2").code == "unknown_order"


@pytest.mark.shows("flood from one user or address")
def test_a_user_who_blocked_themselves_is_in_the_table_and_pays_all_the_same(cinema: Verbs) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 2, "self_block_minutes": 5}
    assert cinema.hold("A1").status == 201
    assert [cinema.hold("A2").code for _ in range(3)] == ["rate_limited", "rate_limited", "blocked"]

    [block] = cinema.block_table.of_subject(ADA)
    assert (block.source, block.why, block.by) == (Source.AUTOMATIC, "2 refusals within ten minutes", "admission")
    assert block.ends_at == cinema.clock.now + 5 * 60_000
    assert (cinema.booking().status, cinema.submit().status) == (200, 202)
    cinema.deliver()
    cinema.clock.advance(seconds=5 * 60)
    assert cinema.hold("A2").status == 201, "the block has lapsed"


@pytest.mark.shows("flood from one user or address")
def test_an_address_that_blocked_itself_is_refused_by_admission_alone(cinema: Verbs) -> None:
    cinema.settings_changes = {"address_burst": 1, "address_refusals_max": 1}
    cinema.hold("A1", user="ada")
    assert cinema.small_map().code == "rate_limited"
    assert refused(cinema.small_map()) and refused(cinema.hold("A2", user="grace"))

    assert [block.source for block in cinema.block_table.of_subject(HER_ADDRESS)] == [Source.AUTOMATIC]
    assert (cinema.booking().status, cinema.submit().status) == (200, 202)


@pytest.mark.shows("cache failed over and lost blocks")
def test_a_block_that_began_by_itself_comes_back_after_the_cache_was_lost(cinema: Verbs) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 1}
    cinema.hold("A1")
    cinema.hold("A2")
    cinema.lose_the_cache()
    assert cinema.carry() == 1
    assert refused(cinema.hold("A2"))


def test_an_operator_s_end_lets_a_user_in_who_blocked_themselves(cinema: Verbs) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 1}
    cinema.hold("A1")
    cinema.hold("A2")
    [block] = cinema.block_table.of_subject(ADA)
    cinema.clock.advance(seconds=60)
    assert cinema.block_table.end(block, cinema.clock.now)
    assert cinema.carry() == 0
    assert cinema.hold("A2").status == 201
