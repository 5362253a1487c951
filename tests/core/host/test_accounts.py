from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotThereError
from core.host import accounts

PASSWD = "# comment\nroot:x:0:0:root:/root:/bin/sh\nmia:x:1000:100:Mia Example,Room 1,,:/home/mia:/bin/zsh\nbroken:line\n"
GROUP = "users:x:100:\ndocker:x:998:mia\nbad:x:y:\n"


def test_an_account_is_put_together_from_the_files_of_a_root() -> None:
    found = accounts.account_in(1000, 100, (998, 7, 100), PASSWD, GROUP)
    assert (found.name, found.full_name, found.home, found.shell) == ("mia", "Mia Example", "/home/mia", "/bin/zsh")
    assert found.groups == ("users", "docker", "7")
    assert accounts.name_in(1000, PASSWD) == "mia"
    assert accounts.name_in(5, PASSWD) == "5"


def test_a_number_without_an_entry_is_not_there() -> None:
    with pytest.raises(NotThereError):
        accounts.account_in(5, 5, (), PASSWD, GROUP)


def test_status_lines_are_found_by_their_label() -> None:
    status = "Name:\tUid: 7\nUid:\t1000\t1000\t1000\t1000\nGroups:\t4 24 \nNSpid:\t4711\t3\n"
    assert accounts.status_numbers(status, "Uid") == (1000, 1000, 1000, 1000)
    assert accounts.status_numbers(status, "Groups") == (4, 24)
    assert accounts.status_numbers(status, "NSpid") == (4711, 3)
    assert accounts.status_numbers(status, "None") == ()


@pytest.mark.parametrize(("outside", "inside"), [(1000, 0), (100_000, 1), (100_005, 6), (5, 65534), (165_536, 65534)])
def test_numbers_are_mapped_into_a_user_namespace(outside: int, inside: int) -> None:
    assert accounts.inside_number(outside, "         0       1000          1\n         1     100000      65535\nbroken\n") == inside


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 2**32))
def test_any_files_are_read_without_failing(passwd: str, group: str, number: int) -> None:
    assert accounts.name_in(number, passwd)
    assert isinstance(accounts.inside_number(number, passwd), int)
    assert isinstance(accounts.status_numbers(passwd, group), tuple)
    with contextlib.suppress(NotThereError):
        assert accounts.account_in(number, number, (number,), passwd, group).uid == number
