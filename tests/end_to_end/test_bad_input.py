"""Bad input everywhere a probe looks: through `telltale scan --json` and through the window, each in a process of its own.

Where the probes look is found out by letting them look (`tests.fakes.asking_host`), so a new signal is tested by itself.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.catalogue import load_catalogue
from tests.fakes.asking_host import asked_places, asked_programs, leaves, tops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="FIFOs, namespaces and undecodable names are made the Linux way")
ROOT = Path(__file__).parents[2]
LONGEST_S = 60
OWN = (".cache/telltale", ".config/telltale", ".local/state/telltale", ".local/share/telltale")
ODD = b"\xff\xfe\x1b[2J\x07\xe2\x80\xae"


def broken(path: Path) -> None:
    path.write_text('{"a": [1, \n[section\nkey = = "\n\t- : }\n<plist><dict>', encoding="utf-8")


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def undecodable(path: Path) -> None:
    path.write_bytes(b"[user]\n\tname = " + ODD + b'\n{"' + ODD + b'": "' + ODD + b'"}\n')


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 << 20)


def huge_line(path: Path) -> None:
    path.write_bytes(b"[" * (3 << 20))


def unreadable(path: Path) -> None:
    path.write_text("x = 1\n", encoding="utf-8")
    path.chmod(0)


def looping(path: Path) -> None:
    path.symlink_to(path)


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("not-there"))


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def fifo(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/{path.name}")
    finally:
        os.close(here)


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.touch()


DAMAGES = (broken, binary, undecodable, huge, huge_line, unreadable, looping, dangling, endless, fifo, a_socket, folder, empty)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    (made / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(made))
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(made / "project")
    return made


@pytest.fixture
def planted(home: Path) -> Callable[[Callable[[Path], None], str], list[str]]:
    """Return a function that puts one kind of damage where probes expect a file (`leaves`) or anything at all (`tops`)."""

    def plant(damage: Callable[[Path], None], where: str) -> list[str]:
        asked = {path for path in asked_places(home, home / "project") if path != f"{home}/project"}
        wanted = leaves(asked) if where == "leaves" else tops({path for path in asked if "/project/" not in path}, home)
        for name in wanted:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_symlink() and not path.exists():
                damage(path)
        return wanted

    return plant


def drop(path: Path) -> None:
    """Take damage away again."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def scan(home: Path, environment: Mapping[str, str] | None = None, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run `telltale scan --json` and return its document; it must come in time, whole, and without a traceback."""
    argv = [*before, sys.executable, "-X", "dev", "-W", "error", "-m", "core.cli.main", "scan", "--json"]
    given = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    done = subprocess.run(argv, cwd=home / "project", env=given, capture_output=True, timeout=LONGEST_S, check=False)
    said = done.stderr.decode(errors="replace")
    assert done.returncode in {0, 3}, said[-2000:]
    assert "Traceback" not in said
    return judged(json.loads(done.stdout))


def judged(document: dict[str, Any]) -> dict[str, Any]:
    """Check that every row has its answer, and that nothing in it acts on a terminal or comes from a probe that fell over."""
    assert [item["signal"] for item in document["readings"]] == list(load_catalogue().signals)
    text = json.dumps(document, ensure_ascii=False)
    assert "its probe stopped" not in text
    assert not any(ord(ch) < 32 or 0x7F <= ord(ch) < 0xA0 or ch in "\u202e\ufffe" for ch in text.replace("\\n", ""))
    assert "\\u001b" not in text
    return document


def window(home: Path, environment: Mapping[str, str] | None = None, before: tuple[str, ...] = ()) -> dict[str, str]:
    """Open the window off the screen and return what its rows say after the first scan."""
    argv = [*before, sys.executable, "-m", "tests.end_to_end.window_scan"]
    given = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen", **(environment or {})}
    done = subprocess.run(argv, cwd=home / "project", env=given, capture_output=True, timeout=LONGEST_S + 30, check=False)
    said = done.stderr.decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    assert "Traceback" not in said
    answer = json.loads(done.stdout)
    assert answer["error"] == ""
    assert list(answer["rows"]) == list(load_catalogue().signals)
    assert not [row for row in answer["rows"].values() if "its probe stopped" in row or any(ord(ch) < 32 for ch in row)]
    rows: dict[str, str] = answer["rows"]
    return rows


def tree(home: Path) -> dict[str, tuple[int, int, int]]:
    """Return everything in a home folder that is not Telltale's own, with size, rights and time of change."""
    found: dict[str, tuple[int, int, int]] = {}
    for place, folders, names in os.walk(home):
        for name in [*folders, *names]:
            path = f"{place}/{name}"
            short = path.removeprefix(f"{home}/")
            if not any(short == own or own.startswith(f"{short}/") or short.startswith(f"{own}/") for own in OWN):
                about = os.lstat(path)
                found[short] = (
                    about.st_size if stat.S_ISREG(about.st_mode) else 0,
                    about.st_mode,
                    about.st_mtime_ns if stat.S_ISREG(about.st_mode) else 0,
                )
    return found


@pytest.mark.parametrize("where", ["leaves", "tops"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_costs_its_own_row_and_nothing_is_written(
    damage: Callable[[Path], None], where: str, home: Path, planted: Callable[..., list[str]]
) -> None:
    assert len(planted(damage, where)) > (40 if where == "leaves" else 10)
    before = tree(home)
    scan(home)
    assert tree(home) == before


@pytest.mark.gui
@pytest.mark.parametrize("damage", [broken, undecodable, huge, unreadable, looping, fifo])
def test_the_window_shows_every_row_with_damaged_files(
    damage: Callable[[Path], None], home: Path, planted: Callable[..., list[str]]
) -> None:
    planted(damage, "leaves")
    for path in home.glob("**/*fonts*"):
        drop(path)  # fontconfig itself waits for a pipe in the place of a font folder, and with it every program that draws text
    before = tree(home)
    window(home)
    assert tree(home) == before


def odd_environment() -> dict[str, str]:
    """Return variables whose names and values are no UTF-8 and hold characters that act."""
    odd = os.fsdecode(ODD)
    names = ("TZ", "LANG", "LC_ALL", "http_proxy", "NO_PROXY", "EDITOR", "TERM", "SSH_CONNECTION", "XDG_CURRENT_DESKTOP", "USER", "LOGNAME")
    return {**dict.fromkeys(names, odd), "GIT_AUTHOR_NAME": odd, "HOSTNAME": odd, f"X{odd}": odd, "PATH": os.environ["PATH"]}


def test_an_environment_that_is_no_text_is_read(home: Path) -> None:
    scan(home, odd_environment())


@pytest.mark.gui
def test_the_window_shows_every_row_of_an_environment_that_is_no_text(home: Path) -> None:
    window(home, odd_environment())


def test_a_git_name_with_control_characters_is_read(home: Path) -> None:
    (home / ".gitconfig").write_bytes(b'[user]\n\tname = "Mia ' + ODD + b' Rossi"\n\temail = mia@' + ODD + b".example\n")
    document = scan(home)
    assert next(item for item in document["readings"] if item["signal"] == "git-identity")["result"] in {"ok", "failed"}


def private_names() -> tuple[str, ...]:
    """Return what gives a program a host name of its own; skip where the kernel does not."""
    for user in ((), ("--user", "--map-root-user")):
        argv = ("unshare", *user, "--uts")
        if subprocess.run([*argv, "true"], capture_output=True, check=False).returncode == 0:
            return argv
    pytest.skip("this kernel gives no host name of its own")


RENAMED = f"import os, socket, sys; socket.sethostname({ODD!r}); os.execvp(sys.argv[1], sys.argv[1:])"


def test_a_host_name_that_is_no_text_is_read(home: Path) -> None:
    document = scan(home, before=(*private_names(), sys.executable, "-c", RENAMED))
    row = next(item for item in document["readings"] if item["signal"] == "hostname")
    assert row["result"] in {"ok", "failed"}


HOMELESS = {"none": None, "empty": "", "missing": "{home}/not/there", "relative": "here", "a file": "/etc/passwd", "a device": "/dev/null"}


@pytest.mark.parametrize("case", HOMELESS)
def test_no_home_folder_still_gives_every_row(case: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = HOMELESS[case]
    if place is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", place.format(home=home))
    own = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")} if place is None else {}
    scan(home, own)


def test_a_session_bus_that_is_not_there_costs_no_row(home: Path) -> None:
    scan(home, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/no-bus", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/no-bus"})


@pytest.mark.gui
@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "nonsense", ""])
def test_the_window_opens_without_a_bus(address: str, home: Path) -> None:
    window(home, {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address})


def without_privileges() -> tuple[str, ...]:
    """Return what takes root's disregard for rights from a program; nothing where it has none."""
    if os.geteuid():
        return ()
    if subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode:
        pytest.skip("root cannot give up its privileges here")
    return ("unshare", "--user")


@pytest.mark.parametrize("where", ["leaves", "tops"])
def test_a_file_without_rights_is_denied_and_left_alone(where: str, home: Path, planted: Callable[..., list[str]]) -> None:
    planted(unreadable, where)
    before = tree(home)
    rows = {item["signal"]: item for item in scan(home, before=without_privileges())["readings"]}
    assert any(source["result"] == "denied" for row in rows.values() for source in row["sources"])
    assert tree(home) == before


@pytest.fixture
def read_only(home: Path) -> Iterator[Path]:
    """Give the home folder no right to write."""
    home.chmod(0o500)
    yield home
    home.chmod(0o700)


def test_a_home_folder_that_cannot_be_written_is_read_and_left_alone(read_only: Path) -> None:
    before = tree(read_only)
    scan(read_only, before=without_privileges())
    assert tree(read_only) == before


@pytest.mark.gui
def test_the_window_opens_in_a_home_folder_that_cannot_be_written(read_only: Path) -> None:
    before = tree(read_only)
    window(read_only, before=without_privileges())
    assert tree(read_only) == before


@pytest.mark.parametrize(
    "script", ["#!/bin/sh\nexec sleep 1000\n", "#!/bin/sh\nexec cat /dev/zero\n", "#!/bin/sh\nprintf '\\377\\033[2J\\000\\n'\nexit 3\n"]
)
def test_programs_that_hang_flood_or_stammer_cost_their_own_rows(script: str, home: Path, tmp_path: Path) -> None:
    folder_of_programs = tmp_path / "programs"
    folder_of_programs.mkdir()
    for name in asked_programs():
        (folder_of_programs / name).write_text(script, encoding="utf-8")
        (folder_of_programs / name).chmod(0o755)
    scan(home, {"PATH": f"{folder_of_programs}:{os.environ['PATH']}"})


@pytest.mark.slow
def test_five_thousand_processes_are_looked_through(home: Path) -> None:
    crowd = [subprocess.Popen(["sleep", "1000"]) for _ in range(5000)]
    try:
        failed = [item for item in scan(home)["readings"] if item["result"] == "failed"]
        assert not [item for item in failed if "it took too long" not in json.dumps(item)]  # as clear an answer, on a busy machine
    finally:
        for member in crowd:
            member.kill()
        for member in crowd:
            member.wait()
