from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.watch.trace_book import _LINKS, _LOOKS, _OPENS, Book, Traced, _place
from core.watch.trace_map import Mapping, Subject

SUBJECT = Subject("/home/mia")
BEGUN = b'10 1.0 execve("/opt/agent/agent", ["agent"], 0x7f /* 9 vars */) = 0\n'
PLACES = st.sampled_from(
    (
        b"/usr/lib/node/a.js", b"/usr/share/zoneinfo/Asia/Tokyo", b"/usr", b"/usr/share", b"zoneinfo/UTC", b"/home/mia", b"/home", b"mia",
        b"/home/mia/work/a.py", b"/home/mia/.netrc", b".env", b"src/.git/config", b"src/a.py", b"/", b"etc/passwd", b"/etc/passwd", b"",
        b"//etc/hosts", b"/tmp/\\377x", b"/srv/x/.env", b"/lib/libc.so.6", b"..", b"/proc/10/cmdline", b"share/zoneinfo", b"/usr/", b"passwd",
    )
)  # fmt: skip
FOLDERS = st.sampled_from((b"/home/mia", b"/", b"/usr", b"/usr/share", b"/home", b"/srv/x", b"/etc", b"/home/mia/.ssh", b"/usr/lib/node"))
TAILS = st.sampled_from(
    (b"0) = -1 ENOENT (No such file or directory)", b"O_RDONLY) = 3", b" <unfinished ...>", b"{st_size=5, ...}, 0) = 0")
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    name = draw(st.sampled_from((b"openat", b"newfstatat", b"readlinkat")))
    tail = draw(TAILS)
    target = b"<" + draw(PLACES) + b">" if name == b"openat" and tail.endswith(b"3") else b""
    return b'10 1.5 %s(AT_FDCWD<%s>, "%s", %s%s\n' % (name, draw(FOLDERS), draw(PLACES), tail, target)


def useless() -> re.Pattern[bytes]:
    mapping = Mapping(SUBJECT, lambda _pid: False)
    return re.compile(mapping.useless_lines(_OPENS, _LOOKS | _LINKS))


@given(st.lists(lines(), min_size=1, max_size=30))
def test_passing_over_useless_lines_changes_nothing_that_is_told(found: list[bytes]) -> None:
    swift, whole = Book(Traced(subject=SUBJECT)), Book(Traced(subject=SUBJECT))
    swift.feed(BEGUN)
    swift.feed(b"".join(found))
    whole.feed(BEGUN + b"".join(found))
    ended = whole.report().ended  # the last line decides, and it is never one that is passed over: the end of a process
    assert replace(swift.report(), ended=ended) == whole.report()


@given(lines())
def test_only_lines_about_places_that_no_rule_is_about_are_passed_over(line: bytes) -> None:
    mapping = Mapping(SUBJECT, lambda _pid: False)
    if useless().fullmatch(line):
        key = _place(line.partition(b"(")[2])
        assert not key or not mapping.may_tell(key)


def test_the_usual_lines_of_a_tool_are_passed_over() -> None:
    usual = (
        b'10 1.5 newfstatat(AT_FDCWD</home/mia/work>, "/usr/lib/node_modules/agent/a.js", {st_mode=S_IFREG|0644, ...}, 0) = 0\n'
        b'11 1.6 openat(AT_FDCWD</home/mia/work>, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3</usr/lib/libc.so.6>\n'
        b'11 1.7 newfstatat(3</usr/lib/libc.so.6>, "", {st_mode=S_IFREG|0755, st_size=1926232, ...}, AT_EMPTY_PATH) = 0\n'
        b'11 1.8 newfstatat(7</home/mia/work>, "src", {st_mode=S_IFDIR|0755, ...}, AT_SYMLINK_NOFOLLOW) = 0\n'
    )
    assert useless().fullmatch(usual)
    book = Book(Traced(subject=SUBJECT))
    book.feed(BEGUN)
    book.feed(usual)
    assert (book.report().lines, book.report().unread) == (5, 0)
