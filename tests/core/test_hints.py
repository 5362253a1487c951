from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.rules import load_rules
from core.hints import EXTRACTORS, hints_of, registered, territories

RULES = load_rules()


@pytest.mark.parametrize(
    ("reads", "value", "hints"),
    [
        ("zone-territory", "Pacific/Auckland", {"NZ"}),
        ("zone-territory", "Asia/Calcutta", {"IN"}),
        ("zone-territory", "UTC", set()),
        ("tag-territory", "de_CH.UTF-8", {"CH"}),
        ("tag-territory", "sr-Latn-RS", {"RS"}),
        ("tag-territory", "pl-PL (00000415)", {"PL"}),
        ("tag-territory", "NO", {"NO"}),
        ("tag-territory", "C.UTF-8", set()),
        ("tag-territory", "en", set()),
        ("tag-territory", "en_XX", set()),
        ("layout-territory", "nz", {"NZ"}),
        ("layout-territory", "de+nodeadkeys", {"DE"}),
        ("layout-territory", "latam", set()),
        ("domain-territory", "mirror.uni.fi", {"FI"}),
        ("domain-territory", "mirror.example", set()),
        ("domain", "https://user:pw@proxy.corp.example:3128/x.tar.gz", {"corp.example"}),
        ("domain", "mia@sub.corp.example", {"corp.example"}),
        ("domain", "\\\\files.office.example\\team", {"office.example"}),
        ("domain", "git@git.corp.example:team/repo.git", {"corp.example"}),
        ("domain", "*.corp.co.nz", {"corp.co.nz"}),
        ("domain", "nas.local", set()),
        ("domain", "192.0.2.1", set()),
        ("domain", "/home/mia/a.b", set()),
        ("address-domain", "corp.example", set()),
        ("address-domain", "mia@corp.example", {"corp.example"}),
        ("domain-words", "registry.acme.example", {"registry", "acme"}),
        ("name-words", "Mia Muster <mm@corp.example>", {"mia", "muster"}),
        ("name-words", "mia-laptop", {"mia"}),
        ("name-words", "https://acme.example", set()),
        ("address-words", "mia.muster@corp.example", {"mia", "muster"}),
        ("last-folder-words", "C:\\Users\\mia\\harbour_pilot", {"harbour", "pilot"}),
        ("repository-words", "git@code.example:acme/harbour.git", {"acme", "harbour"}),
        ("anything", "x", {"there"}),
    ],
)
def test_a_value_gives_these_hints(reads: str, value: str, hints: set[str]) -> None:
    assert hints_of(reads, (value,), RULES) == hints


def test_two_programs_of_a_kind_are_needed() -> None:
    assert hints_of("tool-kind", ("git 2.39",), RULES) == frozenset()
    assert hints_of("tool-kind", ("git 2.39", "make"), RULES) == {"writes software"}


def test_an_offset_fits_several_territories() -> None:
    assert {"NZ", "TO"} <= hints_of("offset-territory", ("+1300",), RULES)
    assert hints_of("offset-territory", ("+0000",), RULES) == frozenset()


@given(st.sampled_from(sorted(EXTRACTORS)), st.lists(st.text(max_size=40), max_size=4))
def test_no_value_makes_a_way_of_reading_fail(reads: str, values: list[str]) -> None:
    hints = hints_of(reads, tuple(values), RULES)

    assert all(isinstance(hint, str) and hint for hint in hints)


def test_the_part_an_organisation_owns_is_taken_from_the_end() -> None:
    assert registered("a.b.corp.example") == "corp.example"
    assert registered("corp.example") == "corp.example"


def test_territories_are_two_letter_codes_from_all_over() -> None:
    codes = territories()

    assert len(codes) > 230
    assert all(len(code) == 2 and code.isupper() for code in codes)
