from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Agreement
from core.probes.language import same_locale, territory
from core.probes.result import Absent
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import linux, macos, windows

DCONF = {"~/.config/dconf/user": "GVariant region clock-format"}
INTERNATIONAL = r"HKCU\Control Panel\International"


@pytest.mark.parametrize(
    ("written", "same"),
    [("de_DE.utf8", "de_DE.UTF-8"), ("de-DE", "de_DE"), ("C", "C"), ("zh_Hans_CN", "zh_Hans_CN"), ("de_DE@euro", "de_DE@euro")],
)
def test_spellings_of_a_locale_become_one(written: str, same: str) -> None:
    assert same_locale(written) == same


def test_the_first_variable_that_programs_obey_comes_first() -> None:
    answer = ask("locale", linux(env={"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, files={"/etc/default/locale": 'LANG="de_DE.utf8"\n'}))
    assert answer.agreement is Agreement.DIFFER
    assert raws(answer.result) == ["C.UTF-8"]
    assert raws(source_of(answer, "/etc/default/locale LANG")) == ["de_DE.UTF-8"]


def test_spellings_do_not_count_as_disagreement() -> None:
    answer = ask("locale", linux(env={"LANG": "de_DE.UTF-8"}, files={"/etc/locale.conf": "LANG=de_DE.utf8\n"}))
    assert answer.agreement is Agreement.AGREE


def test_languages_keep_their_order_and_kdes_list_stays_apart() -> None:
    files = {"~/.config/plasma-localerc": "[Translations]\nLANGUAGE=nl:en\n"}
    answer = ask("ui-languages", linux(env={"LANGUAGE": "de:en_GB:en"}, files=files))
    assert raws(source_of(answer, "LANGUAGE")) == ["de", "en_GB", "en"]
    assert raws(source_of(answer, "~/.config/plasma-localerc LANGUAGE")) == ["nl", "en"]


def test_a_region_that_differs_from_the_language_is_seen() -> None:
    commands = {"gsettings get org.gnome.system.locale region": {"code": 0, "out": "'de_DE.UTF-8'\n"}}
    answer = ask("region", linux(env={"LANG": "en_US.UTF-8", "LC_PAPER": "de_DE.UTF-8"}, files=DCONF, commands=commands))
    assert answer.agreement is Agreement.DIFFER
    assert raws(source_of(answer, "LC_PAPER")) == ["DE"]
    assert raws(source_of(answer, "GNOME locale region")) == ["DE"]


def test_a_locale_without_a_country_names_no_region() -> None:
    assert isinstance(ask("region", linux(env={"LANG": "C.UTF-8"})).result, Absent)


def test_gnomes_clock_and_the_locale_stand_side_by_side() -> None:
    commands = {"gsettings get org.gnome.desktop.interface clock-format": {"code": 0, "out": "'24h'\n"}}
    answer = ask("date-format", linux(env={"LC_TIME": "en_DK.UTF-8"}, files=DCONF, commands=commands))
    assert raws(answer.result) == ["en_DK.UTF-8", "24h"]


def test_macos_settings_are_read_as_defaults_prints_them() -> None:
    # outputs in the documented form of defaults(1); not taken from a real Mac
    commands = {
        "defaults read -g AppleLocale": {"code": 0, "out": "en_US@rg=dezzzz\n"},
        "defaults read -g AppleLanguages": {"code": 0, "out": '(\n    "en-US",\n    "de-DE"\n)\n'},
        "defaults read -g AppleICUForce24HourTime": {"code": 0, "out": "1\n"},
    }
    host = macos(commands=commands)
    assert raws(ask("locale", host).result) == ["en_US"]
    assert raws(ask("ui-languages", host).result) == ["en-US", "de-DE"]
    assert raws(ask("region", host).result) == ["DE"]
    assert raws(ask("date-format", host).result) == ["24-hour clock: 1"]


def test_windows_settings_are_read_from_the_registry() -> None:
    # value names as documented by Microsoft; not taken from a real computer
    registry = {
        INTERNATIONAL: {"LocaleName": "en-US", "sShortDate": "dd.MM.yyyy", "iFirstDayOfWeek": "0"},
        rf"{INTERNATIONAL}\Geo": {"Name": "DE", "Nation": "94"},
        rf"{INTERNATIONAL}\User Profile": {"Languages": "en-US\0de-DE"},
    }
    host = windows(registry=registry)
    assert raws(ask("locale", host).result) == ["en_US"]
    assert raws(ask("ui-languages", host).result) == ["en-US", "de-DE"]
    assert ask("region", host).agreement is Agreement.DIFFER
    assert raws(ask("date-format", host).result) == ["dd.MM.yyyy", "0"]


@given(st.text(max_size=200))
def test_locale_names_can_be_any_text(text: str) -> None:
    assert isinstance(same_locale(text), str)
    assert isinstance(territory(text), str)
    assert ask("locale", linux(env={"LANG": text})).sources
