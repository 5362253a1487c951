"""`telltale toggles`: what can be hidden or switched off, or one of them explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, clip, columns_of, complain, fold, paint, say, say_json, wants_colour, width
from core.cli.toggle_text import EPILOG

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from core.toggles.model import Toggle
    from core.toggles.service import ToggleService


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "toggles", "list what can be hidden or switched off, or explain one toggle", run)
    parser.epilog = EPILOG
    parser.add_argument("id", nargs="?", metavar="ID", help="the toggle to explain")
    parser.add_argument("--tool", default="", metavar="TOOL", help="only those for this tool, with the state of their switches")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Print the toggles or one of them."""
    catalogue = load_catalogue()
    toggles = catalogue.toggles
    if options.id and options.id not in toggles:
        refuse(f"There is no toggle {options.id!r}; `telltale toggles` lists them all.")
    if options.tool and options.tool not in catalogue.tools:
        refuse(f"There is no tool {options.tool!r} in the catalogue; `telltale tools` lists what is installed.")
    chosen = (
        [toggles[options.id]] if options.id else [t for t in toggles.values() if not options.tool or not t.tools or options.tool in t.tools]
    )
    states = _states(chosen, options.tool)
    if options.json:
        say_json({"schema": "telltale.toggles/1", "toggles": [_data(toggle, states) for toggle in chosen]})
    else:
        for line in _explain(chosen[0]) if options.id else _list(chosen, states):
            say(line)
    for problem in catalogue.toggle_problems:
        complain(f"catalogue file {problem.file}, {problem.key or 'whole file'}: {problem.message}")
    return INCOMPLETE if catalogue.toggle_problems else OK


def _states(toggles: list[Toggle], tool: str) -> dict[str, str]:
    if not tool:
        return {}
    from core.cli.toggle_text import open_service

    service: ToggleService = open_service()
    return {toggle.id: service.state(toggle.id, tool).value for toggle in toggles}


def _list(toggles: list[Toggle], states: dict[str, str]) -> Iterator[str]:
    columns = width()
    for heading, wanted in (("Offered", True), ("Only listed (no effect, or not tried)", False)):
        members = [toggle for toggle in toggles if toggle.is_offered is wanted]
        if members:
            yield paint(f"{heading} ({len(members)})", "bold", "cyan", on=wants_colour())
            for toggle in members:
                state = f"{states[toggle.id]:<18}" if toggle.id in states else ""
                yield f"  {clip(toggle.id, 34):<34}  {state}{clip(toggle.plain, columns - 38 - len(state))}"
            yield ""
    yield "telltale toggles ID explains one of them; telltale plan ID --tool TOOL shows what it would change."


def _explain(toggle: Toggle) -> Iterator[str]:
    columns = width()
    yield paint(f"{toggle.title} ({toggle.id})", "bold", on=wants_colour())
    yield fold(toggle.plain, columns)
    yield ""
    rows = [
        ("Hides", ", ".join(toggle.hides) or "no signal of the catalogue"),
        ("For", ", ".join(toggle.tools) or "every tool"),
        ("Reach", toggle.scope.value),
        ("From when", toggle.from_when),
        ("Side effect", toggle.side_effect),
        ("Undo", toggle.undo),
        ("Measured by", toggle.verify),
        ("Evidence", f"{toggle.works}. {toggle.source} ({toggle.checked_version}, {toggle.checked_on.isoformat()})"),
    ]
    rows += [("Half", toggle.half)] if toggle.half else []
    yield from columns_of(rows, columns)


def _data(toggle: Toggle, states: dict[str, str]) -> dict[str, Any]:
    plain = ("id", "title", "plain", "from_when", "side_effect", "undo", "verify", "works", "link", "source", "checked_version", "half")
    return {
        **{name: getattr(toggle, name) for name in plain},
        "hides": list(toggle.hides),
        "tools": list(toggle.tools),
        "scope": toggle.scope.value,
        "group": toggle.group.value,
        "offered": toggle.is_offered,
        "checked_on": toggle.checked_on.isoformat(),
        "changes": [{"kind": spec.kind, "systems": [s.value for s in spec.systems], **spec.parameters} for spec in toggle.changes],
        "state": states.get(toggle.id),
    }
