from __future__ import annotations

import sys

import pytest

from core.host.real import RealHost
from core.live import notifier_for
from tests.fakes.machines import machine


def test_a_recorded_machine_never_changes() -> None:
    assert notifier_for(machine()) is None


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's notifier")
def test_this_computer_is_noticed_by_its_own_notifications() -> None:
    assert type(notifier_for(RealHost())).__name__ == "LinuxNotifier"
