"""Pytest plugin for the run without Qt: makes sure that Qt really is not there, and knows the settings that pytest-qt would read."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

if importlib.util.find_spec("PySide6") is not None:
    raise RuntimeError("this run is meant for an environment without Qt, but PySide6 can be imported")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Accept the settings, which have no effect without Qt."""
    parser.addini("qt_log_level_fail", "read by pytest-qt where it is installed")
    parser.addini("qt_log_ignore", "read by pytest-qt where it is installed", type="linelist")
