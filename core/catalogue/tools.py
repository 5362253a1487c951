"""What a tool file holds, and how its checked content becomes a `core.tools.model.Tool`; `load_tools` reads them all."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core import paths
from core.catalogue.cache import CompiledCache
from core.catalogue.problem import CatalogueProblem
from core.catalogue.resources import list_files
from core.model import Grade, System
from core.tools.model import Basis, Claim, Finder, OptOut, Place, Report, Tool, ToolKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue.problem import Report as Problems

_RULES = ("kind", "systems", "basis")


def load_tools(root: Path | None = None, *, cache_folder: Path | None = None) -> tuple[Mapping[str, Tool], tuple[CatalogueProblem, ...]]:
    """Load the tools of Telltale's own catalogue (cached) or of another folder, by id; a bad file is named and left out."""
    from core.catalogue.loader import read_files  # the loader offers these tools in its turn

    if root is None:
        root = paths.resource_root() / "catalogue"
        cache_folder = cache_folder or paths.cache_dir()
    files = list_files(root / "tools")
    cache = CompiledCache(cache_folder, "tools", files) if cache_folder else None
    if cache and (tools := cache.load(_tools_by_id)) is not None:
        return tools, ()
    contents, problems = read_files(files, check_tool)
    problems = (*problems, *_twice(contents, "opt_out"), *_twice(contents, "report"))
    contents.sort(key=lambda content: (content["name"].casefold(), content["id"]))
    if cache and not problems and contents:
        cache.store(contents)
    return _tools_by_id(contents), problems


def check_tool(document: dict[str, Any], report: Problems) -> dict[str, Any]:
    """Check one parsed file; note problems; give back the plain content with defaults filled in."""
    from core.catalogue.tool_schema import TOOL, check_whole  # the cache makes this import unnecessary

    content = TOOL.read(document, "", report)
    if not isinstance(content, dict):
        return {}
    if not report.problems:
        check_whole(content, report)
    return content


def _twice(contents: list[dict[str, Any]], table: str) -> list[CatalogueProblem]:
    """Name every second use of an id, since switches and reports are looked up by it."""
    first: dict[str, str] = {}
    uses = [(entry["id"], content["id"]) for content in contents for entry in content[table]]
    return [
        CatalogueProblem(f"tools/{tool}.toml", f"{table}.id", f"{used!r} is already used by {first[used]}")
        for used, tool in uses
        if first.setdefault(used, tool) != tool
    ]


def _tools_by_id(contents: list[dict[str, Any]]) -> Mapping[str, Tool]:
    return MappingProxyType({content["id"]: tool_from(content) for content in contents})


def tool_from(content: Mapping[str, Any]) -> Tool:
    """Build a tool from checked content; raises KeyError, TypeError or ValueError if it was never checked."""
    return Tool(
        **_plain(content),
        kinds=tuple(map(ToolKind, content["kinds"])),
        mark=content.get("mark", ""),
        checked_on=date.fromisoformat(content["checked_on"]),
        finders=tuple(map(_finder, content["finder"])),
        process=MappingProxyType({name: tuple(rules) for name, rules in content["process"].items()}),
        inspect=MappingProxyType(dict(content["inspect"])),
        places=tuple(Place(**{**entry, **_systems_and_basis(entry)}) for entry in content["place"]),
        claims=tuple(map(_claim, content["claim"])),
        opt_outs=tuple(map(_opt_out, content["opt_out"])),
        reports=tuple(map(_report, content["report"])),
    )


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("id", "name", "vendor", "homepage", "summary", "checked_version", "own_sandbox")
    lists = ("commands", "hosts", "base_url_env", "proxy_env", "ca_env", "ignore_files", "notes")
    return {name: content[name] for name in texts} | {name: tuple(content[name]) for name in lists}


def _systems_and_basis(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"systems": tuple(map(System, entry["systems"])), "basis": Basis(entry["basis"])}


def _finder(entry: Mapping[str, Any]) -> Finder:
    match = {name: tuple(values) for name, values in entry.items() if name not in _RULES}
    return Finder(kind=entry["kind"], match=MappingProxyType(match), **_systems_and_basis(entry))


def _claim(entry: Mapping[str, Any]) -> Claim:
    return Claim(
        **{name: entry[name] for name in ("signal", "text", "source", "versions", "limits")},
        grade=Grade(entry["grade"]),
        seen_on=date.fromisoformat(entry["seen_on"]),
        system=System(entry["system"]) if "system" in entry else None,
        basis=Basis(entry["basis"]),
    )


def _opt_out(entry: Mapping[str, Any]) -> OptOut:
    return OptOut(
        **{
            **entry,
            "checked_on": date.fromisoformat(entry["checked_on"]),
            "basis": Basis(entry["basis"]),
            "hides": tuple(entry["hides"]),
        }
    )


def _report(entry: Mapping[str, Any]) -> Report:
    lists = {name: tuple(entry[name]) for name in ("claimed_by", "conditions", "signals", "sources")}
    days = {name: date.fromisoformat(entry[name]) for name in ("first_date", "checked_on")}
    return Report(**{**entry, **lists, **days, "basis": Basis(entry["basis"])})
