from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.words import text_fault, unescaped


@pytest.mark.parametrize("title", ["Time zone", "DNS servers", "SSH and GPG agents", "Linux inside Windows", "2 screens", "Machine ID"])
def test_a_title_in_sentence_case_is_accepted(title: str) -> None:
    assert text_fault(title, "title") == ""


@pytest.mark.parametrize("title", ["time zone", "Time zone.", "Automatic Proxy Setup Page", "A <b>title</b>"])
def test_another_title_is_not(title: str) -> None:
    assert text_fault(title, "title")


@pytest.mark.parametrize("text", ["One sentence.", "macOS asks for it.", "12 or 24 hours."])
def test_a_full_sentence_is_accepted(text: str) -> None:
    assert text_fault(text, "sentence") == ""


@pytest.mark.parametrize("text", ["No stop", "small letter first.", "Spying on you.", "A &amp; B.", "It leaks."])
def test_another_sentence_is_not(text: str) -> None:
    assert text_fault(text, "sentence")


def test_a_technical_sentence_may_begin_with_a_name() -> None:
    assert text_fault("gethostname and /etc/hostname.", "technical") == ""
    assert text_fault("gethostname and /etc/hostname", "technical")


@given(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"]))
def test_no_rule_accepts_an_invisible_character(ch: str) -> None:
    for rule in ("plain", "title", "sentence", "technical"):
        assert text_fault(f"A word {ch}here.", rule)


def test_a_character_counts_as_escaped_only_if_its_source_does_not_spell_it() -> None:
    assert unescaped("x = 'caf\u00e9'", "caf\u00e9")
    assert not unescaped(r"x = 'caf\u00e9'", "caf\u00e9")
