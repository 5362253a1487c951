from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.watch.trace_lines import Lines, decoded, outcome, result_place, strings

ESCAPES = {0x0A: b"\\n", 0x09: b"\\t", 0x0D: b"\\r", 0x0B: b"\\v", 0x0C: b"\\f", 0x22: b'\\"', 0x5C: b"\\\\"}


def escaped(path: bytes, *, as_hex: bool = False) -> bytes:
    """Write a path the way strace does: octal as short as the next character allows, or all of it in hex (-xx)."""
    if as_hex:
        return b"".join(b"\\x%02x" % code for code in path)
    out = b""
    for at, code in enumerate(path):
        following = path[at + 1 : at + 2]
        if code in ESCAPES:
            out += ESCAPES[code]
        elif 0x20 <= code < 0x7F:
            out += bytes([code])
        elif following.isdigit():
            out += b"\\%03o" % code
        else:
            out += b"\\%o" % code
    return out


paths = st.binary(min_size=1, max_size=60).map(lambda data: data.replace(b"\0", b"0"))


@given(paths, st.booleans())
def test_every_path_comes_back_as_it_was_also_if_it_is_no_utf8(path: bytes, as_hex: bool) -> None:
    assert os.fsencode(decoded(escaped(path, as_hex=as_hex))) == path


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=6))
def test_no_bytes_make_it_fail_and_every_line_is_counted(data: bytes, cuts: list[int]) -> None:
    lines = Lines()
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for begin, end in pairwise(edges):
        list(lines.feed(data[begin:end]))
    list(lines.finish())
    rest = data.rpartition(b"\n")[2]
    assert lines.count == data.count(b"\n") + bool(rest)
    assert 0 <= lines.unread <= lines.count + data.count(b"resumed")


@given(st.lists(paths, min_size=1, max_size=8), st.lists(st.integers(0, 2000), max_size=10))
def test_lines_cut_anywhere_give_the_same_calls(names: list[bytes], cuts: list[int]) -> None:
    data = b"".join(b'%d 1.5 openat(AT_FDCWD, "%s", O_RDONLY) = 3\n' % (at + 1, escaped(name)) for at, name in enumerate(names))
    whole = list(Lines().feed(data))
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    lines = Lines()
    pieces = [call for begin, end in pairwise(edges) for call in lines.feed(data[begin:end])]
    assert pieces == whole
    assert [os.fsencode(strings(call.rest)[0]) for call in whole] == names


@given(st.permutations(range(1, 7)), paths)
def test_calls_cut_in_two_are_joined_per_process(order: list[int], path: bytes) -> None:
    begun = b"".join(b'%d 1.0 openat(AT_FDCWD, "%s", O_RDONLY <unfinished ...>\n' % (pid, escaped(path)) for pid in range(1, 7))
    ended = b"".join(b"%d 2.0 <... openat resumed>) = %d</x>\n" % (pid, pid + 10) for pid in order)
    calls = [call for call in Lines().feed(begun + ended) if not call.is_half]
    assert [call.pid for call in calls] == list(order)
    assert [int(outcome(call.rest)[0]) for call in calls] == [pid + 10 for pid in order]
    assert all(os.fsencode(strings(call.rest)[0]) == path for call in calls)


def test_the_second_half_of_a_call_that_never_began_is_counted_as_not_understood() -> None:
    lines = Lines()
    assert list(lines.feed(b"7 1.0 <... openat resumed>) = 3\n")) == []
    assert (lines.count, lines.unread) == (1, 1)


def test_the_end_of_a_process_forgets_its_half_call() -> None:
    lines = Lines()
    calls = list(lines.feed(b'7 1.0 open("/a",  <unfinished ...>\n7 1.1 +++ killed by SIGKILL +++\n7 1.2 <... open resumed>) = 3\n'))
    assert [(call.name, call.is_half) for call in calls] == [(b"open", True), (b"", False)]
    assert lines.unread == 1


def test_a_line_longer_than_any_call_is_dropped_and_what_follows_is_read() -> None:
    lines = Lines()
    for _ in range(3):
        assert list(lines.feed(b"7 1.0 open(" + b"x" * 700_000)) == []
    calls = list(lines.feed(b'\n7 1.0 open("/a", O_RDONLY) = 3\n'))
    assert [call.name for call in calls] == [b"open"]
    assert (lines.count, lines.unread) == (2, 1)


def test_other_forms_of_strace_output_are_understood() -> None:
    text = b"""open("/a", O_RDONLY) = 3
[pid  12] 10:11:12.5 open("/b", O_RDONLY) = 4
12    1795232861.773623 open("/c", O_RDONLY) = 5
12    10:11:12 --- SIGCHLD {si_signo=SIGCHLD} ---
"""
    lines = Lines()
    assert [(call.pid, strings(call.rest)) for call in lines.feed(text)] == [(0, ["/a"]), (12, ["/b"]), (12, ["/c"])]
    assert lines.unread == 0


def test_the_result_is_the_real_one_even_if_a_path_looks_like_one() -> None:
    rest = b'AT_FDCWD</x) = 9>, "/a) = 7 ENOENT", O_RDONLY) = -1 EACCES (Permission denied)'
    assert outcome(rest) == (b"-1", b"EACCES")
    assert outcome(b'AT_FDCWD, "/a", O_RDONLY) = 3</b) = 4>') == (b"3", b"")
    assert outcome(b'"/a", O_RDONLY') == (b"", b"")


def test_the_place_behind_a_descriptor_is_told() -> None:
    assert result_place(b'AT_FDCWD, "/etc/localtime", O_RDONLY) = 3</usr/share/zoneinfo/Etc/UTC>') == "/usr/share/zoneinfo/Etc/UTC"
    assert result_place(b'AT_FDCWD, "/a", O_RDONLY) = -1 ENOENT (No such file or directory)') == ""
