"""The helper that judges every rejection is judged here: each invariant broken in turn."""

from dataclasses import replace
from typing import Any

import pytest

from tests.cases.invariants import check_rejection
from tests.cases.watching import Observation

PAGE = '<html lang="en" dir="ltr"><a href="/static/x.css"><span class="rp-ref">abcdefghijkl</span>'
LINE = {"event": "request refused", "reason": "state_used", "request_id": "abcdefghijkl"}
GOOD = Observation(
    status=401,
    headers=(("Content-Type", "text/html; charset=utf-8"),),
    text=PAGE,
    rows={"users": 0},
    log=(LINE,),
    connections=(("127.0.0.1", 8001),),
    is_consumed=True,
)


def judge(seen: Observation) -> None:
    check_rejection(
        seen,
        status=401,
        reason="state_used",
        secrets=["eyJhbGciOi", "ann@example.org"],
        registered=[("127.0.0.1", 8001)],
    )


def cookie(value: str) -> tuple[tuple[str, str], ...]:
    return (*GOOD.headers, ("Set-Cookie", value))


def test_a_proper_rejection_passes() -> None:
    judge(GOOD)
    judge(replace(GOOD, is_consumed=None, connections=()))
    judge(replace(GOOD, headers=cookie("__Host-rp-login-1=; Max-Age=0; Path=/")))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("status", {"status": 400}),
        ("I1", {"headers": cookie("__Host-rp-abc=secret; Secure")}),
        ("I2", {"rows": {"users": 1}}),
        ("I3", {"headers": (("Content-Type", "application/json"),)}),
        ("I3", {"text": PAGE.replace(' lang="en"', "")}),
        ("I3", {"text": '<html lang="en">'}),
        ("I3", {"text": PAGE + "Traceback (most recent call last)"}),
        ("I3", {"log": ({**LINE, "request_id": "other"},)}),
        ("I4", {"text": PAGE + "eyJhbGciOi"}),
        ("I4", {"log": (LINE, {"event": "x", "who": "ann@example.org"})}),
        ("I5", {"log": ({**LINE, "event": "something else"},)}),
        ("I5", {"log": (LINE, LINE)}),
        ("I5", {"log": ({**LINE, "reason": "state_unknown"},)}),
        ("I6", {"headers": (*GOOD.headers, ("Location", "https://evil.test/"))}),
        ("I6", {"text": PAGE + '<a href="https://evil.test/">'}),
        ("I6", {"text": PAGE + "<form>"}),
        ("I6", {"text": PAGE + '<meta http-equiv="refresh" content="0">'}),
        ("I7", {"connections": (("169.254.169.254", 80),)}),
        ("I8", {"is_consumed": False}),
    ],
)
def test_a_rejection_that_breaks_an_invariant_is_caught(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=name):
        judge(replace(GOOD, **changes))
