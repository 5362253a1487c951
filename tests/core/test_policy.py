from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Grade, System
from core.policy import Demand, Hide, Policy, PolicyScope, Rule, Status, demands, hide_rules, judge, recommended
from core.tools.exposure import Known, expose
from core.tools.looks import Sight
from tests.fakes.exposures import tool, view
from tests.fakes.machines import signal

TODAY = date(2026, 7, 7)
PAL = tool("pal", vendor="Example")


def rule(number: int, status: Status, since: date | None = None, **more: Any) -> Rule:
    return replace(Rule(number, status, since=since), **(more or {"tool": "pal"}))


def policy(*rules: Rule, scope: PolicyScope = PolicyScope.SYSTEM, hides: tuple[Hide, ...] = ()) -> Policy:
    return Policy("Example organisation", scope, contact="it@example.org", rules=rules, hides=hides)


REPORTED = policy(
    rule(1, Status.HIGH_RISK, date(2026, 7, 3)),
    rule(2, Status.NOT_ALLOWED, date(2026, 7, 10), tool="pal", alternatives=("other",)),
)


def test_the_reported_case_before_its_day() -> None:
    found = judge([REPORTED], PAL, ["2.1.169"], TODAY)
    assert found.status is Status.HIGH_RISK
    assert found.coming is not None
    assert (found.coming.status, found.coming.since, found.alternative) == (Status.NOT_ALLOWED, date(2026, 7, 10), "other")


@pytest.mark.parametrize(
    ("day", "status"), [(2, Status.NO_STATEMENT), (3, Status.HIGH_RISK), (9, Status.HIGH_RISK), (10, Status.NOT_ALLOWED)]
)
def test_a_rule_holds_from_its_first_day(day: int, status: Status) -> None:
    assert judge([REPORTED], PAL, ["1"], date(2026, 7, day)).status is status


def test_after_the_last_day_nothing_is_to_come() -> None:
    assert judge([REPORTED], PAL, ["1"], date(2026, 8, 1)).coming is None


def test_the_more_exact_rule_wins_in_any_order() -> None:
    rules = [
        rule(1, Status.ALLOWED, tool="pal", versions=">=2.0"),
        rule(2, Status.HIGH_RISK, tool="pal"),
        rule(3, Status.NOT_ALLOWED, vendor="EXAMPLE"),
        rule(4, Status.NOT_ALLOWED, vendor=""),
    ]
    for order in (rules, rules[::-1]):
        assert judge([policy(*order)], PAL, ["2.1"], TODAY).status is Status.ALLOWED
        assert judge([policy(*order)], PAL, ["1.0"], TODAY).status is Status.HIGH_RISK
        assert judge([policy(*order)], replace(PAL, id="pal2"), ["1.0"], TODAY).rule == rules[2]
        assert judge([policy(*order)], "stranger", [], TODAY).rule == rules[3]


def test_the_strictest_installed_copy_counts() -> None:
    only_old = policy(rule(1, Status.NOT_ALLOWED, tool="pal", versions="<2"), rule(2, Status.ALLOWED, tool="pal"))
    assert judge([only_old], PAL, ["2.5", "1.5"], TODAY).status is Status.NOT_ALLOWED
    assert judge([only_old], PAL, ["2.5"], TODAY).status is Status.ALLOWED


def test_an_unknown_version_is_never_taken_as_outside_a_range() -> None:
    found = judge([policy(rule(1, Status.NOT_ALLOWED, tool="pal", versions="<2"))], PAL, [""], TODAY)
    assert found.status is Status.NOT_ALLOWED
    assert found.uncertain


def test_the_systems_policy_wins_where_it_speaks_and_the_users_elsewhere() -> None:
    system = policy(rule(1, Status.NOT_ALLOWED))
    user = policy(rule(1, Status.ALLOWED), rule(2, Status.HIGH_RISK, tool="other"), scope=PolicyScope.USER)
    assert judge([system, user], PAL, ["1"], TODAY).status is Status.NOT_ALLOWED
    assert judge([system, user], tool("other"), ["1"], TODAY).policy is user


def test_a_systems_rule_for_unknown_tools_leaves_nothing_to_the_user() -> None:
    system = policy(rule(1, Status.HIGH_RISK, tool=""))
    user = policy(rule(1, Status.ALLOWED), scope=PolicyScope.USER)
    assert judge([system, user], PAL, ["1"], TODAY).status is Status.HIGH_RISK


def test_without_a_policy_nothing_is_said() -> None:
    found = judge([], PAL, ["1"], TODAY)
    assert (found.status, found.speaker, found.alternative, found.contact) == (Status.NO_STATEMENT, None, "", "")


def test_who_to_ask_is_the_rules_own_contact_or_the_organisations() -> None:
    assert judge([policy(rule(1, Status.ALLOWED))], PAL, [], TODAY).contact == "it@example.org"
    assert judge([policy(rule(1, Status.ALLOWED, tool="pal", contact="me"))], PAL, [], TODAY).contact == "me"


def test_recommended_tools_are_known() -> None:
    assert recommended([REPORTED]) == {"other"}


statuses = st.sampled_from([Status.ALLOWED, Status.HIGH_RISK, Status.NOT_ALLOWED])
days = st.one_of(st.none(), st.integers(-30, 30).map(lambda days: TODAY + timedelta(days)))
names = st.sampled_from([{"tool": "pal"}, {"vendor": "example"}, {}, {"tool": "stranger"}])
ranges = st.sampled_from(["*", "<2", ">=2", "=1.5"])
rules = st.lists(st.builds(lambda s, d, n, v: Rule(0, s, since=d, versions=v, **n), statuses, days, names, ranges), max_size=8)


@given(rules, st.sampled_from(["1.5", "2.0", ""]))
def test_a_judgement_follows_from_the_rules_alone(listed: list[Rule], version: str) -> None:
    found = judge([policy(*listed)], PAL, [version], TODAY)
    other = judge([policy(*reversed(listed))], PAL, [version], TODAY)
    assert (found.status, found.coming and found.coming.since) == (other.status, other.coming and other.coming.since)
    if found.rule is not None:
        assert found.rule in listed
        assert found.rule.holds_on(TODAY)
        assert found.status is found.rule.status
        assert found.rule.tool != "stranger"
    if found.coming is not None:
        assert found.coming.since is not None
        assert found.coming.since > TODAY
        first = judge([policy(*listed)], PAL, [version], found.coming.since)
        assert first.rule is not None
        assert first.rule.since == found.coming.since or first.rule.rank >= found.coming.rank


def demand(sight: Sight | None, grade: Grade) -> Demand:
    exposure = expose(Known(PAL, System.LINUX, ("1",), view("pal", "1", time_zone=sight) if sight else None), signal("time-zone"))
    assert exposure.here is grade
    (found,) = demands([policy(hides=(Hide("time-zone"), Hide("locale")))], [exposure], TODAY)
    return found


@pytest.mark.parametrize(
    ("sight", "grade", "met"),
    [
        (Sight.SAME, Grade.COULD_SEE, False),
        (Sight.OTHER, Grade.HIDDEN, True),
        (Sight.NOTHING, Grade.ABSENT, True),
        (Sight.FAILED, Grade.NOT_MEASURED, None),
        (None, Grade.NOT_MEASURED, None),
    ],
)
def test_what_must_be_hidden_is_compared_with_what_was_measured(sight: Sight | None, grade: Grade, met: bool | None) -> None:
    assert demand(sight, grade).is_met is met


def test_what_must_be_hidden_may_be_for_some_tools_and_from_a_day_on() -> None:
    one = policy(hides=(Hide("time-zone", ("pal",)), Hide("locale", (), TODAY + timedelta(1))))
    two = policy(hides=(Hide("hostname"),), scope=PolicyScope.USER)
    assert [hide.signal for hide in hide_rules([one, two], "pal", TODAY)] == ["time-zone", "hostname"]
    assert [hide.signal for hide in hide_rules([one, two], "other", TODAY + timedelta(1))] == ["locale", "hostname"]
