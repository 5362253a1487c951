from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version as PythonVersion

from core.catalogue import load_catalogue
from core.tools.versions import applies, parse_range, parse_version, range_words, same_version

IN_ORDER = (
    "0.9 1.0.0.dev1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.post1 1.0.1 2026.11.20"
).split()
numbers = st.lists(st.integers(0, 3000), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
endings = st.sampled_from(
    ["", "-alpha", "-beta.2", "-rc.1", "rc1", "a3", ".dev4", "-nightly.20261120.1", "+build.5", ".post2", "-1ubuntu1"]
)
versions = st.builds(lambda number, ending: number + ending, numbers, endings)
python_versions = st.builds(
    lambda number, ending: number + ending, numbers, st.sampled_from(["", "a1", "a12", "b2", "rc1", "rc10", ".dev3", ".dev20", ".post1"])
)


def test_versions_come_in_the_order_of_semantic_versioning() -> None:
    parsed = [version for text in IN_ORDER if (version := parse_version(text)) is not None]
    assert len(parsed) == len(IN_ORDER)
    assert all(one < other for one, other in itertools.pairwise(parsed))


@given(python_versions, python_versions)
def test_python_versions_are_ordered_as_python_orders_them(one: str, other: str) -> None:
    mine, theirs = parse_version(one), parse_version(other)
    assert mine is not None
    assert theirs is not None
    assert (mine < theirs) == (PythonVersion(one) < PythonVersion(other))
    assert (mine == theirs) == (PythonVersion(one) == PythonVersion(other))


@given(versions, versions, versions)
def test_the_order_is_total(one: str, two: str, three: str) -> None:
    a, b, c = parse_version(one), parse_version(two), parse_version(three)
    assert a is not None
    assert b is not None
    assert c is not None
    assert (a < b) + (a == b) + (a > b) == 1
    assert not (a <= b <= c) or a <= c


@given(versions, versions, versions)
def test_a_range_holds_exactly_what_lies_between_its_bounds(low: str, high: str, version: str) -> None:
    a, b, mine = parse_version(low), parse_version(high), parse_version(version)
    assert a is not None
    assert b is not None
    assert mine is not None
    assert applies(version, f">={low} <={high}") == (a <= mine <= b)
    assert applies(version, f"<{low} || >{high}") == (mine < a or mine > b)
    assert applies(version, f"={low} || ={high}") == (mine in {a, b})


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser(text: str) -> None:
    version = parse_version(text)
    assert version is None or version == parse_version(text)
    assert applies(text, "*") is True
    assert applies("1.0", text) in {True, False, None}


@pytest.mark.parametrize("text", ["", "  ", "main", "a1b2c3d", "v", "-1.0", "1.0" + "0" * 200])
def test_what_is_no_version_fits_no_range_for_sure(text: str) -> None:
    assert parse_version(text) is None
    assert applies(text, ">=1.0") is None
    assert applies(text, "*") is True


@pytest.mark.parametrize(
    "text", ["2.1.197-1", "2.1.197-0ubuntu1", "v2.1.197", "2.1.197+5.gabc", "2.1.197-linux-x64", "2.1.197 (Claude Code)"]
)
def test_packaging_and_build_parts_do_not_move_a_version(text: str) -> None:
    assert same_version(text, "2.1.197")
    assert applies(text, ">=2.1.91 <=2.1.197") is True


def test_the_reported_range_holds_its_ends_and_not_its_neighbours() -> None:
    verdicts = {version: applies(version, ">=2.1.91 <=2.1.197") for version in ("2.1.90", "2.1.91", "2.1.100", "2.1.197", "2.1.198")}
    assert list(verdicts.values()) == [False, True, True, True, False]


def test_every_range_of_the_catalogue_can_be_read() -> None:
    tools = load_catalogue().tools.values()
    ranges = {item.versions for tool in tools for item in (*tool.claims, *tool.reports)}
    assert len(ranges) > 10
    for text in ranges:
        assert parse_range(text)


@pytest.mark.parametrize("text", ["", "1.0", "=>1", "= 1.0", ">=", "~1.2", "=1 ||", "=main"])
def test_a_malformed_range_is_refused_and_never_taken_as_fitting(text: str) -> None:
    with pytest.raises(ValueError, match="range"):
        parse_range(text)
    assert applies("1.0", text) is None
    assert range_words(text) == text


def test_ranges_are_said_in_words() -> None:
    said = [range_words(text) for text in (">=2.1.91 <=2.1.197", "=2.1.90 || =2.1.196 || =2.1.329", "*", ">=1.0.32", "<=3", "<2", ">4")]
    assert said == [
        "2.1.91 to 2.1.197",
        "2.1.90, 2.1.196 or 2.1.329",
        "every version",
        "1.0.32 and later",
        "up to 3",
        "before 2",
        "after 4",
    ]
