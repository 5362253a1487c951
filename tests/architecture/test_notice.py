"""Whose work is shipped or used, and under which licence, stands in NOTICE."""

from __future__ import annotations

import re
import tomllib

from tests.architecture.sources import ROOT

NOTICE = (ROOT / "NOTICE").read_text(encoding="ascii")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_library_that_people_get_is_named_with_its_licence() -> None:
    locked = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(encoding="ascii"), re.MULTILINE)
    asked = [re.split(r"[^A-Za-z0-9_.-]", item)[0] for item in (*PROJECT["project"]["dependencies"], *optional())]
    named = {plain(word) for line in NOTICE.splitlines() for word in re.findall(r"[A-Za-z0-9_.-]+", line[:34])}
    assert {plain(name) for name in (*locked, *asked)} <= named


def optional() -> list[str]:
    return [item for items in PROJECT["project"]["optional-dependencies"].values() for item in items]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_file_that_says_it_is_derived_from_others_work_is_named() -> None:
    derived = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "resources").rglob("*.toml")
        if re.search(r"^# .*(Derived from|copyright|public domain)", path.read_text(encoding="utf-8")[:2000], re.MULTILINE)
    ]
    assert derived
    assert [name for name in derived if name not in NOTICE] == []


def test_licences_of_shipped_icons_lie_beside_them() -> None:
    folders = [item for item in (ROOT / "resources/icons").iterdir() if item.is_dir()]
    assert folders
    assert [item.name for item in folders if not (item / "LICENSE").is_file() or f"resources/icons/{item.name} " not in NOTICE] == []
    assert PROJECT["project"]["license-files"] == ["LICENSE", "NOTICE"]
