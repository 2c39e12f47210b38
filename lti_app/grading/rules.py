"""What to do about one score: its time, and whether the platform already has it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lti_app.core.clock import whole_second

#: A score time further ahead than this is not sent yet.
FURTHEST_AHEAD = timedelta(seconds=30)
#: How often a person who cannot be graded is tried again, and for how long.
LOOK_EVERY, LOOK_FOR = timedelta(days=1), timedelta(days=28)
#: How far two results, as fractions, may lie apart and still be the same.
TOLERANCE = Decimal("0.0001")


def next_score_time(now: datetime, last_sent: datetime | None) -> datetime:
    """Return a score time the platform will accept: whole seconds, later than the last one.

    Two updates of one person's line item must not share a time, and an older one is ignored.
    Source: AGS 2.0, section 3.4.9; Moodle compares whole seconds.
    """
    current = whole_second(now)
    if last_sent is None:
        return current
    return max(current, whole_second(last_sent) + timedelta(seconds=1))


def is_too_far_ahead(score_time: datetime, now: datetime) -> bool:
    """Whether a score time lies so far ahead that sending has to wait."""
    return score_time - now > FURTHEST_AHEAD


def next_look(now: datetime, wanted_at: datetime) -> datetime | None:
    """Return when to ask again for a person the platform does not grade now; None after 28 days.

    A course may open once more, a learner be enrolled anew: nobody should have to click for that.
    """
    at = now + LOOK_EVERY
    return at if at <= wanted_at + LOOK_FOR else None


@dataclass(frozen=True)
class Mark:
    """Points of a maximum, here or in the platform. `points` None: no grade."""

    points: Decimal | None
    maximum: Decimal

    @property
    def fraction(self) -> Decimal | None:
        """The share of the maximum, at most 1: platforms clamp there."""
        if self.points is None or self.maximum <= 0:
            return None
        return min(self.points / self.maximum, Decimal(1))

    def equals(self, other: "Mark") -> bool:
        """Whether both are the same result, whatever maximum the platform scaled it to.

        >>> Mark(Decimal(8), Decimal(10)).equals(Mark(Decimal(32), Decimal(40)))
        True
        """
        mine, theirs = self.fraction, other.fraction
        if mine is None or theirs is None:
            return mine is theirs
        return abs(mine - theirs) <= TOLERANCE


class Verdict(StrEnum):
    """What a look at the platform's result says."""

    SEND = "send"
    ARRIVED = "arrived"
    LMS_NEWER = "lms_newer"


def judge(
    result: Mark | None,
    *,
    acknowledged: Mark | None,
    unanswered: Mark | None,
) -> Verdict:
    """Say what to do, given what the platform shows now.

    What it shows is nothing, or one of ours, or somebody else's.

    Args:
        result: what the platform has; None when it has no result for this person.
        acknowledged: what it has confirmed last, None before the first time.
        unanswered: what was sent and never answered or refused for its time; None when every
            answer is known.

    Returns:
        LMS_NEWER when somebody graded there: we do not write over a person's decision.
    """
    if result is None or result.points is None:
        return Verdict.SEND
    if unanswered is not None and result.equals(unanswered):
        return Verdict.ARRIVED
    if acknowledged is not None and result.equals(acknowledged):
        return Verdict.SEND
    return Verdict.LMS_NEWER


def is_kept_out(sent: Mark, shown: Mark | None) -> bool:
    """Whether a platform that took a score shows another result all the same.

    No grade is no other result: some platforms show what they took a little later.
    """
    return shown is not None and shown.points is not None and not shown.equals(sent)
