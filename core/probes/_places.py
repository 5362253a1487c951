"""Where files lie on each system, and how a probe says that a place is there without saying what is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotAllowedError, NotSupportedError, NotThereError, UnreadableError
from core.model import Agreement, Origin, System
from core.probes._ask import asked, count, stated
from core.probes.result import Absent, Answer, Denied, Failed, Ok, Unsupported, separate_values, source
from core.redact import open_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.host.base import FileFacts, Host
    from core.model import SourceReading
    from core.probes.result import Result

READ_LIMIT: Final = 256 * 1024
LISTING_LIMIT: Final = 10_000
_SHOWN_ABSENT: Final = 8
_MOST_POINTED: Final = 20
# Token -> variable that moves the place, where it is otherwise, how the place is called on screen.
_TOKENS: Final = {
    "{config}": ("XDG_CONFIG_HOME", "~/.config", "~/.config"),
    "{data}": ("XDG_DATA_HOME", "~/.local/share", "~/.local/share"),
    "{cache}": ("XDG_CACHE_HOME", "~/.cache", "~/.cache"),
    "{runtime}": ("XDG_RUNTIME_DIR", "", "$XDG_RUNTIME_DIR"),
    "{roaming}": ("APPDATA", "~/AppData/Roaming", "%APPDATA%"),
    "{local}": ("LOCALAPPDATA", "~/AppData/Local", "%LOCALAPPDATA%"),
}


def place_of(host: Host, template: str) -> str:
    """Return the path behind a template such as `{config}/gcloud` in the host's own notation."""
    head, slash, rest = template.partition("/")
    if head in _TOKENS:
        variable, usual, _ = _TOKENS[head]
        moved = host.env(variable) or ""
        head = moved if _is_absolute(moved) else usual or f"/run/user/{host.account().uid}"
    path = f"{head}{slash}{rest}"
    return path.replace("/", "\\") if host.system is System.WINDOWS else path


def label_of(host: Host, template: str) -> str:
    """Return how a template is called on screen: the usual place, never the person's own folder names."""
    head, slash, rest = template.partition("/")
    label = f"{_TOKENS[head][2] if head in _TOKENS else head}{slash}{rest}"
    return label.replace("/", "\\") if host.system is System.WINDOWS else label


def _seen_from_here(host: Host, path: str) -> str:
    """Return an absolute path for what a variable holds; a relative one counts from the working folder."""
    if _is_absolute(path):
        return path
    divider = "\\" if host.system is System.WINDOWS else "/"
    return f"{host.cwd}{divider}{path}"


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "~", "\\\\")) or path[1:2] == ":"


def size_words(size: int) -> str:
    """Return a rough size, so that the length of a secret is not told."""
    if size < 1024:
        return "under 1 kB"
    return f"{size // 1024} kB" if size < 1 << 20 else f"{size >> 20} MB"


def access_words(host: Host, facts: FileFacts) -> str:
    """Return who may read a file by its mode; empty where modes mean nothing or were not seen."""
    if host.system is System.WINDOWS or not facts.mode & 0o777:
        return ""
    if facts.mode & 0o004:
        return "mode lets every user read it"
    return "mode lets your group read it" if facts.mode & 0o040 else "mode lets only your account read it"


def day_words(modified: float) -> str:
    """Return the day of a change as an ISO date; empty where it is unknown or no date."""
    if modified <= 0:
        return ""
    try:
        return f"last changed {datetime.fromtimestamp(modified, UTC).date().isoformat()}"
    except (ValueError, OverflowError, OSError):
        return ""


def file_result(
    host: Host, path: str, look: Callable[[str], str | Result] | None = None, *, with_day: bool = False, limit: int = READ_LIMIT
) -> Result:
    """Describe a file by kind, rough size and mode; `look` turns its text into words without content, or a result."""
    facts = host.facts(path)
    problem = _not_a_file(host, path, facts)
    if problem is not None:
        return problem
    words = [size_words(facts.size)] if facts.kind == "file" else ["reached through a link"]
    words += [access_words(host, facts)] if facts.kind == "file" else []
    words += [day_words(facts.modified)] if with_day else []
    if look is not None:
        seen = _looked_into(host, path, facts, look, limit)
        if not isinstance(seen, str):
            return seen
        words.append(seen)
    return stated("file, " + ", ".join(word for word in words if word))


def _not_a_file(host: Host, path: str, facts: FileFacts) -> Result | None:
    match facts.kind:
        case "file":
            return Absent("The file is there and empty.") if facts.size == 0 else None
        case "link":
            return None if host.exists(path) else Absent("A link is there that leads nowhere.")
        case "folder":
            return Failed("A folder is there where a file was expected, so nothing was read.")
        case "device" if path.lower() in {"/dev/null", "nul"}:
            return Absent("It points to an empty device on purpose.")
        case _:
            return Failed("Something else than a regular file is there, so nothing was read.")


def _looked_into(host: Host, path: str, facts: FileFacts, look: Callable[[str], str | Result], limit: int) -> str | Result:
    if facts.size > limit:
        return "too large to look into"
    try:
        text = host.read_text(path, limit)
    except UnreadableError:
        if facts.kind == "file":
            raise
        return "not looked into"
    return look(text) if text else Absent("The file is there and empty.")


def folder_result(host: Host, path: str, noun: str, wanted: Callable[[str], bool] | None = None, plural: str = "") -> Result:
    """Count the entries of a folder that are wanted; the names are not kept."""
    names = host.entries(path, LISTING_LIMIT)
    number = len(names) if wanted is None else sum(1 for name in names if wanted(name))
    if not number:
        return Absent("The folder is there and holds none.")
    more = "at least " if len(names) >= LISTING_LIMIT else ""
    return stated(more + count(number, noun, plural))


def socket_result(host: Host, path: str, words: str) -> Result:
    """Say `words` if a socket can be seen at a path."""
    kind = host.facts(path).kind
    if kind == "socket" or (kind == "link" and host.exists(path)):
        return stated(words)
    raise NotThereError("No socket is there.")


def presence_result(host: Host, path: str, words: str = "present") -> Result:
    """Say `words` if anything can be seen at a path; nothing is opened."""
    if host.facts(path).kind == "link" and not host.exists(path):
        return Absent("A link is there that leads nowhere.")
    return stated(words)


def from_places(host: Host, templates: Sequence[str], question: Callable[[Host, str], Result]) -> list[SourceReading]:
    """Ask the same question of several places of the person's account, each a source of its own."""
    return [asked(label_of(host, item), Origin.USER, partial(_ask_place, host, item, question)) for item in templates]


def _ask_place(host: Host, template: str, question: Callable[[Host, str], Result]) -> Result:
    return named(label_of(host, template), lambda: question(host, place_of(host, template)))


def named(label: str, question: Callable[[], Result]) -> Result:
    """Ask and let refusals call the place by its label, since its real path may hold the person's own names."""
    try:
        return question()
    except HostError as error:
        return _refusal(label, error)


def _refusal(label: str, error: HostError) -> Result:
    match error:
        case NotThereError():
            return Absent(f"{label} is not there.")
        case NotAllowedError():
            return Denied(f"{label} may not be read by this user.")
        case NotSupportedError():
            return Unsupported(str(error))
        case _:
            return Failed(f"{label} is there but could not be read.")


def in_listings(host: Host, named: Sequence[tuple[str, str]], words: str) -> list[SourceReading]:
    """Say `words` of each (name, template) that its folder lists: one look per folder is far cheaper than one per place."""
    listings: dict[str, frozenset[str] | Result | None] = {}
    sources = []
    for name, template in named:
        folder, _, entry = template.rpartition("/")
        if folder not in listings:
            listings[folder] = _listing(host, folder)
        listed = listings[folder]
        if listed is None:
            sources.append(asked(name, Origin.USER, partial(_ask_place, host, template, partial(presence_result, words=words))))
        else:
            sources.append(source(name, Origin.USER, _in_listing(listed, entry, words)))
    return sources


def _listing(host: Host, folder: str) -> frozenset[str] | Result | None:
    """Return the names in a folder, why there are none, or None where listing is no good way (macOS guards it, too many names)."""
    if folder.startswith("~/Library"):
        return None
    try:
        names = host.entries(place_of(host, folder), LISTING_LIMIT)
    except HostError as error:
        return _refusal(label_of(host, folder), error)
    return None if len(names) >= LISTING_LIMIT else frozenset(names)


def _in_listing(listed: frozenset[str] | Result, entry: str, words: str) -> Result:
    if not isinstance(listed, frozenset):
        return listed
    return stated(words) if entry in listed else Absent("It is not there.")


def from_variable(host: Host, name: str, question: Callable[[Host, str], Result], *, separator: str = "") -> list[SourceReading]:
    """Ask a question of the places a variable points to; nothing where it is not set. Errors name the variable, not the place."""
    value = host.env(name)
    if not value:
        return []
    paths = [item for item in value.split(separator) if item][:_MOST_POINTED] if separator else [value]
    return [asked(name, Origin.ENVIRONMENT, partial(_ask_pointed, host, path, question)) for path in paths]


def _ask_pointed(host: Host, path: str, question: Callable[[Host, str], Result]) -> Result:
    return named("The place it points to", lambda: question(host, _seen_from_here(host, path)))


def gather(sources: Iterable[SourceReading], noun: str, plural: str = "", *, empty: str = "") -> Answer:
    """Join places into one answer: its values are the names of the places that hold something, details stay with the sources."""
    listed = tuple(sources)
    found = tuple(item for item in listed if isinstance(item.result, Ok))
    shown = _without_clutter(listed)
    if not found:
        joined = separate_values(listed)
        reason = Absent(empty) if empty and isinstance(joined.result, Absent) else joined.result
        return Answer(reason, shown, Agreement.NONE)
    values = tuple(dict.fromkeys(open_text(item.name) for item in found))
    agreement = Agreement.SINGLE if len(found) == 1 else Agreement.SEPARATE
    return Answer(Ok(values, count(len(found), noun, plural)), shown, agreement)


def _without_clutter(listed: tuple[SourceReading, ...]) -> tuple[SourceReading, ...]:
    """Fold many empty places into one line."""
    absent = [item for item in listed if isinstance(item.result, Absent)]
    if len(absent) <= _SHOWN_ABSENT:
        return listed
    kept = tuple(item for item in listed if not isinstance(item.result, Absent))
    return (*kept, source(f"{len(absent)} other places", absent[0].origin, Absent("Each was looked at and holds nothing.")))
