from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.probes._secret_kinds import (
    _PREFIXES,
    assignments,
    classify,
    has_credentials,
    kind_by_name,
    kind_by_prefix,
    looks_secret_argument,
    secrets_in,
)
from core.redact import raw

LETTERS = string.ascii_letters + string.digits


@given(st.sampled_from(_PREFIXES), st.text(LETTERS, min_size=24, max_size=80), st.sampled_from(["PLAIN", "MY_TOKEN", "OPENAI_API_KEY"]))
def test_a_classified_value_is_named_by_kind_and_nothing_of_it_stays(prefix: tuple[str, str], body: str, name: str) -> None:
    found = classify(name, prefix[0] + body)
    assert found is not None
    assert prefix[0] + body[:4] not in raw(found)
    assert body not in raw(found)
    assert body[-6:] not in raw(found)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_name_and_value_can_be_classified(name: str, value: str) -> None:
    found = classify(name, value)
    assert found is None or raw(found).endswith((", short", ", medium", ", long"))


@given(st.text("hunter2XYZ", min_size=14, max_size=60))
def test_a_password_under_a_telling_name_is_found_and_dropped(value: str) -> None:
    found = classify("ACME_DB_PASSWORD", value)
    if value.isdigit():
        assert found is None
    else:
        assert found is not None
        assert raw(found).startswith("*_PASSWORD: password, ")
        assert value not in raw(found)
        assert "ACME" not in raw(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PWD", "/home/mia/some/place"),
        ("OLDPWD", "/home/mia"),
        ("CLAUDE_CODE_MAX_OUTPUT_TOKENS", "32000"),
        ("X_TOKEN", "true"),
        ("X_KEY", "/etc/ssl/private/server.key"),
        ("X_KEY", "$(pass show x)"),
        ("X_TOKEN", "op://vault/item/field"),
        ("X_TOKEN", ""),
        ("X_SECRET", "12345678"),
        ("KEYBOARD", "de-latin1-nodeadkeys"),
    ],
)
def test_everyday_values_are_not_called_secrets(name: str, value: str) -> None:
    assert classify(name, value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://mia:hunter2word@db.example.test/app", True),
        ("see http://one.example.test and https://u:p@two.example.test/", True),
        ("https://ghp_abcdefghijklmnopqrst@example.test/x.git", True),
        ("https://mia@example.test/x.git", False),
        ("https://example.test/path?mail=a:b@c", False),
        ("https://mia:${TOKEN}@example.test", False),
        ("mia@example.test:project.git", False),
    ],
)
def test_addresses_with_a_password_are_told_from_others(text: str, expected: bool) -> None:
    assert has_credentials(text) is expected


@given(st.text(max_size=300))
def test_no_text_breaks_the_classifiers(text: str) -> None:
    assert isinstance(has_credentials(text), bool)
    assert isinstance(kind_by_prefix(text), str)
    assert isinstance(looks_secret_argument(text), bool)
    assert all(isinstance(name, str) and name for name, _ in assignments(text))


def test_assignments_of_shell_fish_and_dotenv_files_are_read_without_running_them() -> None:
    text = "export A_TOKEN=one\n# B=2\nset -gx C_TOKEN three\n  D = 4\nif [ x = y ]; then\n1E=5\nF.g=6\nsetenv G 7\n"
    assert list(assignments(text)) == [("A_TOKEN", "one"), ("C_TOKEN", "three"), ("D", "4"), ("F.g", "6")]


def test_known_names_are_shown_whole_and_others_by_their_ending_only() -> None:
    assert kind_by_name("openai_api_key") == ("OPENAI_API_KEY", "OpenAI key")
    assert kind_by_name("ACME_CORP_TOKEN") == ("*_TOKEN", "token")
    assert kind_by_name("EDITOR") == ("", "")


def test_each_secret_counts_even_if_two_look_alike() -> None:
    assert len(secrets_in([("A_TOKEN", "abcdefghijklm"), ("B_TOKEN", "nopqrstuvwxyz")])) == 2


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--password=hunter2word", True),
        ("--api-key=abcdefgh", True),
        ("sk-ant-abcdefghijklmnop", True),
        ("--verbose=true", False),
        ("--port=8080", False),
    ],
)
def test_command_line_words_that_hold_secrets_are_counted(argument: str, expected: bool) -> None:
    assert looks_secret_argument(argument) is expected
