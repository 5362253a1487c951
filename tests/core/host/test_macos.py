from __future__ import annotations

import os

import pytest

if os.name != "posix":
    pytest.skip("needs an account database", allow_module_level=True)

from core.host import linux, macos, windows


def test_all_systems_answer_the_same_questions() -> None:
    questions = set(macos.__all__)
    assert questions == set(windows.__all__) == set(linux.__all__) - {"parse_mounts"}
    for system in (linux, macos, windows):
        assert all(callable(getattr(system, name)) for name in questions)


def test_what_a_mac_shares_with_linux_is_answered_here_too() -> None:
    assert macos.account() == linux.account()
    assert macos.uname() == linux.uname()
