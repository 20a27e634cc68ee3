"""A film's card: what a link to it shows where it is shared. Programs that draw links run no script, so the page cannot
tell them; the edge sends them these files instead (infra/edge/page_bucket.py). They hold a film's own facts only, which
are as the plan last said, and a link to the page: a person may read one by mistake, and wants to buy."""

import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from box_office.adapters.aws_clients import AwsClient
from box_office.domain.catalogue import Movie
from box_office.names import FILM_CARDS_PREFIX as PREFIX
from box_office.names import PAGE_ITSELF

WORDS_MAX = 300  # of a description; what draws links cuts it before that
PICTURE = "card.png"  # the page's own, for films without a poster
PICTURE_SIZE = (1200, 630)
KEPT = "public, max-age=300"


def card_of(movie: Movie, page_url: str) -> str:
    """`page_url`: without a slash at its end."""
    address, title = f"{page_url}/film/{movie.movie_id}", f"{movie.title} ({movie.year})"
    words = shortened(movie.details)
    facts = [
        ("og:type", "video.movie"),
        ("og:site_name", "Box Office"),
        ("og:title", title),
        ("og:description", words),
        ("og:url", address),
        ("og:image", movie.poster or f"{page_url}/{PICTURE}"),
        *(() if movie.poster else picture_size()),
    ]
    tags = "\n".join(f'<meta property="{escape(name)}" content="{escape(value)}">' for name, value in facts)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="description" content="{escape(words)}">
<meta name="twitter:card" content="{"summary" if movie.poster else "summary_large_image"}">
{tags}
<link rel="canonical" href="{escape(address)}">
<h1>{escape(title)}</h1>
<p>{escape(movie.details)}</p>
<p><a href="{escape(address)}?{PAGE_ITSELF}">{escape(address)}</a></p>
</html>
"""


def picture_size() -> Iterator[tuple[str, str]]:
    yield from zip(("og:image:width", "og:image:height"), map(str, PICTURE_SIZE), strict=True)


def shortened(text: str) -> str:
    """Whole words, with an ellipsis where some are left out."""
    return text if len(text) <= WORDS_MAX else text[: WORDS_MAX - 1].rpartition(" ")[0] + "…"


class FilmCards:
    def __init__(self, s3: AwsClient, bucket: str, page_url: str) -> None:
        """`bucket`: the page's. `page_url`: without a slash at its end."""
        self._s3, self._bucket, self._page_url = s3, bucket, page_url

    def write(self, movies: Sequence[Movie]) -> int:
        """Writes the cards that are not there as they should be; returns how many. Raises ClientError."""
        there = self._etags()
        wanted = {f"{PREFIX}{movie.movie_id}.html": card_of(movie, self._page_url).encode() for movie in movies}
        changed = {key: body for key, body in wanted.items() if there.get(key) != etag_of(body)}
        for key, body in changed.items():
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType="text/html; charset=utf-8", CacheControl=KEPT
            )
        return len(changed)

    def _etags(self) -> dict[str, str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX)
        return {one["Key"]: one["ETag"].strip('"') for page in pages for one in page.get("Contents", ())}


def etag_of(body: bytes) -> str:
    """S3's ETag of an object that it encrypts with its own keys is the MD5 of the content. Source:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html"""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
