"""Probes of the running programs: how many, of whom, of which telling kinds, and what their command lines show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes._ask import asked, count, stated
from core.probes._programs import kinds_among
from core.probes._secret_kinds import looks_secret_argument
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, separate_values
from core.redact import open_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.host.base import Host, Process
    from core.probes.result import Result

_MOST_PROGRAMS: Final = 6_000
_MOST_WORDS: Final = 40
_LONGEST_WORD: Final = 2_000
_SAMPLE: Final = 40


@probe("processes")
def processes(host: Host) -> Answer:
    """Count the programs that can be seen and name the telling kinds among them; names and owners are not kept."""
    sources = [asked("process list", Origin.SYSTEM, lambda: _counted(host))]
    if host.system is System.LINUX:
        sources.append(asked("/proc", Origin.SYSTEM, lambda: _hidden_from_others(host)))
    return separate_values(sources)


def _counted(host: Host) -> Result:
    running = host.processes()
    if not running:
        return Absent("No running program can be seen.")
    owners = {item.user for item in running if item.user}
    kinds = kinds_among(frozenset(item.name.lower() for item in running))
    words = [count(len(running), "program")]
    words += [f"of {count(len(owners), 'account')}"] if owners else []
    return Ok((open_text(" ".join(words)), *(open_text(kind) for kind in kinds)))


def _hidden_from_others(host: Host) -> Result:
    options = _proc_options(host)
    if "hidepid=2" in options or "hidepid=invisible" in options or "hidepid=4" in options:
        return stated("programs of other accounts are hidden")
    if "hidepid=1" in options or "hidepid=noaccess" in options:
        return stated("programs of other accounts are listed without details")
    return stated("programs of other accounts are listed too")


def _proc_options(host: Host) -> tuple[str, ...]:
    """Return the mount options of the newest mount on /proc."""
    found: tuple[str, ...] = ()
    for line in host.read_text("/proc/self/mounts", 4 << 20).splitlines():
        cells = line.split(" ")
        if len(cells) >= 4 and cells[1] == "/proc" and cells[2] == "proc":
            found = tuple(cells[3].split(","))
    return found


@probe("process-args")
def process_args(host: Host) -> Answer:
    """Count the command lines that can be read and those that look as if they held a secret; none is kept."""
    running = host.processes()[:_MOST_PROGRAMS]
    sources = [asked("command lines", Origin.SYSTEM, lambda: _command_lines(running))]
    if host.system is System.LINUX:
        sources.append(asked("/proc/PID/environ", Origin.SYSTEM, lambda: _environments(host, running)))
    return separate_values(sources)


def _command_lines(running: Sequence[Process]) -> Result:
    readable = [item for item in running if item.argv]
    if not readable:
        return Absent("No command line can be read.")
    telling = sum(1 for item in readable if _has_secret(item.argv))
    values = [f"{len(readable)} of {count(len(running), 'command line')} readable"]
    values += [f"{count(telling, 'command line')} with what looks like a password or key"] if telling else []
    return Ok(tuple(open_text(value) for value in values))


def _has_secret(argv: Sequence[str]) -> bool:
    return any(looks_secret_argument(word[:_LONGEST_WORD]) for word in argv[1 : _MOST_WORDS + 1])


def _environments(host: Host, running: Sequence[Process]) -> Result:
    """Judge by the owner of `/proc/PID/environ`, which the kernel gives to root where reading is refused; none is opened."""
    account = host.account()
    own = [item for item in running if account.uid == 0 or item.user == account.name][:_SAMPLE]
    if not own:
        return Absent("No program of this account can be seen.")
    readable = sum(1 for item in own if account.uid == 0 or _owner(host, item) == account.uid)
    if not readable:
        return Absent("The environments of this account's programs are closed to other programs.")
    more = " looked at" if len(own) == _SAMPLE else ""
    return stated(f"environments of {readable} of {count(len(own), 'program')}{more} are open to this account")


def _owner(host: Host, process: Process) -> int:
    try:
        return host.facts(f"/proc/{process.pid}/environ").uid
    except HostError:
        return -1
