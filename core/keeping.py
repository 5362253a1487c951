"""For how long Telltale keeps what it remembered: one choice of the person for history and captures, read by whoever tidies.

What was changed (the journal) is not part of it: without it nothing could be undone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from core import paths

if TYPE_CHECKING:
    from pathlib import Path

USUAL_DAYS: Final = 90
CHOICES: Final = (1, 7, 30, 90, 365)
FEWEST: Final = CHOICES[0]
MOST: Final = CHOICES[-1]
_NAME: Final = "keeping.json"


def keeping_file() -> Path:
    """Return where the choice is."""
    return paths.config_dir() / _NAME


def kept_days(file: Path | None = None) -> int:
    """Return for how many days history and captures are kept; as usual where nothing usable was chosen.

    While the choice cannot be read, nothing goes that any choice would keep.
    """
    place = file or keeping_file()
    text = paths.read_private(place)
    if not text and paths.is_unreadable(place):
        return MOST
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return USUAL_DAYS
    days = found.get("days") if isinstance(found, dict) else None
    return days if type(days) is int and FEWEST <= days <= MOST else USUAL_DAYS


def keep_for(days: int, file: Path | None = None) -> bool:
    """Choose for how many days history and captures are kept, from the next tidying on; say whether the choice could be kept."""
    if not FEWEST <= days <= MOST:
        raise ValueError(f"kept for {FEWEST} to {MOST} days, not {days}")
    return paths.write_private(file or keeping_file(), json.dumps({"days": days}).encode() + b"\n")
