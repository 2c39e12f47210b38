"""I1 to I8: what holds for every login or launch that is refused, whatever the reason."""

import json
import re
from collections.abc import Iterable

from tests.cases.watching import Observation

_ADDRESS = re.compile(r"""(?:href|src|action|content|formaction)=["']([^"']*)["']""")
_REFERENCE = re.compile(r'class="rp-ref">([a-z2-7]{12})<')
_LANGUAGE = re.compile(r'<html[^>]* lang="en"')
_TRACES = ("Traceback", "sqlalchemy", "pylti1p3", ".py", "werkzeug")
_SHORTEST_SECRET = 8


def check_rejection(
    seen: Observation,
    *,
    status: int,
    reason: str,
    secrets: Iterable[str],
    registered: Iterable[tuple[str, int]],
) -> None:
    """Assert all eight.

    Args:
        seen: what happened.
        status: the one that is right for this case.
        reason: the stable code that has to be logged.
        secrets: what must show neither on the page nor in the log.
        registered: host and port of the registered endpoints.
    """
    assert seen.status == status, f"status {seen.status}, logged {seen.log}"
    check_no_session(seen)
    check_no_rows(seen)
    check_page(seen)
    check_no_secret(seen, secrets)
    check_one_event(seen, reason)
    check_no_foreign_address(seen)
    check_no_foreign_request(seen, registered)
    check_consumed(seen)


def check_no_session(seen: Observation) -> None:
    granted = [
        value
        for name, value in seen.headers
        if name.lower() == "set-cookie" and not value.split("=", 1)[1].startswith(";")
    ]
    assert not granted, f"I1: a cookie was set: {granted}"


def check_no_rows(seen: Observation) -> None:
    assert not any(seen.rows.values()), f"I2: rows were written: {seen.rows}"


def check_page(seen: Observation) -> None:
    media_type = dict(seen.headers).get("Content-Type", "")
    assert media_type.startswith("text/html"), f"I3: no page but {media_type}"
    assert _LANGUAGE.search(seen.text), "I3: the page says no language"
    reference = _REFERENCE.search(seen.text)
    assert reference, "I3: no reference on the page"
    assert any(line.get("request_id") == reference[1] for line in seen.log), (
        "I3: the reference is not in the log"
    )
    shown = [trace for trace in _TRACES if trace in seen.text]
    assert not shown, f"I3: the page shows {shown}"


def check_no_secret(seen: Observation, secrets: Iterable[str]) -> None:
    log = json.dumps(seen.log, ensure_ascii=False)
    for secret in secrets:
        assert len(secret) >= _SHORTEST_SECRET, f"too short to be looked for: {secret}"
        assert secret not in seen.text, f"I4: on the page: {secret[:20]}"
        assert secret not in log, f"I4: in the log: {secret[:20]}"


def check_one_event(seen: Observation, reason: str) -> None:
    events = [line for line in seen.log if line["event"] == "request refused"]
    assert len(events) == 1, f"I5: {len(events)} events"
    assert events[0].get("reason") == reason, f"I5: logged {events[0].get('reason')}"


def check_no_foreign_address(seen: Observation) -> None:
    location = dict(seen.headers).get("Location")
    assert location is None, f"I6: a redirect to {location}"
    assert "<form" not in seen.text, "I6: a form on the page"
    assert 'http-equiv="refresh"' not in seen.text, "I6: a refresh on the page"
    foreign = [url for url in _ADDRESS.findall(seen.text) if "//" in url]
    assert not foreign, f"I6: links to {foreign}"


def check_no_foreign_request(seen: Observation, registered: Iterable[tuple[str, int]]) -> None:
    foreign = set(seen.connections) - set(registered)
    assert not foreign, f"I7: connected to {foreign}"


def check_consumed(seen: Observation) -> None:
    assert seen.is_consumed is not False, "I8: the state can be used again"
