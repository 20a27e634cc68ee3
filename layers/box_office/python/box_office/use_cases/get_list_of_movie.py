"""GetListOfMovie: the films on display, by title, a page at a time."""

from box_office.ports import Catalogue, Known, MoviePage


def get_list_of_movie(catalogue: Catalogue, limit: int, cursor: str | None, now: int) -> Known[MoviePage]:
    """Raises InvalidRequest for a cursor that this list did not give, Unavailable."""
    return catalogue.movies_on_display(now, limit, cursor)
