"""Several people and two environments on one small room, against a model of a dozen lines that knows no table.

The model says what must be; the cinema may only be more careful, and only where the design allows it: the cache may
cause a false "taken" for a minute after it missed a write, and forget a key when it was lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.replays import word_for_word
from tests.sample_catalogue import MINUTE, SMALL_ROOM
from tests.verbs import Answer, Verbs
from tests.wire import Crash

EVENT = "ev_2"
SEATS = tuple(SMALL_ROOM.category_of)
USERS = ("ada", "grace", "linus")
SKEW = 1_000
# Of admission: a machine's hundreds of requests at one instant do not fill them.
WIDE = {
    "user_hold_burst": 10**6,
    "user_map_burst": 10**6,
    "address_burst": 10**6,
    "marks_per_minute_max": 10**6,
}

users = st.sampled_from(USERS)
selections = st.lists(st.sampled_from(SEATS[:5]), min_size=1, max_size=3, unique=True).map(tuple)
environments = st.sampled_from(["first", "second", "without cache"])
keys = st.sampled_from([None, None, "k1", "k2"])
waits = st.sampled_from([1, 999, 1_000, 30_000, 61_000, 5 * MINUTE, 10 * MINUTE - 1, 10 * MINUTE + 1_000])


@dataclass
class Hold:
    """A user's newest order, as the model knows it."""

    seats: frozenset[str]
    since: int
    end: int
    released: bool = False
    order_id: str | None = None  # None: an environment died, and it was never told
    keys: dict[str, tuple[frozenset[str], int, dict]] = field(default_factory=dict)

    def live(self, now: int) -> bool:
        return not self.released and now < self.end


class HoldMachine(RuleBasedStateMachine):
    make: Callable[[], Verbs]

    @initialize()
    def open_the_cinema(self) -> None:
        self.cinema = type(self).make()
        self.environments = {
            "first": self.cinema,
            "second": self.cinema.another_environment(),
            "without cache": self.cinema.without_cache(),
        }
        self.holds: dict[str, Hold] = {}
        self.owners: dict[str, tuple[str, int]] = {}  # seat -> its last owner, and the end
        self.let_go: dict[str, list[int]] = {user: [] for user in USERS}
        self.last: dict[str, tuple] = {}  # each user's last request
        self.cache_missed_until = 0  # a false "taken" may be
        self.cache_forgot = False

    @property
    def now(self) -> int:
        return self.cinema.clock.now

    def in_the_way(self, user: str, seats: Sequence[str]) -> set[str]:
        owners = {seat: self.owners[seat] for seat in seats if seat in self.owners}
        return {seat for seat, (owner, end) in owners.items() if owner != user and self.now < end + SKEW}

    def just_lapsed(self, user: str, mine: Hold | None, seats: frozenset[str]) -> bool:
        """Whether one of the seats lapsed a moment ago with an order of this user's that a newer one has superseded:
        the newer one waits for it as long as anybody's, for clocks differ."""
        return mine is not None and any(
            self.owners[seat][0] == user and self.owners[seat][1] <= self.now < self.owners[seat][1] + SKEW
            for seat in (seats - mine.seats) & self.owners.keys()
        )

    @rule(user=users, seats=selections, where=environments, key=keys)
    def hold(self, user: str, seats: tuple[str, ...], where: str, key: str | None) -> None:
        self.last[user] = (user, seats, where, key)
        keyed = {"key": key} if key else {}
        answer = self.environments[where].hold(*seats, user=user, event_id=EVENT, **keyed)
        self.judge(user, frozenset(seats), key, answer)
        if where == "without cache" and answer.status in (200, 201):
            self.cache_missed_a_write()

    @rule(user=users)
    def try_again(self, user: str) -> None:
        if user in self.last:
            self.hold(*self.last[user])

    @rule(user=users, seat=st.sampled_from(SEATS), where=environments)
    def one_seat_more(self, user: str, seat: str, where: str) -> None:
        if user in self.holds:
            self.hold(user, tuple(self.holds[user].seats | {seat}), where, None)

    @rule(user=users, where=environments, key=keys)
    def one_seat_less(self, user: str, where: str, key: str | None) -> None:
        if user in self.holds and len(self.holds[user].seats) > 1:
            self.hold(user, tuple(sorted(self.holds[user].seats)[1:]), where, key)

    def judge(self, user: str, seats: frozenset[str], key: str | None, answer: Answer) -> None:
        if answer.code == "rate_limited":
            recent = [at for at in self.let_go[user] if self.now - at < 5 * MINUTE]
            assert len(recent) >= 4, f"{user} is paused for letting go {len(recent)} times in five minutes"
            return
        mine, conflicts = self.holds.get(user), self.in_the_way(user, list(seats))
        if mine is not None and key in mine.keys:
            self.judge_replay(mine.keys[key], seats, bool(conflicts), answer)
        elif answer.code == "seats_unavailable":
            careful = self.now < self.cache_missed_until or self.just_lapsed(user, mine, seats)
            assert conflicts or careful, f"nobody has {answer.body['conflicts']}"
            if mine and mine.live(self.now) and seats <= mine.seats:
                assert self.now < self.cache_missed_until, "own seats never stop their holder"
        elif answer.code == "hold_limit_reached":
            assert mine is not None
            assert seats - mine.seats and mine.since + 30 * MINUTE - self.now < 2 * MINUTE
        else:
            self.judge_success(user, mine, seats, conflicts, key, answer)

    def judge_replay(self, record: tuple, seats: frozenset[str], conflicts: bool, answer: Answer) -> None:
        before, status, body = record
        if answer.code == "seats_unavailable":
            assert self.cache_forgot and (conflicts or self.now < self.cache_missed_until)
        elif before != seats:
            assert answer.code == "idempotency_key_reused"
        else:
            assert (answer.status, word_for_word(answer.body)) == (status, word_for_word(body)), "another answer"

    def judge_success(
        self, user: str, mine: Hold | None, seats: frozenset[str], conflicts: set[str], key: str | None, answer: Answer
    ) -> None:
        assert answer.status in (200, 201), (answer.status, answer.body)
        if mine is not None and mine.live(self.now):
            added = seats - mine.seats
            assert answer.body["order_id"] == mine.order_id
            assert answer.status == (201 if added else 200)
            end = max(mine.end, min(self.now + 10 * MINUTE, mine.since + 30 * MINUTE)) if added else mine.end
            same = seats == mine.seats
            for seat in mine.seats - seats:
                del self.owners[seat]
            mine.seats, mine.end = seats, end
        else:
            added, end, same = seats, self.now + 10 * MINUTE, False
            assert answer.status == 201
            assert mine is None or answer.body["order_id"] != mine.order_id
            if mine is not None and not mine.released:
                self.let_go[user].append(mine.end)
            mine = self.holds[user] = Hold(seats, self.now, end, order_id=answer.body["order_id"])
        assert not added & conflicts, f"{sorted(added & conflicts)} were somebody else's"
        self.owners.update(dict.fromkeys(seats, (user, end)))
        if key and not same:
            mine.keys[key] = (seats, answer.status, answer.body)

    @rule(user=users, where=environments)
    def release(self, user: str, where: str) -> None:
        answer = self.environments[where].release(user=user, event_id=EVENT)
        mine = self.holds.get(user)
        if mine is None:
            assert answer.code == "unknown_order"
            return
        assert answer.status == 204, (answer.status, answer.body)
        if mine.live(self.now):
            mine.released = True
            self.let_go[user].append(self.now)
            for seat in mine.seats:
                del self.owners[seat]
            if where == "without cache":
                self.cache_missed_a_write()

    @rule(user=users, where=environments)
    def extend(self, user: str, where: str) -> None:
        answer = self.environments[where].extend(user, EVENT)
        mine = self.holds.get(user)
        if mine is None:
            assert answer.code == "unknown_order"
        elif not mine.live(self.now):
            assert answer.code == "hold_expired"
        elif mine.end >= mine.since + 30 * MINUTE:
            assert answer.code == "hold_limit_reached"
        else:
            assert (answer.status, answer.body["order_id"]) == (200, mine.order_id)
            end = min(self.now + 10 * MINUTE, mine.since + 30 * MINUTE)
            if end - mine.end >= MINUTE:
                mine.end = end
                self.owners.update(dict.fromkeys(mine.seats, (user, end)))
                if where == "without cache":
                    self.cache_missed_a_write()

    @rule(user=users, seats=selections)
    def an_environment_dies_before_it_writes(self, user: str, seats: tuple[str, ...]) -> None:
        self.cinema.crash_at_the_next_write()
        try:
            answer = self.cinema.hold(*seats, user=user, event_id=EVENT)
        except Crash:
            self.cache_missed_a_write()
        else:
            self.judge(user, frozenset(seats), None, answer)
        finally:
            self.cinema.mend()

    @rule(wait=waits)
    def time_passes(self, wait: int) -> None:
        self.cinema.clock.advance(ms=wait)

    @precondition(lambda self: self.holds)
    @rule()
    def the_cache_is_lost(self) -> None:
        self.cinema.lose_the_cache()
        self.cache_forgot = True

    def cache_missed_a_write(self) -> None:
        self.cache_missed_until = self.now + MINUTE
        self.cache_forgot = True

    @rule()
    def a_minute_later_the_map_is_right(self) -> None:
        self.cinema.clock.advance(ms=61_000)
        shown = self.cinema.another_environment().small_map(EVENT).body["status"]
        held = {seat for seat, (_, end) in self.owners.items() if self.now < end + SKEW}
        assert {seat for seat in SEATS if shown[seat[0]][int(seat[1]) - 1] == "h"} == held

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert self.cinema.broken_promises() == []

    @invariant()
    def the_table_is_what_the_model_says(self) -> None:
        rows = {row["seat_id"]: row for row in self.cinema.rows("seats") if row["status"] == "hold"}
        wanted = {seat: owner for seat, (owner, end) in self.owners.items() if self.now < end}
        assert {seat: row["user_id"] for seat, row in rows.items() if self.now < row["hold_until"]} == wanted
        for user, mine in self.holds.items():
            seen = self.cinema.booking(user=user, event_id=EVENT).body
            assert set(seen["selected_seat"]) == mine.seats
            wanted_status = "HELD" if mine.live(self.now) else "RELEASED" if mine.released else "EXPIRED"
            assert seen["status"] == wanted_status


def run_machine(machine: type[HoldMachine], examples: int, steps: int) -> None:
    """Fails with the shortest sequence of steps after which model and cinema differ, out of `examples` sequences of
    `steps` each, which are the same each time."""
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounds)
