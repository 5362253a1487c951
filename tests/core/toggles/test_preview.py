from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redact import MASK
from core.toggles.edit_base import MISSING
from core.toggles.filechange import Edit
from core.toggles.model import Change, ChangeState
from core.toggles.preview import Ours, diff, entry_of, name_of, ours_of, shown
from core.toggles.secretlike import holds_secret

if TYPE_CHECKING:
    from core.toggles.edit_base import Value


def test_plain_words_and_numbers_are_shown_and_everything_else_is_masked() -> None:
    assert [shown(value) for value in (True, 3, "off", "workspace-write", None)] == ["true", "3", "off", "workspace-write", "null"]
    assert shown("anna@example.org") == MASK
    assert shown("/home/anna/x") == MASK
    assert shown(["a", "b"]) == "a list of 2"
    assert shown({"a": 1}) == "a group of 1"
    assert shown(MISSING) is None


def test_a_neighbours_value_is_masked_and_its_name_is_not() -> None:
    old = b'{\n  "email": "anna@example.org"\n}\n'
    new = b'{\n  "email": "anna@example.org",\n  "telemetry": false\n}\n'
    text = diff("~/x.json", old, new, Ours("telemetry"))
    assert "anna" not in text
    assert f'-  "email": "{MASK}"' in text
    assert '+  "telemetry": false' in text


def test_bare_values_of_neighbours_are_masked_too() -> None:
    text = diff("~/x", b"token=abcdefghijklmnop\n", b"token=abcdefghijklmnopq\n", Ours("wanted"))
    assert "abcdefgh" not in text


SECRET = "hunter2-of-anna"


@pytest.mark.parametrize(
    ("kind", "key", "value", "text"),
    [
        ("jsonc", ("telemetry",), False, '{"apiKey": "SECRET", "telemetry": true, "more": {"x": ["SECRET"]}}'),
        ("jsonc", ("telemetry",), False, '{"telemetryToken": "SECRET", "telemetry": true}'),
        ("jsonc", ("n",), 1, '{"token": "SECRET1"\n}'),
        ("jsonc", ("level",), "off", '{"level": "on", "note": "SECRET off"}'),
        ("toml", ("a", "on"), False, 'a = { on = true, key = "SECRET" }\n'),
        ("toml", ("a", "on"), False, "a = { on = true, key = 'SECRET' }\n"),
        ("yaml", ("usage",), False, '{"token": SECRET, usage: true}\n'),
        ("yaml", ("a", "usage"), False, "a: {token: SECRET, usage: true, list: [SECRET, SECRET]}\n"),
        ("env", ("LEVEL",), "1", "TOKEN=SECRET\nLEVEL=0"),
        ("npmrc", ("fund",), "false", "//example.test/:_authToken=SECRET\nfund=true"),
        ("gitconfig", ("user", "name"), "user", "[user]\n\tsigningkey = SECRET\n\tname = x"),
    ],
)
def test_a_secret_beside_the_setting_is_never_shown(kind: str, key: tuple[str, ...], value: Value, text: str) -> None:
    old = text.replace("SECRET", SECRET).encode()
    edit = Edit(kind, "put", key, value)
    new = edit.make(old)
    assert new != old
    shown_text = diff("~/x", old, new, ours_of(edit))
    assert "hunter2" not in shown_text
    assert any(line.startswith("+") and key[-1] in line for line in shown_text.splitlines()[2:])


def test_the_value_before_of_the_same_setting_is_shown_as_it_is() -> None:
    text = diff("~/x", b'{"model": "small", "b": "c"}', b'{"model": "large", "b": "c"}', Ours("model", ("large",)))
    assert f'-{{"model": "small", "b": "{MASK}"}}' in text
    assert f'+{{"model": "large", "b": "{MASK}"}}' in text


def test_an_entry_of_a_list_is_shown_without_the_other_entries() -> None:
    edit = Edit("jsonc", "append", ("permissions", "deny"), "Read(./.env)")
    old = b'{"permissions": {"deny": ["Read(./work-for-acme)"]}}'
    text = diff("~/x", old, edit.make(old), ours_of(edit))
    assert '"Read(./.env)"' in text
    assert "acme" not in text


def test_a_new_file_is_called_one() -> None:
    assert diff("~/x", None, b"a = 1\n", Ours("a")).splitlines() == ["--- (no file)", "+++ ~/x", "@@ -0,0 +1 @@", "+a = 1"]


def test_control_characters_in_a_file_cannot_act() -> None:
    assert "\x1b" not in diff("~/x", b"a\x1b[31m: 1\n", b"a\x1b[32m: 1\n", Ours("a"))


def test_keys_and_passwords_are_told_by_name_and_by_look() -> None:
    for key, value in (
        ("apiKey", "something-long-here"),
        ("x", "ghp_" + "a1" * 12),
        ("url", "https://me:word@host/"),
        ("x", "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI"),
    ):
        assert holds_secret((key,), value)
        assert holds_secret(("outer",), {key: [value]})
    for key, harmless in (
        ("telemetry", "off"),
        ("apiKey", ""),
        ("model", "claude-opus-4-5-20260101"),
        ("path", "/home/anna/projects/something/long/enough/1234"),
        ("n", 5),
    ):
        assert not holds_secret((key,), harmless)


@pytest.mark.parametrize("end", ["\n", " # on\n", "  // why\n", " ; old\n"])
def test_a_value_others_wrote_into_our_setting_is_shown_only_if_it_is_a_plain_word(end: str) -> None:
    ours = Ours("enabled", ("enabled",))
    plain, odd = f"enabled = true{end}".encode(), b'enabled = "at Anna\'s, when it rains"\n'
    assert "-enabled = true" in diff("~/x", plain, b"enabled = false\n", ours)
    assert "+enabled = false" in diff("~/x", odd, b"enabled = false # yes\n", ours)
    assert "Anna" not in diff("~/x", odd, b"enabled = false\n", ours)
    assert "Anna" not in diff("~/x", b"enabled = Anna is away\n", b"enabled = false\n", ours)


def test_a_file_in_one_line_without_blanks_is_shown() -> None:
    old = b'{"mode":"plan","deny":["Read(./.env)"],"off":true,"n":5,"x":Anna}'
    new = old.replace(b'"deny":[', b'"deny":["Read(./.env.*)", ')
    text = diff("~/x.json", old, new, Ours("deny", ("Read(./.env.*)",)))
    assert '"Read(./.env.*)"' in text
    assert '"off":true' in text
    assert "Anna" not in text


@given(st.text(alphabet="ab \t\n:=,[]{}\"'#/-\\\u00e9.0", max_size=60), st.text(alphabet="ab:=,[]{}\"'# -\n", max_size=60))
def test_any_text_can_be_shown(old: str, new: str) -> None:
    assert diff("~/x", old.encode(), new.encode(), Ours("a", ("b",))).startswith("--- ~/x\n+++ ~/x")


def _change(key: str, kind: str = "ignore-entry", **parameters: str) -> Change:
    return Change("1", "x", "", kind, "~/file", key, None, "1", ChangeState.VERIFIED, parameters=parameters)


def test_the_entry_of_a_list_and_the_line_of_a_file_are_told_and_nothing_else_is() -> None:
    assert entry_of(_change("permissions.deny", operation="append", value='"Read(./.env)"')) == "Read(./.env)"
    assert entry_of(_change(".env.*", operation="put", format="lines", value="1")) == ".env.*"
    assert entry_of(_change("analytics.enabled", "settings-key", operation="put", value="false")) == ""
    assert entry_of(_change("environment", "launch-environment")) == ""


def test_an_entry_that_looks_like_a_key_is_masked_and_none_can_act() -> None:
    assert entry_of(_change("deny", operation="append", value='"ghp_0123456789abcdefABCDEF0123456789abcd"')) == MASK
    assert "\u202e" not in entry_of(_change("a\u202eb"))


def test_a_name_never_tells_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/mia")
    assert name_of(_change("export PATH=/home/mia/shims:x", "settings-key")) == "export PATH=~/shims:x"
    monkeypatch.setenv("HOME", "/")
    assert name_of(_change("a/b", "settings-key")) == "a/b"
