from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.catalogue.rules import load_rules, zones
from core.hints import EXTRACTORS, territories
from core.host.recorded import load_persona
from core.inference import Conclusion, Strength, infer
from core.model import Agreement, Reading, System
from core.probes import registry
from core.probes.result import Absent, Failed, Ok
from core.redact import Sensitive, raw

if TYPE_CHECKING:
    from core.probes.result import Result

CATALOGUE = load_catalogue()
RULES = load_rules()


def reading(signal: str, *values: str, agreement: Agreement = Agreement.SINGLE, result: Result | None = None) -> Reading:
    found = result or Ok(tuple(Sensitive(value) for value in values))
    return Reading(signal, found, (), agreement, "", datetime(2026, 11, 20, tzinfo=UTC), "this computer")


def conclusions(*readings: Reading) -> dict[str, Conclusion]:
    return {item.id: item for item in infer(readings, CATALOGUE)}


def persona(name: str) -> tuple[Conclusion, ...]:
    registry.load()
    host = load_persona(name)
    return infer([registry.run_probe(signal, host) for signal in CATALOGUE.signals.values()], CATALOGUE)


def test_several_readings_are_weighed_together() -> None:
    place = conclusions(
        reading("time-zone", "Pacific/Auckland"),
        reading("locale", "en_NZ.UTF-8"),
        reading("keyboard-layouts", "nz", "us"),
        reading("offset-in-files", "+1300"),
    )["place"]

    assert raw(place.hint) == "NZ"
    assert place.rests_on == ("time-zone", "locale", "keyboard-layouts", "offset-in-files")
    assert place.contradictions == ()
    assert place.question == "where"


def test_contradictory_readings_are_said() -> None:
    place = conclusions(
        reading("time-zone", "Pacific/Auckland"),
        reading("locale", "en_NZ.UTF-8", agreement=Agreement.DIFFER),
        reading("region", "CH"),
    )["place"]

    assert raw(place.hint) == "NZ"
    assert place.rests_on == ("time-zone", "locale")
    assert place.contradictions == (
        'The reading "Country or region setting" points somewhere else.',
        'The sources of "Language and number format" do not agree with each other.',
    )


def test_one_reading_alone_concludes_nothing_about_place_or_person() -> None:
    assert conclusions(reading("time-zone", "Pacific/Auckland"), reading("git-identity", "Mia", "mia@corp.example")) == {}


def test_readings_that_all_differ_conclude_nothing() -> None:
    found = conclusions(reading("time-zone", "Pacific/Auckland"), reading("locale", "fi_FI.UTF-8"), reading("region", "CL"))

    assert "place" not in found


def test_neutral_values_give_no_place() -> None:
    found = conclusions(
        reading("time-zone", "UTC"), reading("locale", "C.UTF-8"), reading("offset-in-files", "+0000"), reading("ui-languages", "C")
    )

    assert found == {}


def test_more_agreeing_weight_is_a_stronger_conclusion() -> None:
    few = conclusions(reading("time-zone", "Africa/Nairobi"), reading("ui-languages", "sw-KE"))["place"]
    some = conclusions(reading("time-zone", "Africa/Nairobi"), reading("locale", "sw_KE"))["place"]
    many = conclusions(reading("time-zone", "Africa/Nairobi"), reading("locale", "sw_KE"), reading("region", "KE"))["place"]

    assert (few.strength, some.strength, many.strength) == (Strength.HINT, Strength.LIKELY, Strength.STRONG)


def test_a_name_is_followed_through_addresses_paths_and_computer_names() -> None:
    person = conclusions(
        reading("git-identity", "Mia Muster", "mia.muster@corp.example"),
        reading("home-path", "/home/mia"),
        reading("hostname", "mia-laptop"),
        reading("user-name", "root"),
    )["person"]

    assert raw(person.hint) == "mia"
    assert person.rests_on == ("git-identity", "home-path", "hostname")


def test_an_organisation_needs_more_than_addresses_that_everybody_could_have() -> None:
    addresses = (
        reading("git-identity", "mia@mail.example"),
        reading("mail-accounts", "mia@mail.example"),
        reading("cloud-accounts", "m@mail.example"),
    )

    assert "organisation" not in conclusions(*addresses)
    found = conclusions(*addresses, reading("dns-search", "eu.corp.example"), reading("proxy-env", "http://u:p@proxy.corp.example:3128"))
    assert raw(found["organisation"].hint) == "corp.example"
    assert 'The reading "Git name and e-mail" names another one.' in found["organisation"].contradictions


def test_tools_tell_a_kind_of_work_openly() -> None:
    work = conclusions(reading("dev-tools", "git", "cargo", "gcc"), reading("git-remotes", "https://git.example/a/b.git"))["kind-of-work"]

    assert work.text == "2 readings fit somebody who writes software."


def test_a_project_is_named_by_folder_and_repository() -> None:
    found = conclusions(reading("work-dir", "/home/mia/harbour-pilot"), reading("git-remotes", "git@git.example:acme/harbour-pilot.git"))

    assert raw(found["project"].hint) in {"harbour", "pilot"}
    assert found["project"].rests_on == ("work-dir", "git-remotes")


def test_unknown_is_never_a_hint() -> None:
    assert (
        conclusions(reading("mdm", result=Failed("It broke.")), reading("time-zone", result=Absent()), reading("git-identity", "x")) == {}
    )


def test_readings_may_come_as_a_mapping() -> None:
    listed = [reading("time-zone", "Africa/Nairobi"), reading("locale", "sw_KE")]

    assert infer({item.signal: item for item in listed}, CATALOGUE) == infer(listed, CATALOGUE)


def test_a_signal_the_catalogue_lost_is_named_by_its_id() -> None:
    readings = [reading("time-zone", "Africa/Nairobi"), reading("locale", "sw_KE"), reading("region", "NO")]
    shrunk = type(CATALOGUE)({})

    assert infer(readings, shrunk)[0].contradictions == ('The reading "region" points somewhere else.',)


@pytest.mark.parametrize("name", ["developer-laptop", "office-desktop"])
def test_every_question_is_answered_for_a_persona_and_no_text_holds_a_value(name: str) -> None:
    found = persona(name)

    assert {"place", "person", "organisation", "managed", "kind-of-work"} <= {item.id for item in found}
    for item in found:
        assert item.rests_on
        assert set(item.rests_on) <= set(CATALOGUE.signals)
        if item.id not in {"kind-of-work", "managed"}:
            told = " ".join((item.text, *item.contradictions, repr(item)))
            assert raw(item.hint) not in told


def test_the_developers_laptop_suggests_what_its_story_says() -> None:
    found = {item.id: item for item in persona("developer-laptop")}

    assert (raw(found["place"].hint), raw(found["person"].hint), raw(found["organisation"].hint)) == ("NZ", "mia", "corp.example")
    assert 'The reading "Country or region setting" points somewhere else.' in found["place"].contradictions


def test_the_office_desktop_has_contradictions_about_its_place() -> None:
    found = {item.id: item for item in persona("office-desktop")}

    assert raw(found["organisation"].hint) == "office.example"
    assert 'The reading "Time zone" points somewhere else.' in found["place"].contradictions


def test_every_rule_names_a_signal_that_is_read_and_a_way_that_is_built_in() -> None:
    for question in RULES.questions:
        for rule in question.evidence:
            assert rule.reads in EXTRACTORS
            assert CATALOGUE.signals[rule.signal].systems[System.LINUX].state == "works"


def test_every_built_in_way_is_used_by_a_rule() -> None:
    assert {rule.reads for question in RULES.questions for rule in question.evidence} == set(EXTRACTORS)


def test_no_rule_names_a_region_or_a_nationality_or_a_company() -> None:
    text = re.sub(r"^#.*$", "", (paths.resource_root() / "catalogue" / "inference.toml").read_text(encoding="ascii"), flags=re.MULTILINE)
    words = set(re.findall(r"[A-Za-z]+", text))
    # "Swift" is also the name of a programming language, which the list of tools has.
    places = {part.lower() for zone in zones() for part in re.split(r"[/_-]", zone) if len(part) > 3} - {"swift"}
    companies = {"amazon", "anthropic", "apple", "aws", "azure", "gcloud", "github", "gitlab", "gmail", "google", "microsoft", "openai"}

    assert words & territories() == set()
    assert {word.lower() for word in words} & (places | companies) == set()
    assert not re.search(r"\.[a-z]{2,}\b|[+-]\d{4}", text)
