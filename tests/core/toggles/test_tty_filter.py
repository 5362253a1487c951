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


CONVENTIONS = [("x86_64", INTEL, 16), ("x86_64", INTEL_32, 54), ("aarch64", ARM, 29), ("aarch64", ARM_32, 54)]


@given(st.sampled_from(CONVENTIONS), st.integers(0, 0x3FFFFFFF) | st.integers(0, 600), st.integers(0, 2**64 - 1))
def test_all_else_is_allowed(known: tuple[str, int, int], number: int, request: int) -> None:
    machine, convention, ioctl = known
    expected = REFUSED if number == ioctl and request & 0xFFFFFFFF in {TIOCSTI, TIOCLINUX} else ALLOWED
    assert answer(machine, number, convention, request) == expected


@given(st.sampled_from(["x86_64", "aarch64"]), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.sampled_from([TIOCSTI, 0x5401]))
def test_a_call_of_no_known_convention_is_none_of_the_machine(machine: str, number: int, convention: int, request: int) -> None:
    if (machine, convention) not in {(name, known) for name, known, _ in CONVENTIONS}:
        assert answer(machine, number, convention, request) == UNKNOWN


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_kernel_would_take_the_filter(machine: str) -> None:
    """As the kernel checks: every jump leads forward into the program, every load is of an aligned word, the last step returns."""
    text = tty_filter(machine)
    assert text
    steps = [struct.unpack("<HBBI", text[place : place + 8]) for place in range(0, len(text), 8)]
    for place, (code, when_true, when_false, value) in enumerate(steps):
        assert code in {0x20, 0x06, 0x15, 0x35}
        if code == 0x20:
            assert value % 4 == 0
            assert value < 64
        if code in {0x15, 0x35}:
            assert place + 1 + max(when_true, when_false) < len(steps)
    assert steps[-1][0] == 0x06


def test_a_machine_whose_calls_are_not_known_has_no_filter() -> None:
    assert tty_filter("riscv64") is None
