"""What a BucketDeployment does, done by the embedded AWS itself: unpacks archives of files into a bucket.

The function that CDK brings for it runs AWS's command line, which Python environments here have none of, and it would
take longer than all else in the edge's stack. Its properties mean here what they mean there. Source:
https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/custom-resource-handlers/lib/aws-s3-deployment
"""

import io
import json
import mimetypes
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Properties = Mapping[str, Any]
UNKNOWN_TYPE = "binary/octet-stream"  # what S3 says of a file of which nothing is said
NOT_DONE = ("DestinationBucketKeyPrefix", "DistributionId", "UserMetadata")


class CannotDeploy(Exception):
    """The message names the property that is not carried out here."""


def files_of(properties: Properties, archives: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Key and content of each file that goes into the bucket, its markers replaced."""
    nothing: list[Properties] = [{}] * len(archives)
    markers = properties.get("SourceMarkers") or nothing
    configs = properties.get("SourceMarkersConfig") or nothing
    for archive, given, config in zip(archives, markers, configs, strict=True):
        in_json = is_true(config.get("jsonEscape", False))
        with zipfile.ZipFile(io.BytesIO(archive)) as unpacked:
            for name in unpacked.namelist():
                if not name.endswith("/") and is_wanted(name, properties):
                    yield name, replaced(unpacked.read(name), given, in_json)


def is_wanted(name: str, properties: Properties) -> bool:
    """The last filter that fits decides, and those that include come after those that exclude."""
    included = any(fnmatchcase(name, pattern) for pattern in properties.get("Include") or ())
    return included or not any(fnmatchcase(name, pattern) for pattern in properties.get("Exclude") or ())


def replaced(content: bytes, markers: Mapping[str, Any], in_json: bool) -> bytes:
    for marker, value in markers.items():
        text = json.dumps(str(value))[1:-1] if in_json else str(value)
        content = content.replace(marker.encode(), text.encode())
    return content


def headers_of(name: str, properties: Properties) -> dict[str, str]:
    """Lower-case header names, as S3 keeps them with the object."""
    said = {key.lower(): str(value) for key, value in (properties.get("SystemMetadata") or {}).items()}
    return {"content-type": mimetypes.guess_type(name)[0] or UNKNOWN_TYPE, **said}


def is_true(value: object) -> bool:
    return str(value).lower() == "true"


def deploy_files(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, dict[str, Any]]:
    """Raises CannotDeploy."""
    from ministack.services import s3

    unknown = [name for name in NOT_DONE if properties.get(name)]
    if unknown or is_true(properties.get("Prune", "true")) or not is_true(properties.get("Extract", "true")):
        raise CannotDeploy(f"{logical_id}: the embedded AWS unpacks files only, without {unknown or 'Prune, Extract'}.")
    sources = list(zip(properties["SourceBucketNames"], properties["SourceObjectKeys"], strict=True))
    archives = [s3._get_object_data(bucket, key) for bucket, key in sources]
    if None in archives:
        raise CannotDeploy(f"{logical_id}: {sources} are not all there.")
    bucket = properties["DestinationBucketName"]
    for name, content in files_of(properties, archives):
        status, _, body = s3._put_object(bucket, name, content, headers_of(name, properties))
        if status != 200:
            raise CannotDeploy(f"{logical_id}: {name} cannot be put into {bucket}: {body!r}")
    return f"aws.cdk.s3deployment.{uuid.uuid4()}", {"SourceObjectKeys": [key for _, key in sources]}
