from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Agreement, Origin, Reading
from core.probes.result import Absent, Denied, Failed, Ok, Result, Unsupported, display, source
from core.redact import MaskKind, Sensitive
from core.tools.looks import Look, Sight, compare, from_wire, print_of, prints_of, to_wire
from tests.fakes.exposures import reading

KEY = b"k" * 32
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sight(seen: Reading, own: Reading | None, uniform: str = "") -> Look:
    return compare(seen, prints_of(seen, KEY), prints_of(own, KEY) if own is not None else None, print_of(uniform, KEY))


def test_the_same_value_is_seen() -> None:
    assert sight(reading("time-zone", "Asia/Tokyo"), reading("time-zone", "Asia/Tokyo")).sight is Sight.SAME


def test_another_value_hides_the_own_one() -> None:
    assert sight(reading("time-zone", "UTC"), reading("time-zone", "Asia/Tokyo")).sight is Sight.OTHER


def test_nothing_is_hidden_while_one_source_still_gives_the_own_value() -> None:
    seen = reading("time-zone", "UTC", sources={"TZ": "UTC", "/etc/localtime": "Asia/Tokyo"})
    look = sight(seen, reading("time-zone", "Asia/Tokyo", sources={"/etc/localtime": "Asia/Tokyo"}))
    assert look.sight is Sight.SAME
    assert look.still_from == ("/etc/localtime",)


def test_the_uniform_value_counts_for_nothing_where_the_own_values_differ_from_it() -> None:
    own = reading("time-zone", "Asia/Tokyo", sources={"TZ": "Asia/Tokyo", "/etc/localtime": "UTC"})
    seen = reading("time-zone", "UTC", sources={"TZ": "UTC", "/etc/localtime": "UTC"})
    assert sight(seen, own, uniform="UTC").sight is Sight.OTHER
    assert sight(seen, own).sight is Sight.PARTLY


def test_a_machine_that_has_the_uniform_value_itself_is_seen_as_it_is() -> None:
    assert sight(reading("time-zone", "UTC"), reading("time-zone", "UTC"), uniform="UTC").sight is Sight.SAME


def test_part_of_a_list_is_counted() -> None:
    look = sight(reading("env-names", "PATH"), reading("env-names", "PATH", "AWS_PROFILE", "CORP_TOKEN"))
    assert (look.sight, look.shared, look.own) == (Sight.PARTLY, 1, 3)


@pytest.mark.parametrize(
    ("seen", "own", "wanted"),
    [
        (Absent(), "x", Sight.GONE),
        (Absent(), None, Sight.NOTHING),
        (Denied("No."), "x", Sight.REFUSED),
        (Denied("No."), None, Sight.DENIED),
        (Unsupported("No."), "x", Sight.NOT_ASKED),
        (Failed("No."), "x", Sight.FAILED),
    ],
)
def test_an_answer_without_a_value_is_told_apart_by_what_we_have_ourselves(seen: Result, own: str | None, wanted: Sight) -> None:
    mine = reading("time-zone", own) if own is not None else reading("time-zone", result=Absent())
    assert sight(reading("time-zone", result=seen), mine).sight is wanted


def test_without_an_own_look_a_value_counts_as_real() -> None:
    assert sight(reading("time-zone", "UTC"), None).sight is Sight.SAME


def test_a_value_found_only_by_the_tool_is_seen() -> None:
    assert sight(reading("time-zone", "UTC"), reading("time-zone", result=Absent())).sight is Sight.SAME


@given(st.lists(st.text(min_size=8, max_size=40), min_size=1, max_size=5))
def test_nothing_on_the_wire_holds_a_raw_value(values: list[str]) -> None:
    secrets = tuple(Sensitive(f"canary-{value}", MaskKind.FULL) for value in values)
    taken = Reading("env-secrets", Ok(secrets), (source("a", Origin.USER, Ok(secrets)),), Agreement.SINGLE, "", NOW, "stand-in")
    wire = json.dumps(to_wire(taken, KEY))
    assert "canary" not in wire
    back, prints = from_wire(json.loads(wire), "stand-in")
    assert prints == prints_of(taken, KEY)
    assert display(back.result) == display(taken.result)


def test_a_print_depends_on_the_key() -> None:
    taken = reading("time-zone", "UTC")
    assert prints_of(taken, KEY).all.isdisjoint(prints_of(taken, b"j" * 32).all)


@pytest.mark.parametrize("data", [{}, {"signal": "x", "result": "ok"}, {"signal": "x", "result": "odd", "sources": []}])
def test_what_was_not_written_by_us_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_wire(data, "stand-in")
