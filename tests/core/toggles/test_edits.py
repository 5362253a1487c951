"""Editing one key: everything else stays byte for byte, and taking the splice back gives the old bytes."""

from __future__ import annotations

import configparser
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.toggles import edits
from core.toggles.edit_base import MISSING, UneditableError
from core.toggles.splice import between

if TYPE_CHECKING:
    from pathlib import Path

JSONC = b'\xef\xbb\xbf{\r\n    // who\r\n    "a": 1, // first\r\n    "b": {\r\n        "c": [1, 2,],\r\n    },\r\n}\r\n'
names = st.text(st.characters(codec="ascii", min_codepoint=97, max_codepoint=122), min_size=1, max_size=6)
scalars = st.one_of(st.booleans(), st.integers(-999, 999), st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8))
trees = st.recursive(
    st.dictionaries(names, scalars, max_size=4), lambda inner: st.dictionaries(names, st.one_of(scalars, inner), max_size=4), max_leaves=12
)
keys = st.lists(names, min_size=1, max_size=3).map(tuple)


def put_and_back(kind: str, old: bytes, key: tuple[str, ...], value: Any) -> bytes:
    new = edits.put(kind, old, key, value)
    assert edits.get(kind, new, key) == value
    splice = between(old, new)
    assert splice.apply(old) == new
    assert splice.inverse().apply(new) == old
    return new


def test_comments_line_ends_and_mark_stay_when_a_key_is_changed() -> None:
    new = put_and_back("jsonc", JSONC, ("a",), 7)
    assert new == JSONC.replace(b'"a": 1', b'"a": 7')


def test_a_new_key_follows_the_indentation_and_the_trailing_comma_style() -> None:
    new = put_and_back("jsonc", JSONC, ("b", "d"), True)
    assert new == JSONC.replace(b'"c": [1, 2,],\r\n', b'"c": [1, 2,],\r\n        "d": true,\r\n')


def test_a_comma_is_put_before_a_comment_behind_the_last_value() -> None:
    old = b'{\n  "a": 1 // note\n}\n'
    assert put_and_back("jsonc", old, ("b",), "x") == b'{\n  "a": 1, // note\n  "b": "x"\n}\n'


def test_missing_parents_are_made_in_an_empty_file() -> None:
    assert json.loads(edits.put("json", b"", ("env", "DO_NOT_TRACK"), "1")) == {"env": {"DO_NOT_TRACK": "1"}}


def test_one_line_objects_stay_on_one_line() -> None:
    assert put_and_back("json", b'{"a": 1}', ("b",), 2) == b'{"a": 1, "b": 2}'
    assert put_and_back("json", b"{}", ("b",), 2) == b'{"b": 2}'


@pytest.mark.parametrize(
    "text",
    [b"{", b"[1", b'{"a" 1}', b'{"a": 1} x', b'{"a": 1, "a": 2}', b"{'a': 1}", b'{"a": "\\x"}', b"\xff\xfe{}", b"[" * 5000],
)
def test_unreadable_json_is_refused_with_a_sentence(text: bytes) -> None:
    with pytest.raises(UneditableError, match=r"nothing was changed"):
        edits.put("json", text, ("a",), 1)


def test_a_value_where_a_group_is_needed_is_refused() -> None:
    for kind, text in (("json", b'{"a": 1}'), ("toml", b"a = 1\n"), ("yaml", b"a: 1\n")):
        with pytest.raises(UneditableError):
            edits.put(kind, text, ("a", "b"), 1)


def test_a_whole_group_is_not_replaced_by_a_single_value() -> None:
    with pytest.raises(UneditableError, match="whole group"):
        edits.put("toml", b"[a]  # mine\n", ("a",), 1)


def test_a_file_over_five_megabytes_is_refused() -> None:
    with pytest.raises(UneditableError, match="5 MB"):
        edits.put("json", b" " * (edits.LIMIT + 1), ("a",), 1)


@given(trees, keys, scalars, st.sampled_from([None, 2, "\t"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_keeps_everything_but_the_key(
    tree: dict[str, object], key: tuple[str, ...], value: object, indent: int | str | None
) -> None:
    old = json.dumps(tree, indent=indent).encode()
    try:
        new = put_and_back("json", old, key, value)
    except UneditableError:
        return
    if edits.get("json", old, key) is MISSING:
        assert edits.get("json", edits.drop("json", new, key), key) is MISSING


@given(trees, keys, scalars)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_yaml_keeps_everything_but_the_key(tree: dict[str, object], key: tuple[str, ...], value: object) -> None:
    old = yaml.safe_dump(tree, allow_unicode=True).encode()
    try:
        put_and_back("yaml", old, key, value)
    except UneditableError:
        return


@given(
    st.dictionaries(names, st.integers(0, 99), max_size=4),
    st.dictionaries(names, st.dictionaries(names, st.booleans(), max_size=3), max_size=3),
    keys,
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_toml_keeps_everything_but_the_key(plain: dict[str, int], tables: dict[str, dict[str, bool]], key: tuple[str, ...]) -> None:
    lines = [f"{name} = {value}  # kept" for name, value in plain.items()]
    for name, table in tables.items():
        if name not in plain:
            lines += ["", f"[{name}]  # kept", *(f"{inner} = {str(flag).lower()}" for inner, flag in table.items())]
    old = "\n".join([*lines, ""]).encode()
    try:
        new = put_and_back("toml", old, key, False)
    except UneditableError:
        return
    assert new.count(b"# kept") == old.count(b"# kept")


@given(st.text(max_size=200), keys)
def test_random_text_is_edited_or_refused_never_broken(text: str, key: tuple[str, ...]) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for kind in edits.KINDS:
        try:
            new = edits.put(kind, data, key if kind in {"json", "jsonc", "toml", "yaml"} else ("s", key[-1]), "v")
        except UneditableError:
            continue
        assert between(data, new).inverse().apply(new) == data


def test_env_keeps_export_quotes_and_comments() -> None:
    old = b"# keys\nexport A='x y'\nB=2 # two\n"
    assert put_and_back("env", old, ("A",), "z") == b"# keys\nexport A=z\nB=2 # two\n"
    assert edits.get("env", old, ("A",)) == "x y"
    assert edits.get("env", old, ("B",)) == "2"
    assert put_and_back("env", b"A=1", ("B",), "a b") == b'A=1\nB="a b"\n'


def test_npmrc_gets_one_line_more() -> None:
    assert put_and_back("npmrc", b"; mine\r\nregistry=x\r\n", ("proxy",), "y") == b"; mine\r\nregistry=x\r\nproxy=y\r\n"


def test_ini_keys_go_to_the_end_of_their_section() -> None:
    old = b"[a]\nx = 1\n\n[b]\ny = 2\n"
    new = put_and_back("ini", old, ("a", "z"), "3")
    assert new == b"[a]\nx = 1\nz = 3\n\n[b]\ny = 2\n"
    parsed = configparser.ConfigParser()
    parsed.read_string(new.decode())
    assert parsed["a"]["z"] == "3"


@pytest.mark.parametrize("key", [("user", "name"), ("remote", "origin", "url"), ("USER", "Email"), ("core", "new")])
def test_gitconfig_edits_are_what_git_reads(tmp_path: Path, key: tuple[str, ...]) -> None:
    path = tmp_path / "config"
    path.write_bytes(b'[user]\n\tname = Old One ; note\n\temail = a@example.org\n[remote "origin"]\n\turl = git@example.org:x/y\n')
    path.write_bytes(edits.put("gitconfig", path.read_bytes(), key, "New # One"))
    out = subprocess.run(["git", "config", "-f", str(path), "--get", ".".join(key)], capture_output=True, text=True, check=True)
    assert out.stdout == "New # One\n"


def test_list_items_are_added_once_and_taken_out_again() -> None:
    old = b'{\n  "permissions": {\n    "deny": [\n      "Read(a)"\n    ]\n  }\n}\n'
    new = edits.append("json", old, ("permissions", "deny"), "Read(b)")
    assert json.loads(new)["permissions"]["deny"] == ["Read(a)", "Read(b)"]
    assert edits.append("json", new, ("permissions", "deny"), "Read(b)") == new
    assert edits.without_item("json", new, ("permissions", "deny"), "Read(b)") == old
