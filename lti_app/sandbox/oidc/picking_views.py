"""The addresses of adding content: to the tool, back from it, and the page that confirms.

Source: LTI Deep Linking 2.0.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.config import origin_of
from lti_app.sandbox.dialects.plain.hints import begin_launch
from lti_app.sandbox.models import Enrolment, Link, Pick, Tool
from lti_app.sandbox.picking import (
    begin_pick,
    drafts_of,
    find_pick,
    make_links,
    read_answer,
    some_link,
    take_answer,
)
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import browser_mark, find_enrolment, get_membership
from lti_app.sandbox.vocabulary import DEEP_LINKING

blueprint = Blueprint("picking", __name__)


@blueprint.get("/courses/<context_id>/add")
def show(context_id: str) -> ResponseReturnValue:
    """Show the tool in a frame, where content is chosen."""
    with current_sandbox().database.read() as session:
        enrolment = _teacher(session, context_id)
        tool, place = _tool(session), _place()
        return render_template(
            "sandbox/add.html",
            visitor=enrolment.person,
            enrolment=enrolment,
            course=enrolment.course,
            links=_links(session, enrolment),
            tool=tool,
            place=place,
            tool_origin=origin_of(tool.login_url),
            storage_target=current_sandbox().dialect.sign_in.storage_target or "",
            manner=current_sandbox().storage.manner,
        )


@blueprint.get("/courses/<context_id>/add/launch")
def launch(context_id: str) -> ResponseReturnValue:
    """Start a login that leads to the tool's choice of content."""
    sandbox = current_sandbox()
    sign_in = sandbox.dialect.sign_in
    with sandbox.database.write() as session:
        enrolment = _teacher(session, context_id)
        tool = _tool(session)
        link = some_link(session, tool)
        if link is None:
            raise PageProblemError(PageProblem.NOT_YOURS, 404)
        hint = sign_in.new_hint(link, lambda claims: sign(sandbox.keys.current, claims))
        begun = begin_launch(
            session,
            hint,
            link=link,
            enrolment=enrolment,
            browser=browser_mark(),
            target="iframe",
            now=sandbox.now(),
            lives_for=sandbox.dialect.launch_hint_lives_for,
        )
        begun.pick_id = begin_pick(session, enrolment, tool, _place()).id
        fields = sign_in.login_fields(
            link, issuer=sandbox.config.issuer, sub=enrolment.person.sub, hint=hint
        )
        fields["target_link_uri"] = tool.target_link_uri
        action = tool.login_url
    return render_template("sandbox/post_to_tool.html", action=action, fields=fields)


@blueprint.post("/deep-linking")
def come_back() -> ResponseReturnValue:
    """Receive what a tool brings, by the browser of whoever chose it."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        pick = _pick(session)
        _ = pick.tool
    try:
        # No transaction is open here: the tool's key set may have to be fetched.
        claims = read_answer(
            request.form.get("JWT", ""),
            pick,
            config=sandbox.config,
            keys=sandbox.tool_keys,
            now=sandbox.now(),
        )
        with sandbox.database.write() as session:
            return _take(session, _pick(session), claims)
    except RefusalError as refusal:
        return render_template("sandbox/not_added.html", reason=refusal.reason), refusal.status


def _take(session: Session, pick: Pick, claims: object) -> ResponseReturnValue:
    sandbox = current_sandbox()
    said = claims if isinstance(claims, dict) else {}
    take_answer(session, pick, said, now=sandbox.now())
    drafts = drafts_of(pick, sandbox.dialect)
    if drafts and sandbox.dialect.picking.confirms:
        return render_template("sandbox/confirm.html", pick=pick, drafts=drafts)
    links = make_links(session, pick, sandbox.dialect, now=sandbox.now())
    message = said.get(f"{DEEP_LINKING}msg", "")
    return render_template("sandbox/added.html", course=pick.course, added=links, message=message)


@blueprint.post("/courses/<context_id>/add/<key>")
def confirm(context_id: str, key: str) -> ResponseReturnValue:
    """Put into the course what somebody has looked at."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        enrolment = _teacher(session, context_id)
        pick = find_pick(session, key)
        if pick is None or pick.course_id != enrolment.course_id or pick.answered_at is None:
            raise PageProblemError(PageProblem.NOT_YOURS, 404)
        make_links(session, pick, sandbox.dialect, now=sandbox.now())
    return redirect(url_for("courses.show", context_id=context_id), 303)


def _teacher(session: Session, context_id: str) -> Enrolment:
    enrolment = get_membership(session, context_id)
    if not enrolment.role.teaches:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return enrolment


def _pick(session: Session) -> Pick:
    """Return the visit that the way back names; it must be the person's at this browser."""
    named = request.args.get("pick") or request.args.get("sesskey") or request.args.get("data", "")
    pick = find_pick(session, named.partition(".")[0])
    if pick is None or find_enrolment(session, pick.course.context_id, pick.person.sub) is None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return pick


def _tool(session: Session) -> Tool:
    wanted = request.args.get("tool", type=int)
    found = select(Tool).where(Tool.is_active).order_by(Tool.id)
    tool = session.scalars(found if wanted is None else found.where(Tool.id == wanted)).first()
    if tool is None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return tool


def _place() -> str:
    places = current_sandbox().dialect.picking.places
    wanted = request.args.get("place", next(iter(places)))
    if wanted not in places:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return wanted


def _links(session: Session, enrolment: Enrolment) -> list[Link]:
    mine = select(Link).where(Link.course_id == enrolment.course_id).order_by(Link.id)
    return list(session.scalars(mine))
