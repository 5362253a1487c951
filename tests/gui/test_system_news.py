"""News over a real bus of its own; nothing of the machine's buses is touched."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage

from gui.system_news import SystemNews

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon")


@pytest.fixture
def buses(tmp_path: Path) -> Iterator[tuple[QDBusConnection, QDBusConnection]]:
    """A bus with two connections: one listens, one speaks."""
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    names = [f"{role} of {tmp_path.name}" for role in ("listener", "speaker")]
    yield QDBusConnection.connectToBus(address, names[0]), QDBusConnection.connectToBus(address, names[1])
    for name in names:
        QDBusConnection.disconnectFromBus(name)
    daemon.stdout.close()
    daemon.terminate()
    daemon.wait(10)


def heard(bus: QDBusConnection) -> None:
    """Wait until the bus has taken the wishes sent before: they go out unanswered, and another connection's signal could come first."""
    assert not bus.interface().isServiceRegistered("org.nobody.here").value()


def say(bus: QDBusConnection, path: str, interface: str, member: str, arguments: list[object]) -> None:
    message = QDBusMessage.createSignal(path, interface, member)
    message.setArguments(arguments)
    assert bus.send(message)


def test_a_changed_service_is_told_by_its_catalogue_name(qtbot: QtBot, buses: tuple[QDBusConnection, QDBusConnection]) -> None:
    listener, speaker = buses
    told: list[str] = []
    assert speaker.registerService("org.freedesktop.timedate1")
    news = SystemNews(("dbus:org.freedesktop.timedate1", "dbus:org.freedesktop.locale1"), told.append)
    assert news.listen(listener, listener) == 2
    heard(listener)
    say(speaker, "/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "PropertiesChanged", ["org.freedesktop.timedate1"])
    qtbot.waitUntil(lambda: told == ["dbus:org.freedesktop.timedate1"])


def test_only_the_wanted_settings_are_told(qtbot: QtBot, buses: tuple[QDBusConnection, QDBusConnection]) -> None:
    listener, speaker = buses
    told: list[str] = []
    news = SystemNews(("dconf:/system/proxy/", "dconf:/org/gnome/desktop/interface/"), told.append)
    assert news.listen(listener, listener) == 1
    heard(listener)
    for prefix, changes in (("/org/other/", ["key"]), ("/system/proxy/http/", ["host"]), ("/org/gnome/", [""])):
        say(speaker, "/ca/desrt/dconf/Writer/user", "ca.desrt.dconf.Writer", "Notify", [prefix, changes, "tag"])
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["dconf:/system/proxy/", "dconf:/org/gnome/desktop/interface/"]


def test_without_a_bus_nothing_happens(qtbot: QtBot) -> None:
    nowhere = QDBusConnection.connectToBus("unix:path=/nowhere/bus", "nowhere")
    news = SystemNews(("dbus:org.freedesktop.timedate1", "dconf:/system/proxy/"), lambda _name: None)
    assert news.listen(nowhere, nowhere) == 0
