"""Making and taking back a change of a file: crashes at every step, other writers, refusals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.toggles.filechange import ConflictError, Edit, FileChanger, Purpose
from core.toggles.journal import BusyError, Journal
from core.toggles.model import ChangeState
from core.toggles.target import RefusedError

OLD = b'{\n  // mine\n  "telemetry": true,\n  "key": "kept"\n}\n'
EDIT = Edit("jsonc", "put", ("telemetry",), False)
WHY = Purpose("test", "tool")
STEPS = ("planned", "folders made", "temporary written", "temporary synced", "compared", "renamed", "applied")
UNDO_STEPS = ("undo planned", "folders made", "temporary written", "temporary synced", "compared", "renamed", "undo written", "undone")
CHILD = """
import os, sys
from pathlib import Path
from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal
home, stop, action = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def step(name):
    if name == stop:
        os.kill(os.getpid(), 9)
changer = FileChanger(Journal(home / "journal"), (home / "tool",), "t", step)
if action == "apply":
    changer.apply(home / "tool" / "sub" / "settings.json", Edit("jsonc", "put", ("telemetry",), False), Purpose("test", "tool"))
else:
    changer.undo(changer.journal.entries()[-1])
"""


class Place:
    """A home with a journal and a tool folder."""

    def __init__(self, home: Path, old: bytes | None) -> None:
        self.home = home
        (home / "tool").mkdir(parents=True)
        self.file = home / "tool" / "sub" / "settings.json"
        if old is not None:
            self.file.parent.mkdir()
            self.file.write_bytes(old)
            self.file.chmod(0o640)
        self.changer = FileChanger(Journal(home / "journal"), (home / "tool",), "t")

    def tree(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.home / "tool")): path.read_bytes() if path.is_file() else b""
            for path in (self.home / "tool").rglob("*")
        }

    def child(self, stop: str, action: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", CHILD, str(self.home), stop, action], check=False, cwd=Path(__file__).parents[3]
        ).returncode


@pytest.mark.parametrize("old", [OLD, None], ids=["existing", "absent"])
@pytest.mark.parametrize("stop", STEPS)
def test_killed_while_applying_the_file_is_old_or_new_and_undo_works(tmp_path: Path, stop: str, old: bytes | None) -> None:
    place = Place(tmp_path / "h", old)
    before = place.tree()
    assert place.child(stop, "apply") == -signal.SIGKILL
    now = place.file.read_bytes() if place.file.exists() else None
    assert now == old or (now is not None and b"false" in now)
    (entry,) = place.changer.recover() or place.changer.journal.entries()
    if entry.state is ChangeState.APPLIED:
        place.changer.undo(entry)
    assert place.tree() == before
    assert place.changer.recover() == ()


@pytest.mark.parametrize("old", [OLD, None], ids=["existing", "absent"])
@pytest.mark.parametrize("stop", UNDO_STEPS)
def test_killed_while_undoing_the_file_is_old_or_new_and_undo_works(tmp_path: Path, stop: str, old: bytes | None) -> None:
    place = Place(tmp_path / "h", old)
    before = place.tree()
    place.changer.apply(place.file, EDIT, WHY)
    code = place.child(stop, "undo")
    assert code == -signal.SIGKILL or (old is None and stop in STEPS)
    place.changer.recover()
    (entry,) = place.changer.journal.entries()
    if entry.state is not ChangeState.UNDONE:
        entry = place.changer.undo(entry)
    assert entry.state is ChangeState.UNDONE
    assert place.tree() == before


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_torn(tmp_path: Path) -> None:
    for number in range(20):
        place = Place(tmp_path / str(number), OLD)
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(place.home), "", "apply"], cwd=Path(__file__).parents[3])
        time.sleep(0.03 + number * 0.006)
        child.kill()
        child.wait()
        place.changer.recover()
        for entry in place.changer.journal.entries():
            if entry.state is ChangeState.APPLIED:
                place.changer.undo(entry)
        assert place.tree() == {"sub": b"", "sub/settings.json": OLD}


def test_undo_gives_the_same_bytes_and_mode(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    entry = place.changer.apply(place.file, EDIT, WHY)
    assert place.file.read_bytes() == OLD.replace(b"true", b"false")
    assert place.file.stat().st_mode & 0o777 == 0o640
    place.changer.undo(entry)
    assert place.file.read_bytes() == OLD
    assert place.file.stat().st_mode & 0o777 == 0o640


def test_undo_after_others_changed_other_keys_takes_back_only_ours(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    entry = place.changer.apply(place.file, EDIT, WHY)
    place.file.write_bytes(place.file.read_bytes().replace(b"kept", b"theirs"))
    place.changer.undo(entry)
    assert place.file.read_bytes() == OLD.replace(b"kept", b"theirs")


def test_undo_is_a_conflict_when_others_changed_our_key(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    entry = place.changer.apply(place.file, EDIT, WHY)
    theirs = OLD.replace(b"true", b'"x"')
    place.file.write_bytes(theirs)
    with pytest.raises(ConflictError):
        place.changer.undo(entry)
    assert place.file.read_bytes() == theirs


def test_undo_does_not_bring_back_a_file_somebody_removed(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    entry = place.changer.apply(place.file, EDIT, WHY)
    place.file.unlink()
    with pytest.raises(ConflictError, match="gone"):
        place.changer.undo(entry)
    assert not place.file.exists()


def test_links_are_followed_once_and_stay_links(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    link = place.home / "tool" / "link.json"
    link.symlink_to(place.file)
    entry = place.changer.apply(link, EDIT, WHY)
    assert link.is_symlink()
    place.changer.undo(entry)
    assert place.file.read_bytes() == OLD


def test_a_link_out_of_the_known_places_is_refused(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    outside = tmp_path / "outside.json"
    outside.write_bytes(OLD)
    link = place.home / "tool" / "link.json"
    link.symlink_to(outside)
    with pytest.raises(RefusedError):
        place.changer.apply(link, EDIT, WHY)
    assert outside.read_bytes() == OLD


def test_fifos_and_link_loops_are_refused_without_waiting(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", None)
    os.mkfifo(place.home / "tool" / "fifo.json")
    loop = place.home / "tool" / "loop.json"
    loop.symlink_to(loop)
    for name in ("fifo.json", "loop.json"):
        with pytest.raises(RefusedError):
            place.changer.apply(place.home / "tool" / name, EDIT, WHY)


def test_another_writer_in_between_wins_and_nothing_of_ours_is_left(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    theirs = OLD.replace(b"kept", b"theirs")

    def write(name: str) -> None:
        if name == "temporary synced":
            place.file.write_bytes(theirs)

    place.changer.step = write
    with pytest.raises(ConflictError):
        place.changer.apply(place.file, EDIT, WHY)
    assert place.tree() == {"sub": b"", "sub/settings.json": theirs}
    assert place.changer.journal.entries()[0].state is ChangeState.FAILED


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)

    def full(name: str) -> None:
        if name == "temporary written":
            raise OSError(28, "No space left on device")

    place.changer.step = full
    with pytest.raises(RefusedError, match="No space left"):
        place.changer.apply(place.file, EDIT, WHY)
    assert place.tree() == {"sub": b"", "sub/settings.json": OLD}


def test_a_second_telltale_waits_and_then_says_so(tmp_path: Path) -> None:
    first, second = Journal(tmp_path / "j"), Journal(tmp_path / "j")
    with first.locked(), pytest.raises(BusyError), second.locked(wait_s=0.1):
        pass
    with second.locked(wait_s=0.1):
        assert True


def test_journal_files_are_private_and_a_damaged_one_is_named_not_deleted(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD)
    place.changer.apply(place.file, EDIT, WHY)
    (path,) = place.changer.journal.folder.glob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("{")
    assert place.changer.journal.entries() == ()
    assert place.changer.journal.damaged() == (path.name,)


def test_the_journal_never_holds_the_rest_of_the_file(tmp_path: Path) -> None:
    place = Place(tmp_path / "h", OLD.replace(b"kept", b"canary-secret"))
    place.changer.apply(place.file, EDIT, WHY)
    (path,) = place.changer.journal.folder.glob("*.json")
    assert b"canary" not in path.read_bytes()


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(), max_size=4), st.text("abc", min_size=1, max_size=3))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_any_file_comes_back_to_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, int], key: str) -> None:
    place = Place(tmp_path_factory.mktemp("any") / "h", repr(tree).replace("'", '"').encode())
    before = place.tree()
    place.changer.undo(place.changer.apply(place.file, Edit("json", "put", (key,), "ours"), WHY))
    assert place.tree() == before
