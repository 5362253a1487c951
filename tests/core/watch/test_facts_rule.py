"""The low-information rule: what is on everybody's machine is not looked for, a person's own name is, where names stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request
from core.watch.facts import Searcher
from core.watch.facts_parts import wanted
from core.watch.facts_rule import Strength, strength
from core.watch.facts_words import bits, is_ordinary


def reading(signal: str, text: str, kind: MaskKind) -> Reading:
    return Reading(signal, Ok((Sensitive(text, kind),)), (), Agreement.SINGLE, "", datetime.now(UTC), "test")


def finds(signal: str, text: str, kind: MaskKind, body: object, *headers: tuple[str, str]) -> set[str]:
    request = Request("POST", "https://api.example/v1", headers, json.dumps(body).encode())
    return {item.signal for item in Searcher([reading(signal, text, kind)]).search(request)}


@pytest.mark.parametrize(
    "text",
    ["/etc/resolv.conf", "/run/firejail/dbus", "/usr/share/fonts", "/var/lib/docker", "/proc/acpi", "C:\\Windows\\System32", "/opt/x"],
)
def test_folders_of_the_system_and_their_names_are_never_looked_for(text: str) -> None:
    assert not wanted([reading("disks-mounts", text, MaskKind.PATH)])


@pytest.mark.parametrize("text", ["/workspace", "/mnt/data", "/srv/projects", "/home/user/projects", "C:\\Users\\Public\\Documents"])
def test_folders_with_generic_names_are_never_looked_for(text: str) -> None:
    assert not wanted([reading("disks-mounts", text, MaskKind.PATH)])


@pytest.mark.parametrize(
    "text", ["/home/mark", "/Users/grace", "C:\\Users\\mark", "/var/home/mark", "/media/quillon/BRACKWATER", "/run/media/quillon/disk"]
)
def test_folders_of_a_person_are_looked_for_everywhere_even_if_the_name_is_a_word(text: str) -> None:
    assert strength(text, MaskKind.PATH) is Strength.ANYWHERE


def test_a_name_that_is_a_word_counts_only_for_persons_and_computers() -> None:
    assert is_ordinary("mark")
    assert strength("mark", MaskKind.FULL, "user-name") is Strength.LABELLED
    assert strength("mark", MaskKind.FULL, "disks-mounts") is Strength.NEVER
    assert strength("maintainers", MaskKind.FULL, "repo-history") is Strength.NEVER


@pytest.mark.parametrize(
    "body",
    [{"user": "mark"}, {"env": {"userName": "Mark"}}, {"t": "username=mark\n"}, {"t": "USER: mark, HOME: x"}, {"t": "in /home/mark/x"}, {"t": "my account: 'mark'"}],
)  # fmt: skip
def test_a_name_that_is_a_word_is_found_beside_its_label(body: object) -> None:
    assert finds("user-name", "Mark" if "userName" in json.dumps(body) else "mark", MaskKind.FULL, body) == {"user-name"}


@pytest.mark.parametrize(
    "body",
    [
        {"t": "mark the line"}, {"t": '"mark"'}, {"type": "mark"}, {"t": "src/mark/x.py"}, {"t": "'mark'"}, {"enum": ["mark", "clear"]},
        {"t": "user: markdown"}, {"t": "file=mark"}, {"user": "mark-up language"},
    ],
)  # fmt: skip
def test_a_name_that_is_a_word_is_not_found_as_a_word(body: object) -> None:
    assert not finds("user-name", "mark", MaskKind.FULL, body)


def test_a_language_counts_beside_a_label_in_either_spelling() -> None:
    for text, body in (("de_CH", {"locale": "de-CH"}), ("de-CH", {"t": "LANG=de_CH.UTF-8"}), ("de_CH.UTF-8", {"language": "de-CH"})):
        assert finds("locale", text, MaskKind.OPEN, body) == {"locale"}, text
    assert finds("locale", "de_CH.UTF-8", MaskKind.OPEN, {}, ("Accept-Language", "de-CH,de;q=0.9")) == {"locale"}
    assert not finds("locale", "de_CH", MaskKind.OPEN, {"languages": ["it", "de-CH", "fr"], "t": "such as 'de-CH'"})


def test_descriptions_count_only_with_a_number_in_them() -> None:
    assert strength("AMD EPYC", MaskKind.OPEN) is Strength.NEVER
    assert strength("HDA Intel PCH", MaskKind.OPEN) is Strength.NEVER
    assert strength("dd/MM/yyyy", MaskKind.OPEN) is Strength.NEVER
    assert strength("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", MaskKind.OPEN) is Strength.ANYWHERE
    assert strength("6.12.74-lucid-7", MaskKind.ID) is Strength.ANYWHERE


@pytest.mark.parametrize("text", ["17179869184", "8589934592", "1234567", "007f0100", "00000000"])
def test_numbers_that_many_have_are_never_looked_for(text: str) -> None:
    assert (
        strength(text, MaskKind.ID) in {Strength.NEVER, Strength.ALONE}
        if text == "00000000"
        else strength(text, MaskKind.ID) is Strength.NEVER
    )


def test_a_joined_name_tells_no_more_than_it_is_rare_as_a_whole() -> None:
    assert bits("resolv.conf") < 22 < bits("resolv-quillon.conf")
    assert bits("aaaaaaaaaaaaaaaa") < 9
    assert bits("user") == bits("server") == 3.0


def test_the_table_of_words_is_there_and_holds_ordinary_words_only() -> None:
    assert all(map(is_ordinary, ("the", "file", "backup", "python", "resolv.conf")))
    assert not any(map(is_ordinary, ("quillon", "brackwater", "mia-laptop", "4f8a1c2b9d3e", "")))
