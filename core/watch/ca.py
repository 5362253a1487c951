"""The inspector's own certificate authority: one key per installation, a short-lived certificate per session.

The key is readable by this user only, replaced after a month, and never enters a system store: only the programs that
Telltale starts are told of the certificate. The certificate may speak only for the hosts it is made for. Runs in the
inspector's process, whose environment holds `cryptography`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEY_DAYS: Final = 30
CERTIFICATE_DAYS: Final = 3
KEY_NAME: Final = "ca-key.pem"
_LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
_PEM: Final = serialization.Encoding.PEM


def make(key_folder: Path, session_folder: Path, hosts: Sequence[str], now: dt.datetime | None = None) -> bytes:
    """Write the session's key and certificate where mitmproxy looks for them; return the certificate (PEM)."""
    now = now or dt.datetime.now(dt.UTC)
    key = installation_key(key_folder, now)
    certificate = _certificate(key, hosts, now).public_bytes(_PEM)
    _write(session_folder / "mitmproxy-ca.pem", _key_bytes(key) + certificate)
    return certificate


def installation_key(folder: Path, now: dt.datetime) -> ec.EllipticCurvePrivateKey:
    """Return this installation's key, made anew where there is none, it is a month old, or it cannot be read."""
    path = folder / KEY_NAME
    with contextlib.suppress(OSError, ValueError, TypeError):
        made = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        if dt.timedelta(days=-1) < now - made < dt.timedelta(days=KEY_DAYS):
            key = serialization.load_pem_private_key(path.read_bytes(), None)
            if isinstance(key, ec.EllipticCurvePrivateKey):
                return key
    key = ec.generate_private_key(ec.SECP256R1())
    _write(path, _key_bytes(key))
    return key


def constraints(hosts: Sequence[str]) -> x509.NameConstraints | None:
    """Return what a certificate for these hosts may speak for; none for no hosts (it may speak for all)."""
    names = sorted({host.removeprefix("*.").strip(".").lower() for host in hosts})
    if not names:
        return None
    permitted: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(net)) for net in _LOOPBACK]
    for name in ("localhost", *names):
        try:
            permitted.append(x509.IPAddress(ipaddress.ip_network(name.strip("[]"))))
        except ValueError:
            with contextlib.suppress(ValueError):  # a name that no certificate can hold cannot be read, so it passes unread
                permitted.append(x509.DNSName(name))
    return x509.NameConstraints(permitted, None)


def _certificate(key: ec.EllipticCurvePrivateKey, hosts: Sequence[str], now: dt.datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Telltale inspector on this computer, not for other use")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(now + dt.timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(authority_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    limits = constraints(hosts)
    if limits is not None:
        builder = builder.add_extension(limits, critical=True)
    return builder.sign(key, hashes.SHA256())


def authority_usage() -> x509.KeyUsage:
    """Return what an authority's key may do; strict clients (Python from 3.13 on) want to be told."""
    wanted = {"key_cert_sign", "crl_sign", "digital_signature"}
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: name in wanted for name in names.split()})


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    temporary.replace(path)
