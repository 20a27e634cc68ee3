"""Commands to paste: the demo's own films and seats, as they are on sale now."""

from typing import Any

import httpx

from box_office.names import ORIGIN_KEY_HEADER

TOKEN = "AuthorizationToken: $TOKEN"


def showing(http: httpx.Client) -> tuple[str, str, str, list[str]] | None:
    """Film, theater, event and two free seats of a showing that is on sale; None if none is."""
    for movie in http.get("/GetListOfMovie/api/v0/").json().get("movies", [])[:5]:
        detail = http.get(f"/GetMovieDetail/api/v0/{movie['movie_id']}/").json()
        for theater in detail.get("theaters", [])[:1]:
            seats = http.get(f"/GetAvailableSeat/api/v0/{movie['movie_id']}/{theater['theater_id']}/").json()
            if seats.get("available_seat"):
                return movie["movie_id"], theater["theater_id"], seats["event_id"], seats["available_seat"][:2]
    return None


def examples(stack: dict[str, Any]) -> list[str]:
    """Lines for a shell. A request that is not answered is left out, so that the examples never fail a start."""
    ada = stack["accounts"][0]
    lines = [
        f"API={stack['web_url']}",
        f"TOKEN=$(PYTHONPATH=. .venv/bin/python -m local.token {ada['name']})",
        "curl -sw '\\n' $API/GetListOfMovie/api/v0/",
    ]
    try:
        # Not through the edge, which would keep what was read here for those who read it next.
        headers = {"AuthorizationToken": ada["token"], ORIGIN_KEY_HEADER: stack["origin_key"]}
        with httpx.Client(base_url=stack["api_url"], headers=headers, trust_env=False, timeout=10) as http:
            found = showing(http)
    except (httpx.HTTPError, ValueError):
        found = None
    if found:
        movie, theater, event, seats = found
        wanted = ",".join(f'"{seat}"' for seat in seats)
        body = f'{{"movie_id":"{movie}","theater_id":"{theater}","event_id":"{event}","selected_seat":[{wanted}]}}'
        lines += [
            f"curl -sw '\\n' $API/GetAvailableSeat/api/v0/{movie}/{theater}/ -H \"{TOKEN}\"",
            f"curl -sw '\\n' $API/HoldSeat/api/v0/{movie}/ -H \"{TOKEN}\" -d '{body}'",
            f"curl -sw '\\n' $API/GetBooking/api/v0/{event}/ -H \"{TOKEN}\"",
            f"curl -sw '\\n' -X POST $API/ReleaseSeat/api/v0/{event}/ -H \"{TOKEN}\"",
        ]
    return lines
