"""Bodies kept on request: key-like parts blanked out, then sealed with a key that lies apart from them, for a week."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Final

from core import paths
from core.errors import TelltaleError

if TYPE_CHECKING:
    from pathlib import Path

KEY_NAME: Final = "captures.key"
MOST_DAYS: Final = 7
_KEY_BYTES: Final = 32
LARGEST: Final = 16 * 1024 * 1024
_BLANK: Final = b"[left out by Telltale: looks like a key]"
_NAMED: Final = re.compile(
    rb"""(?ix)((?:\\{0,15}["'])?[\w.-]{0,40}(?:api[-_]?key|secret|passw(?:or)?d|token|authorization|credential|cookie|session[-_]?key)[\w-]{0,20}
    (?:\\{0,15}["'])?\s*[:=]\s*)
    (?:(?P<quote>\\{0,15}["'])(?:(?!(?P=quote))[^\r\n"]){6,}+     # in quotes, which text in JSON has with backslashes
    |(?:bearer\s+|basic\s+)?(?:[^\s"'&,;<>{}\[\]\\]|\\/){8,})"""
)
_SHAPED: Final = re.compile(
    rb"""(?x)\b(?:sk-[\w-]{16,} | gh[pousr]_\w{20,} | github_pat_\w{20,} | AIza[\w-]{30,} | xox[abprs]-[\w-]{10,} | glpat-[\w-]{16,}
    | AKIA[0-9A-Z]{16} | ya29\.[\w-]{20,} | npm_\w{30,} | pypi-[\w-]{40,} | hf_\w{30,} | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})"""
)
_PRIVATE: Final = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


class BodiesLockedError(TelltaleError):
    """A kept body cannot be read; the message says why."""


def without_keys(body: bytes) -> bytes:
    """Return a body with everything blanked out that looks like a key or password."""
    body = _PRIVATE.sub(_BLANK, body)
    body = _SHAPED.sub(_BLANK, body)
    return _NAMED.sub(lambda found: found[1] + (found["quote"] or b"") + _BLANK, body)


class Sealer:
    """Seals bodies with AES-GCM; the key is made on first use, readable by this user only."""

    def __init__(self, folder: Path) -> None:
        """Keep the key in `folder`."""
        self._path = folder / KEY_NAME

    def seal(self, body: bytes, name: str) -> tuple[bytes, bytes]:
        """Return nonce and sealed body; `name` binds them to their place."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(12)
        return nonce, AESGCM(self._load(is_made=True)).encrypt(nonce, body, name.encode())

    def open(self, nonce: bytes, sealed: bytes, name: str) -> bytes:
        """Return a body that was sealed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._load(is_made=False)).decrypt(nonce, sealed, name.encode())
        except (InvalidTag, ValueError):
            raise BodiesLockedError(
                "This body was sealed with a key that is no longer there, so it cannot be shown; nothing was changed."
            ) from None

    def forget(self) -> None:
        """Remove the key: what was sealed with it can never be read again."""
        self._path.unlink(missing_ok=True)

    def _load(self, *, is_made: bool) -> bytes:
        """Return the key as it is now: another program may have removed it, or have made it first."""
        key = paths.read_private(self._path)
        if len(key) != _KEY_BYTES and is_made:
            if key:
                self._path.unlink(missing_ok=True)  # cut off: nothing can be read with it
            with contextlib.suppress(OSError):
                paths.ensure_private(self._path.parent)
                self._make()
            key = paths.read_private(self._path)
            if len(key) != _KEY_BYTES:
                raise BodiesLockedError("The key for kept bodies could not be written, so no body was kept; findings are kept as always.")
        return key

    def _make(self) -> None:
        """Put a whole new key in place; if another program was first, its key stays."""
        temporary = self._path.with_name(f".{KEY_NAME}.{os.getpid()}.{os.urandom(4).hex()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(_KEY_BYTES))
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self._path)
        finally:
            temporary.unlink()
