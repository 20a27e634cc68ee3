"""What pip is set up for is told to uv and npm, which read none of it themselves."""

from pathlib import Path

import pytest

from infra import registries
from infra.registries import registry_environ, settings_in


@pytest.fixture(autouse=True)
def without_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "system_has_certificates", lambda: False)


def test_pips_own_list_is_read_with_pips_own_precedence() -> None:
    listed = """global.index-url='https://mirror.example/simple'
install.index-url="https://other.example/simple"
:env:.cert='/etc/company.pem'
global.cert='/etc/old.pem'
global.extra-index-url='\\nhttps://a.example/simple\\nhttps://b.example/simple'
freeze.index-url='https://unused.example'
"""
    assert settings_in(listed) == {
        "index-url": "https://other.example/simple",
        "cert": "/etc/company.pem",
        "extra-index-url": "\nhttps://a.example/simple\nhttps://b.example/simple",
    }


@pytest.mark.parametrize(
    ("pip", "name", "value"),
    [
        ({"index-url": "https://mirror.example/simple"}, "UV_DEFAULT_INDEX", "https://mirror.example/simple"),
        (
            {"extra-index-url": "\nhttps://a.example\nhttps://b.example"},
            "UV_INDEX",
            "https://a.example https://b.example",
        ),
        ({"extra-index-url": "https://a.example"}, "UV_INDEX_STRATEGY", "unsafe-best-match"),
        ({"find-links": "/wheels /more"}, "UV_FIND_LINKS", "/wheels,/more"),
        ({"trusted-host": "mirror.example"}, "UV_INSECURE_HOST", "mirror.example"),
        ({"timeout": "60"}, "UV_HTTP_TIMEOUT", "60"),
        ({"proxy": "http://proxy.example:3128"}, "HTTPS_PROXY", "http://proxy.example:3128"),
        ({"client-cert": "/etc/me.pem"}, "SSL_CLIENT_CERT", "/etc/me.pem"),
        ({"cert": "/etc/company.pem"}, "SSL_CERT_FILE", "/etc/company.pem"),
    ],
)
def test_each_setting_of_pip_has_a_word_of_uvs(pip: dict, name: str, value: str) -> None:
    assert registry_environ({}, pip)[name] == value


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_certificates_that_pips_library_reads_are_told_too(name: str) -> None:
    assert registry_environ({name: "/etc/company.pem"}, {})["SSL_CERT_FILE"] == "/etc/company.pem"


def test_a_directory_of_certificates_is_told_as_one(tmp_path: Path) -> None:
    told = registry_environ({}, {"cert": str(tmp_path)})
    assert (told["SSL_CERT_DIR"], "SSL_CERT_FILE" in told) == (str(tmp_path), False)


def test_npm_is_told_of_the_same_certificates(tmp_path: Path) -> None:
    bundle = tmp_path / "company.pem"
    bundle.touch()
    assert registry_environ({}, {"cert": str(bundle)})["NODE_EXTRA_CA_CERTS"] == str(bundle)


def test_without_certificates_named_the_systems_are_believed_if_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert registry_environ({"A": "b"}, {}) == {"A": "b"}
    monkeypatch.setattr(registries, "system_has_certificates", lambda: True)
    assert registry_environ({}, {}) == {"UV_SYSTEM_CERTS": "true", "NODE_USE_SYSTEM_CA": "1"}


def test_what_is_set_for_uv_or_npm_themselves_stays() -> None:
    ours = {
        "UV_DEFAULT_INDEX": "https://ours.example",
        "SSL_CERT_FILE": "/ours.pem",
        "NODE_EXTRA_CA_CERTS": "/ours.pem",
        "https_proxy": "http://ours.example",
        "http_proxy": "http://ours.example",
    }
    pip = {"index-url": "https://pip.example", "cert": __file__, "proxy": "http://pip.example"}
    assert registry_environ(ours, pip) == ours
    assert "UV_DEFAULT_INDEX" not in registry_environ({"UV_INDEX_URL": "https://ours.example"}, pip)


def test_without_pip_nothing_is_told() -> None:
    assert registries.pip_settings("/no/such/python", {}) == {}
