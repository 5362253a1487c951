"""Fixtures for all tests: recorded machines, nothing beyond loopback, and no unexpected log record."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import settings

from core.host.recorded import RecordedHost
from tests import loopback_only

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "fakes" / "recorded"


class MakeHost(Protocol):
    """Makes a recorded machine out of the tables of the fixture format."""

    def __call__(self, system: str = "linux", **tables: Any) -> RecordedHost: ...


def pytest_configure() -> None:
    """Refuse connections beyond this computer before any test module is imported; no example fails for being slow."""
    loopback_only.install()
    settings.register_profile("telltale", deadline=None)
    settings.load_profile("telltale")


@pytest.fixture
def recorded_host() -> MakeHost:
    """Return a function that makes a recorded machine; home and working folder have plain defaults."""

    def make(system: str = "linux", **tables: Any) -> RecordedHost:
        homes = {"linux": "/home/mia", "macos": "/Users/mia", "windows": "C:\\Users\\mia"}
        given = {"system": system, "home": homes[system], **tables}
        return RecordedHost({key: value for key, value in given.items() if value is not None}, "test")

    return make


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test of core that logs a warning or worse, unless it asked for `caplog` itself to look at what is logged."""
    yield
    if "caplog" in request._pyfuncitem._fixtureinfo.argnames:
        return
    loud = [f"{record.name}: {record.getMessage()}" for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not loud, f"unexpected log records: {loud}"
