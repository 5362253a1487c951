from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.probes import _winproxy


@given(st.binary(max_size=200))
def test_the_binary_value_can_be_any_bytes(data: bytes) -> None:
    settings = _winproxy.connection_settings(data)
    assert len(settings.server) + len(settings.bypass) + len(settings.script) <= len(data)


@given(st.text(max_size=200))
def test_the_list_of_servers_can_be_any_text(text: str) -> None:
    assert all(isinstance(value.masked, str) for value in _winproxy.servers(text))
