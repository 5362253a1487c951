"""What kind a private key file is and whether it asks for a passphrase, from its first bytes; the key itself is not kept."""

from __future__ import annotations

import base64
import binascii
from typing import Final

_OPENSSH: Final = "-----BEGIN OPENSSH PRIVATE KEY-----"
_MAGIC: Final = b"openssh-key-v1\0"
_HEADER_CHARACTERS: Final = 64
_STANDARD: Final = frozenset({"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "identity"})
_ENDINGS: Final = (".pem", ".key", ".ppk")
_NOT_KEYS: Final = frozenset({"known_hosts", "known_hosts.old", "config", "authorized_keys", "environment", "rc", "agent.sock"})


def key_candidates(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in an SSH folder that may be private keys: standard names, key endings, and files beside a public half."""
    listed = frozenset(names)
    return tuple(name for name in names if name not in _NOT_KEYS and not name.endswith(".pub") and _may_be_key(name, listed))


def _may_be_key(name: str, listed: frozenset[str]) -> bool:
    return name in _STANDARD or name.startswith("id_") or name.endswith(_ENDINGS) or f"{name}.pub" in listed


def shown_key_name(name: str) -> str:
    """Return a key's file name if it is a standard one, else only its pattern."""
    if name in _STANDARD:
        return name
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    return f"*{ending}" if ending else "id_*" if name.startswith("id_") else "another name"


def describe_key(text: str) -> str:
    """Say what kind of key a text starts as and whether it is encrypted; an empty text if it is no private key."""
    first, _, rest = text.lstrip("\ufeff \t\r\n").partition("\n")
    first = first.strip()
    if first == _OPENSSH:
        return f"OpenSSH key, {_openssh_lock(rest)}"
    if first.startswith("PuTTY-User-Key-File-"):
        return f"PuTTY key, {_putty_lock(rest)}"
    if first == "-----BEGIN ENCRYPTED PRIVATE KEY-----":
        return "private key, with passphrase"
    if first.startswith("-----BEGIN ") and first.endswith("PRIVATE KEY-----"):
        is_locked = rest.lstrip().startswith("Proc-Type: 4,ENCRYPTED")
        return f"private key, {'with' if is_locked else 'without'} passphrase"
    return ""


def _openssh_lock(rest: str) -> str:
    """Read the name of the cipher, which stands before everything secret in the file."""
    head = "".join(rest[: _HEADER_CHARACTERS + 2].split())[:_HEADER_CHARACTERS]
    try:
        data = base64.b64decode(head[: len(head) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return "not readable as a key"
    if not data.startswith(_MAGIC):
        return "not readable as a key"
    length = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "big")
    cipher = data[len(_MAGIC) + 4 : len(_MAGIC) + 4 + length]
    return "without passphrase" if cipher == b"none" else "with passphrase"


def _putty_lock(rest: str) -> str:
    line = rest.partition("\n")[0].strip()
    return "without passphrase" if line == "Encryption: none" else "with passphrase"
