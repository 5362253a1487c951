from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Grade
from core.watch import trace_evidence, trace_file
from core.watch.trace_book import Book, Traced
from core.watch.trace_map import Subject
from core.watch.trace_model import Deed, TraceError, TraceEvent, Who

if TYPE_CHECKING:
    from pathlib import Path

STORY = b"""10 1.0 execve("/opt/agent/agent", ["agent", "-p", "top secret prompt"], 0x7f /* 9 vars */) = 0
10 1.1 openat(AT_FDCWD</home/mia/work>, "/etc/localtime", O_RDONLY|O_CLOEXEC) = 3</usr/share/zoneinfo/Asia/Tokyo>
10 1.2 readlink("/etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo", 4095) = 31
10 1.3 openat(AT_FDCWD</home/mia/work>, ".env", O_RDONLY) = -1 ENOENT (No such file or directory)
10 1.4 newfstatat(AT_FDCWD</home/mia/work>, "/home/mia/.ssh/id_rsa", {st_mode=S_IFREG|0600, ...}, 0) = 0
10 1.5 openat(AT_FDCWD</home/mia/work>, "/etc/machine-id", O_RDONLY) = -1 EACCES (Permission denied)
10 1.6 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[11]}, 88) = 11
10 1.7 vfork( <unfinished ...>
12 1.8 execve("/usr/bin/ps", ["ps", "aux"], 0x5 /* 9 vars */ <unfinished ...>
10 1.9 <... vfork resumed>) = 12
12 2.0 <... execve resumed>) = 0
12 2.1 openat(AT_FDCWD</home/mia/work>, "/proc", O_RDONLY|O_DIRECTORY) = 3</proc>
12 2.2 openat(AT_FDCWD</home/mia/work>, "/proc/999/cmdline", O_RDONLY) = 4</proc/999/cmdline>
12 2.3 openat(AT_FDCWD</home/mia/work>, "/proc/10/cmdline", O_RDONLY) = 4</proc/10/cmdline>
11 2.4 uname({sysname="Linux", nodename="mias-laptop", ...}) = 0
11 2.5 connect(5<socket:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.215.14")}, 16) = -1 EINPROGRESS (Now)
12 2.6 +++ exited with 0 +++
10 2.7 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 13
13 2.8 execve("/opt/agent/node_modules/helper", ["helper"], 0x5 /* 9 vars */) = 0
13 2.9 openat(3</home/mia>, ".gitconfig", O_RDONLY) = 4</home/mia/.gitconfig>
10 3.0 openat(AT_FDCWD</home/mia/work>, "/etc/localtime", O_RDONLY|O_CLOEXEC) = 3</usr/share/zoneinfo/Asia/Tokyo>
11 3.1 +++ exited with 0 +++
10 3.2 +++ exited with 0 +++
"""
AGENT = Traced("claude-code", "agent", Subject("/home/mia"), lambda path, _words: path.startswith("/opt/agent/"))


def told(data: bytes = STORY, traced: Traced = AGENT) -> tuple[Book, list[TraceEvent]]:
    heard: list[TraceEvent] = []
    book = Book(traced, heard.append)
    book.feed(data)
    book.finish()
    return book, heard


def of(events: list[TraceEvent] | tuple[TraceEvent, ...], signal: str) -> list[tuple[str, Who, Deed, bool]]:
    return [(item.program, item.who, item.deed, item.counts) for item in events if signal in item.signals]


def test_who_read_what_is_told_and_only_reading_counts() -> None:
    _, heard = told()
    assert of(heard, "time-zone") == [("agent", Who.LIBRARY, Deed.READ, True), ("agent", Who.TOOL, Deed.READ, True)]
    assert of(heard, "dotenv") == [("agent", Who.TOOL, Deed.NOT_THERE, False)]
    assert of(heard, "ssh-private") == [("agent", Who.TOOL, Deed.LOOKED_AT, False)]
    assert of(heard, "machine-id") == [("agent", Who.TOOL, Deed.REFUSED, False)]
    assert of(heard, "process-args") == [("ps", Who.CHILD, Deed.RAN, True), ("ps", Who.CHILD, Deed.READ, True)]
    assert of(heard, "hostname") == [("agent", Who.LIBRARY, Deed.CALLED, True)]
    assert of(heard, "git-identity") == [("helper", Who.TOOL, Deed.READ, True)]
    assert ("93.184.215.14:443", Deed.CONNECTED) in [(item.what, item.deed) for item in heard]


def test_a_process_of_the_trace_itself_is_not_another_process() -> None:
    book, _ = told()
    reads = [item for item in book.report().events if item.what.endswith("/cmdline")]
    assert [(item.what, item.times) for item in reads] == [("/proc/(another process)/cmdline", 1)]


def test_threads_are_no_processes_and_background_programs_are_named() -> None:
    book, _ = told()
    report = book.report()
    assert report.processes == 3
    assert [(item.pid, item.program) for item in report.living] == [(13, "helper")]
    assert book.tree.root_ended
    assert "helper (13)" in " ".join(report.sentences())


def test_the_same_thing_is_told_once_and_counted() -> None:
    book, heard = told()
    assert len(heard) == len({(item.program, item.who, item.deed, item.what) for item in heard})
    zone = next(item for item in book.report().events if item.what == "/etc/localtime" and item.who is Who.LIBRARY)
    assert zone.times == 2


def test_no_value_comes_out_of_a_trace() -> None:
    book, _ = told()
    kept = json.dumps([str(item) for item in book.report().events])
    for value in ("secret", "mias-laptop", "Tokyo", "/home/mia", "id_rsa"):
        assert value not in kept


def test_evidence_names_the_file_the_reader_and_the_limits() -> None:
    book, _ = told()
    found = trace_evidence.evidence(book.report("2.1.3"), "trace-1")
    by_signal = {item.signal: item for item in reversed(found)}
    assert {item.grade for item in found} == {Grade.SAW_READ}
    assert {item.tool_version for item in found} == {"2.1.3"}
    assert "by the tool itself" in by_signal["git-identity"].detail
    assert "by ps, a program the tool started" in " ".join(item.detail for item in found if item.signal == "processes")
    assert by_signal["git-identity"].place == "~/.gitconfig"
    assert "Opening is not collecting" in by_signal["git-identity"].limits
    assert "environment" in by_signal["git-identity"].limits
    assert not {"dotenv", "ssh-private", "machine-id"} & {item.signal for item in found}


def test_a_program_of_no_catalogue_tool_gives_no_evidence() -> None:
    book, _ = told(traced=Traced(program="agent"))
    assert trace_evidence.evidence(book.report(), "x") == ()


@given(st.lists(st.integers(0, len(STORY)), max_size=12))
def test_pieces_of_any_size_tell_the_same(cuts: list[int]) -> None:
    book = Book(AGENT)
    edges = sorted({0, len(STORY), *cuts})
    for begin, end in pairwise(edges):
        book.feed(STORY[begin:end])
    assert book.report() == told()[0].report()


@given(st.lists(st.sampled_from(STORY.splitlines(keepends=True)), max_size=60))
def test_lines_in_any_order_never_fail(lines: list[bytes]) -> None:
    book = Book(AGENT)
    book.feed(b"".join(lines))
    assert book.report().lines == len(lines)


def test_thousands_of_processes_are_kept_apart() -> None:
    count = 4000
    begun = b"".join(b"%d 1.0 clone(child_stack=NULL, flags=SIGCHLD) = %d\n" % (pid, pid + 1) for pid in range(10, 10 + count))
    run = b"".join(b'%d 2.0 execve("/usr/bin/p%d", ["p"], 0x0) = 0\n' % (pid, pid) for pid in range(11, 11 + count))
    ended = b"".join(b"%d 3.0 +++ exited with 0 +++\n" % pid for pid in range(11, 10 + count))
    book, _ = told(begun + run + ended, Traced(program="sh"))
    report = book.report()
    assert report.processes == count + 1
    assert [item.program for item in report.living] == [f"p{10 + count}"]


def test_a_kept_trace_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trace_file, "state_dir", lambda: tmp_path)
    report = told()[0].report("1.0")
    file = trace_file.save(report)
    assert file is not None
    assert file.stat().st_mode & 0o777 == 0o600
    assert trace_file.listed() == (file,)
    assert trace_file.load(file) == report


def test_the_output_of_strace_itself_can_be_shown(tmp_path: Path) -> None:
    file = tmp_path / "strace.txt"
    file.write_bytes(STORY)
    report = trace_file.load(file, "/home/mia")
    assert "processes" in report.signals
    assert report.is_whole


@pytest.mark.parametrize(
    "content", [b"", b"hello\n" * 20, b'{"form":"telltale-trace-1"}', b'{"form":"telltale-trace-1","events":3}', b"\0\1"]
)
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(TraceError, match=r"[a-z]\.$"):
        trace_file.load(file)


def test_a_million_lines_of_three_thousand_processes_are_read_with_what_they_tell_and_kept_small() -> None:
    place = (
        b'newfstatat(AT_FDCWD</home/mia/work>, "/usr/lib/node_modules/agent/dist/part%d/package.json", 0x7ffd83b789a0, 0) = -1 ENOENT (No)'
    )
    lines = [b"%d  1795232861.%06d " % (100 + n % 3000, n) + place % (n % 5000) + b"\n" for n in range(9990)]
    lines += [b'%d 1795232861.5 openat(AT_FDCWD</x>, "/etc/localtime", O_RDONLY) = 3</etc/localtime>\n' % pid for pid in range(100, 110)]
    data = b"".join(lines)
    book = Book(Traced(program="agent"))
    for _ in range(100):
        for begin in range(0, len(data), 65_536):
            book.feed(data[begin : begin + 65_536])
    report = book.report()
    assert (report.lines, report.unread) == (1_000_000, 0)
    assert {item.what for item in report.events} == {"/etc/localtime"}
    assert sum(item.times for item in report.events) == 1000
    assert len(book._unlinked) <= 5000
