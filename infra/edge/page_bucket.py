"""The page's bucket as the distribution reads it, and which file a path of the page is."""

import json

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from box_office.names import FILM_CARDS_PREFIX, PAGE_ITSELF
from infra.edge.paths import NAMED_PLACES, PAGE_FILES, PAGE_FOLDERS

NOT_FOUND = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Not found</title>
<h1>There is nothing at this address</h1>
<p><a href="/">See what is showing</a></p>
<p lang="es">En esta dirección no hay nada. <a href="/">Ver la cartelera</a></p>
</html>
"""
# Programs that draw a link's title and picture, by their names for themselves. Search engines are not among them: those
# run the page's script. Nor are browsers inside of other apps, which people look at: "[Pinterest/iOS]" is one.
LINK_READERS = (
    r"Bluesky|Discordbot|Embedly|facebookexternalhit|Facebot|Iframely|LinkedInBot|Mastodon|Pinterest(bot)?/\d|redditbot|"
    "SkypeUriPreview|Slackbot|TelegramBot|Twitterbot|vkShare|WhatsApp"
)
CONSTANTS = {
    "files": PAGE_FILES,
    "folders": PAGE_FOLDERS,
    "places": NAMED_PLACES,
    "cards": f"/{FILM_CARDS_PREFIX}",
    "readers": LINK_READERS,
    "pageItself": PAGE_ITSELF,
    "notFound": NOT_FOUND,
}
# A path whose last part has no dot is a place in the page, not a file: the page itself draws it. The API's readable
# page is another one. What draws links gets a film's card instead (operations/catalogue/film_cards.py), whose own link
# leads to the page, for its reader may be a person all the same. A file that the page cannot have is answered here: the
# distribution has one answer for each status, for page and API alike, so that it cannot give S3's error another face.
HANDLER = """
function handler(event) {
  var request = event.request;
  var parts = request.uri.split('/');
  var last = parts[parts.length - 1];
  var agent = request.headers['user-agent'];
  var isFilm = parts[1] === 'film' && parts.length === 3 && last && !request.querystring[pageItself];
  if (isFilm && agent && new RegExp(readers, 'i').test(agent.value)) {
    request.uri = cards + last + '.html';
    return request;
  }
  if (last.indexOf('.') < 0 || places.indexOf(parts[1]) >= 0) {
    request.uri = (parts[1] === 'api-reference' ? '/api-reference' : '') + '/index.html';
    return request;
  }
  var known = parts.length === 2 ? files.indexOf(last) >= 0 : folders.indexOf(parts[1]) >= 0;
  if (known) return request;
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: {
      'content-type': { value: 'text/html; charset=utf-8' },
      'cache-control': { value: 'no-store' }
    },
    body: notFound
  };
}
""".strip()
ROUTES = "".join(f"var {name} = {json.dumps(value)};\n" for name, value in CONSTANTS.items()) + HANDLER


class PageOrigin(Construct):
    """`origin`: the page's bucket, which lets the account's distributions read (page_files.py). `routes`: makes the
    name of a file of what a browser asks the page for."""

    def __init__(self, scope: Construct, id: str, *, bucket_name: str, region: str, prefix: str) -> None:
        super().__init__(scope, id)
        bucket = s3.Bucket.from_bucket_attributes(self, "Bucket", bucket_name=bucket_name, region=region)
        self.origin = origins.S3BucketOrigin.with_origin_access_control(bucket)
        self.routes = cloudfront.Function(
            self,
            "Routes",
            function_name=f"{prefix}-page-routes",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(ROUTES),
        )
