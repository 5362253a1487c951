"""What the commands about toggles share: the service, how a change is shown, the exit statuses, the question before a change."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue import load_catalogue
from core.cli.output import INCOMPLETE, OK, complain, fold, say, width
from core.paths import home_relative
from core.redact import MaskKind, Sensitive, visible
from core.toggles.model import ChangeState
from core.toggles.preview import name_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from core.toggles.demo import DemoToggles
    from core.toggles.model import Change, Plan, Receipt
    from core.toggles.service import ToggleService

PRETENDED: Final = "This machine is invented: everything below is only pretended, and nothing is changed on this computer."
UNCONFIRMED: Final = 4
EPILOG: Final = (
    "Exit status: 0 done and verified (or nothing to do), 3 incomplete (something was refused, failed, is not verified or no longer in "
    "effect), 4 not confirmed, so nothing was changed, 2 wrong usage."
)
_VERDICTS: Final = {True: "verified", False: "not in effect", None: "not verified"}


def open_service() -> ToggleService:
    """Return the service for this computer."""
    from core.history import History
    from core.host.real import RealHost
    from core.toggles.diary import Diary
    from core.toggles.senses import real_senses
    from core.toggles.service import ToggleService

    host, catalogue = RealHost(), load_catalogue()
    history = History()
    diary = Diary(catalogue, lambda: history)
    return ToggleService(host, catalogue, replace(real_senses(host, catalogue), diary=diary))


def open_demo(persona: str, *, as_json: bool = False) -> DemoToggles:
    """Return the switches of an invented machine, which only pretend, and say so; ends the program for one that does not exist."""
    from core.cli.choose import choose_host
    from core.engine import scan_once
    from core.toggles.demo import DemoToggles

    host, catalogue = choose_host(persona), load_catalogue()
    readings = {reading.signal: reading for reading in scan_once(host, catalogue)}
    (complain if as_json else say)(PRETENDED)
    return DemoToggles(catalogue, lambda: readings)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose toggles, by name or by preset, tool and project."""
    add_toggles(parser)
    parser.add_argument("--persona", metavar="NAME", help="pretend on an invented machine; nothing is changed on this computer")
    parser.add_argument(
        "--preset", metavar="NAME", help="the toggles of a preset, as `telltale presets list` names them; made entirely or not at all"
    )


def add_toggles(parser: argparse.ArgumentParser) -> None:
    """Add the names of toggles (before, between or after the options), tool and project."""
    parser.epilog = EPILOG
    parser.set_defaults(gathered="ids")
    parser.add_argument("ids", nargs="*", metavar="ID", help="toggles, as `telltale toggles` lists them")
    parser.add_argument("--tool", default="", metavar="TOOL", help="the tool they are for")
    parser.add_argument(
        "--project", default="", metavar="FOLDER", help="the project folder, for files kept in projects; remembered with each change"
    )


def add_yes(parser: argparse.ArgumentParser) -> None:
    """Add the option that answers the question beforehand."""
    parser.epilog = EPILOG
    parser.add_argument("--yes", action="store_true", help="do not ask; for scripts")


def choose_plan(service: ToggleService | DemoToggles, options: argparse.Namespace) -> Plan:
    """Return the plan for what was chosen on the command line; ends the program if nothing was."""
    from core.cli.choose import refuse
    from core.toggles.presets import own, shipped

    ids = list(options.ids)
    if options.preset:
        known = {preset.id: preset for preset in (*shipped(), *own(paths.config_dir(), service.toggles))}
        if options.preset not in known:
            refuse(f"There is no preset {options.preset!r}; there are: {', '.join(known)}.")
        ids += known[options.preset].ids_for(service.toggles, options.tool)
    if not ids:
        refuse("Name toggles or a preset; `telltale toggles` and `telltale presets list` list them.")
    check_names(service, options)
    return service.plan(ids, options.tool, project=options.project, whole=bool(options.preset))


def check_names(service: ToggleService | DemoToggles, options: argparse.Namespace) -> None:
    """End the program for a toggle or a tool that does not exist, before anything is planned."""
    from core.cli.choose import refuse

    unknown = [name for name in options.ids if name not in service.toggles]
    if unknown:
        refuse(f"There is no toggle {', '.join(map(repr, unknown))}; `telltale toggles` lists them all.")
    if options.tool and options.tool not in load_catalogue().tools:
        refuse(f"There is no tool {options.tool!r} in the catalogue; `telltale tools` lists what is installed.")


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask before something is changed; without a terminal and without --yes the answer is no."""
    if yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        complain("Nothing was changed, because nobody confirmed it; look at the plan and add --yes.")
        return False
    say(f"{question} [y/N]")
    try:
        answer = input()
    except EOFError:
        answer = ""
    return answer.strip().lower() in {"y", "yes"}


def place_of(change: Change) -> str:
    """Return where a change is made, as it may be shown: home folder as ~, folders of projects masked."""
    if " " in change.target and not change.target.startswith(("/", "~")):
        return visible(change.target)
    place = home_relative(change.target)
    return visible(place) if place.startswith("~/") else Sensitive(place, MaskKind.PATH).masked


def plan_lines(plan: Plan, nothing: str = "is so already.") -> Iterator[str]:
    """Yield a plan as text: every change with its diff, what is refused and why, what to mind; `nothing` is said where nothing is to do."""
    for change in plan.changes:
        yield f"{change.toggle}{f' for {change.tool}' if change.tool else ''}: {place_of(change)}"
        yield from (f"    {line}" for line in change.diff.splitlines())
        if change.note:
            yield fold(change.note, width(), "    ")
    for name in plan.in_effect:
        yield f"{name}: {nothing}"
    for name, reason in plan.refused.items():
        yield fold(f"{name} is not possible: {reason}", width())
    yield from (fold(f"Mind: {warning}", width()) for warning in plan.warnings)


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data."""
    return {
        "schema": "telltale.plan/1",
        "changes": [change_data(change) for change in plan.changes],
        "refused": dict(plan.refused),
        "warnings": list(plan.warnings),
        "in_effect": list(plan.in_effect),
        "whole": plan.whole,
    }


def settle(service: ToggleService | DemoToggles, plan: Plan, *, agreed: bool, confirm_system: bool = False) -> int:
    """Make a plan that was agreed to, print what was measured, and return the exit status."""
    if not agreed:
        return UNCONFIRMED
    receipts = service.apply(plan, confirm_system=confirm_system)
    say()
    for line in receipt_lines(receipts):
        say(line)
    failed = any(receipt.change.state is ChangeState.FAILED for receipt in receipts)
    if plan.whole and failed:
        say("A part of the preset failed, so the whole preset was taken back; the lines above say which part and why.")
    return status(complete=not plan.refused and all(receipt.verified for receipt in receipts))


def unread_lines(service: ToggleService) -> Iterator[str]:
    """Yield what has to be said of entries of the journal that cannot be read: they may stand for changes that are in effect."""
    if damaged := service.journal.damaged():
        text = f"These entries of the journal are damaged or from a newer Telltale; they were left alone: {', '.join(damaged)}."
        yield fold(f"{text} What they changed can be in effect, and is not listed here.", width())


def receipt_lines(receipts: Iterable[Receipt]) -> Iterator[str]:
    """Yield what came of each change."""
    for receipt in receipts:
        change = receipt.change
        told = _VERDICTS[receipt.verified]
        how = told if change.state in {ChangeState.VERIFIED, ChangeState.NOT_VERIFIED} else f"{change.state.value}, {told}"
        yield f"{change.id}  {change.toggle}: {how}. {receipt.method}"
        for name, before in receipt.before.items():
            yield f"    {name}: {visible(before) or 'absent'} -> {visible(receipt.after.get(name, '')) or 'absent'}"
        if change.note:
            yield fold(change.note, width(), "    ")


def change_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON data."""
    return {
        "id": change.id,
        "toggle": change.toggle,
        "tool": change.tool,
        "kind": change.kind,
        "target": place_of(change),
        "key": name_of(change),
        "before": change.before,
        "after": change.after,
        "state": change.state.value,
        "at": change.at.isoformat(timespec="seconds") if change.at else None,
        "diff": change.diff,
        "note": change.note,
    }


def status(*, complete: bool) -> int:
    """Return the exit status for work that was done completely, or not."""
    return OK if complete else INCOMPLETE
