"""Visits at a tool to choose content: begun, answered once, and turned into links of the course.

Source: LTI Deep Linking 2.0, section 4.5.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.copying import next_number
from lti_app.sandbox.dialects.dialect import Dialect
from lti_app.sandbox.dialects.plain.picking import LinkDraft
from lti_app.sandbox.facts import LaunchFacts, PickingFacts
from lti_app.sandbox.models import Enrolment, Launch, LineItem, Link, Pick, Tool, UsedAssertion
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.tool_keys import ToolKeys, ToolKeysError
from lti_app.sandbox.vocabulary import CLAIM, DEEP_LINKING, DEEP_LINKING_RESPONSE, LTI_VERSION

_OLDEST = timedelta(minutes=5)
_AHEAD = timedelta(seconds=30)
_UNCHECKED = dict.fromkeys(
    ("verify_aud", "verify_exp", "verify_iat", "verify_iss", "verify_nbf"), False
)

Claims = Mapping[str, Any]


@dataclass(slots=True)
class PickingManner:
    """What a test or a person lets the requests say: members put over the settings.

    A member that is None is taken away.
    """

    members: Mapping[str, object] = field(default_factory=dict)


def begin_pick(session: Session, enrolment: Enrolment, tool: Tool, place: str) -> Pick:
    """Let somebody go to a tool for content."""
    pick = Pick(
        key=secrets.token_urlsafe(16),
        tool_id=tool.id,
        course_id=enrolment.course_id,
        person_id=enrolment.person_id,
        deployment_id=tool.deployment_ids[0],
        place=place,
        data=secrets.token_urlsafe(16),
        items=[],
    )
    session.add(pick)
    session.flush()
    return pick


def some_link(session: Session, tool: Tool) -> Link | None:
    """Return any link of a tool: the login of a visit is remembered beside one."""
    return session.scalars(select(Link).where(Link.tool_id == tool.id).order_by(Link.id)).first()


def pick_of(session: Session, launch: Launch) -> Pick | None:
    """Return the visit that a launch is, None for a launch of a link."""
    return session.get(Pick, launch.pick_id) if launch.pick_id is not None else None


def with_picking(
    config: SandboxConfig, facts: LaunchFacts, pick: Pick, manner: PickingManner
) -> LaunchFacts:
    """Return the facts of a launch as those of a visit in its own course."""
    addresses, tool, course = config.addresses, pick.tool, pick.course
    return_url = f"{config.origin}/deep-linking?" + config.dialect.picking.return_query(
        pick.key, pick.place, pick.data
    )
    settings = config.dialect.picking.settings(return_url, pick.place, pick.data)
    changed = {**settings, **manner.members}
    return replace(
        facts,
        deployment_id=pick.deployment_id,
        target_link_uri=tool.target_link_uri,
        context_id=course.context_id,
        context_label=course.label,
        context_title=course.title,
        custom=dict(tool.custom),
        line_items_url=addresses.line_items_url(course, tool.id),
        line_item_url=None,
        link_is_graded=False,
        memberships_url=addresses.memberships_url(course, tool.id),
        return_url=addresses.return_url(course),
        picking=PickingFacts(
            place=pick.place,
            settings={name: value for name, value in changed.items() if value is not None},
        ),
    )


def find_pick(session: Session, key: str) -> Pick | None:
    """Return a visit by what names it in the way back."""
    return session.scalar(select(Pick).where(Pick.key == key))


def read_answer(
    token: str, pick: Pick, *, config: SandboxConfig, keys: ToolKeys, now: datetime
) -> Claims:
    """Return what a tool sent, once it is proven to be its answer to this visit.

    Raises:
        RefusalError: what is wrong with it.
    """
    claims = _signed(token, pick.tool, keys)
    wanted = {
        "iss": pick.tool.client_id,
        "aud": config.issuer,
        f"{CLAIM}message_type": DEEP_LINKING_RESPONSE,
        f"{CLAIM}version": LTI_VERSION,
        f"{CLAIM}deployment_id": pick.deployment_id,
    }
    if config.dialect.picking.sends_data:
        wanted[f"{DEEP_LINKING}data"] = pick.data or ""
    for name, value in wanted.items():
        given = claims.get(name)
        if (given[0] if isinstance(given, list) and len(given) == 1 else given) != value:
            raise _not_taken(f"{name} is not {value}.")
    if not config.dialect.picking.sends_data and f"{DEEP_LINKING}data" in claims:
        raise _not_taken("data was never sent.")
    _check_times(claims, now)
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        raise _not_taken("nonce is missing.")
    return claims


def _signed(token: str, tool: Tool, keys: ToolKeys) -> Claims:
    try:
        header = jwt.get_unverified_header(token)
        kid = header.get("kid")
        key = keys.find(tool.jwks_url, kid) if isinstance(kid, str) else None
        if header.get("alg") != "RS256" or key is None:
            raise _not_taken("No key of the tool is called like that.")
        return dict(jwt.decode(token, key, algorithms=["RS256"], options=_UNCHECKED))  # type: ignore[arg-type] # a plain dict of flags
    except (jwt.PyJWTError, ToolKeysError) as error:
        raise _not_taken("The signature does not fit.") from error


def _check_times(claims: Claims, now: datetime) -> None:
    issued, ends, at = claims.get("iat"), claims.get("exp"), now.timestamp()
    if not isinstance(issued, int) or not isinstance(ends, int):
        raise _not_taken("iat and exp must be whole numbers.")
    if issued < at - _OLDEST.total_seconds() or issued > at + _AHEAD.total_seconds():
        raise _not_taken("iat lies too far from now.")
    if ends <= at:
        raise _not_taken("The answer has expired.")


def take_answer(session: Session, pick: Pick, claims: Claims, *, now: datetime) -> None:
    """Keep what a tool brought; once.

    Raises:
        RefusalError: the visit, or this very message, was answered before.
    """
    used = session.execute(
        insert(UsedAssertion)
        .values(tool_id=pick.tool_id, jti=f"dl {claims['nonce']}", expires_at=now + _OLDEST)
        .on_conflict_do_nothing()
        .returning(UsedAssertion.id)
    )
    if used.first() is None or pick.answered_at is not None:
        raise _not_taken("This was answered before.")
    items = claims.get(f"{DEEP_LINKING}content_items") or []
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise _not_taken("content_items must be a list of objects.")
    pick.items, pick.answered_at = items, now


def drafts_of(pick: Pick, dialect: Dialect) -> list[LinkDraft]:
    """Return what would become links of the course.

    Raises:
        RefusalError: an item is malformed, or there are more than the place takes.
    """
    found = [dialect.picking.read(item) for item in pick.items]
    drafts = [one for one in found if one is not None]
    if len(drafts) > 1 and not dialect.picking.places[pick.place]:
        raise _not_taken("One item was asked for.")
    return drafts


def make_links(session: Session, pick: Pick, dialect: Dialect, *, now: datetime) -> list[Link]:
    """Put what was brought into the course; only once."""
    if pick.confirmed_at is not None:
        return []
    pick.confirmed_at = now
    return [_make_link(session, pick, draft, dialect) for draft in drafts_of(pick, dialect)]


def _make_link(session: Session, pick: Pick, draft: LinkDraft, dialect: Dialect) -> Link:
    number = next_number(session, Link)
    link = Link(
        resource_link_id=dialect.spelled_id(number, f"picked-{number}"),
        course_id=pick.course_id,
        tool_id=pick.tool_id,
        deployment_id=pick.deployment_id,
        title=draft.title or pick.tool.name,
        description=draft.text,
        target_link_uri=draft.url,
        custom=dict(draft.custom),
        is_graded=draft.maximum is not None,
        dates=_dates(draft),
    )
    session.add(link)
    session.flush()
    if draft.maximum is not None:
        session.add(
            LineItem(
                course_id=pick.course_id,
                tool_id=pick.tool_id,
                link=link,
                is_coupled=True,
                label=draft.label or link.title,
                score_maximum=draft.maximum,
                resource_id=draft.resource_id,
                tag=draft.tag,
            )
        )
    session.flush()
    return link


def _dates(draft: LinkDraft) -> dict[str, object] | None:
    named = {
        "available_from": draft.available[0],
        "available_until": draft.available[1],
        "submission_from": draft.submission[0],
        "submission_until": draft.submission[1],
    }
    return {name: one.isoformat() for name, one in named.items() if one is not None} or None


def _not_taken(reason: str) -> RefusalError:
    return RefusalError(400, "invalid_content", reason)
