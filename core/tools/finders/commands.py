"""Programs on PATH and in the places of vendors' own installers; a name alone never counts, a marker has to prove it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from core.model import System
from core.tools.finders.search import looks_like_version
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_ENDINGS: Final = ("", ".exe", ".cmd", ".ps1", ".bat")
_SHIM_LIMIT: Final = 32 << 10
_SHIM_TARGET: Final = re.compile(
    r"(?:\$basedir|%~dp0|%dp0%)[\\/]?([^\"'\s%$]{1,600})|[\"'\s](/[^\"'\s$]{3,600}|[A-Za-z]:\\[^\"'%$]{3,600})"
)
_APP_VERSION: Final = re.compile(r"^app-(\d+(?:\.\d+){1,3}.*)$")


def path_command(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named commands on PATH whose resolved file carries a marker of the tool."""
    for rule in rules:
        for name in rule.wants("names"):
            for path in on_path(search, name):
                for real in targets(search, path):
                    if any(_proves(search, rule, real, marker) for marker in rule.wants("markers")):
                        yield search.found(
                            rule,
                            Channel.UNKNOWN,
                            path,
                            _version_beside(search, real),
                            dated_by=real,
                            covers=(real, path),
                            executables=(real,),
                        )
                        break


def native_install(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield what lies at the exact places vendors' installers use; a version number in the path is the version."""
    for rule in rules:
        for template in rule.wants("paths"):
            for path in search.glob(template):
                real = search.real(path)
                programs = (real,) if search.is_program(path) else ()
                yield search.found(rule, Channel.NATIVE, path, _version_beside(search, real), dated_by=real, executables=programs)


def on_path(search: Search, name: str) -> tuple[str, ...]:
    """Return every program of this name on PATH, the one that would start first."""
    endings = _ENDINGS if search.system is System.WINDOWS and "." not in name else ("",)
    known: tuple[str, ...] | None = search.memory.get(f"command:{name}")
    if known is None:
        paths = (search.join(folder, name + ending) for folder in search.path_folders() for ending in endings)
        known = search.memory[f"command:{name}"] = tuple(path for path in paths if search.is_program(path))
    return known


def targets(search: Search, path: str) -> tuple[str, ...]:
    """Return what a command leads to: its links followed, and the files a small starter script names."""
    real = search.real(path)
    known: tuple[str, ...] | None = search.memory.get(f"target:{real}")
    if known is None:
        known = search.memory[f"target:{real}"] = (real, *_named_in(search, path, real), *_volta(search, path, real))
    return known


def _named_in(search: Search, path: str, real: str) -> tuple[str, ...]:
    facts = search.facts(real)
    if facts is None or facts.kind != "file" or facts.size > _SHIM_LIMIT:
        return ()
    text = search.text(real, limit=_SHIM_LIMIT)
    if not text.startswith("#!") and not real.lower().endswith((".cmd", ".bat", ".ps1")):
        return ()
    folder = search.path.dirname(path)
    named = []
    for beside, absolute in _SHIM_TARGET.findall(text)[:40]:
        target = search.path.normpath(search.join(folder, beside.lstrip("\\/"))) if beside else absolute
        if search.is_there(target):
            named.append(search.real(target))
    return tuple(dict.fromkeys(named))


def _volta(search: Search, path: str, real: str) -> tuple[str, ...]:
    """Return the package Volta's starter leads to: every one of its commands is the same program."""
    if not search.path.basename(real).startswith("volta-shim"):
        return ()
    name, home = search.path.basename(path), search.path.dirname(search.path.dirname(path))
    content = search.json(search.join(home, "tools/user/bins", f"{name}.json"))
    package = content.get("package") if isinstance(content, dict) else None
    if not isinstance(package, str) or ".." in package:
        return ()
    inside = "node_modules" if search.system is System.WINDOWS else "lib/node_modules"
    return (search.real(search.join(home, "tools/image/packages", package, inside, package)),)


def _proves(search: Search, rule: Rule, real: str, marker: str) -> bool:
    """Whether a marker holds: a place (`~/.x/*`), a text of a script (`text:...`), part of its path or a file beside it."""
    if marker.startswith("text:"):
        return marker[5:] in search.text(real, rule.tool, "path-command", 64 << 10) if _is_small(search, real) else False
    flat = real.replace("\\", "/")
    if marker.startswith(("~", "/", "{", "%")):
        place = search.expand(marker).replace("\\", "/")
        return bool(place) and (fnmatchcase(flat, place) or search.is_within(real, search.real(place)))
    if fnmatchcase(flat, f"*/{marker}") or fnmatchcase(flat, f"*/{marker}/*"):
        return True
    return search.is_there(search.path.normpath(search.join(search.path.dirname(real), marker)))


def _is_small(search: Search, path: str) -> bool:
    facts = search.facts(path)
    return facts is not None and facts.size <= 64 << 10


def _version_beside(search: Search, real: str) -> str:
    """Return the version a path itself states, else that of the `package.json` beside the program."""
    steps = real.replace("\\", "/").split("/")[-4:]
    for step in reversed(steps):
        if looks_like_version(step):
            return step
        match = _APP_VERSION.match(step)
        if match:
            return match[1]
    folder = search.path.dirname(real)
    for place in (folder, search.path.dirname(folder)):
        manifest = search.join(place, "package.json")
        content = search.json(manifest) if search.is_there(manifest) else None
        version = content.get("version") if isinstance(content, dict) else None
        if isinstance(version, str):
            return version
    return ""
