"""The sizes of what a page loads before it draws, held by every run of the tests."""

from tests.bench import catalogue_sizes


def test_a_programme_and_an_event_keep_to_their_sizes(cache_url: str) -> None:
    over = [budget for budget in catalogue_sizes.measure(cache_url) if not budget.kept]
    assert not over
