"""`telltale presets`: list, export and import named lists of toggles."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import paths
from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, clip, complain, say, width
from core.cli.toggle_text import EPILOG
from core.toggles.presets import LARGEST, export, own, parse, remove_own, save_own, shipped

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "presets", "list, export or import named lists of toggles", run)
    parser.epilog = EPILOG
    parser.add_argument("what", choices=("list", "export", "import", "remove"))
    parser.add_argument("name", nargs="?", metavar="NAME", help="a preset; for import a file, - for the standard input")


def run(options: Namespace) -> int:
    """Do what was asked."""
    toggles = load_catalogue().toggles
    known = {preset.id: preset for preset in (*shipped(), *own(paths.config_dir(), toggles))}
    if options.what == "list":
        for preset in known.values():
            count = len(preset.toggles) + len(preset.opt_outs)
            say(f"{preset.id:<16}  {count:>3}  {'own' if preset.own else 'shipped':<7}  {clip(preset.plain, width() - 34)}")
        return OK
    if not options.name:
        refuse(f"Say which preset to {options.what}; `telltale presets list` lists them.")
    if options.what == "import":
        return _import(options.name)
    if options.name not in known:
        refuse(f"There is no preset {options.name!r}; there are: {', '.join(known)}.")
    if options.what == "remove":
        remove_own(options.name, paths.config_dir())
    else:
        say(export(known[options.name]).rstrip("\n"))
    return OK


def _import(name: str) -> int:
    try:
        with contextlib.nullcontext(sys.stdin) if name == "-" else Path(name).open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)  # a device would never end
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"The preset cannot be read ({type(error).__name__}), so nothing was imported.")
    preset = parse(text, load_catalogue().toggles, is_own=True)
    save_own(preset, paths.config_dir())
    say(f"{preset.id} was imported; `telltale plan --preset {preset.id} --tool TOOL` shows what it would change.")
    if preset.unknown:
        complain(f"These are not known to this version and were left out: {', '.join(preset.unknown)}")
    return INCOMPLETE if preset.unknown else OK
