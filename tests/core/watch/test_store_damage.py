"""A damaged store is set aside or told in a sentence; no other error comes out of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.errors import TelltaleError
from core.host.recorded import load_persona
from core.watch.captures import captured_evidence
from core.watch.demo import fill
from core.watch.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "captures.sqlite"
    with contextlib.closing(Store(path)) as store:
        fill(store, load_persona("developer-laptop"), ())
    assert len(path.read_bytes()) > 4096
    return path


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 60_000), junk=st.binary(min_size=1, max_size=3000), cut=st.booleans())
@example(offset=3326, junk=b"\x80", cut=False)
def test_no_damage_brings_out_another_error(tmp_path: Path, whole: Path, offset: int, junk: bytes, cut: bool) -> None:
    for left in tmp_path.iterdir():
        left.unlink()
    path = tmp_path / "captures.sqlite"
    damaged = bytearray(whole.read_bytes())
    damaged[offset : offset + len(junk)] = junk
    path.write_bytes(damaged[: offset + len(junk)] if cut else damaged)
    with contextlib.suppress(TelltaleError):
        store = Store(path)
        with contextlib.closing(store):
            for session in store.sessions():
                store.requests(session.id)
    assert isinstance(captured_evidence(path), tuple)
