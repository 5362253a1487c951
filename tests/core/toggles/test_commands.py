"""Commands of the system: what is asked and told, on stubs and on answers recorded from macOS and Windows."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.host.base import Output
from core.model import System
from core.toggles import commands
from core.toggles.commands import Setting, needs_password, systems, write_argv
from core.toggles.model import ChangeSpec, ChangeState
from core.toggles.registry import kind
from core.toggles.target import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.toggle_home import ToggleHome

REG = "\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Clipboard\r\n    EnableClipboardHistory    REG_DWORD    0x1\r\n\r\n"


def answers(*outputs: Output) -> commands.Run:
    waiting = [*outputs]
    return lambda _argv: waiting.pop(0)


def test_defaults_tells_an_unset_value_from_a_set_one() -> None:
    setting = Setting("defaults", ("com.example", "Active"), "bool")
    assert commands.read(setting, answers(Output(0, "1\n"))) == "1"
    assert commands.read(setting, answers(Output(1, "", "does not exist"))) is None
    assert write_argv(setting, "false") == ("defaults", "write", "com.example", "Active", "-bool", "false")
    assert write_argv(setting, None) == ("defaults", "delete", "com.example", "Active")


def test_reg_reads_the_value_behind_its_type() -> None:
    setting = Setting("reg", ("HKCU\\Software\\Microsoft\\Clipboard", "EnableClipboardHistory"), "REG_DWORD")
    assert commands.read(setting, answers(Output(0, REG))) == "0x1"
    assert commands.read(setting, answers(Output(1, "", "unable to find"))) is None
    assert write_argv(setting, "0x0")[-3:] == ("/d", "0x0", "/f")
    assert write_argv(setting, None) == ("reg", "delete", *setting.name[:1], "/v", setting.name[1], "/f")


def test_tzutil_and_the_linux_commands_name_their_values() -> None:
    assert commands.read(Setting("tzutil", ("zone",)), answers(Output(0, "W. Europe Standard Time"))) == "W. Europe Standard Time"
    assert write_argv(Setting("tzutil", ("zone",)), "UTC") == ("tzutil", "/s", "UTC")
    assert write_argv(Setting("timedatectl", ("Timezone",)), "UTC") == ("pkexec", "timedatectl", "set-timezone", "UTC")
    assert needs_password(Setting("hostnamectl", ("hostname",)))
    assert not needs_password(Setting("tzutil", ("zone",)))
    assert systems("reg") == (System.WINDOWS,)
    assert systems("sh") == ()


def test_a_command_that_is_missing_or_does_not_know_the_setting_is_said() -> None:
    with pytest.raises(RefusedError, match="does not answer"):
        commands.read(Setting("gsettings", ("a", "b")), answers(Output(127, "")))
    with pytest.raises(RefusedError, match="does not know"):
        commands.read(Setting("gsettings", ("a", "b")), answers(Output(1, "")))
    with pytest.raises(RefusedError, match="could not tell"):
        commands.read(Setting("timedatectl", ("Timezone",)), answers(Output(1, "")))


def test_running_a_command_that_is_not_there_or_hangs_gives_status_127(monkeypatch: pytest.MonkeyPatch) -> None:
    assert commands.run(("no-such-command-here",)).code == 127
    monkeypatch.setattr(commands, "_WAIT_S", 0.05)
    assert commands.run(("sleep", "5")).code == 127


def test_a_variable_before_the_command_is_set_for_it_alone() -> None:
    assert commands.run(("TELLTALE_X=1", "sh", "-c", "echo $TELLTALE_X")).out == "1\n"
    assert commands.run(("sh", "-c", "echo $TELLTALE_X")).out == "\n"


def test_a_command_that_does_not_take_the_value_leaves_a_failed_entry(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    real = commands.run
    refuse: commands.Run = lambda argv: Output(1, "", "no") if argv[0] == "pkexec" else real(argv)  # noqa: E731  one use
    plan = at_home.service.plan(["computer-time-zone"])
    monkeypatch.setattr(kind("system-setting"), "run", refuse)
    (receipt,) = at_home.service.apply(plan, confirm_system=True)
    assert "did not take the new value" in receipt.change.note
    assert at_home.service.changes()[0].state is ChangeState.FAILED


def test_a_third_value_is_a_conflict(at_home: ToggleHome) -> None:
    at_home.service.apply(at_home.service.plan(["computer-time-zone"]), confirm_system=True)
    (at_home.stubs / "zone").write_text("Asia/Tokyo\n")
    (change,) = at_home.service.undo_all()
    assert change.state is ChangeState.CONFLICT
    assert (at_home.stubs / "zone").read_text() == "Asia/Tokyo\n"


def test_commands_of_another_system_say_so(at_home: ToggleHome) -> None:
    assert "does not exist on linux" in (kind("user-setting").possible(at_home.context().host, spec_of("reg")) or "")
    assert "does not exist on linux" in (kind("user-setting").possible(at_home.context().host, spec_of("sh")) or "")


def spec_of(program: str) -> ChangeSpec:
    return ChangeSpec("user-setting", {"program": program, "name": "a\nb", "value": "1"}, tuple(System))


def has_schema() -> bool:
    if not shutil.which("gsettings"):
        return False
    done = subprocess.run(["gsettings", "get", "org.gnome.desktop.privacy", "remember-recent-files"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(not has_schema(), reason="the GNOME schemas are not installed here")
def test_the_real_gsettings_goes_from_unset_to_set_and_back_to_unset(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    real = next(path for path in ("/usr/bin/gsettings", "/usr/local/bin/gsettings") if shutil.which(path))
    monkeypatch.setenv("GSETTINGS_BACKEND", "keyfile")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(at_home.home / ".config"))
    monkeypatch.delenv("XDG_DATA_DIRS")  # the schemas lie where the system has them

    def ask(argv: Sequence[str]) -> Output:
        return commands.run([real if word == "gsettings" else word for word in argv])

    monkeypatch.setattr(kind("user-setting"), "run", ask)
    plan = at_home.service.plan(["recent-files-list"])
    (receipt,) = at_home.service.apply(plan)
    assert receipt.verified is True
    keyfile = at_home.home / ".config/glib-2.0/settings/keyfile"
    assert "remember-recent-files=false" in keyfile.read_text()
    (change,) = at_home.service.undo_all()
    assert change.state is ChangeState.UNDONE
    assert "remember-recent-files" not in keyfile.read_text()
