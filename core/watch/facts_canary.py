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
_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Canary:
    """The values of a machine invented for one run of a tool; each has a mark of its own, so that a hit can be nothing else.

    `folder` is where the home stands: that is known only when the run's folders are made.
    """

    user: str
    full_name: str
    host: str
    machine_id: str
    git_name: str
    git_email: str
    remote: str
    project: str
    folder: str = "/home"

    @property
    def home(self) -> str:
        """The home of the invented person."""
        return f"{self.folder}/{self.user}"

    @property
    def values(self) -> tuple[tuple[str, tuple[tuple[str, MaskKind], ...]], ...]:
        """The values of each signal, with how they would be masked."""
        return (
            ("user-name", ((self.user, MaskKind.FULL),)),
            ("full-name", ((self.full_name, MaskKind.FULL),)),
            ("hostname", ((self.host, MaskKind.HOST),)),
            ("machine-id", ((self.machine_id, MaskKind.ID),)),
            ("home-path", ((self.home, MaskKind.PATH),)),
            ("work-dir", ((f"{self.home}/{self.project}", MaskKind.PATH),)),
            ("git-identity", ((self.git_name, MaskKind.FULL), (self.git_email, MaskKind.EMAIL))),
            ("git-remotes", ((self.remote, MaskKind.URL),)),
        )

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that have an invented value."""
        return tuple(name for name, _ in self.values)

    def value(self, signal: str) -> str:
        """Return the first value of a signal."""
        return dict(self.values)[signal][0][0]

    def readings(self) -> tuple[Reading, ...]:
        """Return the values as readings to search for."""
        at = datetime.now(UTC)
        return tuple(
            Reading(name, Ok(tuple(Sensitive(text, kind) for text, kind in listed)), (), Agreement.SINGLE, "", at, "canary values")
            for name, listed in self.values
        )

    def files(self) -> dict[str, str]:
        """Return the files that hold these values in the home: Git's settings, and a project with a remote."""
        git = f"{self.project}/.git"
        return {
            ".gitconfig": f"[user]\n\tname = {self.git_name}\n\temail = {self.git_email}\n",
            f"{git}/HEAD": "ref: refs/heads/main\n",
            f"{git}/config": f'[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = {self.remote}\n',
            f"{git}/objects/info/packs": "",
            f"{git}/refs/heads/.keep": "",  # Git takes a folder for a repository only where these two folders are
        }

    def environment(self) -> dict[str, str]:
        """Return the variables that hold these values; Git's settings for the whole machine are left out, which may be real."""
        return {"USER": self.user, "LOGNAME": self.user, "GIT_CONFIG_NOSYSTEM": "1"}


def make_canary() -> Canary:
    """Make a new machine from the system's randomness."""
    return Canary(
        user=f"u{_mark()}",
        full_name=f"Quill {_mark().title()}",
        host=f"h{_mark()}",
        machine_id=secrets.token_hex(16),
        git_name=f"Tern {_mark().title()}",
        git_email=f"g{_mark()}@m{_mark()}.invalid",
        remote=f"https://r{_mark()}.invalid/o{_mark()}/p{_mark()}.git",
        project=f"w{_mark()}",
    )


def _mark() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
