from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.catalogue.words import text_fault
from core.model import Group, Reach, Sensitivity, Signal, Support, System
from core.probes import registry

CATALOGUE = load_catalogue(paths.resource_root() / "catalogue")
SIGNALS = CATALOGUE.signals
READ = {Support.WORKS, Support.RECORDED}
# The probe says in its result why there is nothing to read; the engine never runs it.
EXPLAINS_ITSELF = {"ip-public"}


def each_system() -> list[tuple[Signal, System]]:
    return [(signal, system) for signal in SIGNALS.values() for system in System]


def test_no_file_of_the_catalogue_has_a_problem() -> None:
    assert CATALOGUE.problems == ()


def test_every_file_gives_the_signal_of_its_name() -> None:
    files = {path.stem for path in (paths.resource_root() / "catalogue" / "signals").iterdir()}

    assert files == set(SIGNALS) == {signal.id for signal in SIGNALS.values()}


def test_the_counts_per_group_are_the_documented_ones() -> None:
    counts = Counter(signal.group for signal in SIGNALS.values())

    assert counts == {
        Group.WHERE: 17,
        Group.WHO: 17,
        Group.NETWORK: 14,
        Group.DEVICE: 23,
        Group.SOFTWARE: 21,
        Group.WORK: 11,
        Group.SECRETS: 11,
    }
    assert sum(counts.values()) == 114


def test_titles_icons_and_places_are_used_once() -> None:
    for keys in (
        [signal.title for signal in SIGNALS.values()],
        [signal.icon for signal in SIGNALS.values()],
        [(signal.group, signal.order) for signal in SIGNALS.values()],
    ):
        assert [key for key, number in Counter(keys).items() if number > 1] == []


def test_signals_come_in_the_order_of_the_window() -> None:
    listed = [(list(Group).index(signal.group), signal.order) for signal in SIGNALS.values()]

    assert listed == sorted(listed)


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=lambda signal: signal.id)
def test_every_claim_has_a_source_with_a_day_and_says_what_it_supports(signal: Signal) -> None:
    assert signal.evidence
    for source in signal.evidence:
        assert date(2026, 1, 1) <= source.date <= date(2027, 12, 31)
        assert source.note
        assert text_fault(source.note, "sentence") == ""


def test_only_what_we_measured_or_ran_ourselves_is_called_verified() -> None:
    verified = {source.source for signal in SIGNALS.values() for source in signal.evidence if source.verified}

    assert verified == {"Own measurement on Debian 12", "@vscode/deviceid 0.1.5", "std-env 4.3.0", "@opentelemetry/sdk-node"}


def test_every_signal_that_is_said_to_be_read_has_a_probe() -> None:
    probes = registry.load()

    missing = [(s.id, str(system)) for s, system in each_system() if s.systems[system].state in READ and (s.probe, system) not in probes]

    assert missing == []


def test_every_probe_answers_a_signal_that_is_said_to_be_read() -> None:
    read = {(s.probe, system) for s, system in each_system() if s.systems[system].state in READ or s.id in EXPLAINS_ITSELF}

    assert set(registry.load()) - read == set()


def test_linux_is_never_only_recorded_and_the_other_systems_never_claim_to_work() -> None:
    for signal, system in each_system():
        allowed = (
            {Support.WORKS, Support.NOT_POSSIBLE} if system is System.LINUX else {Support.RECORDED, Support.NOT_POSSIBLE, Support.NOT_BUILT}
        )
        assert signal.systems[system].state in allowed, (signal.id, system)


def test_what_is_read_on_linux_is_nearly_everything() -> None:
    assert [s.id for s in SIGNALS.values() if s.systems[System.LINUX].state is not Support.WORKS] == ["ip-public"]


def test_a_neutral_value_never_names_a_place_or_a_person() -> None:
    values = {signal.neutral.value for signal in SIGNALS.values() if signal.neutral}

    assert not [value for value in values if re.search(r"[A-Z][a-z]+/[A-Z]", value)]
    assert {"UTC", "C.UTF-8", "localhost", "user"} <= values


def test_a_neutral_value_is_reached_by_some_level() -> None:
    assert all(signal.neutral.reach is not Reach.NONE for signal in SIGNALS.values() if signal.neutral)


def test_secrets_and_lifelong_numbers_have_the_highest_sensitivity() -> None:
    for name in ("machine-id", "mac-address", "env-secrets", "ssh-private", "cloud-credentials", "clipboard"):
        assert SIGNALS[name].sensitivity is Sensitivity.IDENTIFIES
    assert SIGNALS["opt-out-flags"].sensitivity is Sensitivity.HARMLESS


def test_health_is_said_to_stay_out_of_exports() -> None:
    assert "out of exports" in SIGNALS["accessibility"].technical


@pytest.mark.parametrize("system", System)
def test_reasons_are_the_same_words_for_the_same_state(system: System) -> None:
    recorded = {s.systems[system].reason for s in SIGNALS.values() if s.systems[system].state is Support.RECORDED}

    assert len(recorded) <= 1
