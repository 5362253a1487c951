from __future__ import annotations

import os

import pytest

if os.name != "posix":
    pytest.skip("there is no account database", allow_module_level=True)

from core.errors import NotSupportedError, NotThereError
from core.host import posix


def test_this_account_is_described_with_its_groups() -> None:
    found = posix.account()
    assert found.uid == os.getuid()
    assert posix.group_name(os.getgid()) in found.groups
    assert len(set(found.groups)) == len(found.groups)
    assert posix.account_home(os.getuid()) == found.home


def test_numbers_without_an_entry_are_not_there_and_groups_keep_their_number() -> None:
    with pytest.raises(NotThereError):
        posix.account_of(4_000_000, 4_000_000, ())
    with pytest.raises(NotThereError):
        posix.account_home(4_000_000)
    assert posix.group_name(4_000_000) == "4000000"


def test_a_full_name_ends_at_the_first_comma() -> None:
    assert posix.full_name("Mia Example,Room 1,555") == "Mia Example"
    assert posix.full_name(os.fsdecode(b"M\xff,x")) == "M\ufffd"


def test_the_kernel_names_itself_and_has_no_registry() -> None:
    assert posix.uname().node == os.uname().nodename
    with pytest.raises(NotSupportedError):
        posix.no_registry("HKCU\\x", "y")
