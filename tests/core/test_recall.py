"""Readings are used again only while everything they rest on is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.host.real import RealHost
from core.probes.registry import load, run_probe
from core.probes.result import Ok
from core.recall import Recall

if TYPE_CHECKING:
    from pathlib import Path

    from core.model import Reading, Signal


class CountingHost(RealHost):
    """The real host, counting how often a file was read."""

    def __init__(self) -> None:
        self.reads = 0

    def read_text(self, path: str, limit: int = 1 << 20) -> str:
        self.reads += 1
        return super().read_text(path, limit)

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        self.reads += 1
        return super().read(path, limit)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def signal(name: str) -> Signal:
    load()
    return load_catalogue().signals[name]


def shown(reading: Reading) -> tuple[object, ...]:
    return (type(reading.result), reading.result.values if isinstance(reading.result, Ok) else (), reading.agreement)


def test_an_unchanged_file_is_not_read_again(home: Path) -> None:
    (home / ".gitconfig").write_text("[user]\n\tname = One\n")
    host = CountingHost()
    recall = Recall(host)
    first = recall.reading(signal("git-identity"))
    reads = host.reads
    recall.look_afresh()
    second = recall.reading(signal("git-identity"))
    assert reads > 0
    assert host.reads == reads
    assert shown(second) == shown(first)
    assert second.taken_at >= first.taken_at


@pytest.mark.parametrize("change", ["written", "replaced", "removed", "appeared"])
def test_any_change_of_a_file_is_noticed(home: Path, change: str) -> None:
    path = home / ".gitconfig"
    if change != "appeared":
        path.write_text("[user]\n\tname = One\n")
    recall = Recall(RealHost())
    recall.reading(signal("git-identity"))
    if change == "removed":
        path.unlink()
    elif change == "replaced":
        (home / "new").write_text("[user]\n\tname = Two\n")
        (home / "new").replace(path)
    else:
        path.write_text("[user]\n\tname = Two\n")
    recall.look_afresh()
    assert shown(recall.reading(signal("git-identity"))) == shown(run_probe(signal("git-identity"), RealHost()))


def test_a_changed_environment_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    recall = Recall(RealHost())
    before = recall.reading(signal("time-zone"))
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    recall.look_afresh()
    assert home.is_dir()
    assert shown(recall.reading(signal("time-zone"))) != shown(before)


def test_every_signal_is_recalled_as_it_was_asked(home: Path) -> None:
    """Two rounds of recalling give what plain asking gives, for all signals that do not change by themselves."""
    restless = {"processes", "process-args", "uptime", "open-sockets", "launcher-chain"}
    recall, host = Recall(RealHost()), RealHost()
    load()
    signals = [item for item in load_catalogue().signals.values() if item.id not in restless]
    for item in signals:
        recall.reading(item)
    recall.look_afresh()
    assert home.is_dir()
    assert {item.id: shown(recall.reading(item)) for item in signals} == {item.id: shown(run_probe(item, host)) for item in signals}
