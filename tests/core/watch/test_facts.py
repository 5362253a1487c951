"""Facts: every encoding is found at its place, masked; what says too little makes no noise; what is not found is not excused."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Agreement, Reading
from core.probes.result import Absent, Ok
from core.redact import MaskKind, Sensitive
from core.watch import facts
from core.watch.bodies import Request
from core.watch.facts import FactFinding, Searcher, search
from core.watch.facts_canary import make_canary
from core.watch.facts_parts import wanted
from core.watch.facts_rule import Strength, strength

VALUES = {
    "user-name": ("quillon", MaskKind.FULL),
    "hostname": ("quillon-laptop7", MaskKind.HOST),
    "git-identity": ("quillon@brackwater.example", MaskKind.EMAIL),
    "home-path": ("/home/quillon", MaskKind.PATH),
    "machine-id": ("4f8a1c2b9d3e4f5061728394a5b6c7d8", MaskKind.ID),
    "time-zone": ("Pacific/Auckland", MaskKind.ZONE),
    "mac-address": ("02:ab:cd:12:34:5f", MaskKind.MAC),
    "git-remotes": ("git@git.brackwater.example:tide/gauge.git", MaskKind.URL),
    "proxy-env": ("http://proxy.brackwater.example:3128", MaskKind.URL),
    "locale": ("de_CH.UTF-8", MaskKind.OPEN),
}


def reading(signal: str, *values: tuple[str, MaskKind]) -> Reading:
    result = Ok(tuple(Sensitive(text, kind) for text, kind in values)) if values else Absent()
    return Reading(signal, result, (), Agreement.SINGLE, "", datetime.now(UTC), "test")


READINGS = tuple(reading(signal, value) for signal, value in VALUES.items())


def find(document: object, *headers: tuple[str, str], url: str = "https://api.example/v1") -> tuple[FactFinding, ...]:
    return search(Request("POST", url, headers, json.dumps(document).encode()), READINGS)


def encodings(text: str, signal: str) -> set[str]:
    return {item.encoding for item in find({"x": text}) if item.signal == signal and item.part in {"", "host and path"}}


@pytest.mark.parametrize("signal", sorted(VALUES))
def test_every_value_is_found_as_it_is_at_its_place_and_shown_masked(signal: str) -> None:
    text, kind = VALUES[signal]
    sent = text.removesuffix(".git").replace("git@", "") if signal == "git-remotes" else text
    sent = "proxy.brackwater.example" if signal == "proxy-env" else sent
    found = [
        item for item in find({"a": [{"text": f"value: {sent} and more" if signal != "user-name" else sent}]}) if item.signal == signal
    ]
    assert found
    assert found[0].place == "$.a[0].text"
    assert found[0].masked == Sensitive(text, kind).masked
    if kind not in {MaskKind.OPEN, MaskKind.ZONE}:
        assert text not in repr(found)


def test_other_case_is_found_and_said() -> None:
    assert encodings("QUILLON-LAPTOP7", "hostname") == {"plain, written otherwise"}


def test_escapes_of_addresses_pages_and_programs_are_undone() -> None:
    mail = VALUES["git-identity"][0]
    assert encodings(quote("/home/quillon", safe=""), "home-path") == {"URL"}
    assert encodings(quote(quote("/home/quillon", safe=""), safe=""), "home-path") == {"URL"}
    assert encodings(mail.replace("@", "&#64;"), "git-identity") == {"HTML"}
    assert encodings("".join(f"\\u{ord(ch):04x}" for ch in mail), "git-identity") == {"escapes"}
    assert encodings('in a cut off \\"path\\": \\"\\/home\\/quillon\\"', "home-path") == {"escapes"}


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
def test_base64_is_found_at_every_offset(before: str, after: str) -> None:
    noise = bytes([0xFF, 0xFE])  # keeps the whole from being read as text
    for code in (base64.b64encode, base64.urlsafe_b64encode):
        coded = code(noise + f"{before}{VALUES['git-identity'][0]}{after}".encode() + noise).decode()
        assert encodings(f"blob={coded};", "git-identity") == {"base64"}


def test_hexadecimal_is_found_in_either_case() -> None:
    coded = VALUES["git-identity"][0].encode().hex()
    assert encodings(coded, "git-identity") == encodings(coded.upper(), "git-identity") == {"hex"}


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_hashes_of_usual_spellings_are_found_whole_and_cut(name: str) -> None:
    text = VALUES["machine-id"][0]
    for spelling in (text, text.upper(), f"{text}\n"):
        whole = hashlib.new(name, spelling.encode()).hexdigest()
        assert encodings(whole, "machine-id") == {name}
        assert encodings(whole.upper(), "machine-id") == {name}
        assert encodings(whole[:16], "machine-id") == {f"{name}, first 16 digits"}
        assert encodings(whole[:12], "machine-id") == {f"{name}, first 12 digits"}
        assert not encodings(whole[:11], "machine-id")
        assert not encodings("0" + whole[:16], "machine-id")
        assert not encodings(whole[:16] + "zzzz0" + whole[:5], "machine-id") - {f"{name}, first 16 digits"}


def test_the_hash_of_a_remote_without_its_spelling_is_found() -> None:
    digest = hashlib.sha256(b"git.brackwater.example/tide/gauge").hexdigest()[:16]
    assert encodings(digest, "git-remotes") == {"sha256, first 16 digits"}


def test_hardware_addresses_are_found_in_their_other_spellings() -> None:
    for spelling in ("02-AB-CD-12-34-5F", "02abcd12345f"):
        assert encodings(f"mac={spelling}", "mac-address")


def test_a_hash_written_as_a_uuid_is_found() -> None:
    text = hashlib.md5(VALUES["machine-id"][0].encode()).hexdigest()  # noqa: S324  what tools send
    shaped = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    assert encodings(shaped, "machine-id") == encodings(shaped.upper(), "machine-id") == {"md5, written as a UUID"}


def test_a_folder_in_the_name_of_another_and_as_another_system_sees_it() -> None:
    assert encodings("~/.tool/projects/-home-quillon-gauge/x.jsonl", "home-path") == {"plain, written otherwise"}
    windows = (reading("home-path", ("C:\\Users\\quillon", MaskKind.PATH)),)
    for text in ("C:/Users/quillon/x", "/mnt/c/Users/quillon", "/c/Users/quillon/x", "C--Users-quillon-gauge"):
        found = search(Request("POST", "https://h/", (), json.dumps({"t": text}).encode()), windows)
        assert {item.encoding for item in found if not item.part} == {"plain, written otherwise"}, text


def test_letters_with_accents_are_found_composed_and_taken_apart_in_either_case() -> None:
    value = (reading("full-name", ("J\xfcrgen \xc5ngstr\xf6m", MaskKind.FULL)),)
    for form in ("NFC", "NFD"):
        for text in (unicodedata.normalize(form, "J\xfcrgen \xc5ngstr\xf6m"), unicodedata.normalize(form, "J\xdcRGEN \xc5NGSTR\xd6M")):
            for body in (
                json.dumps({"t": text}).encode(),
                json.dumps({"t": text}, ensure_ascii=False).encode(),
                f"x={quote(text)}".encode(),
            ):
                assert search(Request("POST", "https://h/", (), body), value), (form, text)


def test_a_name_with_a_blank_is_found_in_an_address() -> None:
    value = (reading("full-name", ("Quillon Brackwater", MaskKind.FULL)),)
    for referer in ("https://h/?q=Quillon+Brackwater", "https://h/?q=Quillon%20Brackwater", "https://h/?q=Quillon%2BBrackwater"):
        assert search(Request("GET", "https://h/", (("Referer", referer),)), value), referer


def test_base64_in_lines_is_found_in_the_middle_of_other_text() -> None:
    mail = VALUES["git-identity"][0]
    coded = base64.encodebytes(b"\xff" * 50 + mail.encode() + b"\xff" * 70).decode()
    assert encodings(f"-----BEGIN X-----\n{coded}-----END X-----\n", "git-identity") == {"base64 in wrapped lines"}


def test_a_name_of_a_field_is_a_place_too() -> None:
    found = find({"users": {"quillon": {"role": 1}}, "/home/elsewhere/x": 1})
    assert {(item.signal, item.place) for item in found if not item.part} == {("user-name", "$ (names)")}


def test_characters_escaped_as_two_halves_are_joined() -> None:
    value = (reading("hostname", ("quillon-\U0001f40b-laptop", MaskKind.HOST)),)
    found = search(Request("POST", "https://h/", (("X-Host", "quillon-\\ud83d\\udc0b-laptop"),)), value)
    assert [item.encoding for item in found] == ["escapes"]


def test_headers_addresses_and_strings_inside_strings_are_places() -> None:
    meta = json.dumps({"cwd": "/home/quillon/x"})
    found = find({"m": meta}, ("X-Meta", meta), url="https://api.example/u?zone=Pacific%2FAuckland")
    where = {(item.signal, item.place) for item in found}
    assert ("home-path", "$.m!.cwd") in where
    assert ("home-path", "header X-Meta!.cwd") in where
    assert ("time-zone", "URL query zone") in where
    assert ("home-path", "$.m") not in where, "the same find is told once, at the innermost place"


def test_a_text_that_several_signals_hold_belongs_to_the_one_whose_own_value_it_is() -> None:
    several = (*READINGS, reading("logged-in-users", ("quillon", MaskKind.FULL)), reading("machine-owner", ("quillon", MaskKind.FULL)))
    found = search(Request("POST", "https://h/", (), b'{"user":"quillon"}'), several)
    assert [(item.signal, item.also) for item in found] == [("user-name", ("logged-in-users", "machine-owner"))]


def test_a_folder_or_name_that_only_begins_alike_is_not_a_find() -> None:
    assert not [item for item in find({"a": "/home/quillonius/x and squillon-laptop7x"}) if item.signal in {"home-path", "hostname"}]


def test_a_short_name_counts_only_where_names_stand() -> None:
    short = (reading("user-name", ("mia", MaskKind.FULL)),)
    for text in ("/home/mia/x", "mia", 'user="mia"', "login: mia", "by <mia@host>"):
        assert Searcher(short).search(Request("POST", "https://h/", (), json.dumps({"t": text}).encode())), text
    for text in ("mamma mia what", "miami", "the mia method", "a,mia,b"):
        assert not Searcher(short).search(Request("POST", "https://h/", (), json.dumps({"t": text}).encode())), text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("linux", MaskKind.OPEN), ("en", MaskKind.OPEN), ("en_US.UTF-8", MaskKind.OPEN), ("main", MaskKind.FULL), ("1000", MaskKind.OPEN),
        ("root", MaskKind.FULL), ("UTC", MaskKind.ZONE), ("Etc/UTC", MaskKind.ZONE), ("/usr/bin", MaskKind.PATH), ("/home/user", MaskKind.PATH),
        ("127.0.0.1", MaskKind.IP), ("192.168.1.1", MaskKind.IP), ("::1", MaskKind.IP), ("2026-11-20", MaskKind.OPEN), ("1.106.0", MaskKind.OPEN),
        ("github.com", MaskKind.HOST), ("localhost", MaskKind.HOST), ("2 camera devices", MaskKind.OPEN), ("on", MaskKind.OPEN), ("+0100", MaskKind.OPEN),
        ("00:00:00:00:00:00", MaskKind.MAC), ("31.2 GiB", MaskKind.OPEN), ("", MaskKind.FULL), ("x86_64", MaskKind.OPEN),
    ],
)  # fmt: skip
def test_what_says_too_little_is_never_looked_for(text: str, kind: MaskKind) -> None:
    assert strength(text, kind) is Strength.NEVER


@pytest.mark.parametrize("signal", ["env-names", "path", "dev-tools", "shell"])
def test_signals_that_describe_instead_of_hold_are_never_looked_for(signal: str) -> None:
    assert not wanted([reading(signal, ("QUILLON_BRACKWATER_TOKEN", MaskKind.FULL))])


def test_the_host_a_request_goes_to_is_no_find_but_its_name_in_the_body_is() -> None:
    base = (reading("ai-base-url", ("https://llm.brackwater.example", MaskKind.URL)),)
    to_it = Request("POST", "https://llm.brackwater.example/v1", (("Host", "llm.brackwater.example"),), b"{}")
    assert not search(to_it, base)
    inside = Request("POST", "https://other.example/", (), b'{"base_url":"https://llm.brackwater.example"}')
    assert [item.signal for item in search(inside, base)] == ["ai-base-url"]


def test_readings_without_a_value_give_nothing_and_a_searcher_is_kept_while_they_stay() -> None:
    assert not search(Request("GET", "https://h/"), (reading("hostname"),))
    assert facts.searcher_for(READINGS) is facts.searcher_for({item.signal: item for item in READINGS})
    assert facts.searcher_for(READINGS) is not facts.searcher_for(READINGS[:3])


def test_absence_is_never_called_proof() -> None:
    assert "may still have been sent" in facts.LIMITS


def test_canary_values_are_found_by_themselves_and_nowhere_else() -> None:
    one, other = make_canary(), make_canary()
    body = json.dumps(
        {"h": one.value("hostname"), "m": hashlib.sha256(one.value("machine-id").encode()).hexdigest(), "p": one.value("work-dir")}
    )
    request = Request("POST", "https://h/", (), body.encode())
    assert {"hostname", "machine-id", "work-dir", "home-path"} <= {item.signal for item in search(request, one.readings())}
    assert not search(request, other.readings())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_request_can_break_the_search(body: bytes, url: str) -> None:
    search(Request("POST", url, (("x", url),), body), READINGS)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_value_can_break_the_search(text: str) -> None:
    odd = tuple(reading("hostname", (text, kind)) for kind in MaskKind)
    search(Request("POST", "https://h/", (), json.dumps({"a": text}).encode()), odd)
