"""On which machines a start can be kept at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.toggles import kept_start
from core.toggles.tty_filter import tty_filter

if TYPE_CHECKING:
    import pytest


def test_every_machine_of_kept_starts_has_a_filter_and_another_has_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(tty_filter(machine) for machine in kept_start.CALLS)
    monkeypatch.setattr("core.toggles.kept_start.platform.machine", lambda: "riscv64")
    assert kept_start.reader() is None


def test_a_kernel_of_64_bits_with_programs_of_32_has_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.toggles.kept_start.sys.maxsize", (1 << 31) - 1)
    assert kept_start.reader() is None
