"""Every kind of change on disks that are really full, really read-only, or really closed to this user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import TelltaleError
from core.toggles.apply import undo_entry
from core.toggles.registry import kind
from tests.fakes.change_cases import BY_FILE, CASES, planned
from tests.fakes.real_disks import content, take_back
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
SOMEBODY = 12321
TRIES = (len(CASES) + 2) * 2  # each kind of change, shims and presets; the making and the taking back


def can_mount() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    return subprocess.run([*IN_NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode == 0


# eight seconds for 630 tries: mounts, programs and syncs are real
@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="mounting in a user name space is not possible here")
@pytest.mark.parametrize(("how", "disks"), [("full", 15), ("read-only", 3)])
def test_on_a_full_or_read_only_disk_every_kind_of_change_is_old_or_new_and_goes_back(tmp_path: Path, how: str, disks: int) -> None:
    words = [*IN_NAMESPACE, sys.executable, "-m", "tests.fakes.real_disks", str(tmp_path / "room"), how]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    ends = json.loads(done.stdout)
    assert sum(ends.values()) == TRIES * disks
    assert ends["said"] > TRIES


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder every user may enter, unlike the test's own."""
    folder = Path(tempfile.mkdtemp(prefix="telltale-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def as_somebody(work: Callable[[], None], folder: Path) -> int:
    """Do the work in a child without an administrator's rights, for whom closed is closed; everything in the folder is theirs."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.geteuid() == 0:
                for item in (folder, *folder.rglob("*")):
                    os.chown(item, SOMEBODY, SOMEBODY, follow_symlinks=False)
                os.setgroups([])
                os.setresgid(SOMEBODY, SOMEBODY, SOMEBODY)
                os.setresuid(SOMEBODY, SOMEBODY, SOMEBODY)
            work()
            status = 0
        except BaseException as error:  # noqa: BLE001  whatever it is, the child ends here and says so
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("closed", ["file", "folder", "folder shut", "journal", "journal shut"])
@pytest.mark.parametrize("undo", [False, True], ids=["making", "taking back"])
@pytest.mark.parametrize("case", BY_FILE)
def test_where_modes_close_a_file_or_folder_the_change_is_refused_in_a_sentence_and_goes_back_later(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, case: str, closed: str, *, undo: bool
) -> None:
    home = ToggleHome(open_folder, monkeypatch)
    kind("settings-key")  # what is read late must be read before the rights are gone
    reference = planned(home, case)
    undo_entry(kind(reference.kind).apply(reference, home.service.journal), home.service.journal)

    assert as_somebody(lambda: try_closed(home, case, closed, undo=undo), open_folder) == 0


def try_closed(home: ToggleHome, case: str, closed: str, *, undo: bool) -> None:
    """Close a file or folder, make (or take back) the change, open it again: refused in a sentence, nothing lost, undone later."""
    before = home.tree()
    change, journal = planned(home, case), home.service.journal
    target = Path(change.target)
    entry = kind(change.kind).apply(change, journal) if undo else None
    place = {"file": target, "journal": journal.folder}.get(closed.partition(" ")[0], target.parent)
    if not place.exists():
        return
    mode, old = place.stat().st_mode & 0o777, content(target)
    place.chmod(0o000 if closed.endswith(("shut", "file")) else 0o500)
    told = ""
    try:
        kind(change.kind).undo(change, journal) if undo else kind(change.kind).apply(change, journal)
    except TelltaleError as error:
        told = str(error)
    finally:
        place.chmod(mode)
    assert "nothing was" in told or "left as it was" in told, told
    assert content(target) == old
    assert entry is None or kind(change.kind).verify(change)
    take_back(home)
    assert home.tree() == before
