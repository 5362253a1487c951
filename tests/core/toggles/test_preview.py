from __future__ import annotations

from core.redact import MASK
from core.toggles.edit_base import MISSING
from core.toggles.preview import diff, shown
from core.toggles.secretlike import holds_secret


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
    text = diff("~/x.json", old, new, ['"telemetry"'])
    assert "anna" not in text
    assert f'-  "email": "{MASK}"' in text
    assert '+  "telemetry": false' in text


def test_bare_values_of_neighbours_are_masked_too() -> None:
    text = diff("~/x", b"token=abcdefghijklmnop\n", b"token=abcdefghijklmnopq\n", ["wanted"])
    assert "abcdefgh" not in text


def test_a_new_file_is_called_one() -> None:
    assert diff("~/x", None, b"a = 1\n", ["a"]).splitlines() == ["--- (no file)", "+++ ~/x", "@@ -0,0 +1 @@", "+a = 1"]


def test_control_characters_in_a_file_cannot_act() -> None:
    assert "\x1b" not in diff("~/x", b"a\x1b[31m: 1\n", b"a\x1b[32m: 1\n", ["a"])


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
