"""Films, theaters, rooms and events as rows: the same in the tables and in the snapshot."""

import unicodedata

from box_office.adapters.dynamodb.values import TableRow
from box_office.domain.catalogue import Event, Movie, Room, Row, Theater
from box_office.domain.programme import Display, DisplayedMovie

DISPLAYED = "yes"  # the value of `on_display`; without the attribute a film is not in the index


def title_key(title: str, movie_id: str) -> str:
    """The key that films are sorted by: without case and accents, unique by the id. DynamoDB allows 1,024 bytes."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return f"{plain[:200]}#{movie_id}"


def movie_row(movie: Movie, display: Display) -> TableRow:
    row = {
        "movie_id": movie.movie_id,
        "title": movie.title,
        "details": movie.details,
        "length": movie.length,
        "certificate": movie.certificate,
        "year": movie.year,
        "director": movie.director,
    }
    if display.times:
        row |= {
            "on_display": DISPLAYED,
            "title_key": title_key(movie.title, movie.movie_id),
            "movie_times": list(display.times),
            "movie_times_cut": display.cut,
        }
    return row


def movie_of(row: TableRow) -> Movie:
    return Movie(
        movie_id=row["movie_id"],
        title=row["title"],
        details=row["details"],
        length=row["length"],
        certificate=row.get("certificate", ""),
        year=row.get("year", 0),
        director=row.get("director", ""),
    )


def displayed_movie_of(row: TableRow) -> DisplayedMovie:
    return DisplayedMovie(movie_of(row), Display(tuple(row.get("movie_times", ())), row.get("movie_times_cut", False)))


def theater_row(theater: Theater) -> TableRow:
    return {
        "theater_id": theater.theater_id,
        "name": theater.name,
        "address": theater.address,
        "info": theater.info,
        "time_zone": theater.time_zone,
        "currency": theater.currency,
    }


def theater_of(row: TableRow) -> Theater:
    return Theater(
        theater_id=row["theater_id"],
        name=row["name"],
        address=row["address"],
        info=row.get("info", ""),
        time_zone=row["time_zone"],
        currency=row["currency"],
    )


def room_row(room: Room) -> TableRow:
    """`all_seats`, a documented attribute, repeats the layout as plain names for a person who reads the table."""
    return {
        "room_id": room.room_id,
        "theater_id": room.theater_id,
        "room_name": room.room_name,
        "all_seats": list(room.category_of),
        "layout": [{"row": row.row, "category": row.category, "gaps": list(row.gaps)} for row in room.rows],
    }


def room_of(row: TableRow) -> Room:
    return Room(
        room_id=row["room_id"],
        theater_id=row["theater_id"],
        room_name=row["room_name"],
        rows=tuple(Row(line["row"], line["category"], tuple(line.get("gaps", ()))) for line in row["layout"]),
    )


def pair_key(movie_id: str, theater_id: str) -> str:
    return f"{movie_id}#{theater_id}"  # no id holds a '#'


def event_row(event: Event) -> TableRow:
    row = {
        "event_id": event.event_id,
        "movie_theater_id": pair_key(event.movie_id, event.theater_id),
        "movie_id": event.movie_id,
        "theater_id": event.theater_id,
        "room_id": event.room_id,
        "room_name": event.room_name,
        "movie_time": event.movie_time,
        "end_time": event.end_time,
        "sales_end": event.sales_end,
        "currency": event.currency,
        "prices": dict(event.prices),
        "listed_at": event.listed_at,
    }
    if event.cancelled_at is not None:
        row["cancelled_at"] = event.cancelled_at
    return row


def event_of(row: TableRow) -> Event:
    return Event(
        event_id=row["event_id"],
        movie_id=row["movie_id"],
        theater_id=row["theater_id"],
        room_id=row["room_id"],
        room_name=row["room_name"],
        movie_time=row["movie_time"],
        end_time=row["end_time"],
        sales_end=row["sales_end"] if "sales_end" in row else row["movie_time"],
        currency=row["currency"],
        prices=row["prices"],
        listed_at=row.get("listed_at", 0),
        cancelled_at=row.get("cancelled_at"),
    )
