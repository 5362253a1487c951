from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.model import Grade, Support, System, SystemSupport
from core.tools.exposure import Known, can_see, expose
from core.tools.looks import Look, Sight, View
from core.tools.model import Basis, Exposure
from tests.fakes.exposures import NOW, claim, reading, report, seen, tool, view
from tests.fakes.machines import signal

ZONE = signal("time-zone")
LINUX = System.LINUX


def joined(known: Known) -> Exposure:
    return expose(known, ZONE)


@pytest.mark.parametrize(
    ("sight", "grade"),
    [
        (Sight.SAME, Grade.COULD_SEE),
        (Sight.PARTLY, Grade.COULD_SEE),
        (Sight.OTHER, Grade.HIDDEN),
        (Sight.GONE, Grade.HIDDEN),
        (Sight.REFUSED, Grade.HIDDEN),
        (Sight.NOTHING, Grade.ABSENT),
        (Sight.DENIED, Grade.DENIED),
        (Sight.NOT_ASKED, Grade.NOT_MEASURED),
        (Sight.FAILED, Grade.NOT_MEASURED),
    ],
)
def test_what_was_measured_decides_where_nothing_else_is_known(sight: Sight, grade: Grade) -> None:
    cell = joined(Known(tool(), LINUX, ("1.0",), view("pal", "1.0", time_zone=sight)))
    assert cell.grade is cell.here is grade
    assert cell.said is None
    assert cell.sentence.endswith(".")
    assert "Pal" in cell.sentence
    assert [item.method for item in cell.evidence] == ["stand-in"]


def test_what_nobody_looked_at_is_not_measured() -> None:
    cell = joined(Known(tool(), LINUX, ("1.0",)))
    assert cell.grade is Grade.NOT_MEASURED
    assert cell.sentence == "Not measured for Pal yet."


def test_the_reason_why_nothing_was_measured_is_said() -> None:
    problem = View("pal", "1.0", "stand-in", NOW, {}, "", "Start it once.")
    assert joined(Known(tool(), LINUX, ("1.0",), problem)).sentence == "Not measured for Pal yet. Start it once."


def test_what_this_system_cannot_tell_is_not_possible_rather_than_fine() -> None:
    cell = joined(Known(tool(), System.MACOS, ("1.0",)))
    assert ZONE.systems[System.MACOS] == SystemSupport(Support.NOT_BUILT, "Not built for this system yet.")
    assert cell.grade is Grade.NOT_POSSIBLE
    assert "Not built" in cell.sentence


def test_a_sighting_here_outranks_everything() -> None:
    pal = tool("pal", claim("time-zone", Grade.VENDOR_SAYS))
    evidence = (seen("pal", "time-zone", Grade.SAW_READ), seen("pal", "time-zone", Grade.SAW_SENT))
    cell = joined(Known(pal, LINUX, ("1.0",), view("pal", "1.0", time_zone=Sight.SAME), evidence))
    assert cell.grade is Grade.SAW_SENT
    assert cell.said is Grade.VENDOR_SAYS
    assert cell.sentence.startswith("Pal 1.0 was seen sending this here on 20 November 2026 at 12:00 UTC (/etc/localtime).")
    assert {item.grade for item in cell.evidence} == {Grade.SAW_READ, Grade.SAW_SENT, Grade.COULD_SEE}


def test_what_is_hidden_since_a_sighting_is_hidden_and_the_sighting_is_said() -> None:
    early = seen("pal", "time-zone", Grade.SAW_SENT, at=NOW - timedelta(days=1))
    cell = joined(Known(tool(), LINUX, ("1.0",), view("pal", "1.0", time_zone=Sight.OTHER), (early,)))
    assert cell.grade is Grade.HIDDEN
    assert cell.sentence.endswith("Before that, Pal was seen sending it on 19 November 2026.")


def test_a_sighting_after_it_was_hidden_counts() -> None:
    late = seen("pal", "time-zone", Grade.SAW_SENT, at=NOW + timedelta(minutes=1))
    assert joined(Known(tool(), LINUX, ("1.0",), view("pal", "1.0", time_zone=Sight.OTHER), (late,))).grade is Grade.SAW_SENT


def test_a_sighting_of_another_version_is_kept_apart() -> None:
    cell = joined(
        Known(tool(), LINUX, ("2.0",), view("pal", "2.0", time_zone=Sight.SAME), (seen("pal", "time-zone", Grade.SAW_SENT, "1.0"),))
    )
    assert cell.grade is Grade.COULD_SEE
    assert [item.tool_version for item in cell.other_versions] == ["1.0"]
    assert "version 1.0 was seen sending it; the version here was not" in cell.sentence


def test_what_the_makers_saw_elsewhere_is_a_report_and_never_a_sighting_here() -> None:
    pal = tool("pal", claim("time-zone", Grade.SAW_SENT, ">=1.0 <=1.5"))
    cell = joined(Known(pal, LINUX, ("1.2",), view("pal", "1.2", time_zone=Sight.SAME)))
    assert (cell.grade, cell.here, cell.said) == (Grade.REPORTED, Grade.COULD_SEE, Grade.REPORTED)
    assert "Telltale's makers saw version 1.0 to 1.5 send it (19 November 2026), not on this computer." in cell.sentence
    assert Grade.SAW_SENT not in {item.grade for item in cell.evidence}
    assert [item.method for item in cell.elsewhere] == ["makers"]


@pytest.mark.parametrize(("version", "grade"), [("2.1.90", Grade.COULD_SEE), ("2.1.91", Grade.REPORTED), ("2.1.198", Grade.COULD_SEE)])
def test_version_ranges_decide_whether_a_report_applies(version: str, grade: Grade) -> None:
    pal = tool("pal", reports=(report("time-zone", ">=2.1.91 <=2.1.197"),))
    cell = joined(Known(pal, LINUX, (version,), view("pal", version, time_zone=Sight.SAME)))
    assert cell.grade is grade
    assert len(cell.elsewhere) + len(cell.other_versions) == 1
    assert "The vendor answered." in (*cell.elsewhere, *cell.other_versions)[0].limits


def test_with_an_unknown_version_a_report_may_apply_and_the_doubt_is_said() -> None:
    pal = tool("pal", reports=(report("time-zone", "<=2"),))
    cell = joined(Known(pal, LINUX, ("",), view("pal", "", time_zone=Sight.SAME)))
    assert cell.grade is Grade.REPORTED
    assert "may not apply" in cell.sentence


def test_one_affected_copy_is_enough() -> None:
    pal = tool("pal", reports=(report("time-zone", "<=2"),))
    assert joined(Known(pal, LINUX, ("3.0", "1.0"))).said is Grade.REPORTED


def test_of_several_copies_the_affected_one_is_named() -> None:
    pal = tool("pal", claim("time-zone", Grade.SAW_SENT, ">=2.1.91 <=2.1.197"))
    assert joined(Known(pal, LINUX, ("2.1.329", "2.1.197"))).sentence.endswith("Of the copies here this is about 2.1.197 only.")


def test_of_a_tool_that_is_not_installed_the_checked_version_is_judged_and_that_is_said() -> None:
    cell = joined(Known(tool("pal", claim("time-zone", Grade.VENDOR_SAYS)), LINUX))
    assert cell.said is Grade.VENDOR_SAYS
    assert "It is not installed here" in cell.sentence


def test_a_claim_about_another_system_does_not_apply() -> None:
    pal = tool("pal", claim("time-zone", Grade.VENDOR_SAYS, system=System.WINDOWS))
    assert joined(Known(pal, LINUX, ("1.0",))).said is None


def test_what_is_only_remembered_is_not_shown() -> None:
    pal = tool("pal", claim("time-zone", Grade.REPORTED, basis=Basis.UNVERIFIED))
    cell = joined(Known(pal, LINUX, ("1.0",)))
    assert not cell.elsewhere
    assert not cell.other_versions


def test_what_others_say_does_not_unhide() -> None:
    pal = tool("pal", claim("time-zone", Grade.VENDOR_SAYS))
    cell = joined(Known(pal, LINUX, ("1.0",), view("pal", "1.0", time_zone=Sight.GONE)))
    assert (cell.grade, cell.said) == (Grade.HIDDEN, Grade.VENDOR_SAYS)
    assert not can_see(cell)


def test_the_place_that_still_gives_the_own_value_is_named() -> None:
    look = Look(reading("time-zone", "UTC"), Sight.SAME, ("/etc/localtime",), 1, 1)
    cell = joined(Known(tool(), LINUX, ("1.0",), View("pal", "1.0", "stand-in", NOW, {"time-zone": look})))
    assert "but /etc/localtime still gives it" in cell.sentence
    assert cell.grade is Grade.COULD_SEE


def test_a_report_from_memory_is_not_shown_and_others_say_who_said_it() -> None:
    told = report("time-zone", "*")
    cell = joined(Known(tool("pal", reports=(told, replace(told, basis=Basis.UNVERIFIED))), LINUX, ("1.0",)))
    (item,) = cell.elsewhere
    assert item.detail == "It was claimed. Said by Somebody."
    assert item.limits == "The vendor's answer: The vendor answered. Now: Ended."
