"""What editors keep about a person: settings shared between computers, and the projects that were opened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes._ask import asked, count, names_in, stated
from core.probes._gitrepo import paths_of
from core.probes._places import READ_LIMIT, folder_result, gather, place_of
from core.probes.registry import probe
from core.probes.result import Absent

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

    Question = Callable[[Host, str], Result]

_ROOT: Final = {System.LINUX: "{config}", System.MACOS: "~/Library/Application Support", System.WINDOWS: "{roaming}"}
# Editors built on the same code keep the same tree below their own folder.
_FAMILY: Final = ("Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf", "Trae", "Qoder", "Kiro")
_MOST_VERSIONS: Final = 20


@probe("editor-sync")
def editor_sync(host: Host) -> Answer:
    """Tell which editors share their settings between computers; the copies are not opened."""
    shared = partial(folder_result, noun="kind of setting", plural="kinds of settings")
    sources = _family(host, "User/sync", shared) + _jetbrains(host, "settingsSync", _there)
    return gather(sources, "editor", empty="No editor here shares its settings.")


@probe("editor-projects")
def editor_projects(host: Host) -> Answer:
    """Count the projects that editors remember; names are not kept."""
    sources = _family(host, "User/workspaceStorage", partial(folder_result, noun="project"))
    sources += _jetbrains(host, "options/recentProjects.xml", _recent)
    return gather(sources, "editor", empty="No editor here remembers projects.")


def _family(host: Host, below: str, question: Question) -> list[SourceReading]:
    root = _ROOT[host.system]
    return [asked(name, Origin.USER, partial(question, host, place_of(host, f"{root}/{name}/{below}"))) for name in _FAMILY]


def _jetbrains(host: Host, below: str, question: Question) -> list[SourceReading]:
    """Ask every product and version that has a folder; a folder's name is the product's, not the person's."""
    path = paths_of(host)
    root = place_of(host, f"{_ROOT[host.system]}/JetBrains")
    products = [name for name in names_in(host, root) if name[:1].isupper() and name[-1:].isdigit()][:_MOST_VERSIONS]
    return [asked(name, Origin.USER, partial(question, host, path.join(root, name, *below.split("/")))) for name in products]


def _there(host: Host, path: str) -> Result:
    try:
        return stated("its folder is there") if host.entries(path, 1) else Absent("The folder is there and empty.")
    except HostError:
        return Absent("It is not set up.")


def _recent(host: Host, path: str) -> Result:
    number = host.read_text(path, READ_LIMIT).count("<entry key=")
    return stated(count(number, "project")) if number else Absent("It names no project.")
