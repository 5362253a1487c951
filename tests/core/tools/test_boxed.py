from __future__ import annotations

import pytest

from core.tools.boxed import permissions, why_not_from_outside
from core.tools.model import Channel
from tests.fakes.exposures import installed
from tests.fakes.machines import machine

APP = "/var/lib/flatpak/app/com.example.Pal"
METADATA = f"{APP}/current/active/metadata"
CONTEXT = (
    "[Application]\nname=com.example.Pal\n\n[Context]\nshared=network;ipc;\nsockets=x11;wayland;\nfilesystems=home;xdg-run/pal:create;\n"
)
FLATPAK = installed("pal", path=APP, channel=Channel.FLATPAK)
SNAP = installed("pal", path="/snap/pal", channel=Channel.SNAP)


def test_the_permissions_of_a_flatpak_are_said_in_words() -> None:
    assert permissions(machine(files={METADATA: CONTEXT}), FLATPAK) == (
        "the network",
        "the screen and keyboard of other windows (X11)",
        "your home folder",
        "xdg-run/pal",
    )


def test_an_override_takes_away_and_adds() -> None:
    mine = "/home/mia/.local/share/flatpak/overrides/com.example.Pal"
    host = machine(files={METADATA: CONTEXT, mine: "[Context]\nfilesystems=!home;host-etc:ro\nsockets=!x11;ssh-auth;"})
    assert permissions(host, FLATPAK) == ("the network", "xdg-run/pal", "the SSH agent", "the system's settings")


@pytest.mark.parametrize("text", ["", "[Context", "x", "[Context]\nshared\n", "\x00\x01", "[Context]\nfilesystems=%(x)s;"])
def test_broken_metadata_breaks_nothing(text: str) -> None:
    assert permissions(machine(files={METADATA: text}), FLATPAK) in {(), ("%(x)s",)}


def test_a_snap_that_is_not_confined_reaches_everything() -> None:
    host = machine(files={"/snap/pal/current/meta/snap.yaml": "name: pal\nconfinement: classic\n"})
    assert permissions(host, SNAP) == ("all files of yours",)


def test_the_plugs_of_a_snap_are_said() -> None:
    yaml = (
        "name: pal\nconfinement: strict\napps:\n  pal:\n    command: bin/pal\n    plugs:\n      - network\n      - home\n      - opengl\n"
    )
    assert permissions(machine(files={"/snap/pal/current/meta/snap.yaml": yaml}), SNAP) == ("the network", "your home folder")


def test_the_sentence_says_how_it_will_be_measured_and_takes_nothing_as_measured() -> None:
    said = why_not_from_outside(machine(files={METADATA: CONTEXT}), FLATPAK)
    assert said.startswith("Flatpak gives this tool a file system and an environment of its own; start it once")
    assert "Its permissions name the network" in said
    assert why_not_from_outside(machine(), SNAP).endswith("measures the session.")
    assert why_not_from_outside(machine(), installed("pal")) == ""
