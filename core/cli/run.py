"""`telltale run`: start a tool with the chosen things hidden; terminal, input, output, signals and exit status are the tool's own."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import complain
from core.toggles.halves import half_done
from core.toggles.launch import LaunchProfile, hiding, profile_for, profile_of, with_needs
from core.toggles.prepared import Situation, command
from core.toggles.program import find
from core.toggles.reach import FILE_ONLY, display_reach
from core.toggles.ready import facts_of
from core.toggles.run import end_alike
from core.toggles.run import run as start

if TYPE_CHECKING:
    from argparse import Namespace

    from core.catalogue import Catalogue
    from core.toggles.prepared import Prepared, Wrapper
    from core.tools.model import Tool

NOT_FOUND: Final = 127
_WRAPPERS: Final = {"inspect": "core.watch.inspect_wrapper", "trace": "core.watch.trace_wrapper"}
_INSPECT: Final = {
    "answer": "answer the tool from this computer, without network or account",
    "all-hosts": "read every host, not only those known for the tool",
    "keep-bodies": "keep what was sent, sealed, for a week",
}
_EPILOG: Final = (
    "Exit status: the tool's own; 127 if it is not found, 3 if it was not started for another reason (said on the error output), "
    "2 wrong usage. Options of Telltale stand before TOOL, all that follows belongs to the tool."
)


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "run", "start a tool with the chosen things hidden", run)
    parser.epilog = _EPILOG
    parser.add_argument("--preset", metavar="NAME", help="hide what this preset lists, instead of what is chosen for the tool")
    parser.add_argument(
        "--hide", action="append", default=[], metavar="ID", help="also hide this signal (or use this toggle); may be repeated"
    )
    parser.add_argument(
        "--share", action="append", default=[], metavar="DIR", help="a folder the sandbox shows as well, writable; may be repeated"
    )
    parser.add_argument(
        "--bus",
        action="append",
        default=[],
        metavar="NAME",
        help="a service of the session bus the sandbox reaches, such as the password store",
    )
    parser.add_argument("--trace", action="store_true", help="record which files and calls the tool makes")
    parser.add_argument("--inspect", action="store_true", help="record what the tool sends, on this computer only")
    for name, effect in _INSPECT.items():
        parser.add_argument(f"--{name}", action="store_true", help=f"with --inspect: {effect}")
    parser.add_argument("--plan", action="store_true", help="only say what would be hidden, start nothing")
    parser.add_argument("--quiet", action="store_true", help="do not say what is hidden")
    parser.add_argument("--as", dest="tool_id", metavar="TOOL", help=argparse.SUPPRESS)
    parser.add_argument("tool", metavar="TOOL", help="a tool of the catalogue, a command or a path")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")


def run(options: Namespace) -> int:
    """Prepare the start, say what is hidden, become the tool."""
    catalogue = load_catalogue()
    tool = catalogue.tools.get(options.tool_id or options.tool) or _by_command(catalogue, options.tool)
    program = _program(options.tool, tool)
    if not program:
        complain(
            f"There is no program {options.tool!r} on the search path, so nothing was started; `telltale tools` lists what is installed."
        )
        return NOT_FOUND
    prepared = prepare(catalogue, tool, [program, *options.arguments], options)
    if not options.quiet:
        _tell(prepared, options)
    if options.plan:
        return 0
    wrappers = [_wrapper(name, tool, options) for name in _WRAPPERS if getattr(options, name)]
    status = start(prepared, wrappers)
    for wrapper in wrappers if not options.quiet else ():
        for sentence in getattr(wrapper, "said", tuple)():
            complain(sentence)
    end_alike(status)
    return status


def prepare(catalogue: Catalogue, tool: Tool | None, argv: list[str], options: Namespace) -> Prepared:
    """Return the start that the options and the tool's own profile ask for."""
    name = tool.id if tool else os.path.basename(argv[0])  # noqa: PTH119 - only its last part is wanted
    profile = _profile(catalogue, name, options)
    shared = tuple(_shared(folder) for folder in options.share)
    profile = replace(profile, extra_write=(*profile.extra_write, *shared))
    refused = None
    if profile.needs_sandbox:
        from core.host.real import RealHost
        from core.toggles.sandbox_check import why_no_sandbox

        refused = why_no_sandbox(RealHost(), profile.parts)
    prepared = command(with_needs(profile, tool), argv, Situation(facts=facts_of(tool), refused=refused))
    if options.bus and prepared.is_sandboxed and not options.plan:
        from core.toggles.bus import with_bus

        return with_bus(prepared, os.environ.get("DBUS_SESSION_BUS_ADDRESS", ""), options.bus)
    return prepared


def _profile(catalogue: Catalogue, name: str, options: Namespace) -> LaunchProfile:
    wanted = [*options.hide]
    if options.preset:
        from core import paths
        from core.toggles.presets import own, shipped

        known = {preset.id: preset for preset in (*shipped(), *own(paths.config_dir(), catalogue.toggles))}
        if options.preset not in known:
            refuse(f"There is no preset {options.preset!r}; there are: {', '.join(known)}. Nothing was started.")
        chosen = [catalogue.toggles[item] for item in known[options.preset].ids_for(catalogue.toggles, name)]
    elif wanted:
        profile = profile_for(name, catalogue.toggles)
        chosen = [catalogue.toggles[item] for item in profile.toggles]
    else:
        return profile_for(name, catalogue.toggles)
    more, unknown = hiding(wanted, catalogue.toggles.values(), name)
    if unknown:
        refuse(f"Nothing at a start hides {', '.join(unknown)}; `telltale toggles` lists what can be hidden. Nothing was started.")
    return profile_of(name, [*chosen, *(toggle for toggle in more if toggle not in chosen)])


def _shared(folder: str) -> str:
    """Return the full path of a folder to be shown as well; refuse what is none, and what would bring the whole machine back."""
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        refuse(f"There is no folder {folder!r} to share, so nothing was started.")
    if path.resolve() in {Path("/"), Path.home().resolve(), *Path.home().resolve().parents}:
        refuse(f"Sharing {folder!r} would show what the sandbox is to hide, so nothing was started; share a folder within it.")
    return str(path)


def _by_command(catalogue: Catalogue, name: str) -> Tool | None:
    word = os.path.basename(name)  # noqa: PTH119 - only its last part is wanted
    return next((tool for tool in catalogue.tools.values() if word in tool.commands), None)


def _program(name: str, tool: Tool | None) -> str:
    from core.toggles.shims import shim_folder

    path = os.environ.get("PATH", os.defpath)
    names = [name, *(tool.commands if tool and os.sep not in name else ())]
    return next((found for item in names if (found := find(item, path, but_not=(str(shim_folder()),)))), "")


def _tell(prepared: Prepared, options: Namespace) -> None:
    for note in prepared.notes:
        complain(note)
    if options.plan or sys.stderr.isatty():
        for half in half_done(prepared.profile, prepared.env):
            complain(f"Half neutral ({half.group}): {half.sentence}")
        if (reach := display_reach(prepared.profile.parts)) != FILE_ONLY and reach:  # the other one is among the halves
            complain(reach)
    if options.plan:
        complain(f"The tool would start {'in a sandbox' if prepared.is_sandboxed else 'with another environment only'}.")


def _wrapper(name: str, tool: Tool | None, options: Namespace) -> Wrapper:
    try:
        module = importlib.import_module(_WRAPPERS[name])
    except ModuleNotFoundError:
        refuse(f"This version of Telltale cannot {name} a start, so nothing was started.")
    made: Wrapper = module.wrapper(tool, options) if name == "inspect" else module.wrapper(tool)
    return made
