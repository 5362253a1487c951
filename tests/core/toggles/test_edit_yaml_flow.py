"""Lists and one-line groups in YAML: one entry more or less, every other byte stays; what is not sure is refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.toggles import edits
from core.toggles.edit_base import UneditableError

WORDS = st.text("abcxyz:#-, []{}'\"", max_size=8)


@pytest.mark.parametrize(
    ("old", "key", "value", "new"),
    [
        ("a: {b: 1}   # c\n", "a.x", "v", 'a: {b: 1, "x": "v"}   # c\n'),
        ("a: {}\n", "a.x", False, 'a: {"x": false}\n'),
        ("a: {b: true , c: [x,y]} # c\r\n", "a.b", False, "a: {b: false , c: [x,y]} # c\r\n"),
        ("a: {b: 1}\n", "a.x.y", 2, 'a: {b: 1, "x": {"y": 2}}\n'),
        ("{a: 1}", "b", True, '{a: 1, "b": true}'),
        ("{}\n", "b", True, '{"b": true}\n'),
    ],
)
def test_a_one_line_group_takes_a_setting_and_gives_it_back(old: str, key: str, value: str | bool, new: str) -> None:
    path = tuple(key.split("."))
    made = edits.put("yaml", old.encode(), path, value)
    assert made.decode() == new
    assert yaml.safe_load(new) != yaml.safe_load(old)


@pytest.mark.parametrize(
    ("old", "key", "new"),
    [
        ("a: {b: 1, c: 2} # c\n", "a.b", "a: {c: 2} # c\n"),
        ("a: {b: 1, c: 2} # c\n", "a.c", "a: {b: 1} # c\n"),
        ("a: { b: 1 }\n", "a.b", "a: {  }\n"),
        ("a: {b: [1, {x: y}], c: 2}\n", "a.b", "a: {c: 2}\n"),
    ],
)
def test_a_setting_leaves_a_one_line_group(old: str, key: str, new: str) -> None:
    assert edits.drop("yaml", old.encode(), tuple(key.split("."))).decode() == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("d:\n- a\n- b # mine\nx: 1\n", "d:\n- a\n- b # mine\n- new\nx: 1\n"),
        ("d:\n    -  a\nx: 1\n", "d:\n    -  a\n    - new\nx: 1\n"),
        ("d:\r\n  - 'a'\r\n", "d:\r\n  - 'a'\r\n  - new\r\n"),
        ("d:\n  - a", "d:\n  - a\n  - new\n"),
        ("d: [a, b]  # c\n", 'd: [a, b, "new"]  # c\n'),
        ("d: []\n", 'd: ["new"]\n'),
        ("d: [\n  a,\n  b\n]\n", 'd: [\n  a,\n  b, "new"\n]\n'),
    ],
)
def test_a_list_takes_an_entry_at_its_end_and_gives_it_back(old: str, new: str) -> None:
    made = edits.append("yaml", old.encode(), ("d",), "new")
    assert made.decode() == new
    assert edits.without_item("yaml", made, ("d",), "new").decode() == (old if old.endswith("\n") else old + "\n")


@pytest.mark.parametrize(
    "old",
    ["d:\n- a:\n    b: 1\n", "d:\n- |\n  text\n", "d:\n- - x\n", "d:\n- two\n  lines\n", "d: &x [a]\n", "d: !t [a]\n"],
)
def test_a_list_whose_end_is_not_sure_is_refused_or_proved(old: str) -> None:
    try:
        made = edits.append("yaml", old.encode(), ("d",), "new")
    except UneditableError:
        return
    assert yaml.safe_load(made)["d"] == [*yaml.safe_load(old)["d"], "new"]


def test_the_only_line_of_a_list_is_not_taken_out() -> None:
    with pytest.raises(UneditableError, match="by hand"):
        edits.without_item("yaml", b"d:\n- a\n", ("d",), "a")


@given(st.lists(WORDS, max_size=4), WORDS, st.booleans())
def test_any_list_keeps_everything_but_the_entry(items: list[str], item: str, flow: bool) -> None:
    old = yaml.safe_dump({"a": 1, "d": items, "z": "end"}, default_flow_style=flow).encode()
    try:
        made = edits.append("yaml", old, ("d",), item)
        assert item in yaml.safe_load(made)["d"]
        if item not in items:
            assert edits.without_item("yaml", made, ("d",), item) == old
    except UneditableError:
        return
