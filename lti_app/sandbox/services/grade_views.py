"""The addresses of Assignment and Grade Services. Rules stand in the dialect and in `columns`."""

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.dialects.plain.scores import Score
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Course, LineItem, Link, Person, Result, Tool
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.payloads import bad_request, read_object
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.services.bearer import get_course, require_scope
from lti_app.sandbox.services.columns import (
    create_line_item,
    get_line_item,
    own_line_items,
    replace_line_item,
)
from lti_app.sandbox.services.listing import add_link, rows_of
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import MediaType, Scope

_READS_ITEMS = (Scope.LINE_ITEM, Scope.LINE_ITEM_READ)


def add_grade_views(app: Flask, paths: Paths) -> None:
    """Serve the gradebook where this dialect has it."""
    for path, method, view in (
        (paths.line_items, "GET", list_items),
        (paths.line_items, "POST", create_item),
        (paths.line_item, "GET", show_item),
        (paths.line_item, "PUT", replace_item),
        (paths.line_item, "DELETE", delete_item),
        (paths.scores, "POST", take_score),
        (paths.results, "GET", list_results),
    ):
        app.add_url_rule(rule_of(path), view_func=view, methods=[method])


@observed(Service.LINE_ITEMS)
def list_items(course_key: str) -> ResponseReturnValue:
    """List the tool's columns, by `resource_link_id`, `resource_id` and `tag` where given."""
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.read() as session:
        tool = require_scope(session, *_READS_ITEMS)
        dialect.speech.require_accept(MediaType.LINE_ITEMS)
        items = _filtered(own_line_items(tool, _course(session, tool, course_key)))
        page = dialect.column_pages.requested(request.args)
        rows, total = rows_of(session, items, key=LineItem.id, page=page)
        bodies = [dialect.columns.body(row, sandbox.addresses.line_item_url(row)) for row in rows]
    response = dialect.speech.typed(bodies, MediaType.LINE_ITEMS)
    add_link(response, dialect.column_pages, page, total)
    return response


@observed(Service.LINE_ITEMS)
def create_item(course_key: str) -> ResponseReturnValue:
    """Add a column."""
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        course = _course(session, tool, course_key)
        dialect.speech.require_content_type(MediaType.LINE_ITEM)
        sent = read_object(request.get_data())
        item = create_line_item(session, tool, course, dialect.columns.read(sent))
        url = sandbox.addresses.line_item_url(item)
        body = dialect.columns.created_body(item, url, sent)
    response = dialect.speech.typed(body, MediaType.LINE_ITEM, status=201)
    response.headers["Location"] = url
    return response


@observed(Service.LINE_ITEMS)
def show_item(course_key: str, item_id: int) -> ResponseReturnValue:
    """Return one column."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        tool = require_scope(session, *_READS_ITEMS)
        sandbox.dialect.speech.require_accept(MediaType.LINE_ITEM)
        item = get_line_item(session, tool, _course(session, tool, course_key), item_id)
        return _shown(item)


@observed(Service.LINE_ITEMS)
def replace_item(course_key: str, item_id: int) -> ResponseReturnValue:
    """Replace one column as a whole."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        item = get_line_item(session, tool, _course(session, tool, course_key), item_id)
        sandbox.dialect.speech.require_content_type(MediaType.LINE_ITEM)
        body = read_object(request.get_data())
        if body.get("id") not in (None, sandbox.addresses.line_item_url(item)):
            raise bad_request("id cannot be changed.")
        replace_line_item(item, sandbox.dialect.columns.read(body))
        return _shown(item)


@observed(Service.LINE_ITEMS)
def delete_item(course_key: str, item_id: int) -> ResponseReturnValue:
    """Delete one column with all that stands in it."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        item = get_line_item(session, tool, _course(session, tool, course_key), item_id)
        sandbox.dialect.columns.check_deletable(item)
        session.delete(item)
    return Response(status=204)


@observed(Service.SCORES)
def take_score(course_key: str, item_id: int) -> ResponseReturnValue:
    """Take one score."""
    sandbox = current_sandbox()
    scores = sandbox.dialect.scores
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.SCORE)
        item = get_line_item(session, tool, _course(session, tool, course_key), item_id)
        sandbox.dialect.speech.require_content_type(MediaType.SCORE)
        score = scores.read(request.get_data())
        _note(score, item_id)
        result = scores.store(session, item, score, now=sandbox.now())
        session.flush()
        observation().detail["version"] = result.score_version
        body = scores.answer(sandbox.addresses.result_url(item, result.id))
    if body is None:
        return sandbox.dialect.speech.empty(MediaType.SCORE)
    return sandbox.dialect.speech.typed(body, MediaType.SCORE)


@observed(Service.RESULTS)
def list_results(course_key: str, item_id: int) -> ResponseReturnValue:
    """List what the column holds, of one person where `user_id` is given."""
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.read() as session:
        tool = require_scope(session, Scope.RESULT_READ)
        dialect.speech.require_accept(MediaType.RESULTS)
        item = get_line_item(session, tool, _course(session, tool, course_key), item_id)
        results = select(Result).where(Result.line_item_id == item.id)
        if "user_id" in request.args:
            observation().user_id = request.args["user_id"]
            results = results.join(Person).where(Person.sub == request.args["user_id"])
        page = dialect.result_pages.requested(request.args)
        rows, total = rows_of(session, results, key=Result.id, page=page)
        bodies = [dialect.results.body(row, item, sandbox.addresses) for row in rows]
    response = dialect.speech.typed(bodies, MediaType.RESULTS)
    add_link(response, dialect.result_pages, page, total)
    return response


def _course(session: Session, tool: Tool, course_key: str) -> Course:
    """Return a course whose gradebook is open to tools."""
    course = get_course(session, tool, course_key)
    status = current_sandbox().dialect.concluded_status
    if course.is_concluded and status is not None:
        raise RefusalError(
            status, "concluded", "This course has concluded. Its gradebook takes no more requests."
        )
    return course


def _filtered(items: Select[LineItem]) -> Select[LineItem]:
    for name, column in (("resource_id", LineItem.resource_id), ("tag", LineItem.tag)):
        if name in request.args:
            items = items.where(column == request.args[name])
    named = request.args.get("resource_link_id")
    return items if named is None else items.join(Link).where(Link.resource_link_id == named)


def _shown(item: LineItem) -> Response:
    sandbox = current_sandbox()
    body = sandbox.dialect.columns.body(item, sandbox.addresses.line_item_url(item))
    return sandbox.dialect.speech.typed(body, MediaType.LINE_ITEM)


def _note(score: Score, line_item_id: int) -> None:
    """Keep the numbers of a score for the log, stored or refused; never its comment."""
    observation().user_id = score.user_id
    observation().detail.update(
        line_item=line_item_id,
        score_given=score.given,
        score_maximum=score.maximum,
        activity_progress=score.activity_progress,
        grading_progress=score.grading_progress,
        timestamp=score.at.isoformat(),
    )
