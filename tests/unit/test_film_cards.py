"""What a link to a film shows where it is shared."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

from box_office.domain.catalogue import Movie
from operations.catalogue.film_cards import FilmCards, card_of

PAGE = "https://tickets.cinema.example"
VERTIGO = Movie("vertigo", "Vertigo", "A detective afraid of heights follows a woman.", 128, "PG", 1958, "A. Hitchcock")


def tags(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


class FakeBucket:
    """S3, as far as the cards need it."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.written: list[str] = []

    def get_paginator(self, _: str) -> "FakeBucket":
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        etags = {key: hashlib.md5(one["Body"]).hexdigest() for key, one in self.objects.items()}
        yield {"Contents": [{"Key": key, "ETag": f'"{etag}"'} for key, etag in etags.items()]} if etags else {}

    def put_object(self, Key: str, **members: Any) -> None:
        self.objects[Key] = members
        self.written.append(Key)


def test_a_card_has_the_film_s_own_facts_its_address_and_a_picture_of_the_page() -> None:
    assert tags(card_of(VERTIGO, PAGE)) == {
        "description": VERTIGO.details,
        "twitter:card": "summary_large_image",
        "og:type": "video.movie",
        "og:site_name": "Box Office",
        "og:title": "Vertigo (1958)",
        "og:description": VERTIGO.details,
        "og:url": "https://tickets.cinema.example/film/vertigo",
        "og:image": "https://tickets.cinema.example/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
    }


def test_a_card_leads_to_the_page_and_names_the_film_s_own_address() -> None:
    html, address = card_of(VERTIGO, PAGE), f"{PAGE}/film/vertigo"
    assert f'<a href="{address}?page">{address}</a>' in html and f'<link rel="canonical" href="{address}">' in html


def test_a_film_s_own_poster_is_its_picture_of_which_no_size_is_known() -> None:
    found = tags(card_of(replace(VERTIGO, poster="https://img.example/vertigo.jpg"), PAGE))
    assert (found["og:image"], found["twitter:card"]) == ("https://img.example/vertigo.jpg", "summary")
    assert "og:image:width" not in found


def test_a_plan_s_words_are_no_markup() -> None:
    html = card_of(replace(VERTIGO, title='<script>alert("x")</script>', details='"><script>'), PAGE)
    assert "<script" not in html
    assert tags(html)["og:title"] == '<script>alert("x")</script> (1958)'


def test_a_long_description_ends_with_a_whole_word() -> None:
    words = tags(card_of(replace(VERTIGO, details="word " * 200), PAGE))["og:description"]
    assert len(words) <= 300 and words.endswith(" word…")


def test_only_cards_that_changed_are_written() -> None:
    bucket = FakeBucket()
    cards = FilmCards(bucket, "page", PAGE)
    ran = replace(VERTIGO, movie_id="ran", title="Ran")
    assert cards.write([VERTIGO, ran]) == 2
    assert cards.write([VERTIGO, replace(ran, year=1985)]) == 1
    assert bucket.written == ["cards/film/vertigo.html", "cards/film/ran.html", "cards/film/ran.html"]
    assert bucket.objects["cards/film/ran.html"]["ContentType"] == "text/html; charset=utf-8"
