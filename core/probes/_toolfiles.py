"""Where developer tools keep their settings, and one way to ask such files: each existing file is a source of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from core.errors import HostError, NotThereError
from core.model import Origin, System
from core.probes._ask import LARGE, found
from core.probes._session_settings import config_home, shown_path
from core.probes.registry import result_of
from core.probes.result import Absent, Ok, separate_values, source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer
    from core.redact import Sensitive

    Parse = Callable[[str], Iterable[Sensitive]]

_ROAMING: Final = "~/AppData/Roaming"
_MAC_SUPPORT: Final = "~/Library/Application Support"
EDITORS: Final = ("Code", "Cursor", "VSCodium", "Windsurf", "Qoder", "Trae")


class Tool(NamedTuple):
    """One tool's settings files and how to read the wanted values from them."""

    name: str
    paths: tuple[str, ...]
    parse: Parse


def ask_tool(host: Host, tool: Tool) -> list[SourceReading]:
    """Ask a tool's files; where none says anything, one row says so for the tool."""
    sources = [row for path in dict.fromkeys(tool.paths) if (row := _ask_file(host, tool, path)) is not None]
    return sources or [source(tool.name, Origin.PROGRAM, Absent("None of its settings files says anything about this."))]


def _ask_file(host: Host, tool: Tool, path: str) -> SourceReading | None:
    origin = Origin.SYSTEM if path.startswith(("/etc/", "C:", "/Library")) else Origin.USER
    name = f"{tool.name} ({shown_path(host, path)})"
    try:
        result = found(tool.parse(host.read_text(path, LARGE)))
    except NotThereError:
        return None
    except HostError as error:
        return source(name, origin, result_of(error))
    return source(name, origin, result) if isinstance(result, Ok) else None


def by_tool(groups: Mapping[str, list[SourceReading]]) -> Answer:
    """Join tools' sources; the summary names the tools that have a value."""
    names = [name for name, rows in groups.items() if any(isinstance(row.result, Ok) for row in rows)]
    return separate_values([row for rows in groups.values() for row in rows], ", ".join(names))


def pip_files(host: Host) -> tuple[str, ...]:
    """Return pip's settings files, weakest first."""
    name = "pip.ini" if host.system is System.WINDOWS else "pip.conf"
    user = {
        System.LINUX: (f"{config_home(host)}/pip/{name}",),
        System.MACOS: (f"{_MAC_SUPPORT}/pip/{name}", f"{config_home(host)}/pip/{name}"),
        System.WINDOWS: (f"{_ROAMING}/pip/{name}", f"~/pip/{name}"),
    }[host.system]
    machine = {
        System.LINUX: "/etc/pip.conf",
        System.MACOS: f"/Library/Application Support/pip/{name}",
        System.WINDOWS: "C:/ProgramData/pip/pip.ini",
    }
    environment = host.env("VIRTUAL_ENV") or ""
    return (
        machine[host.system],
        f"~/.pip/{name}",
        *user,
        *_pointed(f"{environment}/{name}" if environment else ""),
        *_variable(host, "PIP_CONFIG_FILE"),
    )


def npm_files(host: Host) -> tuple[str, ...]:
    """Return npm's settings files: machine, user, project."""
    return ("/etc/npmrc", "/usr/etc/npmrc", *(_variable(host, "NPM_CONFIG_USERCONFIG") or ("~/.npmrc",)), *in_project(host, ".npmrc"))


def yarn_files(host: Host) -> tuple[str, ...]:
    """Return Yarn's settings files."""
    return ("~/.yarnrc.yml", *in_project(host, ".yarnrc.yml"))


def cargo_files(host: Host) -> tuple[str, ...]:
    """Return Cargo's settings files."""
    home = (host.env("CARGO_HOME") or "~/.cargo").rstrip("/\\")
    return (f"{home}/config.toml", f"{home}/config", *in_project(host, ".cargo/config.toml"))


def conda_files(_host: Host) -> tuple[str, ...]:
    """Return conda's settings files."""
    return ("/etc/conda/.condarc", "~/.condarc", "~/.conda/.condarc", "~/.config/conda/.condarc")


def maven_files(_host: Host) -> tuple[str, ...]:
    """Return Maven's settings files."""
    return ("~/.m2/settings.xml", "/etc/maven/settings.xml", "/usr/share/maven/conf/settings.xml")


def gradle_files(host: Host, *names: str) -> tuple[str, ...]:
    """Return files in Gradle's user folder."""
    home = (host.env("GRADLE_USER_HOME") or "~/.gradle").rstrip("/\\")
    return tuple(f"{home}/{name}" for name in names)


def docker_daemon_files(host: Host) -> tuple[str, ...]:
    """Return the settings files of Docker's service, plain and without root."""
    return (
        "/etc/docker/daemon.json",
        f"{config_home(host)}/docker/daemon.json",
        "~/.docker/daemon.json",
        "C:/ProgramData/docker/config/daemon.json",
    )


def editor_files(host: Host) -> tuple[str, ...]:
    """Return the user settings of VS Code and editors built on it, and those of the project."""
    folder = {System.LINUX: config_home(host), System.MACOS: _MAC_SUPPORT, System.WINDOWS: _ROAMING}[host.system]
    return (*(f"{folder}/{name}/User/settings.json" for name in EDITORS), *in_project(host, ".vscode/settings.json"))


def in_project(host: Host, name: str) -> tuple[str, ...]:
    """Return a file's path in the working folder; none where that is the home folder, whose files are asked anyway."""
    try:
        folder = host.cwd.rstrip("/\\")
        is_home = folder == host.home.rstrip("/\\")
    except HostError:
        return ()
    return () if is_home else (f"{folder}/{name}",)


def _variable(host: Host, name: str) -> tuple[str, ...]:
    return _pointed(host.env(name) or "")


def _pointed(path: str) -> tuple[str, ...]:
    """Accept only full paths to real files; `/dev/null` means that the tool is to read no file."""
    is_full = path.startswith(("/", "~")) or path[1:3] in {":\\", ":/"}
    return (path,) if is_full and not path.startswith("/dev/") else ()
