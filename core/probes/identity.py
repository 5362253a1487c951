"""Who the computer and its user say they are: machine name, organisation, login, full name, groups, folders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes import _plist
from core.probes._ask import (
    asked,
    command_source,
    env_source,
    env_sources,
    file_source,
    found,
    held,
    joined,
    presence,
    registry_source,
    registry_text,
    subkeys,
    with_extra,
    wrap,
)
from core.probes._gitrepo import paths_of
from core.probes._parse import assignments, csv_rows, domain_of, hosts_names, ini_value
from core.probes.registry import probe
from core.probes.result import Absent, Ok, same_value
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from core.host.base import Account, Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

_ACTIVE_COMPUTER: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName"
_TCPIP: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_CLOUD_JOIN: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo"
_WINDOWS_NT: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_LOGON_UI: Final = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI"
_MAC_SETTINGS: Final = "/Library/Preferences/SystemConfiguration/preferences.plist"
_AD_FOLDER: Final = "/Library/Preferences/OpenDirectory/Configurations/Active Directory"
_COMMON_GROUPS: Final = frozenset(
    (
        "root daemon adm sudo wheel users user staff admin docker libvirt kvm plugdev dialout cdrom floppy audio video render "
        "input lpadmin lp netdev bluetooth scanner sambashare systemd-journal disk tty everyone wireshark vboxusers "
        "localaccounts com.apple.access_ssh _appstore _lpadmin _lpoperator _developer nogroup games dip fax tape network "
        "storage power optical"
    ).split()
)
_NAME_VARIABLES: Final = ("HOSTNAME", "HOST", "COMPUTERNAME")


_NO_FQDN_DOMAIN: Final = "Nothing here names an organisation's domain."
_NO_UID_GROUPS: Final = "The system tells neither number nor groups."


def _node(host: Host) -> SourceReading:
    return asked("kernel (uname)", Origin.SYSTEM, lambda: held(host.uname().node, MaskKind.HOST))


def _short_alias(text: str) -> str:
    names = hosts_names(text, "127.0.1.1")
    return next((name for name in names if "." not in name), names[0] if names else "")


@probe("hostname", System.LINUX)
def hostname_linux(host: Host) -> Answer:
    """Ask kernel, files and variables for the machine's name."""
    kind = MaskKind.HOST
    return same_value(
        (
            _node(host),
            file_source(host, "/etc/hostname", kind),
            *env_sources(host, _NAME_VARIABLES, kind),
            file_source(host, "/etc/hosts", kind, name="/etc/hosts, line 127.0.1.1", pick=_short_alias),
            file_source(host, "/etc/machine-info", kind, pick=lambda text: assignments(text).get("PRETTY_HOSTNAME", "")),
        )
    )


@probe("hostname", System.MACOS)
def hostname_macos(host: Host) -> Answer:
    """Ask kernel, variables and the three names that macOS keeps (the file first, `scutil` where it cannot be read)."""
    kind = MaskKind.HOST

    def kept(key: str, *path: str) -> SourceReading:
        if host.exists(_MAC_SETTINGS):
            return asked(
                f"{key} (system settings)", Origin.SYSTEM, lambda: held(_plist.text_in(_plist.load(host, _MAC_SETTINGS), *path), kind)
            )
        return command_source(host, f"scutil {key}", ("scutil", "--get", key), kind)

    return same_value(
        (
            _node(host),
            *env_sources(host, _NAME_VARIABLES, kind),
            kept("HostName", "System", "System", "HostName"),
            kept("LocalHostName", "System", "Network", "HostNames", "LocalHostName"),
            kept("ComputerName", "System", "System", "ComputerName"),
        )
    )


@probe("hostname", System.WINDOWS)
def hostname_windows(host: Host) -> Answer:
    """Ask kernel, variables and registry for the machine's name."""
    kind = MaskKind.HOST
    return same_value(
        (
            _node(host),
            *env_sources(host, ("COMPUTERNAME", "HOSTNAME"), kind),
            registry_source(host, _ACTIVE_COMPUTER, "ComputerName", kind),
            registry_source(host, _TCPIP, "Hostname", kind),
            registry_source(host, _TCPIP, "NV Hostname", kind),
        )
    )


def _own_domain(host: Host) -> SourceReading:
    def ask() -> Result:
        domain = domain_of(host.fqdn())
        return held(domain, MaskKind.HOST) if domain else Absent("The machine's full name holds no domain.")

    return asked("full machine name", Origin.SYSTEM, ask)


def _kerberos(host: Host) -> list[SourceReading]:
    realm = file_source(host, "/etc/krb5.conf", MaskKind.HOST, pick=lambda text: ini_value(text, "default_realm").lower())
    return [realm, env_source(host, "KRB5CCNAME", MaskKind.PATH)]


@probe("fqdn-domain", System.LINUX)
def domain_linux(host: Host) -> Answer:
    """Ask the machine's full name, Kerberos, SSSD and the kernel for a domain; the network is not asked."""
    kind = MaskKind.HOST
    realm, ticket = _kerberos(host)
    compared = same_value(
        (
            _own_domain(host),
            file_source(host, "/proc/sys/kernel/domainname", kind, pick=lambda text: domain_of(f"x.{text}")),
            realm,
            file_source(host, "/etc/sssd/sssd.conf", kind, pick=lambda text: ini_value(text, "domains", "sssd").lower()),
        )
    )
    return with_extra(compared, ticket)


@probe("fqdn-domain", System.MACOS)
def domain_macos(host: Host) -> Answer:
    """Ask the full name, Kerberos and, where a directory is bound, `dsconfigad`."""
    realm, ticket = _kerberos(host)
    sources = [_own_domain(host), realm]
    if host.exists(_AD_FOLDER):
        pick = _active_directory_domain
        sources.append(command_source(host, "dsconfigad", ("dsconfigad", "-show"), MaskKind.HOST, pick=pick))
    return with_extra(same_value(sources), ticket)


def _active_directory_domain(text: str) -> str:
    """Read the line `Active Directory Domain = example.com` of `dsconfigad -show`."""
    return ini_value(text, "Active Directory Domain").lower()


def _registry_held(host: Host, key: str, name: str, kind: MaskKind) -> Result:
    return held(registry_text(host, key, name), kind)


@probe("fqdn-domain", System.WINDOWS)
def domain_windows(host: Host) -> Answer:
    """Ask variables and registry for a domain, a workgroup's logon server and the cloud tenant."""
    sources = [
        *env_sources(host, ("USERDNSDOMAIN", "USERDOMAIN", "LOGONSERVER"), MaskKind.HOST),
        registry_source(host, _TCPIP, "Domain", MaskKind.HOST),
        registry_source(host, _TCPIP, "NV Domain", MaskKind.HOST),
    ]
    for number, key in enumerate(subkeys(host, _CLOUD_JOIN, 4), 1):
        for name, kind in (("TenantId", MaskKind.ID), ("UserEmail", MaskKind.EMAIL)):
            label = f"cloud join {number}, {name}"
            sources.append(asked(label, Origin.SYSTEM, partial(_registry_held, host, key, name, kind)))
    return joined(_NO_FQDN_DOMAIN, sources)


def _account(host: Host, part: str, kind: MaskKind) -> SourceReading:
    return asked("account database", Origin.SYSTEM, lambda: held(str(getattr(host.account(), part)), kind))


@probe("user-name")
def user_name(host: Host) -> Answer:
    """Ask the account database, the variables, and the last part of the home folder for the login name."""
    names = ("USERNAME", "USER", "LOGNAME") if host.system is System.WINDOWS else ("USER", "LOGNAME", "USERNAME", "SUDO_USER")

    def last_part() -> Result:
        home = host.home.rstrip("/\\")
        return held(paths_of(host).basename(home), MaskKind.FULL)

    return same_value(
        (
            _account(host, "name", MaskKind.FULL),
            *env_sources(host, names, MaskKind.FULL),
            asked("last part of the home folder", Origin.USER, last_part),
        )
    )


def _picture(host: Host, *paths: str) -> SourceReading:
    listed = [presence(host, path, "a picture is set", Origin.USER) for path in paths]
    return next((item for item in listed if isinstance(item.result, Ok)), listed[0])


@probe("full-name", System.LINUX)
def full_name_linux(host: Host) -> Answer:
    """Ask the account database and the login screen's own record for name and picture."""
    try:
        login = host.account().name.replace("/", "")
    except HostError:
        login = ""
    names = [_account(host, "full_name", MaskKind.FULL)]
    pictures = ["~/.face", "~/.face.icon"]
    if login:
        record = f"/var/lib/AccountsService/users/{login}"
        pick = lambda text: ini_value(text, "RealName")  # noqa: E731  one expression for one call
        names.append(file_source(host, record, MaskKind.FULL, name="AccountsService", pick=pick))
        pictures.append(f"/var/lib/AccountsService/icons/{login}")
    picture = _picture(host, *pictures)
    return with_extra(same_value(names), asked("login picture", Origin.USER, lambda: picture.result))


@probe("full-name", System.MACOS)
def full_name_macos(host: Host) -> Answer:
    """Ask the account database (macOS keeps RealName there)."""
    return same_value((_account(host, "full_name", MaskKind.FULL),))


@probe("full-name", System.WINDOWS)
def full_name_windows(host: Host) -> Answer:
    """Ask the account database, the login screen and the registered owner."""
    kind = MaskKind.FULL
    compared = same_value((_account(host, "full_name", kind), registry_source(host, _LOGON_UI, "LastLoggedOnDisplayName", kind)))
    owner = registry_source(host, _WINDOWS_NT, "RegisteredOwner", kind)
    return with_extra(compared, owner, registry_source(host, _WINDOWS_NT, "RegisteredOrganization", kind))


def _group_values(names: tuple[str, ...]) -> tuple[Sensitive, ...]:
    return tuple(
        open_text(name) if name.lower() in _COMMON_GROUPS or name.isdigit() else Sensitive(name, MaskKind.FULL) for name in names if name
    )


def _numbers(account: Account) -> Result:
    return found((open_text(f"user {account.uid}"), open_text(f"group {account.gid}")))


@probe("uid-groups", System.LINUX, System.MACOS)
def uid_groups(host: Host) -> Answer:
    """Ask for user number and groups; group names that are not common are masked."""
    return joined(
        _NO_UID_GROUPS,
        (
            asked("user and group number", Origin.SYSTEM, lambda: _numbers(host.account())),
            asked("groups", Origin.SYSTEM, lambda: found(_group_values(host.account().groups))),
            *env_sources(host, ("SUDO_UID", "SUDO_GID"), MaskKind.OPEN),
        ),
    )


@probe("uid-groups", System.WINDOWS)
def uid_groups_windows(host: Host) -> Answer:
    """Ask `whoami` for the account's security identifier (its middle part is unique to the machine or domain) and groups."""

    def groups() -> Result:
        rows = csv_rows(host.run(("whoami", "/groups", "/fo", "csv", "/nh")).out)
        builtin = ("NT AUTHORITY\\", "BUILTIN\\", "Mandatory Label\\")
        names = [row[0] for row in rows if row]
        return found(
            open_text(name) if name.startswith(builtin) or name.lower() in _COMMON_GROUPS else Sensitive(name, MaskKind.FULL)
            for name in names
        )

    def sid() -> Result:
        rows = csv_rows(host.run(("whoami", "/user", "/fo", "csv", "/nh")).out)
        return found(wrap((row[-1] for row in rows if len(row) > 1), MaskKind.ID))

    return joined(_NO_UID_GROUPS, (asked("whoami /user", Origin.SYSTEM, sid), asked("whoami /groups", Origin.SYSTEM, groups)))


@probe("home-path", System.LINUX, System.MACOS)
def home_path(host: Host) -> Answer:
    """Ask HOME and the account database; programs that ignore HOME use the second."""
    return same_value((env_source(host, "HOME", MaskKind.PATH), _account(host, "home", MaskKind.PATH)))


@probe("home-path", System.WINDOWS)
def home_path_windows(host: Host) -> Answer:
    """Ask the profile folder in its spellings; folders inside it are listed as further sources."""

    def drive_and_path() -> Result:
        path = host.env("HOMEPATH")
        return held((host.env("HOMEDRIVE") or "") + path, MaskKind.PATH) if path else Absent("The variables are not set.")

    compared = same_value(
        (
            env_source(host, "USERPROFILE", MaskKind.PATH),
            asked("HOMEDRIVE and HOMEPATH", Origin.ENVIRONMENT, drive_and_path),
            env_source(host, "HOME", MaskKind.PATH),
            _account(host, "home", MaskKind.PATH),
        )
    )
    return with_extra(compared, *env_sources(host, ("APPDATA", "LOCALAPPDATA", "OneDrive", "OneDriveCommercial"), MaskKind.PATH))


@probe("work-dir")
def work_dir(host: Host) -> Answer:
    """Ask for the working folder as the system and as the shell tells it."""
    compared = same_value(
        (asked("working folder", Origin.PROGRAM, lambda: held(host.cwd, MaskKind.PATH)), env_source(host, "PWD", MaskKind.PATH))
    )
    return with_extra(compared, *env_sources(host, ("OLDPWD", "INIT_CWD"), MaskKind.PATH))
