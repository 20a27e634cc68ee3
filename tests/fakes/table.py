"""Orders and Available_seat in memory: every change is judged and written at once."""

from collections.abc import Sequence
from dataclasses import replace

from box_office.adapters.cursors import cursor_of
from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.adapters.dynamodb.orders import decode_cursor, each_once, page_of
from box_office.domain.errors import Unavailable
from box_office.domain.order_keys import archive_key, current_key
from box_office.domain.orders import Order, OrderRef
from box_office.domain.seats import BOOKED, EMPTY, HOLD, Change, SeatAct, SeatRow
from box_office.ports import ORDERS_READ_MAX, ChangeRefused, Due, TicketedOrder
from tests.wire import Crash

OrderKey = tuple[str, str]  # user, order key
SeatKey = tuple[str, str]  # event, seat


class FakeTable:
    """The state that FakeOrders and FakeSeats share, as one account's tables are shared."""

    def __init__(self, clock_skew_ms: int = 1_000) -> None:
        self.orders: dict[OrderKey, Order] = {}
        self.seats: dict[SeatKey, SeatRow] = {}
        self.tokens: set[str] = set()
        self.unindexed: set[str] = set()  # orders that an earlier release wrote last
        self.clock_skew_ms = clock_skew_ms
        self.crash_next = False  # the environment dies before its next write
        self.writes_stopped = False  # no write reaches the table

    def write(self, change: Change, now: int, token: str) -> None:
        """All or nothing; a token that has written before writes nothing again. Raises ChangeRefused, Unavailable."""
        if self.writes_stopped:
            raise Unavailable("the fake's table takes no writes")
        if self.crash_next:
            self.crash_next = False
            raise Crash
        if token in self.tokens:
            return
        user, key = change.after.user_id, change.after.key
        lies_there = self.orders.get((user, key))
        order_failed = revision_of(lies_there) != revision_of(change.before) or self.others_failed(change)
        rows = {seat: self.seats.get((change.after.event_id, seat)) for seat in change.acts}
        in_the_way = [
            seat for seat, act in change.acts.items() if not self.act_is_allowed(act, rows[seat], seat, change, now)
        ]
        if order_failed or in_the_way:
            found = [row for seat in in_the_way if (row := rows[seat]) is not None]
            raise ChangeRefused(order_failed, lies_there if order_failed else None, found, in_the_way)
        self.tokens.add(token)
        self.orders[user, key] = replace(change.after, changed_at=change.changed_at(now))
        if change.superseded is not None:
            self.orders[user, change.superseded.archive_key] = change.superseded
        if change.recounted is not None:
            self.orders[user, change.recounted.key] = change.recounted
        for seat, act in change.acts.items():
            if act is not SeatAct.KEEP:
                self.seats[change.after.event_id, seat] = written(act, rows[seat], seat, change.after)

    def others_failed(self, change: Change) -> bool:
        """Whether an item of another order, beside the one that changes, stands in the way."""
        user = change.after.user_id
        failed = change.must_not_be_archived and (user, change.after.archive_key) in self.orders
        if change.superseded is not None:
            lies_there = self.orders.get((user, change.superseded.archive_key))
            failed |= lies_there is not None and lies_there.revision >= change.superseded.revision
        if change.must_not_be_current:
            newest = self.orders.get((user, change.after.current_key))
            failed |= newest is not None and newest.order_id == change.after.order_id
        if change.recount is not None:
            newest = self.orders.get((user, change.recount.key))
            expected = (change.recount.order_id, change.recount.revision - 1)
            failed |= revision_of(newest) != expected
        return failed

    def act_is_allowed(self, act: SeatAct, row: SeatRow | None, seat: str, change: Change, now: int) -> bool:
        if act not in (SeatAct.TAKE, SeatAct.REPIN):
            if row is None or row.order_id != change.after.order_id:
                return False
            if act in (SeatAct.BOOK_OWN, SeatAct.FREE_OWN):
                return True
            if act is SeatAct.FREE_BOOKED:
                return row.status == BOOKED
            if act in (SeatAct.UNPIN, SeatAct.FREE_PINNED, SeatAct.BOOK):
                return row.pinned
            return row.status == HOLD and not row.pinned
        if row is None or row.status == EMPTY:
            return True
        if row.status == BOOKED or row.pinned:
            return False
        earlier = change.superseded
        if earlier is not None and row.order_id == earlier.order_id and seat in earlier.seat_prices:
            return True  # the user's own hold, which this same change sets aside
        return row.hold_until + self.clock_skew_ms <= now


def revision_of(order: Order | None) -> tuple[str, int] | None:
    return None if order is None else (order.order_id, order.revision)


def written(act: SeatAct, row: SeatRow | None, seat: str, order: Order) -> SeatRow:
    version = (row.version if row else 0) + 1
    match act:
        case SeatAct.FREE | SeatAct.FREE_PINNED | SeatAct.FREE_BOOKED | SeatAct.FREE_OWN:
            return SeatRow(seat, EMPTY, version)
        case SeatAct.TAKE | SeatAct.REPIN:
            owner = (order.order_id, order.user_id, order.current_key, order.hold_until)
            return SeatRow(seat, HOLD, version, *owner, pinned=act is SeatAct.REPIN)
    assert row is not None
    row = replace(row, version=version)
    match act:
        case SeatAct.EXTEND | SeatAct.UNPIN:
            return replace(row, hold_until=order.hold_until, pinned=False)
        case SeatAct.PIN:
            return replace(row, pinned=True)
        case SeatAct.BOOK | SeatAct.BOOK_OWN:
            return replace(row, status=BOOKED, pinned=False)
    raise NotImplementedError(f"teach the fake table what {act!r} means")


class FakeOrders:
    """ports.Orders."""

    def __init__(self, table: FakeTable) -> None:
        self._table = table

    def newest(self, user_id: str, event_id: str, sale: str | None) -> Order | None:
        return self._table.orders.get((user_id, current_key(event_id, sale)))

    def newest_of_events(self, user_id: str, event_ids: Sequence[str]) -> Sequence[Order]:
        return [order for event_id in event_ids if (order := self.newest(user_id, event_id, None)) is not None]

    def current(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        found = self._of_event(user_id, event_id, order_id)
        return next((order for key, order in found.items() if key == order.current_key), None)

    def find(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        return min(
            self._of_event(user_id, event_id, order_id).values(), key=lambda order: order.superseded, default=None
        )

    def locate(self, ref: OrderRef) -> Order | None:
        for key in (current_key(ref.event_id, ref.sale), archive_key(ref.event_id, ref.order_id)):
            order = self._table.orders.get((ref.user_id, key))
            if order is not None and order.order_id == ref.order_id:
                return order
        return None

    def by_id(self, order_id: str) -> Order | None:
        found = [order for order in self._table.orders.values() if order.order_id == order_id]
        return min(found, key=lambda order: order.superseded, default=None)

    def located(self, refs: Sequence[OrderRef]) -> Sequence[Order]:
        return [order for ref in refs if (order := self.locate(ref)) is not None]

    def with_tickets(self, event_id: str, since: int | None = None) -> Sequence[TicketedOrder]:
        found = [
            order
            for order in self._table.orders.values()
            if order.event_id == event_id
            and order.tickets
            and order.order_id not in self._table.unindexed
            and (since is None or order.changed_at >= since)
        ]
        found.sort(key=lambda order: order.changed_at)
        return [TicketedOrder(order.order_id, order.changed_at, list(order.tickets)) for order in found]

    def archived(self, ref: OrderRef) -> Order | None:
        return self._table.orders.get((ref.user_id, archive_key(ref.event_id, ref.order_id)))

    def due(self, shard: int, now: int, limit: int) -> Due:
        waiting = [
            order
            for order in self._table.orders.values()
            if order.due_at is not None and order.due_at <= now and due_shard(order.order_id) == shard
        ]
        return Due(sorted(waiting, key=lambda order: order.due_at or 0)[:limit])

    def postpone(self, order: Order, due_at: int) -> None:
        lies_there = self._table.orders.get((order.user_id, order.key))
        if lies_there is not None and revision_of(lies_there) == revision_of(order) and lies_there.due_at is not None:
            self._table.orders[order.user_id, order.key] = replace(lies_there, due_at=due_at)

    def history(self, user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[Order], str | None]:
        rows = [
            (order.first_held_at, key, order) for (user, key), order in self._table.orders.items() if user == user_id
        ]
        rows.sort(key=lambda row: row[:2], reverse=True)
        if cursor is not None:
            key = decode_cursor(cursor, user_id)
            after = (int(key["first_held_at"]["N"]), key["order_key"]["S"])
            rows = [row for row in rows if row[:2] < after]
        page = each_once([order for _, _, order in rows[:limit]])
        if len(rows) <= limit:
            return page, None
        began, order_key, _ = rows[limit - 1]
        return page, cursor_of([order_key, began])

    def in_theater(
        self, user_id: str, theater_id: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[Order], str | None]:
        begun, _ = self.history(user_id, ORDERS_READ_MAX, cursor)
        return page_of((order for order in begun if order.theater_id == theater_id), limit)

    def live_holds(self, user_id: str, since: int, now: int) -> Sequence[Order]:
        own = [order for (user, _), order in self._table.orders.items() if user == user_id]
        return [order for order in own if order.first_held_at > since and order.holds_seats(now)]

    def commit(self, change: Change, now: int, token: str) -> None:
        self._table.write(change, now, token)

    def _of_event(self, user_id: str, event_id: str, order_id: str) -> dict[str, Order]:
        return {
            key: order
            for (user, key), order in self._table.orders.items()
            if (user, order.event_id, order.order_id) == (user_id, event_id, order_id)
        }


class FakeSeats:
    """ports.Seats."""

    def __init__(self, table: FakeTable) -> None:
        self._table = table

    def of_event(self, event_id: str) -> Sequence[SeatRow]:
        return [row for (event, _), row in self._table.seats.items() if event == event_id]

    def named(self, event_id: str, seat_ids: Sequence[str]) -> Sequence[SeatRow]:
        return [row for seat in seat_ids if (row := self._table.seats.get((event_id, seat))) is not None]
