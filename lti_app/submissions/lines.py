"""The instructor's page as values: one line for each person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _

from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import DeliveryState
from lti_app.grading.releasing import CHANGES, Outcome, PlanLine
from lti_app.grading.views import DeliveryView, GradeView
from lti_app.grading.waiting import Wait
from lti_app.people.roles import Role
from lti_app.submissions.contract import KindRules
from lti_app.submissions.explaining import (
    FacetWords,
    facet_title,
    facet_words,
    part_title,
    work_words,
)
from lti_app.submissions.views import PersonWork, WorkState
from lti_app.submissions.wording import StateWords, words_of


class Order(StrEnum):
    """How the lines stand."""

    NEED = "need"
    NAME = "name"
    GRADE = "grade"


@dataclass(frozen=True)
class Line:
    """One person on the page of an activity.

    Attributes:
        facets: in the order of the page's columns; None where there is nothing yet.
        is_ready: whether their grade waits to be released.
    """

    name: str
    work: PersonWork
    work_words: StateWords
    plan: PlanLine
    facets: tuple[FacetWords | None, ...]
    deliveries: tuple[tuple[DeliveryView, StateWords], ...]
    is_ready: bool

    @property
    def grade(self) -> GradeView | None:
        """The person's grade."""
        return self.work.standing.grade

    @property
    def has_grade(self) -> bool:
        """Whether there is a grade to show, counted or not."""
        return self.grade is not None and self.grade.effective is not None

    @property
    def shown_deliveries(self) -> tuple[tuple[DeliveryView, StateWords], ...]:
        """Where their scores are; that one of somebody excused is not sent goes without saying."""
        return tuple(
            (delivery, words)
            for delivery, words in self.deliveries
            if not (self.work.where.is_excused and delivery.state is DeliveryState.WITHHELD)
        )

    @property
    def has_news(self) -> bool:
        """Whether there is something to say about the gradebook."""
        return bool(self.shown_deliveries) or (self.is_ready and not self.work.where.is_excused)

    @property
    def is_changed(self) -> bool:
        """Whether the grade is another than the one that was released."""
        return self.plan.outcome is Outcome.CHANGED

    @property
    def needs_a_person(self) -> bool:
        """Whether a score of theirs goes no further by itself."""
        return any(delivery.needs_a_person for delivery, _words in self.deliveries)

    @property
    def is_on_its_way(self) -> bool:
        """Whether a score of theirs will still be sent."""
        return any(delivery.state is DeliveryState.OWED for delivery, _words in self.deliveries)

    @property
    def has_arrived(self) -> bool:
        """Whether the gradebook shows what is wanted."""
        return any(delivery.state is DeliveryState.ARRIVED for delivery, _words in self.deliveries)

    @property
    def must_be_excused_there(self) -> bool:
        """Whether the gradebook still shows a score of somebody who is excused here."""
        return self.work.where.is_excused and any(
            delivery.state is DeliveryState.ARRIVED and not delivery.is_withdrawal
            for delivery, _words in self.deliveries
        )


@dataclass(frozen=True)
class Column:
    """One facet as a column: its title, and its share of the whole in per cent."""

    title: str
    share: Decimal


def lines_of(
    rules: KindRules,
    activity: ActivityView,
    people: Sequence[PersonWork],
    waits: Mapping[int, Wait],
) -> list[Line]:
    """Return the lines of a page, in the order of the people.

    Args:
        waits: by line item, what its scores wait for.
    """
    columns, words = facet_columns(people), {state: work_words(state) for state in WorkState}
    return [_line(rules, activity, work, columns, waits, words[work.state]) for work in people]


def columns_with_owed(people: Sequence[PersonWork]) -> set[int]:
    """Return the line items for which scores of these people are on their way."""
    deliveries = (one for work in people for one in work.standing.deliveries)
    return {one.line_item_id for one in deliveries if one.state is DeliveryState.OWED}


def facet_columns(people: Sequence[PersonWork]) -> list[str]:
    """Return the names of the facets that anybody has, in the order they first come."""
    grades = (work.standing.grade for work in people)
    found = {facet.facet: None for grade in grades if grade for facet in grade.facets}
    return list(found)


def column_heads(rules: KindRules, people: Sequence[PersonWork]) -> list[Column]:
    """Return the heads of the facets' columns; what they weigh, they weigh for everybody."""
    grades = [work.standing.grade for work in people]
    weights = {one.facet: one.weight for grade in grades if grade for one in grade.facets}
    total = sum(weights.values()) or Decimal(1)
    return [
        Column(facet_title(rules, name), 100 * weights[name] / total)
        for name in facet_columns(people)
    ]


def _line(
    rules: KindRules,
    activity: ActivityView,
    work: PersonWork,
    columns: Sequence[str],
    waits: Mapping[int, Wait],
    words: StateWords,
) -> Line:
    grade = work.standing.grade
    facets = {one.facet: facet_words(rules, one) for one in grade.facets} if grade else {}
    return Line(
        name=work.name.display(Role.LEARNER, _),
        work=work,
        work_words=words,
        plan=work.plan,
        facets=tuple(facets.get(column) for column in columns),
        deliveries=tuple(
            (one, words_of(one, waits.get(one.line_item_id), part=part_title(rules, one)))
            for one in work.standing.deliveries
        ),
        is_ready=_is_ready(activity, work),
    )


def _is_ready(activity: ActivityView, work: PersonWork) -> bool:
    """Whether a release would change something; nothing of who left is released."""
    has_left = work.state is WorkState.WITHDRAWN
    is_released = activity.release is not Release.NEVER
    return is_released and not has_left and work.plan.outcome in CHANGES


def in_order(lines: Sequence[Line], order: Order) -> list[Line]:
    """Return the lines, which come by name, in another order; equal ones stay by name."""
    if order is Order.GRADE:
        return sorted(lines, key=_grade_key)
    if order is Order.NEED:
        return sorted(lines, key=lambda line: (not line.needs_a_person, not line.is_ready))
    return list(lines)


def _grade_key(line: Line) -> Decimal:
    effective = line.grade.effective if line.grade else None
    return Decimal(-1) if effective is None else effective
