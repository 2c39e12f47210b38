"""The addresses of Assignment and Grade Services. Rules stand in `line_items` and `scores`."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.addresses import line_item_url
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import LineItem, Link, Person, Result
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.services.bearer import get_course, require_scope
from lti_app.sandbox.services.line_items import (
    create_line_item,
    get_line_item,
    line_item_body,
    own_line_items,
    read_draft,
    replace_line_item,
)
from lti_app.sandbox.services.negotiation import require_accept, require_content_type, typed
from lti_app.sandbox.services.paging import add_next_link, requested_page, rows_of
from lti_app.sandbox.services.payloads import bad_request, read_object
from lti_app.sandbox.services.scores import Score, read_score, store_score
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import MediaType, Scope

blueprint = Blueprint("grades", __name__, url_prefix="/lti/courses/<context_id>/lineitems")

_READS_ITEMS = (Scope.LINE_ITEM, Scope.LINE_ITEM_READ)


@blueprint.get("")
@observed(Service.LINE_ITEMS)
def list_items(context_id: str) -> ResponseReturnValue:
    """List the tool's columns, by `resource_link_id`, `resource_id` and `tag` where given."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        tool = require_scope(session, *_READS_ITEMS)
        require_accept(MediaType.LINE_ITEMS)
        items = own_line_items(tool, get_course(session, tool, context_id))
        for name, column in (("resource_id", LineItem.resource_id), ("tag", LineItem.tag)):
            if name in request.args:
                items = items.where(column == request.args[name])
        if "resource_link_id" in request.args:
            items = items.join(Link).where(
                Link.resource_link_id == request.args["resource_link_id"]
            )
        page = requested_page()
        rows = rows_of(session, items, key=LineItem.id, page=page)
        bodies = [line_item_body(row, sandbox.config.issuer) for row in rows[: page.size]]
    response = typed(bodies, MediaType.LINE_ITEMS)
    add_next_link(response, page, [row.id for row in rows])
    return response


@blueprint.post("")
@observed(Service.LINE_ITEMS)
def create_item(context_id: str) -> ResponseReturnValue:
    """Add a column."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        course = get_course(session, tool, context_id)
        require_content_type(MediaType.LINE_ITEM)
        item = create_line_item(session, tool, course, read_draft(read_object(request.get_data())))
        body = line_item_body(item, sandbox.config.issuer)
    response = typed(body, MediaType.LINE_ITEM, status=201)
    response.headers["Location"] = str(body["id"])
    return response


@blueprint.get("/<int:line_item_id>")
@observed(Service.LINE_ITEMS)
def show_item(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """Return one column."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        tool = require_scope(session, *_READS_ITEMS)
        require_accept(MediaType.LINE_ITEM)
        item = get_line_item(session, tool, get_course(session, tool, context_id), line_item_id)
        return typed(line_item_body(item, sandbox.config.issuer), MediaType.LINE_ITEM)


@blueprint.put("/<int:line_item_id>")
@observed(Service.LINE_ITEMS)
def replace_item(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """Replace one column as a whole."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        item = get_line_item(session, tool, get_course(session, tool, context_id), line_item_id)
        require_content_type(MediaType.LINE_ITEM)
        body = read_object(request.get_data())
        if body.get("id") not in (None, line_item_url(sandbox.config.issuer, context_id, item.id)):
            raise bad_request("id cannot be changed.")
        replace_line_item(item, read_draft(body))
        return typed(line_item_body(item, sandbox.config.issuer), MediaType.LINE_ITEM)


@blueprint.delete("/<int:line_item_id>")
@observed(Service.LINE_ITEMS)
def delete_item(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """Delete one column with all that stands in it."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.LINE_ITEM)
        item = get_line_item(session, tool, get_course(session, tool, context_id), line_item_id)
        if item.is_coupled and not sandbox.config.dialect.coupled_line_item_is_deletable:
            raise RefusalError(401, "not_deletable", "This column belongs to its link.")
        session.delete(item)
    return Response(status=204)


@blueprint.post("/<int:line_item_id>/scores")
@observed(Service.SCORES)
def take_score(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """Take one score."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = require_scope(session, Scope.SCORE)
        item = get_line_item(session, tool, get_course(session, tool, context_id), line_item_id)
        require_content_type(MediaType.SCORE)
        score = read_score(read_object(request.get_data()))
        _note(score, line_item_id)
        result = store_score(
            session, item, score, dialect=sandbox.config.dialect, now=sandbox.now()
        )
        observation().detail["version"] = result.score_version
    return Response(status=200)


@blueprint.get("/<int:line_item_id>/results")
@observed(Service.RESULTS)
def list_results(context_id: str, line_item_id: int) -> ResponseReturnValue:
    """List what the column holds, of one person where `user_id` is given."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        tool = require_scope(session, Scope.RESULT_READ)
        require_accept(MediaType.RESULTS)
        item = get_line_item(session, tool, get_course(session, tool, context_id), line_item_id)
        results = select(Result).where(Result.line_item_id == item.id)
        if "user_id" in request.args:
            observation().user_id = request.args["user_id"]
            results = results.join(Person).where(Person.sub == request.args["user_id"])
        page = requested_page()
        rows = rows_of(session, results, key=Result.id, page=page)
        address = line_item_url(sandbox.config.issuer, context_id, item.id)
        bodies = [_result_body(row, item, address) for row in rows[: page.size]]
    response = typed(bodies, MediaType.RESULTS)
    add_next_link(response, page, [row.id for row in rows])
    return response


def _result_body(result: Result, item: LineItem, address: str) -> dict[str, object]:
    body = {
        "id": f"{address}/results/{result.id}",
        "scoreOf": address,
        "userId": result.person.sub,
        "resultScore": result.score,
        "resultMaximum": item.score_maximum,
        "comment": result.comment,
        "scoringUserId": result.scoring_user_id,
    }
    return {name: value for name, value in body.items() if value is not None}


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
