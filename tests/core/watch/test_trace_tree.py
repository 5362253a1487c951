from __future__ import annotations

import pytest

from core.watch.trace_book import Book, Traced

BEGUN = b'10 1.0 execve("/usr/bin/agent", ["agent"], 0x7ffd /* 1 var */) = 0\n'
FORKS = b"10 1.1 vfork( <unfinished ...>\n"
RUNS = b'11 1.2 execve("/bin/cat", ["cat"], 0x7ffd /* 1 var */) = 0\n'
READS = b'11 1.2 openat(AT_FDCWD</x>, "/etc/localtime", O_RDONLY) = 3</etc/localtime>\n'
ENDS = b"11 1.3 +++ exited with 0 +++\n"
RETURNS = b"10 1.4 <... vfork resumed>) = 11\n"


@pytest.mark.parametrize("child", [RUNS, READS])
def test_a_child_that_ended_before_its_parents_call_came_back_does_not_live_on(child: bytes) -> None:
    book = Book(Traced(program="agent"))
    book.feed(BEGUN + FORKS + child + ENDS + RETURNS)
    assert book.report().living == ()
    book.feed(b"10 1.5 vfork( <unfinished ...>\n" + RETURNS)  # its number is used again
    assert [item.pid for item in book.report().living] == [11]
