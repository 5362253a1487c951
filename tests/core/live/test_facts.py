from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from core.host.real import RealHost
from core.live.facts import FactsNotifier
from core.model import Changes

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_appears_or_changes_is_noticed_by_comparing(tmp_path: Path) -> None:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    notifier = FactsNotifier(RealHost(), every_s=0.01)
    covered = notifier.start({"one": Changes(watch=(str(tmp_path / "file"),)), "bus": Changes(notify=("dbus:x",))}, told.put)
    assert covered == {"one"}
    (tmp_path / "file").write_text("one")
    assert told.get(timeout=10) == {"one"}
    (tmp_path / "file").chmod(0o600)
    (tmp_path / "file").write_text("two and more")
    assert told.get(timeout=10) == {"one"}
    notifier.close()
