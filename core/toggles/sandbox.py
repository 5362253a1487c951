"""The bubblewrap recipe: a tool's launch profile as mounts, namespaces and environment. Nothing is started here.

Arguments, environment and generated files are handed over through descriptors (`core.toggles.prepared`), so that neither
this machine's paths nor a secret stand in any command line.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.toggles import looked
from core.toggles.launch import NETWORK
from core.toggles.program import SYSTEM, below, install_roots
from core.toggles.sandbox_etc import HOME, HOST, MACHINE_ID, UID, USER, Data, private_etc
from core.toggles.sandbox_home import check_project, home_arguments, project_arguments, project_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.toggles.launch import LaunchProfile
    from core.toggles.ready import Facts
    from core.toggles.sandbox_etc import Argument
    from core.toggles.sandbox_home import Folders, Names

_TMP: Final = "/tmp"  # noqa: S108 - the folder itself is meant, no file is made in it
_X11: Final = f"{_TMP}/.X11-unix"
_PRIVATE_ETC: Final = {"zone", "machine-id", "hostname", "hosts", "accounts", "home", "mounts", "certificates"}
_NOT_SHARED: Final = {"etc", "proc", "dev", "sys", "run", "var", "tmp", "home", "root", *(name[1:] for name in SYSTEM)}
_ROOT_BUNDLE: Final = "/usr/share/ca-certificates/mozilla"
_UNSETS: Final[Mapping[str, tuple[str, ...]]] = {
    "hostname": ("HOSTNAME", "HOST", "COMPUTERNAME", "NAME"),
    "accounts": ("MAIL", "USERNAME", "SUDO_USER", "SUDO_UID", "SUDO_GID", "SUDO_COMMAND", "SUDO_HOME"),
    "bus": ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"),
    "display": ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY"),
    "runtime": ("SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "PULSE_SERVER", "DOCKER_HOST", "DBUS_SESSION_BUS_ADDRESS"),
}
_SETS: Final[Mapping[str, Mapping[str, str]]] = {"zone": {"TZ": "UTC"}, "accounts": {"USER": USER, "LOGNAME": USER}}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What bubblewrap is told, the environment and folder inside, and what has to be said about this start."""

    arguments: tuple[Argument, ...]
    env: Mapping[str, str]
    argv: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is started: the tool's facts (None for any other program), its command line, its environment."""

    tool: Facts | None
    argv: Sequence[str]
    env: Mapping[str, str]


def build(profile: LaunchProfile, subject: Subject, folders: Folders) -> Recipe:
    """Return the recipe of one start; raise `LaunchError` where the profile cannot be kept in this working folder."""
    check_project(folders.project, folders.home, profile)
    names = folders.names(profile)
    notes: list[str] = []
    arguments: list[Argument] = ["--die-with-parent", "--cap-drop", "ALL", "--unshare-user", "--unshare-ipc", "--unshare-cgroup-try"]
    arguments += _identity(profile)
    arguments += _system(profile.parts)
    arguments += _etc(profile.parts, subject.tool)
    arguments += home_arguments(profile, folders, subject.tool, subject.env)
    roots = install_roots(subject.argv[0], subject.env.get("PATH", ""), folders.home)
    arguments += _programs(profile, roots, folders, notes)
    arguments += _extras(profile, names)
    arguments += project_arguments(profile, folders) if _needs_binding(profile, folders) else []
    arguments += _covers(profile.parts, folders, names)
    if os.geteuid() == 0 and "processes" in profile.parts:
        notes.append("You are root, so a sandbox of the tool's own cannot start inside this one; start it as an ordinary user.")
    env = inner_environment(profile, subject.env, folders, roots)
    arguments += ["--remount-ro", "/etc"] if profile.parts & _PRIVATE_ETC else []
    arguments += ["--chdir", names.inside(folders.cwd)]
    argv = (names.inside(subject.argv[0]), *subject.argv[1:])
    return Recipe(tuple(arguments), env, argv, tuple(notes))


def project_folder(profile: LaunchProfile, cwd: str, home: str) -> str:
    """Return the project a launch in `cwd` works on."""
    return project_of(cwd, home) if profile.parts & {"home", "project", "mounts", "history", "remotes", "dotenv"} else cwd


def _identity(profile: LaunchProfile) -> list[Argument]:
    arguments: list[Argument] = []
    if "accounts" in profile.parts:
        arguments += ["--uid", str(UID), "--gid", str(UID)]
    if "hostname" in profile.parts:
        arguments += ["--unshare-uts", "--hostname", HOST]
    if "processes" in profile.parts:
        arguments += ["--unshare-pid"]
    return arguments


def _system(parts: frozenset[str]) -> list[Argument]:
    """Return what is seen of the system's own folders."""
    arguments: list[Argument] = []
    for folder in SYSTEM:
        if target := looked.link(folder):
            arguments += ["--symlink", target, folder]
        elif looked.is_folder(folder):
            arguments += ["--ro-bind", folder, folder]
    arguments += ["--proc", "/proc"] if "processes" in parts else ["--bind", "/proc", "/proc"]
    arguments += ["--dev", "/dev"] if "devices" in parts else ["--dev-bind", "/dev", "/dev"]
    arguments += [] if {"devices", NETWORK} & parts else _kept("/sys", "--ro-bind")  # it names the network's devices as well
    arguments += ["--tmpfs", "/run", "--perms", "0700", "--dir", f"/run/user/{_uid(parts)}"] if "runtime" in parts else _kept("/run")
    arguments += ["--tmpfs", "/var", "--dir", "/var" + _TMP] if "packages" in parts else _kept("/var")
    arguments += ["--perms", "1777", "--tmpfs", _TMP] if "mounts" in parts else _kept(_TMP)
    if "mounts" not in parts:
        homes = () if parts & {"home", "accounts"} else ("home", "root")
        for name in looked.names("/"):
            if (name in homes or name not in _NOT_SHARED) and looked.is_folder(f"/{name}") and not looked.link(f"/{name}"):
                arguments += ["--dev-bind-try", f"/{name}", f"/{name}"]
    return arguments


def _kept(folder: str, how: str = "--bind") -> list[Argument]:
    return [how, folder, folder] if looked.is_folder(folder) else []


def _uid(parts: frozenset[str]) -> int:
    return UID if "accounts" in parts else os.getuid()


def _etc(parts: frozenset[str], tool: Facts | None) -> list[Argument]:
    if not parts & _PRIVATE_ETC:
        return ["--ro-bind", "/etc", "/etc"]
    also = {path.split("/")[2] for path in (tool.own_places if tool else ()) if path.startswith("/etc/")}
    arguments = private_etc(parts, sorted(also))
    if "machine-id" in parts and ("packages" in parts or looked.is_file("/var/lib/dbus/machine-id")):
        is_link = "packages" not in parts and looked.link("/var/lib/dbus/machine-id") != ""
        content = Data(f"{MACHINE_ID}\n".encode())
        arguments += [] if is_link else ["--perms", "0444", "--ro-bind-data", content, "/var/lib/dbus/machine-id"]
    if "certificates" in parts and (bundle := _distribution_certificates()):
        arguments += ["--perms", "0444", "--ro-bind-data", Data(bundle), "/etc/ssl/certs/ca-certificates.crt"]
    return arguments


def _distribution_certificates() -> bytes:
    if not looked.is_folder(_ROOT_BUNDLE) or not looked.exists("/etc/ssl/certs/ca-certificates.crt"):
        return b""
    return b"".join(looked.read(f"{_ROOT_BUNDLE}/{name}") for name in looked.names(_ROOT_BUNDLE))


def _programs(profile: LaunchProfile, roots: Iterable[str], folders: Folders, notes: list[str]) -> list[Argument]:
    """Show the tool's package and interpreter where hidden folders hold them; they stay writable for the tool's own updates."""
    arguments: list[Argument] = []
    names = folders.names(profile)
    is_absolute = False
    for root in roots:
        in_home = below(root, folders.home)
        if "home" in profile.parts if in_home else _is_hidden(root, profile.parts):
            arguments += ["--bind" if in_home and looked.is_writable(root) else "--ro-bind", root, names.inside(root)]
        is_absolute = is_absolute or (in_home and names.inside(root) != root and _names_itself(root, folders.home))
    if is_absolute and not below(HOME, folders.home):
        arguments += ["--symlink", HOME, folders.home]
        notes.append(
            "This tool is installed under full paths of your home folder, so the folder's name, and the user name in it, stay readable."
        )
    return arguments


def _is_hidden(path: str, parts: frozenset[str]) -> bool:
    """Return whether a path outside the home is not shown by the system's mounts."""
    top = path.split("/")[1]
    return "mounts" in parts or (top in {"home", "root"} and bool(parts & {"home", "accounts"})) or (top == "var" and "packages" in parts)


def _names_itself(root: str, home: str) -> bool:
    """Return whether an installation uses full paths of the home: links, or first lines of its scripts."""
    folder = next((name for name in (f"{root}/bin", f"{root}/.bin", f"{root}/node_modules/.bin", root) if looked.is_folder(name)), "")
    wanted = b"#!" + os.fsencode(home)
    for name in looked.names(folder)[:200] if folder else []:
        path = f"{folder}/{name}"
        target = looked.link(path)
        if below(target, home) if target else looked.is_file(path) and looked.read(path, len(wanted)) == wanted:
            return True
    return False


def _extras(profile: LaunchProfile, names: Names) -> list[Argument]:
    arguments: list[Argument] = []
    for option, paths in (("--ro-bind-try", profile.extra_read), ("--bind-try", profile.extra_write)):
        for path in paths:
            arguments += [option, path, names.inside(path)]
    return arguments


def _needs_binding(profile: LaunchProfile, folders: Folders) -> bool:
    """Return whether the project is hidden by what was mounted so far, has another name inside, or holds something to cover."""
    hidden = "mounts" in profile.parts or ("home" in profile.parts and below(folders.project, folders.home))
    top = folders.project.split("/")[1]
    return hidden or top in {"tmp", "home", "root", "var", "run"} or bool(profile.parts & {"project", "history", "remotes", "dotenv"})


def _covers(parts: frozenset[str], folders: Folders, names: Names) -> list[Argument]:
    """Cover what earlier mounts still show: sockets, lists of programs, own fonts."""
    arguments: list[Argument] = []
    run = f"/run/user/{os.getuid()}"
    if "runtime" not in parts and "bus" in parts:
        arguments += [item for name in (f"{run}/bus", "/run/dbus/system_bus_socket") if looked.exists(name) for item in _nothing(name)]
    if "runtime" not in parts and "display" in parts and looked.is_folder(run):
        arguments += [item for name in looked.names(run) if name.startswith("wayland-") for item in _nothing(f"{run}/{name}")]
    if "mounts" not in parts and "display" in parts and looked.is_folder(_X11):
        arguments += ["--tmpfs", _X11]
    lists = ["/usr/share/applications", "/usr/share/metainfo"] if "packages" in parts else []
    fonts = ["/usr/local/share/fonts"] if "fonts" in parts else []
    arguments += [item for name in (*lists, *fonts) if looked.is_folder(name) for item in ("--tmpfs", name)]
    if "fonts" in parts and "home" not in parts:
        own = [os.path.join(folders.home, name) for name in (".fonts", ".local/share/fonts")]
        arguments += [item for name in own if looked.is_folder(name) for item in ("--tmpfs", names.inside(name))]
    return arguments


def _nothing(path: str) -> list[Argument]:
    return ["--ro-bind-data", Data(b""), path]


def replaced(profile: LaunchProfile) -> tuple[frozenset[str], frozenset[str]]:
    """Return the variables that are left out inside, and those whose value does not depend on their own value outside."""
    dropped = {name for part in profile.parts for name in _UNSETS.get(part, ())} | {"OLDPWD"}
    fixed = {"HOME", "PATH", "PWD", "SHELL", *profile.environment_set, *(name for part in profile.parts for name in _SETS.get(part, ()))}
    dropped |= {"TMPDIR"} if "mounts" in profile.parts else set()
    fixed |= {"XDG_RUNTIME_DIR"} if "runtime" in profile.parts else set()
    return frozenset(dropped), frozenset(fixed)


def inner_environment(profile: LaunchProfile, base: Mapping[str, str], folders: Folders, roots: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment inside: consistent with the mounts, paths under the names they have there."""
    dropped, _ = replaced(profile)
    names = folders.names(profile)
    env = {name: names.in_text(value) for name, value in base.items() if name not in dropped}
    for part in sorted(profile.parts):
        env.update(_SETS.get(part, {}))
    env["PWD"] = names.inside(folders.cwd)
    env["HOME"] = names.inside(folders.home)
    if "runtime" in profile.parts:
        env["XDG_RUNTIME_DIR"] = f"/run/user/{_uid(profile.parts)}"
    if "mounts" in profile.parts:
        env["PATH"] = os.pathsep.join(_seen(base.get("PATH", ""), (*roots, *profile.extra_read, *profile.extra_write, folders.home), names))
    if "SHELL" in env and not below(looked.real(env["SHELL"]), "/usr"):
        env["SHELL"] = "/bin/sh"
    return env


def _seen(path: str, shown: Sequence[str], names: Names) -> Iterable[str]:
    """Return the folders of PATH that can exist inside: the system's, and shown ones under their new names."""
    for folder in path.split(os.pathsep):
        if any(below(folder, place) for place in (*SYSTEM, *shown)):
            yield names.inside(folder)
