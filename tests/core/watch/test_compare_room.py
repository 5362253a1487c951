"""The room of a comparison: names, zone, account and machine number in it are invented."""

from __future__ import annotations

import os
from pathlib import Path

from core.watch.compare_room import Room


def test_a_room_holds_no_account_name_machine_number_or_home_of_the_person() -> None:
    room = Room("bwrap")
    room.furnish("Europe/Berlin", "mia-laptop", ["gateway.example.com"])
    etc = room.base / "etc"
    assert (etc / "passwd").read_text().startswith(f"user:x:{os.getuid()}:{os.getgid()}::{room.home}:")
    assert (etc / "hosts").read_text().split()[1::2] == ["localhost", "mia-laptop", "gateway.example.com"]
    assert (etc / "localtime").readlink() == Path("../usr/share/zoneinfo/Europe/Berlin")
    assert (etc / "hostname").read_text() == "mia-laptop\n"
    room.close()
