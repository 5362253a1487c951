"""Searches every answer of these rooms for the secrets planted in every place their probes look at."""

from __future__ import annotations

import pytest

from core.probes.result import Ok
from tests.fakes.planted_machine import CANARY, NAMES, planted
from tests.fakes.probe_runs import ask, every_text


# Refused files matter as much as open ones: a refusal must not repeat the name of what was refused.
@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_planted_secret_is_in_any_text_of_an_answer(name: str, refused: bool, system: str) -> None:
    texts = every_text(ask(name, planted(system, refused=refused)))
    assert CANARY not in texts
    assert "0123456789" not in texts


def test_the_planted_secrets_are_really_found() -> None:
    for name in (
        "env-secrets",
        "registry-tokens",
        "cloud-credentials",
        "shell-history",
        "ssh-private",
        "dotenv",
        "process-args",
        "kubeconfig",
    ):
        assert isinstance(ask(name, planted("linux")).result, Ok), name


def test_every_signal_of_these_rooms_is_searched() -> None:
    assert len(NAMES) == 33
