from __future__ import annotations

import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import NotAllowedError, NotThereError, UnreadableError
from core.host import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS: dict[tuple[str, str], dict[str, Any]] = {
    ("HKEY_CURRENT_USER", "A\\B"): {"Text": "x", "Many": ["a", "b"], "Number": 5, "Raw": b"\0", "None": None},
    ("HKEY_CURRENT_USER", "A"): {},
}


@contextmanager
def open_key(root: str, rest: str, _reserved: int, _access: int) -> Iterator[tuple[str, str]]:
    if rest == "refused":
        raise PermissionError
    if rest == "broken":
        raise OSError
    if (root, rest) not in KEYS:
        raise FileNotFoundError
    yield root, rest


def query_value(handle: tuple[str, str], name: str) -> tuple[Any, int]:
    if name not in KEYS[handle]:
        raise FileNotFoundError
    return KEYS[handle][name], 1


def children(handle: tuple[str, str]) -> list[str]:
    return [rest.rpartition("\\")[2] for root, rest in KEYS if root == handle[0] and rest.rpartition("\\")[0] == handle[1]]


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small registry with the documented interface of `winreg` in its place (this is no Windows)."""
    fake = SimpleNamespace(
        HKEY_CURRENT_USER="HKEY_CURRENT_USER",
        HKEY_LOCAL_MACHINE="HKEY_LOCAL_MACHINE",
        KEY_READ=1,
        KEY_WOW64_64KEY=2,
        OpenKey=open_key,
        QueryValueEx=query_value,
        QueryInfoKey=lambda handle: (len(children(handle)), len(KEYS[handle]), 0),
        EnumValue=lambda handle, index: (list(KEYS[handle])[index], None, 1),
        EnumKey=lambda handle, index: children(handle)[index],
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)


@pytest.mark.parametrize(("name", "value"), [("Text", "x"), ("Many", "a\nb"), ("Number", 5), ("Raw", b"\0"), ("None", "")])
def test_values_of_every_kind_are_handed_on(name: str, value: object) -> None:
    assert windows.registry("HKCU\\A\\B", name) == value
    assert windows.registry("HKEY_CURRENT_USER\\A\\B", name) == value


def test_names_and_subkeys_are_sorted() -> None:
    assert windows.registry_names("HKCU\\A\\B") == ("Many", "None", "Number", "Raw", "Text")
    assert windows.registry_keys("HKCU\\A") == ("B",)


@pytest.mark.parametrize(
    ("key", "error"),
    [("HKCU\\none", NotThereError), ("HKCU\\refused", NotAllowedError), ("HKCU\\broken", UnreadableError), ("NOROOT\\x", UnreadableError)],
)
def test_errors_become_ours(key: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        windows.registry_names(key)
    with pytest.raises(error):
        windows.registry(key, "x")


def test_a_missing_value_is_not_there() -> None:
    with pytest.raises(NotThereError):
        windows.registry("HKCU\\A\\B", "Missing")


def test_account_and_home_come_from_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME", "sam")
    monkeypatch.setenv("USERPROFILE", "C:\\Users\\sam")
    assert (windows.account().name, windows.account().home) == ("sam", "C:\\Users\\sam")
    monkeypatch.setenv("HOMEDRIVE", "C:")
    monkeypatch.setenv("HOMEPATH", "\\Users\\sam")
    assert windows.account_home() == "C:\\Users\\sam"
    for name in ("USERNAME", "HOMEDRIVE", "HOMEPATH"):
        monkeypatch.delenv(name)
    for ask in (windows.account, windows.account_home):
        with pytest.raises(NotThereError):
            ask()


def test_the_kernel_names_itself() -> None:
    assert windows.uname().machine
