"""Bodies kept on request: key-like parts blanked out, then sealed with a key that lies apart from them, for a week."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from core import paths
from core.errors import TelltaleError

if TYPE_CHECKING:
    from pathlib import Path

KEY_NAME: Final = "captures.key"
MOST_DAYS: Final = 7
LARGEST: Final = 16 * 1024 * 1024
_BLANK: Final = b"[left out by Telltale: looks like a key]"
_NAMED: Final = re.compile(
    rb"""(?ix)(["']?[\w.-]{0,40}(?:api[-_]?key|secret|passw(?:or)?d|token|authorization|credential|cookie|session[-_]?key)[\w-]{0,20}["']?
    \s*[:=]\s*["']?)((?:bearer\s+|basic\s+)?[^\s"'&,;<>{}\[\]]{8,})"""
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
    return _NAMED.sub(rb"\1" + _BLANK, body)


class Sealer:
    """Seals bodies with AES-GCM; the key is made on first use, readable by this user only."""

    def __init__(self, folder: Path) -> None:
        """Keep the key in `folder`."""
        self._path = folder / KEY_NAME
        self._key = b""

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
        self._key = b""
        self._path.unlink(missing_ok=True)

    def _load(self, *, is_made: bool) -> bytes:
        if not self._key:
            self._key = paths.read_private(self._path)
        if len(self._key) != 32 and is_made:
            self._key = os.urandom(32)
            if not paths.write_private(self._path, self._key):
                self._key = b""
                raise BodiesLockedError("The key for kept bodies could not be written, so no body was kept; findings are kept as always.")
            os.chmod(self._path, 0o600)  # noqa: PTH101  also where the folder is not ours alone
        return self._key
