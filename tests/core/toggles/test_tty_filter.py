from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles.tty_filter import TIOCLINUX, TIOCSTI, tty_filter

ALLOWED, REFUSED, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026
INTEL, INTEL_32, ARM, ARM_32 = 0xC000003E, 0x40000003, 0xC00000B7, 0x40000028


def answer(machine: str, number: int, convention: int, request: int) -> int:
    """Run the filter as the kernel does."""
    text = tty_filter(machine)
    assert text
    steps = [struct.unpack("<HBBI", text[place : place + 8]) for place in range(0, len(text), 8)]
    data = struct.pack("<IIQ6Q", number, convention, 0, 0, request, 0, 0, 0, 0)
    place = held = 0
    while True:
        code, when_true, when_false, value = steps[place]
        place += 1
        if code == 0x20:
            held = struct.unpack_from("<I", data, value)[0]
        elif code == 0x06:
            return int(value)
        else:
            place += when_true if (held == value if code == 0x15 else held >= value) else when_false


@pytest.mark.parametrize(
    ("machine", "number", "convention"), [("x86_64", 16, INTEL), ("x86_64", 54, INTEL_32), ("aarch64", 29, ARM), ("aarch64", 54, ARM_32)]
)
@pytest.mark.parametrize("request_", [TIOCSTI, TIOCLINUX, TIOCSTI | 1 << 32, TIOCLINUX | 0xFFFFFFFF << 32])
def test_typing_for_the_person_is_refused_in_every_calling_convention(machine: str, number: int, convention: int, request_: int) -> None:
    assert answer(machine, number, convention, request_) == REFUSED


def test_a_convention_that_would_go_round_the_filter_has_no_calls() -> None:
    assert answer("x86_64", 0x40000000 + 514, INTEL, TIOCSTI) == UNKNOWN
    assert answer("x86_64", 16, 0x1234, TIOCSTI) == UNKNOWN
    assert answer("aarch64", 29, INTEL, TIOCSTI) == UNKNOWN


@given(st.integers(0, 0x3FFFFFFF), st.integers(0, 2**64 - 1), st.sampled_from([INTEL, INTEL_32]))
def test_all_else_is_allowed(number: int, request: int, convention: int) -> None:
    is_ioctl = number == {INTEL: 16, INTEL_32: 54}[convention]
    expected = REFUSED if is_ioctl and request & 0xFFFFFFFF in {TIOCSTI, TIOCLINUX} else ALLOWED
    assert answer("x86_64", number, convention, request) == expected


def test_a_machine_whose_calls_are_not_known_has_no_filter() -> None:
    assert tty_filter("riscv64") is None
