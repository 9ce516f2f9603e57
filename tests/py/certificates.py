"""Certificates as nobody should issue them: what is wrong is an argument."""

from __future__ import annotations

import datetime
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


@dataclass
class Certificate:
    """One that `issuer` has signed; nobody: itself."""

    name: str = "leaf"
    issuer: Certificate | None = None
    authority: bool = False
    names: tuple[str, ...] = ("localhost",)  # SANs of a leaf
    age: int = 1  # days since it became valid
    left: int = 30  # days until it is not any more
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    digest: Any = field(default_factory=hashes.SHA256)

    def __post_init__(self) -> None:
        by = self.issuer or self
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(by.made.subject if self.issuer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - self.age * DAY)
            .not_valid_after(NOW + self.left * DAY)
            .add_extension(x509.BasicConstraints(self.authority, None), critical=True)
        )
        if self.names and not self.authority:
            sans = x509.SubjectAlternativeName([x509.DNSName(each) for each in self.names])
            made = made.add_extension(sans, critical=False)
        self.made = made.sign(by.key, self.digest)
        self.pem = self.made.public_bytes(serialization.Encoding.PEM)

    def served(self, folder: Path, *chain: Certificate) -> ssl.SSLContext:
        """A server's context that shows this one, then `chain`, in that order."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = folder / "served.pem"
        path.write_bytes(key + self.pem + b"".join(each.pem for each in chain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.load_cert_chain(path)
        return context

    def revokes(self, *revoked: Certificate) -> bytes:
        """A list of revoked certificates, as PEM."""
        made = x509.CertificateRevocationListBuilder().issuer_name(self.made.subject)
        made = made.last_update(NOW - DAY).next_update(NOW + DAY)
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.made.serial_number)
            made = made.add_revoked_certificate(entry.revocation_date(NOW - DAY).build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
