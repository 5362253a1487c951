"""What the desktop announces over D-Bus: a changed setting or service is handed to the engine at once, without polling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage

if TYPE_CHECKING:
    from collections.abc import Callable

_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_DCONF: Final = "ca.desrt.dconf.Writer"
SERVICE: Final = "dbus:"
SETTING: Final = "dconf:"


class ServiceNews(QObject):
    """Listens to one service of the system bus and says that something about it changed; what it says is not read."""

    def __init__(self, name: str, told: Callable[[str], None], parent: QObject) -> None:
        """`name` is the notification's name in the catalogue."""
        super().__init__(parent)
        self._name, self._told = name, told

    def listen(self, bus: QDBusConnection) -> bool:
        """Start; return whether the bus took the wish."""
        service = self._name.removeprefix(SERVICE)
        return bool(bus.connect(service, "", _PROPERTIES, "PropertiesChanged", self, SLOT("_on_changed(QDBusMessage)")))  # type: ignore[call-overload]  # runtime takes str

    @Slot(QDBusMessage)
    def _on_changed(self, _message: QDBusMessage) -> None:
        self._told(self._name)


class SettingNews(QObject):
    """Listens to the desktop's settings store and says which of the wanted folders changed; values are not in the news."""

    def __init__(self, names: tuple[str, ...], told: Callable[[str], None], parent: QObject) -> None:
        """`names` are the notifications' names in the catalogue, `dconf:` and a folder."""
        super().__init__(parent)
        self._names, self._told = names, told

    def listen(self, bus: QDBusConnection) -> bool:
        """Start; return whether the bus took the wish."""
        return bool(bus.connect("", "", _DCONF, "Notify", self, SLOT("_on_notify(QDBusMessage)")))  # type: ignore[call-overload]  # runtime takes str

    @Slot(QDBusMessage)
    def _on_notify(self, message: QDBusMessage) -> None:
        arguments = message.arguments()
        prefix = str(arguments[0]) if arguments else ""
        changes = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], list) else [""]
        places = [prefix + str(change) for change in changes] or [prefix]
        for name in self._names:
            if any(_concerns(place, name.removeprefix(SETTING)) for place in places):
                self._told(name)


class SystemNews(QObject):
    """All listeners for one engine; dropped with it."""

    def __init__(self, wanted: tuple[str, ...], told: Callable[[str], None], parent: QObject | None = None) -> None:
        """`wanted` are the catalogue's notifications, `told` is called with the name of one that came."""
        super().__init__(parent)
        services = [ServiceNews(name, told, self) for name in wanted if name.startswith(SERVICE)]
        settings = tuple(name for name in wanted if name.startswith(SETTING))
        self._services = services
        self._settings = SettingNews(settings, told, self) if settings else None

    def listen(self, system: QDBusConnection | None = None, session: QDBusConnection | None = None) -> int:
        """Start on the buses that exist and return how many listeners there are; without a bus nothing happens."""
        system = system or QDBusConnection.systemBus()
        session = session or QDBusConnection.sessionBus()
        count = sum(service.listen(system) for service in self._services) if system.isConnected() else 0
        if self._settings is not None and session.isConnected():
            count += self._settings.listen(session)
        return count


def _concerns(place: str, folder: str) -> bool:
    """Whether a changed place lies in a folder, or a change of a whole tree includes the folder."""
    return place.startswith(folder) or (place.endswith("/") and folder.startswith(place))
