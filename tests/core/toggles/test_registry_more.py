"""Every kind of change against a bad world: killed, refused or overwritten at every single operation, and a clock that jumps."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import TelltaleError
from core.toggles import journal as journals
from core.toggles.apply import ACTIVE, undo_entry
from core.toggles.model import ChangeState
from core.toggles.registry import kind
from tests.fakes.change_cases import BY_FILE, CASES, planned
from tests.fakes.faults import BROKEN, DONE, SAID, in_child, killed, refused
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.toggles.model import Change

MOST = 200
REFUSALS = {
    "disk full": (OSError(errno.ENOSPC, "No space left on device"), True),
    "read-only": (OSError(errno.EROFS, "Read-only file system"), True),
    "permission lost": (PermissionError(errno.EACCES, "Permission denied"), True),
    "one failing operation": (OSError(errno.EIO, "Input/output error"), False),
}
# one of each way of changing, and what lasts beside what passes; the others are slow only because there are many
QUICK = {(case, fault) for case in ("toml", "menu entry", "gsettings") for fault in ("disk full", "one failing operation")}
TRIES = [
    pytest.param(case, fault, id=f"{case}-{fault}", marks=[] if (case, fault) in QUICK else [pytest.mark.slow])
    for case in CASES
    for fault in REFUSALS
]


class Homes:
    """A fresh home for every try."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.monkeypatch, self.count = root, monkeypatch, 0

    def __iter__(self) -> Iterator[tuple[int, ToggleHome]]:
        for number in range(MOST):
            self.count = number
            yield number, ToggleHome(self.root / str(number), self.monkeypatch)
        pytest.fail("there is no end of operations")


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Homes:
    return Homes(tmp_path, monkeypatch)


def settle(home: ToggleHome) -> None:
    """Start anew and take back whatever is in effect; afterwards nothing is open and nothing of ours is left."""
    service = home.new_service()
    service.recover()
    for entry in service.journal.entries():
        assert entry.state is not ChangeState.PLANNED
        assert not entry.undoing
        if entry.state in ACTIVE:
            assert undo_entry(entry, service.journal).state is ChangeState.UNDONE
    assert service.journal.damaged() == ()


def made(home: ToggleHome, case: str) -> tuple[Change, Callable[[], object]]:
    """Return a planned change and the work that makes it."""
    change = planned(home, case)
    return change, lambda: kind(change.kind).apply(change, home.service.journal)


def undoing(home: ToggleHome, case: str) -> Callable[[], object]:
    """Make the change and return the work that takes it back."""
    change, work = made(home, case)
    work()
    return lambda: kind(change.kind).undo(change, home.service.journal)


@pytest.mark.parametrize("case", CASES)
def test_killed_before_every_operation_of_a_change_nothing_is_torn_and_undo_works(homes: Homes, case: str) -> None:
    for number, home in homes:
        before = home.tree()
        was_killed = killed(made(home, case)[1], number)
        settle(home)
        assert home.tree() == before, number
        if not was_killed:
            break
    assert homes.count >= 4


@pytest.mark.parametrize("case", CASES)
def test_killed_before_every_operation_of_an_undo_the_next_start_finishes_it(homes: Homes, case: str) -> None:
    for number, home in homes:
        before = home.tree()
        was_killed = killed(undoing(home, case), number)
        settle(home)
        assert home.tree() == before, number
        if not was_killed:
            break
    assert homes.count >= 4


@pytest.mark.parametrize(("case", "fault"), TRIES)
def test_where_the_system_refuses_any_operation_of_a_change_a_sentence_is_said_and_nothing_is_lost(
    homes: Homes, case: str, fault: str
) -> None:
    error, lasts = REFUSALS[fault]
    for number, home in homes:
        before = home.tree()
        status = refused(made(home, case)[1], number, error, TelltaleError, lasts=lasts)
        assert status in {None, SAID, DONE}, number
        settle(home)
        home.new_service().uninstall()  # also takes empty folders away that could not be removed at the time
        assert home.tree() == before, number
        if status is None:
            break


@pytest.mark.parametrize(("case", "fault"), TRIES)
def test_where_the_system_refuses_any_operation_of_an_undo_it_can_be_undone_later(homes: Homes, case: str, fault: str) -> None:
    error, lasts = REFUSALS[fault]
    for number, home in homes:
        before = home.tree()
        status = refused(undoing(home, case), number, error, TelltaleError, lasts=lasts)
        assert status in {None, SAID, DONE}, number
        settle(home)
        home.new_service().uninstall()  # also takes empty folders away that could not be removed at the time
        assert home.tree() == before, number
        if status is None:
            break


@pytest.mark.parametrize("case", BY_FILE)
def test_what_another_program_writes_before_any_operation_is_never_lost(homes: Homes, case: str) -> None:
    """The other program replaces the file by a rename of its own, as settings are written."""
    for number, home in homes:
        change, work = made(home, case)
        target = Path(change.target).resolve()
        theirs = (target.read_bytes() if target.exists() else b"") + b"\n"
        written = home.stubs / "written"

        def write(count: int, number: int = number, target: Path = target, theirs: bytes = theirs, written: Path = written) -> None:
            if count == number:
                target.parent.mkdir(parents=True, exist_ok=True)
                spare = written.with_name("spare")
                spare.write_bytes(theirs)
                spare.replace(target)
                written.touch()

        assert in_child(work, write, TelltaleError) in {DONE, SAID}
        if not written.exists():
            break
        service = home.new_service()
        service.recover()
        for entry in service.journal.entries():
            if entry.state in ACTIVE:
                undo_entry(entry, service.journal)
        assert target.read_bytes() == theirs, number
        assert not [path for path in target.parent.iterdir() if path.name.endswith(".telltale")]
    assert homes.count >= 4


@pytest.mark.parametrize("days", [-4000, 4000])
@pytest.mark.parametrize("case", CASES)
def test_a_clock_that_jumps_between_change_and_undo_changes_nothing(
    at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch, case: str, days: int
) -> None:
    before, real = at_home.tree(), time.time
    change, work = made(at_home, case)
    work()
    monkeypatch.setattr(journals.time, "time", lambda: real() + days * 86_400)
    later = at_home.new_service()
    assert kind(change.kind).verify(change) is True
    assert [taken.state for taken in later.undo_today()] == [ChangeState.UNDONE]
    assert at_home.tree() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give folders away")
@pytest.mark.parametrize("case", BY_FILE)
def test_a_folder_that_became_closed_or_another_users_leaves_the_old_file(at_home: ToggleHome, case: str) -> None:
    change, work = made(at_home, case)
    target = Path(change.target)
    if not target.exists():
        pytest.skip("there is no file that could become another user's")
    os.chown(target, 12345, -1)
    before = at_home.tree()
    with pytest.raises(TelltaleError, match="another user"):
        work()
    assert at_home.tree() == before


def test_the_harness_sees_a_broken_program() -> None:
    def fail() -> None:
        raise ValueError

    assert in_child(fail, lambda _count: None, TelltaleError) == BROKEN
    assert in_child(lambda: os.kill(os.getpid(), signal.SIGKILL), lambda _count: None) == -signal.SIGKILL
