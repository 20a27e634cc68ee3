"""Blocks: what an operator types, which blocks the cache holds, and which networks the edge refuses."""

import pytest

from box_office.domain.blocks import (
    Block,
    CachedBlock,
    Kind,
    Source,
    Subject,
    address_subject,
    at_edge,
    in_cache,
    overflow,
    user_subject,
)
from tests.examples import MINUTE, SECOND, TODAY

ADA = Subject(Kind.USER, "ada")
DOOR, NETWORK = address_subject("203.0.113.7"), address_subject("203.0.113.0/24")


def block(
    subject: Subject, minutes: int = 10, began_at: int = TODAY, source: Source = Source.OPERATOR, ends_at: int = 0
) -> Block:
    return Block(subject, source, began_at, ends_at or began_at + minutes * MINUTE, "a flood", "ops")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7/32", "203.0.113.7"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3::1/128", "2001:db8:1:2::/64"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7/128", "203.0.113.7"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_an_address_has_the_form_in_which_admission_counts_it(typed: str, value: str) -> None:
    assert address_subject(typed) == Subject(Kind.ADDRESS, value)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "is no address"),
        ("cinema.example", "is no address"),
        ("203.0.113.256", "is no address"),
        ("203.0.113.7:443", "is no address"),
        ("203.0.113.7/24", "type 203.0.113.0/24 for the network, or 203.0.113.7 for the address"),
        ("2001:db8::1/48", "type 2001:db8::/48 for the network"),
        ("::ffff:203.0.113.7/120", "type 203.0.113.0/24 for the network, or 203.0.113.7 for the address"),
        ("::ffff:203.0.0.0/104", "is too wide: at most a /16"),
        ("::ffff:0.0.0.0/95", "reaches beyond the IPv4 addresses"),
        ("::ffff:203.0.113.7/64", "reaches beyond the IPv4 addresses"),
        ("0.0.0.0/0", "is too wide: at most a /16"),
        ("203.0.0.0/15", "is too wide: at most a /16"),
        ("2001::/31", "is too wide: at most a /32"),
    ],
)
def test_what_is_no_address_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        address_subject(typed)


def test_a_user_s_id_is_taken_as_it_is() -> None:
    assert user_subject("3f2c-ada") == Subject(Kind.USER, "3f2c-ada")
    with pytest.raises(ValueError, match="is no user's id"):
        user_subject("ada#user")


@pytest.mark.parametrize("subject", [ADA, DOOR, NETWORK, address_subject("2001:db8::1")])
def test_a_subject_comes_back_from_its_key(subject: Subject) -> None:
    assert Subject.from_key(subject.key) == subject


def test_a_block_ends_at_its_time_and_not_before() -> None:
    ten = block(ADA, 10)
    assert (ten.live(TODAY + 10 * MINUTE - 1), ten.live(TODAY + 10 * MINUTE)) == (True, False)


def test_an_overflow_says_how_often_the_subject_was_refused() -> None:
    begun = overflow(ADA, 1_000, TODAY, TODAY + MINUTE)
    assert (begun.source, begun.why, begun.by) == (Source.AUTOMATIC, "1,000 refusals within ten minutes", "admission")


def test_the_cache_holds_the_longest_live_block_of_a_subject() -> None:
    """An automatic block neither shortens an operator's nor is shortened by it."""
    hour = block(ADA, 60)
    ten = block(ADA, 10, TODAY + SECOND, Source.AUTOMATIC)
    assert in_cache([hour, ten], TODAY + SECOND) == [CachedBlock(ADA, TODAY + SECOND, TODAY + 60 * MINUTE)]

    short, longer = block(DOOR, 1), block(DOOR, 10, source=Source.AUTOMATIC)
    assert in_cache([short, longer], TODAY) == [CachedBlock(DOOR, TODAY, TODAY + 10 * MINUTE)]
    assert in_cache([short, longer], TODAY + MINUTE) == [CachedBlock(DOOR, TODAY, TODAY + 10 * MINUTE)]


def test_of_a_subject_without_a_live_block_the_cache_is_told_the_end() -> None:
    now = TODAY + 20 * MINUTE
    ended = [block(ADA, 10), block(ADA, 15, source=Source.AUTOMATIC)]
    assert in_cache(ended, now) == [CachedBlock(ADA, TODAY + 15 * MINUTE, TODAY + 15 * MINUTE)]


def test_a_network_is_no_key_of_admission() -> None:
    assert in_cache([block(NETWORK), block(address_subject("2001:db8::/48"))], TODAY) == []
    assert [one.subject for one in in_cache([block(address_subject("2001:db8::1"))], TODAY)] == [
        Subject(Kind.ADDRESS, "2001:db8::/64")
    ]


def test_the_edge_refuses_live_addresses_of_operators_alone() -> None:
    blocks = [
        block(DOOR),
        block(address_subject("2001:db8::1")),
        block(address_subject("198.51.100.1"), source=Source.AUTOMATIC),
        block(address_subject("198.51.100.2"), ends_at=TODAY),
        block(ADA),
    ]
    networks = at_edge(blocks, TODAY)
    assert networks.by_version == {4: ["203.0.113.7/32"], 6: ["2001:db8::/64"]}
    assert networks.left_out == 0


def test_an_address_within_a_blocked_network_takes_no_place_at_the_edge() -> None:
    assert at_edge([block(DOOR), block(NETWORK)], TODAY).by_version[4] == ["203.0.113.0/24"]


def test_the_newest_blocks_stay_at_the_edge_if_there_are_too_many() -> None:
    three = [block(address_subject(f"192.0.2.{number}"), began_at=TODAY + number) for number in (3, 1, 2)]
    networks = at_edge([*three, block(address_subject("2001:db8::1"))], TODAY + 5, networks_max=2)
    assert networks.by_version == {4: ["192.0.2.2/32", "192.0.2.3/32"], 6: ["2001:db8::/64"]}
    assert networks.left_out == 1
