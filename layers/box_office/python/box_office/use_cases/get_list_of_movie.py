"""Films on display, a page at a time, by title."""

from box_office.ports import Catalogue, Known, MoviePage


def get_list_of_movie(catalogue: Catalogue, limit: int, cursor: str | None, now: int) -> Known[MoviePage]:
    """Raises InvalidRequest for a foreign cursor, Unavailable."""
    return catalogue.movies_on_display(now, limit, cursor)
