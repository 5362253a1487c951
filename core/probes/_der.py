"""A small reader for the names in an X.509 certificate: importing a whole cryptography library would cost more than a scan may."""

from __future__ import annotations

import binascii
from typing import Final, NamedTuple

from core.probes._formats import between

_ORGANISATION: Final = b"\x55\x04\x0a"
_COMMON_NAME: Final = b"\x55\x04\x03"
_ENCODINGS: Final = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1A: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
_SEQUENCE: Final = 0x30
_MOST: Final = 200


class Certificate(NamedTuple):
    """Who a certificate is for, and whether it is signed by itself (as authorities are)."""

    organisation: str
    common_name: str
    is_self_issued: bool

    @property
    def name(self) -> str:
        """Common name, with the organisation where it says more."""
        if not self.organisation or self.organisation in self.common_name:
            return self.common_name or self.organisation
        return f"{self.common_name} ({self.organisation})" if self.common_name else self.organisation


class _Element(NamedTuple):
    tag: int
    body: bytes
    whole: bytes


def certificates_in(text: str) -> list[Certificate]:
    """Return the certificates of a PEM text; blocks that are none are left out."""
    found: list[Certificate] = []
    for block in between(text, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"):
        try:
            data = binascii.a2b_base64(block)
        except ValueError:
            continue
        certificate = read_certificate(data)
        if certificate is not None:
            found.append(certificate)
        if len(found) >= _MOST:
            break
    return found


def read_certificate(data: bytes) -> Certificate | None:
    """Return the names in a DER certificate; None if the data is none."""
    outer = _elements(data, most=1)
    inner = _elements(outer[0].body, most=1) if outer and outer[0].tag == _SEQUENCE else []
    fields = _elements(inner[0].body, most=8) if inner and inner[0].tag == _SEQUENCE else []
    if fields and fields[0].tag == 0xA0:
        fields = fields[1:]
    if len(fields) < 5 or fields[2].tag != _SEQUENCE or fields[4].tag != _SEQUENCE:
        return None
    names = _names(fields[4].body)
    return Certificate(names.get(_ORGANISATION, ""), names.get(_COMMON_NAME, ""), fields[2].whole == fields[4].whole)


def _elements(data: bytes, most: int = 64) -> list[_Element]:
    """Read up to `most` elements one after the other; stop where the data is cut or not in this notation."""
    found: list[_Element] = []
    at = 0
    while at + 2 <= len(data) and len(found) < most:
        start, size, at = at, data[at + 1], at + 2
        if size & 0x80:
            width = size & 0x7F
            if not 1 <= width <= 4:
                break
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            break
        found.append(_Element(data[start], data[at : at + size], data[start : at + size]))
        at += size
    return found


def _names(data: bytes) -> dict[bytes, str]:
    """Read a distinguished name: sets of pairs of a type and a text."""
    found: dict[bytes, str] = {}
    for part in _elements(data):
        for pair in _elements(part.body):
            cells = _elements(pair.body, most=2)
            if len(cells) == 2 and cells[0].tag == 0x06:
                text = cells[1].body.decode(_ENCODINGS.get(cells[1].tag, "latin-1"), "replace")
                found.setdefault(cells[0].body, text.strip()[:_MOST])
    return found


def registry_certificate(blob: bytes) -> bytes:
    """Return the certificate in a Windows registry blob: records of number, 1, length, data; number 32 is the certificate."""
    at = 0
    while at + 12 <= len(blob):
        number = int.from_bytes(blob[at : at + 4], "little")
        size = int.from_bytes(blob[at + 8 : at + 12], "little")
        if number == 32:
            return blob[at + 12 : at + 12 + size]
        at += 12 + size
    return b""
