"""Tokens signed, or mis-signed, in any way: header and body may be given byte for byte."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.peers.rsa_keys import base64url

Part = Mapping[str, Any] | bytes


def part_bytes(part: Part) -> bytes:
    return part if isinstance(part, bytes) else json.dumps(part).encode()


def signing_input(header: Part, claims: Part) -> str:
    return f"{base64url(part_bytes(header))}.{base64url(part_bytes(claims))}"


def signed(
    header: Part,
    claims: Part,
    key: rsa.RSAPrivateKey,
    *,
    algorithm: hashes.HashAlgorithm | None = None,
) -> str:
    """Return an RSA PKCS 1 v1.5 token, whatever its header says."""
    text = signing_input(header, claims)
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm or hashes.SHA256())
    return f"{text}.{base64url(signature)}"


def signed_pss(header: Part, claims: Part, key: rsa.RSAPrivateKey) -> str:
    text = signing_input(header, claims)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    return f"{text}.{base64url(key.sign(text.encode(), pss, hashes.SHA256()))}"


def signed_with_secret(header: Part, claims: Part, secret: bytes) -> str:
    """Return an HS256 token: what an attacker makes who knows only public things."""
    text = signing_input(header, claims)
    return f"{text}.{base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"
