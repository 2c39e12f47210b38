"""The address of a review: it starts a login at the tool, about one person's work."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lti_app.sandbox.config import origin_of
from lti_app.sandbox.dialects.plain.hints import begin_launch
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.reviews import get_column, get_reviewed, link_for, target_of
from lti_app.sandbox.security import let_in
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import browser_mark, get_membership

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/courses/<context_id>/review/<int:line_item_id>/<sub>")
def launch(context_id: str, line_item_id: int, sub: str) -> ResponseReturnValue:
    """Start a login that leads to somebody's work. Source: Submission Review 1.0, section 3."""
    sandbox = current_sandbox()
    sign_in = sandbox.dialect.sign_in
    with sandbox.database.write() as session:
        enrolment = get_membership(session, context_id)
        item = get_column(session, enrolment, line_item_id)
        if not sandbox.dialect.columns.offers_review(item):
            raise PageProblemError(PageProblem.NOT_YOURS, 404)
        person, link = get_reviewed(session, enrolment, sub), link_for(session, item)
        hint = sign_in.new_hint(link, lambda claims: sign(sandbox.keys.current, claims))
        begun = begin_launch(
            session,
            hint,
            link=link,
            enrolment=enrolment,
            browser=browser_mark(),
            target="window",
            now=sandbox.now(),
            lives_for=sandbox.dialect.launch_hint_lives_for,
        )
        begun.review_sub, begun.review_item_id = person.sub, item.id
        fields = sign_in.login_fields(
            link, issuer=sandbox.config.issuer, sub=enrolment.person.sub, hint=hint
        )
        fields["target_link_uri"] = target_of(item, link)
        action = link.tool.login_url
    let_in(origin_of(action))
    return render_template("sandbox/post_to_tool.html", action=action, fields=fields)
