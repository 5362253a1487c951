from __future__ import annotations

import queue
import threading

from core.pool import Job, Pool


def test_a_job_that_breaks_is_handed_back_with_the_kind_of_error_only() -> None:
    back: queue.SimpleQueue[Job] = queue.SimpleQueue()
    pool = Pool(1, back.put)
    pool.submit(Job("broken", lambda: {}["secret value"], 3.0))
    job = back.get(timeout=5)
    assert pool.done(job)
    assert job.error == "KeyError"
    pool.close()


def test_a_stuck_job_is_given_up_and_the_next_one_still_runs() -> None:
    back: queue.SimpleQueue[Job] = queue.SimpleQueue()
    pool = Pool(1, back.put)
    hold = threading.Event()
    begun = threading.Event()

    def stuck() -> None:
        begun.set()
        hold.wait(30)

    pool.submit(Job("stuck", stuck, 0.0))
    assert begun.wait(5)
    pool.submit(Job("next", lambda: "fine", 3.0))
    assert [job.key for job in pool.give_up_late()] == ["stuck"]
    job = back.get(timeout=5)
    assert (job.key, job.answer) == ("next", "fine")
    assert not pool.submit(Job("stuck", stuck, 0.0)), "a stuck question must not take another thread"
    hold.set()
    late = back.get(timeout=5)
    assert late.key == "stuck"
    assert not pool.done(late) or not pool.is_stuck("stuck")
    assert not pool.is_stuck("stuck")
    pool.close()


def test_no_more_threads_work_than_asked_for() -> None:
    back: queue.SimpleQueue[Job] = queue.SimpleQueue()
    pool = Pool(2, back.put)
    seen: set[int] = set()
    for number in range(20):
        pool.submit(Job(str(number), lambda: seen.add(threading.get_ident()), 3.0))
    for _ in range(20):
        pool.done(back.get(timeout=5))
    pool.close()
    assert len(seen) <= 2


def test_the_same_key_is_not_at_work_twice() -> None:
    pool = Pool(1, lambda _job: None)
    hold = threading.Event()
    assert pool.submit(Job("one", lambda: hold.wait(30), 30.0))
    assert not pool.submit(Job("one", lambda: None, 30.0))
    hold.set()
    pool.close()
