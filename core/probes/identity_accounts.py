"""Keys, agents and accounts around a person: SSH, clouds and forges, the system's own accounts, and who manages the computer."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError
from core.model import Origin, System
from core.probes import _plist
from core.probes._ask import (
    LARGE,
    SMALL,
    asked,
    command_source,
    count,
    env_source,
    found,
    joined,
    list_source,
    names_in,
    presence,
    registry_text,
    stated,
    subkeys,
    summarised,
    wrap,
)
from core.probes._gitrepo import paths_of
from core.probes._parse import children, ini, json_object, member, text_member
from core.probes._places import place_of
from core.probes.registry import probe
from core.probes.result import Absent, Ok, one, source
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

_MOST_KEYS: Final = 20
_PUBLIC_KEY: Final = re.compile(r"(?:^|\s)(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/=]{40,}[ \t]+(\S[^\r\n]*)", re.MULTILINE)
_IDENTITY_CRL: Final = r"HKCU\Software\Microsoft\IdentityCRL\UserExtendedProperties"
_OFFICE: Final = r"HKCU\Software\Microsoft\Office\16.0\Common\Identity\Identities"
_ENROLLMENTS: Final = r"HKLM\SOFTWARE\Microsoft\Enrollments"
_GOA: Final = "{config}/goa-1.0/accounts.conf"
_MANAGED_LINUX: Final = {
    "/opt/microsoft/intune": "Microsoft Intune is installed",
    "/opt/microsoft/identity-broker": "the Microsoft identity broker is installed",
    "/opt/microsoft/mdatp": "Microsoft Defender for Endpoint is installed",
    "/opt/jc": "the JumpCloud agent is installed",
    "/etc/landscape/client.conf": "Landscape is set up",
    "/etc/osquery": "osquery is set up",
    "/opt/orbit": "the Fleet agent is installed",
    "/etc/salt/minion": "Salt is set up",
    "/etc/puppetlabs/puppet": "Puppet is set up",
    "/etc/chef/client.rb": "Chef is set up",
    "/opt/CrowdStrike": "the CrowdStrike sensor is installed",
    "/etc/opt/chrome/policies/managed": "managed browser policies are set",
    "/etc/firefox/policies/policies.json": "managed browser policies are set",
}
_MANAGED_MACOS: Final = {
    "/Library/Managed Preferences": "managed preferences are set",
    "/var/db/ConfigurationProfiles/Settings/.cloudConfigRecordFound": "an enrolment record exists",
    "/usr/local/bin/jamf": "Jamf is installed",
    "/Library/Kandji": "the Kandji agent is installed",
    "/opt/jc": "the JumpCloud agent is installed",
    "/Library/Intune": "Microsoft Intune is installed",
}


_NO_SSH_PUBLIC: Final = "There are no public keys and no SSH settings here."
_NO_SSH_AGENT: Final = "No SSH or GPG agent can be reached from here."
_NO_CLOUD_ACCOUNTS: Final = "None of the usual cloud and forge tools keeps an account here."
_NO_ONLINE_ACCOUNTS: Final = "No account of the system itself is kept here."
_NO_MDM: Final = "No trace of a management agent was found; that proves nothing."


def key_owner(comment: str) -> Sensitive:
    """Wrap a key's comment: an address keeps its ending in the mask, anything else is hidden."""
    return Sensitive(comment.strip()[:400], MaskKind.EMAIL if "@" in comment else MaskKind.FULL)


def _comments(text: str) -> Result:
    return found(key_owner(comment) for comment in _PUBLIC_KEY.findall(text))


def _comments_of(host: Host, path: str) -> Result:
    return _comments(host.read_text(path, SMALL))


def _ssh_hosts(text: str) -> Iterable[str]:
    """Return the servers that an SSH configuration names."""
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word.lower() in {"host", "hostname", "proxyjump"}:
            yield from (name for name in rest.replace("=", " ").split() if name.strip("*?!") and name != "none")


def _known_hosts(text: str) -> Result:
    plain: list[str] = []
    hashed = 0
    for line in text.splitlines():
        name = line.split(" ", 1)[0]
        if name.startswith("|1|"):
            hashed += 1
        elif name and not name.startswith(("#", "@")):
            plain += name.split(",")
    if not plain:
        return Absent(f"All {hashed} server names in it are hashed.") if hashed else Absent("It names no server.")
    return found(wrap(plain, MaskKind.HOST))


@probe("ssh-public")
def ssh_public(host: Host) -> Answer:
    """List public keys' comments and the servers named in the configuration; private keys are never opened."""
    folder = "~\\.ssh" if host.system is System.WINDOWS else "~/.ssh"
    path = paths_of(host)
    names = asked(folder, Origin.USER, lambda: found(open_text(name) for name in host.entries(folder) if name.endswith(".pub")))
    public = [name for name in names_in(host, folder) if name.endswith(".pub")][:_MOST_KEYS]
    sources = [
        asked(f"public key {number}", Origin.USER, partial(_comments_of, host, path.join(folder, name)))
        for number, name in enumerate(public, 1)
    ]
    if not sources:
        sources.append(names)
    config, known, authorized = (path.join(folder, name) for name in ("config", "known_hosts", "authorized_keys"))
    sources += [
        list_source(host, config, MaskKind.HOST, _ssh_hosts),
        asked(known, Origin.USER, lambda: _known_hosts(host.read_text(known, LARGE))),
        asked(authorized, Origin.USER, lambda: _comments(host.read_text(authorized, LARGE))),
    ]
    answer = joined(_NO_SSH_PUBLIC, sources)
    if not isinstance(answer.result, Ok):
        return answer
    servers = sum(1 for value in answer.result.values if value.kind is MaskKind.HOST)
    return summarised(answer, f"{count(len(public), 'public key')}, {count(servers, 'server name')}")


def _agent_variable(host: Host, name: str) -> SourceReading:
    def ask() -> Result:
        value = host.env(name)
        if not value:
            return Absent("The variable is not set.")
        return one(Sensitive(value[:400], MaskKind.PATH))

    return asked(name, Origin.ENVIRONMENT, ask)


@probe("ssh-agent", System.LINUX, System.MACOS)
def ssh_agent(host: Host) -> Answer:
    """Say whether the door to an SSH or GPG agent exists; the agent is not asked for its keys."""
    sources = [_agent_variable(host, name) for name in ("SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO")]
    socket = host.env("SSH_AUTH_SOCK")
    if socket:
        sources.append(source("the socket SSH_AUTH_SOCK names", Origin.PROGRAM, _door(host, socket, "an SSH agent answers there")))
    runtime = host.env("XDG_RUNTIME_DIR")
    for place in ([f"{runtime}/gnupg/S.gpg-agent"] if runtime else []) + ["~/.gnupg/S.gpg-agent", "~/.gnupg/S.gpg-agent.ssh"]:
        label = place if place.startswith("~") else "$XDG_RUNTIME_DIR/gnupg/S.gpg-agent"
        sources.append(source(label, Origin.PROGRAM, _door(host, place, "a GPG agent's socket is there")))
    return joined(_NO_SSH_AGENT, sources)


def _door(host: Host, path: str, fact: str) -> Result:
    return stated(fact) if host.exists(path) else Absent("No socket is there.")


@probe("ssh-agent", System.WINDOWS)
def ssh_agent_windows(host: Host) -> Answer:
    """Say whether an SSH agent's named pipe or variable exists."""
    pipe = "\\\\.\\pipe\\openssh-ssh-agent"
    return joined(_NO_SSH_AGENT, (env_source(host, "SSH_AUTH_SOCK", MaskKind.PATH), presence(host, pipe, "an SSH agent's pipe is there")))


def _gcloud(text: str) -> Iterable[Sensitive]:
    for item in ini(text):
        if item.section == "core" and item.key == "account":
            yield Sensitive(item.value, MaskKind.EMAIL)
        elif item.section == "core" and item.key == "project":
            yield Sensitive(item.value, MaskKind.FULL)


def _azure(text: str) -> Iterable[Sensitive]:
    for entry in children(json_object(text).get("subscriptions")):
        yield Sensitive(text_member(entry, "user", "name"), MaskKind.EMAIL)
        yield Sensitive(text_member(entry, "name"), MaskKind.FULL)
        yield Sensitive(text_member(entry, "tenantId"), MaskKind.ID)


def _aws(text: str) -> Iterable[Sensitive]:
    """Return profile names, account numbers and sign-in addresses; keys are not kept in this file and not taken from it."""
    for section in dict.fromkeys(item.section for item in ini(text)):
        yield Sensitive(section.removeprefix("profile ").strip(), MaskKind.FULL)
    for item in ini(text):
        if item.key == "sso_account_id":
            yield Sensitive(item.value, MaskKind.ID)
        elif item.key == "sso_start_url":
            yield Sensitive(item.value, MaskKind.URL)


def _forge(text: str) -> Iterable[Sensitive]:
    """Return servers and user names of `gh` and `glab` files; tokens in them are skipped."""
    for name in re.findall(r"^(?: {4})?([a-z0-9-]+(?:\.[a-z0-9-]+)+):\s*$", text, re.MULTILINE | re.IGNORECASE):
        yield Sensitive(name, MaskKind.HOST)
    for user in re.findall(r"^\s+user:[ \t]*(\S{1,80})\s*$", text, re.MULTILINE):
        yield Sensitive(user.strip("\"'"), MaskKind.FULL)


def _docker(text: str) -> Iterable[Sensitive]:
    servers = member(json_object(text), "auths")
    if isinstance(servers, dict):
        yield from (Sensitive(str(name), MaskKind.URL) for name in servers)


def _account_file(host: Host, label: str, path: str, pick: Callable[[str], Iterable[Sensitive]]) -> SourceReading:
    return asked(label, Origin.USER, lambda: found(value for value in pick(host.read_text(path, LARGE)) if str(value)))


def _gcloud_sources(host: Host, folder: str) -> list[SourceReading]:
    path = paths_of(host)
    inner = path.join(folder, "configurations")
    names = [name for name in names_in(host, inner) if name.startswith("config_")][:_MOST_KEYS]
    files = [("gcloud properties", path.join(folder, "properties"))]
    files += [(f"gcloud configuration {number}", path.join(inner, name)) for number, name in enumerate(names, 1)]
    return [_account_file(host, label, file, _gcloud) for label, file in files]


@probe("cloud-accounts")
def cloud_accounts(host: Host) -> Answer:
    """List account, project and server names that cloud and forge tools keep; tokens in the same files are not taken."""
    path = paths_of(host)
    is_windows = host.system is System.WINDOWS

    def folder(variable: str, usual: str) -> str:
        return host.env(variable) or place_of(host, usual)

    gcloud = folder("CLOUDSDK_CONFIG", "{roaming}/gcloud" if is_windows else "~/.config/gcloud")
    gh = folder("GH_CONFIG_DIR", "{roaming}/GitHub CLI" if is_windows else "{config}/gh")
    glab = folder("GLAB_CONFIG_DIR", "{roaming}/glab-cli" if is_windows else "{config}/glab-cli")
    sources = [
        *_gcloud_sources(host, gcloud),
        _account_file(host, "azure profile", path.join(folder("AZURE_CONFIG_DIR", "~/.azure"), "azureProfile.json"), _azure),
        _account_file(host, "aws config", host.env("AWS_CONFIG_FILE") or place_of(host, "~/.aws/config"), _aws),
        _account_file(host, "gh hosts", path.join(gh, "hosts.yml"), _forge),
        _account_file(host, "glab config", path.join(glab, "config.yml"), _forge),
        _account_file(host, "docker registries", path.join(folder("DOCKER_CONFIG", "~/.docker"), "config.json"), _docker),
    ]
    return joined(_NO_CLOUD_ACCOUNTS, sources)


@probe("online-accounts", System.LINUX)
def online_accounts_linux(host: Host) -> Answer:
    """List the accounts that the desktop keeps; passwords are elsewhere and not touched."""
    name = "GNOME Online Accounts"

    def ask() -> Result:
        items = ini(host.read_text(place_of(host, _GOA), LARGE))
        return found(
            Sensitive(item.value, MaskKind.EMAIL) for item in items if item.key in {"Identity", "PresentationIdentity"} and item.value
        )

    kde = asked("KDE accounts", Origin.USER, lambda: _file_there(host, place_of(host, "{data}/kaccounts"), "accounts are set up"))
    return joined(_NO_ONLINE_ACCOUNTS, (asked(name, Origin.USER, ask), kde))


def _file_there(host: Host, path: str, fact: str) -> Result:
    if not host.exists(path):
        raise NotThereError("No accounts are kept there.")
    return stated(fact)


@probe("online-accounts", System.MACOS)
def online_accounts_macos(host: Host) -> Answer:
    """List the Apple accounts in the user's preferences."""
    file = "~/Library/Preferences/MobileMeAccounts.plist"

    def ask() -> Result:
        accounts = children(member(_plist.load(host, file), "Accounts"))
        texts = [text_member(item, key) for item in accounts for key in ("AccountID", "DisplayName")]
        return found(Sensitive(text, MaskKind.EMAIL if "@" in text else MaskKind.FULL) for text in texts if text)

    return joined(_NO_ONLINE_ACCOUNTS, (asked("Apple accounts", Origin.USER, ask),))


@probe("online-accounts", System.WINDOWS)
def online_accounts_windows(host: Host) -> Answer:
    """List the Microsoft accounts that the registry names."""

    def office() -> Result:
        texts = [_value_or_empty(host, key, "EmailAddress") for key in subkeys(host, _OFFICE)]
        return found(wrap(texts, MaskKind.EMAIL))

    microsoft = asked("Microsoft account", Origin.USER, lambda: found(wrap(host.registry_keys(_IDENTITY_CRL), MaskKind.EMAIL)))
    return joined(_NO_ONLINE_ACCOUNTS, (microsoft, asked("Office sign-in", Origin.USER, office)))


def _value_or_empty(host: Host, key: str, name: str) -> str:
    try:
        return registry_text(host, key, name).strip()
    except HostError:
        return ""


@probe("mdm", System.LINUX)
def managed_linux(host: Host) -> Answer:
    """Look for the folders of common management agents; that none is found proves nothing."""
    return joined(_NO_MDM, [presence(host, path, fact) for path, fact in _MANAGED_LINUX.items()])


@probe("mdm", System.MACOS)
def managed_macos(host: Host) -> Answer:
    """Look for managed preferences and agents, and ask `profiles` where there are some."""
    sources = [presence(host, path, fact) for path, fact in _MANAGED_MACOS.items()]
    if any(isinstance(item.result, Ok) for item in sources):
        status = ("profiles", "status", "-type", "enrollment")
        sources.append(command_source(host, "profiles status", status, MaskKind.OPEN, pick=_enrolment))
    return joined(_NO_MDM, sources)


def _enrolment(text: str) -> str:
    """Read `MDM enrollment: Yes (User Approved)`; the server's address on another line is not taken."""
    found_lines = re.findall(r"^(?:Enrolled via DEP|MDM enrollment): [A-Za-z() ]{1,40}", text, re.MULTILINE)
    return ", ".join(found_lines)


@probe("mdm", System.WINDOWS)
def managed_windows(host: Host) -> Answer:
    """Ask the registry for enrolments, their provider and account."""
    sources = []
    for number, key in enumerate(subkeys(host, _ENROLLMENTS), 1):
        provider, account = _value_or_empty(host, key, "ProviderID"), _value_or_empty(host, key, "UPN")
        if provider:
            values = (*wrap((provider,), MaskKind.OPEN), *wrap((account,), MaskKind.EMAIL))
            sources.append(source(f"enrolment {number}", Origin.SYSTEM, found(values)))
    if not sources:
        sources.append(source(_ENROLLMENTS, Origin.SYSTEM, Absent("No enrolment with a provider is recorded.")))
    return joined(_NO_MDM, sources)
