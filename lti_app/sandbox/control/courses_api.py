"""The control API over courses: what stands in a gradebook, and a teacher's hand in it."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.control.course_bodies import cell_body, column_body, course_body
from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.deeds import (
    Standing,
    change_column,
    change_standing,
    conclude,
    delete_column,
    find_column,
    find_course,
    list_columns,
    restore_column,
)
from lti_app.sandbox.gradebook import find_gradable, grade_by_hand, read_gradebook
from lti_app.sandbox.models import Course, LineItem, Person
from lti_app.sandbox.payloads import (
    bad_request,
    optional_flag,
    optional_number,
    optional_text,
    read_object,
)
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("courses")


@blueprint.get("/courses")
def show_courses() -> ResponseReturnValue:
    """Return the courses."""
    with current_sandbox().database.read() as session:
        courses = session.scalars(select(Course).order_by(Course.id))
        return jsonify(courses=[course_body(course) for course in courses])


@blueprint.patch("/courses/<context_id>")
def change_course(context_id: str) -> ResponseReturnValue:
    """Conclude a course or open it again: `is_concluded`."""
    is_concluded = optional_flag(read_object(request.get_data()), "is_concluded")
    with current_sandbox().database.write() as session:
        course = _course(session, context_id)
        if is_concluded is not None:
            conclude(course, is_concluded=is_concluded)
        return jsonify(course_body(course))


@blueprint.get("/courses/<context_id>/gradebook")
def show_gradebook(context_id: str) -> ResponseReturnValue:
    """Return every filled cell of a course's gradebook."""
    addresses = current_sandbox().addresses
    with current_sandbox().database.read() as session:
        gradebook = read_gradebook(session, _course(session, context_id))
        return jsonify(
            results=[
                cell_body(cell, column, addresses.line_item_url(column))
                for column in gradebook.columns
                for cell in gradebook.cells_of(column)
            ]
        )


@blueprint.get("/courses/<context_id>/lineitems")
def show_columns(context_id: str) -> ResponseReturnValue:
    """Return every column, also those that were deleted by hand."""
    addresses = current_sandbox().addresses
    with current_sandbox().database.read() as session:
        columns = list_columns(session, _course(session, context_id))
        return jsonify(
            lineitems=[column_body(one, addresses.line_item_url(one)) for one in columns]
        )


@blueprint.patch("/courses/<context_id>/lineitems/<int:line_item_id>")
def change_column_by_hand(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """Do to a column what a teacher can: `label`, `maximum`, `attempts_allowed`, `is_deleted`."""
    sandbox = current_sandbox()
    body = read_object(request.get_data())
    maximum, attempts = (optional_number(body, name) for name in ("maximum", "attempts_allowed"))
    if maximum is not None and maximum <= 0:
        raise bad_request("maximum must be above 0.")
    with sandbox.database.write() as session:
        item = _column(session, context_id, line_item_id)
        change_column(
            item,
            label=optional_text(body, "label"),
            maximum=maximum,
            attempts_allowed=None if attempts is None else int(attempts),
        )
        is_deleted = optional_flag(body, "is_deleted")
        if is_deleted:
            delete_column(item, sandbox.now())
        elif is_deleted is not None:
            restore_column(item)
        return jsonify(column_body(item, sandbox.addresses.line_item_url(item)))


@blueprint.put("/courses/<context_id>/lineitems/<int:line_item_id>/results/<sub>")
def grade_as_teacher(context_id: str, line_item_id: int, sub: str) -> ResponseReturnValue:
    """Store a grade as a teacher would enter it: `score` in points of the column, `comment`."""
    sandbox = current_sandbox()
    body = read_object(request.get_data())
    with sandbox.database.write() as session:
        item = _column(session, context_id, line_item_id)
        person = find_gradable(session, item.course_id, sub)
        if person is None:
            raise not_here()
        grade_by_hand(
            session,
            item,
            person,
            score=optional_number(body, "score"),
            comment=optional_text(body, "comment"),
            now=sandbox.now(),
        )
    return Response(status=204)


@blueprint.put("/courses/<context_id>/people/<sub>")
def change_person(context_id: str, sub: str) -> ResponseReturnValue:
    """Suspend somebody, take them out of a course or let them in: `standing`."""
    standing = optional_text(read_object(request.get_data()), "standing")
    if standing not in list(Standing):
        raise bad_request(f"standing must be one of {', '.join(Standing)}.")
    with current_sandbox().database.write() as session:
        person = session.scalar(select(Person).where(Person.sub == sub))
        if person is None:
            raise not_here()
        change_standing(session, _course(session, context_id), person, Standing(standing))
    return Response(status=204)


def _course(session: Session, context_id: str) -> Course:
    course = find_course(session, context_id)
    if course is None:
        raise not_here()
    return course


def _column(session: Session, context_id: str, line_item_id: int) -> LineItem:
    item = find_column(session, context_id, line_item_id)
    if item is None:
        raise not_here()
    return item
