from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from core import paths
from core.catalogue import load_catalogue
from core.catalogue.export import schemas
from core.catalogue.tools import load_tools
from core.model import Grade, System
from core.tools.model import Basis, Claim, Finder, OptOut, Place, ToolKind

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
id = "tea-tool"
name = "Tea tool"
vendor = "Tea Makers"
homepage = "https://tea.example"
kinds = ["cli"]
summary = "Makes tea."
checked_version = "1.2.3"
checked_on = 2026-11-20
commands = ["tea"]

[process]
argv = ["/tea( |$)"]
"""
FINDER = """
[[finder]]
kind = "npm-package"
names = ["@tea/tea"]
basis = "observed"
"""
PLACE = """
[[place]]
what = "settings"
path = "~/.tea/settings.json"
systems = ["linux"]
basis = "vendor-says"
"""
CLAIM = """
[[claim]]
signal = "time-zone"
grade = "saw-sent"
text = "The zone."
source = "Own run"
seen_on = 2026-11-20
versions = ">=1.2 <=1.4 || =2.0.0-beta.1"
system = "linux"
limits = "One run."
basis = "observed"
"""
OPT_OUT = """
[[opt_out]]
id = "tea-off"
kind = "environment"
key = "TEA_OFF"
value = "1"
effect = "No tea."
works = "documented"
source = "Manual"
checked_on = 2026-11-20
checked_version = "1.2.3"
basis = "vendor-says"
"""
REPORT = """
[[report]]
id = "tea-report"
title = "Tea in the pot"
claim = "There was tea."
claimed_by = ["Somebody"]
first_date = 2026-06-10
versions = "*"
vendor_answer = "No answer was found."
state = "Open."
own_check = "Not looked at."
basis = "reported"
sources = ["A page"]
checked_on = 2026-11-20
"""
WHOLE = HEAD + FINDER + PLACE + CLAIM + OPT_OUT + REPORT


def write(root: Path, text: str = WHOLE, name: str = "tea-tool") -> None:
    (root / "tools").mkdir(exist_ok=True)
    (root / "tools" / f"{name}.toml").write_text(text, encoding="ascii")


def faults(root: Path, text: str) -> list[tuple[str, str]]:
    write(root, text)
    tools, problems = load_tools(root)
    assert "tea-tool" not in tools
    assert {problem.file for problem in problems} == {"tools/tea-tool.toml"}
    return [(problem.key, problem.message) for problem in problems]


def test_every_table_of_a_file_reaches_the_tool(tmp_path: Path) -> None:
    write(tmp_path)

    tools, problems = load_tools(tmp_path)

    assert problems == ()
    tool = tools["tea-tool"]
    assert (tool.name, tool.kinds, tool.commands, tool.checked_on) == ("Tea tool", (ToolKind.CLI,), ("tea",), date(2026, 11, 20))
    assert tool.finders == (Finder("npm-package", {"names": ("@tea/tea",)}, tuple(System), Basis.OBSERVED),)
    assert tool.process == {"exe": (), "argv": ("/tea( |$)",), "background": (), "child_env": ()}
    assert tool.places == (Place("settings", "~/.tea/settings.json", (System.LINUX,), Basis.VENDOR_SAYS),)
    assert tool.claims == (
        Claim(
            "time-zone",
            Grade.SAW_SENT,
            "The zone.",
            "Own run",
            date(2026, 11, 20),
            ">=1.2 <=1.4 || =2.0.0-beta.1",
            System.LINUX,
            "One run.",
            Basis.OBSERVED,
        ),
    )
    assert [(item.id, item.semantics, item.hides) for item in tool.opt_outs] == [("tea-off", "value", ())]
    assert isinstance(tool.opt_outs[0], OptOut)
    assert [(item.id, item.first_date, item.signals) for item in tool.reports] == [("tea-report", date(2026, 6, 10), ())]
    assert tool.inspect == {"way": "none"}


def test_the_cache_gives_the_same_tools(tmp_path: Path) -> None:
    write(tmp_path)
    cache = tmp_path / "cache"

    first = load_tools(tmp_path, cache_folder=cache)
    assert (cache / "catalogue-tools.json").is_file()
    second = load_tools(tmp_path, cache_folder=cache)

    assert first == second


def test_a_changed_file_is_read_again_in_spite_of_the_cache(tmp_path: Path) -> None:
    write(tmp_path)
    cache = tmp_path / "cache"
    load_tools(tmp_path, cache_folder=cache)
    write(tmp_path, WHOLE.replace('"Tea tool"', '"Other tea tool"'))

    assert load_tools(tmp_path, cache_folder=cache)[0]["tea-tool"].name == "Other tea tool"


def test_the_catalogue_reads_tools_only_when_asked_and_once(tmp_path: Path) -> None:
    write(tmp_path)
    catalogue = load_catalogue(tmp_path)
    write(tmp_path, WHOLE.replace('"tea-tool"', '"cup-tool"').replace("tea-", "cup-"), "cup-tool")

    assert list(catalogue.tools) == ["cup-tool", "tea-tool"]
    (tmp_path / "tools" / "cup-tool.toml").unlink()
    assert list(catalogue.tools) == ["cup-tool", "tea-tool"]
    assert catalogue.tool_problems == ()


def test_a_bad_file_is_named_and_the_others_still_load(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "id = ", "cup-tool")

    tools, problems = load_tools(tmp_path)

    assert list(tools) == ["tea-tool"]
    assert [problem.file for problem in problems] == ["tools/cup-tool.toml"]


def test_an_id_used_by_two_tools_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, WHOLE.replace('"tea-tool"', '"cup-tool"'), "cup-tool")

    _, problems = load_tools(tmp_path)

    assert [(problem.file, problem.key) for problem in problems] == [
        ("tools/tea-tool.toml", "opt_out.id"),
        ("tools/tea-tool.toml", "report.id"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('basis = "observed"\n\n[[place', 'basis = "told"\n\n[[place', "finder[0].basis"),
        ('names = ["@tea/tea"]', 'ids = ["tea"]', "finder[0].ids"),
        ('kind = "npm-package"\nnames = ["@tea/tea"]', 'kind = "path-command"\nnames = ["tea"]', "finder[0]"),
        ('kind = "npm-package"\nnames = ["@tea/tea"]', 'kind = "windows-uninstall"\nnames = ["("]', "finder[0].names"),
        ('argv = ["/tea( |$)"]', 'argv = ["/tea("]', "process.argv[0]"),
        ('grade = "saw-sent"', 'grade = "vendor-says"', "claim[0].basis"),
        ('grade = "saw-sent"', 'grade = "hidden"', "claim[0].grade"),
        ('">=1.2 <=1.4 || =2.0.0-beta.1"', '"1.2 and later"', "claim[0].versions"),
        ("seen_on = 2026-11-20\n", "", "claim[0].seen_on"),
        ('works = "documented"', 'works = "verified"', "opt_out[0].basis"),
        ('key = "TEA_OFF"', 'key = "tea.off"', "opt_out[0].key"),
        ('kind = "environment"', 'kind = "settings-file"', "opt_out[0].place"),
        ('effect = "No tea."', 'effect = "A safe tea."', "opt_out[0].effect"),
        ('vendor_answer = "No answer was found."\n', "", "report[0].vendor_answer"),
        ('title = "Tea in the pot"', 'title = "Tea spying"', "report[0].title"),
        ('path = "~/.tea/settings.json"', 'path = "tea/settings.json"', "place[0].path"),
        ('homepage = "https://tea.example"', 'homepage = "tea.example"', "homepage"),
    ],
)
def test_a_fault_is_said_with_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in WHOLE

    assert key in {place for place, _ in faults(tmp_path, WHOLE.replace(old, new, 1))}


def test_the_same_id_twice_in_one_file_is_said(tmp_path: Path) -> None:
    assert [key for key, _ in faults(tmp_path, WHOLE + OPT_OUT)] == ["opt_out"]


def test_a_schema_written_for_editors_accepts_every_shipped_file() -> None:
    import tomllib

    validator = Draft202012Validator(json.loads(json.dumps(schemas()["tool.schema.json"])))
    for file in (paths.resource_root() / "catalogue" / "tools").glob("*.toml"):
        document = json.loads(json.dumps(tomllib.loads(file.read_text(encoding="ascii")), default=str))
        assert [error.json_path for error in validator.iter_errors(document)] == [], file.name
