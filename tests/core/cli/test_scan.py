from __future__ import annotations

import json
from typing import Any

import pytest

from core.catalogue import Catalogue, load_catalogue
from core.cli import choose, scan
from core.cli.main import main
from core.model import Agreement, System
from core.probes import registry
from core.probes.result import Absent, Failed, Ok
from core.redact import MaskKind, Sensitive
from tests.fakes.machines import catalogue, machine, signal


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """A catalogue of three signals on a recorded machine, one of them sensitive."""
    registry.load()
    answers = {
        "name": Ok((Sensitive("Jeanne Canary", MaskKind.FULL),)),
        "nothing": Absent("Not there."),
        "zone": Ok((Sensitive("Europe/Canary", MaskKind.ZONE),)),
    }
    for name, answer in answers.items():
        monkeypatch.setitem(registry._PROBES, (name, System.LINUX), lambda _host, answer=answer: answer)
    made = catalogue(*(signal(name) for name in answers))
    monkeypatch.setattr(scan, "load_catalogue", lambda: made)
    monkeypatch.setattr(scan, "choose_host", lambda _persona, _pid: machine())
    return made


def test_json_is_masked_unless_reveal_is_asked_for(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--json"]) == 0
    masked = capsys.readouterr().out
    assert "Canary" not in masked
    assert json.loads(masked)["host"]["revealed"] is False
    assert main(["scan", "--json", "--reveal"]) == 0
    revealed = json.loads(capsys.readouterr().out)
    assert [item["value"] for item in revealed["readings"]] == ["Jeanne Canary", None, "Europe/Canary"]
    assert revealed["host"]["revealed"] is True


def test_only_the_wanted_signals_are_printed(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--json", "--only", "zone", "nothing"]) == 0
    assert [item["signal"] for item in json.loads(capsys.readouterr().out)["readings"]] == ["nothing", "zone"]


def test_a_failed_probe_makes_the_scan_incomplete(
    small: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(registry._PROBES, ("zone", System.LINUX), lambda _host: Failed("Telltale could not read this."))
    assert main(["scan"]) == 3
    assert "? Zone" in capsys.readouterr().out


def test_an_unknown_signal_is_wrong_usage_and_a_similar_one_is_named(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["scan", "--only", "zoen"])
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "did you mean zone?" in said.err


@pytest.mark.parametrize(
    "argv", [["scan", "--group", "nowhere"], ["nonsense"], ["scan", "--pid", "many"], ["scan", "--pid", "1", "--persona", "x"]]
)
def test_wrong_usage_ends_with_status_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(argv)
    assert end.value.code == 2
    assert "usage: telltale" in capsys.readouterr().err


def test_text_fits_eighty_columns_and_names_what_is_not_there(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "    Looked, nothing there: Nothing" in lines
    assert "2 of 3 signals readable, 1 with nothing there." in lines


def test_control_characters_of_the_machine_do_not_reach_the_terminal(
    small: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nasty = Ok((Sensitive("one\x1b]0;title\x07\n\u202etwo", MaskKind.OPEN),))
    monkeypatch.setitem(registry._PROBES, ("zone", System.LINUX), lambda _host: nasty)
    for argv in (["scan"], ["scan", "--reveal"], ["scan", "--json"], ["scan", "--json", "--reveal"]):
        assert main(argv) == 0
        out = capsys.readouterr().out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_sources_that_differ_are_marked(small: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from core.model import Origin
    from core.probes.result import one, same_value, source
    from core.redact import open_text

    places = [source("TZ", Origin.ENVIRONMENT, one(open_text("UTC"))), source("link", Origin.SYSTEM, one(open_text("Etc/UTC")))]
    monkeypatch.setitem(registry._PROBES, ("zone", System.LINUX), lambda _host: same_value(places))
    assert main(["scan"]) == 0
    assert "  ~ Zone" in capsys.readouterr().out
    assert main(["scan", "--json", "--only", "zone"]) == 0
    reading = json.loads(capsys.readouterr().out)["readings"][0]
    assert reading["agree"] == Agreement.DIFFER
    assert [item["name"] for item in reading["sources"]] == ["TZ", "link"]


def test_a_process_that_is_gone_is_one_sentence_and_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["scan", "--pid", "999999999"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("telltale: Process 999999999 cannot be looked through")
    assert said.count("\n") == 1


def test_an_unknown_persona_is_one_sentence_and_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["scan", "--persona", "nobody"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_group_narrows_the_choice() -> None:
    everything = load_catalogue()
    chosen = choose.choose_signals(everything, [], "secrets")
    assert chosen == {key for key, item in everything.signals.items() if item.group == "secrets"}


def checked(document: Any) -> None:
    from jsonschema import Draft202012Validator

    from core.paths import read_resource

    schema = json.loads(read_resource("schema", "scan.schema.json"))
    Draft202012Validator.check_schema(schema)
    problems = [f"{list(error.absolute_path)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)]
    assert problems == []


@pytest.mark.parametrize("argv", [["scan", "--json"], ["scan", "--json", "--reveal"]])
def test_json_of_the_whole_catalogue_follows_the_published_schema(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) in {0, 3}
    document = json.loads(capsys.readouterr().out)
    checked(document)
    assert [item["signal"] for item in document["readings"]] == list(load_catalogue().signals)


def test_the_schema_refuses_a_reading_with_a_value_where_none_was_read(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    main(["scan", "--json"])
    document = json.loads(capsys.readouterr().out)
    checked(document)
    document["readings"][1]["value"] = "a value without an answer"
    with pytest.raises(AssertionError, match="readings"):
        checked(document)
