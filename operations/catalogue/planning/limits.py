"""Refuses a plan with more rooms or showings than one answer lists, so that no list is ever cut short."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from box_office.domain.catalogue import ROOMS_MAX, SHOWINGS_MAX, is_listed
from operations.catalogue.planning.plan import Path, Plan, Problem, Showing


def too_many_rooms(plan: Plan, others: Mapping[str, int]) -> Iterator[Problem]:
    """`others`: how many rooms each theater has that the plan does not name."""
    placed = [(("rooms", number, "theater_id"), room.theater_id) for number, room in enumerate(plan.rooms)]
    for path, theater_id, count in over_limit(ROOMS_MAX, placed, others):
        yield Problem(path, f"theater {theater_id!r} would have {count} rooms; {ROOMS_MAX} at most")


def too_many_showings(showings: Sequence[Showing], others: Mapping[str, int], now: int) -> Iterator[Problem]:
    """`others`: how many showings each film has, of those that are listed, that the plan does not name."""
    placed = [(showing.path, showing.event.movie_id) for showing in showings if is_listed(showing.event, now)]
    for path, movie_id, count in over_limit(SHOWINGS_MAX, placed, others):
        yield Problem(path, f"film {movie_id!r} would have {count} showings to come; {SHOWINGS_MAX} at most")


def over_limit(
    most: int, placed: Sequence[tuple[Path, str]], others: Mapping[str, int]
) -> Iterator[tuple[Path, str, int]]:
    """For each owner with more than `most`: the plan's place of the first that is too many, and how many there are."""
    total = Counter(owner for _, owner in placed)
    seen: Counter[str] = Counter()
    reported: set[str] = set()
    for path, owner in placed:
        seen[owner] += 1
        if owner not in reported and others.get(owner, 0) + seen[owner] > most:
            reported.add(owner)
            yield path, owner, others.get(owner, 0) + total[owner]
