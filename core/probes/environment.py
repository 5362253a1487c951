"""Probes of category "Environment and shell" that look at variables: names, secrets, markers, settings, injected code."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.model import Agreement, Origin, System
from core.probes._address import host_url
from core.probes._ask import NOT_SET, asked, count, stated
from core.probes._places import from_places, gather, label_of, named, place_of
from core.probes._secret_kinds import assignments, kind_by_name, secrets_in
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, one, separate_values
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_MOST_NAMES: Final = 500
_FILE_LIMIT: Final = 256 * 1024
_MOST_FILES: Final = 50
_USER_KEY: Final = "HKCU\\Environment"
_SYSTEM_KEY: Final = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
# Names that say nothing about a person: every desktop sets them.
_EVERYDAY: Final = frozenset(
    (
        "PATH HOME USER LOGNAME SHELL PWD OLDPWD SHLVL TERM LANG LANGUAGE TZ EDITOR VISUAL PAGER MAIL HOSTNAME DISPLAY WAYLAND_DISPLAY "
        "XAUTHORITY DBUS_SESSION_BUS_ADDRESS DESKTOP_SESSION COLORTERM LS_COLORS LESSOPEN LESSCLOSE TMPDIR TEMP TMP _ __CFBundleIdentifier "
        "COMSPEC OS PATHEXT SYSTEMDRIVE SYSTEMROOT WINDIR USERNAME USERDOMAIN USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA "
        "PROGRAMDATA PROGRAMFILES PUBLIC COMPUTERNAME NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE PSMODULEPATH SSH_AUTH_SOCK"
    ).split()
)
_EVERYDAY_STARTS: Final = ("LC_", "XDG_", "GTK_", "QT_", "GDM", "GNOME_", "KDE_", "PROCESSOR_", "PROGRAMFILES", "COMMONPROGRAM")
_RC_FILES: Final = ("~/.profile", "~/.bashrc", "~/.bash_profile", "~/.zshenv", "~/.zshrc", "~/.zprofile", "{config}/fish/config.fish")
_CI: Final = (
    "CI CONTINUOUS_INTEGRATION BUILD_NUMBER GITHUB_ACTIONS GITLAB_CI JENKINS_URL TEAMCITY_VERSION TRAVIS CIRCLECI BUILDKITE APPVEYOR "
    "TF_BUILD BITBUCKET_BUILD_NUMBER DRONE CODEBUILD_BUILD_ID CIRRUS_CI SEMAPHORE WOODPECKER NETLIFY VERCEL"
).split()
_AGENTS: Final = (
    "AI_AGENT CLAUDECODE CLAUDE_CODE CLAUDE_CODE_ENTRYPOINT CURSOR_AGENT GEMINI_CLI CODEX_SANDBOX CODEX_THREAD_ID OPENCODE AUGMENT_AGENT "
    "GOOSE_PROVIDER COPILOT_AGENT COPILOT_CLI REPL_ID QWEN_CODE CLINE_ACTIVE"
).split()
_OPT_OUTS: Final = (
    "DO_NOT_TRACK DISABLE_TELEMETRY DISABLE_ERROR_REPORTING DISABLE_AUTOUPDATER CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC "
    "COPILOT_OFFLINE DOTNET_CLI_TELEMETRY_OPTOUT POWERSHELL_TELEMETRY_OPTOUT NEXT_TELEMETRY_DISABLED GATSBY_TELEMETRY_DISABLED "
    "HOMEBREW_NO_ANALYTICS HF_HUB_DISABLE_TELEMETRY SAM_CLI_TELEMETRY AZURE_CORE_COLLECT_TELEMETRY STRIPE_CLI_TELEMETRY_OPTOUT "
    "ASTRO_TELEMETRY_DISABLED NUXT_TELEMETRY_DISABLED TURBO_TELEMETRY_DISABLED GOTELEMETRY"
).split()
_INJECTORS: Final = {
    System.LINUX: ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"),
    System.MACOS: ("DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH"),
    System.WINDOWS: ("COR_ENABLE_PROFILING", "COR_PROFILER", "CORECLR_ENABLE_PROFILING", "CORECLR_PROFILER"),
}
_INJECTORS_ANYWHERE: Final = (
    "NODE_OPTIONS NODE_PATH PYTHONPATH PYTHONSTARTUP PYTHONHOME JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS BASH_ENV ENV RUBYOPT "
    "PERL5OPT PERL5LIB DOTNET_STARTUP_HOOKS"
).split()


@probe("env-names")
def env_names(host: Host) -> Answer:
    """Name the variables a started program gets; names every desktop sets are open, the person's own are masked."""
    sources = [asked("environment", Origin.ENVIRONMENT, lambda: _names(host.environ()))]
    sources += _settings_sources(host, lambda pairs: _names(name for name, _ in pairs))
    answer = separate_values(sources)
    first = sources[0].result
    return Answer(first if isinstance(first, Ok) else answer.result, answer.sources, answer.agreement)


def _names(names: Iterable[str]) -> Result:
    found = sorted({name for name in names if name})
    if not found:
        return Absent("No variable is set.")
    own = sum(1 for name in found if not _is_everyday(name))
    values = tuple(
        open_text(name) if _is_everyday(name) or kind_by_name(name)[0] == name else Sensitive(name) for name in found[:_MOST_NAMES]
    )
    return Ok(values, f"{count(len(found), 'variable')}, {own} beyond the everyday ones")


def _is_everyday(name: str) -> bool:
    upper = name.upper()
    return upper in _EVERYDAY or upper.startswith(_EVERYDAY_STARTS) or name in _EVERYDAY


def _settings_sources(host: Host, see: Callable[[Iterable[tuple[str, str]]], Result]) -> list[SourceReading]:
    """Ask the places from which a new session's environment is made."""
    if host.system is System.WINDOWS:
        return [
            asked(_USER_KEY, Origin.USER, partial(_registry_pairs, host, _USER_KEY, see)),
            asked(_SYSTEM_KEY, Origin.SYSTEM, partial(_registry_pairs, host, _SYSTEM_KEY, see)),
        ]
    if host.system is System.MACOS:
        return []
    return [
        asked("/etc/environment", Origin.SYSTEM, lambda: see(assignments(host.read_text("/etc/environment", _FILE_LIMIT)))),
        asked(label_of(host, "{config}/environment.d"), Origin.USER, lambda: named("environment.d", lambda: see(_drop_ins(host)))),
    ]


def _registry_pairs(host: Host, key: str, see: Callable[[Iterable[tuple[str, str]]], Result]) -> Result:
    return see([(name, str(host.registry(key, name))) for name in host.registry_names(key)[:_MOST_NAMES]])


def _drop_ins(host: Host) -> list[tuple[str, str]]:
    folder = place_of(host, "{config}/environment.d")
    names = [name for name in host.entries(folder) if name.endswith(".conf")][:_MOST_FILES]
    return [pair for name in names for pair in assignments(host.read_text(f"{folder}/{name}", _FILE_LIMIT))]


@probe("env-secrets")
def env_secrets(host: Host) -> Answer:
    """Find variables that hold passwords, keys or tokens: shown are name, kind and length class; the values are dropped."""
    sources = [asked("environment", Origin.ENVIRONMENT, lambda: _secrets(host.environ().items()))]
    sources += _settings_sources(host, _secrets)
    if host.system is not System.WINDOWS:
        sources += from_places(host, _RC_FILES, lambda host, path: _secrets(assignments(host.read_text(path, _FILE_LIMIT))))
    answer = separate_values(sources)
    if not isinstance(answer.result, Ok):
        return answer
    total = sum(len(item.result.values) for item in sources if isinstance(item.result, Ok))
    return Answer(Ok(answer.result.values, f"{total} found"), answer.sources, answer.agreement)


def _secrets(pairs: Iterable[tuple[str, str]]) -> Result:
    found = secrets_in(pairs)[:_MOST_NAMES]
    return Ok(found, count(len(found), "secret")) if found else Absent("Nothing there looks like a password or key.")


def _flag_sources(host: Host, names: Iterable[str], see: Callable[[str], Result]) -> list[SourceReading]:
    """Ask each variable that is set; one line stands for all the others."""
    found = [(name, value) for name in names if (value := host.env(name)) is not None]
    if not found:
        return [asked("environment", Origin.ENVIRONMENT, lambda: Absent("None of the known variables is set."))]
    return [asked(name, Origin.ENVIRONMENT, partial(see, value)) for name, value in found]


def _switch_words(value: str) -> Result:
    """Tell how a switch stands without repeating what was written."""
    word = value.strip().lower()
    if not word:
        return Absent("The variable is set but empty.")
    if word in {"1", "true", "yes", "on"}:
        return stated("on")
    return stated("off" if word in {"0", "false", "no", "off"} else "set")


@probe("ci-markers")
def ci_markers(host: Host) -> Answer:
    """Name the variables that tell programs they run in an automation."""
    return gather(_flag_sources(host, _CI, _switch_words), "marker")


@probe("agent-markers")
def agent_markers(host: Host) -> Answer:
    """Name the variables that tell programs an AI assistant started them."""
    return gather(_flag_sources(host, _AGENTS, _switch_words), "marker")


@probe("opt-out-flags")
def opt_out_flags(host: Host) -> Answer:
    """Tell which switches against telemetry are set, and how they stand."""
    return gather(_flag_sources(host, _OPT_OUTS, _switch_words), "setting")


@probe("otel-env")
def otel_env(host: Host) -> Answer:
    """Tell where programs are told to send their telemetry; headers, which hold keys, are only counted."""
    names = sorted(name for name in host.environ() if name.startswith("OTEL_"))[:_MOST_FILES]
    if not names:
        return Answer(Absent("No OTEL_ variable is set."), (), Agreement.NONE)
    answer = separate_values(asked(_otel_label(name), Origin.ENVIRONMENT, partial(_otel_value, host, name)) for name in names)
    if not isinstance(answer.result, Ok):
        return answer
    return Answer(Ok(answer.result.values, count(len(names), "setting")), answer.sources, answer.agreement)


def _otel_label(name: str) -> str:
    return name if len(name) <= 60 and name.replace("_", "").isalnum() and name.isascii() else "OTEL_ variable with an unusual name"


def _otel_value(host: Host, name: str) -> Result:
    value = host.env(name)
    if value is None:
        return NOT_SET
    text = value.strip()
    if not text:
        return Absent("The variable is set but empty.")
    if name.endswith("_ENDPOINT"):
        return one(host_url(text))
    if name.endswith(("_HEADERS", "_ATTRIBUTES")):
        return stated(count(text.count(",") + 1, "entry", "entries"))
    if name == "OTEL_SERVICE_NAME":
        return one(Sensitive(text[:400], MaskKind.FULL))
    return stated(text) if text in {"otlp", "console", "none", "grpc", "http/protobuf", "http/json", "true", "false"} else stated("set")


@probe("runtime-injection")
def runtime_injection(host: Host) -> Answer:
    """Name the variables and system settings that load extra code or options into every started program; what they load is not kept."""
    names = (*_INJECTORS[host.system], *_INJECTORS_ANYWHERE)
    sources = _flag_sources(host, names, _entry_words)
    if host.system is System.LINUX:
        sources.append(asked("/etc/ld.so.preload", Origin.SYSTEM, lambda: _entry_words(host.read_text("/etc/ld.so.preload", _FILE_LIMIT))))
    if host.system is System.WINDOWS:
        key = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Windows"
        sources.append(asked(f"{key}\\AppInit_DLLs", Origin.SYSTEM, lambda: _entry_words(str(host.registry(key, "AppInit_DLLs")))))
    return gather(sources, "setting")


def _entry_words(value: str) -> Result:
    entries = value.split()
    return stated(count(len(entries), "entry", "entries")) if entries else Absent("It is set but empty.")
