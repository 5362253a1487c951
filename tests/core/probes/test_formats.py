from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from core.probes import _formats

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(['"', "\\", "/*", "//", "*/", ",", "}", "[", "a: ", "- b", "\n", "  ", "<a>", "</a>", "<!--", "'", "("]),
        max_size=60,
    ).map("".join),
)


@given(TEXTS)
def test_every_reader_accepts_any_text(text: str) -> None:
    assert isinstance(_formats.jsonc(text), str)
    assert isinstance(_formats.exports(text), dict)
    assert all(value for _, value in _formats.yaml_pairs(text))
    assert isinstance(_formats.xml_text(_formats.without_comments(text), "a"), str)
    assert all(isinstance(item, str) for item in _formats.gvariant_texts(text) + _formats.mac_list(text))
    assert isinstance(_formats.gvariant_value(text), str)
    assert isinstance(_formats.gsettings_rows(text), dict)
    assert all(isinstance(record, dict) for record in _formats.mac_records(text))


@given(JSON)
def test_plain_json_keeps_its_meaning(data: object) -> None:
    assert json.loads(_formats.jsonc(json.dumps(data))) == data


def test_comments_and_trailing_commas_go_and_addresses_stay() -> None:
    text = '{\n // note\n "a": "http://x/*y*/", /* more */ "b": [1, 2,], // last\n}'
    assert json.loads(_formats.jsonc(text)) == {"a": "http://x/*y*/", "b": [1, 2]}


def test_hostile_texts_take_time_in_step_with_their_length() -> None:
    # quadratic readers would not come back from these within any patience
    for text in ("/*" * 500_000, '"\\' * 500_000, "<!--" * 300_000, "<a>" * 300_000, "x" + " " * 900_000 + "#", "[" + " " * 900_000):
        _formats.jsonc(text)
        _formats.xml_text(_formats.without_comments(text), "a")
        _formats.exports(text)
        _formats.yaml_pairs(text)


def test_shell_files_of_three_kinds_are_read() -> None:
    text = "export http_proxy='http://a:1' # x\nsetenv https_proxy http://b:2\nset -gx no_proxy localhost\nexport A=1 B=2\nC=3; export C\n"
    assert _formats.exports(text) == {
        "http_proxy": "http://a:1",
        "https_proxy": "http://b:2",
        "no_proxy": "localhost",
        "A": "1",
        "B": "2",
        "C": "3",
    }


def test_nested_yaml_becomes_paths() -> None:
    text = "channels:\n- https://c.example/x\n- defaults\nproxy_servers:\n  http: http://p.example:1\nmodels:\n  - name: m\n    apiBase: http://m.example\n"
    assert _formats.yaml_pairs(text) == [
        ("channels", "https://c.example/x"),
        ("channels", "defaults"),
        ("proxy_servers.http", "http://p.example:1"),
        ("models.name", "m"),
        ("models.apiBase", "http://m.example"),
    ]


def test_values_of_gsettings_lose_quotes_and_types() -> None:
    assert _formats.gvariant_value("'auto'\n") == "auto"
    assert _formats.gvariant_value("uint32 8080") == "8080"
    assert _formats.gvariant_value("@as []") == "[]"
    assert _formats.gvariant_texts("['localhost', \"it's\"]") == ["localhost", "it's"]
