from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnreadableError
from core.probes import _zones
from tests.fakes.probe_runs import linux

if TYPE_CHECKING:
    from pathlib import Path

ZONEINFO = "/usr/share/zoneinfo"
KNOWN = ("Europe/Berlin", "Asia/Tokyo", "Etc/UTC")

CASES = [
    {"timezone": "Asia/Tokyo\n"},
    {"timezone": "# set by hand\nAsia/Tokyo # home\n"},
    {"link": "Europe/Berlin"},
    {"timezone": "Europe/Berlin\n", "link": "Europe/Berlin"},
    {"timezone": "Asia/Tokyo\n", "link": "Europe/Berlin"},
    {"clock": 'ZONE="Asia/Tokyo"\n'},
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rules_give_what_tzlocal_itself_answers(
    case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: object
) -> None:
    from tzlocal import unix

    monkeypatch.delenv("TZ", raising=False)
    files = {f"{ZONEINFO}/{name}": name for name in KNOWN}
    files |= {"/etc/timezone": case["timezone"]} if "timezone" in case else {}
    files |= {"/etc/sysconfig/clock": case["clock"]} if "clock" in case else {}
    links = {"/etc/localtime": f"{ZONEINFO}/{case['link']}"} if "link" in case else {}
    for path, text in files.items():
        (tmp_path / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path[1:]).write_text(text)
    for path, target in links.items():
        (tmp_path / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path[1:]).symlink_to(f"{tmp_path}{target}")
    assert _zones.tzlocal_view(linux(files=files, links=links)) == unix._get_localzone_name(str(tmp_path))


def test_files_that_contradict_each_other_give_no_answer_as_in_tzlocal() -> None:
    files = {f"{ZONEINFO}/{name}": name for name in KNOWN}
    host = linux(files={**files, "/etc/sysconfig/clock": 'ZONE="Asia/Tokyo"'}, links={"/etc/localtime": f"{ZONEINFO}/Europe/Berlin"})
    with pytest.raises(UnreadableError):
        _zones.tzlocal_view(host)


def test_a_link_that_leads_in_a_circle_ends() -> None:
    with pytest.raises(UnreadableError):
        _zones.zone_of_link(linux(links={"/etc/localtime": "/etc/other", "/etc/other": "/etc/localtime"}))


@given(st.text(max_size=300))
def test_zone_rules_accept_any_text(text: str) -> None:
    assert isinstance(_zones.zone_of_file(text), str)
    assert isinstance(_zones.zone_of_variable(text), str)
    assert isinstance(_zones.zone_in_path(text), str)
