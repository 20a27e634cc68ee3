"""The theaters of the chain."""

from box_office.ports import Catalogue, Known, TheaterPage


def get_list_of_theater(catalogue: Catalogue, limit: int, cursor: str | None, now: int) -> Known[TheaterPage]:
    return catalogue.all_theaters(now, limit, cursor)
