"""From what was picked to activities that wait for their links, and to the page that goes back."""

from collections.abc import Sequence

from flask_babel import ngettext

from lti_app.audit import Actor, record_event
from lti_app.catalog.preparing import Wish, prepare_activity
from lti_app.desk.adding.asked import whose
from lti_app.desk.adding.basket import Picked
from lti_app.desk.adding.port import Prepared, courier
from lti_app.desk.shelf import Section, find_offer
from lti_app.submissions.current import registry
from lti_app.web.context import clock, db, viewer
from lti_app.web.headers import allow_only_form_target
from lti_app.web.platform import platform_name
from lti_app.web.render import Page


def prepare(picked: Sequence[Picked], sections: Sequence[Section]) -> list[Prepared]:
    """Make the activities; no link opens them yet, and the platform may throw the links away."""
    who, where, now = viewer(), whose(), clock()()
    found = ((one, find_offer(sections, one.address)) for one in picked)
    made = []
    for one, offer in found:
        if offer is None:
            continue
        activity = prepare_activity(
            db(),
            offer.item,
            Wish(one.title, one.points, one.in_gradebook, one.dates),
            platform_id=where.platform_id,
            context_id=where.context_id,
            registry=registry(),
            now=now,
        )
        record_event(
            db(),
            "activity.prepared",
            at=now,
            actor=Actor(who.user_public_id),
            about=("activity", activity.public_id),
            platform_id=who.platform_id,
        )
        made.append(Prepared(activity, offer.item.spec.summary))
    return made


def page_back(prepared: Sequence[Prepared], *, message: str = "") -> Page:
    """Return the page that posts the answer, signed now, to where the platform said.

    Raises:
        BusyError: there is no key to sign with; nothing is kept, and nothing sent.
    """
    way = courier().bring_back(db(), whose(), prepared, now=clock()(), message=message)
    allow_only_form_target(way.action)
    count = len(prepared)
    return Page(
        "desk/picker/going_back.html",
        platform=platform_name(db(), viewer().platform_id),
        way=way,
        title=ngettext("One activity is ready", "%(num)s activities are ready", count)
        if count
        else message,
        is_empty=not count,
    )
