"""Maps of an event that the cache has lost: one caller reads it, the others do not wait for that."""

from tests.cinema import Cinema
from tests.integration.cache_races import READ
from tests.verbs import Answer
from tests.wire import after


def test_who_comes_while_another_reads_a_cold_event_sees_what_the_table_has(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.small_map()
    other, seen = cinema.another_environment(), list[Answer]()
    cinema.lose_the_cache()
    cinema.clock.advance(seconds=2)
    cinema.wire.next(READ, after(lambda: seen.append(other.small_map())))
    seen.append(cinema.small_map())

    for answer in seen:
        assert (answer.headers["Status"], answer.body["status"]["A"]) == ("OK", "heee")
    assert len(seen) == 2
