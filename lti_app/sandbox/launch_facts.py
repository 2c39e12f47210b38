"""What is true of one launch, read from the database into one value. It makes no claim of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.dialects.plain.histories import HistoryTelling
from lti_app.sandbox.facts import Identity, LaunchFacts
from lti_app.sandbox.models import Enrolment, LineItem, Link
from lti_app.sandbox.vocabulary import Scope


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
    session: Session,
    config: SandboxConfig,
    *,
    link: Link,
    enrolment: Enrolment,
    target: str,
    tells: HistoryTelling | None = None,
) -> LaunchFacts:
    """Return the facts of a launch; `target` is where it will be shown, `iframe` or `window`."""
    addresses, item = config.addresses, _only_line_item(session, link)
    histories, tells = config.dialect.histories, tells or HistoryTelling()
    return LaunchFacts(
        issuer=config.issuer,
        origin=config.origin,
        client_id=link.tool.client_id,
        tool_number=link.tool_id,
        deployment_id=link.deployment_id,
        target_link_uri=link.target_link_uri or link.tool.target_link_uri,
        resource_link_id=link.resource_link_id,
        link_title=link.title,
        link_description=link.description,
        link_is_graded=link.is_graded,
        context_id=link.course.context_id,
        context_label=link.course.label,
        context_title=link.course.title,
        identity=identity_of(enrolment),
        role=enrolment.role,
        custom={**link.tool.custom, **link.custom},
        line_items_url=addresses.line_items_url(link.course, link.tool_id),
        line_item_url=addresses.line_item_url(item) if item else None,
        line_item_is_coupled=item is not None and item.is_coupled,
        memberships_url=addresses.memberships_url(link.course, link.tool_id),
        groups_url=addresses.groups_url(link.course),
        group_sets_url=addresses.group_sets_url(link.course),
        notices_url=addresses.notices_url(link.tool_id, link.deployment_id),
        return_url=addresses.return_url(link.course),
        document_target=target,
        product_family_code=config.dialect.product_family_code,
        product_version=config.dialect.product_version,
        context_history=histories.of_course(link.course.history, tells.of_courses),
        link_history=histories.of_link(link.history, tells.of_links),
        scopes=tuple(Scope) if link.tool.scopes is None else link.tool.scopes,
    )


def _only_line_item(session: Session, link: Link) -> LineItem | None:
    """Return the column of a link, None when it has none or several.

    Source: AGS 2.0, section 3.2.10.
    """
    items = session.scalars(
        select(LineItem).where(
            LineItem.link_id == link.id,
            LineItem.tool_id == link.tool_id,
            LineItem.deleted_at.is_(None),
        )
    ).all()
    return items[0] if len(items) == 1 else None
