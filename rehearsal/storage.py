"""The cache and the tables, as holds meet them: who finds the cache full, and whose write finds units."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rehearsal.counts import Cost, Counts
from rehearsal.crowd import SEATS_COUNTED
from rehearsal.deployed import Deployed
from rehearsal.pages import Watchers
from rehearsal.resources import Bucket, Cache, Ids, Partitions
from rehearsal.seen import Seen

Flags = NDArray[np.bool_]


class Storage:
    def __init__(
        self, deployed: Deployed, quotas: Mapping[str, float], ecpu: float, showings: int, counts: Counts, seen: Seen
    ) -> None:
        self._counts, self._seen = counts, seen
        most = max(deployed.cache_maximum_ecpu, 1.0)
        level = min(most, max(quotas["cache_cold"], ecpu))
        self.cache = Cache(level, most, quotas["cache_slot"], quotas["cache_doubling_seconds"])
        self._shards = deployed.cache_shards
        self.seats_rate = min(quotas["table_writes"], max(quotas["new_table_writes"], deployed.seats_warm))
        self.orders_rate = min(quotas["table_writes"], max(quotas["new_table_writes"], deployed.orders_warm))
        self._seats = Bucket(self.seats_rate, self.seats_rate)
        self._orders = Bucket(self.orders_rate, self.orders_rate)
        self._partitions = Partitions(showings, quotas["partition_writes"])

    def refused_by_cache(
        self, now: float, step: float, showings: Ids, watchers: Watchers, part: float, dice: np.random.Generator
    ) -> Flags:
        """Whose hold finds no cache, and goes on without its filter. `part`: of the watchers' looks, those that the
        gateway lets through."""
        hold, look = self._counts.hold, self._counts.look
        looked = watchers.reached * part
        held, which, holds = np.unique(showings, return_inverse=True, return_counts=True)
        by_slot = holds / step * hold.slot_ecpu + watchers.reads[held] * part * look.slot_ecpu
        total = len(showings) / step * hold.ecpu + looked * look.ecpu
        of_showings = len(showings) / step * hold.slot_ecpu + looked * look.slot_ecpu
        of_users = (total - of_showings) / self._shards
        hottest = max(float(by_slot.max(initial=0.0)), watchers.most * part * look.slot_ecpu)
        refused, over = self.cache.refused(total, by_slot, step)
        of_user = self.cache.refused_of_users(of_users)
        self._seen.add("ecpu", now, total * step)
        self._seen.add("ecpu of a slot of users", now, of_users * step)
        self._seen.add("ecpu of the hottest slot", now, hottest * step)
        bypass = dice.random(len(showings)) < 1 - (1 - refused) * (1 - over[which]) * (1 - of_user)
        full = (
            "the cache" if refused else "the cache's slots of users" if of_user else "the cache's slot of one showing"
        )
        self._seen.refuse(full, now, float(bypass.sum()))
        return np.asarray(bypass)

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
