"""A tool as the sandbox sees it: a key set at a real address, and assertions signed with it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

TOKEN_URL = "http://127.0.0.1:8001/lti/token"


def new_key(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=bits)


def jwk_of(key: RSAPrivateKey, kid: str) -> dict[str, object]:
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "alg": "RS256", "use": "sig"}


class ToolPeer:
    """Key sets by client id, and how often each was fetched."""

    def __init__(self, keys: Mapping[str, RSAPrivateKey]) -> None:
        self.keys = dict(keys)
        self.sets = {client: [jwk_of(key, f"{client}-k")] for client, key in keys.items()}
        self.fetches: list[str] = []
        self.base_url = ""

    def jwks_url(self, client_id: str) -> str:
        return f"{self.base_url}/{client_id}/jwks.json"

    def assertion(
        self,
        client_id: str,
        now: datetime,
        *,
        claims: Mapping[str, object] | None = None,
        header: Mapping[str, object] | None = None,
        without: tuple[str, ...] = (),
        key: RSAPrivateKey | None = None,
    ) -> str:
        """Return an assertion that is accepted, unless a change says otherwise."""
        at = int(now.timestamp())
        right: dict[str, object] = {
            "iss": client_id,
            "sub": client_id,
            "aud": TOKEN_URL,
            "iat": at,
            "exp": at + 60,
            "jti": str(uuid4()),
        }
        body = {
            name: value
            for name, value in {**right, **(claims or {})}.items()
            if name not in without
        }
        return jwt.encode(
            body,
            key or self.keys[client_id],
            algorithm="RS256",
            headers={"kid": f"{client_id}-k"} if header is None else dict(header),
        )


class KeyServer:
    """Serves the key sets of whichever peer is current, at one address for all tests."""

    def __init__(self) -> None:
        self.peer: ToolPeer | None = None
        self.base_url = ""

    def use(self, peer: ToolPeer) -> ToolPeer:
        """Serve this peer's sets from now on."""
        peer.base_url = self.base_url
        self.peer = peer
        return peer


@contextmanager
def serving_keys() -> Iterator[KeyServer]:
    """Serve key sets on a free port."""
    keys = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            client_id = self.path.split("/")[1]
            assert keys.peer is not None
            keys.peer.fetches.append(client_id)
            body = json.dumps({"keys": keys.peer.sets[client_id]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    keys.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield keys
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
