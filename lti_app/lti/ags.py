"""Scores posted and results read: the protocol, and what each answer means.

When and what to send is its caller's to decide. Source: AGS 2.0, sections 3.3 and 3.4.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import exact_json, number_of, text_of
from lti_app.lti.line_items import (
    LineItem,
    LineItemWish,
    find_line_item,
    find_or_create_line_item,
    get_line_item,
)
from lti_app.lti.listing import read_list
from lti_app.lti.quirks import Family, quirks_of
from lti_app.lti.scores import SCORE_TYPE, Score, score_body
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.service_urls import sub_url, with_query

__all__ = [
    "LineItem",
    "LineItemWish",
    "Result",
    "find_line_item",
    "find_or_create_line_item",
    "get_line_item",
    "post_score",
    "read_result",
]

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE_SCOPE = f"{_SCOPE}score"
RESULT_SCOPE = f"{_SCOPE}result.readonly"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
_TIME_WORDS = re.compile(r"timestamp|earlier|newer|out of date|outdated", re.IGNORECASE)
_PERSON_WORDS = re.compile(r"gradable|student|learner|enrol|user", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """What the platform shows of one person in one column.

    Attributes:
        points: None when there is no grade, which is not a grade of zero.
        maximum: above zero.
    """

    points: Decimal | None
    maximum: Decimal
    comment: str | None


def post_score(
    caller: ServiceCaller, access: ServiceAccess, line_item_url: str, score: Score
) -> None:
    """Post one score; returning means that the platform has it.

    Moodle answers an empty body, Canvas JSON; a page or half a body is no answer.

    Raises:
        ServiceProblem: stale_time when the platform has a newer one; not_gradable for a person it
            does not grade; otherwise as `calls`.
    """
    call = Call(
        "POST",
        sub_url(line_item_url, "scores"),
        (SCORE_SCOPE,),
        content_type=SCORE_TYPE,
        body=json.dumps(score_body(score)).encode(),
    )
    try:
        answer = caller.send(access, call)
    except ServiceProblem as problem:
        raise _about_score(problem, access.registration.family) from problem
    if answer.body.strip():
        exact_json(answer)


def _about_score(problem: ServiceProblem, family: Family) -> ServiceProblem:
    """Say more precisely what a refusal means when a score was posted."""
    if problem.is_of_token:
        return problem
    status, outcome = problem.status, problem.outcome
    if status in quirks_of(family).stale_statuses and (
        status == 409 or _TIME_WORDS.search(problem.words)
    ):
        outcome = Outcome.STALE_TIME
    elif status == 422 or (status == 400 and _names_a_person(problem.words, family)):
        outcome = Outcome.NOT_GRADABLE
    return ServiceProblem(
        outcome,
        status=status,
        words=problem.words,
        retry_after_seconds=problem.retry_after_seconds,
    )


def _names_a_person(words: str, family: Family) -> bool:
    # Moodle says "Incorrect score received" and means that it does not grade this person: the
    # other reasons for it are mistakes in a body that we cannot build.
    return family is Family.MOODLE or _PERSON_WORDS.search(words) is not None


def read_result(
    caller: ServiceCaller, access: ServiceAccess, line_item_url: str, user_id: str
) -> Result | None:
    """Return what the platform shows for one person, None when it has no row for them.

    No limit is asked for: Moodle breaks on it.
    """
    url = with_query(sub_url(line_item_url, "results"), {"user_id": user_id})
    call = Call("GET", url, (RESULT_SCOPE,), accept=RESULTS_TYPE)
    for entry in read_list(caller, access, call):
        if str(entry.get("userId", "")) == user_id:
            return _result_from(entry)
    return None


def _result_from(entry: dict[str, Any]) -> Result:
    maximum = number_of(entry.get("resultMaximum", 1))
    points = number_of(entry.get("resultScore"))
    if maximum is None or maximum <= 0:
        # Points of no maximum say nothing.
        return Result(None, Decimal(1), text_of(entry.get("comment")))
    return Result(points, maximum, text_of(entry.get("comment")))
