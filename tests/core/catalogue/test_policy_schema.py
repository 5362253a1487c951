from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from core import paths
from core.catalogue.policy_schema import check_policy, policy_schema
from core.catalogue.problem import Report

VALIDATOR = Draft202012Validator(json.loads(json.dumps(policy_schema())))


def plain(document: object) -> Any:
    return json.loads(json.dumps(document, default=str))


@pytest.mark.parametrize("name", paths.resource_names("policies"))
def test_shipped_policies_fit_the_published_schema(name: str) -> None:
    document = tomllib.loads(paths.read_resource("policies", name).decode("utf-8"))
    assert list(VALIDATOR.iter_errors(plain(document))) == []


def test_schema_and_loader_refuse_the_same(request: pytest.FixtureRequest) -> None:
    whole = {"format": 1, "organisation": {"name": "x"}}
    for broken in (
        {**whole, "rule": [{"tool": "a", "status": "odd"}]},
        {**whole, "rule": [{"tool": "a"}]},
        {**whole, "more": 1},
        {"format": 1},
        {**whole, "hide": [{"signal": "Not An Id"}]},
    ):
        report = Report("x")
        check_policy(plain(broken), report)
        assert report.problems, broken
        assert list(VALIDATOR.iter_errors(broken)), broken


@pytest.mark.parametrize("named", [{}, {"tool": "a", "vendor": "b"}, {"unknown": False}, {"tool": "a", "unknown": True}])
def test_a_rule_names_exactly_one_kind_of_tool(named: dict[str, object]) -> None:
    report = Report("x")
    check_policy({"format": 1, "organisation": {"name": "x"}, "rule": [{**named, "status": "allowed"}]}, report)
    assert [problem.key for problem in report.problems] == ["rule[0]"]
