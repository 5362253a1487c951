from __future__ import annotations

import errno
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from core import paths
from core.cli import bootstrap
from core.cli.main import main
from core.watch import inspector_setup
from core.watch.inspector_run import inspector_folder
from core.watch.markers_model import CodePoint
from core.watch.store import Store
from core.watch.store_bodies import KEY_NAME
from core.watch.store_model import Answer, Bypass, CaptureSession, SessionState, StoredFact, StoredMarker, StoredRequest, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def capture() -> str:
    fact = StoredFact("host-name", "plain", "$.host", "MASK-laptop", times=1)
    point = CodePoint(0x2019, "RIGHT SINGLE QUOTATION MARK", "'")
    marker = StoredMarker("scheme", "$.text", 5, (point,), "'", "certain", "date-line", "The line is marked.")
    with Store() as store:
        store.begin(CaptureSession("20261121-120000-ab", "toy", "1.2", "proxy", 1_795_000_000.0))
        values: dict[str, Any] = {
            "http": "HTTP/1.1",
            "size": 120,
            "looked_at": 120,
            "header_names": ("Host",),
            "facts": (fact,),
            "markers": (marker,),
        }
        store.add("20261121-120000-ab", StoredRequest(1, 1.0, "http", "POST", "https", "api.example", 443, "/v1/messages", **values))
        store.answered("20261121-120000-ab", 1, Answer(200, 5, "application/json", 0.5))
        store.bypassed("20261121-120000-ab", (Bypass("b.example", "203.0.113.7", 443, "tcp", "node", "around"),))
        store.troubled("20261121-120000-ab", Trouble(1.0, "stranger", "A stranger came.", times=2))
        store.end("20261121-120000-ab", SessionState.ENDED, "Read: 1 request to 1 host.", is_complete=False)
    return "20261121-120000-ab"


def test_without_captures_it_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requests"]) == 0
    assert capsys.readouterr().out == "Nothing was captured yet. Start a tool with: telltale run --inspect TOOL\n"


def test_captures_are_listed_with_their_sums(capsys: pytest.CaptureFixture[str], capture: str) -> None:
    assert main(["requests"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith(capture)
    assert "1 request, 1 fact, 1 marker, 1 connection not read" in shown
    assert main(["requests", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["captures"][0]["tool"] == "toy"


@pytest.mark.parametrize("wish", ["last", "20261121"])
def test_one_capture_is_shown_with_coverage_troubles_facts_and_markers(capsys: pytest.CaptureFixture[str], capture: str, wish: str) -> None:
    assert main(["requests", "--session", wish]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for part in (
        "Read: 1 request to 1 host.",
        "! A stranger came. (2 times)",
        "host-name: MASK-laptop",
        "U+2019 RIGHT SINGLE QUOTATION MARK",
    ):
        assert part in shown
    assert main(["requests", "--session", wish, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["requests"][0]["markers"][0]["code_points"] == ["U+2019"]


def test_one_request_is_shown_with_everything_found(capsys: pytest.CaptureFixture[str], capture: str) -> None:
    assert main(["requests", "--request", "1"]) == 0
    assert "host-name: MASK-laptop (plain) in $.host" in capsys.readouterr().out
    assert main(["requests", "--request", "7"]) == 2
    assert "has no request 7" in capsys.readouterr().err


def test_a_kept_content_is_printed_as_it_is_and_harmless_on_a_terminal(
    capsysbinary: pytest.CaptureFixture[bytes], capture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"text": "today\xe2\x80\x99s \x1b[2J"}'
    with Store() as store:
        store.add(
            capture,
            StoredRequest(2, 1.0, "http", "POST", "https", "api.example", 443, "/v1/messages", "HTTP/1.1", len(body), looked_at=len(body)),
            body,
        )
    assert main(["requests", "--request", "2"]) == 0
    assert b"--body shows it" in capsysbinary.readouterr().out
    assert main(["requests", "--request", "2", "--body"]) == 0
    assert capsysbinary.readouterr().out == body
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["requests", "--request", "2", "--body"]) == 0
    assert capsysbinary.readouterr().out.decode() == '{"text": "today\u2019s \\u{1b}[2J"}\n'


def test_a_content_that_cannot_be_shown_is_a_sentence(capsys: pytest.CaptureFixture[str], capture: str, state: Path) -> None:
    assert main(["requests", "--body"]) == 2
    assert main(["requests", "--request", "1", "--body"]) == 2
    assert "--keep-bodies" in capsys.readouterr().err
    with Store() as store:
        store.add(capture, StoredRequest(2, 1.0, "http", "POST", "https", "api.example", 443, "/", "HTTP/1.1", 4, looked_at=4), b"body")
    for key in state.rglob(KEY_NAME):
        key.unlink()
    assert main(["requests", "--request", "2", "--body"]) == 3
    assert "sealed with a key that is no longer there" in capsys.readouterr().err


def test_an_unknown_capture_is_a_sentence(capsys: pytest.CaptureFixture[str], capture: str) -> None:
    assert main(["requests", "--session", "nothing"]) == 2
    assert main(["requests", "--forget", "--session", "nothing"]) == 2
    assert capsys.readouterr().err.count("no capture of that id") == 2


def test_har_is_written_for_this_user_and_never_over_a_file(capsys: pytest.CaptureFixture[str], capture: str, tmp_path: Path) -> None:
    file = tmp_path / "out.har"
    assert main(["requests", "--export-har", str(file)]) == 0
    assert json.loads(file.read_text())["log"]["entries"][0]["request"]["url"] == "https://api.example/v1/messages"
    assert file.stat().st_mode & 0o777 == 0o600
    assert main(["requests", "--export-har", str(file)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["requests", "--export-har", str(tmp_path / "no" / "folder")]) == 3


def test_har_that_cannot_be_written_whole_is_not_left_half(
    capsys: pytest.CaptureFixture[str], capture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Iterator[str]:
        yield "{"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.watch.store_har.har", breaks)
    assert main(["requests", "--export-har", str(tmp_path / "out.har")]) == 3
    assert "capture is unchanged. Choose another place" in capsys.readouterr().err
    assert not list(tmp_path.glob("*out.har*"))


def test_a_capture_is_forgotten_alone_or_with_all(capsys: pytest.CaptureFixture[str], capture: str) -> None:
    assert main(["requests", "--forget", "--session", capture]) == 0
    assert main(["requests", "--forget"]) == 0
    assert capsys.readouterr().out == f"Removed: the capture {capture}.\nRemoved: 0 captures.\n"


def test_the_authority_is_removed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    paths.ensure_private(inspector_folder())
    (inspector_folder() / "ca-key.pem").write_text("key")
    assert main(["requests", "--remove-ca"]) == 0
    assert main(["requests", "--remove-ca"]) == 0
    shown = capsys.readouterr().out
    assert "are removed" in shown
    assert "There was no key" in shown


def test_setting_up_installs_once_and_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bootstrap.Setup] = []
    monkeypatch.setattr(bootstrap, "prepare", lambda setup, *, links: made.append(setup) or links)
    monkeypatch.setattr(inspector_setup, "is_installed", lambda: bool(made))
    assert main(["requests", "--set-up"]) == 0
    assert main(["requests", "--set-up"]) == 0
    assert made == [bootstrap.INSPECT]
    assert "already" in capsys.readouterr().out
