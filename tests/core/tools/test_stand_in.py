from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.errors import NotThereError, TooSlowError, UnreadableError
from core.host.child import Start, answer_in, ask_child, stand_in_argv, stand_in_places
from core.host.process import ProcessHost
from core.host.real import RealHost
from core.probes.result import Ok, display
from core.toggles.sandbox_check import why_no_sandbox
from core.tools.looks import Look, Prints, Sight
from core.tools.model import Channel, Session
from core.tools.stand_in import Launch, _settled, answer, measure, measure_plain, recorded_view, session_view
from tests.fakes.exposures import installed, reading, tool
from tests.fakes.machines import catalogue as small_catalogue
from tests.fakes.machines import machine, signal

CANARY = "canary-7Qx2Lm9Tz4"
ENV_ONLY = ("time-zone", "env-names", "path")


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **more}


def test_a_tool_started_plainly_sees_what_the_session_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    view = measure(tool(), installed("pal", "2.0"), only=["time-zone"])
    assert (view.problem, view.version, view.method) == ("", "2.0", "stand-in")
    assert view.looks["time-zone"].sight is Sight.SAME


def test_a_launch_with_another_zone_hides_the_own_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    launch = Launch("profile", environment(TZ="UTC"))
    view = measure(tool(), installed("pal"), launch, catalogue=load_catalogue(), only=["time-zone"])
    assert view.launch == "profile"
    assert view.looks["time-zone"].sight in {Sight.OTHER, Sight.SAME}
    assert (view.looks["time-zone"].sight is Sight.SAME) == bool(view.looks["time-zone"].still_from)


def test_a_variable_left_out_is_gone_and_the_others_are_seen_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_TEST_VARIABLE", "1")
    view = measure(tool(), None, Launch("profile", environment()), only=["env-names"])
    look = view.looks["env-names"]
    assert look.sight is Sight.PARTLY
    assert 0 < look.shared < look.own


def test_no_raw_value_leaves_the_child_and_none_is_in_its_arguments(tmp_path: Path) -> None:
    recorder = tmp_path / "recorder"
    recorder.write_text(
        f'#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word" >> {tmp_path}/argv; done\n"$@" | tee {tmp_path}/out\n', encoding="utf-8"
    )
    recorder.chmod(0o700)
    launch = Launch("profile", environment(SOME_TOKEN=CANARY, http_proxy=f"http://mia:{CANARY}@proxy.example:3128"), (str(recorder),))
    view = measure(tool(), None, launch)
    assert not view.problem
    assert isinstance(view.looks["proxy-env"].reading.result, Ok)
    assert CANARY not in (tmp_path / "out").read_text(encoding="utf-8")
    assert CANARY not in (tmp_path / "argv").read_text(encoding="utf-8")
    assert CANARY not in repr(view)


def test_variables_of_python_do_not_change_the_stand_in_and_are_still_seen(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("raise SystemExit(9)", encoding="utf-8")
    launch = Launch("profile", environment(PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere"), cwd=str(tmp_path))
    view = measure(tool(), None, launch, only=["env-names"])
    assert not view.problem
    assert "PYTHONPATH" in display(view.looks["env-names"].reading.result) or view.looks["env-names"].sight is not Sight.FAILED


def test_python_adds_nothing_to_the_environment_it_was_handed() -> None:
    view = measure(tool(), None, Launch("profile", {"PATH": os.environ["PATH"]}), only=["env-names"])
    result = view.looks["env-names"].reading.result
    assert isinstance(result, Ok)
    assert "LC_CTYPE" not in [value.masked for value in result.values]


@pytest.mark.parametrize("prefix", [("/nowhere/at/all",), ("/bin/false",), ("/bin/echo", "hello")])
def test_a_launch_that_does_not_work_is_a_problem_and_no_answer(prefix: tuple[str, ...]) -> None:
    view = measure(tool(), installed("pal"), Launch("broken", prefix=prefix), only=["time-zone"])
    assert view.looks == {}
    assert "nothing was measured" in view.problem


def test_a_child_that_hangs_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    script = f"sleep 60 & echo $! > {marker}; wait"
    with pytest.raises(TooSlowError):
        ask_child(Start(("/bin/sh", "-c", script), timeout_s=0.5), b"")
    program = Path(f"/proc/{marker.read_text(encoding='utf-8').strip()}/exe")
    for _ in range(2000):  # it was told to end, which takes a moment on a busy machine
        if not program.exists():
            return
        time.sleep(0.01)
    pytest.fail("the child's own child lives on")


def test_a_folder_that_is_not_there_is_said() -> None:
    with pytest.raises(NotThereError):
        ask_child(Start(stand_in_argv(), cwd="/nowhere/at/all"), b"")


def test_noise_before_and_after_the_answer_does_not_matter() -> None:
    assert answer_in(b"hello\ntelltale-answer {}\nbye\n") == b"{}"
    with pytest.raises(UnreadableError):
        answer_in(b"hello\n")


def test_a_garbled_answer_is_a_problem() -> None:
    view = measure(tool(), None, Launch("odd", ask=lambda _question: b"telltale-answer {]"), only=["time-zone"])
    assert "could not be read" in view.problem


def test_whoever_asks_may_fail_in_any_way() -> None:
    def broken(_question: bytes) -> bytes:
        raise RuntimeError(CANARY)

    view = measure(tool(), None, Launch("odd", ask=broken), only=["time-zone"])
    assert "RuntimeError" in view.problem
    assert CANARY not in view.problem


@pytest.mark.parametrize("channel", [Channel.FLATPAK, Channel.SNAP])
def test_a_tool_with_a_file_system_of_its_own_is_not_measured_from_outside(channel: Channel) -> None:
    view = measure(tool(), installed("pal", channel=channel))
    assert view.looks == {}
    assert "start it once" in view.problem


def test_one_stand_in_serves_all_tools_that_start_plainly() -> None:
    views = measure_plain([(tool("one"), installed("one", "1")), (tool("two"), None)], only=["time-zone"])
    assert [(view.tool, view.version) for view in views] == [("one", "1"), ("two", "")]
    assert views[0].looks is views[1].looks


def prints(value: str) -> Prints:
    return Prints("ok", frozenset({value}))


@pytest.mark.parametrize(("after", "wanted"), [("a", Sight.OTHER), ("b", Sight.SAME)])
def test_a_value_that_changes_by_itself_is_not_taken_as_hidden(after: str, wanted: Sight) -> None:
    mine = reading("uptime", "x")
    look = Look(mine, Sight.OTHER)
    assert _settled(look, prints("c"), (mine, prints("a")), (mine, prints(after)), "").sight is wanted


def test_the_child_answers_through_its_host_only() -> None:
    question = json.dumps({"key": "00" * 32, "only": ["time-zone"]}).encode()
    told = json.loads(answer(question, machine(env={"TZ": "Asia/Tokyo"}), small_catalogue(signal("time-zone"), signal("locale"))))
    (only,) = told["readings"]
    assert only["result"] == "ok"
    assert "Tokyo" not in json.dumps(told)


def test_everything_a_sandbox_must_show_is_there() -> None:
    places = stand_in_places()
    assert places
    assert all(Path(place).exists() for place in places)
    assert any(Path(sys.executable).resolve().is_relative_to(place) for place in places)


SESSION = Session("pal", 4711, 0.0, "/opt/pal", "1.0", "/home/mia", "mia", "bash", (4711,))


def test_a_session_with_another_value_has_its_own_unless_it_is_the_uniform_one() -> None:
    catalogue = load_catalogue()
    own = {
        "time-zone": reading("time-zone", "Asia/Tokyo"),
        "work-dir": reading("work-dir", "/a"),
        "locale": reading("locale", "de_DE.UTF-8"),
    }
    handed = [reading("time-zone", "UTC"), reading("work-dir", "/b"), reading("locale", "de_DE.UTF-8")]
    view = session_view(SESSION, handed, own, catalogue)
    assert {name: look.sight for name, look in view.looks.items()} == {
        "time-zone": Sight.OTHER,
        "work-dir": Sight.SAME,
        "locale": Sight.SAME,
    }
    assert (view.method, view.version) == ("session", "1.0")


def test_on_a_recorded_machine_every_tool_sees_what_is_recorded() -> None:
    view = recorded_view(tool(), installed("pal"), [reading("time-zone", "UTC")])
    assert (view.method, view.looks["time-zone"].sight) == ("recorded", Sight.SAME)


@pytest.mark.slow
def test_a_running_program_in_a_box_is_measured_through_its_own_eyes() -> None:
    catalogue = load_catalogue()
    if (why := why_no_sandbox(RealHost())) is not None:
        pytest.skip(why)
    box = [
        "bwrap",
        "--ro-bind",
        "/",
        "/",
        "--tmpfs",
        "/etc",
        "--proc",
        "/proc",
        "--die-with-parent",
        "--setenv",
        "TZ",
        "UTC",
        "sleep",
        "60",
    ]
    environ = {**os.environ, "TZ": "Asia/Tokyo"}
    with subprocess.Popen(box, env=environ) as child:
        try:
            inner = inside(child.pid)
            own = {item.signal: item for item in scan_once(RealHost(), catalogue, {"os-version", "kernel"})}
            boxed = Session("pal", inner, 0.0, "", "1.0", "/", "", "", (inner,))
            readings = scan_once(ProcessHost(inner), catalogue, {"os-version", "kernel", "time-zone"})
            looks = session_view(boxed, readings, own, catalogue).looks
        finally:
            child.kill()
    assert display(looks["time-zone"].reading.result) == "UTC"
    assert looks["kernel"].sight is Sight.SAME


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "sight", "said"), [("Asia/Tokyo", Sight.SAME, "Asia/"), ("UTC", Sight.OTHER, "UTC")])
def test_a_running_program_with_other_files_is_measured_by_those(
    monkeypatch: pytest.MonkeyPatch, zone: str, sight: Sight, said: str
) -> None:
    """A zone of its own is a value like any other; only the uniform one counts as hidden."""
    catalogue = load_catalogue()
    if (why := why_no_sandbox(RealHost())) is not None:
        pytest.skip(why)
    if not Path(f"/usr/share/zoneinfo/{zone}").exists():
        pytest.skip("the computer has no list of time zones")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    files = ["--tmpfs", "/etc", "--symlink", f"/usr/share/zoneinfo/{zone}", "/etc/localtime"]
    box = ["bwrap", "--ro-bind", "/", "/", *files, "--proc", "/proc", "--die-with-parent", "--unsetenv", "TZ", "sleep", "60"]
    with subprocess.Popen(box) as child:
        try:
            inner = inside(child.pid)
            own = {item.signal: item for item in scan_once(RealHost(), catalogue, {"time-zone"})}
            boxed = Session("pal", inner, 0.0, "", "1.0", "/", "", "", (inner,))
            readings = scan_once(ProcessHost(inner), catalogue, {"time-zone"})
            look = session_view(boxed, readings, own, catalogue).looks["time-zone"]
        finally:
            child.kill()
    assert display(look.reading.result).startswith(said)
    assert display(own["time-zone"].result).startswith("Europe/")
    assert look.sight is sight


def inside(pid: int) -> int:
    """Return the program that runs in the box, once it does."""
    for _ in range(200):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        for child in children:
            if Path(f"/proc/{child}/comm").read_text(encoding="ascii").strip() == "sleep":
                return int(child)
        time.sleep(0.02)
    pytest.fail("the box did not start")
