from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.probes import _der


@given(st.binary(max_size=300))
def test_the_reader_accepts_any_bytes(data: bytes) -> None:
    certificate = _der.read_certificate(data)
    assert certificate is None or isinstance(certificate.name, str)
    assert isinstance(_der.registry_certificate(data), bytes)


@given(st.text(max_size=300))
def test_the_reader_accepts_any_text(text: str) -> None:
    assert _der.certificates_in(f"-----BEGIN CERTIFICATE-----{text}-----END CERTIFICATE-----") in ([], _der.certificates_in(text))


def test_names_equal_those_of_a_full_library_for_freshly_made_certificates() -> None:
    x509 = pytest.importorskip("cryptography.x509")
    from datetime import UTC, datetime

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    for subject, issuer in (("Plain Root", "Plain Root"), ("Gr\u00fc\u00dfe \u6771\u4eac", "Other"), ("x" * 64, "y")):
        name = x509.Name(
            [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Works"), x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]
        )
        other = name if subject == issuer else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(other).public_key(key.public_key()).serial_number(7)
        made = (
            builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
        )
        certificate = _der.read_certificate(made.public_bytes(serialization.Encoding.DER))
        assert certificate == _der.Certificate("Works", subject, subject == issuer)
