"""A server whose certificate nobody vouches for gets no request."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ..crawling import crawl, scrapy
from .test_nasty_site import WATCH


def write_certificate(path: Path) -> None:
    """A key and a certificate for 127.0.0.1 that it signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "self")])
    day = timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC) - day).not_valid_after(datetime.now(UTC) + day)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(pem))


class SecureSite(ThreadingHTTPServer):
    """Notes the requests that come in over TLS, and has nothing."""

    def __init__(self, certificate: Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.asked: list[str] = []
        self.url = f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: SecureSite

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SecureSite]:
    write_certificate(tmp_path / "site.pem")
    with SecureSite(tmp_path / "site.pem") as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_a_crawl_does_not_talk_to_it(site: SecureSite, tmp_path: Path) -> None:
    run = crawl(tmp_path, site.url, settings={"RETRY_ENABLED": "0"})
    assert run.code == 1
    assert "certificate verify failed" in run.stderr
    assert site.asked == []


def test_without_the_settings_it_would_and_a_console_would_be_open(site: SecureSite, tmp_path: Path) -> None:
    """So that this test, and the one of ports that nobody listens on, can fail."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    loose = {"DOWNLOAD_VERIFY_CERTIFICATES": "0", "TELNETCONSOLE_ENABLED": "1", "RETRY_ENABLED": "0"}
    run = crawl(tmp_path, site.url, "-O", "ftp://me:canary@127.0.0.1:1/x.csv", settings=loose, hook=hook)
    assert run.code == 1
    assert "ftp://me:…@127.0.0.1:1/x.csv" in run.stderr  # the feed could not be stored
    assert "canary" not in run.stderr
    assert not any("canary" in path.read_text(encoding="utf-8") for path in (tmp_path / "data/runs").iterdir())
    assert "/103002/default.aspx" in site.asked
    assert "127.0.0.1" in (hook / "bound").read_text(encoding="utf-8")


def test_doctor_trusts_it_no_more(site: SecureSite, tmp_path: Path) -> None:
    run = scrapy(tmp_path, "doctor", "--site", site.url, "-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
    assert run.code == 1
    assert "fail  site" in run.stdout
    assert "certificate" in run.stdout
    assert site.asked == []
