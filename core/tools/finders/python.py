"""pip, pipx and uv: the named distributions by their own metadata, in every environment a person's tools usually live in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.model import System
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_MOST_ROOTS: Final = 300
_METADATA_LIMIT: Final = 512 << 10
_UNIX: Final = (
    (Channel.PIPX, "{data}/pipx/venvs/*/lib/python*/site-packages"),
    (Channel.PIPX, "~/.local/pipx/venvs/*/lib/python*/site-packages"),
    (Channel.UV, "{data}/uv/tools/*/lib/python*/site-packages"),
    (Channel.PIP, "~/.local/lib/python*/site-packages"),
    (Channel.PIP, "/usr/lib/python3/dist-packages"),
    (Channel.PIP, "/usr/lib/python3*/site-packages"),
    (Channel.PIP, "/usr/local/lib/python3*/dist-packages"),
    (Channel.PIP, "/usr/local/lib/python3*/site-packages"),
    (Channel.PIP, "~/.pyenv/versions/*/lib/python3*/site-packages"),
    (Channel.PIP, "~/miniconda3/lib/python3*/site-packages"),
    (Channel.PIP, "~/miniconda3/envs/*/lib/python3*/site-packages"),
    (Channel.PIP, "~/anaconda3/lib/python3*/site-packages"),
    (Channel.PIP, "~/anaconda3/envs/*/lib/python3*/site-packages"),
    (Channel.PIP, "~/miniforge3/lib/python3*/site-packages"),
    (Channel.PIP, "~/miniforge3/envs/*/lib/python3*/site-packages"),
)
_MACOS: Final = (
    (Channel.PIPX, "~/Library/Application Support/pipx/venvs/*/lib/python*/site-packages"),
    (Channel.PIP, "~/Library/Python/*/lib/python/site-packages"),
    (Channel.PIP, "/opt/homebrew/lib/python3*/site-packages"),
    (Channel.PIP, "/Library/Frameworks/Python.framework/Versions/*/lib/python3*/site-packages"),
)
_WINDOWS: Final = (
    (Channel.PIPX, "%USERPROFILE%\\pipx\\venvs\\*\\Lib\\site-packages"),
    (Channel.PIPX, "%LOCALAPPDATA%\\pipx\\pipx\\venvs\\*\\Lib\\site-packages"),
    (Channel.UV, "%APPDATA%\\uv\\tools\\*\\Lib\\site-packages"),
    (Channel.PIP, "%APPDATA%\\Python\\Python*\\site-packages"),
    (Channel.PIP, "%LOCALAPPDATA%\\Programs\\Python\\Python*\\Lib\\site-packages"),
    (Channel.PIP, "%ProgramFiles%\\Python*\\Lib\\site-packages"),
)
_SPELLING: Final = re.compile(r"[-_.]+")


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named distributions; the name in METADATA must be the one wanted (PEP 503 spelling)."""
    wanted: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in rule.wants("names"):
            wanted.setdefault(spelling(name), []).append(rule)
    for channel, root in roots(search):
        for entry in search.names(root):
            if entry.endswith(".dist-info"):
                name = spelling(entry[:-10].rpartition("-")[0])
                if name in wanted:
                    yield from _distribution(search, wanted[name], channel, root, entry)


def spelling(name: str) -> str:
    """Return a distribution's name in the one spelling used for comparing."""
    return _SPELLING.sub("-", name).lower()


def roots(search: Search) -> tuple[tuple[Channel, str], ...]:
    """Return the folders of installed distributions, each once."""
    found: dict[str, tuple[Channel, str]] = {}
    for channel, template in _templates(search):
        for root in search.glob(template):
            found.setdefault(search.real(root), (channel, root))
    return tuple(found.values())[:_MOST_ROOTS]


def _templates(search: Search) -> Iterator[tuple[Channel, str]]:
    is_windows = search.system is System.WINDOWS
    inside = "Lib/site-packages" if is_windows else "lib/python*/site-packages"
    for variable, channel, middle in (("PIPX_HOME", Channel.PIPX, "venvs/*/"), ("UV_TOOL_DIR", Channel.UV, "*/")):
        folder = search.env_folder(variable)
        if folder:
            yield channel, f"{folder}/{middle}{inside}"
    yield from _WINDOWS if is_windows else _UNIX
    if search.system is System.MACOS:
        yield from _MACOS
    for folder in (search.env_folder("VIRTUAL_ENV"), *_beside_path(search)):
        if folder:
            yield Channel.PIP, f"{folder}/{inside}"


def _beside_path(search: Search) -> Iterator[str]:
    for folder in search.path_folders():
        above, name = search.path.split(folder.rstrip("/\\"))
        if name.lower() in {"bin", "scripts"}:
            yield above


def _distribution(search: Search, rules: Sequence[Rule], channel: Channel, root: str, entry: str) -> Iterator[Found]:
    metadata = search.join(root, entry, "METADATA")
    fields = _headers(search.text(metadata, rules[0].tool, "python-package", _METADATA_LIMIT))
    for rule in rules:
        if not fields.get("name"):
            search.note(f"{search.called(metadata)} states no name, so it was not counted.", rule.tool, "python-package")
        elif spelling(fields["name"]) in {spelling(name) for name in rule.wants("names")}:
            programs = _programs(search, root, entry)
            path = _place(search, channel, root)
            covers = (search.join(root, entry), *programs, *_environment(search, channel, root))
            yield search.found(rule, channel, path, fields.get("version"), dated_by=metadata, covers=covers, executables=programs)


def _headers(text: str) -> dict[str, str]:
    """Return the header fields of a METADATA file, names in lower case; the first of equal names wins."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and name.isascii():
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _environment(search: Search, channel: Channel, root: str) -> tuple[str, ...]:
    """Return the environment's folder where it belongs to this one tool alone, as with pipx and uv."""
    return (_place(search, channel, root),) if channel in {Channel.PIPX, Channel.UV} else ()


def _place(search: Search, channel: Channel, root: str) -> str:
    """Return the environment of a distribution for pipx and uv, else the folder it was put in."""
    if channel not in {Channel.PIPX, Channel.UV}:
        return root
    levels = 2 if search.system is System.WINDOWS else 3
    for _ in range(levels):
        root = search.path.dirname(root)
    return root


def _programs(search: Search, root: str, entry: str) -> tuple[str, ...]:
    """Return the scripts that RECORD lists outside the folder of packages."""
    programs = []
    for line in search.text(search.join(root, entry, "RECORD"), limit=16 << 20).splitlines():
        name = line.partition(",")[0]
        if name.startswith("../") and ("/bin/" in name or "/Scripts/" in name):
            programs.append(search.path.normpath(search.join(root, name)))
    return tuple(path for path in programs[:20] if search.is_there(path))
