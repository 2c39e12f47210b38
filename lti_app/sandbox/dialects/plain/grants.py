"""Decides whether a client assertion proves which tool asks, and how the answer is written.

It stores no token. Source: LTI Security Framework 1.0, section 4.1.1; RFC 7523, section 3.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import Response, jsonify
from jwt.types import Options
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Tool, UsedAssertion
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.tool_keys import ToolKeys, ToolKeysError
from lti_app.sandbox.vocabulary import Scope

_LONGEST_LIFE = timedelta(minutes=5)
_CLOCK_LEEWAY = timedelta(seconds=30)

#: Audience and times are checked here, by the clock of this sandbox.
_SIGNATURE_ONLY: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_nbf": False,
    "verify_sub": False,
}

Claims = dict[str, object]


def invalid_client(reason: str) -> RefusalError:
    """Return the refusal for an assertion that proves nothing."""
    return RefusalError(400, "invalid_client", reason)


class Grants:
    """Every claim is needed and checked, and an assertion is accepted once."""

    def new_token(self) -> str:
        """Return a random access token."""
        return secrets.token_urlsafe(32)

    def answer(self, body: Mapping[str, object]) -> Response:
        """Return the answer that grants a token."""
        return jsonify(body)

    def granted(self, asked: set[str], offered: Sequence[Scope]) -> list[Scope]:
        """Return what is granted of what is asked for; others are left out silently.

        Raises:
            RefusalError: nothing is left.
        """
        scopes = [scope for scope in offered if scope in asked]
        if not scopes:
            raise RefusalError(400, "invalid_scope", "None of the scopes is known here.")
        return scopes

    def refuse(self, refusal: RefusalError) -> Response:
        """Return a refusal in this platform's form."""
        return refusal.as_response()

    def find_tool(self, session: Session, assertion: str) -> Tool:
        """Return the registered tool that an assertion says it is from; nothing is proven yet.

        Raises:
            RefusalError: there is none with this client id.
        """
        client_id = self.claimed_client_id(_read_claims(assertion))
        tool = session.scalar(select(Tool).where(Tool.client_id == client_id, Tool.is_active))
        if tool is None:
            raise invalid_client("No tool is registered with this client id.")
        return tool

    def claimed_client_id(self, claims: Claims) -> str:
        """Return the client id in claims that are not proven."""
        client_id = claims.get("iss")
        if not isinstance(client_id, str) or client_id != claims.get("sub"):
            raise invalid_client("iss and sub must both be the client id.")
        return client_id

    def verify(
        self, assertion: str, tool: Tool, *, keys: ToolKeys, token_url: str, now: datetime
    ) -> Claims:
        """Return the proven claims of an assertion, except that it may be a replay.

        Raises:
            RefusalError: what is wrong.
        """
        claims = self.signed_claims(assertion, self.signing_key(assertion, tool, keys))
        audience = claims.get("aud")
        if token_url not in (audience if isinstance(audience, list) else [audience]):
            raise invalid_client(f"aud must be {token_url}.")
        _check_times(claims, now)
        if not isinstance(claims.get("jti"), str) or not claims["jti"]:
            raise invalid_client("jti is missing.")
        return claims

    def use_up(self, session: Session, tool: Tool, claims: Claims, *, now: datetime) -> None:
        """Remember an assertion so that it is accepted once.

        Raises:
            RefusalError: it was accepted before.
        """
        session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at <= now))
        used = session.execute(
            insert(UsedAssertion)
            .values(
                tool_id=tool.id,
                jti=claims["jti"],
                expires_at=now + _LONGEST_LIFE + 2 * _CLOCK_LEEWAY,
            )
            .on_conflict_do_nothing()
            .returning(UsedAssertion.id)
        )
        if used.first() is None:
            raise invalid_client("jti was used before.")

    def signing_key(self, assertion: str, tool: Tool, keys: ToolKeys) -> RSAPublicKey:
        """Return the tool's key that an assertion names."""
        header = jwt.get_unverified_header(assertion)
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise invalid_client("The header must have alg RS256 and a kid.")
        try:
            key = keys.find(tool.jwks_url, kid)
        except ToolKeysError as error:
            raise self.no_key_set(error) from error
        if key is None:
            raise self.no_such_key()
        return key

    def signed_claims(self, assertion: str, key: RSAPublicKey) -> Claims:
        """Return the claims, once the signature is known to be the key's."""
        try:
            return dict(jwt.decode(assertion, key, algorithms=["RS256"], options=_SIGNATURE_ONLY))
        except jwt.PyJWTError as error:
            raise self.wrong_signature() from error

    def no_key_set(self, error: ToolKeysError) -> RefusalError:
        return invalid_client(str(error))

    def no_such_key(self) -> RefusalError:
        return invalid_client("kid is not in the tool's key set.")

    def wrong_signature(self) -> RefusalError:
        return invalid_client("The signature does not match the key.")


def _read_claims(assertion: str) -> Claims:
    try:
        return dict(jwt.decode(assertion, options={"verify_signature": False}))
    except jwt.PyJWTError as error:
        raise invalid_client("client_assertion is not a signed token.") from error


def _check_times(claims: Claims, now: datetime) -> None:
    issued_at, expires_at = (seconds_in(claims, name) for name in ("iat", "exp"))
    if expires_at <= now.timestamp():
        raise invalid_client("The assertion has expired.")
    if "nbf" in claims and seconds_in(claims, "nbf") > (now + _CLOCK_LEEWAY).timestamp():
        raise invalid_client("nbf lies in the future.")
    if issued_at > (now + _CLOCK_LEEWAY).timestamp():
        raise invalid_client("iat lies in the future.")
    if issued_at < (now - _LONGEST_LIFE).timestamp():
        raise invalid_client("iat is more than five minutes old.")
    if expires_at > (now + _LONGEST_LIFE + _CLOCK_LEEWAY).timestamp():
        raise invalid_client("exp is more than five minutes ahead.")


def seconds_in(claims: Claims, name: str) -> float:
    """Return a claim that is a number of seconds."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid_client(f"{name} must be a number of seconds.")
    return float(value)
