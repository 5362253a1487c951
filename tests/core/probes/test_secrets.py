from __future__ import annotations

import pytest

from core.probes.result import Absent, Denied, Failed, Ok
from tests.fakes.planted_machine import openssh
from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows


def test_cloud_credentials_are_told_by_presence_mode_and_number_of_profiles() -> None:
    host = linux(
        files={
            "~/.aws/credentials": "[default]\naws_secret_access_key = canary\n[acme-prod]\n",
            "~/.config/gcloud/credentials.db": "x" * 3000,
        },
        folders={"~/.aws/sso/cache": ["canary.json"]},
        modes={"~/.aws/credentials": 0o600, "~/.config/gcloud/credentials.db": 0o640},
    )
    reading = ask("cloud-credentials", host)
    assert summary(reading) == "3 places"
    assert shown(reading)["~/.aws/credentials"] == "file, under 1 kB, mode lets only your account read it, 2 profiles"
    assert shown(reading)["~/.aws/sso/cache"] == "1 saved session"
    assert shown(reading)["~/.config/gcloud/credentials.db"] == "file, 2 kB, mode lets your group read it"
    assert "canary" not in every_text(reading)
    assert "acme" not in every_text(reading)


def test_a_variable_may_move_or_switch_off_credentials() -> None:
    reading = ask("cloud-credentials", linux(env={"AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}, kinds={"/dev/null": "device"}))
    assert isinstance(reading.result, Absent)
    moved = ask(
        "cloud-credentials",
        linux(env={"GOOGLE_APPLICATION_CREDENTIALS": "keys/acme.json"}, cwd="/srv/app", files={"/srv/app/keys/acme.json": "{}"}),
    )
    assert summary(moved) == "1 place"
    assert "acme" not in every_text(moved)


def test_windows_keeps_cloud_credentials_in_the_profile() -> None:
    host = windows(
        files={"C:\\Users\\mia\\.aws\\credentials": "[default]\n", "C:\\Users\\mia\\AppData\\Roaming\\gcloud\\credentials.db": "x"}
    )
    reading = ask("cloud-credentials", host)
    assert shown(reading)["~\\.aws\\credentials"] == "file, under 1 kB, 1 profile"
    assert shown(reading)["%APPDATA%\\gcloud\\credentials.db"] == "file, under 1 kB"


def test_cluster_access_is_counted_and_never_named() -> None:
    config = "contexts:\n- context:\n    cluster: acme\n  name: canary\nusers:\n- name: mia\n  user:\n    token: canary\n"
    reading = ask("kubeconfig", linux(env={"KUBECONFIG": "/srv/a:/srv/gone"}, files={"~/.kube/config": config, "/srv/a": config}))
    details = [(item.name, type(item.result).__name__) for item in reading.sources[:3]]
    assert details == [("KUBECONFIG", "Ok"), ("KUBECONFIG", "Absent"), ("~/.kube/config", "Ok")]
    assert shown(reading)["~/.kube/config"].endswith("1 context, 1 way to sign in")
    assert "canary" not in every_text(reading)
    assert "acme" not in every_text(reading)


@pytest.mark.parametrize(
    ("path", "text", "number"),
    [
        ("~/.npmrc", "registry=https://x.test/\n//x.test/:_authToken=canary\n//y.test/:_authToken=${NPM_TOKEN}\n# _authToken=no\n", 1),
        ("~/.pypirc", "[pypi]\nusername = __token__\npassword = canary\n", 1),
        ("~/.netrc", "machine a.test login mia password canary\nmachine b.test login x password canary\n", 2),
        ("~/.git-credentials", "https://mia:canary@x.test\nhttps://x:canary@y.test\n", 2),
        ("~/.docker/config.json", '{"auths": {"x.test": {"auth": "canary"}}, "credsStore": "pass"}', 1),
        ("~/.cargo/credentials.toml", '[registry]\ntoken = "canary"\n', 1),
        ("~/.m2/settings.xml", "<server><password>canary</password></server><server><password>${env.X}</password></server>", 1),
        ("~/.gradle/gradle.properties", "acmePassword=x\nACME_PASSWORD=canary-value-x\norg.gradle.jvmargs=-Xmx2g\n", 2),
        ("~/.config/pip/pip.conf", "[global]\nindex-url = https://mia:canary@x.test/simple\n", 1),
        ("~/.config/gh/hosts.yml", "github.example.test:\n    oauth_token: canary\n", 1),
        ("~/.vault-token", "hvs.canary", 1),
        ("~/.cache/huggingface/token", "hf_canary", 1),
    ],
)
def test_stored_passwords_are_counted_per_file_and_dropped(path: str, text: str, number: int) -> None:
    reading = ask("registry-tokens", linux(files={path: text}))
    assert summary(reading) == "1 file"
    assert shown(reading)[path].endswith(f"{number} stored password or token" if number == 1 else f"{number} stored passwords or tokens")
    assert "canary" not in every_text(reading)


def test_a_settings_file_without_passwords_is_no_finding() -> None:
    assert isinstance(
        ask("registry-tokens", linux(files={"~/.npmrc": "save-exact=true\n", "~/.docker/config.json": '{"credsStore": "x"}'})).result,
        Absent,
    )


def test_binary_and_broken_files_are_results() -> None:
    host = linux(
        bytes={"~/.npmrc": "/wD+AIA=", "~/.netrc": "AAECAw=="},
        kinds={"~/.pypirc": "fifo"},
        links={"~/.git-credentials": "~/.git-credentials"},
    )
    reading = ask("registry-tokens", host)
    assert isinstance(reading.result, Failed)
    assert shown(reading)["~/.pypirc"] == "failed"


def test_private_keys_are_told_by_kind_and_passphrase_without_their_content() -> None:
    host = linux(
        files={
            "~/.ssh/id_ed25519": openssh(b"none"),
            "~/.ssh/acme": openssh(b"aes256-ctr"),
            "~/.ssh/acme.pub": "ssh-ed25519 AAAA",
            "~/.ssh/config": "Host canary",
        },
        kinds={"~/.ssh/id_rsa": "fifo"},
        modes={"~/.ssh/id_ed25519": 0o644},
    )
    reading = ask("ssh-private", host)
    assert summary(reading) == "2 private keys, 1 without passphrase"
    assert shown(reading) == {
        "~/.ssh/another name": "file, under 1 kB, mode lets every user read it, OpenSSH key, with passphrase",
        "~/.ssh/id_ed25519": "file, under 1 kB, mode lets every user read it, OpenSSH key, without passphrase",
        "~/.ssh/id_rsa": "failed",
    }
    assert "b3BlbnNzaC1rZXk" not in every_text(reading)
    assert "acme" not in every_text(reading)


def test_a_refused_ssh_folder_is_refused() -> None:
    assert isinstance(ask("ssh-private", linux(folders={"~/.ssh": ["id_rsa"]}, denied=["~/.ssh"])).result, Denied)


def test_key_rings_are_counted_by_their_files() -> None:
    host = linux(
        files={"~/.gnupg/pubring.kbx": "x" * 2048},
        folders={"~/.gnupg/private-keys-v1.d": ["A.key", "B.key", "x.tmp"]},
        env={"GNUPGHOME": "/srv/acme"},
    )
    reading = ask("gpg-keys", host)
    assert shown(reading)["~/.gnupg/private-keys-v1.d"] == "2 secret keys"
    assert shown(reading)["~/.gnupg/pubring.kbx"].startswith("file, 2 kB")
    assert summary(reading) == "2 places"


def test_project_files_made_for_secrets_are_found_in_the_working_folder_only() -> None:
    files = {
        "/srv/app/.env": "API_KEY=canary-abcdefghijk\nDEBUG=true\n",
        "/srv/app/.env.acme": "X_TOKEN=canary-abcdefghijk\n",
        "/srv/app/.env.example": "API_KEY=put-yours-here\n",
        "/srv/app/tls.key": "-----BEGIN PRIVATE KEY-----\ncanary\n",
        "/srv/app/sub/.env": "API_KEY=canary",
        "/srv/app/main.py": "KEY=1",
    }
    reading = ask("dotenv", linux(cwd="/srv/app", files=files))
    assert {name: text.rpartition(", ")[2] for name, text in shown(reading).items()} == {
        ".env": "1 entry that looks like a secret",
        ".env.*": "1 entry that looks like a secret",
        "*.key": "a private key",
    }
    assert "canary" not in every_text(reading)
    assert "acme" not in every_text(reading)


def test_an_ordinary_project_has_no_finding() -> None:
    assert isinstance(ask("dotenv", linux(cwd="/srv/app", files={"/srv/app/main.py": "x"})).result, Absent)


def test_password_stores_are_told_by_files_sockets_and_services() -> None:
    host = linux(
        env={"XDG_RUNTIME_DIR": "/run/user/1000"},
        folders={"~/.local/share/keyrings": ["login.keyring", "user.keystore"]},
        kinds={"/run/user/1000/keyring/control": "socket"},
        files={"/usr/share/dbus-1/services/org.freedesktop.secrets.service": "[D-BUS Service]\n"},
    )
    reading = ask("keyring", host)
    assert shown(reading)["~/.local/share/keyrings"] == "1 collection"
    assert shown(reading)["$XDG_RUNTIME_DIR/keyring/control"] == "the keyring is running"
    assert summary(reading) == "3 signs of a password store"


def test_keychains_and_the_windows_store_are_not_opened() -> None:
    assert summary(ask("keyring", macos(files={"~/Library/Keychains/login.keychain-db": "x"}))) == "1 keychain"
    store = "C:\\Users\\mia\\AppData\\Local\\Microsoft\\Credentials"
    reading = ask("keyring", windows(folders={store: ["AAAA", "BBBB"]}))
    assert shown(reading)["%LOCALAPPDATA%\\Microsoft\\Credentials"] == "2 entries"
    assert isinstance(reading.result, Ok)
