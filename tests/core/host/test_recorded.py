from __future__ import annotations

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.catalogue import load_catalogue
from core.errors import HostError, NotAllowedError, NotSupportedError, NotThereError, TooSlowError, UnreadableError
from core.host.recorded import RecordedHost, load_persona, load_recording, persona_names
from core.model import System
from core.paths import resource_root
from core.probes import registry
from core.probes.result import Failed, Ok, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.probes.result import Result

MakeHost = Any
QUESTIONS = "uname account interfaces connections processes parents mounts logged_in memory_bytes cpu_count boot_time".split()
RECORDINGS = [*(resource_root() / "personas").glob("*.toml"), *(Path(__file__).parents[2] / "fakes" / "recorded").glob("*.toml")]
DOCUMENTATION = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def test_an_empty_recording_says_that_nothing_was_recorded(recorded_host: MakeHost) -> None:
    host = recorded_host(home=None)
    for name in QUESTIONS:
        with pytest.raises(NotSupportedError, match="was not recorded"):
            getattr(host, name)()
    for ask in (
        lambda: host.home,
        lambda: host.cwd,
        host.battery,
        lambda: host.run(["git"]),
        lambda: host.which("git"),
        lambda: host.read("~/x"),
    ):
        with pytest.raises(NotThereError):
            ask()
    assert host.environ() == {}
    assert host.is_synthetic


def test_a_command_is_known_by_its_words(recorded_host: MakeHost) -> None:
    host = recorded_host(commands={"git --version": {"out": "git 2\n"}, "bad": {"code": 3, "err": "no"}, "hangs": {"slow": True}})
    assert host.run(["git", "--version"]).out == "git 2\n"
    assert (host.run(["bad"]).code, host.run(["bad"]).err) == (3, "no")
    with pytest.raises(TooSlowError):
        host.run(["hangs"])
    with pytest.raises(NotThereError, match="command not found"):
        host.run(["git", "status"])


def test_environment_names_ignore_case_on_windows_only(recorded_host: MakeHost) -> None:
    assert recorded_host(env={"Path": "x"}).env("PATH") is None
    assert recorded_host("windows", env={"Path": "x"}).env("PATH") == "x"


def test_rows_become_records_and_a_broken_row_is_named(recorded_host: MakeHost) -> None:
    host = recorded_host(
        interfaces=[{"name": "eth0", "is_up": True, "addresses": ["192.0.2.1"]}],
        processes=[{"pid": 7, "ppid": 1, "name": "a", "argv": ["a", "b"], "env": {"A": "1"}}, {"pid": 8, "ppid": 1, "name": "b"}],
        mounts=[{"nonsense": 1}],
        battery={"percent": 10.0, "is_charging": True},
    )
    assert host.interfaces()[0].addresses == ("192.0.2.1",)
    assert host.processes()[0].argv == ("a", "b")
    assert host.process_env(7) == {"A": "1"}
    with pytest.raises(NotAllowedError):
        host.process_env(8)
    with pytest.raises(NotThereError):
        host.process_env(9)
    with pytest.raises(UnreadableError):
        host.mounts()
    assert host.battery().percent == 10.0


def test_the_full_name_comes_from_the_recording_or_its_hosts_file(recorded_host: MakeHost) -> None:
    name = {"system": "Linux", "node": "box", "release": "", "version": "", "machine": ""}
    assert recorded_host(fqdn="a.example").fqdn() == "a.example"
    assert recorded_host(uname=name, files={"/etc/hosts": "127.0.1.1 box.corp.example box\n"}).fqdn() == "box.corp.example"
    with pytest.raises(NotThereError):
        recorded_host(uname=name).fqdn()


def test_there_are_two_personas_and_an_unknown_one_names_them() -> None:
    assert persona_names() == ("developer-laptop", "office-desktop")
    assert {load_persona(name).system for name in persona_names()} == {System.LINUX, System.WINDOWS}
    for name in ("nobody", "../personas/office-desktop", ""):
        with pytest.raises(NotThereError, match="developer-laptop"):
            load_persona(name)


def test_a_persona_says_on_its_eyes_that_it_is_one() -> None:
    for name in persona_names():
        host = load_persona(name)
        assert host.is_synthetic
        assert host.eyes.startswith("persona ")


@pytest.mark.parametrize(
    "text", ["not toml [", "x = 1", 'system = "amiga"', 'system = "linux"\nfiles = 1', 'system = "linux"\n[bytes]\n"/a" = "%"']
)
def test_a_broken_recording_is_refused_with_its_file_name(tmp_path: Path, text: str) -> None:
    place = tmp_path / "machine.toml"
    place.write_text(text)
    with pytest.raises(HostError, match=r"machine\.toml"):
        load_recording(place, "x")


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_every_recorded_machine_answers_every_kind_of_question(path: Path) -> None:
    host = load_recording(path, path.stem)
    for name in QUESTIONS:
        assert getattr(host, name)() or name == "connections"
    assert host.exists("~")
    assert host.environ()
    assert host.fqdn()
    assert all(host.facts(f"~/{entry}") for entry in host.entries("~"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_recorded_machines_use_only_documentation_addresses_and_example_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for found in re.findall(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])", body):
        address = ipaddress.ip_address(found)
        local = address.is_loopback or address.is_unspecified or address.is_link_local or found.startswith(("172.17.", "255."))
        assert local or any(address in net for net in DOCUMENTATION), found
    for mac in re.findall(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", body):
        assert mac.lower().replace("-", ":").startswith("00:00:5e:00:53"), mac
    for mail in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", body):
        assert mail.split(".")[-1] in {"example", "service", "local", "ost"} or mail.endswith(("example.org", "example.com")), mail
    for host in re.findall(r"https?://(?:[^/@\s\"'\\]+@)?([\w.-]+)", body):
        assert host.endswith((".example", "example.org", "example.com")) or host in {"127.0.0.1", "localhost", "www.apple.com"}, host


def readings(host: RecordedHost) -> dict[str, Result]:
    registry.load()
    catalogue = load_catalogue()
    return {signal.id: registry.run_probe(signal, host).result for signal in catalogue.signals.values()}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_no_probe_breaks_on_a_recorded_machine(path: Path) -> None:
    assert {name: result for name, result in readings(load_recording(path, path.stem)).items() if isinstance(result, Failed)} == {}


@pytest.mark.parametrize("name", persona_names())
def test_a_persona_answers_nearly_every_signal_that_its_system_can_answer(name: str) -> None:
    results = [result for result in readings(load_persona(name)).values() if not isinstance(result, Unsupported)]
    assert sum(isinstance(result, Ok) for result in results) >= 0.9 * len(results)


def _asks(host: RecordedHost) -> list[Callable[[], object]]:
    return [lambda: host.read("/nowhere"), lambda: host.link("/nowhere"), lambda: host.entries("/nowhere"), lambda: host.facts("/nowhere")]


def test_what_was_not_recorded_is_not_there(recorded_host: MakeHost) -> None:
    for ask in _asks(recorded_host()):
        with pytest.raises(NotThereError):
            ask()


def test_the_personas_are_valid_toml_without_characters_that_hide() -> None:
    for path in RECORDINGS:
        assert tomllib.loads(path.read_text(encoding="ascii"))
