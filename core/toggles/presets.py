"""Presets: named lists of toggles, shipped (Light, Strict, Workshop) or a person's own; they hold ids, never values or paths."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.reader import Field, ListOf, Number, Table, Text
from core.catalogue.signal_schema import ID
from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.toggles.model import Toggle

LARGEST: Final = 65_536
_IDS: Final = ListOf(Text(pattern=ID, longest=60))
PRESET: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=40), "The file's name without .toml"),
        "title": Field(Text("title", longest=40), "A name in sentence case"),
        "plain": Field(Text("sentence", longest=320), "What it is for, in everyday words"),
        "order": Field(Number(0, 9999, whole=True), "Place in the list", 500),
        "toggles": Field(_IDS, "Toggles for every tool", []),
        "opt_outs": Field(_IDS, "Toggles of single tools; each counts for its own tool only", []),
    }
)


class PresetError(TelltaleError):
    """A preset cannot be used; the message says why, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named list of toggles; `unknown` names entries this version has no toggle for."""

    id: str
    title: str
    plain: str
    order: int
    toggles: tuple[str, ...]
    opt_outs: tuple[str, ...]
    own: bool = False
    unknown: tuple[str, ...] = ()

    def ids_for(self, toggles: Mapping[str, Toggle], tool: str) -> tuple[str, ...]:
        """Return the toggles to plan for a tool; what changes the whole computer never comes from a preset."""
        listed = (*self.toggles, *(name for name in self.opt_outs if name in toggles and tool in toggles[name].tools))
        return tuple(name for name in listed if name in toggles and toggles[name].scope != "computer")


def shipped() -> tuple[Preset, ...]:
    """Return the presets that come with Telltale, in display order."""
    names = [name for name in paths.resource_names("presets") if name.endswith(".toml")]
    found = [parse(paths.read_resource("presets", name).decode(), {}) for name in names]
    return tuple(sorted(found, key=lambda preset: preset.order))


def own(config: Path, toggles: Mapping[str, Toggle]) -> tuple[Preset, ...]:
    """Return a person's own presets; broken files are left out."""
    found = []
    for path in sorted((config / "presets").glob("*.toml")):
        try:
            found.append(parse(paths.read_private(path, LARGEST).decode(), toggles, is_own=True))
        except (PresetError, UnicodeDecodeError):
            continue
    return tuple(sorted(found, key=lambda preset: (preset.order, preset.id)))


def parse(text: str, toggles: Mapping[str, Toggle], *, is_own: bool = False) -> Preset:
    """Return the preset in a text; raise `PresetError` if it is not one. With toggles given, unknown ids are set apart."""
    if len(text) > LARGEST:
        raise PresetError("The preset is larger than 64 KB, so it was not read.")
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PresetError("The preset is not valid TOML, so it was not read.") from error
    report = Report("preset")
    content = PRESET.read(document, "", report)
    if report.problems or not isinstance(content, dict):
        raise PresetError(f"The preset is not valid ({report.problems[0]}), so it was not read.")
    lists: dict[str, list[str]] = {name: [*map(str, _as_list(content[name]))] for name in ("toggles", "opt_outs")}
    unknown = [name for names in lists.values() for name in names if toggles and name not in toggles]
    kept = {name: tuple(item for item in items if item not in unknown) for name, items in lists.items()}
    order = content["order"]
    return Preset(
        str(content["id"]),
        str(content["title"]),
        str(content["plain"]),
        order if isinstance(order, int) else 500,
        **kept,
        own=is_own,
        unknown=tuple(unknown),
    )


def export(preset: Preset) -> str:
    """Return a preset as TOML: ids and its own three texts, nothing of this machine."""
    import tomlkit  # a library of its own, for this only

    document = tomlkit.document()
    document.update({"id": preset.id, "title": preset.title, "plain": preset.plain, "order": preset.order})
    for name, items in (("toggles", preset.toggles), ("opt_outs", preset.opt_outs)):
        document.add(name, tomlkit.array().multiline(multiline=True))
        document[name].extend(items)
    return tomlkit.dumps(document)


def save_own(preset: Preset, config: Path) -> None:
    """Keep a preset of the person's own; raise `PresetError` for a shipped one's id or where it cannot be written."""
    if preset.id in {item.id for item in shipped()}:
        raise PresetError(f"{preset.id} is the id of a shipped preset, so nothing was written; choose another id.")
    if not paths.write_private(config / "presets" / f"{preset.id}.toml", export(preset).encode()):
        raise PresetError("The preset could not be written to Telltale's folder, so nothing was changed.")


def remove_own(name: str, config: Path) -> None:
    """Forget a preset of the person's own."""
    if name not in {path.stem for path in (config / "presets").glob("*.toml")}:
        raise PresetError(f"There is no preset of your own called {name}, so nothing was removed.")
    (config / "presets" / f"{name}.toml").unlink()


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
