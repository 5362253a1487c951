from __future__ import annotations

import threading
import time

from core import pool as pool_module
from core.pool import HELP_AFTER_S, Job, Pool


class Owner:
    """Owns a pool as the engine does: waits, collects, tends."""

    def __init__(self, workers: int, help_after_s: float = HELP_AFTER_S) -> None:
        self._told = threading.Event()
        self.pool = Pool(workers, self._told.set, help_after_s)
        self.late: list[str] = []

    def wait_for(self, *keys: str) -> dict[str, Job]:
        found: dict[str, Job] = {}
        while not found.keys() >= set(keys):
            self._told.wait(min(self.pool.wait_s() or 0.01, 5.0))
            self._told.clear()
            found.update({job.key: job for job in self.pool.collect()})
            self.late += [job.key for job in self.pool.tend()]
        return found


def test_a_job_that_breaks_is_handed_back_with_the_kind_of_error_only() -> None:
    owner = Owner(1)
    owner.pool.submit(Job("broken", lambda: dict[str, str]()["secret value"], 3.0))
    assert owner.wait_for("broken")["broken"].error == "KeyError"
    owner.pool.close()


def test_another_thread_joins_only_after_the_time_for_help() -> None:
    for help_after_s, is_helped in ((60.0, False), (0.0, True)):
        owner, hold = Owner(2, help_after_s), threading.Event()
        owner.pool.submit(Job("long", lambda hold=hold: hold.wait(30), 60.0))  # type: ignore[misc]  # a default binds the event
        if is_helped:
            owner.pool.submit(Job("short", lambda: "done beside it", 60.0))
            assert owner.wait_for("short")["short"].answer == "done beside it"
            hold.set()
            owner.wait_for("long")
        else:
            short = Job("short", lambda: "done after it", 60.0)
            owner.pool.submit(short)
            assert not owner.pool.tend()
            assert short.started is None
            hold.set()
            assert owner.wait_for("long", "short")["short"].answer == "done after it"
        owner.pool.close()


def test_a_stuck_job_is_given_up_and_the_next_one_still_runs() -> None:
    owner = Owner(1)
    hold = threading.Event()
    came_back = threading.Event()

    def stuck() -> None:
        hold.wait(30)
        came_back.set()

    owner.pool.submit(Job("before", lambda: "kept", 3.0))
    owner.pool.submit(Job("stuck", stuck, 0.05))
    owner.pool.submit(Job("next", lambda: "fine", 3.0))
    found = owner.wait_for("before", "next")
    assert (found["before"].answer, found["next"].answer) == ("kept", "fine")
    assert owner.late == ["stuck"]
    assert not owner.pool.submit(Job("stuck", stuck, 0.05)), "a stuck question must not take another thread"
    hold.set()
    assert came_back.wait(5)
    while owner.pool.is_stuck("stuck"):
        assert owner.pool.collect() == []
    assert owner.pool.submit(Job("stuck", lambda: "asked anew", 3.0))
    assert owner.wait_for("stuck")["stuck"].answer == "asked anew"
    owner.pool.close()


def test_an_answer_does_not_wait_for_a_hung_question_behind_it() -> None:
    owner = Owner(1)
    hold = threading.Event()
    owner.pool.submit(Job("quick", lambda: "here", 30.0))
    owner.pool.submit(Job("hung", lambda: hold.wait(30), 30.0))
    assert owner.wait_for("quick")["quick"].answer == "here"
    assert owner.pool.is_open("hung")
    hold.set()
    owner.pool.close()


def test_no_more_threads_work_than_asked_for() -> None:
    owner = Owner(2)
    seen: set[int] = set()
    pause = threading.Event()

    def slow() -> None:
        seen.add(threading.get_ident())
        pause.wait(0.01)

    keys = [str(number) for number in range(20)]
    for key in keys:
        owner.pool.submit(Job(key, slow, 3.0))
    owner.wait_for(*keys)
    owner.pool.close()
    assert len(seen) == 2


def test_a_second_thread_joins_when_the_first_waits() -> None:
    owner = Owner(4)
    hold = threading.Event()
    owner.pool.submit(Job("waiting", lambda: hold.wait(30), 30.0))
    owner.pool.submit(Job("quick", lambda: "here", 30.0))
    assert owner.wait_for("quick")["quick"].answer == "here"
    hold.set()
    owner.pool.close()


def test_the_same_key_is_not_at_work_twice() -> None:
    owner = Owner(1)
    hold = threading.Event()
    assert owner.pool.submit(Job("one", lambda: hold.wait(30), 30.0))
    assert not owner.pool.submit(Job("one", lambda: None, 30.0))
    hold.set()
    owner.pool.close()


def test_threads_end_when_the_pool_is_closed() -> None:
    owner = Owner(2)
    owner.pool.submit(Job("one", threading.current_thread, 3.0))
    thread = owner.wait_for("one")["one"].answer
    assert isinstance(thread, threading.Thread)
    owner.pool.close()
    thread.join(5)
    assert not thread.is_alive()


def test_when_too_many_are_stuck_those_behind_them_are_given_up_too() -> None:
    owner = Owner(1)
    hold = threading.Event()
    names = [f"stuck {number}" for number in range(pool_module._MOST_STUCK + 8)]
    for name in names:
        owner.pool.submit(Job(name, lambda: hold.wait(30), 0.001))
    late: set[str] = set()
    end = time.monotonic() + 20
    while len(late) < len(names) and time.monotonic() < end:
        owner.pool.collect()
        late |= {job.key for job in owner.pool.tend()}
        time.sleep(0.002)
    assert late == set(names)
    assert owner.pool.wait_s() is None, "nobody waits for what will never come"
    hold.set()
    owner.pool.close()
