"""Keys of made-up platforms: made once a run, never stored."""

import base64
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the key of this name; the same one each time it is asked for."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk_of(key: rsa.RSAPrivateKey, kid: str, **changes: Any) -> dict[str, Any]:
    """Return the public half as a platform publishes it; a change of None removes a member."""
    numbers = key.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "n": base64url_of(numbers.n),
        "e": base64url_of(numbers.e),
        "kid": kid,
        "alg": "RS256",
        "use": "sig",
        **changes,
    }
    return {name: value for name, value in jwk.items() if value is not None}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_of(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
