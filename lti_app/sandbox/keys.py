"""The platform's own signing keys: made once, kept in the database, rotated on demand.

It never sees what is signed with them.
"""

import secrets
import threading

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select, update

from lti_app.sandbox.database import Database
from lti_app.sandbox.models import PlatformKey
from lti_app.sandbox.signing import SigningKey


class PlatformKeys:
    """The published keys, newest last, parsed and held in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._published = self._load()
        if not self._published:
            self.rotate(keep_old=True)

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return self._published[-1]

    def public_set(self) -> dict[str, list[dict[str, object]]]:
        """Return the JSON Web Key Set that tools fetch. It holds no private member."""
        return {"keys": [_public_jwk(key) for key in self._published]}

    def rotate(self, *, keep_old: bool) -> SigningKey:
        """Sign with a new key from now on.

        Args:
            keep_old: whether tokens signed with the former keys can still be verified.
        """
        private_key = generate_private_key(public_exponent=65537, key_size=2048)
        row = PlatformKey(
            kid=secrets.token_hex(8), private_pem=_pem(private_key), is_published=True
        )
        with self._lock:
            with self._database.write() as session:
                if not keep_old:
                    session.execute(update(PlatformKey).values(is_published=False))
                session.add(row)
            self._published = self._load()
            return self.current

    def _load(self) -> list[SigningKey]:
        published = select(PlatformKey).where(PlatformKey.is_published).order_by(PlatformKey.id)
        with self._database.read() as session:
            return [_parsed(row) for row in session.scalars(published)]


def _pem(private_key: RSAPrivateKey) -> str:
    return private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def _parsed(row: PlatformKey) -> SigningKey:
    # Proving that its primes are prime is half of a start, and it is our own key.
    private_key = serialization.load_pem_private_key(
        row.private_pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private_key, RSAPrivateKey):
        raise TypeError(f"platform key {row.kid} is no RSA key")
    return SigningKey(row.kid, private_key)


def _public_jwk(key: SigningKey) -> dict[str, object]:
    jwk = RSAAlgorithm.to_jwk(key.private_key.public_key(), as_dict=True)
    members = {name: jwk[name] for name in ("kty", "n", "e")}
    return {**members, "kid": key.kid, "alg": "RS256", "use": "sig"}
