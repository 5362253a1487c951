"""The text of a shim: a few lines that start the plain tool with the chosen environment, or hand over to Telltale for a sandbox.

It never starts Python when only variables change; it is rendered when a choice is made and notices by itself when the
choice or Telltale is newer. It finds the tool behind itself on PATH, so it cannot start itself, and it works without Telltale.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.toggles.launch import LaunchProfile

MARK: Final = "Made by Telltale"
_PLAIN: Final = 'exec "$telltale_real" "$@"'
_FIND: Final = """telltale_real= telltale_rest=$PATH:
while [ -n "$telltale_rest" ]; do
  telltale_dir=${telltale_rest%%:*} telltale_rest=${telltale_rest#*:}
  [ -n "$telltale_dir" ] || continue
  if [ -f "$telltale_dir/$telltale_name" ] && [ -x "$telltale_dir/$telltale_name" ] && ! [ "$telltale_dir" -ef "$telltale_here" ]; then
    telltale_real=$telltale_dir/$telltale_name; break
  fi
done
if [ -z "$telltale_real" ]; then echo "telltale: $telltale_name is not installed any more." >&2; exit 127; fi"""
_AGE: Final = """telltale_age=fresh
for telltale_file in "$telltale_profile" "$telltale_package"; do
  [ "$telltale_file" -nt "$telltale_here/$telltale_name" ] && telltale_age=old
done"""
_OF_PERL: Final = ("PERL5OPT", "PERL5LIB", "PERLLIB", "PERL5DB", "PERL_UNICODE", "PERLIO", "PERL_BADLANG")  # would change what it does
_NAME_IN_CMD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # nothing that cmd would read as more than a name
_EACH: Final = """telltale_ifs=$IFS; set -f; IFS='
'
for telltale_line in $(export -p); do
  case $telltale_line in 'export '*|'declare -x '*) telltale_var=${{telltale_line%%=*}} ;; *) continue ;; esac
  telltale_var=${{telltale_var##* }}
  case $telltale_var in *[!A-Za-z0-9_]*|[0-9]*|'') continue ;; esac
  {cases}
done
IFS=$telltale_ifs; set +f"""


@dataclass(frozen=True, slots=True)
class Place:
    """What a shim has to know of this machine: its folder, the tool's profile file, how Telltale is started, what reads kept starts."""

    folder: str
    profile: str
    python: str
    starter: str
    package: str
    reader: tuple[str, str] | None = None
    starts: str = ""


def shim(name: str, tool: str, profile: LaunchProfile, place: Place) -> str:
    """Return the shim for the command `name` of a tool as POSIX sh."""
    quote = shlex.quote
    lines = [
        "#!/bin/sh",
        f"# {MARK}: starts {name} with what you chose to hide. Take it away with `telltale shims remove`, or delete this file.",
        f"telltale_name={quote(name)} telltale_here={quote(place.folder)} telltale_python={quote(place.python)}",
        f"telltale_starter={quote(place.starter)} telltale_profile={quote(place.profile)} telltale_package={quote(place.package)}",
        _FIND,
    ]
    is_there = '[ -x "$telltale_python" ] && [ -f "$telltale_starter" ] && [ -f "$telltale_package" ]'
    handed_over = f'exec "$telltale_python" -I -S "$telltale_starter" "$telltale_age" {quote(tool)} "$telltale_real" "$@"'
    lines.append(_AGE)
    if profile.needs_sandbox:
        lines += [*_kept(tool, place), f"if {is_there}; then {handed_over}; fi", _gone(), _PLAIN]
    else:
        lines += [f"if [ $telltale_age = old ] && {is_there}; then {handed_over}; fi", *environment_lines(profile), _PLAIN]
    return "\n".join(line for line in lines if line) + "\n"


def _kept(tool: str, place: Place) -> list[str]:
    """Return the lines that start from a kept start; its reader takes the long way by itself where none fits."""
    if place.reader is None:
        return []
    perl, program = map(shlex.quote, place.reader)
    what = f'{shlex.quote(place.starts)} {shlex.quote(tool)} "$telltale_real" "$telltale_python" "$telltale_starter" "$@"'
    return [
        f'if [ $telltale_age = fresh ] && [ -x {perl} ] && [ -r {program} ] && [ -x "$telltale_python" ] && [ -f "$telltale_starter" ] &&',
        f'  [ -z "{"".join(f"${{{name}+x}}" for name in _OF_PERL)}" ]; then',
        f"  PERL_BADLANG=0; export PERL_BADLANG; exec {perl} {program} {what}",
        "fi",
    ]


def _gone() -> str:
    return (
        'echo "telltale: Telltale cannot be found, so $telltale_name starts plainly and nothing is hidden. '
        'Install it again, or delete $telltale_here/$telltale_name." >&2'
    )


def environment_lines(profile: LaunchProfile) -> list[str]:
    """Return the lines that leave out and set variables; no value of a variable stands in any command line."""
    lines = []
    plain = [name for name in profile.environment_unset if "*" not in name]
    patterns = [name for name in profile.environment_unset if "*" in name]
    cases = []
    if profile.keep_only:
        kept = "|".join((*profile.keep_only, "PATH", "HOME", "TERM", "SHELL", "LANG", "USER", "LOGNAME"))
        cases.append(f'case $telltale_var in {kept}) ;; *) unset "$telltale_var" ;; esac')
    if patterns:
        cases.append(f'case $telltale_var in {"|".join(patterns)}) unset "$telltale_var" ;; esac')
    if cases:
        lines.append(_EACH.format(cases="\n  ".join(cases)))
    if plain:
        lines.append(f"unset {' '.join(plain)}")
    lines += [f"export {name}={shlex.quote(value)}" for name, value in profile.environment_set.items()]
    return lines


def starter(python_path: Iterable[str]) -> str:
    """Return the small program a shim hands over to; if Telltale is broken it says so and starts the plain tool."""
    return f"""# {MARK}: starts a tool through Telltale; if that fails before the start, starts it plainly and says so.
import os
import sys

sys.path[:0] = {[*python_path]!r}
age, tool, real, arguments = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
try:
    from core.toggles.quick import start
except Exception as error:
    sys.stderr.write(f"telltale: Telltale is broken here ({{type(error).__name__}}), so the tool starts plainly and nothing is hidden.\\n")
    os.execv(real, [real, *arguments])
sys.exit(start(tool, real, arguments, is_fresh=age == "fresh"))
"""


def windows_shim(name: str, tool: str) -> str:
    """Return the shim as cmd text: written from documentation, never run on a real Windows.

    The tool and Telltale are looked for on PATH only, never in the working folder; every file that bears our mark is passed over,
    however PATH spells its folder, and so is what cmd cannot run (npm puts a file for sh beside each command). No `call`: it
    would read the arguments' percent signs and carets a second time. A tool that is itself a cmd file then takes over for good,
    so it is the last thing done. Variables are set between `setlocal` and the end, so none is left in the person's shell.
    """
    if not _NAME_IN_CMD.fullmatch(name) or not _NAME_IN_CMD.fullmatch(tool):
        raise ValueError(name)
    lines = [
        "@echo off",
        f"rem {MARK}: starts {name} with what you chose to hide. Take it away with: telltale shims remove",
        "setlocal DisableDelayedExpansion",
        'set "TELLTALE_RUN="',
        *_first_on_path("telltale", "TELLTALE_RUN"),
        "if not defined TELLTALE_RUN goto plain",
        f'"%TELLTALE_RUN%" run --as {tool} "{name}" %*',
        "exit /b %errorlevel%",
        ":plain",
        'set "TELLTALE_REAL="',
        *_first_on_path(name, "TELLTALE_REAL"),
        "if not defined TELLTALE_REAL goto gone",
        f">&2 echo telltale: Telltale cannot be found, so {name} starts plainly and nothing is hidden.",
        '"%TELLTALE_REAL%" %*',
        "exit /b %errorlevel%",
        ":gone",
        f">&2 echo telltale: {name} is not installed any more.",
        "exit /b 127",
    ]
    return "\r\n".join(lines) + "\r\n"


def _first_on_path(name: str, variable: str) -> list[str]:
    """Return the lines that put the first program of that name on PATH, which is none of our shims, into a variable."""
    runs = 'for %%e in (.com .exe .bat .cmd) do if /i "%%~xi"=="%%e"'
    is_shim = f'findstr /m /c:"{MARK}" "%%~fi" >nul 2>nul'
    return [
        f'for /f "delims=" %%i in (\'where "$PATH:{name}" 2^>nul\') do (',
        f'  if not defined {variable} {runs} {is_shim} || set "{variable}=%%~fi"',
        ")",
    ]
