from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.probes._key_files import describe_key, key_candidates, shown_key_name
from tests.fakes.planted_machine import openssh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (openssh(b"none"), "OpenSSH key, without passphrase"),
        (openssh(b"aes256-ctr"), "OpenSSH key, with passphrase"),
        (openssh(b"none").replace("\n", "\r\n"), "OpenSSH key, without passphrase"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n%%%%\n", "OpenSSH key, not readable as a key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "OpenSSH key, not readable as a key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n", "private key, with passphrase"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "private key, without passphrase"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n", "private key, with passphrase"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: aes256-cbc\r\n", "PuTTY key, with passphrase"),
        ("PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n", "PuTTY key, without passphrase"),
        ("-----BEGIN CERTIFICATE-----\nMIIE\n", ""),
        ("ssh-ed25519 AAAA mia@example.test", ""),
    ],
)
def test_the_header_tells_kind_and_passphrase(text: str, expected: str) -> None:
    assert describe_key(text) == expected


@given(st.text(max_size=200), st.sampled_from(["", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "-----BEGIN X PRIVATE KEY-----\n"]))
def test_no_text_breaks_the_header_check(text: str, start: str) -> None:
    described = describe_key(start + text)
    assert described == "" or described.endswith(("passphrase", "not readable as a key"))


def test_only_likely_key_files_are_looked_at_and_unusual_names_are_not_shown() -> None:
    names = (
        "acme-prod",
        "acme-prod.pub",
        "authorized_keys",
        "config",
        "deploy.pem",
        "id_acme",
        "id_ed25519",
        "id_ed25519.pub",
        "known_hosts",
        "notes",
    )
    found = key_candidates(names)
    assert found == ("acme-prod", "deploy.pem", "id_acme", "id_ed25519")
    assert [shown_key_name(name) for name in found] == ["another name", "*.pem", "id_*", "id_ed25519"]
