from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.watch import inspector_setup
from core.watch.inspector_run import Inspection, InspectOptions, Subject
from core.watch.store import Store
from tests.fakes.capture import searcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.tools.model import Tool


class Inspect(Protocol):
    """Starts a capture; `trusted` is a file of authorities that the user's programs trust."""

    def __call__(
        self, options: InspectOptions | None = None, *, tool: Tool | None = None, trusted: str = "", **environment: str
    ) -> Inspection: ...


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return Telltale's state folder for this test."""
    folder = tmp_path / "state"
    monkeypatch.setattr(paths, "state_dir", lambda: folder)
    return folder


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    with Store() as opened:
        yield opened


@pytest.fixture
def inspect(store: Store) -> Iterator[Inspect]:
    """Return a function that starts a capture; all of them end with the test."""
    if not inspector_setup.is_installed():
        pytest.skip("mitmproxy is not installed here: telltale requests --set-up")
    running: list[Inspection] = []

    def start(options: InspectOptions | None = None, *, tool: Tool | None = None, trusted: str = "", **environment: str) -> Inspection:
        given = {"PATH": os.defpath, **({"SSL_CERT_FILE": trusted} if trusted else {}), **environment}
        inspection = Inspection(Subject(tool, "toy", "1.0", given), searcher, options, store=store)
        running.append(inspection)
        inspection.start()
        return inspection

    yield start
    for inspection in running:
        inspection.finish()


@pytest.fixture
def a_tool() -> Tool:
    """Return a tool that the catalogue knows two hosts of."""
    return replace(load_catalogue().tools["claude-code"], hosts=("api.example", "*.telemetry.example"))
