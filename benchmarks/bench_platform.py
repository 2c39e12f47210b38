"""The platform of a benchmark: signs launches and serves its keys, in the driver's process."""

import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "bench"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class BenchPlatform:
    """One platform with one key; counts how often its key set was fetched."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        jwks = json.dumps(
            {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}
        ).encode()
        self.fetches = 0
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.fetches += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(jwks)))
                self.end_headers()
                self.wfile.write(jwks)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def id_token(self, *, nonce: str, person: int, target: str) -> str:
        """Sign a learner's launch of one link in one course."""
        return jwt.encode(
            {**self._claims(person, target), "nonce": nonce}, self.key, "RS256", {"kid": "k1"}
        )

    def _claims(self, person: int, target: str) -> Mapping[str, Any]:
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
            f"{LTI}roles": [f"{LIS}Learner"],
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
