"""What applying toggles would do here and now, and why some of them cannot be applied; nothing is changed by planning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.toggles.halves import half_done
from core.toggles.launch import build_environment, profile_of
from core.toggles.model import Change, ChangeState, Plan
from core.toggles.profiles import ProfileFile, launch_steps, read_profile
from core.toggles.registry import NotPossibleError, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.model import ChangeSpec, Toggle
    from core.toggles.registry import Context

NOT_OFFERED: Final = {
    "no-effect": "This was tried with {version} on {day} and had no effect, so it is only listed.",
    "untested": "Nobody is known to have seen this work ({version}, {day}), so it is only listed.",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One toggle's part of a plan: its changes (also those already in effect), and why parts of it are not possible."""

    toggle: Toggle
    changes: tuple[Change, ...]
    missing: tuple[str, ...] = ()

    @property
    def is_in_effect(self) -> bool:
        """Whether everything it would change is so already."""
        return all(change.state is ChangeState.VERIFIED for change in self.changes)


def make_plan(context: Context, toggles: Mapping[str, Toggle], ids: Iterable[str], tool: str) -> Plan:
    """Return the plan for these toggles; each one that is refused has its reason, the others are planned all the same."""
    pieces: list[Piece] = []
    refused: dict[str, str] = {}
    for name in dict.fromkeys(ids):
        try:
            if name not in toggles:
                raise NotPossibleError(f"There is no toggle {name!r}; `telltale toggles` lists them all.")
            pieces.append(plan_one(context, toggles[name], tool))
        except TelltaleError as error:
            refused[name] = str(error)
    warnings = [f"{piece.toggle.title}: {piece.toggle.half} {' '.join(piece.missing)}".strip() for piece in pieces if piece.missing]
    _refuse_contradictions(pieces, refused)
    waiting = [piece for piece in pieces if not piece.is_in_effect]
    warnings += _half_done(context, toggles, pieces, tool) if tool else []
    return Plan(
        changes=tuple(change for piece in waiting for change in piece.changes if change.state is ChangeState.PLANNED),
        refused=refused,
        warnings=tuple(dict.fromkeys(warnings)),
        in_effect=tuple(piece.toggle.id for piece in pieces if piece.is_in_effect),
    )


def plan_one(context: Context, toggle: Toggle, tool: str) -> Piece:
    """Return one toggle's changes; raise with the reason where it cannot be applied at all, or only to a harmful half."""
    tool = tool_for(context, toggle, tool)
    if not toggle.is_offered:
        raise NotPossibleError(NOT_OFFERED[toggle.works].format(version=toggle.checked_version, day=toggle.checked_on.isoformat()))
    changes, missing = [], []
    for spec in toggle.changes:
        found = kind(spec.kind)
        reason = found.possible(context.host, spec)
        if reason is None:
            changes.append(found.plan(context, toggle, spec, tool))
        else:
            missing.append(reason)
    if not changes:
        raise NotPossibleError(missing[0])
    if _is_harmful_half(context, toggle, tool) and missing:
        raise NotPossibleError(f"{toggle.half} {' '.join(missing)}".strip())
    return Piece(toggle, tuple(changes), tuple(missing) if _counts_as_half(context, toggle) else ())


def tool_for(context: Context, toggle: Toggle, tool: str) -> str:
    """Return the tool a toggle is planned for; raise where it is none of that tool's."""
    if not tool and len(toggle.tools) == 1:
        return toggle.tools[0]
    if tool and tool not in context.tools:
        raise NotPossibleError(f"There is no tool {tool!r} in the catalogue, so nothing was planned.")
    if toggle.tools and tool not in toggle.tools:
        names = ", ".join(context.tools[name].name if name in context.tools else name for name in toggle.tools)
        raise NotPossibleError(f"This is a switch of {names}, so nothing was planned for {tool or 'no tool'}.")
    return tool


def _is_harmful_half(context: Context, toggle: Toggle, tool: str) -> bool:
    return tool in toggle.whole_for and _counts_as_half(context, toggle)


def _counts_as_half(context: Context, toggle: Toggle) -> bool:
    """Return whether leaving a step out on this system makes a half; a step written for other systems only is none."""
    here = [spec for spec in toggle.changes if context.host.system in spec.systems]
    return bool(toggle.half) and len(here) > 1


def _refuse_contradictions(pieces: list[Piece], refused: dict[str, str]) -> None:
    """Refuse the later of two toggles that give one variable two values."""
    given: dict[str, tuple[str, str]] = {}
    for piece in [*pieces]:
        for name, value in _variables(piece.toggle.changes).items():
            other = given.setdefault(name, (value, piece.toggle.title))
            if other[0] != value and piece in pieces:
                pieces.remove(piece)
                refused[piece.toggle.id] = f"It sets {name} to another value than '{other[1]}' does, so only one of them is planned."


def _variables(specs: Iterable[ChangeSpec]) -> dict[str, str]:
    found: dict[str, str] = {}
    for spec in specs:
        if spec.kind == "launch-environment":
            found.update(launch_steps(spec)[0])
    return found


def _half_done(context: Context, toggles: Mapping[str, Toggle], pieces: list[Piece], tool: str) -> list[str]:
    """Return what would be only half neutral in the tool's next start, as far as the planned toggles' groups are concerned."""
    now = read_profile(tool, context.config)
    lists = {"launch-environment": [*now.environment], "launch-sandbox": [*now.sandbox]}
    for piece in pieces:
        for change in piece.changes:
            lists.get(change.kind, []).append(piece.toggle.id)
    listed = ProfileFile(tool, tuple(lists["launch-environment"]), tuple(lists["launch-sandbox"]))
    names = dict.fromkeys((*listed.environment, *listed.sandbox))
    profile = profile_of(tool, [toggles[name] for name in names if name in toggles], listed, context.host.system)
    groups = {piece.toggle.group for piece in pieces}
    halves = half_done(profile, build_environment(profile, context.host.environ()))
    return [half.sentence for half in halves if half.group in groups]
