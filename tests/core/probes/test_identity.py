"""Names, organisation, account and folders."""

from __future__ import annotations

from core.model import Agreement
from core.probes.result import Absent, Denied, Failed, Ok, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, plist, windows

UNAME = {"system": "Linux", "node": "mia-laptop", "release": "6.1", "version": "#1", "machine": "x86_64"}
ACCOUNT = {
    "uid": 1000,
    "gid": 1000,
    "name": "mia",
    "full_name": "Mia Example",
    "home": "/home/mia",
    "groups": ["mia", "docker", "shop-admins"],
}


def test_every_place_of_the_machine_name_is_kept_apart() -> None:
    files = {
        "/etc/hostname": "mia-laptop\n",
        "/etc/hosts": "127.0.1.1 other.example.com other\n",
        "/etc/machine-info": 'PRETTY_HOSTNAME="Mia at work"\n',
    }
    answer = ask("hostname", linux(uname=UNAME, files=files, env={"HOSTNAME": "mia-laptop"}))
    assert raws(answer.result) == ["mia-laptop"]
    assert raws(source_of(answer, "/etc/hosts, line 127.0.1.1")) == ["other"]
    assert raws(source_of(answer, "/etc/machine-info")) == ["Mia at work"]
    assert answer.agreement is Agreement.DIFFER
    assert "mia" not in answer.verdict.lower()


def test_a_machine_name_with_control_characters_is_shown_without_them_acting() -> None:
    answer = ask("hostname", linux(uname={**UNAME, "node": "mia\x1b[31m-pc\u202e"}))
    assert isinstance(answer.result, Ok)
    assert display(answer.result).isprintable()


def test_broken_places_of_the_machine_name_cost_only_themselves() -> None:
    answer = ask(
        "hostname", linux(uname=UNAME, denied=["/etc/machine-info"], files={"/etc/hosts": "x" * 70_000}, folders={"/etc/hostname": []})
    )
    assert isinstance(source_of(answer, "/etc/machine-info"), Denied)
    assert isinstance(source_of(answer, "/etc/hosts, line 127.0.1.1"), Failed)
    assert isinstance(source_of(answer, "/etc/hostname"), Failed)
    assert raws(answer.result) == ["mia-laptop"]


def test_the_three_mac_names_come_from_the_settings_file() -> None:
    names = {"System": {"System": {"ComputerName": "Mia Mac", "HostName": "mac"}, "Network": {"HostNames": {"LocalHostName": "Mia-Mac"}}}}
    mac = macos(
        uname={**UNAME, "node": "mac"}, bytes={"/Library/Preferences/SystemConfiguration/preferences.plist": plist(names, is_binary=True)}
    )
    answer = ask("hostname", mac)
    assert raws(source_of(answer, "ComputerName (system settings)")) == ["Mia Mac"]
    assert raws(source_of(answer, "LocalHostName (system settings)")) == ["Mia-Mac"]


def test_scutil_is_asked_for_mac_names_where_the_file_is_missing() -> None:
    answer = ask(
        "hostname", macos(commands={"scutil --get ComputerName": {"out": "Mia Mac\n"}, "scutil --get HostName": {"code": 1, "out": ""}})
    )
    assert raws(answer.result) == ["Mia Mac"]
    assert isinstance(source_of(answer, "scutil HostName"), Absent)


def test_windows_names_come_from_variables_and_registry() -> None:
    registry = {r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters": {"Hostname": "DESK-1", "NV Hostname": "DESK-1"}}
    answer = ask("hostname", windows(env={"COMPUTERNAME": "DESK-1"}, registry=registry))
    assert answer.agreement is Agreement.AGREE


def test_domain_comes_from_full_name_kerberos_and_sssd_in_one_spelling() -> None:
    files = {"/etc/krb5.conf": "[libdefaults]\n default_realm = EXAMPLE.COM\n"}
    answer = ask("fqdn-domain", linux(fqdn="mia-laptop.example.com", files=files, denied=["/etc/sssd/sssd.conf"]))
    assert raws(answer.result) == ["example.com"]
    assert answer.agreement is Agreement.AGREE
    assert isinstance(source_of(answer, "/etc/sssd/sssd.conf"), Denied)


def test_a_name_without_domain_says_so() -> None:
    assert isinstance(ask("fqdn-domain", linux(fqdn="localhost.localdomain")).result, Absent)


def test_dsconfigad_is_asked_only_where_a_directory_is_bound() -> None:
    commands = {
        "dsconfigad -show": {"out": "Active Directory Forest          = corp.example\nActive Directory Domain          = corp.example\n"}
    }
    unbound = ask("fqdn-domain", macos(fqdn="mac", commands=commands))
    bound = macos(fqdn="mac", commands=commands, folders={"/Library/Preferences/OpenDirectory/Configurations/Active Directory": ["x"]})
    assert isinstance(unbound.result, Absent)
    assert raws(ask("fqdn-domain", bound).result) == ["corp.example"]


def test_the_cloud_tenant_of_windows_is_listed() -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo\AB12"
    answer = ask("fqdn-domain", windows(registry={key: {"TenantId": "0000-tenant", "UserEmail": "mia@example.com"}}))
    assert raws(answer.result) == ["0000-tenant", "mia@example.com"]
    assert "mia@" not in display(answer.result)


def test_user_name_compares_account_variables_and_home() -> None:
    answer = ask("user-name", linux(account=ACCOUNT, env={"USER": "mia", "LOGNAME": "someone"}))
    assert raws(source_of(answer, "last part of the home folder")) == ["mia"]
    assert answer.agreement is Agreement.DIFFER


def test_full_name_is_masked_in_full_and_the_picture_is_a_further_source() -> None:
    answer = ask("full-name", linux(account=ACCOUNT, files={"~/.face": "png"}))
    assert raws(answer.result) == ["Mia Example"]
    assert "Mia" not in display(answer.result)
    assert display(source_of(answer, "login picture")) == "a picture is set"


def test_names_of_unusual_groups_are_masked() -> None:
    shown = display(ask("uid-groups", linux(account=ACCOUNT)).result)
    assert "docker" in shown
    assert "shop-admins" not in shown


def test_whoami_gives_groups_and_the_security_identifier() -> None:
    commands = {
        "whoami /user /fo csv /nh": {"out": '"desk-1\\mia","S-1-5-21-1111111111-2222222222-3333333333-1001"\n'},
        "whoami /groups /fo csv /nh": {
            "out": '"BUILTIN\\Users","Alias","S-1-5-32-545","Mandatory group"\n"SHOP\\Buyers","Group","S-1-5-21-9","x"\n'
        },
    }
    answer = ask("uid-groups", windows(commands=commands))
    assert "S-1-5-21-1111111111" not in display(answer.result)
    assert "BUILTIN\\Users" in display(answer.result)
    assert "Buyers" not in display(answer.result)


def test_home_folder_of_variable_and_account_are_compared() -> None:
    answer = ask("home-path", linux(account=ACCOUNT, env={"HOME": "/tmp/other"}))
    assert answer.agreement is Agreement.DIFFER
    assert "mia" not in display(source_of(answer, "account database"))


def test_windows_home_is_known_in_its_spellings() -> None:
    env = {"USERPROFILE": r"C:\Users\mia", "HOMEDRIVE": "C:", "HOMEPATH": r"\Users\mia"}
    assert ask("home-path", windows(env=env)).agreement is Agreement.AGREE


def test_working_folder_and_shell_may_differ() -> None:
    assert ask("work-dir", linux(env={"PWD": "/home/mia/link"})).agreement is Agreement.DIFFER
