"""What the window gets of captures, real and invented."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.real import RealHost
from core.host.recorded import load_persona
from core.model import Grade
from core.tools.detect import detect
from core.tools.exposure_book import ExposureBook
from core.watch.captures import Captures, DemoCaptures, ExportError, captured_evidence, captured_mark, sources_of, synthetic_evidence
from core.watch.demo import fill
from core.watch.store import Store
from core.watch.store_model import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoCaptures]:
    host = load_persona("developer-laptop")
    made = DemoCaptures(host, scan_once(host, load_catalogue()))
    yield made
    made.close()


def test_where_nothing_was_captured_no_store_is_made(tmp_path: Path) -> None:
    captures = Captures(tmp_path / "captures.sqlite")
    assert captures.sessions() == ()
    assert captures.request("x", 1) is None
    assert list(tmp_path.iterdir()) == []


def test_a_synthetic_capture_says_so_and_holds_what_the_real_search_found(demo: DemoCaptures) -> None:
    session = demo.sessions()[0]
    assert session.coverage.startswith("Synthetic")
    assert (session.requests, session.markers) == (3, 2)
    found = demo.request(session.id, 3)
    assert found is not None
    assert {fact.signal for fact in found.facts} >= {"work-dir", "user-name", "hostname", "time-zone"}
    assert [marker.scheme for marker in found.markers] == ["date-line"]
    assert {point.code for point in found.markers[0].code_points} == {0x02BC}


def test_no_value_of_the_invented_machine_is_kept(demo: DemoCaptures) -> None:
    text = json.dumps([repr(demo.request("synthetic-b", number)) for number in (1, 2, 3)])
    assert "/home/mia" not in text
    assert "mia-laptop" not in text


def test_an_export_is_private_has_every_request_and_no_value(demo: DemoCaptures, tmp_path: Path) -> None:
    for form in ("har", "json"):
        path = tmp_path / f"capture.{form}"
        assert demo.export("synthetic-b", str(path), form) == 3
        text = path.read_text(encoding="utf-8")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "mia-laptop" not in text
        document = json.loads(text)
        assert len(document["log"]["entries"] if form == "har" else document["requests"]) == 3


def test_an_export_that_cannot_be_written_says_so(demo: DemoCaptures, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="capture is unchanged"):
        demo.export("synthetic-b", str(tmp_path / "missing" / "x.har"), "har")


def test_an_export_whose_name_is_too_long_is_a_sentence_too(demo: DemoCaptures, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="capture is unchanged"):
        demo.export("synthetic-b", str(tmp_path / ("x" * 250)), "har")


def test_an_export_that_fails_on_the_way_leaves_nothing(demo: DemoCaptures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> tuple[object, ...]:
        raise StoreError("The store went away.")

    assert demo.store is not None
    monkeypatch.setattr(type(demo.store), "requests", fails)
    with pytest.raises(StoreError):
        demo.export("synthetic-b", str(tmp_path / "x.har"), "har")
    assert not list(tmp_path.iterdir())


def test_only_invented_machines_get_synthetic_captures() -> None:
    from core.host.real import RealHost

    with pytest.raises(ValueError, match="invented"):
        DemoCaptures(RealHost(), ())


def test_a_scheme_has_public_sources() -> None:
    title, sources, answer = sources_of("date-line")
    assert title
    assert answer
    assert all(item.startswith("https://") for item in sources)
    assert sources_of("nothing") == ("", (), "")


def test_captures_are_evidence_once_per_tool_signal_and_host(demo: DemoCaptures, tmp_path: Path) -> None:
    assert demo.sessions()
    assert demo._path is not None
    found = captured_evidence(demo._path)
    zone = [item for item in found if item.signal == "time-zone"]
    assert [(item.tool, item.grade, item.tool_version) for item in zone] == [
        ("claude-code", Grade.SAW_SENT, "2.1.169"),
        ("codex-cli", Grade.SAW_SENT, "0.151.0"),
    ]
    assert "Auckland" not in repr(found)
    assert captured_evidence(tmp_path / "none.sqlite") == ()


def test_a_store_that_cannot_be_read_proves_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "state" / "captures.sqlite"
    broken.parent.mkdir()
    broken.write_bytes(b"no database at all" * 500)
    assert captured_evidence(broken) == ()


def test_a_new_capture_changes_the_mark_and_reading_does_not(tmp_path: Path) -> None:
    path = tmp_path / "captures.sqlite"
    assert captured_mark(path) == (0, 0)
    host = load_persona("developer-laptop")
    store = Store(path)
    fill(store, host, scan_once(host, load_catalogue()))
    written = captured_mark(path)
    assert written != (0, 0)
    assert captured_evidence(path)
    assert captured_mark(path) == written
    store.close()


@pytest.mark.parametrize(("persona", "tools"), [("developer-laptop", {"claude-code", "codex-cli"}), ("office-desktop", {"qwen-code"})])
def test_made_up_requests_show_in_the_matrix_of_an_invented_machine_as_synthetic(persona: str, tools: set[str]) -> None:
    catalogue = load_catalogue()
    host = load_persona(persona)
    book = ExposureBook(catalogue, host.system)
    book.set_installations(detect(host, catalogue.tools.values()).installations)
    found = synthetic_evidence(host, scan_once(host, catalogue))
    book.add_evidence(found)
    assert {item.tool for item in found} == tools
    assert {item.method for item in found} == {"synthetic"}
    for tool in tools:
        cell = book.exposure(tool, "work-dir")
        assert cell.here is Grade.SAW_SENT
        assert cell.sentence.startswith("Synthetic: requests made up for this invented machine")


def test_evidence_is_made_up_for_invented_machines_only() -> None:
    with pytest.raises(ValueError, match="invented"):
        synthetic_evidence(RealHost(), ())
