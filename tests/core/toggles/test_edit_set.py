from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles import edits
from core.toggles.edit_base import MISSING, UneditableError


def test_a_line_is_added_at_the_end_in_the_files_own_line_ends() -> None:
    assert edits.put("lines", b"# mine\r\nbuild/", (".env",), 1) == b"# mine\r\nbuild/\r\n.env\r\n"
    assert edits.put("lines", b"", (".env",), 1) == b".env\n"


def test_a_line_that_is_there_already_stays_alone() -> None:
    assert edits.put("lines", b"  .env \n", (".env",), 1) == b"  .env \n"


def test_comments_are_no_entries_and_two_equal_lines_are_told_apart() -> None:
    assert edits.get("lines", b"#.env\n", (".env",)) is MISSING
    assert edits.get("lines", b".env\n.env\n", (".env",)) == 2


@pytest.mark.parametrize("line", ["", " a", "a\nb", "#a", "a\u2028b"])
def test_what_is_not_one_line_is_refused(line: str) -> None:
    with pytest.raises(UneditableError):
        edits.put("lines", b"", (line,), 1)


@given(st.lists(st.sampled_from(["a", "b/", "# c", "", ".env"]), max_size=6))
def test_adding_and_dropping_a_line_leaves_the_others(lines: list[str]) -> None:
    old = "".join(f"{line}\n" for line in lines).encode()
    new = edits.put("lines", old, ("ours",), 1)
    assert edits.get("lines", new, ("ours",)) == 1
    assert edits.drop("lines", new, ("ours",)) == old
