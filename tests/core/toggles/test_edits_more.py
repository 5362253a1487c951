"""Odd but valid settings files: what stands beside the setting stays, and where that cannot be promised the edit is refused truly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles import edits
from core.toggles.edit_base import MISSING, UneditableError

KEPT = [
    ("env", b"A='0' # why\n", ("A",), "1", b"A=1 # why\n"),
    ("env", b"A=0 # why\r\n", ("A",), "1", b"A=1 # why\r\n"),
    ("env", b'A="x # y" # why\n', ("A",), "1", b"A=1 # why\n"),
    ("env", b"A=it's # why\n", ("A",), "1", b"A=1 # why\n"),
    ("npmrc", b"fund = true ; why\n", ("fund",), "false", b"fund = false ; why\n"),
    ("gitconfig", b"[core]\n\teditor = vim # why\n", ("core", "editor"), "true", b"[core]\n\teditor = true # why\n"),
    ("gitconfig", b'[core]\n\teditor = "a;b" ; why\n', ("core", "editor"), "true", b"[core]\n\teditor = true ; why\n"),
    ("toml", b"analytics.enabled = true # why\n", ("analytics", "enabled"), False, b"analytics.enabled = false # why\n"),
    (
        "toml",
        b"analytics = { enabled = true, b = 1 } # why\n",
        ("analytics", "enabled"),
        False,
        b"analytics = { enabled = false, b = 1 } # why\n",
    ),
    ("jsonc", b'{"a": {"b": true, /* why */ }, }', ("a", "b"), False, b'{"a": {"b": false, /* why */ }, }'),
    ("yaml", b"base: &b\n  t: true\nx:\n  <<: *b\n", ("x", "t"), False, b"base: &b\n  t: true\nx:\n  <<: *b\n  t: false\n"),
]


@pytest.mark.parametrize(("kind", "old", "key", "value", "new"), KEPT, ids=lambda item: item.decode() if isinstance(item, bytes) else "")
def test_comments_and_neighbours_stay(kind: str, old: bytes, key: tuple[str, ...], value: object, new: bytes) -> None:
    assert edits.put(kind, old, key, value) == new  # type: ignore[arg-type]  # one plain value each
    was = edits.get(kind, old, key)
    back = edits.drop(kind, new, key) if was is MISSING else edits.put(kind, new, key, was)  # type: ignore[arg-type]  # not MISSING
    assert edits.get(kind, back, key) == was


REFUSED = [
    ("env", b'A="several\nB=0\nlines"\n', ("B",), "value over several lines"),
    ("env", b"A='several\nB=0\nlines'\n", ("B",), "value over several lines"),
    ("yaml", b"a: 1\n---\nb: true\n", ("b",), "several YAML documents"),
    ("yaml", b"b: &u true\nother: *u\n", ("b",), "would change others"),
    ("yaml", b"x: &a {b: true}\ny: *a\n", ("x", "b"), "would change others"),
    ("json", b'{"a": 1, "a": 2}', ("a",), "stands twice"),
    ("toml", b"a = 1\na = 2\n", ("a",), "not readable as TOML"),
    ("xml", b"<a/>", ("a",), "settings of that form"),
]


@pytest.mark.parametrize(("kind", "old", "key", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_what_cannot_be_changed_alone_is_refused_with_the_true_reason(kind: str, old: bytes, key: tuple[str, ...], why: str) -> None:
    with pytest.raises(UneditableError, match=why):
        edits.put(kind, old, key, "x")


@given(st.lists(st.sampled_from(["A=1", 'A="x', 'y"', "B='z' # c", "export A=2", "# A=3", "A", "=", 'C="\\""', "'", ""]), max_size=7))
def test_a_file_of_variables_is_refused_or_changed_in_one_line_only(lines: list[str]) -> None:
    old = "\n".join(lines).encode()
    try:
        new = edits.put("env", old, ("A",), "7")
    except UneditableError:
        return
    assert edits.get("env", new, ("A",)) == "7"
    before, after = old.decode().split("\n"), new.decode().rstrip("\n").split("\n")
    assert sum(one != other for one, other in zip(before, after, strict=False)) <= 1
