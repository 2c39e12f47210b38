"""The part of the control page that is about one course: columns, cells, people, the end."""

from enum import StrEnum

from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.control.page_forms import choice, not_understood, number, text, whole_number
from lti_app.sandbox.control.page_guard import back_to_controls, deeds_blueprint
from lti_app.sandbox.deeds import (
    Standing,
    change_column,
    change_standing,
    conclude,
    delete_column,
    find_column,
    find_course,
    restore_column,
)
from lti_app.sandbox.gradebook import find_gradable, grade_by_hand
from lti_app.sandbox.models import Course, LineItem, Person
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox

blueprint = deeds_blueprint("courses")


class CourseDeed(StrEnum):
    """What can be done to a course as a whole."""

    CONCLUDE = "conclude"
    REOPEN = "reopen"


class ColumnDeed(StrEnum):
    """What can be done to a column."""

    CHANGE = "change"
    DELETE = "delete"
    RESTORE = "restore"


@blueprint.post("/courses/<context_id>")
def change_course(context_id: str) -> ResponseReturnValue:
    """End a course, or open it again."""
    deed = choice("deed", CourseDeed)
    with current_sandbox().database.write() as session:
        conclude(_course(session, context_id), is_concluded=deed is CourseDeed.CONCLUDE)
    return back_to_controls()


@blueprint.post("/courses/<context_id>/columns")
def change_one_column(context_id: str) -> ResponseReturnValue:
    """Rename a column, give it another maximum, limit its attempts, delete or restore it."""
    deed = choice("deed", ColumnDeed)
    with current_sandbox().database.write() as session:
        item = _column(session, context_id)
        if deed is ColumnDeed.DELETE:
            delete_column(item, current_sandbox().now())
        elif deed is ColumnDeed.RESTORE:
            restore_column(item)
        else:
            change_column(
                item,
                label=text("label"),
                maximum=number("maximum", least=0.01),
                attempts_allowed=whole_number("attempts_allowed"),
            )
    return back_to_controls()


@blueprint.post("/courses/<context_id>/cells")
def grade(context_id: str) -> ResponseReturnValue:
    """Enter a grade as a teacher does; without points the grade is taken away."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        item = _column(session, context_id)
        person = find_gradable(session, item.course_id, text("sub") or "", active_only=False)
        if person is None:
            raise not_understood()
        grade_by_hand(
            session,
            item,
            person,
            score=number("score"),
            comment=text("comment"),
            now=sandbox.now(),
        )
    return back_to_controls()


@blueprint.post("/courses/<context_id>/people")
def change_person(context_id: str) -> ResponseReturnValue:
    """Suspend somebody, take them out of the course, or let them in."""
    standing = choice("standing", Standing)
    with current_sandbox().database.write() as session:
        course = _course(session, context_id)
        person = session.scalar(select(Person).where(Person.sub == text("sub")))
        if person is None:
            raise not_understood()
        change_standing(session, course, person, standing)
    return back_to_controls()


def _course(session: Session, context_id: str) -> Course:
    course = find_course(session, context_id)
    if course is None:
        raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
    return course


def _column(session: Session, context_id: str) -> LineItem:
    item = find_column(session, context_id, whole_number("column") or 0)
    if item is None:
        raise not_understood()
    return item
