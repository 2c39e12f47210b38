"""Columns that are there, changed or deleted: nothing that we do not know is lost on the way.

When that is right its caller decides. Source: AGS 2.0, sections 3.2.4 and 3.2.5.
"""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lti_app.core.http import Answer, FetchError
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import number_of
from lti_app.lti.line_items import ITEM_TYPE, READ_SCOPES, WRITE_SCOPE
from lti_app.lti.scores import json_number
from lti_app.lti.service_access import ServiceAccess

#: A platform that has no such column, or does not let ours go: asking again changes neither.
_GONE = frozenset({404, 410})
_STAYS = frozenset({401, 403, 405})


@dataclass(frozen=True)
class LineItemChange:
    """What is to be otherwise; None leaves it as it is.

    Attributes:
        only_from: the maxima of which it must have one, or nothing is changed: another was chosen
            in the platform. None: whatever it has.
    """

    label: str | None = None
    maximum: Decimal | None = None
    only_from: AbstractSet[Decimal] | None = None

    def __post_init__(self) -> None:
        if self.label is not None and not self.label.strip():
            raise ValueError("a column needs a label")
        if self.maximum is not None and not (self.maximum.is_finite() and self.maximum > 0):
            raise ValueError("the maximum must be finite and above zero")


def change_line_item(
    caller: ServiceCaller, access: ServiceAccess, url: str, change: LineItemChange
) -> Decimal | None:
    """Change a column and keep everything else that the platform says of it.

    A PUT replaces the whole column, so what is there is read first and sent back.

    Returns:
        The maximum that it has now; None when the platform names none.

    Raises:
        ServiceProblem: gone, when it was deleted; unknown_outcome, when what came is no column.
    """
    answer = caller.send(access, Call("GET", url, READ_SCOPES, accept=ITEM_TYPE))
    body = _column_in(answer)
    stands_at = number_of(body.get("scoreMaximum"))
    if change.only_from is not None and stands_at not in change.only_from - {change.maximum}:
        return stands_at
    if change.label is not None:
        body["label"] = change.label
    if change.maximum is not None:
        body["scoreMaximum"] = json_number(change.maximum)
    call = Call(
        "PUT",
        url,
        (WRITE_SCOPE,),
        accept=ITEM_TYPE,
        content_type=ITEM_TYPE,
        body=json.dumps(body).encode(),
    )
    caller.send(access, call)
    return stands_at if change.maximum is None else change.maximum


def _column_in(answer: Answer) -> dict[str, Any]:
    try:
        entry = answer.json()
    except FetchError:
        entry = None
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_a_line_item")
    return entry


def delete_line_item(caller: ServiceCaller, access: ServiceAccess, url: str) -> bool:
    """Delete a column; it is asked for once.

    Returns:
        False when the platform keeps it: one that belongs to a link is the platform's own.

    Raises:
        ServiceProblem: every other refusal.
    """
    try:
        caller.send(access, Call("DELETE", url, (WRITE_SCOPE,)))
    except ServiceProblem as problem:
        if problem.is_of_token or problem.status not in _GONE | _STAYS:
            raise
        return problem.status in _GONE
    return True
