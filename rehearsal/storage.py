"""The cache and the tables, as holds meet them: who finds the cache full, and whose write finds units."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehearsal.counts import SEATS_WALKED, Cost, Counts
from rehearsal.crowd import SEATS_COUNTED, Crowd
from rehearsal.deployed import Deployed
from rehearsal.resources import Bucket, Cache, Ids, Partitions
from rehearsal.seen import Seen

Flags = NDArray[np.bool_]
Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Holds:
    """Tries to hold seats, of one step."""

    showings: Ids
    won: Flags
    taken: Amounts  # which part of the showing's seats


@dataclass(frozen=True)
class Looks:
    """At maps, a second, that the gateway lets through. By showing that is watched, in order."""

    watched: Ids
    reads: Amounts
    packs: Amounts
    taken: Amounts

    def of(self, showings: Ids, amounts: Amounts) -> Amounts:
        """Of amounts by watched showing those of these showings."""
        if not len(self.watched):
            return np.zeros(len(showings))
        where = np.searchsorted(self.watched, showings).clip(max=len(self.watched) - 1)
        return np.where(self.watched[where] == showings, amounts[where], 0.0)


class Storage:
    def __init__(
        self, deployed: Deployed, quotas: Mapping[str, float], ecpu: float, crowd: Crowd, counts: Counts, seen: Seen
    ) -> None:
        self._counts, self._seen = counts, seen
        self._seats_of_a_room = crowd.seats
        self._walked_at = np.full(crowd.showings, -np.inf)
        most = max(deployed.cache_maximum_ecpu, 1.0)
        level = min(most, max(quotas["cache_cold"], ecpu))
        self.cache = Cache(level, most, quotas["cache_slot"], quotas["cache_doubling_seconds"])
        self._shards = deployed.cache_shards
        self.seats_rate = min(quotas["table_writes"], max(quotas["new_table_writes"], deployed.seats_warm))
        self.orders_rate = min(quotas["table_writes"], max(quotas["new_table_writes"], deployed.orders_warm))
        self._seats = Bucket(self.seats_rate, self.seats_rate)
        self._orders = Bucket(self.orders_rate, self.orders_rate)
        self._partitions = Partitions(crowd.showings, quotas["partition_writes"])

    def refused_by_cache(self, now: float, step: float, holds: Holds, looks: Looks, dice: np.random.Generator) -> Flags:
        """Whose hold finds no cache, and goes on without its filter."""
        held, which = np.unique(holds.showings, return_inverse=True)
        of_hold, of_hold_slot = self._ecpu_of_holds(now, holds)
        of_look, of_look_slot = self._ecpu_of_looks(looks)
        by_slot = np.bincount(which, of_hold_slot, minlength=len(held)) / step
        by_slot += looks.of(held, of_look_slot)
        total = float(of_hold.sum()) / step + float(of_look.sum())
        of_users = float((of_hold - of_hold_slot).sum()) / step / self._shards  # a look at a map has no user
        hottest = max(float(by_slot.max(initial=0.0)), float(of_look_slot.max(initial=0.0)))
        refused, over = self.cache.refused(total, by_slot, step)
        of_user = self.cache.refused_of_users(of_users)
        self._seen.add("ecpu", now, total * step)
        self._seen.add("ecpu of looks", now, float(of_look.sum()) * step)
        self._seen.add("ecpu of a slot of users", now, of_users * step)
        self._seen.add("ecpu of the hottest slot", now, hottest * step)
        bypass = dice.random(len(which)) < 1 - (1 - refused) * (1 - over[which]) * (1 - of_user)
        full = "" if refused else "'s slots of users" if of_user else "'s slot of one showing"
        self._seen.refuse(f"the cache{full}", now, float(bypass.sum()))
        return np.asarray(bypass)

    def _ecpu_of_holds(self, now: float, holds: Holds) -> tuple[Amounts, Amounts]:
        """Of each, and of it what the showing's slot takes. Within a second the first to lose walks the whole room."""
        counts, lost = self._counts, holds.showings[~holds.won]
        walks = np.zeros(len(lost))
        first = np.unique(lost, return_index=True)[1]
        first = first[now - self._walked_at[lost[first]] >= 1]
        self._walked_at[lost[first]] = now
        walks[first] = self._seats_to_walk(holds.taken[~holds.won][first])
        ecpu = np.full(len(holds.won), counts.hold.ecpu)
        of_slot = np.full(len(holds.won), counts.hold.slot_ecpu)
        walk = counts.hold_lost_first.ecpu - counts.hold_lost.ecpu
        ecpu[~holds.won] = counts.hold_lost.ecpu + walks * walk
        of_slot[~holds.won] = counts.hold_lost.slot_ecpu + walks * walk
        return ecpu, of_slot

    def _ecpu_of_looks(self, looks: Looks) -> tuple[Amounts, Amounts]:
        """A second and watched showing, and of it what the showing's slot takes."""
        look, first = self._counts.look, self._counts.look_first
        packed = looks.packs * self._seats_to_walk(looks.taken)
        ecpu = looks.reads * look.ecpu + packed * (first.ecpu - look.ecpu)
        return ecpu, looks.reads * look.slot_ecpu + packed * (first.slot_ecpu - look.slot_ecpu)

    def _seats_to_walk(self, taken: Amounts) -> Amounts:
        """Of rooms of which such a part is taken, over those of the room that bench measured."""
        return np.asarray(taken * self._seats_of_a_room / SEATS_WALKED)

    def written(self, now: float, step: float, showings: Ids, wanted: Ids, dice: np.random.Generator) -> Flags:
        """Whose hold finds write units, of so many seats each."""
        seats = wanted * self._counts.hold.seats_units / SEATS_COUNTED
        orders = len(showings) * self._counts.hold.orders_units
        self.charge(now, self._counts.hold, wanted)
        _, which = np.unique(showings, return_inverse=True)
        self._seen.add("units, hottest showing", now, float(np.bincount(which, seats, minlength=1).max()))
        found = self._partitions.take(now, showings, seats)
        self._seen.refuse("a showing's partition", now, float((~found).sum()))
        part = self._seats.share(float(seats[found].sum()), step)
        part = min(part, self._orders.share(orders, step))
        through = dice.random(len(showings)) < part
        self._seen.refuse("the tables", now, float((found & ~through).sum()))
        return np.asarray(found & through)

    def charge(self, now: float, cost: Cost, wanted: Ids) -> None:
        """Units of a request of each of those who want so many seats."""
        self._seen.add("units, seats", now, float(wanted.sum()) * cost.seats_units / SEATS_COUNTED)
        self._seen.add("units, orders", now, len(wanted) * cost.orders_units)
