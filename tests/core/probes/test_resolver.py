from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.probes import _resolver

# in the documented form of `scutil --proxy`; not taken from a real Mac
SCUTIL_PROXY = """<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  HTTPEnable : 1
  HTTPPort : 3128
  HTTPProxy : proxy.corp.example
}
"""
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "nameserver",
                "nameserver ::1",
                "search",
                "search a. b",
                "domain .",
                "DNS=",
                "0 : x",
                "}",
                "A : <array> {",
                "::1 a",
                "search domain[0] : .",
            ]
        ),
        st.text(max_size=40),
    ),
    max_size=20,
).map("\n".join)


@given(LINES)
def test_every_reader_accepts_any_text(text: str) -> None:
    assert all(isinstance(item, str) and item for item in _resolver.resolv_servers(text) + _resolver.resolv_domains(text))
    assert all(isinstance(item, str) and item for item in _resolver.networkd_values(text, "DNS"))
    assert all(isinstance(item, str) and item for item in _resolver.scutil_values(text, "search domain"))
    assert all(row.names for row in _resolver.hosts_lines(text))
    assert all(isinstance(values, list) for values in _resolver.scutil_dictionary(text).values())


def test_lists_inside_scutils_answer_stay_lists() -> None:
    rows = _resolver.scutil_dictionary(SCUTIL_PROXY)
    assert rows["ExceptionsList"] == ["*.local", "169.254/16"]
    assert rows["HTTPProxy"] == ["proxy.corp.example"]


def test_only_the_last_search_line_counts() -> None:
    assert _resolver.resolv_domains("search a.example\nsearch b.example. c.example\n") == ["b.example", "c.example"]
