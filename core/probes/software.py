"""Probes of shell, search path, terminal, starting programs, developer tools and installed programs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Agreement, Origin, System
from core.probes._ask import NOT_SET, asked, count, stated, with_extra
from core.probes._parse import assignments
from core.probes._places import from_places, presence_result
from core.probes._programs import SHELLS, shown_name
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, one, same_value, separate_values
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from core.host.base import Host
    from core.probes.result import Result

_MOST_FOLDERS: Final = 300
_LONGEST: Final = 60
_FRAMEWORKS: Final = (
    "~/.oh-my-zsh",
    "~/.oh-my-bash",
    "{config}/fish/conf.d",
    "{config}/starship.toml",
    "~/.p10k.zsh",
    "~/.zprezto",
    "~/.bash_it",
)
_TERMINAL_NAMES: Final = (
    "TERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LC_TERMINAL",
    "LC_TERMINAL_VERSION",
    "COLORTERM",
    "VTE_VERSION",
    "TERMINAL_EMULATOR",
    "KONSOLE_VERSION",
)
_TERMINAL_IDS: Final = (
    "WT_SESSION KITTY_WINDOW_ID KITTY_PID ITERM_SESSION_ID TERM_SESSION_ID TMUX STY WINDOWID GNOME_TERMINAL_SCREEN "
    "KONSOLE_DBUS_SESSION ALACRITTY_WINDOW_ID WEZTERM_PANE GHOSTTY_RESOURCES_DIR SSH_TTY ConEmuPID"
).split()
_LAUNCH_MARKS: Final = (
    ("VSCODE_PID", "an editor of the VS Code family"),
    ("VSCODE_IPC_HOOK_CLI", "an editor of the VS Code family"),
    ("VSCODE_CWD", "an editor of the VS Code family"),
    ("CURSOR_TRACE_ID", "Cursor"),
    ("ZED_TERM", "Zed"),
    ("IDEA_INITIAL_DIRECTORY", "a JetBrains editor"),
    ("__CFBundleIdentifier", "a macOS app"),
    ("SSH_CONNECTION", "a login over SSH"),
    ("TMUX", "tmux"),
)
_PATH_KINDS: Final = (
    ("/.nvm/", "nvm"),
    ("/fnm", "fnm"),
    ("/.volta/", "volta"),
    ("/.pyenv/", "pyenv"),
    ("conda", "conda"),
    ("/.cargo/", "cargo"),
    ("/.rbenv/", "rbenv"),
    ("/.sdkman/", "sdkman"),
    ("/go/bin", "go"),
    ("/.bun/", "bun"),
    ("/.deno/", "deno"),
    ("homebrew", "Homebrew"),
    ("linuxbrew", "Homebrew"),
    ("/mnt/c/", "Windows folders"),
    ("/snap/", "snap"),
    ("/node_modules/", "a project's own programs"),
    ("/.venv/", "a virtual environment"),
)


def _program(path: str) -> Result:
    """Wrap a program's path: open for everyday shells in system folders, else masked."""
    text = path.strip()
    if not text:
        return Absent("It is set but empty.")
    name = text.replace("\\", "/").rpartition("/")[2]
    is_plain = name.lower() in SHELLS and not text.startswith(("/home/", "/Users/", "~")) and ":\\users\\" not in text.lower()
    return one(open_text(text) if is_plain else Sensitive(text, MaskKind.PATH))


def _variable_program(host: Host, name: str) -> Result:
    value = host.env(name)
    return NOT_SET if value is None else _program(value)


@probe("shell", System.LINUX, System.MACOS)
def shell(host: Host) -> Answer:
    """Compare the shell of the environment with that of the account; frameworks are named by their folders."""
    answer = same_value(
        (
            asked("SHELL", Origin.ENVIRONMENT, lambda: _variable_program(host, "SHELL")),
            asked("account", Origin.SYSTEM, lambda: _program(host.account().shell)),
        )
    )
    extra = [item for item in from_places(host, _FRAMEWORKS, presence_result) if isinstance(item.result, Ok)]
    return with_extra(answer, *extra)


@probe("shell", System.WINDOWS)
def shell_windows(host: Host) -> Answer:
    """Tell the command interpreter and whether PowerShell set its variables."""
    return separate_values(
        (
            asked("ComSpec", Origin.ENVIRONMENT, lambda: _variable_program(host, "ComSpec")),
            asked("PSModulePath", Origin.ENVIRONMENT, lambda: stated("PowerShell is set up") if host.env("PSModulePath") else NOT_SET),
            asked("SHELL", Origin.ENVIRONMENT, lambda: _variable_program(host, "SHELL")),
        )
    )


@probe("path")
def path(host: Host) -> Answer:
    """List the search path; folders are masked, counts and kinds of version managers are open."""
    sources = [asked("PATH", Origin.ENVIRONMENT, lambda: _folders(host, host.env("PATH") or ""))]
    if host.system is System.LINUX:
        sources.append(
            asked(
                "/etc/environment", Origin.SYSTEM, lambda: _folders(host, assignments(host.read_text("/etc/environment")).get("PATH", ""))
            )
        )
    elif host.system is System.MACOS:
        sources.append(asked("/etc/paths", Origin.SYSTEM, lambda: _folders(host, host.read_text("/etc/paths").replace("\n", ":"))))
    else:
        sources += [asked(f"{key}\\Path", origin, partial(_registry_path, host, key)) for key, origin in _PATH_KEYS]
    answer = separate_values(sources)
    first = sources[0].result
    return Answer(first, answer.sources, answer.agreement) if isinstance(first, Ok) else answer


_PATH_KEYS: Final = (
    ("HKCU\\Environment", Origin.USER),
    ("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment", Origin.SYSTEM),
)


def _registry_path(host: Host, key: str) -> Result:
    return _folders(host, str(host.registry(key, "Path")))


def _folders(host: Host, text: str) -> Result:
    found = [item for item in text.split(";" if host.system is System.WINDOWS else ":") if item.strip()][:_MOST_FOLDERS]
    if not found:
        return Absent("No search path is set.")
    home = _home_or_nothing(host)
    own = sum(1 for item in found if home and item.startswith(home))
    flat = " ".join(f"{item}/" for item in found).replace("\\", "/").lower()
    kinds = list(dict.fromkeys(name for mark, name in _PATH_KINDS if mark in flat))
    words = [count(len(found), "folder"), *([f"{own} in the home folder"] if own else []), *kinds]
    return Ok(tuple(dict.fromkeys(Sensitive(item, MaskKind.PATH) for item in found)), ", ".join(words))


def _home_or_nothing(host: Host) -> str:
    try:
        return host.home
    except HostError:
        return ""


@probe("terminal")
def terminal(host: Host) -> Answer:
    """Tell the terminal program; identifiers of windows and sessions are only reported as set."""
    named = [asked(name, Origin.ENVIRONMENT, partial(_short_word, host, name)) for name in _TERMINAL_NAMES if host.env(name) is not None]
    ids = [
        asked(name, Origin.ENVIRONMENT, lambda: stated("an identifier of this window or session"))
        for name in _TERMINAL_IDS
        if host.env(name)
    ]
    if not named and not ids:
        return Answer(Absent("No variable of a terminal is set."), (), Agreement.NONE)
    return separate_values((*named, *ids))


def _short_word(host: Host, name: str) -> Result:
    text = (host.env(name) or "").strip()
    if not text:
        return Absent("The variable is set but empty.")
    is_plain = len(text) <= _LONGEST and text.isascii() and all(ch.isalnum() or ch in "-_.+ " for ch in text)
    return one(open_text(text) if is_plain else Sensitive(text[:400]))


@probe("launcher-chain")
def launcher_chain(host: Host) -> Answer:
    """Tell which programs started this one: everyday programs by name, others only counted."""
    sources = [asked("parent programs", Origin.PROGRAM, lambda: _parents(host))]
    sources += [asked(name, Origin.ENVIRONMENT, partial(stated, words)) for name, words in _LAUNCH_MARKS if host.env(name)]
    if (host.env("TERMINAL_EMULATOR") or "").startswith("JetBrains"):
        sources.append(asked("TERMINAL_EMULATOR", Origin.ENVIRONMENT, lambda: stated("a JetBrains editor")))
    return separate_values(sources)


def _parents(host: Host) -> Result:
    chain = host.parents()
    if not chain:
        return Absent("No starting program can be seen.")
    shown = [shown_name(item.name) for item in chain]
    values = [open_text(name) for name in dict.fromkeys(shown) if name]
    values += [Sensitive(item.name) for item, name in zip(chain, shown, strict=True) if not name]
    return Ok(tuple(dict.fromkeys(values)), " < ".join(name or "another program" for name in shown[:8]))
