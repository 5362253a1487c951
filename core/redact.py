"""Masking in the data layer: a value is wrapped at the probe and stays masked until somebody may unmask it.

Masks have a fixed width, so a mask never tells the length of what it hides. `str()`, `repr()`, `format()`, logging,
JSON and pickling of a `Sensitive` give the mask or refuse; only `raw()` (for comparing inside core) and
`Sensitive.reveal()` (for a person, through a `RevealGate`) give the value. A house-rule test lists who may call `raw`.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final, NoReturn, final
from urllib.parse import urlsplit

from core.errors import RevealRefusedError

DOT: Final = "\u2022"
MASK: Final = DOT * 6
_SHORT: Final = DOT * 3
_GENERIC_HOST_LABELS: Final = frozenset({"proxy", "www", "localhost", "gateway", "cache", "mirror", "registry", "api"})
_GENERIC_SUFFIXES: Final = ("-laptop", "-desktop", "-pc", "-macbook", "-workstation", "-vm", ".local", ".lan")
_SYSTEM_FOLDERS: Final = frozenset(
    (
        "home root etc usr var opt tmp run srv mnt media proc sys dev lib lib64 bin sbin local share src "
        "Users Library Applications Windows ProgramData AppData Roaming Local Desktop Documents Downloads Projects projects "
        "work code C: D: .config .local .ssh .aws .cache .git .kube .docker .claude .codex .gemini"
    ).split()
)


class MaskKind(StrEnum):
    """How a value is masked; `OPEN` values say little about a person and are shown as they are."""

    OPEN = "open"
    FULL = "full"
    ZONE = "zone"
    URL = "url"
    EMAIL = "email"
    HOST = "host"
    PATH = "path"
    ID = "id"
    MAC = "mac"
    IP = "ip"


def visible(text: str) -> str:
    """Return text with control, format, surrogate and private-use characters escaped, so that nothing in it can act."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(ch) if unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else ch for ch in text)


def _escape(ch: str) -> str:
    return f"\\u{{{ord(ch):x}}}"


def _mask_zone(raw: str) -> str:
    area, slash, _ = raw.partition("/")
    return f"{area}/{MASK}" if slash and area.isalpha() else ("UTC" if raw in {"UTC", "Etc/UTC"} else MASK)


def _mask_host(raw: str) -> str:
    if raw in {"localhost", "127.0.0.1", "::1"}:
        return raw
    for suffix in _GENERIC_SUFFIXES:
        if raw.lower().endswith(suffix) and len(raw) > len(suffix):
            return MASK + suffix
    return MASK


def _mask_url(raw: str) -> str:
    try:
        parts = urlsplit(raw if "//" in raw else f"//{raw}")
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname or ""
    except ValueError:
        return MASK
    if not host:
        return MASK
    scheme = f"{parts.scheme}://" if parts.scheme.isalnum() and len(parts.scheme) <= 8 else ""
    user = f"{_SHORT}@" if "@" in parts.netloc else ""
    if host in {"localhost", "127.0.0.1", "::1"}:
        shown = f"[{host}]" if ":" in host else host
    else:
        label, dot, _ = host.partition(".")
        shown = f"{label}.{MASK}" if dot and label in _GENERIC_HOST_LABELS else MASK
    return f"{scheme}{user}{shown}{port}"


def _mask_email(raw: str) -> str:
    _, at, domain = raw.rpartition("@")
    ending = domain.rpartition(".")[2].rstrip(">")
    tail = f".{ending}" if at and ending.isalpha() and len(ending) <= 4 and "." in domain else ""
    return f"{_SHORT}@{DOT * 5}{tail}" if at else MASK


def _mask_path(raw: str) -> str:
    pieces = re.split(r"([/\\])", raw)
    out: list[str] = []
    for piece in pieces:
        if piece in {"", "/", "\\", "~", ".", ".."} or piece in _SYSTEM_FOLDERS:
            out.append(piece)
        else:
            out.append(MASK)
    return "".join(out)


def _mask_id(raw: str) -> str:
    tail = raw[-4:] if len(raw) >= 16 and raw[-4:].isascii() and raw[-4:].isalnum() else ""
    return DOT * 12 + tail


def _mask_mac(raw: str) -> str:
    parts = re.split(r"[:-]", raw)
    dots = DOT * 2
    if len(parts) != 6:
        return MASK
    return ":".join([*parts[:3], dots, dots, dots])


def _mask_ip(raw: str) -> str:
    if raw in {"127.0.0.1", "::1", "0.0.0.0"}:  # noqa: S104  compared, not bound
        return raw
    for prefix in ("192.168.", "10.", "172.", "169.254.", "fe80:", "fd", "fc"):
        if raw.startswith(prefix):
            return prefix + _SHORT
    return MASK


_MASKS: Final = {
    MaskKind.ZONE: _mask_zone,
    MaskKind.URL: _mask_url,
    MaskKind.EMAIL: _mask_email,
    MaskKind.HOST: _mask_host,
    MaskKind.PATH: _mask_path,
    MaskKind.ID: _mask_id,
    MaskKind.MAC: _mask_mac,
    MaskKind.IP: _mask_ip,
}


class RevealGate:
    """Says whether a person may see raw values now; presentation mode locks it for the whole process."""

    __slots__ = ("_locked",)

    def __init__(self) -> None:
        """Start unlocked: holding the reveal button may show one value."""
        self._locked = False

    @property
    def is_locked(self) -> bool:
        """Whether revealing is refused."""
        return self._locked

    def lock(self) -> None:
        """Refuse every reveal from now on."""
        self._locked = True

    def unlock(self) -> None:
        """Allow revealing again (leaving presentation mode)."""
        self._locked = False


@final
class Sensitive:
    """A text from the machine that shows only its mask; equality and hash are by value and kind."""

    __slots__ = ("_raw", "kind")

    def __init__(self, raw: str, kind: MaskKind = MaskKind.FULL) -> None:
        """Wrap `raw`; `kind` says how its mask looks."""
        self._raw = raw
        self.kind = kind

    @property
    def masked(self) -> str:
        """The mask: fixed width, free of control characters."""
        if self.kind is MaskKind.OPEN or not self._raw:
            return visible(self._raw)
        if self.kind is MaskKind.FULL:
            return MASK
        return visible(_MASKS[self.kind](self._raw))

    def reveal(self, gate: RevealGate) -> str:
        """Return the value for a person's eyes, control characters escaped; raise `RevealRefusedError` if locked."""
        if gate.is_locked:
            raise RevealRefusedError("Presentation mode is on, so values stay masked; leave it to reveal a value.")
        return visible(self._raw)

    def __str__(self) -> str:
        """Return the mask."""
        return self.masked

    def __repr__(self) -> str:
        """Return the mask, marked as one."""
        return f"Sensitive({self.masked!r})"

    def __format__(self, spec: str) -> str:
        """Format the mask."""
        return format(self.masked, spec)

    def __eq__(self, other: object) -> bool:
        """Compare by value and kind."""
        return isinstance(other, Sensitive) and (self._raw, self.kind) == (other._raw, other.kind)

    def __hash__(self) -> int:
        """Hash by value and kind."""
        return hash((self._raw, self.kind))

    def __reduce__(self) -> NoReturn:
        """Refuse pickling and copying to disk."""
        raise TypeError("a sensitive value is never serialised")


def raw(value: Sensitive) -> str:
    """Return the value for comparing and searching inside core; never for display (use `Sensitive.reveal`)."""
    return value._raw  # noqa: SLF001  the one door; a house-rule test lists its callers


def open_text(text: str) -> Sensitive:
    """Wrap a text that says little about a person and is shown as it is."""
    return Sensitive(text, MaskKind.OPEN)


def length_class(count: int) -> str:
    """Name the rough length of a secret without giving it."""
    return "short" if count < 16 else "medium" if count < 48 else "long"


def describe_secret(kind: str, text: str, *, last_four: bool = False) -> Sensitive:
    """Describe a secret by kind and length class (and last four characters where the vendor shows them); drop the rest."""
    tail = f", ends in {text[-4:]}" if last_four and len(text) >= 20 and text[-4:].isalnum() else ""
    return open_text(f"{kind}, {length_class(len(text))}{tail}")
