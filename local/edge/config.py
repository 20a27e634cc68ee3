"""CONFIG.json of `python -m local.edge CONFIG.json`: the template to act on, and what stands here for its AWS."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Url = Annotated[str, Field(pattern=r"^http://127\.0\.0\.1:\d+(/.*)?$")]


class WrongConfig(Exception):
    """The message names the file, the member and what it takes."""


class Page(BaseModel):
    """Where the page's files are: a bucket of the embedded AWS, or a directory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bucket: str | None = None
    directory: Path | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "Page":
        if (self.bucket is None) == (self.directory is None):
            raise ValueError("name a bucket or a directory, and one of them only")
        return self


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    template: Path  # of the edge's stack, as `cdk synth` writes it
    port: int = Field(ge=0, le=65_535)  # on 127.0.0.1; 0 takes a free one and prints it
    api_url: Url  # stands for the API's origin and its path: a request's path is appended
    origin_key: str | None = None  # stands for every secret of an origin's key in the template
    page: Page
    aws_endpoint_url: Url | None = None  # of the bucket, and of the IP sets; None: the template's sets are all there is
    region: str = "us-east-1"
    account: str = "000000000000"
    parameters: dict[str, str] = {}  # values of the template's parameters and imports

    @model_validator(mode="after")
    def bucket_has_an_address(self) -> "Config":
        if self.page.bucket and not self.aws_endpoint_url:
            raise ValueError("a page in a bucket needs aws_endpoint_url")
        return self


def read_config(path: Path) -> Config:
    """Raises WrongConfig."""
    try:
        return Config.model_validate_json(path.read_bytes())
    except OSError as error:
        raise WrongConfig(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors())
        raise WrongConfig(f"{path}: {wrong}") from error
