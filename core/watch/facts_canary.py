"""Canary mode: values that exist nowhere else, given to a tool instead of the real ones, so that "sent" needs no real value."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # no vowels: no word of any list


@dataclass(frozen=True, slots=True)
class Canary:
    """Unique values for one run of a tool; every one carries `mark`, so that a hit can be nothing else."""

    mark: str
    values: tuple[tuple[str, str, MaskKind], ...]

    def value(self, signal: str) -> str:
        """Return the value of a signal."""
        return next(text for name, text, _ in self.values if name == signal)

    def readings(self) -> tuple[Reading, ...]:
        """Return the values as readings to search for."""
        at = datetime.now(UTC)
        return tuple(
            Reading(name, Ok((Sensitive(text, kind),)), (), Agreement.SINGLE, "", at, "canary values") for name, text, kind in self.values
        )


def make_canary() -> Canary:
    """Make a new set of values from the system's randomness."""
    mark = "".join(secrets.choice(_LETTERS) for _ in range(10))
    user = f"u{mark}"
    return Canary(
        mark,
        (
            ("user-name", user, MaskKind.FULL),
            ("full-name", f"Quill {mark.title()}", MaskKind.FULL),
            ("hostname", f"h{mark}", MaskKind.HOST),
            ("git-identity", f"g{mark}@{mark}.invalid", MaskKind.EMAIL),
            ("home-path", f"/home/{user}", MaskKind.PATH),
            ("work-dir", f"/home/{user}/w{mark}", MaskKind.PATH),
            ("git-remotes", f"https://{mark}.invalid/o{mark}/r{mark}.git", MaskKind.URL),
            ("machine-id", secrets.token_hex(16), MaskKind.ID),
            ("proxy-env", f"http://p{mark}.invalid:3128", MaskKind.URL),
        ),
    )
