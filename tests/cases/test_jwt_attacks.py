"""Cases D: tokens as attackers make them."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.keys import Signer
from tests.cases.browser import Login
from tests.cases.stage import Stage
from tests.peers.http_peer import http_peer, json_reply
from tests.peers.launch_claims import LTI
from tests.peers.platform import ABSENT, TestPlatform, served
from tests.peers.rsa_keys import base64url, jwk_of, rsa_key
from tests.peers.tokens import signed, signed_pss, signed_with_secret, signing_input

#: What is judged here happens before or beside the database: one kind of it is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Forge = Callable[[Stage, Login], str]


def claims_of(stage: Stage, login: Login, **changes: Any) -> dict[str, Any]:
    return stage.platform.claims(login.nonce, now=stage.clock(), changes=changes)


def unsigned(alg: str) -> Forge:
    def forge(stage: Stage, login: Login) -> str:
        header = {"alg": alg, "kid": "k1", "typ": "JWT"}
        return signing_input(header, claims_of(stage, login)) + "."

    return forge


def public_forms(stage: Stage) -> dict[str, bytes]:
    """Return everything public that somebody might take for a shared secret."""
    public = stage.platform.keys["k1"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "pem": pem,
        "pem-without-newline": pem.rstrip(b"\n"),
        "pkcs1-pem": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "jwk": json.dumps(jwk_of(stage.platform.keys["k1"], "k1")).encode(),
        "modulus": jwk_of(stage.platform.keys["k1"], "k1")["n"].encode(),
        "client-id": b"c1",
        "empty": b"",
    }


def hs256(secret: str) -> Forge:
    def forge(stage: Stage, login: Login) -> str:
        header = {"alg": "HS256", "kid": "k1", "typ": "JWT"}
        return signed_with_secret(header, claims_of(stage, login), public_forms(stage)[secret])

    return forge


def other_algorithm(alg: str) -> Forge:
    def forge(stage: Stage, login: Login) -> str:
        header, claims, key = (
            {"alg": alg, "kid": "k1"},
            claims_of(stage, login),
            stage.platform.keys["k1"],
        )
        if alg == "PS256":
            return signed_pss(header, claims, key)
        if alg == "ES256":
            return es256(header, claims)
        digest = {"RS384": hashes.SHA384(), "RS512": hashes.SHA512()}[alg]
        return signed(header, claims, key, algorithm=digest)

    return forge


def es256(header: dict[str, Any], claims: dict[str, Any]) -> str:
    text = signing_input(header, claims)
    der = ec.generate_private_key(ec.SECP256R1()).sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    return f"{text}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@pytest.mark.parametrize(
    "forge",
    [
        *(
            pytest.param(unsigned(alg), id=f"JW-01-{alg or 'empty'}")
            for alg in ("none", "None", "nOnE", "")
        ),
        pytest.param(hs256("pem"), id="JW-02"),
        *(
            pytest.param(hs256(name), id=f"JW-03-{name}")
            for name in ("pem-without-newline", "pkcs1-pem", "der", "jwk", "modulus")
        ),
        *(pytest.param(hs256(name), id=f"JW-04-{name}") for name in ("client-id", "empty")),
        *(
            pytest.param(other_algorithm(alg), id=f"JW-06-{alg}")
            for alg in ("RS384", "RS512", "PS256", "ES256")
        ),
    ],
)
def test_only_the_registered_algorithm_is_accepted(stage: Stage, forge: Forge) -> None:
    stage.refuse(lambda login: forge(stage, login), status=401, reason=Reason.ALG_NOT_ALLOWED)


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "HS256"},
        {"kty": "oct", "k": base64url(b"secret" * 8), "n": None, "e": None},
    ],
    ids=["JW-05-alg", "JW-05-oct"],
)
def test_a_published_key_of_another_kind_is_not_used(stage: Stage, changes: dict[str, Any]) -> None:
    odd = jwk_of(stage.platform.keys["k1"], "k1", **changes)
    stage.platform.published = [odd, jwk_of(stage.platform.keys["k2"], "k2")]

    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)


def test_jw_04_a_token_keyed_with_our_own_public_key_is_refused(stage: Stage) -> None:
    jwk = stage.app.test_client().get("/lti/jwks.json", base_url="https://tool.test").get_json()

    def forge(login: Login) -> str:
        secret = json.dumps(jwk["keys"][0]).encode()
        return signed_with_secret({"alg": "HS256", "kid": "k1"}, claims_of(stage, login), secret)

    stage.refuse(forge, status=401, reason=Reason.ALG_NOT_ALLOWED)


def test_jw_07_a_token_that_we_signed_ourselves_is_refused(stage: Stage, parts: Parts) -> None:
    signer = Signer(parts.database, parts.keyring, parts.clock)

    stage.refuse(
        lambda login: signer.sign(claims_of(stage, login)), status=401, reason=Reason.KID_UNKNOWN
    )


def test_jw_08_a_key_of_another_platform_is_refused(stage: Stage) -> None:
    with served(TestPlatform(issuer="https://third.test", client_id="c3")) as third:
        stage.register(third)
        stage.accept(platform=third)

        stage.refuse(
            lambda login: third.sign(claims_of(stage, login)),
            status=401,
            reason=Reason.SIGNATURE_MISMATCH,
        )


@pytest.mark.parametrize(
    "kid",
    [
        "../../etc/passwd",
        "/dev/null",
        "k1' OR '1'='1",
        "k1\x00",
        "k" * 10_240,
        "__proto__",
        ["k1"],
        {"k1": 1},
        1,
        True,
    ],
    ids=lambda kid: f"JW-09-{str(kid)[:12]!r}",
)
def test_a_strange_kid_names_no_key(stage: Stage, kid: object) -> None:
    stage.refuse(
        lambda login: stage.token(login, header={"kid": kid}), status=401, reason=Reason.KID_UNKNOWN
    )


@pytest.mark.parametrize("name", ["jku", "x5u"], ids=lambda name: f"JW-10-{name}")
def test_a_key_elsewhere_is_never_fetched(stage: Stage, name: str) -> None:
    attacker = rsa_key("attacker")
    with http_peer(lambda _: json_reply({"keys": [jwk_of(attacker, "k1")]})) as elsewhere:
        header = stage.platform.header({name: f"{elsewhere.url}/jwks"})

        stage.refuse(
            lambda login: signed(header, claims_of(stage, login), attacker),
            status=401,
            reason=Reason.SIGNATURE_MISMATCH,
        )

        assert elsewhere.requests == []


@pytest.mark.parametrize("name", ["jwk", "x5c"], ids=lambda name: f"JW-11-{name}")
def test_a_key_in_the_header_is_ignored(stage: Stage, name: str) -> None:
    attacker = rsa_key("attacker")
    key = jwk_of(attacker, "k1") if name == "jwk" else [base64.b64encode(b"cert").decode()]
    header = stage.platform.header({name: key})

    stage.refuse(
        lambda login: signed(header, claims_of(stage, login), attacker),
        status=401,
        reason=Reason.SIGNATURE_MISMATCH,
    )


@pytest.mark.parametrize(
    "header",
    [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": []}],
    ids=["JW-12", "JW-12-b64", "JW-12-b64-alone", "JW-12-empty"],
)
def test_an_extension_that_must_be_understood_is_refused(
    stage: Stage, header: dict[str, Any]
) -> None:
    stage.refuse(
        lambda login: stage.token(login, header=header),
        status=401,
        reason=Reason.CRIT_UNSUPPORTED,
    )


@pytest.mark.parametrize(
    "typ", [ABSENT, "JWT", "jwt"], ids=["JW-13-absent", "JW-13-JWT", "JW-13-jwt"]
)
def test_a_token_of_the_usual_type_is_accepted(stage: Stage, typ: object) -> None:
    stage.accept(header={"typ": typ})


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", 1], ids=lambda typ: f"JW-13-{typ}")
def test_a_token_of_another_type_is_refused(stage: Stage, typ: object) -> None:
    stage.refuse(
        lambda login: stage.token(login, header={"typ": typ}),
        status=401,
        reason=Reason.TYP_NOT_ALLOWED,
    )


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda token: f"{token}.x.y", id="JW-14-jwe"),
        pytest.param(lambda token: token.rpartition(".")[0], id="JW-14-two-parts"),
        pytest.param(lambda _: "....", id="JW-14-dots"),
        pytest.param(lambda token: json.dumps({"payload": token}), id="JW-14-json"),
        pytest.param(lambda token: f".{token.partition('.')[2]}", id="JW-14-no-header"),
        pytest.param(lambda token: "\u00e9" + token, id="JW-14-not-ascii"),
    ],
)
def test_a_token_of_another_shape_is_refused(stage: Stage, shape: Callable[[str], str]) -> None:
    stage.refuse(lambda login: shape(stage.token(login)), status=400, reason=Reason.TOKEN_MALFORMED)


def test_jw_15_an_altered_body_is_refused(stage: Stage) -> None:
    def forge(login: Login) -> str:
        head, _, signature = stage.token(login).split(".")
        other = claims_of(stage, login, sub="user-2")
        return f"{head}.{base64url(json.dumps(other).encode())}.{signature}"

    stage.refuse(forge, status=401, reason=Reason.SIGNATURE_MISMATCH)


def flip_last_bit(signature: str) -> str:
    data = bytearray(base64.urlsafe_b64decode(signature + "=="))
    data[-1] ^= 1
    return base64url(bytes(data))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda signature: signature[:-8], id="JW-16-truncated"),
        pytest.param(flip_last_bit, id="JW-16-one-bit"),
        pytest.param(lambda signature: signature[:-1] + "B", id="JW-16-stray-bits"),
        pytest.param(lambda _: "", id="JW-16-empty"),
        pytest.param(lambda _: "AAAA", id="JW-16-short"),
        pytest.param(lambda signature: signature + "!", id="JW-16-alphabet"),
        pytest.param(lambda signature: signature + "==", id="JW-16-padding"),
        pytest.param(lambda signature: signature + "====", id="JW-16-more-padding"),
    ],
)
def test_a_damaged_signature_is_refused(stage: Stage, damage: Callable[[str], str]) -> None:
    def forge(login: Login) -> str:
        text, _, signature = stage.token(login).rpartition(".")
        assert damage(signature) != signature
        return f"{text}.{damage(signature)}"

    stage.refuse(forge, status=401, reason=Reason.SIGNATURE_MISMATCH)


@pytest.mark.parametrize("name", ["sub", "aud"], ids=lambda name: f"JW-17-{name}")
def test_a_claim_that_stands_twice_is_refused(stage: Stage, name: str) -> None:
    def forge(login: Login) -> str:
        claims = claims_of(stage, login)
        body = json.dumps(claims)[:-1] + f', "{name}": {json.dumps(claims[name])}}}'
        return stage.platform.sign(body.encode())

    stage.refuse(forge, status=400, reason=Reason.DUPLICATE_CLAIM)


def test_jw_18_a_header_member_that_stands_twice_is_refused(stage: Stage) -> None:
    header = b'{"alg":"none","kid":"k1","alg":"RS256"}'

    stage.refuse(
        lambda login: stage.platform.sign(claims_of(stage, login), header=header),
        status=400,
        reason=Reason.DUPLICATE_HEADER,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'["a"]', id="JW-19-array"),
        pytest.param(b'"text"', id="JW-19-string"),
        pytest.param(b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", id="JW-19-deep"),
        pytest.param(b'{"a":' + b"[" * 100_000, id="JW-19-open"),
        pytest.param(b'{"a":"\xff\xfe"}', id="JW-20-utf8"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="JW-20-bom"),
        pytest.param(b'{"name":"\\ud800"}', id="JW-20-surrogate"),
        pytest.param(b"", id="JW-20-empty"),
        pytest.param(b"not json", id="JW-20-no-json"),
    ],
)
def test_a_body_that_is_no_plain_object_is_refused(stage: Stage, body: bytes) -> None:
    stage.refuse(
        lambda _: stage.platform.sign(body or b" "), status=400, reason=Reason.TOKEN_MALFORMED
    )


def seconds(offset: float) -> Callable[[Stage], float]:
    return lambda stage: stage.clock().timestamp() + offset


@pytest.mark.parametrize(
    "times",
    [
        pytest.param({"exp": seconds(-1)}, id="JW-21"),
        pytest.param({"exp": seconds(-59)}, id="JW-22-inside"),
        pytest.param({"exp": seconds(30.5)}, id="JW-23-float"),
        pytest.param({"iat": seconds(-105), "exp": seconds(-45)}, id="JW-24-clock-ahead"),
        pytest.param({"iat": seconds(45), "exp": seconds(105)}, id="JW-24-clock-behind"),
        pytest.param({"exp": seconds(10 * 365 * 86_400)}, id="JW-25"),
        pytest.param({"iat": seconds(-600)}, id="JW-26-inside"),
        pytest.param({"iat": seconds(30)}, id="JW-27-inside"),
        pytest.param({"nbf": seconds(30)}, id="JW-28-inside"),
    ],
)
def test_a_token_in_its_time_is_accepted(
    stage: Stage, times: dict[str, Callable[[Stage], float]]
) -> None:
    stage.accept({name: at(stage) for name, at in times.items()})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"exp": seconds(-61)}, Reason.TOKEN_EXPIRED, id="JW-21-beyond"),
        pytest.param({"exp": seconds(-60)}, Reason.TOKEN_EXPIRED, id="JW-22"),
        pytest.param({"exp": ABSENT}, Reason.EXP_MISSING, id="JW-23-missing"),
        pytest.param({"exp": "1700000000"}, Reason.EXP_MISSING, id="JW-23-string"),
        pytest.param({"exp": -1}, Reason.TOKEN_EXPIRED, id="JW-23-negative"),
        pytest.param({"exp": float("nan")}, Reason.EXP_MISSING, id="JW-23-nan"),
        pytest.param({"exp": float("inf")}, Reason.EXP_MISSING, id="JW-23-infinity"),
        pytest.param({"exp": 10**400}, Reason.EXP_MISSING, id="JW-23-huge"),
        pytest.param({"exp": True}, Reason.EXP_MISSING, id="JW-23-bool"),
        pytest.param({"exp": None}, Reason.EXP_MISSING, id="JW-23-null"),
        pytest.param({"iat": seconds(-86_400)}, Reason.TOKEN_TOO_OLD, id="JW-26"),
        pytest.param({"iat": seconds(600)}, Reason.TOKEN_FROM_FUTURE, id="JW-27"),
        pytest.param({"nbf": seconds(120)}, Reason.TOKEN_NOT_YET_VALID, id="JW-28"),
        pytest.param({"nbf": "soon"}, Reason.NBF_MALFORMED, id="JW-28-string"),
        pytest.param({"iat": ABSENT}, Reason.IAT_MISSING, id="JW-29"),
        pytest.param({"iat": "now"}, Reason.IAT_MISSING, id="JW-29-string"),
    ],
)
def test_a_token_out_of_its_time_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    known = {name: at(stage) if callable(at) else at for name, at in changes.items()}

    stage.refuse_claims(known, status=401, reason=reason)


def test_jw_23_a_number_too_large_for_a_float_is_refused(stage: Stage) -> None:
    def forge(login: Login) -> str:
        body = json.dumps(claims_of(stage, login, exp=0)).replace('"exp": 0', '"exp": 1e400')
        return stage.platform.sign(body.encode())

    stage.refuse(forge, status=401, reason=Reason.EXP_MISSING)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://third.test",
        "https://lms.test/",
        "https://LMS.test",
        "https://lms.tеst",
        "",
        None,
        1,
    ],
    ids=[
        "JW-30",
        "JW-31-slash",
        "JW-31-case",
        "JW-31-look-alike",
        "JW-31-empty",
        "JW-31-null",
        "JW-31-number",
    ],
)
def test_another_issuer_is_refused(stage: Stage, issuer: object) -> None:
    with served(TestPlatform(issuer="https://third.test", client_id="c3")) as third:
        stage.register(third)

        stage.refuse_claims({"iss": issuer}, status=401, reason=Reason.ISSUER_MISMATCH)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"aud": "c3"}, Reason.AUDIENCE_MISMATCH, id="JW-32"),
        pytest.param({"aud": ["c1", "other"]}, Reason.AZP_MISMATCH, id="JW-34"),
        pytest.param({"aud": ["c1", "other"], "azp": "c1"}, Reason.AUDIENCE_MISMATCH, id="JW-35"),
        pytest.param({"aud": "c1", "azp": "c2"}, Reason.AZP_MISMATCH, id="JW-37"),
        pytest.param({"aud": "c1", "azp": None}, Reason.AZP_MISMATCH, id="JW-37-null"),
        *(
            pytest.param({"aud": aud}, Reason.AUDIENCE_MISMATCH, id=f"JW-38-{name}")
            for name, aud in {
                "empty-list": [],
                "empty": "",
                "null": None,
                "number": 1,
                "nested": [["c1"]],
                "object": {"c1": 1},
                "mixed": ["c1", 1],
                "many": ["c1", *(f"c{n}" for n in range(10_000))],
            }.items()
        ),
        pytest.param({"aud": ABSENT}, Reason.AUDIENCE_MISMATCH, id="JW-38-missing"),
        pytest.param({"aud": ["c1", "c2"]}, Reason.AZP_MISMATCH, id="JW-39"),
        pytest.param({"aud": ["c1", "c2"], "azp": "c2"}, Reason.AZP_MISMATCH, id="JW-39-azp"),
        pytest.param({"aud": "c2"}, Reason.AUDIENCE_MISMATCH, id="JW-40"),
    ],
)
def test_a_token_for_somebody_else_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    with served(TestPlatform(client_id="c2", keys=stage.platform.keys)) as second:
        stage.register(second)

        stage.refuse_claims(changes, status=401, reason=reason)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": ["c1"]}, id="JW-33"),
        pytest.param({"aud": ["c2", "c1"], "azp": "c1"}, id="JW-36"),
        pytest.param({"aud": ["c1", "c2"], "azp": "c1"}, id="JW-39-ours"),
        pytest.param({"aud": "c1", "azp": "c1"}, id="JW-37-right"),
    ],
)
def test_our_client_is_found_among_audiences_that_are_ours(
    stage: Stage, changes: dict[str, Any]
) -> None:
    with served(TestPlatform(client_id="c2", keys=stage.platform.keys)) as second:
        stage.register(second)

        stage.accept(changes)


@pytest.mark.parametrize("bits", [512, 1024], ids=lambda bits: f"JW-41-{bits}")
def test_a_short_key_is_not_used(stage: Stage, bits: int) -> None:
    # 512-bit keys cannot be made any more; a modulus of that length is as short.
    key = rsa_key("short", max(bits, 1024))
    short = jwk_of(key, "k1")
    if bits < 1024:
        short["n"] = base64url((2**511 + 111).to_bytes(64, "big"))
    stage.platform.published = [short, jwk_of(stage.platform.keys["k2"], "k2")]

    stage.refuse(
        lambda login: signed(stage.platform.header(), claims_of(stage, login), key),
        status=401,
        reason=Reason.KID_UNKNOWN,
    )


@pytest.mark.parametrize("path", ["lti/login", "lti/jwks.json", "metrics"])
def test_jw_42_a_launch_token_opens_nothing_else(stage: Stage, path: str) -> None:
    browser = stage.browser()
    token = stage.token(browser.login(stage.platform))
    bearer = {"Authorization": f"Bearer {token}"}

    with_token = browser.client.get(f"/{path}", headers=bearer, base_url=browser.base_url)
    without = browser.client.get(f"/{path}", base_url=browser.base_url)

    assert with_token.status_code == without.status_code
    assert not [c for c in with_token.headers.getlist("Set-Cookie") if "=;" not in c]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param(
            {
                "nonce": "of-the-platform",
                f"{LTI}message_type": "LtiContextCopyNotice",
                f"{LTI}notice": {"id": "1", "type": "LtiContextCopyNotice"},
                "sub": ABSENT,
            },
            Reason.NONCE_MISMATCH,
            id="JW-43",
        ),
        pytest.param(
            {"iss": "c1", "sub": "c1", "aud": "https://lms.test/token", "jti": "1"},
            Reason.ISSUER_MISMATCH,
            id="JW-44-assertion",
        ),
        pytest.param(
            {
                "iss": "c1",
                "aud": "https://lms.test",
                f"{LTI}message_type": "LtiDeepLinkingResponse",
            },
            Reason.ISSUER_MISMATCH,
            id="JW-44-deep-link",
        ),
    ],
)
def test_a_token_made_for_something_else_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    stage.refuse_claims(changes, status=401, reason=reason)
