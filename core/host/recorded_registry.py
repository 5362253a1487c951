r"""The Windows registry of a recorded machine: {"HKCU\\Control Panel\\International": {LocaleName = "en-GB"}}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.errors import NotSupportedError, NotThereError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORT: Final = {
    "hkey_current_user": "hkcu",
    "hkey_local_machine": "hklm",
    "hkey_users": "hku",
    "hkey_classes_root": "hkcr",
}


class RecordedRegistry:
    """Keys and names are compared without regard to case; a key above a recorded one exists too."""

    def __init__(self, keys: Mapping[str, Mapping[str, Any]], *, is_windows: bool) -> None:
        """Take the `registry` table; a value `{hex = "00ff"}` stands for bytes."""
        self._windows = is_windows
        self._values: dict[str, dict[str, tuple[str, Any]]] = {}
        self._children: dict[str, dict[str, str]] = {}
        for key, values in keys.items():
            self._values[norm(key)] = {name.casefold(): (name, value) for name, value in values.items()}
            self._plant(key.strip("\\"))

    def _plant(self, key: str) -> None:
        while key:
            self._values.setdefault(norm(key), {})
            key, _, name = key.rpartition("\\")
            if key:
                self._children.setdefault(norm(key), {}).setdefault(name.casefold(), name)

    def value(self, key: str, name: str) -> str | int | bytes:
        """Return one value."""
        found = self._under(key).get(name.casefold())
        if found is None:
            raise NotThereError("This registry value is not there.")
        value = found[1]
        if isinstance(value, dict):
            return bytes.fromhex(value["hex"])
        return value if isinstance(value, int) else str(value)

    def names(self, key: str) -> tuple[str, ...]:
        """Return the value names under a key."""
        return tuple(sorted(name for name, _ in self._under(key).values()))

    def keys(self, key: str) -> tuple[str, ...]:
        """Return the subkeys of a key."""
        self._under(key)
        return tuple(sorted(self._children.get(norm(key), {}).values()))

    def _under(self, key: str) -> dict[str, tuple[str, Any]]:
        if not self._windows:
            raise NotSupportedError("Only Windows has a registry.")
        if norm(key) not in self._values:
            raise NotThereError("This registry key is not there.")
        return self._values[norm(key)]


def norm(key: str) -> str:
    """Return a key in the one spelling used for comparing."""
    top, backslash, rest = key.strip("\\").casefold().partition("\\")
    return _SHORT.get(top, top) + backslash + rest
