"""`python -m local.demo_programme`: writes the theaters, rooms and showings of the demo around its films.

The films in demo_catalogue.json are made by hand and stay as they are. Every day has the same programme, so that the
demo can be loaded again on any later day: on the days of both loads the showings, and their ids, are the same.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

DEMO = Path(__file__).with_name("demo_catalogue.json")
DAYS = list(range(7))
CLEANING_MINUTES = 20
FIRST_START, LAST_START = 10 * 60 + 30, 22 * 60 + 30  # minutes of the day
MATINEE_ENDS = 17 * 60
SILENT = {"metropolis", "the-general", "sunrise", "city-lights", "modern-times"}
SPOKEN = {  # and English in all others
    "de": ("m", "wings-of-desire"),
    "fr": ("the-rules-of-the-game", "the-400-blows", "breathless", "playtime", "three-colours-blue",
           "the-battle-of-algiers"),
    "it": ("bicycle-thieves", "la-dolce-vita", "8-and-a-half", "the-leopard", "cinema-paradiso"),
    "ja": ("rashomon", "ikiru", "tokyo-story", "seven-samurai", "ran", "my-neighbour-totoro", "princess-mononoke",
           "spirited-away"),
    "bn": ("pather-panchali",),
    "sv": ("the-seventh-seal", "persona", "fanny-and-alexander"),
    "ru": ("andrei-rublev", "solaris", "stalker"),
    "pt": ("central-station", "city-of-god"),
    "zh": ("chungking-express", "in-the-mood-for-love", "yi-yi"),
    "ko": ("parasite",),
}  # fmt: skip
ON_70MM = {"west-side-story", "lawrence-of-arabia", "the-sound-of-music", "playtime", "2001-a-space-odyssey"}
FILM_ENDS = 1999  # later ones are projected from files
STEP = 5  # films begin at round times


@dataclass(frozen=True)
class DemoTheater:
    theater_id: str
    name: str
    address: str
    info: str
    time_zone: str
    currency: str
    language: str  # of its subtitles
    matinee: float  # standard seats; the evening is dearer, premium dearer still
    evening: float
    premium: float
    rooms: tuple[tuple[int, int], ...]  # rows, seats a row


THEATERS = (
    DemoTheater(
        "lisboa", "Cine Tejo", "Rua do Cais 4, Lisboa", "Bar opens an hour before.", "Europe/Lisbon", "EUR", "pt",
        9, 11.5, 15, ((10, 16), (8, 12), (18, 25), (6, 10)),
    ),
    DemoTheater(
        "london", "The Lantern", "12 Tallow Lane, London", "Step-free from the street; cloakroom by the stairs.",
        "Europe/London", "GBP", "en", 9.5, 12.75, 16.5, ((16, 24), (11, 16), (9, 14), (7, 10)),
    ),
    DemoTheater(
        "new-york", "Harbor House", "310 Lantern Street, New York", "Doors open thirty minutes before the film.",
        "America/New_York", "USD", "en", 13, 17.5, 22, ((15, 26), (12, 20), (8, 14), (6, 12)),
    ),
    DemoTheater(
        "tokyo", "Hoshi-za", "Kaminari-dori 7-2, Tokyo", "Films in their original language, with subtitles.",
        "Asia/Tokyo", "JPY", "ja", 1500, 2000, 2600, ((14, 20), (10, 18), (9, 12), (6, 10)),
    ),
    DemoTheater(
        "sydney", "Southern Cross Pictures", "88 Banksia Parade, Sydney", "Roof terrace open after sunset.",
        "Australia/Sydney", "AUD", "en", 18, 24.5, 31, ((17, 22), (12, 16), (8, 16), (7, 10)),
    ),
    DemoTheater(
        "sao-paulo", "Cine Ipê", "Alameda das Figueiras 230, São Paulo", "Café and bookshop in the foyer.",
        "America/Sao_Paulo", "BRL", "pt", 28, 36, 48, ((15, 20), (10, 18), (9, 14), (6, 12)),
    ),
)  # fmt: skip


def room_id(theater: DemoTheater, number: int) -> str:
    return f"{theater.theater_id}-{number}"


def layout(rows: int, width: int) -> list[dict[str, Any]]:
    """Wheelchair places with a companion's seat beside them at both ends of the front row, premium seats in the
    middle of the rear third, and one aisle, or two in a wide room."""
    edge = width // 4
    gaps = [width // 2] if width < 14 else [edge, width - edge]
    front = "wc" + "s" * (width - 4) + "cw"
    rear = "s" * edge + "p" * (width - 2 * edge) + "s" * edge
    categories = [front, *["s" * width] * (rows - 1 - rows // 3), *[rear] * (rows // 3)]
    return [{"row": chr(ord("A") + number), "category": one, "gaps": gaps} for number, one in enumerate(categories)]


def prices(theater: DemoTheater, minute: int) -> dict[str, float]:
    standard = theater.matinee if minute < MATINEE_ENDS else theater.evening
    return {"standard": standard, "premium": theater.premium, "wheelchair": standard, "companion": 0}


def facts(theater: DemoTheater, number: int, film: dict[str, Any], minute: int) -> dict[str, Any]:
    """What a showing is like: subtitles where the theater speaks another language, old films from film in its first
    room, and something for those who hear, see or sit still less well than others."""
    movie_id = film["movie_id"]
    spoken = next((tag for tag, films in SPOKEN.items() if movie_id in films), "en")
    found: dict[str, Any] = {}
    if movie_id not in SILENT:
        found["language"] = spoken
        if spoken != theater.language:
            found["subtitles"] = theater.language
    if number == 1 and film["year"] <= FILM_ENDS:
        found["formats"] = ["70mm" if movie_id in ON_70MM else "35mm"]
    if minute < MATINEE_ENDS and number == len(theater.rooms):
        found["access"] = ["relaxed"]
    elif minute >= MATINEE_ENDS and movie_id not in SILENT:
        found["access"] = ["captions"] if number % 2 else ["audio_description"]
    return found


def showings(films: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every room shows one film after the other, all day; the films take turns over all rooms, so each one plays."""
    turns = cycle(films)
    for theater in THEATERS:
        for number in range(1, len(theater.rooms) + 1):
            minute = FIRST_START + STEP * number  # the foyer is small
            while minute <= LAST_START:
                film = next(turns)
                yield {
                    "movie_id": film["movie_id"],
                    "room_id": room_id(theater, number),
                    "days": DAYS,
                    "time": f"{minute // 60:02d}:{minute % 60:02d}",
                    **facts(theater, number, film, minute),
                    "prices": prices(theater, minute),
                }
                minute += -(-(film["length"] + CLEANING_MINUTES) // STEP) * STEP


def demo(films: Sequence[dict[str, Any]]) -> dict[str, Any]:
    members = ("theater_id", "name", "address", "info", "time_zone", "currency")
    return {
        "cleaning_minutes": CLEANING_MINUTES,
        "movies": list(films),
        "theaters": [{name: getattr(theater, name) for name in members} for theater in THEATERS],
        "rooms": [
            {
                "room_id": room_id(theater, number),
                "theater_id": theater.theater_id,
                "room_name": str(number),
                "rows": layout(*size),
            }
            for theater in THEATERS
            for number, size in enumerate(theater.rooms, 1)
        ],
        "events": list(showings(films)),
    }


def text_of(plan: dict[str, Any]) -> str:
    """The plan's JSON with one record a line, so that the line number of a refused record leads to it."""
    parts = []
    for name, value in plan.items():
        if isinstance(value, list):
            records = ",\n".join("  " + json.dumps(record, ensure_ascii=False) for record in value)
            parts.append(f' "{name}": [\n{records}\n ]')
        else:
            parts.append(f' "{name}": {json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    films = json.loads(DEMO.read_text())["movies"]
    DEMO.write_text(text_of(demo(films)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
