from __future__ import annotations

from core.live.wishes import wish
from core.model import Changes


def test_home_is_filled_in_and_the_wish_is_complete() -> None:
    found = wish(Changes(watch=("~/.gitconfig", "/etc/gitconfig")), "/home/mia")
    assert found.paths == ("/home/mia/.gitconfig", "/etc/gitconfig")
    assert found.is_complete


def test_without_a_home_a_path_below_it_is_left_to_polling() -> None:
    found = wish(Changes(watch=("~/.gitconfig",)), "")
    assert found.paths == ()
    assert not found.is_complete


def test_what_a_service_on_the_bus_announces_is_watched_in_its_files() -> None:
    found = wish(Changes(notify=("dbus:org.freedesktop.timedate1",)), "/home/mia")
    assert "/etc/localtime" in found.paths
    assert found.is_complete


def test_the_kernels_own_files_are_not_left_to_file_watches() -> None:
    found = wish(Changes(watch=("/proc/sys/kernel/hostname", "/proc/cpuinfo")), "/home/mia")
    assert found.kernel_files == ("/proc/sys/kernel/hostname",)
    assert found.paths == ()
    assert not found.is_complete


def test_an_unknown_notification_is_left_to_polling() -> None:
    assert not wish(Changes(notify=("dbus:org.example.Unknown", "netlink:address")), "/home/mia").is_complete


def test_a_path_that_begins_with_a_dot_lies_in_the_working_folder() -> None:
    assert wish(Changes(watch=(".git/config",)), "/home/mia", "/home/mia/project").paths == ("/home/mia/project/.git/config",)
