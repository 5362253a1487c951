"""What is kept on this computer as a whole: counted, brought to the chosen age, or removed; a store that is not there is not made."""

from __future__ import annotations

from dataclasses import dataclass

from core.history import History
from core.keeping import keep_for
from core.watch.captures import Captures


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept: entries of the history, and captures of requests."""

    entries: int = 0
    captures: int = 0


def kept_now() -> Kept:
    """Return how much is kept, after removing what is older than the person wants it kept."""
    history, captures = History(), Captures()
    try:
        if not history.path.is_file():
            return Kept(0, len(captures.sessions()))
        history.tidy()
        return Kept(history.count(), len(captures.sessions()))
    finally:
        history.close()
        captures.close()


def keep_everything_for(days: int) -> Kept | None:
    """Choose for how long things are kept and remove at once what is older; None if the choice could not be written."""
    return kept_now() if keep_for(days) else None


def forget_everything() -> Kept:
    """Remove history and captures, with the key of kept bodies; return what is left (what another program just wrote)."""
    history, captures = History(), Captures()
    try:
        if history.path.is_file():
            history.forget_all()
        if captures.store:
            captures.store.forget()
    finally:
        history.close()
        captures.close()
    return kept_now()
