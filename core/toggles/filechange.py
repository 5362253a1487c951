"""Change one key of one file so that a crash at any moment leaves the old or the new file, and undo always works.

Order: plan written and synced -> temporary file beside the target (same mode, owner, attributes) written and synced ->
target read again and compared -> rename -> folder synced -> read back -> journal says applied. Undo takes the same road.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.errors import TelltaleError
from core.toggles import edits
from core.toggles.edit_base import MISSING, UneditableError
from core.toggles.exchange import exchange
from core.toggles.journal import Journal, JournalError, new_id, sync_folder
from core.toggles.journal_entry import Entry
from core.toggles.model import ChangeState
from core.toggles.secretlike import holds_secret
from core.toggles.splice import between
from core.toggles.target import RefusedError, check_unmoved, read, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.toggles.edit_base import Found, Key, Value

    Step = Callable[[str], None]

ABSENT: Final = "absent"
MADE_UNNOTED: Final = (
    "The change was made, but Telltale could not note that in its journal; its next start does, and then it can be undone."
)
UNDONE_UNNOTED: Final = "The change was taken back, but Telltale could not note that in its journal; its next start does."
_AT_ONCE: Final = "Another program changed the settings file at the same moment, so nothing was changed; try again."


class ConflictError(TelltaleError):
    """Somebody else changed the same setting; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One keyed edit: the format, `put` or `append` or `drop`, the key path and the value."""

    format: str
    operation: str
    key: Key
    value: Value = None

    def make(self, data: bytes) -> bytes:
        """Return the file's bytes with this edit made."""
        if self.operation == "append":
            return edits.append(self.format, data, self.key, str(self.value))
        if self.operation == "drop":
            return edits.drop(self.format, data, self.key)
        return edits.put(self.format, data, self.key, self.value)


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a change is made: the toggle and the tool it is for, by which kind of change, the id the plan gave it, what to remember."""

    toggle: str
    tool: str
    kind: str = "settings-key"
    id: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)


def no_step(_name: str) -> None:
    """Do nothing between two steps; crash tests put something else here."""


def digest(data: bytes | None) -> str:
    """Return the SHA-256 of a file's bytes, or `absent`."""
    if data is None:
        return ABSENT
    import hashlib  # brings libcrypto along: four megabytes

    return hashlib.sha256(data).hexdigest()


class FileChanger:
    """Makes and takes back keyed edits of files; every call runs under the journal's lock."""

    def __init__(self, journal: Journal, roots: tuple[Path, ...], version: str, step: Step = no_step) -> None:
        """Change files below `roots` only; `step` is called with a name before each step (crash tests)."""
        self.journal = journal
        self.roots = roots
        self.version = version
        self.step = step

    def preview(self, path: Path, edit: Edit) -> tuple[bytes | None, bytes]:
        """Return the file's bytes now (None if absent) and after the edit; nothing is written."""
        old = read(resolve(path, self.roots))
        return old, edit.make(old or b"")

    def apply(self, path: Path, edit: Edit, purpose: Purpose) -> Entry:
        """Make the edit and return its journal entry (state applied); raise without having changed anything."""
        with self.journal.locked():
            real = resolve(path, self.roots)
            old = read(real)
            new = edit.make(old or b"")
            if old == new:
                raise RefusedError("The setting already has this value, so there was nothing to change.")
            entry = self._plan(path, real, (old, new), edit, purpose)
            self.step("planned")
            try:
                self._write(entry, real, old, new)
            except (TelltaleError, OSError) as error:
                self._abandon(entry, real, error)
                raise _told(error) from error
            done = replace(entry, state=ChangeState.APPLIED)
            try:
                self.journal.save(done)
            except JournalError:
                self._put_back(entry, real, old, new)
                raise
            self.step("applied")
            return done

    def undo(self, entry: Entry) -> Entry:
        """Take a change back to the value before it; raise `ConflictError` if somebody else changed the same setting."""
        with self.journal.locked():
            real = Path(entry.real_path)
            check_unmoved(real)
            now = read(real)
            new = self._undone(entry, now)
            temporary = _temporary(real)
            going = replace(entry, undoing=True, temporary=temporary.name, note="")
            self.journal.save(going)
            self.step("undo planned")
            try:
                if new is None:
                    real.unlink(missing_ok=True)
                    sync_folder(real.parent)
                elif new != now:
                    self._write(going, real, now, new)
            except (TelltaleError, OSError) as error:
                _tidy(temporary)
                self.journal.save(entry)
                raise _told(error) from error
            self.step("undo written")
            self._remove_folders(entry)
            done = replace(entry, state=ChangeState.UNDONE, undoing=False, temporary="", undone_at=time.time())
            self.journal.note(done, UNDONE_UNNOTED)
            self.step("undone")
            return done

    def recover(self) -> tuple[Entry, ...]:
        """Finish what a crash left open: decide by hashes, remove left-over temporary files; return the entries it settled."""
        with self.journal.locked():
            settled = (self._settle_if_possible(entry) for entry in self.journal.entries() if self._is_open(entry))
            return tuple(entry for entry in settled if entry is not None)

    def _is_open(self, entry: Entry) -> bool:
        left_over = entry.state is ChangeState.FAILED and bool(entry.temporary)
        return bool(entry.real_path) and (entry.state is ChangeState.PLANNED or entry.undoing or left_over)

    def _settle_if_possible(self, entry: Entry) -> Entry | None:
        """Settle an entry; one whose file cannot be reached now stays open until the next start."""
        try:
            return self._settle(entry)
        except (TelltaleError, OSError):
            return None

    def _settle(self, entry: Entry) -> Entry:
        real = Path(entry.real_path)
        check_unmoved(real)
        if entry.temporary:
            (real.parent / entry.temporary).unlink(missing_ok=True)
        if entry.state is ChangeState.FAILED:
            self.journal.save(replace(entry, temporary=""))
            return replace(entry, temporary="")
        now = digest(read(real))
        if entry.undoing:
            is_undone = now == entry.hash_before
            state: ChangeState = ChangeState.UNDONE if is_undone else entry.state
            settled = replace(entry, state=state, undoing=False, temporary="", undone_at=time.time() if is_undone else 0.0)
        else:
            is_made = now == entry.hash_after
            state = ChangeState.APPLIED if is_made else ChangeState.FAILED
            settled = replace(entry, state=state, temporary="", note="" if is_made else "Interrupted before the file was touched.")
        if settled.state in {ChangeState.UNDONE, ChangeState.FAILED}:
            self._remove_folders(entry)
        self.journal.save(settled)
        return settled

    def _plan(self, path: Path, real: Path, contents: tuple[bytes | None, bytes], edit: Edit, purpose: Purpose) -> Entry:
        old, new = contents
        was = edits.get(edit.format, old or b"", edit.key)
        record: dict[str, Found] = {"format": edit.format, "operation": edit.operation, "key": [*edit.key], "value": edit.value}
        record |= purpose.remembered
        record["there"] = _depth(edit, old or b"")
        if was is not MISSING and edit.operation != "append":
            if holds_secret(edit.key, was):
                raise RefusedError(
                    "The present value looks like a key or password; Telltale stores none, so it could not put it back. "
                    "Nothing was changed; change this setting by hand."
                )
            record["was"] = was
        missing = [str(folder) for folder in real.parents if not folder.exists()]
        return self.journal.add(
            Entry(
                id=purpose.id or new_id(),
                number=0,
                toggle=purpose.toggle,
                tool=purpose.tool,
                kind=purpose.kind,
                state=ChangeState.PLANNED,
                path=str(path),
                real_path=str(real),
                existed=old is not None,
                created_folders=tuple(missing),
                splice=between(old or b"", new),
                hash_before=digest(old),
                hash_after=digest(new),
                temporary=_temporary(real).name,
                edit=record,
                version=self.version,
            )
        )

    def _write(self, entry: Entry, real: Path, old: bytes | None, new: bytes) -> None:
        temporary = real.parent / entry.temporary
        for folder in reversed([*map(Path, entry.created_folders)]):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.step("folders made")
        check_unmoved(real)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            self.step("temporary written")
            if old is not None:
                _copy_facts(real, file.fileno())
            file.flush()
            os.fsync(file.fileno())
        self.step("temporary synced")
        check_unmoved(real)
        if digest(read(real)) != digest(old):
            raise ConflictError(_AT_ONCE)
        self.step("compared")
        _put_in_place(temporary, real, old)
        self.step("renamed")
        temporary.unlink(missing_ok=True)
        sync_folder(real.parent)
        if digest(read(real)) != digest(new):
            raise ConflictError(
                "Another program changed the settings file right after Telltale did; look at the file before you try again."
            )

    def _put_back(self, entry: Entry, real: Path, old: bytes | None, new: bytes) -> None:
        """Bring the old file back where the journal cannot say that there is a new one; raise if that fails, too."""
        try:
            if old is not None:
                self._write(entry, real, new, old)
            elif read(real) == new:
                real.unlink()
                sync_folder(real.parent)
        except (TelltaleError, OSError) as error:
            _tidy(real.parent / entry.temporary)
            raise JournalError(MADE_UNNOTED) from error
        self._remove_folders(entry)

    def _undone(self, entry: Entry, now: bytes | None) -> bytes | None:
        """Return the bytes the file should have (None: no file); by exact splice, else by key, else a conflict."""
        state = digest(now)
        if state == entry.hash_before:
            return now
        if entry.splice is None:
            raise JournalError("The journal entry is incomplete, so nothing was undone; the file was left as it is.")
        if state == entry.hash_after and now is not None:
            if not entry.existed:
                return None
            with contextlib.suppress(ValueError):  # an entry that was written to by others: then by key
                return entry.splice.inverse().apply(now)
        if now is None:
            raise ConflictError("The settings file is gone, so there is nothing to undo; Telltale did not bring it back.")
        return self._undone_by_key(entry, now)

    def _undone_by_key(self, entry: Entry, now: bytes) -> bytes | None:
        edit = entry.edit
        key = tuple(edit["key"])
        was = edit.get("was", MISSING)
        try:
            found = edits.get(edit["format"], now, key)
            if edit["operation"] == "append":
                left = edits.without_item(edit["format"], now, key, str(edit["value"]))
                return _tidied(left, edit) if edits.get(edit["format"], left, key) == [] else left
            if found == was:
                return now
            ours = MISSING if edit["operation"] == "drop" else edit["value"]
            if found != ours:
                raise ConflictError(
                    "Somebody else changed this setting since, so nothing was undone; compare before, ours and now, then decide."
                )
            return _tidied(now, edit) if was is MISSING else edits.put(edit["format"], now, key, was)
        except UneditableError as error:
            raise ConflictError(
                "The settings file can no longer be read, so nothing was undone; mend it or take the setting back by hand."
            ) from error

    def _abandon(self, entry: Entry, real: Path, error: Exception) -> None:
        temporary = real.parent / entry.temporary
        _tidy(temporary)
        self._remove_folders(entry)
        is_made = digest(_quiet_read(real)) == entry.hash_after
        state = ChangeState.APPLIED if is_made else ChangeState.FAILED
        left = entry.temporary if os.path.lexists(temporary) else ""
        with contextlib.suppress(JournalError):  # the next start settles it, and what went wrong first is told
            self.journal.save(replace(entry, state=state, temporary=left, note=str(_told(error))))

    def _remove_folders(self, entry: Entry) -> None:
        """Remove the folders this change had made, as long as they are empty."""
        for folder in entry.created_folders:
            try:
                Path(folder).rmdir()
            except FileNotFoundError:
                continue  # an earlier start came so far
            except OSError:
                return


def _put_in_place(temporary: Path, real: Path, old: bytes | None) -> None:
    """Rename the new file over the old one; if somebody wrote at the last moment, put back what they wrote."""
    if old is None:
        try:
            os.link(temporary, real)  # unlike a rename, this never replaces a file that just came into being
        except FileExistsError as error:
            raise ConflictError(_AT_ONCE) from error
        except OSError:
            temporary.replace(real)
    elif not exchange(temporary, real):
        temporary.replace(real)
    elif digest(_quiet_read(temporary)) != digest(old):
        exchange(temporary, real)
        raise ConflictError(_AT_ONCE)


def _depth(edit: Edit, data: bytes) -> int:
    """Return how many names of the key stood in the file before the edit."""
    names = range(len(edit.key), 0, -1)
    return next((depth for depth in names if edits.get(edit.format, data, edit.key[:depth]) is not MISSING), 0)


def _tidied(data: bytes, edit: dict[str, Any]) -> bytes:
    """Return the bytes without the key and without the groups made for it, as far as they are empty."""
    key = tuple(edit["key"])
    there = edit.get("there", len(key) - 1)
    if there < len(key):
        data = edits.drop(edit["format"], data, key)
    for depth in range(len(key) - 1, there, -1):
        if edits.get(edit["format"], data, key[:depth]) == {}:
            data = edits.drop(edit["format"], data, key[:depth])
    return data


def _temporary(real: Path) -> Path:
    return real.with_name(f".{real.name}.{new_id()}.telltale")


def _tidy(temporary: Path) -> None:
    """Remove a temporary file; where that fails, the journal knows its name and the next start tries again."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _quiet_read(path: Path) -> bytes | None:
    try:
        return read(path)
    except RefusedError:
        return None


def _told(error: Exception) -> TelltaleError:
    if isinstance(error, TelltaleError):
        return error
    reason = error.strerror if isinstance(error, OSError) else type(error).__name__
    return RefusedError(f"The settings file could not be written ({reason}), so it was left as it was.")


def _copy_facts(source: Path, handle: int) -> None:
    """Give the new file the mode, owner and extended attributes of the old one."""
    facts = source.stat()
    if os.name != "posix":
        return
    os.fchmod(handle, stat.S_IMODE(facts.st_mode))
    if (facts.st_uid, facts.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(handle, facts.st_uid, facts.st_gid)
    if hasattr(os, "listxattr"):
        for name in os.listxattr(source):
            os.setxattr(handle, name, os.getxattr(source, name))
