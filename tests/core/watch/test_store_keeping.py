from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core import paths
from core.watch.captures import Captures
from core.watch.facts import Searcher
from core.watch.inspector_run import Inspection, Subject, clean_up
from core.watch.store import Store
from core.watch.store_har import document
from core.watch.store_model import CaptureSession, SessionState, StoredRequest

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DAY = 86_400


def test_more_than_a_thousand_captures_are_counted_and_listed_whole(state: Path) -> None:
    del state
    with Store() as store:
        rows = [(f"s{number:04}", number) for number in range(1, 1002)]
        store._base.executemany("INSERT INTO session VALUES (?,'toy','1','proxy',?,1,'ended','',0,0,0)", rows)
        store._base.commit()
        assert len(store.sessions()) == 1001
        oldest = store.session("s0001")
        assert oldest is not None
        assert document(store, oldest)


def test_a_store_that_was_set_aside_goes_with_its_age_and_when_everything_is_forgotten(state: Path) -> None:
    state.mkdir()
    for _ in range(2):
        (state / "captures.sqlite").write_bytes(b"nothing of the kind" * 100)
        Store().close()
    assert len(list(state.glob("captures.sqlite.set-aside-*"))) == 2
    with Store() as store:
        store.forget_older(1)
        assert len(list(state.glob("captures.sqlite.set-aside-*"))) == 2
        store.forget_older(1, now=time.time() + 2 * DAY)
        assert not list(state.glob("captures.sqlite.set-aside-*"))
    (state / "captures.sqlite").write_bytes(b"nothing of the kind" * 100)
    with Store() as store:
        store.forget()
    assert not list(state.glob("captures.sqlite.set-aside-*"))


def test_a_capture_whose_telltale_is_gone_does_not_go_on_in_the_window(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", time.time() - 3 * DAY), owner=2**22 + 1, owner_started=1.0)
    captures = Captures()
    try:
        found = captures.sessions()[0]
        assert found.state is SessionState.BROKEN
        assert "ended before the tool did" in found.coverage
    finally:
        captures.close()
    del state


def test_two_telltales_that_tidy_at_once_do_not_trip_over_each_other(state: Path) -> None:
    sessions = paths.ensure_private(state / "inspector" / "sessions")
    (sessions / "gone").symlink_to(state / "removed by another Telltale")
    with Store() as store:
        assert clean_up(store) == 0


def test_hosts_of_a_tool_are_forgotten_with_its_last_capture(state: Path) -> None:
    with Store() as store:
        for name in ("a", "b", "c"):
            store.begin(CaptureSession(name, "toy" if name != "c" else "other", "1", "proxy", 1.0))
            store.end(name, SessionState.ENDED, "", is_complete=True, at=2.0)
            store.learn("toy" if name != "c" else "other", "new.example")
        store.forget("a")
        assert store.learnt("toy") == ("new.example",)
        store.forget("b")
        assert (store.learnt("toy"), store.learnt("other")) == ((), ("new.example",))
        store.forget_older(1, now=3 * DAY)
        assert store.learnt("other") == ()
    del state


def test_a_version_with_control_characters_is_kept_escaped() -> None:
    subject = Subject(None, "toy", "1.0\x1b[2J", {})
    assert Inspection(subject, lambda: Searcher(())).version == "1.0\\u{1b}[2J"


def test_a_body_past_its_age_is_not_shown_also_before_it_is_removed(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        store.add("a", StoredRequest(1, 1.0, "http", "POST", "https", "h", 443, "/", "HTTP/1.1", 1, 1), b"body")
        assert store.body("a", 1) == b"body"
        store._base.execute("UPDATE body SET at = at - ?", (8 * DAY,))
        assert store.body("a", 1) is None
    del state


def test_no_id_names_no_capture_also_where_there_is_only_one(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        assert store.session("") is None
    del state


def test_captures_that_stay_open_for_days_are_tidied_each_day(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", time.time()))
        store.end("a", SessionState.ENDED, "", is_complete=True)
    captures = Captures()
    assert captures.sessions()
    later = time.time() + 400 * DAY, time.monotonic() + 400 * DAY
    monkeypatch.setattr(time, "time", lambda: later[0])
    monkeypatch.setattr(time, "monotonic", lambda: later[1])
    assert not captures.sessions()
    captures.close()
    del state
