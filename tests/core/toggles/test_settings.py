"""What is looked at once more when a change is made, since the preview may be old by then; and what reading again may not wait for."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import TelltaleError
from core.toggles.registry import kind
from tests.fakes.change_cases import planned

if TYPE_CHECKING:
    from tests.fakes.toggle_home import ToggleHome


def test_a_file_that_leads_elsewhere_since_the_preview_is_left_and_so_is_the_other(at_home: ToggleHome) -> None:
    change = planned(at_home, "toml")
    path, other = Path(change.target), at_home.home / "other.toml"
    path.rename(other)
    path.symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(TelltaleError, match="leads to another file since the preview"):
        kind(change.kind).apply(change, at_home.service.journal)
    assert other.read_bytes() == before
    assert at_home.service.journal.entries() == ()


@pytest.mark.parametrize(("key", "value"), [(["permissions", "defaultMode"], "bypassPermissions"), (["permissions", "allow"], ["Bash"])])
def test_a_change_that_would_widen_is_refused_once_more_when_it_is_made(at_home: ToggleHome, key: list[str], value: object) -> None:
    change = planned(at_home, "json with comments")
    path = Path(change.target)
    path.write_bytes(b"{}")
    forged = {**change.parameters, "key": json.dumps(key), "value": json.dumps(value), "seen": "missing"}
    with pytest.raises(TelltaleError, match="which Telltale never widens"):
        kind(change.kind).apply(replace(change, parameters=forged), at_home.service.journal)
    assert path.read_bytes() == b"{}"


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name are POSIX's")
def test_a_pipe_in_place_of_a_file_that_outranks_ours_is_not_waited_for(at_home: ToggleHome) -> None:
    change = planned(at_home, "toml")
    kind(change.kind).apply(change, at_home.service.journal)
    pipe = at_home.home / "higher.toml"
    os.mkfifo(pipe)
    assert kind(change.kind).verify(replace(change, parameters={**change.parameters, "higher": json.dumps([str(pipe)])})) is None
