"""Fixtures for tests of commands that look at this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home_with_a_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give commands a home with one installed tool (Claude Code 2.1.169 from npm) and places of its own."""
    package = tmp_path / ".nvm/versions/node/v20.0.0/lib/node_modules/@anthropic-ai/claude-code"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@anthropic-ai/claude-code", "version": "2.1.169"}', encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path
