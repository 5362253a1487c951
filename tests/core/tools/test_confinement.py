from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.host.base import Process
from core.tools.confinement import confinement_of

if TYPE_CHECKING:
    from core.tools.model import Confinement
    from tests.conftest import MakeHost

OURS = {f"/proc/self/ns/{name}": f"{name}:[1]" for name in ("user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time")}
STATUS = "Name:\tagent\nNoNewPrivs:\t{privs}\nSeccomp:\t{seccomp}\nSeccomp_filters:\t9\n"


def look(
    make: MakeHost,
    *,
    own: tuple[str, ...] = (),
    cgroup: str = "0::/user.slice\n",
    seccomp: int = 0,
    privs: int = 0,
    files: dict[str, str] | None = None,
    parents: tuple[Process, ...] = (),
) -> Confinement:
    links = {
        **OURS,
        **{
            f"/proc/7/ns/{name.rpartition('/')[2]}": f"{name.rpartition('/')[2]}:[{2 if name.rpartition('/')[2] in own else 1}]"
            for name in OURS
        },
    }
    tables = {"/proc/7/status": STATUS.format(privs=privs, seccomp=seccomp), "/proc/7/cgroup": cgroup, **(files or {})}
    return confinement_of(make(links=links, files=tables), Process(7, 1, "agent"), parents)


def test_an_ordinary_process_is_not_confined(recorded_host: MakeHost) -> None:
    found = look(recorded_host)
    assert (found.kind, found.own_namespaces, found.seccomp, found.no_new_privs) == ("", (), False, False)


def test_namespaces_of_its_own_are_named(recorded_host: MakeHost) -> None:
    assert look(recorded_host, own=("net", "mnt")).own_namespaces == ("mnt", "net")


def test_seccomp_and_no_new_privs_are_told(recorded_host: MakeHost) -> None:
    found = look(recorded_host, seccomp=2, privs=1)
    assert (found.seccomp, found.no_new_privs) == (True, True)


@pytest.mark.parametrize(
    ("cgroup", "kind"),
    [
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-com.acme.Agent-77.scope", "flatpak"),
        ("0::/user.slice/snap.agent.agent-1.scope", "snap"),
        ("12:pids:/docker/0123456789abcdef", "docker"),
        ("0::/system.slice/docker-0123456789abcdef.scope", "docker"),
        ("0::/machine.slice/libpod-0123.scope", "podman"),
        ("0::/kubepods.slice/kubepods-pod1.slice", "kubernetes"),
    ],
)
def test_containers_are_named_by_their_control_group(recorded_host: MakeHost, cgroup: str, kind: str) -> None:
    assert look(recorded_host, cgroup=cgroup).kind == kind


@pytest.mark.parametrize(("mark", "kind"), [(".flatpak-info", "flatpak"), (".dockerenv", "docker"), ("run/.containerenv", "podman")])
def test_containers_are_named_by_the_mark_in_a_root_that_is_not_ours(recorded_host: MakeHost, mark: str, kind: str) -> None:
    files = {f"/proc/7/root/{mark}": "x"}
    assert look(recorded_host, own=("mnt",), files=files).kind == kind
    assert look(recorded_host, files=files).kind == ""


def test_a_sandbox_is_named_by_what_started_it(recorded_host: MakeHost) -> None:
    assert look(recorded_host, parents=(Process(5, 1, "bash"), Process(4, 1, "bwrap", "/usr/bin/bwrap"))).kind == "bubblewrap"


def test_nothing_is_claimed_where_nothing_may_be_read(recorded_host: MakeHost) -> None:
    host = recorded_host(denied=["/proc/7/status", "/proc/7/cgroup", "/proc/7/ns"])
    assert confinement_of(host, Process(7, 1, "x")).own_namespaces == ()
