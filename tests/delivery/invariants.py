"""I4 to I8 after any run, from three sides: what was graded, our rows, the sandbox's own log.

I1 to I3 and I9 speak of web requests and restarts; they stand with the tests that kill processes.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select

from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.people.models import User
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import ReceivedRequest
from tests.delivery.lms import CLIENT
from tests.delivery.school import CANARY, School

#: Named states that an instructor sees with a reason.
HELD = frozenset(DeliveryState) - {DeliveryState.OWED, DeliveryState.ARRIVED}
_BEARER = re.compile(r"Bearer (\S+)")


def check(school: School, *, may_wait: bool = False) -> None:
    """Assert what must hold once nothing is under way.

    Args:
        may_wait: scores may still be owed, with the reason why.
    """
    deliveries = _deliveries(school)
    log = _scores_taken(school)
    assert set(deliveries) == set(school.history), "I4: a grade owes no score"
    for sub, row in deliveries.items():
        _check_person(school, sub, row, may_wait=may_wait)
        for (person, column), taken in log.items():
            if person == sub:
                _check_order(sub, taken, school.history[sub], column)
        _check_cell(school, sub)
    _check_columns(school)
    _check_tenant(school)
    _check_secrets(school)


def _deliveries(school: School) -> dict[str, ScoreDelivery]:
    with school.database.read() as session:
        rows = session.execute(
            select(User.sub, ScoreDelivery)
            .join(User, User.id == ScoreDelivery.user_id)
            .where(User.platform_id == school.course.platform_id)
        )
        return {row[0]: row[1] for row in rows}


def _check_person(school: School, sub: str, row: ScoreDelivery, *, may_wait: bool) -> None:
    graded = school.history[sub]
    if row.state == DeliveryState.ARRIVED:
        assert row.acknowledged_version == row.wanted_version, f"I4: {sub} is not there yet"
        assert school.lms.shown(sub) == float(graded[-1] * 10), f"I4: {sub} shows something else"
    else:
        named = row.state in HELD or (may_wait and row.state == DeliveryState.OWED)
        assert named, f"I4: {sub} is {row.state}"
        assert row.reason_code, f"I4: {sub} waits and nobody knows why"


def _check_order(
    sub: str, taken: Sequence[Decimal], graded: Sequence[Decimal], column: str
) -> None:
    assert _is_in_order(taken, graded), f"I5: {sub} moved back in {column}: {taken} of {graded}"
    assert len(taken) <= len(graded), f"I6: {sub} was sent more often than graded"


def _is_in_order(taken: Sequence[Decimal], graded: Sequence[Decimal]) -> bool:
    """Whether what the platform took is what was graded, some left out, none twice."""
    left = iter(graded)
    return all(any(fraction == one for one in left) for fraction in taken)


def _check_cell(school: School, sub: str) -> None:
    cell, comments = school.lms.cell(sub), school.lms.comments(sub)
    if cell is None:
        return
    assert cell.attempt_count <= len(school.hand_ins[sub]), f"I6: {sub} has attempts too many"
    assert len(comments) <= len(school.history[sub]), f"I6: {sub} has a version with two comments"
    assert all(one != other for one, other in pairwise(comments)), f"I6: {sub}: a comment twice"


def _scores_taken(school: School) -> Mapping[tuple[str, str], list[Decimal]]:
    """Return the fractions that the platform stored, by person and column, in its own order."""
    taken: dict[tuple[str, str], list[Decimal]] = {}
    with school.lms.sandbox.database.read() as session:
        rows = session.scalars(
            select(ReceivedRequest)
            .where(ReceivedRequest.service == Service.SCORES)
            .order_by(ReceivedRequest.id)
        )
        # What was stored has a version, whatever was said of it afterwards.
        for row in (row for row in rows if "version" in row.detail):
            given, maximum = (
                Decimal(str(row.detail[name])) for name in ("score_given", "score_maximum")
            )
            where = str(row.user_id), str(row.detail["line_item"])
            taken.setdefault(where, []).append(given / maximum)
    return taken


def _check_columns(school: School) -> None:
    names = [
        (column.resource_id, column.tag) for column in school.lms.columns() if column.resource_id
    ]
    assert len(names) == len(set(names)), "I6: one activity has two columns"


def _check_tenant(school: School) -> None:
    with school.lms.sandbox.database.read() as session:
        clients = set(session.scalars(select(ReceivedRequest.client_id)))
    assert clients <= {CLIENT, None}, f"I7: tokens of {clients}"


def _check_secrets(school: School) -> None:
    """Nothing private leaves, a token only in its header; a log holds neither."""
    written = school.log.stream.getvalue()
    names = [sub.title() for sub in school.history]
    tokens = {
        found[1]
        for sent in school.wire.sent
        if (found := _BEARER.search(sent.headers.get("Authorization", "")))
    }
    for sent in school.wire.sent:
        said = sent.url + sent.body.decode()
        for private in (CANARY, "PRIVATE KEY", *names, *tokens):
            assert private not in said, f"I8: {private} left for {sent.url}"
    for private in (CANARY, "PRIVATE KEY", "eyJ", "Bearer", *names, *tokens):
        assert private not in written, f"I8: {private} was logged"
