from __future__ import annotations

import binascii

import pytest

from core.probes.result import Absent, Denied, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, macos, windows

# made for these tests with invented names; its key was thrown away
PEM = """-----BEGIN CERTIFICATE-----
MIIB0zCCAXmgAwIBAgIUVJ1n5hBH+UKMI/IKy5ZQNzM6xzAwCgYIKoZIzj0EAwIw
PjEWMBQGA1UECgwNRXhhbXBsZSBXb3JrczEkMCIGA1UEAwwbRXhhbXBsZSBXb3Jr
cyBJbnNwZWN0aW9uIENBMCAXDTI2MTEyMTAyMzIyNloYDzIxMjYxMDI4MDIzMjI2
WjA+MRYwFAYDVQQKDA1FeGFtcGxlIFdvcmtzMSQwIgYDVQQDDBtFeGFtcGxlIFdv
cmtzIEluc3BlY3Rpb24gQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARWCJ97
/juXsXhG9ciU1Bw7j2qMKET0DmFxbNpcc4p1tFsPl48PFo3WEZ/G8mpZK+ewUCj4
Qpea6zSZGe7EE1KHo1MwUTAdBgNVHQ4EFgQUbePd1BnHan3f9aFLGecQNUGFb3Ew
HwYDVR0jBBgwFoAUbePd1BnHan3f9aFLGecQNUGFb3EwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiAuDueRZqL4iRO3y0Wqb0G61mI4nZdtj9sljiY3
vv5OPAIhAPwFybLlzUM2WL7dT0MwgH63TCusi2RvqYXqFNc6fA6q
-----END CERTIFICATE-----
"""
NAME = "Example Works Inspection CA"
DER = binascii.a2b_base64("".join(PEM.splitlines()[1:-1]))
FOLDER = "/usr/local/share/ca-certificates"


@pytest.mark.parametrize(
    "path",
    [f"{FOLDER}/works.crt", f"{FOLDER}/works/root.crt", "/etc/pki/ca-trust/source/anchors/w.pem", "~/.mitmproxy/mitmproxy-ca-cert.pem"],
)
def test_an_added_authority_is_found_by_its_place_and_its_name_stays_masked(path: str) -> None:
    answer = ask("ca-certificates", linux(files={path: PEM}))
    assert raws(answer.result) == [NAME]
    assert "Example" not in display(answer.result)


def test_binary_certificates_are_read_too() -> None:
    host = linux(bytes={f"{FOLDER}/works.crt": binascii.b2a_base64(DER, newline=False).decode()})
    assert raws(ask("ca-certificates", host).result) == [NAME]


def test_a_bundle_that_a_variable_names_counts_only_if_it_is_short() -> None:
    path = "/opt/canary/extra.pem"
    short = run("ca-certificates", linux(env={"NODE_EXTRA_CA_CERTS": path}, files={path: PEM}))
    assert raws(short.result) == [NAME]
    assert "canary" not in every_text(short)
    long = ask("ca-certificates", linux(env={"NODE_EXTRA_CA_CERTS": path}, files={path: PEM * 30}))
    assert isinstance(source_of(long, "file in NODE_EXTRA_CA_CERTS"), Absent)


def test_refused_and_broken_places_are_results() -> None:
    answer = ask(
        "ca-certificates",
        linux(files={f"{FOLDER}/a.crt": "\x00\x30\x82", "/etc/pki/trust/anchors/b.pem": PEM}, denied=["/etc/pki/trust/anchors"]),
    )
    assert isinstance(source_of(answer, FOLDER), Absent)
    assert isinstance(source_of(answer, "/etc/pki/trust/anchors"), Denied)


def test_macos_keychains_give_self_signed_authorities() -> None:
    # security(1) prints PEM blocks one after the other; not taken from a real Mac
    commands = {"security find-certificate -a -p /Library/Keychains/System.keychain": {"code": 0, "out": PEM}}
    assert raws(source_of(ask("ca-certificates", macos(commands=commands)), "System keychain")) == [NAME]


def test_windows_stores_are_read_without_the_set_that_comes_with_windows() -> None:
    # a property list as commonly documented: number 32 is the certificate; not taken from a real computer
    blob = b"\x03\0\0\0\x01\0\0\0\x02\0\0\0ab" + b"\x20\0\0\0\x01\0\0\0" + len(DER).to_bytes(4, "little") + DER
    root = r"HKLM\SOFTWARE\Microsoft\SystemCertificates"
    registry = {
        rf"{root}\ROOT\Certificates\AA": {"Blob": {"hex": blob.hex()}},
        rf"{root}\ROOT\Certificates\BB": {"Blob": {"hex": blob.hex()}},
        rf"{root}\AuthRoot\Certificates\BB": {"Blob": {"hex": "00"}},
    }
    assert raws(source_of(ask("ca-certificates", windows(registry=registry)), "Windows store (this machine)")) == [NAME]
    only_vendor = {key: value for key, value in registry.items() if not key.endswith(r"ROOT\Certificates\AA")}
    assert isinstance(source_of(ask("ca-certificates", windows(registry=only_vendor)), "Windows store (this machine)"), Absent)


def test_dangerous_switches_are_said_in_plain_words() -> None:
    env = {"NODE_TLS_REJECT_UNAUTHORIZED": "0", "SSLKEYLOGFILE": "/home/mia/canary.log", "SSL_CERT_FILE": "/etc/ssl/works.pem"}
    reading = run("tls-env", linux(env=env))
    assert display(reading.result) == "SSL_CERT_FILE, NODE_TLS_REJECT_UNAUTHORIZED, SSLKEYLOGFILE"
    assert "canary" not in every_text(reading)
    assert "Certificates are not checked." in raws(reading.result)
