"""Probe for package mirrors: where tools fetch packages from instead of the public place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes import _address, _toolfiles, _toolmirrors
from core.probes._ask import found, names_in
from core.probes._session_settings import config_home
from core.probes._toolfiles import Tool
from core.probes.registry import probe
from core.probes.result import source

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer

_VARIABLES: Final = {
    "pip": ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"),
    "uv": ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_PYTHON_INSTALL_MIRROR"),
    "npm": ("NPM_CONFIG_REGISTRY", "npm_config_registry", "NVM_NODEJS_ORG_MIRROR", "ELECTRON_MIRROR", "PLAYWRIGHT_DOWNLOAD_HOST"),
    "Yarn": ("YARN_NPM_REGISTRY_SERVER",),
    "Rust": ("RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"),
    "Homebrew": (
        "HOMEBREW_API_DOMAIN",
        "HOMEBREW_BOTTLE_DOMAIN",
        "HOMEBREW_BREW_GIT_REMOTE",
        "HOMEBREW_CORE_GIT_REMOTE",
        "HOMEBREW_PIP_INDEX_URL",
    ),
    "Dart": ("PUB_HOSTED_URL", "FLUTTER_STORAGE_BASE_URL"),
    "Hugging Face": ("HF_ENDPOINT",),
    "conda": ("CONDA_CHANNEL_ALIAS",),
}
_GO: Final = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOSUMDB", "GONOPROXY")


@probe("package-mirrors")
def package_mirrors(host: Host) -> Answer:
    """The settings files and variables of package managers; nothing is resolved and nothing is asked for."""
    groups: dict[str, list[SourceReading]] = {}
    for tool in _tools(host):
        groups.setdefault(tool.name, []).extend(_toolfiles.ask_tool(host, tool))
    for name, variables in _VARIABLES.items():
        groups.setdefault(name, []).extend(_variable(name, variable, value) for variable in variables if (value := host.env(variable)))
    rows = [(name, host.env(name)) for name in _GO]
    groups.setdefault("Go", []).extend(
        source(f"Go ({name})", Origin.ENVIRONMENT, found(_toolmirrors.go_values(name, value))) for name, value in rows if value
    )
    return _toolfiles.by_tool(groups)


def _variable(tool: str, name: str, value: str) -> SourceReading:
    """Wrap a variable's addresses; uv allows `name=address`."""
    words = [word.partition("=")[2] if "=" in word.partition("://")[0] else word for word in value[:4000].split()]
    return source(f"{tool} ({name})", Origin.ENVIRONMENT, found(_address.urls(words)))


def _go_files(host: Host) -> tuple[str, ...]:
    chosen = host.env("GOENV")
    if chosen:
        return (chosen,) if chosen.startswith(("/", "~")) else ()
    places = {
        System.LINUX: f"{config_home(host)}/go/env",
        System.MACOS: "~/Library/Application Support/go/env",
        System.WINDOWS: "~/AppData/Roaming/go/env",
    }
    return (places[host.system],)


def _uv_files(host: Host) -> tuple[str, ...]:
    user = "~/AppData/Roaming/uv/uv.toml" if host.system is System.WINDOWS else f"{config_home(host)}/uv/uv.toml"
    return ("/etc/uv/uv.toml", user, *_toolfiles.in_project(host, "uv.toml"))


def _apt_files(host: Host) -> tuple[str, ...]:
    folder = "/etc/apt/sources.list.d"
    return ("/etc/apt/sources.list", *(f"{folder}/{name}" for name in names_in(host, folder, 60) if name.endswith((".list", ".sources"))))


def _tools(host: Host) -> tuple[Tool, ...]:
    return (
        Tool("pip", _toolfiles.pip_files(host), _toolmirrors.pip),
        Tool("uv", _uv_files(host), _toolmirrors.uv),
        Tool("npm", _toolfiles.npm_files(host), _toolmirrors.npm),
        Tool("Yarn", _toolfiles.yarn_files(host), _toolmirrors.yarn),
        Tool("Go", _go_files(host), _toolmirrors.go),
        Tool("Cargo", _toolfiles.cargo_files(host), _toolmirrors.cargo),
        Tool("Maven", _toolfiles.maven_files(host), _toolmirrors.maven),
        Tool("Gradle", _toolfiles.gradle_files(host, "init.gradle", "init.gradle.kts"), _toolmirrors.gradle),
        Tool("conda", _toolfiles.conda_files(host), _toolmirrors.conda),
        Tool("Docker", _toolfiles.docker_daemon_files(host), _toolmirrors.docker),
        Tool("apt", _apt_files(host), _toolmirrors.apt),
    )
