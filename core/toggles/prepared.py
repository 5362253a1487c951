"""A start that is ready: command, environment, descriptors; sealed at the last moment, so that wrappers can add to it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from core.paths import ensure_private, state_dir
from core.toggles import looked
from core.toggles.launch import LaunchError, LaunchProfile, build_environment
from core.toggles.program import find, interpreter
from core.toggles.sandbox import Subject, build, project_folder
from core.toggles.sandbox_etc import Data
from core.toggles.sandbox_home import Folders, tool_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from core.toggles.ready import Facts
    from core.toggles.sandbox_etc import Argument

_UNCHANGED: Final = LaunchProfile("")
_FIRST_FREE: Final = 20  # the starter script uses single-digit descriptors


@dataclass(frozen=True, slots=True)
class Prepared:
    """One start before it is sealed. `argv` and `env` are what the tool itself gets, also in a sandbox.

    A wrapper (trace, inspector) returns a changed copy: another `argv` around it, more `env`, `show` (files that must be
    readable inside), `local_ports` (loopback ports of this machine it may reach), `packets` (a pipe
    that gets what passes its private network), `pass_fds`, `cleanup`.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    pass_fds: tuple[int, ...] = ()
    cleanup: tuple[Callable[[], None], ...] = ()
    arguments: tuple[Argument, ...] = ()
    profile: LaunchProfile = _UNCHANGED
    show: tuple[str, ...] = ()
    local_ports: tuple[int, ...] = ()
    packets: str = ""
    notes: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """What the sandbox hides."""
        return self.profile.parts

    @property
    def is_sandboxed(self) -> bool:
        """Whether the tool starts in a sandbox."""
        return bool(self.arguments)


class Wrapper(Protocol):
    """Something that goes round a start: the trace, the inspector."""

    def prepare(self, prepared: Prepared) -> Prepared:
        """Return the start with this wrapper in place; what it starts itself is ended by an entry in `cleanup`."""
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the kernel is told: no value of the tool's environment stands in `argv`, and `layers` processes stand above the tool."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    pass_fds: tuple[int, ...]
    cleanup: tuple[Callable[[], None], ...]
    settle: Callable[[], None] | None = None
    layers: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a tool is started; what is None is this process's own. `refused` is why no sandbox can start here, `system` Python's name."""

    facts: Facts | None = None
    base_env: Mapping[str, str] | None = None
    cwd: str | None = None
    refused: str | None = None
    system: str = sys.platform


def command(profile: LaunchProfile, argv: Sequence[str], situation: Situation = Situation()) -> Prepared:
    """Prepare a start; `argv` begins with the full path. Where a sandbox is refused only the environment changes, which a note says."""
    outside = dict(os.environ if situation.base_env is None else situation.base_env)
    outside.pop("TELLTALE_RUN", None)  # the shim's own variable on Windows
    place = os.getcwd() if situation.cwd is None else situation.cwd  # noqa: PTH109 - text for another root, not a file
    facts, refused = situation.facts, situation.refused
    env = with_interpreter(argv[0], build_environment(profile, outside), outside.get("PATH", ""))
    kept = profile if refused is None else replace(profile, parts=frozenset())
    if not kept.needs_sandbox:
        note = () if refused is None or not profile.needs_sandbox else (refused,)
        return Prepared(tuple(argv), env, place, profile=kept, notes=note)
    home = outside.get("HOME") or "/"
    if situation.system == "darwin":
        return _denied(kept, Prepared(tuple(argv), env, place, profile=kept), facts, home)
    own_home = ensure_private(state_dir() / "launch-homes" / (profile.tool or "other"))
    looked.kind(str(own_home))
    folders = Folders(home, project_folder(kept, place, home), place, str(own_home))
    recipe = build(kept, Subject(facts, argv, env), folders)
    return Prepared(
        recipe.argv,
        recipe.env,
        place,
        arguments=recipe.arguments,
        profile=kept,
        local_ports=profile.local_ports,
        notes=recipe.notes,
        names=folders.names(kept).pairs,
    )


def _denied(profile: LaunchProfile, plain: Prepared, facts: Facts | None, home: str) -> Prepared:
    """Return a start on macOS, which can deny reading but show nothing else."""
    from core.toggles import seatbelt  # no other system needs it

    own = tuple(os.path.join(home, part) for part in tool_folders(facts, home, plain.env))  # noqa: PTH118 - text for the rules
    places = seatbelt.Places(home, project_folder(profile, plain.cwd, home), own)
    argv = seatbelt.command_line(profile.tool, profile.parts, places, plain.argv)
    return replace(plain, argv=argv, notes=seatbelt.notes(profile.parts))


def with_interpreter(program: str, env: dict[str, str], path: str) -> dict[str, str]:
    """Keep the folder of the tool's own interpreter on a shortened search path, or the tool could not start."""
    wanted = interpreter(program, path)
    if wanted and find(os.path.basename(wanted), env.get("PATH", "")) == "":  # noqa: PTH119 - text for another root
        folder = wanted.rpartition("/")[0]
        return {**env, "PATH": f"{env.get('PATH', '')}:{folder}".lstrip(":")}
    return env


def seal(prepared: Prepared, starter: Sequence[str] = ()) -> Sealed:
    """Turn a start into what is executed; `starter` is put before the tool's own command line, inside."""
    argv = (*starter, *prepared.argv)
    if not prepared.is_sandboxed:
        return Sealed(argv, prepared.env, prepared.cwd, prepared.pass_fds, prepared.cleanup)
    program = find("bwrap", os.environ.get("PATH", ""))
    if not program:
        raise LaunchError("The program bubblewrap (bwrap) is gone, so nothing was started; install it or start without the sandbox.")
    arguments: list[Argument] = list(prepared.arguments)
    for path in prepared.show:
        arguments += ["--ro-bind-try", path, path]
    arguments.append("--clearenv")
    for name, value in prepared.env.items():
        arguments += ["--setenv", name, value]
    descriptors: list[int] = []
    given = _handed_over(arguments, descriptors)
    command_line = (program, "--args", str(given), *argv)
    sealed = Sealed(
        command_line,
        {"PATH": "/usr/bin:/bin"},
        "/",
        (*prepared.pass_fds, *descriptors),
        prepared.cleanup,
        layers=2 if "processes" in prepared.parts else 1,
    )
    if "network" in prepared.parts:
        from core.toggles.network import with_network  # few starts need it

        return with_network(sealed, prepared.local_ports, prepared.packets)
    return sealed


def _handed_over(arguments: Iterable[Argument], descriptors: list[int]) -> int:
    """Write generated files and then the argument list into memory files; return the list's descriptor."""
    texts: list[bytes] = []
    for item in arguments:
        if isinstance(item, Data):
            descriptors.append(_opened(item.source) if item.source else memory_file(item.content))
            texts.append(str(descriptors[-1]).encode())
        else:
            texts.append(os.fsencode(item))
    descriptors.append(memory_file(b"".join(text + b"\0" for text in _without_nul(texts))))
    return descriptors[-1]


def _without_nul(texts: Sequence[bytes]) -> Iterable[bytes]:
    """Refuse a NUL, which would start another argument."""
    if any(b"\0" in text for text in texts):
        raise LaunchError("A path or a variable holds a NUL character, so nothing was started.")
    return texts


def _opened(path: str) -> int:
    """Return an inheritable descriptor of a file of this machine."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path of the sandbox's recipe
            return fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, _FIRST_FREE)
    except OSError as error:
        raise LaunchError(f"A file of the system cannot be read ({error.strerror}), so nothing was started.") from error


def memory_file(content: bytes) -> int:
    """Return an inheritable descriptor of a file that exists only in memory, at its beginning."""
    low = os.memfd_create("telltale", 0)
    try:
        handle = fcntl.fcntl(low, fcntl.F_DUPFD, _FIRST_FREE)
    finally:
        os.close(low)
    with os.fdopen(os.dup(handle), "wb") as file:
        file.write(content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def clean_up(actions: Iterable[Callable[[], None]]) -> None:
    """Run every clean-up, also if an earlier one fails."""
    with contextlib.ExitStack() as stack:
        for action in actions:
            stack.callback(action)
