"""An index behind a certificate that only this company signs: uv installs from it wherever pip does."""

import hashlib
import os
import ssl
import subprocess
import threading
import zipfile
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.registries import pip_settings, registry_environ
from tests.certificates import certified
from toolchain.install import TOOLS

NAME = "sold_nowhere"
OURS = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_", "NODE_")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """The index's address, the company's certificate, and a lock of its one package."""
    served = tmp_path / "served"
    wheel = served / NAME / f"{NAME}-1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    info = f"{NAME}-1.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{NAME}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (served / NAME / "index.html").write_text(f'<a href="{wheel.name}#sha256={digest}">{wheel.name}</a>')
    (served / "sold-nowhere").symlink_to(served / NAME)  # as indexes spell it
    lock = tmp_path / "lock.txt"
    lock.write_text(f"{NAME}==1 --hash=sha256:{digest}\n")

    files = certified("localhost", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server)

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(served))

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}/", files.authority, lock
    server.shutdown()
    server.server_close()


def machine(tmp_path: Path, **settings: str) -> dict[str, str]:
    """A shell that is set up for nothing but `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(OURS)}
    kept.pop("XDG_CONFIG_DIRS", None)
    return {**kept, "HOME": str(tmp_path), "UV_CACHE_DIR": str(tmp_path / "cache"), **settings}


def installs(command: list[str], lock: Path, target: Path, environ: Mapping[str, str]) -> bool:
    arguments = ["--require-hashes", "--target", str(target), "-r", str(lock)]
    done = subprocess.run([*command, *arguments], env=environ, capture_output=True, text=True, timeout=100)
    print(done.stderr)  # for whoever reads why it failed
    return (target / f"{NAME}.py").exists()


PIP = [str(TOOLS.python), "-m", "pip", "install", "--quiet", "--no-cache-dir", "--retries", "0"]
UV = [str(TOOLS.directory / "bin" / "uv"), "pip", "install", "--no-config", "--python", str(TOOLS.python)]


@pytest.mark.parametrize("how", ["variables", "file"])
def test_uv_installs_from_where_pip_does(tmp_path: Path, company: tuple[str, Path, Path], how: str) -> None:
    url, certificate, lock = company
    if how == "file":
        config = tmp_path / "pip.conf"
        config.write_text(f"[global]\nindex-url = {url}\ncert = {certificate}\n")
        environ = machine(tmp_path, PIP_CONFIG_FILE=str(config))
    else:
        environ = machine(tmp_path, PIP_INDEX_URL=url, PIP_CERT=str(certificate), PIP_CONFIG_FILE=os.devnull)
    assert installs(PIP, lock, tmp_path / "by-pip", environ)
    alone = {**environ, "UV_DEFAULT_INDEX": url}
    assert not installs(UV, lock, tmp_path / "by-uv-alone", alone), "then the certificate was known anyway"
    told = registry_environ(environ, pip_settings(TOOLS.python, environ))
    assert installs(UV, lock, tmp_path / "by-uv", told)


def test_every_installation_of_the_tools_is_told_what_pip_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """uv for each lock, npm for the command line; the rest reaches no registry."""
    from toolchain import install

    ran: list[tuple[str, Mapping[str, str] | None]] = []
    monkeypatch.setattr(install, "run_logged", lambda what, command, environ=None: ran.append((what, environ)))
    monkeypatch.setattr(install, "registries", lambda: {"UV_DEFAULT_INDEX": "https://mirror.example"})
    lock = tmp_path / "lock.txt"
    lock.touch()
    environment = install.Environment(tmp_path, lock)
    monkeypatch.setattr(install, "ROOT", tmp_path)
    install.synchronize(environment)
    monkeypatch.setattr(install, "CDK", install.Environment(tmp_path / "node_modules", lock))
    (tmp_path / "node_modules").mkdir()
    monkeypatch.setattr(install, "is_complete", lambda _: False)
    monkeypatch.setattr(install.shutil, "rmtree", lambda *_, **__: None)
    install.install_cdk()
    assert [(what, (environ or {}).get("UV_DEFAULT_INDEX")) for what, environ in ran] == [
        ("Installing lock.txt", "https://mirror.example"),
        ("Installing the CDK command line", "https://mirror.example"),
    ]
