"""The page's files: out of a bucket of the embedded AWS, or of a directory. CloudFront asks S3 the same way, and may
read there and list: a file that is missing is 404, in S3's words."""

import asyncio
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import unquote

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from local.edge.config import Config
from local.edge.messages import Answer, Headers

HASHED = re.compile(r"[.-][0-9a-zA-Z_-]{8,}\.[a-z0-9.]+$")  # index-4f9a1c2b.js: another content has another name
FOR_A_YEAR = "public, max-age=31536000, immutable"
KINDS = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".wasm": "application/wasm"}
MISSING = Answer(404, (("Content-Type", "application/xml"),), b"<Error><Code>NoSuchKey</Code></Error>")
SILENT = Answer(503, (("Content-Type", "application/xml"),), b"<Error><Code>ServiceUnavailable</Code></Error>")
MISSING_CODES = frozenset({"NoSuchKey", "NoSuchBucket", "AccessDenied", "404", "403"})


class PageFiles(Protocol):
    async def answer(self, path: str) -> Answer:
        """`path`: still encoded, with its leading slash."""


class Bucket:
    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    async def answer(self, path: str) -> Answer:
        return await asyncio.to_thread(self._get, unquote(path).removeprefix("/"))

    def _get(self, key: str) -> Answer:
        if not key:
            return MISSING
        try:
            found = self._client.get_object(Bucket=self._name, Key=key)
            body: bytes = found["Body"].read()
        except ClientError as error:
            return MISSING if error.response["Error"]["Code"] in MISSING_CODES else SILENT
        except BotoCoreError:
            return SILENT
        named = {name: found.get(name) for name in ("ContentType", "CacheControl", "ContentEncoding", "ETag")}
        headers = {"Content-Type": named["ContentType"], "Cache-Control": named["CacheControl"]}
        headers |= {"Content-Encoding": named["ContentEncoding"], "ETag": named["ETag"]}
        return Answer(200, tuple((name, value) for name, value in headers.items() if value), body)


class Directory:
    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()

    async def answer(self, path: str) -> Answer:
        return await asyncio.to_thread(self._get, unquote(path).lstrip("/"))

    def _get(self, name: str) -> Answer:
        try:
            file = (self._directory / name).resolve()
            if not file.is_relative_to(self._directory) or not file.is_file():
                return MISSING
            body = file.read_bytes()
        except (OSError, ValueError):  # a name with a NUL in it, or too long
            return MISSING
        headers: Headers = (("Content-Type", kind_of(file)), ("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"'))
        return Answer(200, (*headers, ("Cache-Control", FOR_A_YEAR)) if HASHED.search(name) else headers, body)


def kind_of(file: Path) -> str:
    kind = KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def page_files(config: Config) -> PageFiles:
    if config.page.directory:
        return Directory(config.page.directory)
    return Bucket(aws_client(config, "s3"), str(config.page.bucket))


def aws_client(config: Config, service: Literal["s3", "wafv2"]) -> Any:
    """With the environment's credentials."""
    settings = ClientConfig(connect_timeout=2, read_timeout=10, s3={"addressing_style": "path"}, proxies={})
    return boto3.client(service, endpoint_url=config.aws_endpoint_url, region_name=config.region, config=settings)
