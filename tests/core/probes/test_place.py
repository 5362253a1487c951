from __future__ import annotations

from core.host.real import RealHost
from core.model import Agreement
from core.probes.registry import load
from core.probes.result import Absent, Answer, Failed, Ok
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import linux, macos, windows

ZONES = {"/usr/share/zoneinfo/Europe/Berlin": "TZif-b", "/usr/share/zoneinfo/Etc/UTC": "TZif-u", "/usr/share/zoneinfo/UTC": "TZif-u"}
BERLIN = {"links": {"/etc/localtime": "/usr/share/zoneinfo/Europe/Berlin"}}
REFLOG = "0000 1111 Mia Example <mia@example.org> 1700000000 +0100\tcommit: one\n1111 2222 Mia Example <mia@example.org> 1719000000 +0200\tcommit\n"
# recorded from the documented output of timedatectl(1); no real systemd machine was asked
TIMEDATECTL = {"timedatectl show --property=Timezone --value": {"code": 0, "out": "Europe/Berlin\n"}}
SYSTEMD = {"folders": {"/run/systemd/system": []}, "kinds": {"/run/dbus/system_bus_socket": "socket"}}


def test_every_place_that_agrees_about_the_zone_is_shown_apart() -> None:
    host = linux(files={**ZONES, "/etc/timezone": "Europe/Berlin\n"}, commands=TIMEDATECTL, **SYSTEMD, **BERLIN)
    answer = ask("time-zone", host)
    assert answer.agreement is Agreement.AGREE
    names = ["TZ", "/etc/localtime", "/etc/timezone", "tzlocal", "systemd (timedatectl)"]
    assert [item.name for item in answer.sources] == names
    assert [raws(item.result) for item in answer.sources] == [[], *[["Europe/Berlin"]] * 4]


def test_tz_hides_the_zone_from_some_programs_only_and_the_verdict_says_so() -> None:
    answer = ask("time-zone", linux(env={"TZ": "UTC"}, files={**ZONES, "/etc/timezone": "Europe/Berlin\n"}, **BERLIN))
    assert answer.agreement is Agreement.DIFFER
    assert raws(answer.result) == ["UTC"]
    assert "Berlin" not in answer.verdict


def test_the_two_names_of_utc_are_one_value() -> None:
    answer = ask("time-zone", linux(env={"TZ": "UTC"}, files=ZONES, links={"/etc/localtime": "../usr/share/zoneinfo/Etc/UTC"}))
    assert answer.agreement is Agreement.AGREE


def test_a_copied_zone_file_is_recognised_by_its_content_as_node_does() -> None:
    table = "#codes\tcoordinates\tTZ\nDE,DK\t+5230+01322\tEurope/Berlin\n"
    answer = ask("time-zone", linux(files={**ZONES, "/usr/share/zoneinfo/zone1970.tab": table, "/etc/localtime": "TZif-b"}))
    assert raws(source_of(answer, "/etc/localtime (content)")) == ["Europe/Berlin"]
    assert isinstance(source_of(answer, "/etc/localtime"), Failed)


def test_a_colon_and_a_path_in_tz_still_name_the_zone() -> None:
    assert raws(ask("time-zone", linux(env={"TZ": ":Europe/Berlin"})).result) == ["Europe/Berlin"]
    assert raws(ask("time-zone", linux(env={"TZ": "/usr/share/zoneinfo/Europe/Berlin"})).result) == ["Europe/Berlin"]


def test_tz_on_windows_is_compared_with_the_registrys_zone_under_one_name() -> None:
    # registry values as documented for DYNAMIC_TIME_ZONE_INFORMATION; no real Windows computer was asked
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
    host = windows(env={"TZ": "Europe/Berlin"}, registry={key: {"TimeZoneKeyName": "W. Europe Standard Time"}})
    assert ask("time-zone", host).agreement is Agreement.AGREE


def test_on_a_mac_the_link_into_the_zone_database_names_the_zone() -> None:
    # the link as Apple's CoreFoundation source describes it; no real Mac was asked
    answer = ask("time-zone", macos(links={"/etc/localtime": "/var/db/timezone/zoneinfo/Europe/Berlin"}))
    assert raws(answer.result) == ["Europe/Berlin"]


def test_gnome_is_asked_only_where_somebody_has_set_the_key() -> None:
    # output as gsettings prints a boolean
    commands = {"gsettings get org.gnome.desktop.datetime automatic-timezone": {"code": 0, "out": "true\n"}}
    unset = ask("tz-auto", linux(files={"~/.config/dconf/user": "GVariant other-key"}, commands=commands))
    assert isinstance(unset.result, Absent)
    found = ask("tz-auto", linux(files={"~/.config/dconf/user": "GVariant automatic-timezone"}, commands=commands))
    assert raws(found.result) == ["on"]


def test_automatic_zones_of_macos_and_windows_are_read() -> None:
    # as documented for `defaults read` and the service's Start value; not taken from real machines
    mac = macos(commands={"defaults read /Library/Preferences/com.apple.timezone.auto Active": {"code": 0, "out": "1\n"}})
    assert raws(ask("tz-auto", mac).result) == ["on"]
    service = {r"HKLM\SYSTEM\CurrentControlSet\Services\tzautoupdate": {"Start": 4}}
    assert raws(ask("tz-auto", windows(registry=service)).result) == ["off"]


def test_the_offsets_of_a_project_come_without_names_and_addresses() -> None:
    host = linux(cwd="/home/mia/app/src", files={"~/app/.git/HEAD": "ref: refs/heads/main\n", "~/app/.git/logs/HEAD": REFLOG})
    answer = ask("offset-in-files", host)
    assert raws(answer.result) == ["+0100", "+0200"]
    assert "example" not in repr(answer)


def test_outside_of_a_project_there_is_no_offset_and_no_command() -> None:
    assert isinstance(ask("offset-in-files", linux(cwd="/home/mia")).result, Absent)


def test_windows_tells_its_location_switches_apart() -> None:
    path = r"\Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\location"
    answer = ask("location-service", windows(registry={f"HKCU{path}": {"Value": "Deny"}, f"HKLM{path}": {"Value": "Allow"}}))
    assert raws(source_of(answer, "for this user")) == ["off"]
    assert raws(source_of(answer, "for this machine")) == ["on"]


def test_this_machine_answers_about_its_time_zone() -> None:
    host = RealHost()
    answer = load()["time-zone", host.system](host)
    assert isinstance(answer, Answer)
    assert isinstance(answer.result, Ok)
    assert len(answer.sources) >= 2
