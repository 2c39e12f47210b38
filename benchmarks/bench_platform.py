"""The platform of a benchmark: signs launches and serves its keys, in the driver's process.

It serves them over TLS, as every platform must (LTI Security Framework 1.0, section 3), and over
plain HTTP on loopback, as only a developer's machine may.
"""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import certifi
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

CLIENT_ID = "bench"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class BenchPlatform:
    """One platform with one key; counts how often its key set was fetched.

    Attributes:
        issuer: where it answers by plain HTTP.
        secure_url: where it answers over TLS, with a certificate of `authorities`.
        authorities: the certificates that a client trusts anyway, and this platform's.
    """

    def __init__(self, folder: Path) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.fetches = 0
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        self._jwks = json.dumps(
            {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}
        ).encode()
        self._servers = [self._serve(None), self._serve(_server_tls(self.key, folder))]
        plain, secure = (f"127.0.0.1:{server.server_port}" for server in self._servers)
        self.issuer, self.secure_url = f"http://{plain}", f"https://{secure}"
        self.authorities = folder / "authorities.pem"
        self.authorities.write_text(
            Path(certifi.where()).read_text() + (folder / "server.crt").read_text()
        )

    def _serve(self, tls: ssl.SSLContext | None) -> ThreadingHTTPServer:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.fetches += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(platform._jwks)))
                self.end_headers()
                self.wfile.write(platform._jwks)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def close(self) -> None:
        """Stop serving."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def id_token(self, *, nonce: str, person: int, target: str, role: str = "Learner") -> str:
        """Sign somebody's launch of one link in one course."""
        claims = {**self._claims(person, target, role), "nonce": nonce}
        return jwt.encode(claims, self.key, "RS256", {"kid": "k1"})

    def _claims(self, person: int, target: str, role: str) -> Mapping[str, Any]:
        now = int(time.time())
        lineitems = f"{self.issuer}/courses/1/lineitems"
        return {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": f"person-{person}",
            "iat": now,
            "exp": now + 60,
            "name": f"Learner {person}",
            "given_name": "Learner",
            "family_name": str(person),
            "email": f"person{person}@example.org",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": "1",
            f"{LTI}target_link_uri": target,
            f"{LTI}roles": [f"{LIS}{role}"],
            f"{LTI}context": {"id": "course-1", "label": "L1", "title": "A course"},
            f"{LTI}resource_link": {"id": "link-1", "title": "Where do I start?"},
            f"{LTI}custom": {"item": "leading-knowledge/m1-self20-pre"},
            f"{LTI}launch_presentation": {"document_target": "iframe", "locale": "en"},
            f"{AGS}claim/endpoint": {
                "scope": [f"{AGS}scope/lineitem", f"{AGS}scope/score"],
                "lineitems": lineitems,
                "lineitem": f"{lineitems}/1",
            },
        }


def _server_tls(key: rsa.RSAPrivateKey, folder: Path) -> ssl.SSLContext:
    """Return a TLS context for 127.0.0.1 and leave its certificate in the folder."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    return context
