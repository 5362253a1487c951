from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import Judgement, Policy, PolicyScope, Rule, Status
from core.policy_words import When, badge, banner, moment, moment_words
from tests.fakes.exposures import tool

TENTH = date(2026, 7, 10)
HIGH = Rule(1, Status.HIGH_RISK, "pal", since=date(2026, 7, 3))
NOT = Rule(2, Status.NOT_ALLOWED, "pal", since=TENTH, reason="High-risk software.", alternatives=("other",))
WHO = Policy("Example organisation", PolicyScope.SYSTEM, contact="it@example.org")
PAL, OTHER = tool("pal"), tool("other")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2025, 12, 31), "from 10 July 2026"),
        (date(2026, 6, 1), "from 10 July"),
        (date(2026, 6, 26), "in 14 days"),
        (date(2026, 7, 7), "in 3 days"),
        (date(2026, 7, 9), "from tomorrow"),
        (TENTH, "from today"),
        (date(2026, 7, 11), "since 10 July"),
        (date(2027, 1, 1), "since 10 July 2026"),
    ],
)
def test_a_day_is_said_as_it_lies_to_today(today: date, words: str) -> None:
    assert moment_words(NOT, today) == words


@pytest.mark.parametrize(
    ("status", "rule", "coming", "today", "words"),
    [
        (Status.HIGH_RISK, HIGH, NOT, date(2026, 7, 7), "High risk, not allowed in 3 days"),
        (Status.HIGH_RISK, HIGH, NOT, date(2026, 6, 20), "High risk, not allowed from 10 July"),
        (Status.HIGH_RISK, HIGH, None, date(2026, 7, 7), "High risk"),
        (Status.NOT_ALLOWED, NOT, None, date(2026, 7, 12), "Not allowed since 10 July"),
        (Status.NOT_ALLOWED, Rule(1, Status.NOT_ALLOWED), None, TENTH, "Not allowed"),
        (Status.NO_STATEMENT, None, NOT, date(2026, 7, 9), "Not allowed from tomorrow"),
        (Status.NO_STATEMENT, None, None, TENTH, ""),
        (Status.ALLOWED, Rule(1, Status.ALLOWED), None, TENTH, "Allowed"),
    ],
)
def test_a_badge_is_a_few_words(status: Status, rule: Rule | None, coming: Rule | None, today: date, words: str) -> None:
    assert badge(Judgement("pal", status, rule, coming, WHO), today) == words


def test_a_recommended_tool_says_so_unless_something_else_is_said_of_it() -> None:
    assert badge(Judgement("other", Status.NO_STATEMENT), TENTH, is_recommended=True) == "Recommended"
    assert badge(Judgement("pal", Status.HIGH_RISK, HIGH, None, WHO), TENTH, is_recommended=True) == "High risk"


def test_an_unknown_version_is_said_on_the_badge() -> None:
    assert badge(Judgement("pal", Status.HIGH_RISK, HIGH, None, WHO, uncertain=True), TENTH) == "High risk (version unknown)"


def test_the_banner_of_the_reported_case() -> None:
    tools = {"pal": PAL, "other": OTHER}
    before = banner(Judgement("pal", Status.HIGH_RISK, HIGH, NOT, WHO), PAL, tools, date(2026, 7, 7))
    assert before[0] == ("Example organisation has counted Pal as high risk since 3 July; it is not allowed from 10 July, in 3 days.")
    after = banner(Judgement("pal", Status.NOT_ALLOWED, NOT, None, WHO), PAL, tools, date(2026, 7, 12))
    assert after == (
        "Example organisation has not allowed Pal since 10 July.",
        'Their reason: "High-risk software."',
        "They recommend Other instead.",
        "Ask: it@example.org",
    )


def test_a_rule_for_some_versions_names_them() -> None:
    some = Rule(1, Status.NOT_ALLOWED, "pal", versions=">=2.1.91 <=2.1.197")
    lines = banner(Judgement("pal", Status.NOT_ALLOWED, some, None, WHO, uncertain=True), PAL, {}, TENTH)
    assert lines[:2] == (
        "Example organisation does not allow Pal.",
        "This is about version 2.1.91 to 2.1.197. The version here could not be told, so the rule may not apply.",
    )


def test_without_a_rule_there_is_no_banner() -> None:
    assert banner(Judgement("pal", Status.NO_STATEMENT), PAL, {}, TENTH) == ()


@given(st.integers(-4000, 4000))
def test_every_distance_has_words_and_the_right_count(days: int) -> None:
    today = TENTH - timedelta(days)
    found = moment(NOT, today)
    assert found.days == days
    assert moment_words(NOT, today)
    assert (found.when is When.SINCE) == (days < 0)
    assert (found.when is When.SOON) == (2 <= days <= 14)
