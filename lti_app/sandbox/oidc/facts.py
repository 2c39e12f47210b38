"""What is true of one launch, read from the database into one value. It makes no claim of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import line_item_url
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.models import Enrolment, LineItem, Link
from lti_app.sandbox.oidc.values import Identity, LaunchFacts


def identity_of(enrolment: Enrolment) -> Identity:
    """Return what tools may know of somebody in a course."""
    person = enrolment.person
    if not person.shares_identity:
        return Identity(sub=person.sub)
    return Identity(
        sub=person.sub,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
    )


def launch_facts(
    session: Session, config: SandboxConfig, *, link: Link, enrolment: Enrolment, target: str
) -> LaunchFacts:
    """Return the facts of a launch; `target` is where it will be shown, `iframe` or `window`."""
    return LaunchFacts(
        issuer=config.issuer,
        client_id=link.tool.client_id,
        deployment_id=link.deployment_id,
        target_link_uri=link.target_link_uri or link.tool.target_link_uri,
        resource_link_id=link.resource_link_id,
        link_title=link.title,
        link_description=link.description,
        context_id=link.course.context_id,
        context_label=link.course.label,
        context_title=link.course.title,
        identity=identity_of(enrolment),
        role=enrolment.role,
        custom={**link.tool.custom, **link.custom},
        line_item_url=_only_line_item(session, config.issuer, link),
        document_target=target,
        product_family_code=config.dialect.product_family_code,
        product_version=config.dialect.product_version,
    )


def _only_line_item(session: Session, issuer: str, link: Link) -> str | None:
    """Return the column of a link, None when it has none or several.

    Source: AGS 2.0, section 3.2.10.
    """
    items = session.scalars(
        select(LineItem).where(LineItem.link_id == link.id, LineItem.tool_id == link.tool_id)
    ).all()
    if len(items) != 1:
        return None
    return line_item_url(issuer, link.course.context_id, items[0].id)
