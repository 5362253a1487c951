"""macOS: what of a sandboxed start `sandbox-exec` can do there. It denies reading; it cannot show a program other values.

Everything is allowed but what a rule denies, so a start through it can never do more than a plain one. Written from
documentation and from rules other programs use; it has never been run on a real macOS, and its vendor calls it deprecated.
A program that brings a sandbox of its own cannot start it inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.paths import state_dir, write_private
from core.toggles import looked
from core.toggles.launch import LaunchError
from core.toggles.program import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.host.base import Host

PROGRAM: Final = "/usr/bin/sandbox-exec"
# part -> what a denial means there
PARTS: Final[Mapping[str, str]] = {
    "home": "reading keys, logins, histories, mail and browser profiles in the home folder is denied",
    "dotenv": "reading .env files of the project is denied",
    "history": "reading the project's .git folder is denied",
    "devices": "asking for the computer's serial number and hardware id is denied",
    "display": "asking for the clipboard is denied",
}
CAVEAT: Final = (
    "On macOS things are denied, not replaced; this was written from documentation and never run on a real macOS, its vendor calls "
    "sandbox-exec deprecated, and a tool with a sandbox of its own cannot start it inside."
)
_NOT_HERE: Final = "macOS has no sandbox that shows a program other values; only its environment can be changed."
_NOT_INSTALLED: Final = "The program sandbox-exec is not on this Mac, so a tool's start can only get another environment."
# in the home folder; keychains stay readable, because tools keep their own logins there
_SECRETS: Final = (
    *(".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".config/gcloud", ".config/gh", ".config/git/credentials", ".password-store"),
    *(".netrc", ".npmrc", ".pypirc", ".git-credentials", ".zsh_history", ".bash_history", ".python_history", ".zsh_sessions"),
    *("Library/Mail", "Library/Messages", "Library/Safari", "Library/Cookies", "Library/Calendars"),
    *("Library/Application Support/AddressBook", "Library/Application Support/Google/Chrome", "Library/Application Support/Firefox"),
    *("Library/Application Support/BraveSoftware", "Library/Application Support/Microsoft Edge", "Library/Application Support/Arc"),
)
_DEVICES: Final = '(deny iokit-get-properties (iokit-property "IOPlatformSerialNumber") (iokit-property "IOPlatformUUID"))'
_CLIPBOARD: Final = '(deny mach-lookup (global-name "com.apple.pasteboard.1"))'


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one start, without links: home, project, and what of the home belongs to the tool."""

    home: str
    project: str
    own: tuple[str, ...] = ()


def why_not(host: Host, parts: Iterable[str]) -> str | None:
    """Return why none of these parts can be denied on this Mac, or None if at least one can."""
    if not PARTS.keys() & set(parts):
        return _NOT_HERE
    try:
        host.which("sandbox-exec")
    except HostError:
        return _NOT_INSTALLED
    return None


def notes(parts: Iterable[str]) -> tuple[str, ...]:
    """Return what has to be said of a start that denies these parts."""
    left = sorted(set(parts) - PARTS.keys())
    return (CAVEAT, *([f"Not possible on macOS and left out: {', '.join(left)}."] if left else []))


def render(parts: Iterable[str], places: Places) -> str:
    """Return the rules for these parts: all is allowed but what they deny, and the tool keeps its own places."""
    wanted = set(parts)
    rules: list[str] = []
    if "home" in wanted:
        denied = [f"{places.home}/{name}" for name in _SECRETS]
        rules += [f"(deny file-read* {_below(place)})" for place in denied]
        rules += [f"(allow file-read* {_below(own)})" for own in places.own if any(below(own, place) for place in denied)]
    if "dotenv" in wanted:
        rules += _dotenv(places.project)
    if "history" in wanted:
        rules.append(f"(deny file-read* {_below(f'{places.project}/.git')})")
    rules += [_DEVICES] if "devices" in wanted else []
    rules += [_CLIPBOARD] if "display" in wanted else []
    return "\n".join(("(version 1)", "(allow default)", *rules)) + "\n"


def _dotenv(project: str) -> Iterator[str]:
    """Deny the files a sandbox on Linux covers; templates stay readable, since the last rule that fits is the one that counts."""
    folder = re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", project)
    for verb, name in (("deny", r"(rc)?$"), ("deny", r"\.[^/]*$"), ("allow", r"\.([^/]*\.)?(example|sample|template)$")):
        pattern = rf"^{folder}/(.*/)?\.env{name}"
        yield f"({verb} file-read* (regex {_text(pattern)}))"


def _below(path: str) -> str:
    return f"(subpath {_text(path)})"


def _text(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise LaunchError("A path holds a control character, which rules for sandbox-exec cannot name, so nothing was started.")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def command_line(tool: str, parts: Iterable[str], places: Places, argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command line that starts a tool under its rules, which stand in a private file and not in the command line."""
    file = state_dir() / "launch-rules" / f"{tool or 'other'}.sb"
    real = Places(looked.real(places.home), looked.real(places.project), tuple(looked.real(place) for place in places.own))
    if not write_private(file, render(parts, real).encode()):
        raise LaunchError("The rules for sandbox-exec could not be written, so nothing was started.")
    return (PROGRAM, "-f", str(file), *argv)
