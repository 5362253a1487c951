from __future__ import annotations

import tomllib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.problem import Report
from core.catalogue.reader import Field, ListOf, Number, Table, Text, join
from core.catalogue.signals import check_signal, signal_from
from core.model import Signal
from tests.fakes.catalogue_files import SIGNAL

LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.datetimes() | st.times()
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6
)


def paths_in(value: object, prefix: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    if isinstance(value, dict):
        return [prefix, *(path for key, inner in value.items() for path in paths_in(inner, (*prefix, key)))]
    if isinstance(value, list):
        return [prefix, *(path for index, inner in enumerate(value) for path in paths_in(inner, (*prefix, index)))]
    return [prefix]


PATHS = [path for path in paths_in(tomllib.loads(SIGNAL)) if path]


def replace(document: object, path: tuple[object, ...], value: object) -> None:
    *parents, last = path
    for step in parents:
        document = document[step]  # type: ignore[index]  # the path comes from the document itself
    document[last] = value  # type: ignore[index]  # as above


@given(st.sampled_from(PATHS), VALUE)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_file_never_raises_and_its_faults_name_file_and_key(path: tuple[object, ...], value: object) -> None:
    document = tomllib.loads(SIGNAL)
    replace(document, path, value)
    report = Report("signals/tea-pot.toml")

    content = check_signal(document, report)

    if report.problems:
        assert all(problem.file == "signals/tea-pot.toml" and problem.key and problem.message for problem in report.problems)
        assert all(problem.key.isascii() and problem.key.isprintable() for problem in report.problems)
        assert str(path[0]) in {problem.key.split(".")[0].split("[")[0] for problem in report.problems}
    else:
        assert isinstance(signal_from(content), Signal)


@given(st.sampled_from(PATHS))
@settings(max_examples=100)
def test_a_missing_key_is_named_or_has_a_default(path: tuple[object, ...]) -> None:
    document: object = tomllib.loads(SIGNAL)
    parent = document
    for step in path[:-1]:
        parent = parent[step]  # type: ignore[index]  # the path comes from the document itself
    del parent[path[-1]]  # type: ignore[attr-defined]  # as above
    report = Report("signals/tea-pot.toml")

    content = check_signal(document, report)  # type: ignore[arg-type]  # a document of wrong form is the point

    assert report.problems or isinstance(signal_from(content), Signal)


def test_an_unknown_key_is_quoted_so_that_nothing_in_it_can_act() -> None:
    report = Report("x.toml")

    Table({}).read({"a\u202eb": 1}, "outer", report)

    assert report.problems[0].key == r"outer.'a\u202eb'"


def test_a_bare_key_is_joined_with_a_dot() -> None:
    assert join("systems", "linux") == "systems.linux"
    assert join("", "linux") == "linux"


def test_defaults_are_filled_in_and_optional_keys_without_one_stay_away() -> None:
    table = Table({"a": Field(Number(0, 9), default=3), "b": Field(Text(), default=None)})

    assert table.read({}, "", Report("x.toml")) == {"a": 3}


def test_a_list_can_demand_an_entry() -> None:
    report = Report("x.toml")

    ListOf(Text(), shortest=1).read([], "names", report)

    assert [(problem.key, problem.message) for problem in report.problems] == [("names", "needs at least 1 entry")]


def test_a_table_can_refuse_to_be_empty() -> None:
    report = Report("x.toml")

    Table({"a": Field(Text(), default="")}, at_least_one=True).read({}, "changes", report)

    assert [problem.key for problem in report.problems] == ["changes"]
