"""One entry of the journal: what it holds, how it is written down, and how it is read with every doubt.

An entry that is not whole, of another form or of a newer Telltale is refused here, so that nobody acts on half of it.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from core.toggles.model import ChangeState
from core.toggles.splice import Splice

FORMAT: Final = 1
_LATEST: Final = 253_402_300_800  # the year 10000, which no calendar here can write
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "tuple[str, ...]": (tuple,),
    "dict[str, Any]": (dict,),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change to one target: enough to finish, prove or take it back.

    `edit` describes the keyed edit (format, operation, key, value, what was there); `splice` is the exact byte change;
    `temporary` is the name of the file that may be left beside the target by a crash; times are Unix seconds. `boot` and
    `tick` (seconds since that start of the computer) tell how long ago a change was made even if the clock was set since.
    `home` is the home folder at the time, as it was called and without links, so that a moved home can be found again.
    """

    id: str
    number: int
    toggle: str
    tool: str
    kind: str
    state: ChangeState
    path: str = ""
    real_path: str = ""
    existed: bool = True
    created_folders: tuple[str, ...] = ()
    splice: Splice | None = None
    hash_before: str = ""
    hash_after: str = ""
    temporary: str = ""
    edit: dict[str, Any] = field(default_factory=dict)
    undoing: bool = False
    made_at: float = 0.0
    boot: str = ""
    tick: float = 0.0
    undone_at: float = 0.0
    version: str = ""
    note: str = ""
    home: tuple[str, ...] = ()


def to_json(entry: Entry) -> bytes:
    """Return an entry as it is written down."""
    data = asdict(entry)
    if entry.splice is not None:
        data["splice"] = {
            "offset": entry.splice.offset,
            "removed": base64.b64encode(entry.splice.removed).decode(),
            "inserted": base64.b64encode(entry.splice.inserted).decode(),
        }
    return json.dumps({"format": FORMAT, **data}, indent=1).encode()


def entry_of(data: bytes) -> Entry:
    """Return the entry in a file of the journal; raise `ValueError`, `KeyError` or `TypeError` where it is not wholly one."""
    raw = json.loads(data)
    if not isinstance(raw, dict) or raw.pop("format", None) != FORMAT:
        raise ValueError("another format")
    splice = raw.pop("splice", None)
    if splice is not None:
        splice = Splice(int(splice["offset"]), *(base64.b64decode(splice[name], validate=True) for name in ("removed", "inserted")))
    raw["state"] = ChangeState(raw["state"])
    for name in ("created_folders", "home"):
        raw[name] = tuple(raw.get(name, ()))
    entry = Entry(splice=splice, **raw)
    if not _is_whole(entry):
        raise ValueError("not an entry")
    return entry


def _is_whole(entry: Entry) -> bool:
    """Return whether every field is of its type, and the edit names what it is about."""
    typed = all(isinstance(getattr(entry, item.name), _TYPES[str(item.type)]) for item in fields(entry) if str(item.type) in _TYPES)
    texts = all(isinstance(item, str) for item in (*entry.created_folders, *entry.home)) if typed else False
    if not texts or not entry.id.isalnum() or not all(0 <= at < _LATEST for at in (entry.made_at, entry.undone_at)):
        return False
    edit = entry.edit
    if "program" in edit:
        return _names(edit.get("name")) and _texts(edit, "program", "type") and {"value", "was"} <= {*edit}
    return not edit or (_names(edit.get("key")) and _texts(edit, "format", "operation"))


def _texts(edit: dict[str, Any], *names: str) -> bool:
    return all(isinstance(edit.get(name), str) for name in names)


def _names(found: object) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(item, str) for item in found)


def home_now() -> tuple[str, ...]:
    """Return the home folder as it is called and without links; nothing where it is not known."""
    try:
        home = str(Path.home())
    except RuntimeError:
        return ()
    return home, os.path.realpath(home)


def rerooted(entry: Entry) -> Entry:
    """Return an entry as it reads after the home folder was moved or renamed; while the old one is there, it is the one meant."""
    now = home_now()
    if len(entry.home) != 2 or len(now) != 2 or entry.home[1] == now[1] or _is_there(entry.home[1]):
        return entry
    named, real = (_Move(before, after) for before, after in zip(entry.home, now, strict=True))
    return replace(
        entry,
        path=named.of(entry.path),
        real_path=real.of(entry.real_path),
        created_folders=tuple(map(real.of, entry.created_folders)),
        home=now,
    )


@dataclass(frozen=True, slots=True)
class _Move:
    before: str
    after: str

    def of(self, path: str) -> str:
        return self.after + path[len(self.before) :] if path.startswith(self.before + os.sep) else path


def _is_there(folder: str) -> bool:
    return Path(folder).is_dir() and os.path.realpath(folder) == folder
