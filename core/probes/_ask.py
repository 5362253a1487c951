"""Small questions shared by the probes: one variable, one file, one registry value, one command, each as its own source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError
from core.model import Origin
from core.probes.registry import attempt
from core.probes.result import Absent, Answer, Failed, Ok, one, separate_values, source
from core.redact import MaskKind, Sensitive, open_text, raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

SMALL: Final = 1 << 16
LARGE: Final = 4 << 20
LONGEST_VALUE: Final = 400
MOST_VALUES: Final = 200
EMPTY: Final = Absent("It is there but holds nothing.")
NOTHING_FOUND: Final = Absent("It holds nothing of this kind.")
NOT_SET: Final = Absent("The variable is not set.")


def held(text: str, kind: MaskKind) -> Result:
    """Return the text as a value, or say that the place is empty; overlong values are cut."""
    text = text.strip("\0 \t\r\n\v\f")
    return one(Sensitive(text[:LONGEST_VALUE], kind)) if text else EMPTY


def found(values: Iterable[Sensitive], summary: str = "") -> Result:
    """Return the distinct values as an Ok, bounded, or say that there are none."""
    distinct = tuple(dict.fromkeys(_bounded(value) for value in values))[:MOST_VALUES]
    return Ok(distinct, summary) if distinct else NOTHING_FOUND


def _bounded(value: Sensitive) -> Sensitive:
    return value if len(raw(value)) <= LONGEST_VALUE else Sensitive(raw(value)[:LONGEST_VALUE], value.kind)


def wrap(texts: Iterable[str], kind: MaskKind) -> tuple[Sensitive, ...]:
    """Wrap every text that is not empty; overlong texts are cut."""
    return tuple(Sensitive(text[:LONGEST_VALUE], kind) for text in texts if text)


def stated(fact: str) -> Ok:
    """Return a fact in Telltale's own words as a value that everybody may see."""
    return one(open_text(fact))


def asked(name: str, origin: Origin, ask: Callable[[], Result]) -> SourceReading:
    """Ask one source; a host's refusal becomes this source's result only."""
    return source(name, origin, attempt(ask))


def env_source(host: Host, name: str, kind: MaskKind) -> SourceReading:
    """Read one environment variable."""

    def ask() -> Result:
        value = host.env(name)
        return NOT_SET if value is None else held(value, kind)

    return asked(name, Origin.ENVIRONMENT, ask)


def env_sources(host: Host, names: Iterable[str], kind: MaskKind) -> list[SourceReading]:
    """Read several environment variables, each as its own source."""
    return [env_source(host, name, kind) for name in names]


def first_line(text: str) -> str:
    """Return the first line that is neither empty nor a comment."""
    for line in text.splitlines():
        stripped = line.strip("\0 \t\r")
        if stripped and not stripped.startswith("#"):
            return stripped
    return ""


def file_source(  # noqa: PLR0913  each argument is one property of the source
    host: Host,
    path: str,
    kind: MaskKind,
    *,
    origin: Origin = Origin.SYSTEM,
    name: str = "",
    pick: Callable[[str], str] = first_line,
    limit: int = SMALL,
) -> SourceReading:
    """Read one value from one text file; `pick` takes it out of the text and gives an empty text where there is none."""
    return asked(name or path, origin, lambda: held(pick(host.read_text(path, limit)), kind))


def list_source(  # noqa: PLR0913  each argument is one property of the source
    host: Host, path: str, kind: MaskKind, pick: Callable[[str], Iterable[str]], *, origin: Origin = Origin.USER, limit: int = LARGE
) -> SourceReading:
    """Read several values from one text file."""
    return asked(path, origin, lambda: found(wrap(pick(host.read_text(path, limit)), kind)))


def presence(host: Host, path: str, fact: str, origin: Origin = Origin.SYSTEM) -> SourceReading:
    """State a fact if a path exists; what it holds is not read."""
    return asked(path, origin, lambda: stated(fact) if host.exists(path) else Absent("It does not exist."))


def registry_text(host: Host, key: str, name: str) -> str:
    """Return one registry value as text; bytes are shown as hexadecimal."""
    value = host.registry(key, name)
    return value.hex() if isinstance(value, bytes) else str(value)


def registry_source(host: Host, key: str, name: str, kind: MaskKind, origin: Origin = Origin.SYSTEM) -> SourceReading:
    """Read one registry value; the source is named by key and value name."""
    return asked(f"{key}\\{name}", origin, lambda: held(registry_text(host, key, name), kind))


def subkeys(host: Host, key: str, most: int = 64) -> tuple[str, ...]:
    """Return the full names of a registry key's subkeys, none where the key is missing or refused."""
    try:
        return tuple(f"{key}\\{name}" for name in host.registry_keys(key)[:most])
    except HostError:
        return ()


def command_text(host: Host, argv: Sequence[str]) -> str:
    """Return what a read-only command printed; an unsuccessful end counts as nothing there."""
    output = host.run(argv)
    if output.code != 0:
        raise NotThereError("The command gave no answer.")
    return output.out[:LARGE]


def command_source(  # noqa: PLR0913  each argument is one property of the source
    host: Host, name: str, argv: Sequence[str], kind: MaskKind, *, origin: Origin = Origin.SYSTEM, pick: Callable[[str], str] = first_line
) -> SourceReading:
    """Read one value from a command's output."""
    return asked(name, origin, lambda: held(pick(command_text(host, argv)), kind))


def names_in(host: Host, folder: str, most: int = 256) -> tuple[str, ...]:
    """Return the names in a folder, none where it is missing or refused."""
    try:
        return host.entries(folder, most)
    except HostError:
        return ()


def quiet_text(host: Host, path: str, limit: int = SMALL) -> str:
    """Return a file's stripped text, or an empty text where it cannot be read (for lists with one file per member)."""
    try:
        return host.read_text(path, limit).strip("\0 \t\r\n")
    except HostError:
        return ""


def with_extra(answer: Answer, *extra: SourceReading) -> Answer:
    """Add sources that tell something else than the compared value, and use them if nothing else is known."""
    result = answer.result
    if not isinstance(result, Ok):
        result = next((item.result for item in extra if isinstance(item.result, Ok)), result)
    return Answer(result, (*answer.sources, *extra), answer.agreement, answer.verdict)


def joined(empty: str, sources: Iterable[SourceReading]) -> Answer:
    """Join sources that each add values; `empty` is what the whole answer says where every place is empty."""
    answer = separate_values(sources)
    return Answer(Absent(empty), answer.sources) if isinstance(answer.result, Absent) else answer


def summarised(answer: Answer, summary: str) -> Answer:
    """Give an answer's list of values a summary for the table."""
    if not isinstance(answer.result, Ok) or not summary:
        return answer
    return Answer(Ok(answer.result.values, summary), answer.sources, answer.agreement, answer.verdict)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun (`1 address`, `2 addresses`)."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def not_understood(what: str) -> Failed:
    """Say that a place holds something else than expected."""
    return Failed(f"{what} is not in the expected form, so nothing was taken from it.")
