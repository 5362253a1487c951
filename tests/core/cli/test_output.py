from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("env", "wanted"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], wanted: bool) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert output.wants_colour() is wanted
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert output.wants_colour() is False


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1),
            st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"])),
        )
    ),
    st.integers(60, 120),
)
def test_columns_never_pass_the_width(rows: list[tuple[str, str]], total: int) -> None:
    assert all(len(line) <= total for line in output.columns_of(rows, total))


def test_clipping_marks_what_is_missing() -> None:
    assert output.clip("abcdefgh", 8) == "abcdefgh"
    assert output.clip("abcdefghi", 8) == "abcde..."


def test_an_error_sentence_carries_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("wrong \x1b[31m argument")
    assert "\x1b" not in capsys.readouterr().err
