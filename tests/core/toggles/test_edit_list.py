from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles import edits
from core.toggles.edit_base import UneditableError
from core.toggles.splice import between

TEXT = b'{\r\n\t"deny": [\r\n\t\t"a", // first\r\n\t\t/* second */ "b" // last\r\n\t],\r\n\t"x": 1\r\n}\r\n'


def test_comments_between_items_stay_when_one_is_added() -> None:
    new = edits.append("jsonc", TEXT, ("deny",), "c")
    assert new == TEXT.replace(b'"b" // last', b'"b", // last\r\n\t\t"c"')
    assert between(TEXT, new).inverse().apply(new) == TEXT


def test_comments_between_items_stay_when_one_is_taken_out() -> None:
    assert edits.without_item("jsonc", TEXT, ("deny",), "a") == TEXT.replace(b'\r\n\t\t"a",', b"")
    without_b = edits.without_item("jsonc", TEXT, ("deny",), "b")
    assert b"// first" in without_b
    assert edits.get("jsonc", without_b, ("deny",)) == ["a"]


@pytest.mark.parametrize(
    "old", [b'{"deny": ["a"]}', b'{"deny": ["a",]}', b'{"deny": [\n  "a",\n]}', b'{"deny": [ "a" /* x */ , ]}', b'{"deny": []}', b"{}"]
)
def test_trailing_commas_and_one_line_lists_keep_their_style(old: bytes) -> None:
    new = edits.append("jsonc", old, ("deny",), "b")
    assert edits.get("jsonc", new, ("deny",)) == [*(["a"] if b'"a"' in old else []), "b"]
    assert between(old, new).inverse().apply(new) == old


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(UneditableError, match="not a list"):
        edits.append("json", b'{"deny": "a"}', ("deny",), "b")


@given(st.lists(st.text('ab,[]"/*', max_size=4), unique=True, max_size=5), st.text('ab,[]"/*', max_size=4), st.sampled_from([None, 2]))
def test_adding_and_taking_out_any_item_leaves_the_others(items: list[str], item: str, indent: int | None) -> None:
    old = json.dumps({"k": 1, "deny": items}, indent=indent).encode()
    new = edits.append("json", old, ("deny",), item)
    assert json.loads(new) == {"k": 1, "deny": items if item in items else [*items, item]}
    assert item not in json.loads(edits.without_item("json", new, ("deny",), item))["deny"]
