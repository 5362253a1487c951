from __future__ import annotations

from typing import Any

import pytest

from core.errors import NotSupportedError, NotThereError
from core.host.recorded_registry import RecordedRegistry, norm

KEYS: dict[str, dict[str, Any]] = {
    "HKCU\\Control Panel\\International": {"LocaleName": "en-IE", "Count": 3},
    "HKLM\\A\\B": {"Data": {"hex": "00ff"}, "": "default"},
}


def test_values_are_found_without_regard_to_case_and_by_long_root_names() -> None:
    registry = RecordedRegistry(KEYS, is_windows=True)
    assert registry.value("hkcu\\control panel\\international", "localename") == "en-IE"
    assert registry.value("HKEY_CURRENT_USER\\Control Panel\\International", "Count") == 3
    assert registry.value("HKLM\\A\\B", "Data") == b"\0\xff"
    assert registry.value("HKLM\\A\\B", "") == "default"


def test_names_and_subkeys_are_listed_also_for_keys_above() -> None:
    registry = RecordedRegistry(KEYS, is_windows=True)
    assert registry.names("HKCU\\Control Panel\\International") == ("Count", "LocaleName")
    assert registry.names("HKLM\\A") == ()
    assert registry.keys("HKLM\\A") == ("B",)
    assert registry.keys("HKEY_LOCAL_MACHINE") == ("A",)


def test_absent_keys_and_values_are_not_there() -> None:
    registry = RecordedRegistry(KEYS, is_windows=True)
    for ask in (lambda: registry.value("HKLM\\A\\B", "x"), lambda: registry.names("HKLM\\Z"), lambda: registry.keys("HKU")):
        with pytest.raises(NotThereError):
            ask()


def test_another_system_has_no_registry() -> None:
    with pytest.raises(NotSupportedError):
        RecordedRegistry(KEYS, is_windows=False).names("HKLM\\A")


def test_a_key_has_one_spelling_for_comparing() -> None:
    assert norm("\\HKEY_LOCAL_MACHINE\\Software\\") == "hklm\\software"
