"""SSH, agents, clouds, the system's accounts and management."""

from __future__ import annotations

from core.host.recorded import RecordedHost
from core.probes.result import Absent, Denied, Failed, Ok, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, plist, windows

KEY = "ssh-ed25519 " + "A" * 68


def test_comments_of_public_keys_and_plain_server_names_are_listed() -> None:
    files = {
        "~/.ssh/id_ed25519.pub": f"{KEY} mia@home.example\n",
        "~/.ssh/config": "Host shop *\n  HostName build.example.com\n",
        "~/.ssh/known_hosts": f"a.example.com,192.0.2.1 {KEY}\n|1|abc=|def= {KEY}\n",
    }
    answer = ask("ssh-public", linux(files=files))
    assert raws(source_of(answer, "public key 1")) == ["mia@home.example"]
    assert raws(source_of(answer, "~/.ssh/config")) == ["shop", "build.example.com"]
    assert raws(source_of(answer, "~/.ssh/known_hosts")) == ["a.example.com", "192.0.2.1"]
    assert "example" not in display(answer.result)


def test_hashed_server_names_are_told_as_such() -> None:
    result = source_of(ask("ssh-public", linux(files={"~/.ssh/known_hosts": f"|1|abc=|def= {KEY}\n"})), "~/.ssh/known_hosts")
    assert result == Absent("All 1 server names in it are hashed.")


def test_private_keys_are_never_opened() -> None:
    class Watched(RecordedHost):
        def read(self, path: str, limit: int = 0) -> bytes:
            assert not path.endswith("id_ed25519")
            return super().read(path, limit or 1 << 20)

    files = {"~/.ssh/id_ed25519": "PRIVATE", "~/.ssh/id_ed25519.pub": f"{KEY} c\n"}
    host = Watched({"system": "linux", "home": "/home/mia", "files": files}, "x")
    assert isinstance(ask("ssh-public", host).result, Ok)


def test_a_denied_ssh_folder_says_so() -> None:
    assert isinstance(ask("ssh-public", linux(denied=["/home/mia/.ssh"])).result, Denied)


def test_an_agent_is_a_variable_and_a_socket() -> None:
    answer = ask("ssh-agent", linux(env={"SSH_AUTH_SOCK": "/tmp/agent.1"}, kinds={"/tmp/agent.1": "socket"}))
    assert "an SSH agent answers there" in display(answer.result)
    assert "agent.1" not in display(answer.result)


def test_the_windows_agent_is_a_pipe() -> None:
    assert isinstance(ask("ssh-agent", windows()).result, Absent)


def test_cloud_accounts_are_named_and_tokens_left_out() -> None:
    files = {
        "~/.config/gcloud/configurations/config_default": "[core]\naccount = mia@work.example\nproject = shop-1\n",
        "~/.azure/azureProfile.json": '\ufeff{"subscriptions": [{"name": "Pay", "tenantId": "t-1", "user": {"name": "mia@az.example"}}]}',
        "~/.aws/config": "[profile shop]\nsso_account_id = 111122223333\n",
        "~/.config/gh/hosts.yml": "github.example.com:\n    user: mia-x\n    oauth_token: gho_SECRETSECRET\n",
        "~/.docker/config.json": '{"auths": {"https://hub.example/v1/": {"auth": "c2VjcmV0"}}}',
    }
    values = raws(ask("cloud-accounts", linux(files=files)).result)
    assert {"mia@work.example", "shop-1", "mia@az.example", "shop", "111122223333", "github.example.com", "mia-x"} <= set(values)
    assert not any("SECRET" in value or "c2Vj" in value for value in values)


def test_broken_cloud_files_give_results_not_errors() -> None:
    files = {
        "~/.azure/azureProfile.json": '{"subscriptions": [1, {"user": 3}]}',
        "~/.docker/config.json": "[" * 5000,
        "~/.aws/config": "\x00\x01",
    }
    assert isinstance(ask("cloud-accounts", linux(files=files)).result, Absent)


def test_system_accounts_of_each_desktop_are_listed() -> None:
    goa = ask("online-accounts", linux(files={"~/.config/goa-1.0/accounts.conf": "[Account 1]\nIdentity=mia@example.com\n"}))
    apple = {"Accounts": [{"AccountID": "mia@icloud.example", "DisplayName": "Mia"}]}
    mac = ask("online-accounts", macos(bytes={"~/Library/Preferences/MobileMeAccounts.plist": plist(apple)}))
    key = r"HKCU\Software\Microsoft\IdentityCRL\UserExtendedProperties\mia@live.example"
    assert raws(goa.result) == ["mia@example.com"]
    assert raws(mac.result) == ["mia@icloud.example", "Mia"]
    assert raws(ask("online-accounts", windows(registry={key: {"cid": "1"}})).result) == ["mia@live.example"]


def test_a_broken_property_list_is_a_failed_source() -> None:
    answer = ask("online-accounts", macos(files={"~/Library/Preferences/MobileMeAccounts.plist": "<plist><dict>"}))
    assert isinstance(answer.result, Failed)


def test_management_is_found_by_its_agents() -> None:
    assert "Fleet" in display(ask("mdm", linux(folders={"/opt/orbit": []})).result)
    assert isinstance(ask("mdm", linux()).result, Absent)


def test_profiles_is_asked_only_on_a_mac_with_traces() -> None:
    out = "Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\nMDM server: https://mdm.example/x\n"
    commands = {"profiles status -type enrollment": {"out": out}}
    shown = display(ask("mdm", macos(commands=commands, folders={"/Library/Managed Preferences": []})).result)
    assert "MDM enrollment: Yes (User Approved)" in shown
    assert "mdm.example" not in shown
    assert isinstance(ask("mdm", macos(commands=commands)).result, Absent)


def test_windows_enrolments_name_their_provider() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Enrollments\AB-1"
    shown = display(ask("mdm", windows(registry={key: {"ProviderID": "MS DM Server", "UPN": "mia@example.com"}})).result)
    assert "MS DM Server" in shown
    assert "mia@" not in shown
