from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.schedule import BUDGET, Pace, Schedule


def test_what_is_never_polled_has_no_turn() -> None:
    schedule = Schedule()
    schedule.add("once", 0, 0.0)
    assert schedule.wait_s(0.0) is None
    assert schedule.take_due(1e9) == []


def test_keys_of_similar_intervals_wake_together() -> None:
    schedule = Schedule()
    schedule.add("one", 30, 0.0)
    schedule.add("two", 28, 0.7)
    assert schedule.take_due(29.9) == []
    assert sorted(schedule.take_due(30.0)) == ["one", "two"]


def test_hidden_and_saving_ask_less_often() -> None:
    schedule = Schedule()
    schedule.add("one", 10, 0.0)
    intervals = []
    for pace in Pace:
        schedule.set_pace(pace, 0.0)
        intervals.append(schedule.interval_s("one"))
    assert intervals == sorted(intervals)
    assert len(set(intervals)) == 3


def test_coming_back_to_sight_brings_the_turns_forward() -> None:
    schedule = Schedule(Pace.HIDDEN)
    schedule.add("one", 10, 0.0)
    hidden = schedule.wait_s(0.0)
    schedule.set_pace(Pace.VISIBLE, 0.0)
    visible = schedule.wait_s(0.0)
    assert hidden is not None
    assert visible is not None
    assert visible < hidden


@given(st.lists(st.tuples(st.floats(1, 600), st.floats(0, 0.05)), min_size=1, max_size=80), st.sampled_from(Pace))
def test_all_polling_together_stays_within_the_budget(items: list[tuple[float, float]], pace: Pace) -> None:
    schedule = Schedule(pace)
    for number, (poll_s, cost_s) in enumerate(items):
        schedule.add(str(number), poll_s, 0.0)
        schedule.ran(str(number), cost_s, 0.0)
    spent = sum(cost_s / schedule.interval_s(str(number)) for number, (_, cost_s) in enumerate(items))
    longest = all(schedule.interval_s(str(number)) >= 900 for number in range(len(items)))
    assert spent <= BUDGET[pace] * 1.0001 or longest or any(schedule.interval_s(str(number)) == 900 for number in range(len(items)))


def test_a_removed_key_is_not_asked_again() -> None:
    schedule = Schedule()
    schedule.add("one", 1, 0.0)
    schedule.remove("one")
    assert schedule.take_due(100.0) == []
