"""All toggles: those with a file of their own, and one for every opt-out in the tools' files."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.cache import CompiledCache
from core.catalogue.problem import CatalogueProblem
from core.catalogue.resources import list_files
from core.model import System
from core.toggles.model import ChangeSpec, LaunchGroup, Scope, Toggle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue.problem import Report
    from core.tools.model import OptOut, Tool

_TEXTS: Final = ("id", "title", "plain", "from_when", "side_effect", "undo", "verify", "works", "source", "checked_version")
_EVERYWHERE: Final = tuple(System)
_FROM_WHEN: Final = {
    "environment": "From the tool's next start through Telltale.",
    "settings-file": "From the tool's next start; some tools read the file again at once.",
}
_UNDO: Final = {
    "environment": "Switch it off; the tool's next start is as before.",
    "settings-file": "Switch it off; the file gets its old bytes back, or only this key if others changed the file.",
}
_VERIFY: Final = {
    "environment": "A stand-in started the same way reads the variable.",
    "settings-file": "The file is read again, together with the files that outrank it.",
}


def load_toggles(
    tools: Mapping[str, Tool], root: Path | None = None, *, cache_folder: Path | None = None
) -> tuple[Mapping[str, Toggle], tuple[CatalogueProblem, ...]]:
    """Load the toggles of Telltale's own catalogue (cached) or of another folder by id, then add those made from opt-outs."""
    from core.catalogue.loader import read_files  # the loader offers these toggles in its turn

    if root is None:
        root = paths.resource_root() / "catalogue"
        cache_folder = cache_folder or paths.cache_dir()
    files = list_files(root / "toggles")
    cache = CompiledCache(cache_folder, "toggles", files) if cache_folder else None
    toggles = cache.load(_by_id) if cache else None
    problems: tuple[CatalogueProblem, ...] = ()
    if toggles is None:
        contents, problems = read_files(files, check_toggle)
        contents.sort(key=lambda content: content["id"])
        if cache and not problems and contents:
            cache.store(contents)
        toggles = _by_id(contents)
    made = {opt_out.id: toggle_of(opt_out, tool) for tool in tools.values() for opt_out in tool.opt_outs}
    twice = [CatalogueProblem(f"toggles/{name}.toml", "id", "is also the id of a tool's opt-out") for name in toggles if name in made]
    return MappingProxyType({**toggles, **made}), (*problems, *twice)


def check_toggle(document: dict[str, Any], report: Report) -> dict[str, Any]:
    """Check one parsed file; note problems; give back the plain content with defaults filled in."""
    from core.catalogue.toggle_schema import TOGGLE, check_whole  # the cache makes this import unnecessary

    content = TOGGLE.read(document, "", report)
    if not isinstance(content, dict):
        return {}
    if not report.problems:
        check_whole(content, report)
    return content


def toggle_from(content: Mapping[str, Any]) -> Toggle:
    """Build a toggle from checked content; raises KeyError, TypeError or ValueError if it was never checked."""
    return Toggle(
        **{name: content[name] for name in _TEXTS},
        hides=tuple(content["hides"]),
        tools=tuple(content["tools"]),
        scope=Scope(content["scope"]),
        group=LaunchGroup(content["group"]),
        changes=tuple(map(_spec, content["change"])),
        link=content.get("link", ""),
        checked_on=date.fromisoformat(content["checked_on"]),
        half=content.get("half", ""),
        whole_for=tuple(content["whole_for"]),
    )


def toggle_of(opt_out: OptOut, tool: Tool) -> Toggle:
    """Make the toggle of a tool's opt-out; what is only typed by hand or set in an account says so when it is planned."""
    by_hand = "It is not switched by Telltale."
    spec = _opt_out_spec(opt_out, tool)
    reach = {"launch-environment": Scope.LAUNCH, "vendor-account": Scope.VENDOR_ACCOUNT}
    return Toggle(
        id=opt_out.id,
        title=f"{tool.name}: {opt_out.key}",
        plain=opt_out.effect,
        hides=opt_out.hides,
        tools=(tool.id,),
        scope=reach.get(spec.kind, Scope.ACCOUNT if spec.kind == "settings-key" else Scope.LAUNCH),
        group=LaunchGroup.NONE,
        changes=(spec,),
        from_when=_FROM_WHEN.get(opt_out.kind, by_hand),
        side_effect=opt_out.side_effect or "None is known.",
        undo=_UNDO.get(opt_out.kind, by_hand),
        verify=_VERIFY.get(opt_out.kind, by_hand),
        works=opt_out.works,
        link=opt_out.source if opt_out.source.startswith("https://") else "",
        source=opt_out.source,
        checked_on=opt_out.checked_on,
        checked_version=opt_out.checked_version,
    )


def _opt_out_spec(opt_out: OptOut, tool: Tool) -> ChangeSpec:
    key, value = opt_out.key, opt_out.value
    said = f"{key} {value}".strip()
    kind, parameters = {
        "environment": ("launch-environment", {"set": f"{key}={value}"}),
        "settings-file": ("settings-key", {"place": opt_out.place, "key": key, "value": value}),
        "account": ("vendor-account", {"link": _address(key, tool), "say": f"{opt_out.effect}"}),
    }.get(opt_out.kind, ("by-hand", {"say": f"{said}. {opt_out.effect}"}))
    return ChangeSpec(kind, MappingProxyType(parameters), _EVERYWHERE)


def _address(key: str, tool: Tool) -> str:
    """Return the page of an account; keys name it without scheme, or only by words."""
    if key.startswith("https://"):
        return key
    return f"https://{key}" if "." in key.partition("/")[0] and " " not in key else tool.homepage


def _spec(entry: Mapping[str, Any]) -> ChangeSpec:
    parameters = {
        name: "\n".join(value) if isinstance(value, list) else str(value)
        for name, value in entry.items()
        if name not in {"kind", "systems"}
    }
    return ChangeSpec(entry["kind"], MappingProxyType(parameters), tuple(map(System, entry["systems"])))


def _by_id(contents: list[dict[str, Any]]) -> Mapping[str, Toggle]:
    return {content["id"]: toggle_from(content) for content in contents}
