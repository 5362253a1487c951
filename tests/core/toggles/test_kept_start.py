"""A kept start is the long way's start, as long as nothing it rests on has changed; else the long way decides."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.toggles import kept_start, looked
from core.toggles.launch import LaunchProfile
from core.toggles.prepared import Situation, command, seal
from core.toggles.ready import Facts
from core.toggles.registry import SANDBOX_PARTS
from core.toggles.tty_filter import tty_filter
from tests.fakes.starts import needs_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.skipif(kept_start.reader() is None, reason="This system cannot use kept starts.")
ALL = frozenset(SANDBOX_PARTS) - {"network", "remotes"}
# stands in for bwrap: prints what it was told, with the content of every descriptor
RECORDER = """#!{python}
import json, os, sys
def read(number):
    with open(number, "rb", closefd=False) as file:
        return file.read().decode("latin-1")
words = read(int(sys.argv[2])).split("\\0")[:-1]
told = [f"<{{read(int(word))}}>" if before in ("--file", "--ro-bind-data", "--seccomp") else word for before, word in zip(["", *words], words)]
print(json.dumps([told, sys.argv[3:], dict(os.environ), os.getcwd()]))
"""
NOTHING: Mapping[str, str] = {}
LONG_WAY = 'import sys; print("the long way", *sys.argv[1:]); sys.exit(8)\n'


@dataclass
class Kept:
    """A home, a tool, and starts of it both ways."""

    home: Path
    profile: LaunchProfile
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project = self.home / "work/proj"
        (self.project / ".git").mkdir(parents=True)
        self.tool = self.written("bin/tool", "#!/bin/sh\necho tool\n")
        self.long_way = self.written("long_way.py", LONG_WAY)
        self.recorder = self.written("recorder/bwrap", RECORDER.format(python=sys.executable))
        for name in (".tool/settings", ".ssh/id"):
            self.written(name, "x")
        self.written("work/proj/sub/.envrc", "KEY=1")
        self.written("work/proj/sub/code.py", "x")
        self.facts = Facts("t", ("tool",), ("~/.tool/settings", "~/.later/settings"))
        path = f"{self.recorder.parent}:{self.tool.parent}:/usr/bin:/bin"
        self.env = {"HOME": str(self.home), "PATH": path, "SHELL": "/bin/bash", "TERM": "xterm", "LANG": "C.UTF-8", "TOOL_HOME": "x"}

    def written(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def keep(self, more: Mapping[str, str] = NOTHING, *, settled: bool = True) -> bool:
        env = {**self.env, **more}
        situation = Situation(self.facts, env, str(self.project))
        with looked.noting() as looks:
            kept_start.note_own_files("t")
            prepared = command(self.profile, [str(self.tool)], situation)
        looks.newest = 0 if settled else looks.newest
        return kept_start.keep(kept_start.Start("t", str(self.tool), situation, env, str(self.project)), prepared, looks)

    def told_the_long_way(self, more: Mapping[str, str] = NOTHING) -> tuple[list[str], list[str], dict[str, str]]:
        prepared = command(self.profile, [str(self.tool), "a", "b c"], Situation(self.facts, {**self.env, **more}, str(self.project)))
        sealed = seal(prepared)
        done = subprocess.run(sealed.argv, env=dict(sealed.env), cwd=sealed.cwd, pass_fds=sealed.pass_fds, capture_output=True, check=True)
        for number in sealed.pass_fds:
            os.close(number)
        return in_order(done.stdout)

    def start(self, more: Mapping[str, str] = NOTHING, *, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        reader = kept_start.reader()
        assert reader
        words = [*reader, str(kept_start.folder("t")), "t", str(self.tool), sys.executable, str(self.long_way), "a", "b c"]
        env = {**self.env, "PERL_BADLANG": "0", **more}
        return subprocess.run(words, env=env, cwd=cwd or self.project, capture_output=True, check=False, timeout=60)

    def took_the_long_way(self, more: Mapping[str, str] = NOTHING) -> bool:
        done = self.start(more)
        said = f"the long way fresh t {self.tool} a b c\n".encode()
        if done.stdout == said:
            assert done.returncode == 8
            return True
        assert b"long way" not in done.stdout, done
        return False


def in_order(said: bytes) -> tuple[list[str], list[str], dict[str, str]]:
    """Return arguments without environment, command line, environment inside; the order of variables says nothing."""
    words, argv, own, cwd = json.loads(said)
    assert own == {"PATH": "/usr/bin:/bin", **({"LC_CTYPE": own["LC_CTYPE"]} if "LC_CTYPE" in own else {})}
    assert cwd == "/"
    given = {words[place + 1]: words[place + 2] for place, word in enumerate(words) if word == "--setenv"}
    first = words.index("--clearenv")
    before = words[:first]
    if "--json-status-fd" in before:
        place = before.index("--json-status-fd")
        before = before[:place] + before[place + 2 :]
    return before, argv, given


@pytest.fixture
def make_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Kept]:
    def make(parts: frozenset[str] = ALL, **profile: object) -> Kept:
        made = Kept(tmp_path / "home of mia", LaunchProfile("t", parts=parts, **profile))  # type: ignore[arg-type]  # the profile's own fields
        for name, value in made.env.items():
            monkeypatch.setenv(name, value)
        for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            monkeypatch.delenv(name, raising=False)
        return made

    return make


PARTS = [ALL, *(frozenset({part}) for part in sorted(ALL)), frozenset({"zone", "home"}), frozenset({"mounts", "project", "accounts"})]


@pytest.mark.parametrize("parts", PARTS, ids=lambda parts: "+".join(sorted(parts))[:40])
def test_both_ways_tell_the_sandbox_the_same(parts: frozenset[str], make_kept: Callable[..., Kept]) -> None:
    kept = make_kept(parts, environment_set={"A": "b c", "TZ": "UTC"}, environment_unset=("DROP_*", "ONE"))
    more = {"DROP_ME": "x", "ONE": "1", "NVM_DIR": f"{kept.home}/.nvm", "OLDPWD": "/x", "DISPLAY": ":0", "TMPDIR": "/tmp/x", "E": ""}
    assert kept.keep(more)
    done = kept.start(more)
    assert in_order(done.stdout) == kept.told_the_long_way(more), done.stderr


VALUES = st.lists(
    st.sampled_from(["/HOME", "/HOME/work/proj", ":", "/", "x", ".", "-", "~", "\u00e9", "\udc80", "\n", " ", "=", "_", "1", "file://"]),
    max_size=6,
).map("".join)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=20, max_size=40), st.booleans())
def test_both_ways_give_the_same_environment(make_kept: Callable[..., Kept], values: list[str], listed: bool) -> None:
    kept = make_again(make_kept, keep_only=("PATH", "V1*", "V?", "X.Y") if listed else (), environment_unset=("V2?", "*4"))
    more = {f"V{number}": value.replace("/HOME", str(kept.home)) for number, value in enumerate(values)} | {"X.Y": "1", "XZY": "1"}
    assert kept.keep(more)
    assert in_order(kept.start(more).stdout) == kept.told_the_long_way(more)


def make_again(make_kept: Callable[..., Kept], **profile: object) -> Kept:
    """Make the home anew, also where an earlier example of the same test left one."""
    shutil.rmtree(os.environ["HOME"], ignore_errors=True) if os.environ["HOME"].endswith("home of mia") else None
    return make_kept(**profile)


CHANGES: dict[str, Callable[[Kept], object]] = {
    "the tool was rewritten": lambda kept: kept.tool.write_text("#!/bin/sh\necho a newer tool\n"),
    "the tool was replaced": lambda kept: kept.written("bin/new", "#!/bin/sh\necho tool\n").replace(kept.tool),
    "the tool's folder appeared": lambda kept: kept.written(".later/settings", "x"),
    "the tool's folder went": lambda kept: shutil.rmtree(kept.home / ".tool"),
    "the project is another one": lambda kept: shutil.rmtree(kept.project / ".git"),
    "a secret file appeared deep in the project": lambda kept: later(kept).written("work/proj/.env", "KEY=1"),
    "a secret file appeared where one was": lambda kept: later(kept).written("work/proj/sub/.env.local", "KEY=1"),
    "a folder appeared in the project": lambda kept: later(kept).written("work/proj/new/file", "x"),
    "a secret file became a link": lambda kept: replaced_by_link(later(kept).project / "sub/.envrc"),
    "the sandbox program went": lambda kept: kept.recorder.unlink(),
    "the kept start is cut off": lambda kept: truncated(kept_file()),
    "the kept start is empty": lambda kept: kept_file().write_bytes(b""),
    "the kept start is of another form": lambda kept: kept_file().write_bytes(kept_file().read_bytes().replace(b"start 1", b"start 0")),
    "the kept start is gone": lambda kept: kept_start.forget("t"),
    "another choice was made ready": lambda kept: kept.written(".local/state/telltale/shims.d/t.json", "{}"),
    "the tool's own home went": lambda kept: shutil.rmtree(kept.home / ".local/state/telltale/launch-homes"),
}


HARMLESS: dict[str, Callable[[Kept], object]] = {
    "nothing": lambda _: None,
    "a file appeared in the project": lambda kept: later(kept).written("work/proj/new.py", "x"),
    "a file went": lambda kept: (later(kept).project / "sub/code.py").unlink(),
    "a template appeared": lambda kept: later(kept).written("work/proj/sub/.env.example", "x"),
    "installed packages changed": lambda kept: later(kept).written("work/proj/node_modules/x/.env", "x"),
    "a secret file was written to": lambda kept: kept.written("work/proj/sub/.envrc", "KEY=other"),
    "the tool wrote to its own folder": lambda kept: kept.written(".tool/more", "x"),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_a_change_that_does_not_matter_does_not_matter(change: str, make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    HARMLESS[change](kept)
    assert in_order(kept.start().stdout) == kept.told_the_long_way()


def replaced_by_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("elsewhere")


def later(kept: Kept) -> Kept:
    """Wait until the project was made in an earlier second: only a settled start is kept."""
    while int(time.time()) <= int(kept.project.stat().st_ctime):
        time.sleep(0.05)
    return kept


def kept_file() -> Path:
    (file,) = kept_start.folder("t").iterdir()
    return file


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4000])


@pytest.mark.parametrize("change", CHANGES)
def test_the_long_way_decides_after_a_change(change: str, make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    assert not kept.took_the_long_way()
    CHANGES[change](kept)
    assert kept.took_the_long_way()


@pytest.mark.parametrize(
    "more",
    [{"PATH": "/usr/bin:/bin"}, {"HOME": "/tmp"}, {"SHELL": "/bin/sh"}, {"XDG_STATE_HOME": "/x"}, {"TOOL_HOME": "HOME/.tool"}],
    ids=str,
)
def test_the_long_way_decides_for_another_environment(more: dict[str, str], make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    assert kept.took_the_long_way({name: value.replace("HOME", str(kept.home)) for name, value in more.items()})


def test_the_long_way_decides_in_another_folder(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    assert b"the long way" in kept.start(cwd=kept.project / "sub").stdout


def test_a_start_for_another_folder_of_the_same_number_is_not_used(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    other = kept.project / "sub"
    kept_file().rename(kept_file().with_name(kept_start.name_of(str(kept.tool), str(other))))
    assert b"the long way" in kept.start(cwd=other).stdout


def test_a_sandbox_that_does_not_come_up_leaves_it_to_the_long_way(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    kept.recorder.write_text("#!/bin/sh\necho refused >&2; exit 1\n")
    assert kept.keep()
    done = kept.start()
    assert done.stdout.startswith(b"the long way")
    assert b"refused" in done.stderr


def test_a_tool_that_ends_with_one_is_not_started_again(make_kept: Callable[..., Kept]) -> None:
    needs_sandbox()
    kept = make_kept()
    kept.recorder.unlink()
    kept.tool.write_text("#!/bin/sh\necho once; exit 1\n")
    assert kept.keep()
    done = kept.start()
    assert (done.stdout, done.returncode) == (b"once\n", 1)


def test_the_status_is_told_also_where_ended_children_are_ignored(make_kept: Callable[..., Kept]) -> None:
    needs_sandbox()
    kept = make_kept()
    kept.recorder.unlink()
    kept.tool.write_text("#!/bin/sh\nexit 5\n")
    assert kept.keep()
    reader = kept_start.reader()
    assert reader
    words = [*reader, str(kept_start.folder("t")), "t", str(kept.tool), sys.executable, str(kept.long_way)]
    ignoring = ["/usr/bin/perl", "-e", "$SIG{CHLD} = 'IGNORE'; exec @ARGV", *words]
    assert subprocess.run(ignoring, env={**kept.env, "PERL_BADLANG": "0"}, cwd=kept.project, check=False, timeout=60).returncode == 5


def test_a_signal_that_was_ignored_before_stays_ignored(make_kept: Callable[..., Kept]) -> None:
    needs_sandbox()
    kept = make_kept()
    kept.recorder.unlink()
    kept.tool.write_text("#!/bin/sh\ngrep SigIgn /proc/self/status; kill -HUP $PPID $$; echo lives\n")
    assert kept.keep()
    reader = kept_start.reader()
    assert reader
    words = [*reader, str(kept_start.folder("t")), "t", str(kept.tool), sys.executable, str(kept.long_way)]
    done = subprocess.run(
        ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *words],
        env={**kept.env, "PERL_BADLANG": "0"}, cwd=kept.project, check=False, timeout=60, capture_output=True,
    )  # fmt: skip
    assert done.stdout.endswith(b"lives\n"), done


def test_without_python_the_plain_tool_starts_and_says_so(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    reader = kept_start.reader()
    assert reader
    words = [*reader, "/not/there", "t", str(kept.tool), "/gone/python", "/gone"]
    done = subprocess.run(words, env=kept.env, cwd=kept.project, capture_output=True, check=False)
    assert done.stdout == b"tool\n"
    assert b"starts plainly and nothing is hidden" in done.stderr


def test_what_is_said_of_a_start_is_said_each_time(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    situation = Situation(kept.facts, kept.env, str(kept.project))
    with looked.noting() as looks:
        prepared = replace(command(kept.profile, [str(kept.tool)], situation), notes=("One thing.", "Another."))
    looks.newest = 0
    assert kept_start.keep(kept_start.Start("t", str(kept.tool), situation, kept.env, str(kept.project)), prepared, looks)
    assert kept.start().stderr == b"telltale: One thing.\ntelltale: Another.\n"


def test_what_changed_a_moment_ago_is_not_kept_yet(make_kept: Callable[..., Kept]) -> None:
    assert not make_kept().keep(settled=False)


@pytest.mark.parametrize("part", ["network", "remotes"])
def test_a_start_with_a_network_or_a_projects_settings_is_never_kept(part: str, make_kept: Callable[..., Kept]) -> None:
    kept = make_kept(frozenset({"zone", part}))
    kept.written("work/proj/.git/config", "[core]\n")
    assert not kept.keep()


def test_a_kept_start_is_private_and_holds_no_value_of_a_variable(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept(keep_only=("API_KEY", "V*"))
    kept.written("work/proj/.env", "KEY=sk-in-the-project")
    assert kept.keep({"API_KEY": "sk-secret", "V": "sk-other"})
    text = kept_file().read_bytes()
    assert b"sk-" not in text
    assert kept_file().stat().st_mode & 0o777 == 0o600
    assert kept_start.folder("t").stat().st_mode & 0o777 == 0o700


def test_only_so_many_are_kept(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept(frozenset({"zone"}))
    for number in range(40):
        kept.project = kept.home / f"work/{number}"
        kept.project.mkdir()
        assert kept.keep()
    assert len([*kept_start.folder("t").iterdir()]) == 32


def test_many_starts_at_once_while_it_is_kept_anew_all_get_a_whole_one(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    reader = kept_start.reader()
    assert reader
    words = [*reader, str(kept_start.folder("t")), "t", str(kept.tool), sys.executable, str(kept.long_way), "a", "b c"]
    started = []
    for _ in range(12):
        started.append(subprocess.Popen(words, env={**kept.env, "PERL_BADLANG": "0"}, cwd=kept.project, stdout=subprocess.PIPE))
        assert kept.keep()
    expected = kept.told_the_long_way()
    for process in started:
        with process:
            said = process.communicate(timeout=60)[0]
        assert in_order(said) == expected
    assert [file.name for file in kept_start.folder("t").iterdir()] == [kept_file().name]


def test_forgetting_leaves_nothing(make_kept: Callable[..., Kept]) -> None:
    kept = make_kept()
    assert kept.keep()
    kept_start.forget("t")
    assert not (kept.home / ".local/state/telltale/shims.d").exists()


@pytest.mark.parametrize("machine", sorted(kept_start.CALLS))
def test_a_kept_start_holds_the_numbers_and_the_filter_of_its_machine(
    machine: str, make_kept: Callable[..., Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.toggles.kept_start.platform.machine", lambda: machine)
    assert make_kept().keep()
    whole = kept_file().read_bytes()
    text = tty_filter(machine)
    assert text
    numbers = b"".join(len(item).to_bytes(4, "big") + item for item in (str(number).encode() for number in kept_start.CALLS[machine]))
    assert numbers + len(text).to_bytes(4, "big") + text in whole
