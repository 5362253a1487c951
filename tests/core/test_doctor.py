from __future__ import annotations

import pytest

from core.doctor import State, examine, install_line
from core.model import Support
from tests.fakes.machines import catalogue, machine, signal

BARE = machine(which={"apt": "/usr/bin/apt", "git": "/usr/bin/git"})


def states(**recorded: object) -> dict[str, State]:
    found = examine(machine(**recorded), catalogue(), has_window=True, can_write=True)
    return {check.id: check.state for check in found.checks}


def test_what_is_missing_can_be_installed_with_one_line() -> None:
    found = examine(BARE, catalogue(), has_window=True, can_write=True)
    assert install_line(BARE, found.checks) == "sudo apt install bubblewrap strace passt libglib2.0-bin"


def test_either_of_two_programs_is_enough() -> None:
    assert states(which={"slirp4netns": "/usr/bin/slirp4netns"})["network"] is State.WORKS


def test_a_kernel_that_forbids_user_namespaces_blocks_sandboxes() -> None:
    assert states(files={"/proc/sys/kernel/unprivileged_userns_clone": "0\n"})["namespaces"] is State.BLOCKED
    assert states(files={"/proc/sys/kernel/unprivileged_userns_clone": "1\n"})["namespaces"] is State.WORKS


def test_every_missing_part_says_what_to_do() -> None:
    found = examine(BARE, catalogue(), has_window=False, can_write=False)
    assert all(check.remedy for check in found.checks if check.state in {State.MISSING, State.BLOCKED})
    assert {check.id for check in found.checks if check.state is State.MISSING} >= {"qt", "display", "bus", "sandbox"}


def test_signals_are_counted_by_what_is_possible() -> None:
    found = examine(BARE, catalogue(signal("one"), signal("two")), has_window=True, can_write=True)
    assert found.signals[Support.WORKS] == 2
    assert sum(found.signals.values()) == 2


def quick_starts(machine_type: str, *, perl: bool = True, lists_children: bool = True) -> tuple[State, str]:
    """Return what the diagnosis says of quick Strict starts on a machine."""
    host = machine(
        uname={"system": "Linux", "node": "n", "release": "6", "version": "1", "machine": machine_type},
        which={"perl": "/usr/bin/perl"} if perl else {},
        files={"/proc/thread-self/children": ""} if lists_children else {},
    )
    (check,) = (item for item in examine(host, catalogue(), has_window=True, can_write=True).checks if item.id == "quick-starts")
    return check.state, check.remedy


@pytest.mark.parametrize("known", ["x86_64", "aarch64"])
def test_quick_strict_starts_work_on_the_machines_whose_calls_are_known(known: str) -> None:
    assert quick_starts(known) == (State.WORKS, "")
    assert quick_starts(known, perl=False)[0] is State.MISSING
    assert quick_starts(known, lists_children=False)[0] is State.BLOCKED


def test_any_other_machine_is_told_that_it_takes_the_ordinary_start() -> None:
    state, said = quick_starts("riscv64")
    assert state is State.NOT_NEEDED
    assert "x86_64" in said
    assert "(riscv64) sandboxed tools take the ordinary start" in said
