"""The write-ahead record that makes every change undoable, also after a crash.

One JSON file per entry (0600) in the journal folder (0700). An entry is written and synced before its target is touched,
and again at each step. It holds the splice that was made and hashes, never the whole file, because settings files hold
secrets. A lock makes a second Telltale wait or say so. Order comes from a counter, not from the clock.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.paths import ensure_private
from core.toggles.journal_entry import entry_of, home_now, rerooted, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.toggles.journal_entry import Entry

_MADE: Final = "made-folders"
_UNFINISHED: Final = "unfinished"


class JournalError(TelltaleError):
    """The journal could not be read or written, so nothing was changed."""


class BusyError(TelltaleError):
    """Another Telltale is changing something right now; nothing was changed by this one."""


def new_id() -> str:
    """Return a short random id a person can type."""
    return os.urandom(4).hex()


def sync_folder(folder: Path) -> None:
    """Make a rename or removal in `folder` durable (where the system can)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Journal:
    """The folder of entries; use `locked()` around everything that changes a target."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made on the first write."""
        self.folder = folder
        self._held = False
        self._known: dict[str, tuple[tuple[int, int, int], Entry]] = {}

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, oldest first; unreadable ones are left out here and named by `damaged`."""
        found = [entry for entry in map(self._read, self._files()) if entry is not None]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def damaged(self) -> tuple[str, ...]:
        """Return the names of journal files that cannot be read (kept, never deleted)."""
        return tuple(path.name for path in self._files() if self._read(path) is None)

    def entry(self, entry_id: str) -> Entry:
        """Return one entry; raise `JournalError` if there is none."""
        for name in self._names():
            if name.endswith(f"-{entry_id}.json") and (entry := self._read(self.folder / name)) is not None:
                return entry
        raise JournalError(f"There is no change {entry_id!r} in the journal, so nothing was undone; `telltale changes` lists them.")

    def add(self, entry: Entry) -> Entry:
        """Write a new entry with the next number and return it; it is durable when this returns."""
        last = max(map(_number, self._names()), default=0)
        numbered = replace(entry, number=last + 1, made_at=time.time(), boot=boot_mark(), tick=time.monotonic(), home=home_now())
        self.save(numbered)
        return numbered

    def save(self, entry: Entry) -> None:
        """Write an entry's new state durably (temporary file, sync, rename, sync)."""
        try:
            self._prepare()
            path = self._path(entry)
            temporary = path.with_suffix(".tmp")
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(to_json(entry))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            raise _unwritable(error) from error

    def note(self, entry: Entry, otherwise: str) -> None:
        """Write down what is already so; where that fails the next start settles it, and `otherwise` tells how things stand."""
        try:
            self.save(entry)
        except JournalError as error:
            raise JournalError(otherwise) from error

    def begin(self, ids: Iterable[str]) -> None:
        """Write down that these changes belong together until `finish`; after a crash in between they are taken back together."""
        try:
            self._prepare()
            handle = os.open(self.folder / _UNFINISHED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(" ".join(ids))
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.folder)
        except OSError as error:
            raise _unwritable(error) from error

    def finish(self) -> None:
        """Write down that what was begun is done, or taken back."""
        try:
            (self.folder / _UNFINISHED).unlink(missing_ok=True)
            if self.folder.is_dir():
                sync_folder(self.folder)
        except OSError as error:
            raise JournalError(
                f"Telltale could not close its journal ({error.strerror}); what was begun together is taken back at its next start."
            ) from error

    def unfinished(self) -> frozenset[str]:
        """Return the changes of a beginning without an end."""
        try:
            return frozenset((self.folder / _UNFINISHED).read_text(encoding="ascii").split())
        except (OSError, UnicodeDecodeError):
            return frozenset()

    def forget(self, entry: Entry) -> None:
        """Remove an entry that was never made or is undone (uninstall)."""
        self._path(entry).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the journal and its folder (uninstall, after everything was taken back), and the folders made for it if they are empty."""
        made = self._made_folders()
        for path in [
            *self.folder.glob("*.json"),
            *self.folder.glob("*.tmp"),
            self.folder / "lock",
            self.folder / _MADE,
            self.folder / _UNFINISHED,
        ]:
            path.unlink(missing_ok=True)
        for folder in (self.folder, *made):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _prepare(self) -> None:
        """Make the folder, and note which folders above it were not there before."""
        if self.folder.is_dir():
            return
        missing = [str(folder) for folder in self.folder.parents if not folder.exists()]
        ensure_private(self.folder)
        handle = os.open(self.folder / _MADE, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(missing))

    def _made_folders(self) -> tuple[Path, ...]:
        try:
            lines = (self.folder / _MADE).read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            lines = []
        return tuple(Path(line) for line in lines if line)

    @contextlib.contextmanager
    def locked(self, wait_s: float = 5.0) -> Iterator[None]:
        """Hold the journal for one writer; wait up to `wait_s` seconds, then raise `BusyError`. Re-entrant within one Journal."""
        if self._held:
            yield
            return
        try:
            self._prepare()
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unwritable(error) from error
        try:
            _lock(handle, wait_s)
            self._held = True
            yield
        finally:
            self._held = False
            os.close(handle)

    def _path(self, entry: Entry) -> Path:
        return self.folder / f"{entry.number:06d}-{entry.id}.json"

    def _names(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.folder) if name.endswith(".json"))  # noqa: PTH208  asked at every change
        except OSError:
            return []

    def _files(self) -> list[Path]:
        return [self.folder / name for name in self._names()]

    def _read(self, path: Path) -> Entry | None:
        """Return an entry; one whose file did not change since is not read again (writing always makes a new file)."""
        try:
            facts = path.stat()
            mark = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
            known = self._known.get(path.name)
            if known is None or known[0] != mark:
                known = self._known[path.name] = (mark, entry_of(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return rerooted(known[1])


@cache
def boot_mark() -> str:
    """Return a mark of this start of the computer (a digest, since the number itself identifies), empty where unknown."""
    try:
        number = Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:
        return ""
    import hashlib  # brings libcrypto along: four megabytes

    return hashlib.sha256(number).hexdigest()[:8]


def age_s(entry: Entry) -> float:
    """Return how long ago an entry was made; the clock is asked only if the computer was started again since."""
    if entry.boot and entry.boot == boot_mark():
        return max(0.0, time.monotonic() - entry.tick)
    return max(0.0, time.time() - entry.made_at)


def _unwritable(error: OSError) -> JournalError:
    return JournalError(
        f"Telltale could not write its journal ({error.strerror}), so nothing was changed; free some space or check the folder."
    )


def _number(name: str) -> int:
    head = name.partition("-")[0]
    return int(head) if head.isdecimal() else 0


def _lock(handle: int, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            raise BusyError("Another Telltale is making a change right now, so nothing was changed here; try again when it has finished.")
        time.sleep(0.05)


def _try_lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # Windows only

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # absent on other systems
        else:
            import fcntl  # POSIX only

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
