from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

STATUS = """Package: aaa
Status: install ok installed
Version: 9

Package: agent
Status: {status}
Architecture: amd64
Version: 1:2.1.0-3
Description: the package
 Version: 7

Package: zzz
Status: install ok installed
"""
PACKAGE = tool("agent", finder("system-package", apt=("agent",), rpm=("agent",)), commands=("agent",))
FLATPAK = tool("agent", finder("flatpak", ids=("com.acme.Agent",)))
SNAP = tool("agent", finder("snap", names=("agent",)))
BREW = tool("agent", finder("homebrew", formulae=("acme/tap/agent",), casks=("agent-app",)), commands=("agent",))


def dpkg(status: str = "install ok installed") -> dict[str, str]:
    return {
        "/var/lib/dpkg/status": STATUS.format(status=status),
        "/var/lib/dpkg/info/agent.list": "/.\n/usr\n/usr/bin/agent\n/usr/share/agent/resources/app/product.json\n",
        "/usr/bin/agent": "x",
    }


def test_dpkg_tells_version_and_program_of_an_installed_package(recorded_host: MakeHost) -> None:
    host = recorded_host(files=dpkg(), modes={"/usr/bin/agent": 0o755}, env={"PATH": "/usr/bin"})
    (found,) = detect(host, [PACKAGE]).installations
    assert (found.version, found.channel, found.path, found.starts_first) == ("1:2.1.0-3", Channel.APT, "/usr/bin/agent", True)


def test_a_package_that_left_only_its_settings_is_not_installed(recorded_host: MakeHost) -> None:
    assert detect(recorded_host(files=dpkg("deinstall ok config-files")), [PACKAGE]).installations == ()


def test_the_big_status_file_is_not_read_for_packages_that_are_not_there(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/var/lib/dpkg/info/other.list": ""}, denied=["/var/lib/dpkg/status"])
    assert detect(host, [PACKAGE]).problems == ()


def test_rpm_is_asked_once_for_all_names(recorded_host: MakeHost) -> None:
    command = "rpm -q --queryformat %{NAME}\\t%{VERSION}-%{RELEASE}\\n agent"
    host = recorded_host(
        files={"/usr/lib/sysimage/rpm/rpmdb.sqlite": "x"},
        commands={command: {"code": 1, "out": "package x is not installed\nagent\t2.0-1\n"}},
    )
    (found,) = detect(host, [PACKAGE]).installations
    assert (found.version, found.channel) == ("2.0-1", Channel.RPM)


def test_rpm_that_hangs_is_a_row_that_says_so(recorded_host: MakeHost) -> None:
    command = "rpm -q --queryformat %{NAME}\\t%{VERSION}-%{RELEASE}\\n agent"
    host = recorded_host(files={"/var/lib/rpm/Packages": "x"}, commands={command: {"slow": True}})
    detection = detect(host, [PACKAGE])
    assert detection.installations == ()
    assert "did not answer" in detection.problems[0].message


@pytest.mark.parametrize("base", ["/var/lib/flatpak/app", "/home/mia/.local/share/flatpak/app"])
def test_a_flatpak_tells_its_version_in_its_description(recorded_host: MakeHost, base: str) -> None:
    active = f"{base}/com.acme.Agent/x86_64/stable/abc"
    metainfo = '<component><releases><release date="2026-01-01" version="3.1"/><release version="3.0"/></releases></component>'
    host = recorded_host(
        files={f"{active}/files/share/metainfo/com.acme.Agent.metainfo.xml": metainfo},
        links={f"{base}/com.acme.Agent/current": "x86_64/stable", f"{base}/com.acme.Agent/x86_64/stable/active": "abc"},
    )
    (found,) = detect(host, [FLATPAK]).installations
    assert (found.version, found.channel, found.path) == ("3.1", Channel.FLATPAK, f"{base}/com.acme.Agent")


def test_a_flatpak_folder_without_an_active_version_is_not_installed(recorded_host: MakeHost) -> None:
    assert detect(recorded_host(files={"/var/lib/flatpak/app/com.acme.Agent/x": ""}), [FLATPAK]).installations == ()


def test_a_snap_tells_name_and_version_itself(recorded_host: MakeHost) -> None:
    host = recorded_host(
        files={"/snap/agent/12/meta/snap.yaml": "name: agent\nversion: '4.5'\nsummary: x\n"}, links={"/snap/agent/current": "12"}
    )
    (found,) = detect(host, [SNAP]).installations
    assert (found.version, found.channel) == ("4.5", Channel.SNAP)


def test_a_snap_that_names_itself_otherwise_is_not_counted(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/snap/agent/current/meta/snap.yaml": "name: agent-tools\nversion: 1\n"})
    assert detect(host, [SNAP]).installations == ()


def test_homebrew_lists_the_linked_version_of_a_formula(recorded_host: MakeHost) -> None:
    host = recorded_host(
        "macos",
        files={"/opt/homebrew/Cellar/agent/1.0/bin/agent": "x", "/opt/homebrew/Cellar/agent/1.1/bin/agent": "x"},
        links={"/opt/homebrew/opt/agent": "../Cellar/agent/1.1", "/opt/homebrew/bin/agent": "../Cellar/agent/1.1/bin/agent"},
        modes={"/opt/homebrew/Cellar/agent/1.1/bin/agent": 0o755},
        env={"PATH": "/opt/homebrew/bin"},
    )
    (found,) = detect(host, [BREW]).installations
    assert (found.version, found.channel, found.starts_first) == ("1.1", Channel.BREW, True)


def test_homebrew_lists_a_cask(recorded_host: MakeHost) -> None:
    host = recorded_host(
        "macos", files={"/opt/homebrew/Caskroom/agent-app/2.0,77/x": "", "/opt/homebrew/Caskroom/agent-app/.metadata/y": ""}
    )
    (found,) = detect(host, [BREW]).installations
    assert found.version == "2.0"
