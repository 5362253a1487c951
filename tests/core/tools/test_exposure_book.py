from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from core.catalogue import Catalogue, load_catalogue
from core.model import Grade, System
from core.tools.exposure_book import Cell, Difference, ExposureBook, differences, version_differences
from core.tools.looks import Sight
from tests.fakes.exposures import claim, installed, report, seen, tool, view
from tests.fakes.machines import signal

PAL = tool("pal", claim("time-zone", Grade.VENDOR_SAYS, "<=1.5"), reports=(report("locale", ">=2.0"),))
SIGNALS = {name: signal(name) for name in ("time-zone", "locale", "hostname")}


def book() -> ExposureBook:
    catalogue = cast("Catalogue", SimpleNamespace(signals=SIGNALS, tools={"pal": PAL, "other": tool("other")}))
    return ExposureBook(catalogue, System.LINUX)


def test_only_cells_that_changed_come_out() -> None:
    mine = book()
    mine.set_installations([installed("pal", "1.0")])
    mine.row("pal")
    mine.row("other")
    first = mine.set_view(view("pal", "1.0", time_zone=Sight.SAME, locale=Sight.SAME))
    assert [cell.signal for cell in first] == ["time-zone", "locale"]
    assert mine.set_view(view("pal", "1.0", time_zone=Sight.SAME, locale=Sight.SAME)) == ()
    changed = mine.add_evidence([seen("pal", "locale", Grade.SAW_READ)])
    assert [(cell.signal, cell.grade) for cell in changed] == [("locale", Grade.SAW_READ)]


def test_news_about_a_tool_nobody_knows_is_ignored() -> None:
    mine = book()
    assert mine.set_view(view("stranger", "1", time_zone=Sight.SAME)) == ()
    assert mine.add_evidence([seen("stranger", "locale", Grade.SAW_READ)]) == ()


def test_an_update_of_the_tool_judges_claims_anew() -> None:
    mine = book()
    mine.set_installations([installed("pal", "1.0")])
    assert mine.exposure("pal", "time-zone").said is Grade.VENDOR_SAYS
    mine.set_installations([installed("pal", "2.0")])
    assert mine.exposure("pal", "time-zone").said is None
    assert mine.exposure("pal", "locale").said is Grade.REPORTED
    mine.set_installations([])
    assert mine.installed == ()


def test_counts_are_plain_counts() -> None:
    mine = book()
    mine.set_view(view("pal", "1.0", time_zone=Sight.SAME, locale=Sight.GONE))
    assert mine.sees("pal") == (1, 2)
    assert mine.counts("pal") == {Grade.COULD_SEE: 1, Grade.HIDDEN: 1, Grade.NOT_MEASURED: 1}


def test_two_times_differ_where_a_cell_does() -> None:
    before = {("pal", "locale"): Cell(Grade.COULD_SEE), ("pal", "hostname"): Cell(Grade.COULD_SEE), ("old", "locale"): Cell(Grade.HIDDEN)}
    after = {("pal", "locale"): Cell(Grade.HIDDEN), ("pal", "hostname"): Cell(Grade.COULD_SEE), ("pal", "time-zone"): Cell(Grade.ABSENT)}
    assert differences(before, after) == (
        Difference("pal", "locale", Cell(Grade.COULD_SEE), Cell(Grade.HIDDEN)),
        Difference("pal", "time-zone", None, Cell(Grade.ABSENT)),
        Difference("old", "locale", Cell(Grade.HIDDEN), None),
    )


def test_two_versions_differ_by_what_applies_to_one_only() -> None:
    found = version_differences(PAL, "1.0", "2.0")
    assert [(item.signal, item.begins) for item in found] == [("time-zone", False), ("locale", True)]
    assert version_differences(PAL, "1.0", "unknown") == ()


def test_the_reported_marker_lies_between_two_neighbouring_versions() -> None:
    claude = load_catalogue().tools["claude-code"]
    began = {item.signal for item in version_differences(claude, "2.1.90", "2.1.91") if item.begins and item.evidence.method == "report"}
    ended = {
        item.signal for item in version_differences(claude, "2.1.197", "2.1.198") if not item.begins and item.evidence.method == "report"
    }
    assert "time-zone" in began & ended


def test_the_whole_catalogue_can_be_joined() -> None:
    catalogue = load_catalogue()
    mine = ExposureBook(catalogue, System.LINUX)
    mine.set_installations([installed(name, item.checked_version) for name, item in catalogue.tools.items()])
    cells = mine.cells()
    assert len(cells) == len(catalogue.tools) * len(catalogue.signals)
    assert all(mine.exposure(*pair).sentence.endswith(".") for pair in cells)
    assert {cell.here for cell in cells.values()} <= {Grade.NOT_MEASURED, Grade.NOT_POSSIBLE}


def test_the_same_of_another_version_is_told_apart_from_a_change() -> None:
    before = {("pal", "time-zone"): Cell(Grade.COULD_SEE, None, "1.0"), ("pal", "locale"): Cell(Grade.COULD_SEE, None, "1.0")}
    after = {("pal", "time-zone"): Cell(Grade.COULD_SEE, None, "1.1"), ("pal", "locale"): Cell(Grade.HIDDEN, None, "1.1")}
    assert [(item.signal, item.is_new_version_only) for item in differences(before, after)] == [("time-zone", True), ("locale", False)]
