from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.cli import bootstrap, debian
from core.cli.bootstrap import LOWEST, TESTS, TEXT, WINDOW, Setup

NEW = "alpha==2 \\\n    --hash=sha256:aa\nbeta==1 ; python_version < '3.12' \\\n    --hash=sha256:bb\nbeta==2 ; python_version >= '3.12' \\\n    --hash=sha256:cc\n"
OLD = "alpha==1 \\\n    --hash=sha256:dd\ngamma==1 \\\n    --hash=sha256:ee\n"
SMALL = Setup(".venv", ("new.lock",), frozenset(), ())


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "new.lock").write_text(NEW)
    (tmp_path / "old.lock").write_text(OLD)
    monkeypatch.setattr(bootstrap, "CHECKOUT", tmp_path)
    return tmp_path


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_display")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_without_a_display_qt_is_not_installed() -> None:
    assert bootstrap.wanted([]) is TEXT


@pytest.mark.usefixtures("no_display")
def test_with_a_display_the_window_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert bootstrap.wanted([]) is WINDOW


def test_a_command_of_the_command_line_needs_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.wanted(["scan", "--json"]) is TEXT


@pytest.mark.usefixtures("checkout")
def test_a_library_pinned_differently_for_two_pythons_keeps_both_pins() -> None:
    assert bootstrap.pins(SMALL)["beta"].count("beta==") == 2


@pytest.mark.usefixtures("checkout")
def test_the_earlier_lock_wins_and_names_can_be_left_out() -> None:
    pins = bootstrap.pins(Setup(".venv", ("old.lock", "new.lock"), frozenset({"gamma"}), ()))
    assert set(pins) == {"alpha", "beta"}
    assert pins["alpha"].startswith("alpha==1 ")


def test_every_entry_of_the_real_locks_carries_hashes() -> None:
    for setup in (TEXT, WINDOW, TESTS, LOWEST):
        assert all("--hash=sha256:" in entries for entries in bootstrap.pins(setup).values())


def test_the_text_needs_no_qt_and_the_window_does() -> None:
    assert not bootstrap.QT & set(bootstrap.pins(TEXT))
    assert "pyside6-essentials" in bootstrap.pins(WINDOW)


def test_an_environment_is_complete_only_with_the_very_pins_of_the_lock(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(checkout))
    bootstrap._write_stamp(checkout, bootstrap._needed(SMALL) | {"unrelated": "0"})
    assert bootstrap.can_run(SMALL)
    (checkout / "new.lock").write_text(NEW.replace("alpha==2", "alpha==3"))
    assert not bootstrap.can_run(SMALL)


def test_the_system_interpreter_is_never_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert not bootstrap.can_run(TEXT)


def test_an_environment_made_by_other_means_is_used_if_it_holds_everything(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(checkout / "elsewhere"))
    (checkout / "new.lock").write_text(
        "pytest==1 \\\n    --hash=sha256:aa\nno-such-library==1 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n"
    )
    assert bootstrap.can_run(SMALL)
    (checkout / "new.lock").write_text("no-such-library==1 \\\n    --hash=sha256:bb\n")
    assert not bootstrap.can_run(SMALL)


def test_the_environment_lies_in_the_checkout(checkout: Path) -> None:
    assert bootstrap.place(SMALL) == checkout / ".venv"


def test_an_environment_that_somebody_else_made_is_left_alone(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".venv").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(checkout / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(checkout / "data"))
    assert bootstrap.place(SMALL).is_relative_to(checkout / "data" / "telltale")


def test_without_rights_the_exact_package_line_is_told_and_nothing_is_made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "is_debian", lambda: True)
    monkeypatch.setattr(debian, "install", lambda packages, tell: False)
    setup = SMALL._replace(packages=({"no-such-package": "command:no-such-command"},))
    with pytest.raises(SystemExit, match=r"apt-get install --yes --no-install-recommends .*no-such-package"):
        bootstrap.prepare(setup)
    assert not (checkout / ".venv").exists()


def test_an_installed_program_sets_nothing_up(checkout: Path) -> None:
    assert not (checkout / "requirements.lock").exists()
    bootstrap.start("gui", [])
    assert not (checkout / ".venv").exists()


def test_an_interpreter_that_is_gone_does_not_answer(tmp_path: Path) -> None:
    assert not bootstrap._answers(tmp_path / "python")
    assert bootstrap._answers(Path(sys.executable))
