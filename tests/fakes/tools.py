"""Small AI tools for tests of what finds and watches them."""

from __future__ import annotations

import json
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.model import System
from core.tools.model import Basis, Finder, Tool, ToolKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def finder(kind: str, systems: tuple[System, ...] = tuple(System), **match: tuple[str, ...]) -> Finder:
    """Return a rule for one finder."""
    return Finder(kind, MappingProxyType(match), systems, Basis.OBSERVED)


def tool(
    name: str,
    *finders: Finder,
    commands: tuple[str, ...] = (),
    process: Mapping[str, tuple[str, ...]] | None = None,
    hosts: tuple[str, ...] = (),
) -> Tool:
    """Return a tool with these rules and nothing else."""
    return Tool(
        id=name,
        name=name.capitalize(),
        vendor="Example",
        homepage="https://example.test",
        kinds=(ToolKind.CLI,),
        mark="",
        summary="An invented tool.",
        checked_version="1",
        checked_on=date(2026, 11, 20),
        commands=commands,
        finders=finders,
        process=process or {},
        places=(),
        hosts=hosts,
        base_url_env=(),
        proxy_env=(),
        ca_env=(),
        inspect={},
        claims=(),
        opt_outs=(),
        ignore_files=(),
        own_sandbox="",
        reports=(),
        notes=(),
    )


def product(short: str, command: str, **more: object) -> str:
    """Return the text of a `product.json`."""
    stated = {"nameShort": short, "nameLong": f"{short} Editor", "applicationName": command, "dataFolderName": f".{command}"}
    return json.dumps({**stated, "version": "1.100.0", **more})
