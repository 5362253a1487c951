"""Probes of keys and passwords on disk: that they are there, of which kind and how guarded, never what they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes._ask import asked, count
from core.probes._key_files import describe_key, key_candidates, shown_key_name
from core.probes._places import (
    LISTING_LIMIT,
    file_result,
    folder_result,
    from_places,
    from_variable,
    gather,
    label_of,
    named,
    place_of,
    presence_result,
    socket_result,
)
from core.probes._secret_files import TOKEN_FILES, look_for
from core.probes._secret_kinds import assignments, kind_by_prefix, secrets_in
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, source

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_MOST_FILES: Final = 50
_KEY_LIMIT: Final = 64 * 1024
_CLOUD_FILES: Final = (
    "~/.azure/msal_token_cache.json",
    "~/.azure/msal_token_cache.bin",
    "~/.oci/config",
    "~/.aliyun/config.json",
    "~/.tccli/default.credential",
    "~/.tencentcloud/credentials",
    "~/.bluemix/config.json",
    "~/.config/doctl/config.yaml",
    "~/.config/hcloud/cli.toml",
    "~/.config/scw/config.yaml",
    "~/.fly/config.yml",
)
_GCLOUD_FILES: Final = ("application_default_credentials.json", "credentials.db", "access_tokens.db")
_BROKER: Final = "/usr/share/dbus-1/services"


def _sections(text: str) -> str:
    return count(sum(1 for line in text.splitlines() if line.lstrip().startswith("[")), "profile")


@probe("cloud-credentials")
def cloud_credentials(host: Host) -> Answer:
    """Tell which cloud credential files exist and who may read them; profiles are counted, nothing else is read."""
    sources = from_places(host, ("~/.aws/credentials",), partial(file_result, look=_sections, with_day=True))
    sources += from_places(host, ("~/.aws/sso/cache",), lambda host, path: folder_result(host, path, "saved session"))
    gcloud = "{roaming}/gcloud" if host.system is System.WINDOWS else "{config}/gcloud"
    sources += from_places(host, [f"{gcloud}/{name}" for name in _GCLOUD_FILES], partial(file_result, with_day=True))
    sources += from_places(host, _CLOUD_FILES, partial(file_result, with_day=True))
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "GOOGLE_APPLICATION_CREDENTIALS"):
        sources += from_variable(host, name, file_result)
    for name in ("CLOUDSDK_CONFIG", "AZURE_CONFIG_DIR"):
        sources += from_variable(host, name, partial(presence_result, words="a folder for credentials elsewhere"))
    return gather(sources, "place", empty="No cloud credentials were found.")


@probe("kubeconfig")
def kubeconfig(host: Host) -> Answer:
    """Tell whether access to clusters is stored; contexts and stored keys are counted, names are not kept."""
    separator = ";" if host.system is System.WINDOWS else ":"
    sources = from_variable(host, "KUBECONFIG", _kube, separator=separator)
    sources += from_places(host, ("~/.kube/config",), _kube)
    if host.system is System.LINUX:
        for path in ("/etc/rancher/k3s/k3s.yaml", "/var/run/secrets/kubernetes.io/serviceaccount/token"):
            sources.append(asked(path, Origin.SYSTEM, partial(file_result, host, path)))
    return gather(sources, "place", empty="No access to clusters was found.")


def _kube(host: Host, path: str) -> Result:
    return file_result(host, path, _contexts, limit=1 << 20)


def _contexts(text: str) -> str:
    words = [line.strip() for line in text.splitlines()]
    contexts = sum(1 for word in words if word.startswith(("- context:", "context:")))
    keys = sum(1 for word in words if word.startswith(("token:", "client-key-data:", "password:", "exec:")))
    return f"{count(contexts, 'context')}, {count(keys, 'way', 'ways')} to sign in"


@probe("registry-tokens")
def registry_tokens(host: Host) -> Answer:
    """Tell which files hold passwords of package servers, Git and websites; entries are counted, nothing is kept."""
    sources: list[SourceReading] = []
    for kind in TOKEN_FILES:
        sources += from_places(host, kind.places_on(host.system), partial(file_result, look=partial(look_for, kind)))
        sources += from_variable(host, kind.variable, partial(file_result, look=partial(look_for, kind))) if kind.variable else []
    if host.env("DOCKER_CONFIG"):
        sources += from_variable(host, "DOCKER_CONFIG", partial(presence_result, words="a folder for its settings elsewhere"))
    return gather(sources, "file", empty="No saved password of a package server, Git or website was found.")


@probe("ssh-private")
def ssh_private(host: Host) -> Answer:
    """Tell which private keys lie in the SSH folder and whether they have a passphrase; only the header is looked at."""
    names = key_candidates(host.entries(place_of(host, "~/.ssh"), LISTING_LIMIT))[:_MOST_FILES]
    sources = [asked(label_of(host, f"~/.ssh/{shown_key_name(name)}"), Origin.USER, partial(_key, host, name)) for name in names]
    answer = gather(sources, "private key", empty="No private key lies in the SSH folder.")
    if not sources or not isinstance(answer.result, Ok):
        return answer
    open_keys = sum(1 for item in sources if isinstance(item.result, Ok) and "without passphrase" in item.result.values[0].masked)
    total = sum(1 for item in sources if isinstance(item.result, Ok))
    summary = f"{count(total, 'private key')}, {open_keys} without passphrase"
    return Answer(Ok(answer.result.values, summary), answer.sources, answer.agreement)


def _key(host: Host, name: str) -> Result:
    return named("The key file", lambda: file_result(host, place_of(host, f"~/.ssh/{name}"), _key_words, limit=_KEY_LIMIT))


def _key_words(text: str) -> str | Result:
    return describe_key(text) or Absent("The file is there but does not start like a private key.")


@probe("gpg-keys")
def gpg_keys(host: Host) -> Answer:
    """Tell whether a key ring is there and count its secret keys by their files; no key is opened."""
    base = "{roaming}/gnupg" if host.system is System.WINDOWS else "~/.gnupg"
    sources = from_places(host, (f"{base}/pubring.kbx", f"{base}/pubring.gpg", f"{base}/secring.gpg"), file_result)
    sources += from_places(host, (f"{base}/private-keys-v1.d",), lambda host, path: folder_result(host, path, "secret key", _is_key_file))
    sources += from_variable(host, "GNUPGHOME", partial(presence_result, words="a key ring elsewhere"))
    return gather(sources, "place", empty="No key ring was found.")


def _is_key_file(name: str) -> bool:
    return name.endswith(".key")


@probe("dotenv")
def dotenv(host: Host) -> Answer:
    """Tell which files in the working folder are made for secrets and how many entries look like one; values are dropped."""
    folder = host.cwd
    names = host.entries(folder, LISTING_LIMIT)
    found = [(name, pattern) for name in names if (pattern := _project_pattern(name))][:_MOST_FILES]
    divider = "\\" if host.system is System.WINDOWS else "/"
    sources = [asked(pattern, Origin.USER, partial(_project_file, host, f"{folder}{divider}{name}")) for name, pattern in found]
    if not sources:
        return gather([source("working folder", Origin.USER, Absent("No file made for secrets lies in the working folder."))], "file")
    return gather(sources, "file", empty="The files made for secrets hold none.")


def _project_pattern(name: str) -> str:
    """Return how a file made for secrets is called on screen, or an empty text for any other file."""
    lower = name.lower()
    if lower in {
        ".env",
        ".env.local",
        ".env.development",
        ".env.production",
        ".env.test",
        ".envrc",
        ".npmrc",
        ".pypirc",
        ".netrc",
        "id_rsa",
        "id_ed25519",
    }:
        return lower
    if lower.startswith(".env."):
        return "" if lower.endswith((".example", ".sample", ".template", ".dist")) else ".env.*"
    for ending in (".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".tfvars"):
        if lower.endswith(ending):
            return f"*{ending}"
    if lower.endswith(".json") and lower.startswith(("service-account", "service_account", "credentials", "client_secret")):
        return "credentials *.json"
    return "secrets file" if lower in {"secrets.yml", "secrets.yaml", "secrets.toml", "secrets.json"} else ""


def _project_file(host: Host, path: str) -> Result:
    return named("The file", lambda: file_result(host, path, _secret_entries))


def _secret_entries(text: str) -> str:
    if "PRIVATE KEY-----" in text[:4096]:
        return "a private key"
    number = len(secrets_in(assignments(text)))
    number = number or sum(1 for word in text[:65536].split() if kind_by_prefix(word.strip("\"',:")))
    return f"{count(number, 'entry', 'entries')} that {'looks' if number == 1 else 'look'} like a secret"


@probe("keyring", System.LINUX)
def keyring(host: Host) -> Answer:
    """Tell whether a password store is there: its files, its sockets, and whether the session bus can start it; it is not asked."""
    sources = from_places(host, ("{data}/keyrings",), lambda host, path: folder_result(host, path, "collection", _is_keyring))
    sources += from_places(host, ("{data}/kwalletd",), lambda host, path: folder_result(host, path, "wallet", _is_wallet))
    sources += from_places(host, ("~/.password-store",), partial(presence_result, words="a pass store"))
    sources += from_places(host, ("{runtime}/keyring/control",), partial(socket_result, words="the keyring is running"))
    for name in ("org.freedesktop.secrets.service", "org.kde.kwalletd6.service", "org.kde.kwalletd5.service"):
        path = f"{_BROKER}/{name}"
        sources.append(asked(path, Origin.SYSTEM, partial(presence_result, host, path, "the session bus can start it")))
    return gather(sources, "sign of a password store", "signs of a password store", empty="No password store was found.")


def _is_keyring(name: str) -> bool:
    return name.endswith(".keyring")


def _is_wallet(name: str) -> bool:
    return name.endswith(".kwl")


@probe("keyring", System.MACOS)
def keyring_macos(host: Host) -> Answer:
    """Tell whether keychains are there; none is opened, and macOS is not asked for any item."""
    sources = from_places(host, ("~/Library/Keychains/login.keychain-db",), presence_result)
    sources.append(
        asked("/Library/Keychains/System.keychain", Origin.SYSTEM, lambda: presence_result(host, "/Library/Keychains/System.keychain"))
    )
    return gather(sources, "keychain", empty="No keychain was found.")


@probe("keyring", System.WINDOWS)
def keyring_windows(host: Host) -> Answer:
    """Count the entries of the credential store by their files; none is opened."""
    places = ("{roaming}/Microsoft/Credentials", "{local}/Microsoft/Credentials", "{local}/Microsoft/Vault")
    return gather(
        from_places(host, places, lambda host, path: folder_result(host, path, "entry", plural="entries")),
        "place",
        empty="No stored entry was found.",
    )
