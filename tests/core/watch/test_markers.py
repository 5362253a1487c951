"""Markers: every kind is found to the code point, and ordinary text of many languages gives none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import load_catalogue
from core.redact import RevealGate
from core.watch import confusables
from core.watch.bodies import Piece, Request, walk_text
from core.watch.markers import Confidence, MarkerFinding, MarkerKind, known_lines, scan, scan_counted
from tests.core.watch.ordinary import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Callable


def scanned(text: str) -> tuple[MarkerFinding, ...]:
    return scan(Request("POST", "https://api.example/v1", (), json.dumps({"m": [{"text": text}]}).encode()))


def loud(text: str) -> list[MarkerFinding]:
    return [item for item in scanned(text) if item.confidence is not Confidence.POSSIBLE]


def kinds(text: str) -> set[MarkerKind]:
    return {item.kind for item in scanned(text)}


APOSTROPHES = {"'": "", "\u2019": "U+2019", "\u02bc": "U+02BC", "\u02b9": "U+02B9"}


@pytest.mark.parametrize("separator", ["-", "/"])
@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_the_reported_date_line_is_read_in_all_its_forms(apostrophe: str, separator: str) -> None:
    found = scanned(f"# Date\nToday{apostrophe}s date is 2026{separator}11{separator}20.\nMore.")
    wanted = [code for code in (APOSTROPHES[apostrophe], "U+002F" if separator == "/" else "") if code]
    if not wanted:
        assert not found
        return
    assert [(item.kind, item.scheme, item.place) for item in found] == [(MarkerKind.SCHEME, "date-line", "$.m[0].text")]
    assert [point.label for point in found[0].code_points] == wanted
    assert found[0].position == (12 if APOSTROPHES[apostrophe] else 27)
    assert found[0].context.masked.startswith("Today")


def test_what_a_mark_of_a_scheme_said_is_told_without_a_purpose() -> None:
    sentence = scanned("Today\u02b9s date is 2026/11/20")[0].sentence
    assert "contains the name of an AI laboratory" in sentence
    assert "the time zone is Asia/Shanghai or Asia/Urumqi" in sentence
    assert "can also be ordinary" in sentence


def test_marks_that_are_ordinary_elsewhere_are_less_sure_than_those_that_are_not() -> None:
    assert scanned("Today\u2019s date is 2026-11-20")[0].confidence is Confidence.LIKELY
    assert scanned("Today's date is 2026/11/20")[0].confidence is Confidence.LIKELY
    assert scanned("Today\u02bcs date is 2026-11-20")[0].confidence is Confidence.CERTAIN


def test_a_character_that_is_not_in_the_schemes_table_is_said_to_be_none_of_it() -> None:
    assert "not in the scheme's table" in scanned("Today\u055as date is 2026-11-20")[0].sentence


def test_unmarked_lines_are_told_when_asked_for() -> None:
    walked = walk_text("Today's date is 2026-11-20")
    assert known_lines(walked.pieces) == (("date-line", "text", False),)


def test_the_context_of_other_markers_is_masked_until_revealed() -> None:
    found = scanned("my name is mia\u200bexample")[0]
    assert "mia" not in repr(found)
    assert "mia" in found.context.reveal(RevealGate())


@pytest.mark.parametrize(
    ("text", "kind", "at", "ordinary"),
    [
        ("the p\u0430ypal word", MarkerKind.LOOK_ALIKE, 5, "paypal"),
        ("a \u0441\u043e\u0440\u0435 in an English sentence", MarkerKind.LOOK_ALIKE, 2, "cope"),
        ("see https://p\u0430ypal.com/x", MarkerKind.DOMAIN, 12, "paypal.com"),
        ("see xn--pypal-4ve.com now", MarkerKind.DOMAIN, 4, "paypal.com"),
        ("they don\u02bct know", MarkerKind.APOSTROPHE, 8, "'"),
        ("they don\u02b9t know", MarkerKind.APOSTROPHE, 8, "'"),
        ("it\uff07s here", MarkerKind.APOSTROPHE, 2, "'"),
        ("on 2026\u221211\u221220 at", MarkerKind.HYPHEN, 7, "-"),
        ("well\u02d7known", MarkerKind.HYPHEN, 4, "-"),
        ("say \u02bahello\u02ba now", MarkerKind.QUOTE, 4, '"'),
        ("two\u2005words", MarkerKind.SPACE, 3, " "),
        ("two\u3000words", MarkerKind.SPACE, 3, " "),
        ("a\ua789b", MarkerKind.PUNCTUATION, 1, ":"),
        ("hello\u200bworld", MarkerKind.ZERO_WIDTH, 5, ""),
        ("hello\u2060world", MarkerKind.ZERO_WIDTH, 5, ""),
        ("hello\u3164world", MarkerKind.ZERO_WIDTH, 5, ""),
        ("hello \ufeffworld", MarkerKind.ZERO_WIDTH, 6, ""),
        ("user\u202egpj.exe", MarkerKind.BIDI, 4, ""),
        ("user\u200fname", MarkerKind.BIDI, 4, ""),
        ("a\ufe0fb", MarkerKind.VARIATION_SELECTOR, 1, ""),
        ("\U0001f600\ufe0f\ufe0f", MarkerKind.VARIATION_SELECTOR, 1, ""),
        ("in\ue123side", MarkerKind.PRIVATE_USE, 2, ""),
        ("20\u06626 files", MarkerKind.NUMBER_FORM, 2, "2"),
        ("on \u0662\u0660\u0662\u0666 we met", MarkerKind.NUMBER_FORM, 3, "2026"),
        ("a\u2800blank", MarkerKind.ZERO_WIDTH, 1, ""),
        ("see \u0261ithub.com/x", MarkerKind.DOMAIN, 4, "github.com"),
        ("at https://good.com\u2044x.evil.com", MarkerKind.DOMAIN, 19, "/"),
        ("at https://good.com\u2215x.evil.com", MarkerKind.DOMAIN, 19, "/"),
        ("\u200bhello", MarkerKind.ZERO_WIDTH, 0, ""),
        ("hello\u200b", MarkerKind.ZERO_WIDTH, 5, ""),
    ],
)
def test_a_marker_is_found_at_its_character(text: str, kind: MarkerKind, at: int, ordinary: str) -> None:
    found = loud(text)
    assert (found[0].kind, found[0].position, found[0].ordinary) == (kind, at, ordinary)
    assert found[0].code_points[0].code == ord(text[at]) or kind is MarkerKind.DOMAIN
    assert found[0].sentence.endswith(".")


def test_hidden_text_in_tags_and_selectors_is_read() -> None:
    tags = "".join(chr(0xE0000 + ord(ch)) for ch in "who am I")
    selectors = "".join(chr(0xE0100 + byte - 16) for byte in b"mia")
    for text in (f"hello{tags} there", f"hello{selectors} there"):
        found = loud(text)[0]
        assert found.confidence is Confidence.CERTAIN
        assert found.decoded.reveal(RevealGate()) in {"who am I", "mia"}
        assert "mia" not in repr(found)


def test_blanks_at_line_ends_that_vary_are_seen_and_line_breaks_of_markdown_are_not() -> None:
    coded = "\n".join(f"line {index}" + (" " if index % 2 else "\t") * (index % 3 + 1) for index in range(16))
    assert MarkerKind.TRAILING_SPACE in {item.kind for item in loud(coded + "\n")}
    assert not scanned("\n".join(f"line {index}  " for index in range(16)) + "\n")


def test_one_blank_at_some_line_ends_may_be_a_code_and_at_all_or_a_few_is_none() -> None:
    def text(has_blank: Callable[[int], bool]) -> str:
        return "".join(f"line {index}{' ' * has_blank(index)}\n" for index in range(40))

    assert [(item.kind, item.confidence) for item in scanned(text(lambda index: index % 2 == 0))] == [
        (MarkerKind.TRAILING_SPACE, Confidence.POSSIBLE)
    ]
    assert not scanned(text(lambda _: True))
    assert not scanned(text(lambda index: index < 8))


def test_a_return_without_a_line_feed_is_possible_in_the_middle_only() -> None:
    assert kinds("a\nb\nc\nd\re\nf\n") == {MarkerKind.LINE_END}
    assert not kinds("a\nb\nc\nd\ne\nf\r")


def test_one_line_end_among_others_and_one_date_among_others_are_only_possible() -> None:
    for text, kind in (
        ("a\nb\nc\nd\ne\r\nf\n", MarkerKind.LINE_END),
        ("2026-11-17 2026-11-18 2026-11-19 2026/11/20", MarkerKind.DATE_FORM),
    ):
        assert [(item.kind, item.confidence) for item in scanned(text)] == [(kind, Confidence.POSSIBLE)]


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_ordinary_text_gives_no_alarm(name: str) -> None:
    assert not [(item.kind, item.position, item.code_points) for item in loud(ORDINARY[name])]


def test_ordinary_text_hardly_gives_even_a_possible_one() -> None:
    told = {name for name, text in ORDINARY.items() if scanned(text)}
    assert len(told) * 10 <= len(ORDINARY), told


def test_text_inside_json_strings_is_told_once_and_at_its_own_place() -> None:
    inner = json.dumps({"t": "hello\u200bworld"})
    assert [item.place for item in scanned(inner)] == ["$.m[0].text!.t"]


def test_json_that_is_escaped_or_raw_is_the_same() -> None:
    for is_ascii in (True, False):
        body = json.dumps({"t": "hello\u200bworld"}, ensure_ascii=is_ascii).encode()
        assert [item.position for item in scan(Request("POST", "https://h/", (), body))] == [5]


def test_the_table_of_look_alikes_is_whole_and_names_no_ascii_character() -> None:
    table = confusables.table()
    assert len(table) > 700
    assert not [ch for ch in table if ch.isascii()]
    assert table["\u0430"] == "a"
    assert confusables.ordinary("\uff21") == "A"
    assert not confusables.ordinary("\xe9")


def test_every_scheme_of_the_catalogue_has_both_sides_and_exact_versions() -> None:
    scheme = load_catalogue().markers["date-line"]
    assert (scheme.first_version, scheme.last_version) == ("2.1.91", "2.1.197")
    assert scheme.vendor_answer
    assert scheme.limits
    assert len(scheme.conditions) >= 6
    assert {value.character for slot in scheme.slots for value in slot.values} == {"\u2019", "\u02bc", "\u02b9", "/"}
    assert any(item.verified for item in scheme.evidence)


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=80))
def test_no_text_can_break_it_and_every_find_is_in_the_text(text: str) -> None:
    for item in scan(Request("POST", "https://h/", (), json.dumps({"t": text}).encode())):
        if item.place == "$.t":
            assert 0 <= item.position < len(text)
            assert item.code_points


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_a_line_of_ascii_has_nothing_but_known_lines(text: str) -> None:
    assert not loud(text.replace("Today", "day"))


def test_what_is_not_listed_is_counted_and_said() -> None:
    dense = Piece((None, "text"), "ab\u200bcd " * 100)
    one = scan_counted([dense])
    assert (len(one.findings), one.left_out, one.is_counted) == (40, 60, True)
    assert one.unlisted == "And 60 more markers are not listed: at most 40 of one string and 2,000 in all are."
    many = scan_counted([dense] * 60)
    assert (len(many.findings), many.left_out, many.is_counted) == (2000, 3000, False)
    assert many.unlisted.startswith("And at least 3,000 more markers are not listed")
    assert scan_counted([Piece((None, "text"), "an ordinary text")]).unlisted == ""
    assert not scan_counted([Piece((None, "text"), "ab\u200bcd " * 3000)]).is_counted
