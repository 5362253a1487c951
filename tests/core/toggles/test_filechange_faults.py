"""Faults of the system under a change: a real full disk, a real read-only disk, modes, attributes, other programs, time."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.toggles.filechange import ConflictError, Edit, FileChanger, Purpose
from core.toggles.journal import Journal, JournalError
from core.toggles.model import ChangeState
from core.toggles.target import RefusedError

ROOT = Path(__file__).parents[3]
OLD = b'{\n  // mine\n  "telemetry": true,\n  "key": "kept"\n}\n'
EDIT = Edit("jsonc", "put", ("telemetry",), False)
WHY = Purpose("test", "tool")
IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
MOUNTED = """
import os, sys, subprocess
from pathlib import Path
from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.target import RefusedError
from core.toggles.journal import Journal, JournalError
home, fault = Path(sys.argv[1]), sys.argv[2]
disk = home / "disk"
disk.mkdir(parents=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(disk)], check=True)
file = disk / "settings.json"
file.write_bytes(b'{\\n  "telemetry": true\\n}\\n')
state = (disk if fault.startswith("journal") else home) / "journal"
changer = FileChanger(Journal(state), (disk,), "t")
if fault.endswith("full"):
    try:
        with open(disk / "filler", "wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
    except OSError:
        pass
else:
    if fault.startswith("journal"):
        state.mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
before = sorted(path.name for path in disk.iterdir()), file.read_bytes()
try:
    changer.apply(file, Edit("json", "put", ("telemetry",), False), Purpose("t", "t"))
    print("changed")
except (RefusedError, JournalError) as error:
    print(type(error).__name__, error)
kept = sorted(path.name for path in disk.iterdir() if path.name != "journal"), file.read_bytes()
assert kept == ([name for name in before[0] if name != "journal"], before[1]), kept
print("same")
"""


def can_mount() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    return subprocess.run([*IN_NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="mounting in a user name space is not possible here")
@pytest.mark.parametrize("fault", ["full", "read-only", "journal full", "journal read-only"])
def test_a_really_full_or_read_only_disk_leaves_everything_as_it_was(tmp_path: Path, fault: str) -> None:
    done = subprocess.run(
        [*IN_NAMESPACE, sys.executable, "-c", MOUNTED, str(tmp_path / "h"), fault], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-800:]
    said, same = done.stdout.splitlines()
    assert said.startswith("JournalError" if fault.startswith("journal") else "RefusedError")
    assert same == "same"


class Place:
    """A tool's folder with one settings file."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "tool"
        self.folder.mkdir(parents=True)
        self.file = self.folder / "settings.json"
        self.file.write_bytes(OLD)
        self.journal = Journal(root / "journal")
        self.changer = FileChanger(self.journal, (self.folder,), "t")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o400, 0o755])
def test_any_mode_stays(place: Place, mode: int) -> None:
    place.file.chmod(mode)
    place.changer.undo(place.changer.apply(place.file, EDIT, WHY))
    assert place.file.stat().st_mode & 0o7777 == mode
    assert place.file.read_bytes() == OLD


def test_extended_attributes_stay(place: Place) -> None:
    try:
        os.setxattr(place.file, "user.mine", b"kept")
    except OSError:
        pytest.skip("this file system has no attributes of users")
    entry = place.changer.apply(place.file, EDIT, WHY)
    assert os.getxattr(place.file, "user.mine") == b"kept"
    place.changer.undo(entry)
    assert os.getxattr(place.file, "user.mine") == b"kept"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused_and_a_foreign_group_stays(place: Place) -> None:
    os.chown(place.file, -1, 12345)
    entry = place.changer.apply(place.file, EDIT, WHY)
    assert place.file.stat().st_gid == 12345
    place.changer.undo(entry)
    os.chown(place.file, 12345, -1)
    with pytest.raises(RefusedError, match="another user"):
        place.changer.apply(place.file, EDIT, WHY)
    assert place.file.read_bytes() == OLD


def test_a_folder_that_loses_its_permission_in_between_leaves_the_old_file(place: Place) -> None:
    def lose(name: str) -> None:
        if name == "planned":
            raise PermissionError(13, "Permission denied")

    place.changer.step = lose
    with pytest.raises((RefusedError, PermissionError)):
        place.changer.apply(place.file, EDIT, WHY)
    assert [path.name for path in place.folder.iterdir()] == ["settings.json"]
    assert place.file.read_bytes() == OLD
    place.changer.step = lambda _name: None
    place.changer.recover()
    assert {entry.state for entry in place.journal.entries()} == {ChangeState.FAILED}


def test_an_entry_whose_file_cannot_be_reached_waits_for_the_next_start(place: Place) -> None:
    entry = place.changer.apply(place.file, EDIT, WHY)
    from dataclasses import replace

    place.journal.save(replace(entry, state=ChangeState.PLANNED))
    place.file.unlink()
    place.file.mkdir()
    assert place.changer.recover() == ()
    place.file.rmdir()
    place.file.write_bytes(OLD.replace(b"true", b"false"))
    assert [settled.state for settled in place.changer.recover()] == [ChangeState.APPLIED]


def test_with_another_program_writing_all_the_time_no_write_of_either_is_torn(place: Place) -> None:
    stop = threading.Event()
    theirs = [OLD.replace(b"kept", f"kept {number}".encode()) for number in range(5)]
    seen: set[bytes] = set()

    def write() -> None:
        while not stop.is_set():
            spare = place.folder / "spare"
            spare.write_bytes(random.choice(theirs))  # noqa: S311  no secret
            spare.replace(place.file)

    writer = threading.Thread(target=write)
    writer.start()
    made = conflicts = 0
    try:
        for _ in range(40):
            try:
                entry = place.changer.apply(place.file, EDIT, WHY)
                made += 1
                place.changer.undo(entry)
            except (ConflictError, RefusedError):
                conflicts += 1
            seen.add(place.file.read_bytes())
    finally:
        stop.set()
        writer.join()
    allowed = {*theirs, OLD, *(data.replace(b"true", b"false") for data in (*theirs, OLD))}
    assert seen <= allowed
    assert made + conflicts >= 40


CHILD = """
import sys
from pathlib import Path
from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal
home = Path(sys.argv[1])
changer = FileChanger(Journal(home / "journal"), (home / "tool",), "t")
print("ready", flush=True)
while True:
    entry = changer.apply(home / "tool" / "settings.json", Edit("jsonc", "put", ("telemetry",), False), Purpose("t", "t"))
    changer.undo(entry)
"""


@pytest.mark.slow
def test_killed_at_random_moments_among_many_changes_nothing_is_torn_or_lost(tmp_path: Path) -> None:
    for number in range(60):
        place = Place(tmp_path / str(number))
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / str(number))], cwd=ROOT, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(random.random() * 0.05)  # noqa: S311  no secret
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert place.file.read_bytes() in {OLD, OLD.replace(b"true", b"false")}
        place.changer.recover()
        for entry in reversed(place.journal.entries()):
            assert entry.state in {ChangeState.APPLIED, ChangeState.UNDONE, ChangeState.FAILED}
            if entry.state is ChangeState.APPLIED:
                place.changer.undo(entry)
        assert place.file.read_bytes() == OLD
        assert [path.name for path in place.folder.iterdir()] == ["settings.json"]
        assert place.journal.damaged() == ()


def test_a_journal_that_cannot_be_written_stops_before_the_target(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: object, *_rest: object) -> int:
        raise OSError(28, "No space left on device")

    place.journal.folder.mkdir(parents=True)
    (place.journal.folder / "lock").touch()
    real = os.open
    monkeypatch.setattr("core.toggles.journal.os.open", lambda path, *rest: full(path) if str(path).endswith(".tmp") else real(path, *rest))
    with pytest.raises(JournalError, match="nothing was changed"):
        place.changer.apply(place.file, EDIT, WHY)
    assert place.file.read_bytes() == OLD


def test_keyed_undo_takes_groups_away_that_were_made_for_the_key(place: Place) -> None:
    entry = place.changer.apply(place.file, Edit("jsonc", "put", ("a", "b", "c"), 1), WHY)
    place.file.write_bytes(place.file.read_bytes().replace(b"kept", b"theirs"))
    place.changer.undo(entry)
    assert b'"a"' not in place.file.read_bytes()
    assert b"theirs" in place.file.read_bytes()


def test_keyed_undo_of_a_list_entry_leaves_entries_of_others(place: Place) -> None:
    entry = place.changer.apply(place.file, Edit("jsonc", "append", ("deny",), "ours"), WHY)
    data = place.file.read_bytes()
    place.file.write_bytes(data.replace(b'"ours"', b'"ours", "theirs"'))
    place.changer.undo(entry)
    assert b'"theirs"' in place.file.read_bytes()
    assert b'"ours"' not in place.file.read_bytes()


def test_keyed_undo_of_the_only_list_entry_takes_the_list_away(place: Place) -> None:
    entry = place.changer.apply(place.file, Edit("jsonc", "append", ("deny",), "ours"), WHY)
    place.file.write_bytes(place.file.read_bytes().replace(b"kept", b"theirs"))
    place.changer.undo(entry)
    assert b"deny" not in place.file.read_bytes()


@pytest.mark.parametrize("stop", ["temporary synced", "compared"])
@pytest.mark.parametrize("was_there", [True, False], ids=["existing", "absent"])
def test_what_another_program_writes_at_the_very_last_moment_is_kept(place: Place, stop: str, *, was_there: bool) -> None:
    theirs = OLD.replace(b"kept", b"theirs")
    if not was_there:
        place.file.unlink()

    def write(name: str) -> None:
        if name == stop:
            spare = place.folder / "spare"
            spare.write_bytes(theirs)
            spare.replace(place.file)

    place.changer.step = write
    with pytest.raises(ConflictError, match="same moment"):
        place.changer.apply(place.file, EDIT, WHY)
    assert [path.name for path in place.folder.iterdir()] == ["settings.json"]
    assert place.file.read_bytes() == theirs
    assert [entry.state for entry in place.journal.entries()] == [ChangeState.FAILED]


def test_where_two_files_cannot_swap_names_a_plain_rename_does(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.toggles.filechange.exchange", lambda _one, _other: False)
    entry = place.changer.apply(place.file, EDIT, WHY)
    assert place.file.read_bytes() == OLD.replace(b"true", b"false")
    place.changer.undo(entry)
    assert place.file.read_bytes() == OLD
