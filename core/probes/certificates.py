"""Probes for certificate authorities that somebody added, and for variables that change how connections are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes import _der
from core.probes._ask import LARGE, asked, command_text, env_source, found, names_in, stated, subkeys, wrap
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, Result, separate_values
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.model import SourceReading

_FOLDERS: Final = (
    "/usr/local/share/ca-certificates",
    "/etc/pki/ca-trust/source/anchors",
    "/etc/ca-certificates/trust-source/anchors",
    "/usr/share/pki/trust/anchors",
    "/etc/pki/trust/anchors",
)
_OWN_FILES: Final = ("~/.mitmproxy/mitmproxy-ca-cert.pem", "~/.local/share/mkcert/rootCA.pem")
_MAC_OWN_FILES: Final = ("~/.mitmproxy/mitmproxy-ca-cert.pem", "~/Library/Application Support/mkcert/rootCA.pem")
_BUNDLES: Final = ("NODE_EXTRA_CA_CERTS", "CODEX_CA_CERTIFICATE", "PIP_CERT", "GIT_SSL_CAINFO", "AWS_CA_BUNDLE")
_ENDINGS: Final = (".crt", ".pem", ".cer", ".der", ".p11-kit")
_FEW: Final = 20
_STORES: Final = (
    ("policy", r"HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\Root\Certificates"),
    ("enterprise", r"HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\Root\Certificates"),
    ("this user", r"HKCU\SOFTWARE\Microsoft\SystemCertificates\Root\Certificates"),
    ("this machine", r"HKLM\SOFTWARE\Microsoft\SystemCertificates\ROOT\Certificates"),
)
_VENDOR_SET: Final = r"HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\Certificates"
_PATHS: Final = (
    "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT",
    "AWS_CA_BUNDLE", "NIX_SSL_CERT_FILE", "CARGO_HTTP_CAINFO", "DENO_CERT", "CODEX_CA_CERTIFICATE", "CLAUDE_CODE_CLIENT_CERT",
)  # fmt: skip
_RECORDS_KEYS: Final = "Connection keys are written to a file."
_NO_CHECK: Final = "Certificates are not checked."
_DANGEROUS: Final = {"NODE_TLS_REJECT_UNAUTHORIZED": ("0",), "PYTHONHTTPSVERIFY": ("0",), "GIT_SSL_NO_VERIFY": ("1", "true", "yes", "on")}


def _named(certificates: Iterable[_der.Certificate]) -> Result:
    return found(wrap((item.name for item in certificates), MaskKind.FULL))


def _from_bytes(data: bytes) -> list[_der.Certificate]:
    """Read a file that holds PEM text or one binary certificate."""
    if b"-----BEGIN" in data:
        return _der.certificates_in(data.decode("ascii", "replace"))
    certificate = _der.read_certificate(data)
    return [certificate] if certificate else []


def _folder(host: Host, folder: str) -> SourceReading:
    """Ask a folder into which administrators put authorities, and the folders right below it."""
    return asked(folder, Origin.SYSTEM, lambda: _named(_in_folder(host, folder, host.entries(folder, 300), is_top=True)))


def _in_folder(host: Host, folder: str, names: Iterable[str], *, is_top: bool) -> list[_der.Certificate]:
    certificates: list[_der.Certificate] = []
    for name in names:
        path = f"{folder}/{name}"
        if name.endswith(_ENDINGS):
            certificates += _quietly(host, path)
        elif is_top and "." not in name:
            certificates += _in_folder(host, path, names_in(host, path, 100), is_top=False)
    return certificates


def _quietly(host: Host, path: str) -> list[_der.Certificate]:
    try:
        return _from_bytes(host.read(path))
    except HostError:
        return []


def _file(host: Host, path: str) -> SourceReading:
    return asked(path, Origin.USER, lambda: _named(_from_bytes(host.read(path))))


def _bundle(host: Host, name: str) -> SourceReading | None:
    """Ask the file that a variable names; a long list is the vendors' whole set and names nobody."""
    path = host.env(name)
    if not path:
        return None

    def question() -> Result:
        certificates = _from_bytes(host.read(path, LARGE))
        return _named(certificates) if len(certificates) <= _FEW else Absent("The file holds a whole set of public authorities.")

    return asked(f"file in {name}", Origin.ENVIRONMENT, question)


def _bundles(host: Host) -> list[SourceReading]:
    return [item for name in _BUNDLES if (item := _bundle(host, name)) is not None]


@probe("ca-certificates", System.LINUX)
def ca_linux(host: Host) -> Answer:
    """Files in the folders for added authorities (not a comparison of sets, which finds far too many), and in own places."""
    folders = [_folder(host, folder) for folder in _FOLDERS]
    own = [_file(host, path) for path in _OWN_FILES]
    return separate_values([*folders, *_bundles(host), *own])


@probe("ca-certificates", System.MACOS)
def ca_macos(host: Host) -> Answer:
    """Authorities in the machine's and the user's keychain; Apple's own set is in another one."""
    machine = asked("System keychain", Origin.SYSTEM, lambda: _keychain(host, "/Library/Keychains/System.keychain"))
    user = asked("login keychain", Origin.USER, lambda: _keychain(host, f"{host.home}/Library/Keychains/login.keychain-db"))
    return separate_values([machine, user, *_bundles(host), *(_file(host, path) for path in _MAC_OWN_FILES)])


def _keychain(host: Host, path: str) -> Result:
    text = command_text(host, ("security", "find-certificate", "-a", "-p", path))
    return _named(item for item in _der.certificates_in(text) if item.is_self_issued and not item.common_name.startswith("com.apple."))


@probe("ca-certificates", System.WINDOWS)
def ca_windows(host: Host) -> Answer:
    """Authorities in the registry's stores that are not in the set that Microsoft hands out."""
    vendor = {key.rpartition("\\")[2].upper() for key in subkeys(host, _VENDOR_SET, 500)}
    stores = [_store(host, name, key, vendor) for name, key in _STORES]
    return separate_values([*stores, *_bundles(host)])


def _store(host: Host, name: str, key: str, vendor: set[str]) -> SourceReading:
    return asked(f"Windows store ({name})", Origin.SYSTEM, lambda: _named(_in_store(host, key, vendor)))


def _in_store(host: Host, key: str, vendor: set[str]) -> list[_der.Certificate]:
    certificates: list[_der.Certificate] = []
    for thumbprint in host.registry_keys(key)[:300]:
        try:
            blob = host.registry(rf"{key}\{thumbprint}", "Blob")
        except HostError:
            continue
        certificate = _der.read_certificate(_der.registry_certificate(blob)) if isinstance(blob, bytes) else None
        if certificate and thumbprint.upper() not in vendor and not certificate.name.startswith("Microsoft"):
            certificates.append(certificate)
    return certificates


@probe("tls-env")
def tls_env(host: Host) -> Answer:
    """Variables that name other authorities, switch the checking off, or write connection keys to a file."""
    sources = [env_source(host, name, MaskKind.PATH) for name in _PATHS]
    sources += [_switch(host, name, values) for name, values in _DANGEROUS.items()]
    sources.append(_key_log(host))
    names = [item.name for item in sources if isinstance(item.result, Ok)]
    return separate_values(sources, ", ".join(names))


def _switch(host: Host, name: str, bad: tuple[str, ...]) -> SourceReading:
    value = host.env(name)
    if value and value.strip().lower() in bad:
        return asked(name, Origin.ENVIRONMENT, lambda: stated(_NO_CHECK))
    return env_source(host, name, MaskKind.FULL)


def _key_log(host: Host) -> SourceReading:
    is_set = bool(host.env("SSLKEYLOGFILE"))
    return (
        asked("SSLKEYLOGFILE", Origin.ENVIRONMENT, lambda: stated(_RECORDS_KEYS))
        if is_set
        else env_source(host, "SSLKEYLOGFILE", MaskKind.PATH)
    )
