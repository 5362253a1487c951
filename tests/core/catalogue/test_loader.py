from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from core.catalogue import CatalogueProblem, load_catalogue
from core.model import Changes, Group, Neutral, Reach, Sensitivity, Source, Support, System, SystemSupport
from tests.fakes.catalogue_files import SIGNAL, write_signal

if TYPE_CHECKING:
    from pathlib import Path


def problems_of(root: Path, text: str | bytes) -> list[tuple[str, str]]:
    write_signal(root, text)
    write_signal(root, SIGNAL.replace('"tea-pot"', '"good-one"'), "good-one")
    loaded = load_catalogue(root)
    assert list(loaded.signals) == ["good-one"], "the rest still loads"
    assert {problem.file for problem in loaded.problems} == {"signals/tea-pot.toml"}
    return [(problem.key, problem.message) for problem in loaded.problems]


def test_every_field_of_a_file_reaches_the_signal(tmp_path: Path) -> None:
    write_signal(tmp_path)

    loaded = load_catalogue(tmp_path)

    assert loaded.problems == ()
    signal = loaded.signals["tea-pot"]
    assert (signal.group, signal.title, signal.sensitivity, signal.order) == (Group.DEVICE, "Tea pot", Sensitivity.NARROWS, 10)
    assert (signal.probe, signal.icon) == ("tea-pot", "coffee")
    assert signal.plain == "Tells whether tea is ready."
    assert signal.technical == "gettea returns the state of the pot."
    assert signal.systems == {
        System.LINUX: SystemSupport(Support.WORKS),
        System.MACOS: SystemSupport(Support.RECORDED, "Tested on recorded answers only."),
        System.WINDOWS: SystemSupport(Support.NOT_BUILT, "Nobody wrote it yet."),
    }
    assert signal.changes == {System.LINUX: Changes(("/etc/teapot",), ("dbus:org.example.Tea",), 5)}
    assert signal.neutral == Neutral("None", Reach.SANDBOX, "No pot inside.")
    assert signal.caveats == ("It may be empty.",)
    assert signal.evidence == (Source("The manual of the pot", date(2026, 11, 20), "", verified=True),)


def test_signals_come_by_group_then_order_then_id(tmp_path: Path) -> None:
    for name, group, order in (("a-one", "secrets", 1), ("b-two", "where", 20), ("c-three", "where", 10), ("d-four", "where", 10)):
        text = SIGNAL.replace('"tea-pot"', f'"{name}"').replace('"device"', f'"{group}"').replace("order = 10", f"order = {order}")
        write_signal(tmp_path, text, name)

    assert list(load_catalogue(tmp_path).signals) == ["c-three", "d-four", "b-two", "a-one"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('title = "Tea pot"', 'tite = "Tea pot"', "tite"),
        ('title = "Tea pot"', "", "title"),
        ('title = "Tea pot"', "title = 5", "title"),
        ('title = "Tea pot"', 'title = "Tea Pot From Paris"', "title"),
        ('title = "Tea pot"', 'title = "Tea pot."', "title"),
        ('id = "tea-pot"', 'id = "coffee-pot"', "id"),
        ('id = "tea-pot"', 'id = "Tea Pot"', "id"),
        ('group = "device"', 'group = "kitchen"', "group"),
        ("sensitivity = 2", "sensitivity = 5", "sensitivity"),
        ("sensitivity = 2", "sensitivity = true", "sensitivity"),
        ("sensitivity = 2", "sensitivity = 2.0", "sensitivity"),
        ("is ready.", "is ready", "plain"),
        ("is ready.", "is <b>ready</b>.", "plain"),
        ("is ready.", "is\\u202E ready.", "plain"),
        ("is ready.", "is\\u200B ready.", "plain"),
        ("is ready.", "is  ready.", "plain"),
        ("is ready.", "is anonymous.", "plain"),
        ("is ready.", "is r\u00e9ady.", "plain"),
        ('"It may be empty."', '"It may be empty.", 5', "caveats[1]"),
        ('"It may be empty."', '"It may be empty.", "It may be empty."', "caveats"),
        ('state = "works"', 'state = "perhaps"', "systems.linux.state"),
        ('state = "works"', 'state = "not-possible"', "systems.linux.reason"),
        ('{ state = "works" }', '"works"', "systems.linux"),
        ("windows = {", "beos = {", "systems.beos"),
        ("windows = {", "beos = {", "systems.windows"),
        ('reach = "sandbox"', 'reach = "moon"', "neutral.reach"),
        ("[changes.linux]", "[changes.windows]", "changes.windows"),
        ('"dbus:org.example.Tea"', '"carrier pigeon"', "changes.linux.notify[0]"),
        ("poll_s = 5", "poll_s = -1", "changes.linux.poll_s"),
        ("poll_s = 5", "poll_s = nan", "changes.linux.poll_s"),
        ("date = 2026-11-20", 'date = "2026-11-20"', "evidence[0].date"),
        ("date = 2026-11-20", "date = 2026-11-20T10:00:00", "evidence[0].date"),
        ("verified = true", 'verified = "yes"', "evidence[0].verified"),
    ],
)
def test_a_fault_is_named_by_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in SIGNAL

    found = problems_of(tmp_path, SIGNAL.replace(old, new))

    assert key in [item for item, _ in found]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = SIGNAL.replace('"device"', '"kitchen"').replace("sensitivity = 2", "sensitivity = 9").replace('"sandbox"', '"moon"')

    assert [key for key, _ in problems_of(tmp_path, text)] == ["group", "sensitivity", "neutral.reach"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00i", "is not UTF-8 text"),
        (b"id = ", "is not valid TOML (at end of document)"),
        (b"id = \n", "is not valid TOML (at line 1, column 6)"),
        (b"x = " + b"[" * 5000, "is not valid TOML (nested too deeply or a number too long)"),
        (b"x = " + b"9" * 10_000, "is not valid TOML (nested too deeply or a number too long)"),
        (b"# " + b"x" * 300_000, "is larger than 256 KB"),
    ],
)
def test_a_file_that_is_no_catalogue_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    found = problems_of(tmp_path, content)

    assert found == [("", message)]


def test_the_text_of_a_broken_file_is_not_repeated(tmp_path: Path) -> None:
    found = problems_of(tmp_path, b'id = "\x1b[31mred"\n')

    assert "\x1b" not in found[0][1]
    assert "red" not in found[0][1]


def test_a_character_spelt_out_in_a_comment_is_a_fault_of_the_file(tmp_path: Path) -> None:
    found = problems_of(tmp_path, SIGNAL + "# caf\u00e9\n")

    assert found == [("", "holds a character outside ASCII in a comment or key")]


def test_an_escaped_visible_character_is_allowed(tmp_path: Path) -> None:
    write_signal(tmp_path, SIGNAL.replace("tea is ready", "th\\u00E9 is ready"))

    assert load_catalogue(tmp_path).signals["tea-pot"].plain == "Tells whether th\u00e9 is ready."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_a_folder_and_a_looping_link_are_named_and_not_waited_for(tmp_path: Path) -> None:
    write_signal(tmp_path)
    folder = tmp_path / "signals"
    os.mkfifo(folder / "pipe.toml")
    (folder / "folder.toml").mkdir()
    (folder / "loop.toml").symlink_to("loop.toml")

    loaded = load_catalogue(tmp_path)

    assert list(loaded.signals) == ["tea-pot"]
    assert [(problem.file, problem.message) for problem in loaded.problems] == [
        ("signals/folder.toml", "is not a regular file"),
        ("signals/loop.toml", "cannot be read (OSError)"),
        ("signals/pipe.toml", "is not a regular file"),
    ]


def test_a_folder_that_is_missing_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    loaded = load_catalogue(tmp_path / "nowhere")

    assert dict(loaded.signals) == {}
    assert loaded.problems == (CatalogueProblem("signals", "", "holds no signal that can be used; reinstall Telltale"),)


def test_a_problem_reads_as_one_line() -> None:
    assert str(CatalogueProblem("signals/x.toml", "systems.linux", "is missing")) == "signals/x.toml, systems.linux: is missing"
    assert str(CatalogueProblem("signals/x.toml", "", "is empty")) == "signals/x.toml: is empty"
