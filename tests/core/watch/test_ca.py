from __future__ import annotations

import datetime as dt
import os
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.watch import ca

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)


def certificate(folder: Path, *hosts: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(ca.make(folder / "keys", folder / "session", hosts, NOW))


def accepts(folder: Path, host: str) -> bool:
    """Whether a program that trusts the session's certificate believes one for this host that was signed with its key."""
    key = serialization.load_pem_private_key((folder / "session" / "mitmproxy-ca.pem").read_bytes(), None)
    authority = x509.load_pem_x509_certificate((folder / "session" / "mitmproxy-ca.pem").read_bytes())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "leaf.pem").write_bytes(
        leaf.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(folder / "leaf.pem")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    client = ssl.create_default_context(cafile=str(folder / "authority.pem")).wrap_bio(to_client, to_server, server_hostname=host)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError:
            return False
    return True


def test_a_certificate_for_known_hosts_is_not_believed_for_others(tmp_path: Path) -> None:
    certificate(tmp_path, "api.example.com", "*.telemetry.example")
    assert accepts(tmp_path, "api.example.com")
    assert accepts(tmp_path, "eu.telemetry.example")
    assert not accepts(tmp_path, "bank.example")
    assert not accepts(tmp_path, "example.com")


def test_a_certificate_without_known_hosts_may_speak_for_all(tmp_path: Path) -> None:
    certificate(tmp_path)
    assert accepts(tmp_path, "anything.example")


def test_it_is_short_lived_and_can_sign_servers_only(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    assert made.not_valid_after_utc - NOW <= dt.timedelta(days=3)
    constraints = made.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


def test_the_key_is_for_this_user_only_and_stays_for_a_month(tmp_path: Path) -> None:
    certificate(tmp_path)
    path = tmp_path / "keys" / "ca-key.pem"
    first = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    certificate(tmp_path)
    assert path.read_bytes() == first
    old = (NOW - dt.timedelta(days=31)).timestamp()
    os.utime(path, (old, old))
    certificate(tmp_path)
    assert path.read_bytes() != first


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_cannot_be_read_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "ca-key.pem").write_bytes(content)
    certificate(tmp_path)
    assert b"BEGIN PRIVATE KEY" in (tmp_path / "keys" / "ca-key.pem").read_bytes()


def test_names_that_no_certificate_can_hold_are_left_out_and_addresses_become_networks() -> None:
    limits = ca.constraints(["b\u00fccher.example", "203.0.113.7", "2001:db8::1", "ok.example"])
    assert limits is not None
    values = [str(name.value) for name in limits.permitted_subtrees or ()]
    assert values == ["127.0.0.0/8", "::1/128", "localhost", "2001:db8::1/128", "203.0.113.7/32", "ok.example"]
