from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotThereError
from core.host.names import full_name_of


@pytest.mark.parametrize(
    ("node", "hosts", "name"),
    [
        ("box.example", "", "box.example"),
        ("box", "127.0.1.1 box.corp.example box # box.comment.example", "box.corp.example"),
        ("box", "127.0.1.1 box\n192.0.2.1 alias box box.second.example", "box.second.example"),
    ],
)
def test_the_full_name_is_taken_from_the_name_or_the_hosts_file(node: str, hosts: str, name: str) -> None:
    assert full_name_of(node, hosts) == name


@pytest.mark.parametrize(
    ("node", "hosts"), [("box", ""), ("box", "127.0.0.1 boxer.example boxer"), ("", "127.0.0.1 a.example"), ("box", "box box.example")]
)
def test_without_a_domain_there_is_no_full_name(node: str, hosts: str) -> None:
    with pytest.raises(NotThereError):
        full_name_of(node, hosts)


@given(st.text(min_size=1, max_size=20).filter(lambda text: "." not in text), st.text(max_size=200))
def test_a_found_name_always_has_a_dot(node: str, hosts: str) -> None:
    try:
        found = full_name_of(node, hosts)
    except NotThereError:
        return
    assert "." in found
