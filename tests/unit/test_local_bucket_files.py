"""What the embedded AWS makes of a BucketDeployment's properties; its function does the same on AWS."""

import io
import json
import zipfile

from local.embedded_aws.bucket_files import files_of, headers_of


def archive(**files: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr("assets/", "")  # a folder
        for name, content in files.items():
            zipped.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


def test_every_file_of_every_archive_goes_into_the_bucket_and_no_folder_does() -> None:
    found = dict(files_of({}, [archive(index_html="one"), archive(assets__page_js="two")]))
    assert found == {"index.html": b"one", "assets/page.js": b"two"}


def test_what_is_excluded_stays_out_unless_it_is_included() -> None:
    both = archive(index_html="one", assets__page_js="two")
    assert dict(files_of({"Exclude": ["assets/*"]}, [both])) == {"index.html": b"one"}
    assert dict(files_of({"Exclude": ["*"], "Include": ["assets/*"]}, [both])) == {"assets/page.js": b"two"}


def test_markers_are_replaced_in_their_own_archive_and_escaped_where_it_is_json() -> None:
    told = {
        "SourceMarkers": [{"<<1>>": 'a "name"'}, {}],
        "SourceMarkersConfig": [{"jsonEscape": "true"}, {}],
    }
    found = dict(files_of(told, [archive(config_json='{"pool":"<<1>>"}'), archive(index_html="<<1>>")]))
    assert json.loads(found["config.json"]) == {"pool": 'a "name"'}
    assert found["index.html"] == b"<<1>>"


def test_a_file_has_the_type_of_its_name_unless_the_deployment_says_another() -> None:
    assert headers_of("index.html", {}) == {"content-type": "text/html"}
    assert headers_of("it", {}) == {"content-type": "binary/octet-stream"}
    said = {"SystemMetadata": {"content-type": "application/problem+json", "Cache-Control": "no-store"}}
    assert headers_of("a.json", said) == {"content-type": "application/problem+json", "cache-control": "no-store"}
