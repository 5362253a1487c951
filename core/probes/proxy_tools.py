"""Probe for proxies that single developer tools keep in their own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin
from core.probes import _address, _toolfiles, _toolvalues
from core.probes._ask import found, names_in
from core.probes._gitrepo import find_repository, load_config
from core.probes._session_settings import config_home
from core.probes._toolfiles import Tool
from core.probes.registry import probe, result_of
from core.probes.result import source

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer

_DROP_INS: Final = "/etc/systemd/system/docker.service.d"
_VARIABLES: Final = {"pip": ("PIP_PROXY",), "Cargo": ("CARGO_HTTP_PROXY",), "git": ("GIT_PROXY_COMMAND",)}


@probe("proxy-tools")
def proxy_tools(host: Host) -> Answer:
    """The settings files of git, npm, Yarn, pip, apt, Docker, curl, wget, Gradle, Maven, Cargo, ssh, conda and VS Code."""
    groups: dict[str, list[SourceReading]] = {"git": _git(host)}
    for tool in _tools(host):
        groups.setdefault(tool.name, []).extend(_toolfiles.ask_tool(host, tool))
    for name, variables in _VARIABLES.items():
        rows = [_variable(name, variable, value) for variable in variables if (value := host.env(variable))]
        groups.setdefault(name, []).extend(rows)
    return _toolfiles.by_tool(groups)


def _variable(tool: str, name: str, value: str) -> SourceReading:
    values = _address.hosts_with_port(value) if name == "GIT_PROXY_COMMAND" else _address.host_urls([value])
    return source(f"{tool} ({name})", Origin.ENVIRONMENT, found(values))


def _git(host: Host) -> list[SourceReading]:
    """Ask git's files, includes followed, without starting git; a file that cannot be read is a row of its own."""
    try:
        config = load_config(host, find_repository(host))
    except HostError as error:
        return [source("git", Origin.USER, result_of(error))]
    kept = [item.value for item in config.entries if item.key.endswith(".proxy") and item.key.startswith(("http.", "https.", "remote."))]
    commands = [item.value for item in config.entries if item.key == "core.gitproxy"]
    values = [*_address.host_urls(kept), *(value for command in commands for value in _address.hosts_with_port(command))]
    return [source("git", Origin.USER, found(values)), *config.problems(set())]


def _tools(host: Host) -> tuple[Tool, ...]:
    config = config_home(host)
    apt = ("/etc/apt/apt.conf", *(f"/etc/apt/apt.conf.d/{name}" for name in names_in(host, "/etc/apt/apt.conf.d", 100)))
    drop_ins = tuple(f"{_DROP_INS}/{name}" for name in names_in(host, _DROP_INS, 50) if name.endswith(".conf"))
    ssh = tuple(f"/etc/ssh/ssh_config.d/{name}" for name in names_in(host, "/etc/ssh/ssh_config.d", 50))
    return (
        Tool("npm", _toolfiles.npm_files(host), _toolvalues.npm),
        Tool("Yarn", _toolfiles.yarn_files(host), _toolvalues.yarn),
        Tool("pip", _toolfiles.pip_files(host), _toolvalues.pip),
        Tool("apt", apt, _toolvalues.apt),
        Tool("Docker", ("~/.docker/config.json",), _toolvalues.docker_client),
        Tool("Docker service", _toolfiles.docker_daemon_files(host), _toolvalues.docker_daemon),
        Tool("Docker service", drop_ins, _toolvalues.docker_drop_in),
        Tool("curl", ("~/.curlrc", f"{config}/curlrc", "~/_curlrc"), _toolvalues.curl),
        Tool("wget", ("/etc/wgetrc", "~/.wgetrc"), _toolvalues.wget),
        Tool("Gradle", _toolfiles.gradle_files(host, "gradle.properties"), _toolvalues.gradle),
        Tool("Maven", _toolfiles.maven_files(host), _toolvalues.maven),
        Tool("Cargo", _toolfiles.cargo_files(host), _toolvalues.cargo),
        Tool("ssh", ("~/.ssh/config", "/etc/ssh/ssh_config", *ssh), _toolvalues.ssh),
        Tool("conda", _toolfiles.conda_files(host), _toolvalues.conda),
        Tool("VS Code", _toolfiles.editor_files(host), _toolvalues.editor),
    )
