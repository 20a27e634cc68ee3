"""pip's settings, handed on to uv and npm: behind a company's proxy they must find what pip finds.

pip reads pip.conf, PIP_... and the variables of requests; uv and npm read none of those, and uv has its own list of
certificates. A setting of uv's or npm's own takes precedence. This file uses the standard library alone, because `make
install` begins with it.

`python -m infra.registries COMMAND ...` runs a command with these settings.
"""

import ast
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

SECTIONS = ("global", "install", ":env:")  # a later one takes precedence, as in pip
OF_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # pip's library for HTTP reads them
ASK_SECONDS_MAX = 60


def pip_settings(python: Path | str, environ: Mapping[str, str]) -> dict[str, str]:
    """pip's own account of its configuration, `{"index-url": ...}`; nothing if there is no pip."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS_MAX, env=dict(environ))
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return settings_in(done.stdout) if done.returncode == 0 else {}


def settings_in(listed: str) -> dict[str, str]:
    """`listed`: lines such as `global.index-url='https://...'`."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, setting = name.rpartition(".")
        if section in found and value:
            found[section][setting] = str(ast.literal_eval(value))
    return {name: value for section in SECTIONS for name, value in found[section].items()}


def registry_environ(environ: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """`environ`, and what uv and npm need beside it to reach what pip reaches."""
    extended = dict(environ)
    certificates(extended, pip)
    given = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": words(pip.get("extra-index-url")),
        "UV_FIND_LINKS": words(pip.get("find-links"), ","),
        "UV_INSECURE_HOST": words(pip.get("trusted-host")),
        "UV_HTTP_TIMEOUT": pip.get("timeout") or pip.get("default-timeout"),
        "SSL_CLIENT_CERT": pip.get("client-cert"),
        "HTTPS_PROXY": unless_set(environ, "https_proxy", pip.get("proxy")),
        "HTTP_PROXY": unless_set(environ, "http_proxy", pip.get("proxy")),
    }
    if environ.get("UV_INDEX_URL"):  # uv's older word for the same
        given.pop("UV_DEFAULT_INDEX")
    # pip looks at all indexes for each package, uv at the first that has it. The locks' hashes say which files will do.
    given["UV_INDEX_STRATEGY"] = "unsafe-best-match" if given["UV_INDEX"] or given["UV_FIND_LINKS"] else None
    for name, value in given.items():
        if value:
            extended.setdefault(name, value)
    return extended


def certificates(extended: MutableMapping[str, str], pip: Mapping[str, str]) -> None:
    """Adds the certificates that pip trusts: a file or directory that its settings name, else the system's."""
    named = [extended[name] for name in OF_REQUESTS if extended.get(name)]
    bundle = pip.get("cert") or next(iter(named), None)
    if bundle and not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & extended.keys():
        extended["SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE"] = bundle
    if bundle and Path(bundle).is_file():
        extended.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    if system_has_certificates():
        extended.setdefault("UV_SYSTEM_CERTS", "true")
        extended.setdefault("NODE_USE_SYSTEM_CA", "1")


def system_has_certificates() -> bool:
    """Some containers have none: there uv's own list is better than an empty one."""
    paths = ssl.get_default_verify_paths()
    in_directory = paths.capath and any(Path(paths.capath).iterdir())
    return sys.platform == "darwin" or bool(paths.cafile or in_directory)


def words(value: str | None, separator: str = " ") -> str:
    return separator.join((value or "").split())


def unless_set(environ: Mapping[str, str], name: str, value: str | None) -> str | None:
    return None if environ.get(name) else value


def environ_for(python: Path | str = sys.executable) -> dict[str, str]:
    """This process's environment, with what the pip of `python` is set up for."""
    return registry_environ(os.environ, pip_settings(python, os.environ))


if __name__ == "__main__":
    os.execvpe(sys.argv[1], sys.argv[1:], environ_for())
