"""Why scores stay, said once for all that stay for the same cause. It reads no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from lti_app.grading.again import cause_of, may_go_with_all
from lti_app.grading.models import DeliveryState
from lti_app.grading.views import DeliveryView
from lti_app.submissions.lines import Line
from lti_app.submissions.wording import StateWords

_Scores = list[tuple[DeliveryView, StateWords]]


@dataclass(frozen=True)
class Cause:
    """One cause, and the scores that stay for it.

    Attributes:
        key: names it to the form that sends all of it again.
        anchor: of its place on the page.
        words: of all these scores; what differs from one to the next is not looked at.
        needs_a_person: whether they go no further by themselves.
        again: what the button says that sends all of them; empty where each is decided alone.
        next_at: when the first of them is tried again by itself.
    """

    key: str
    anchor: str
    words: StateWords
    count: int
    needs_a_person: bool
    again: str
    next_at: datetime | None


@dataclass(frozen=True)
class Causes:
    """All causes of a page: those that need a person, then those that pass by themselves.

    Attributes:
        anchors: where a score's cause stands, by the delivery's public id.
    """

    all: tuple[Cause, ...]
    anchors: Mapping[str, str]

    @property
    def can_send_all(self) -> bool:
        """Whether one word may send scores of several causes."""
        return sum(bool(cause.again) for cause in self.all) > 1


def causes_of(lines: Iterable[Line]) -> Causes:
    """Return why scores of these people stay; who is excused waits for nothing."""
    found: dict[tuple[bool, str, str], _Scores] = {}
    for line in lines:
        for delivery, words in line.deliveries:
            if delivery.needs_a_person or (delivery.state is DeliveryState.OWED and words.happened):
                key = (not delivery.needs_a_person, cause_of(delivery), words.happened)
                found.setdefault(key, []).append((delivery, words))
    ordered = [found[key] for key in sorted(found, key=lambda key: (key[0], -len(found[key])))]
    causes = [_cause(scores, f"why-{number}") for number, scores in enumerate(ordered, start=1)]
    anchors = {
        delivery.public_id: cause.anchor
        for cause, scores in zip(causes, ordered, strict=True)
        for delivery, _words in scores
    }
    return Causes(tuple(causes), anchors)


def _cause(scores: _Scores, anchor: str) -> Cause:
    delivery, words = scores[0]
    return Cause(
        key=cause_of(delivery),
        anchor=anchor,
        words=words,
        count=len(scores),
        needs_a_person=delivery.needs_a_person,
        again=_again(scores),
        next_at=min((one.next_at for _score, one in scores if one.next_at), default=None),
    )


def _again(scores: Sequence[tuple[DeliveryView, StateWords]]) -> str:
    delivery, words = scores[0]
    count = sum(may_go_with_all(one) for one, _words in scores)
    if delivery.state is DeliveryState.LMS_NEWER or not count:
        return ""
    if delivery.state is DeliveryState.COLUMN_DELETED:
        return words.again
    if count == 1:
        return str(gettext("Send it again"))
    return str(ngettext("Send it again", "Send all %(num)s again", count))
