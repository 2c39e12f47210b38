"""A grade in words: its facets with their reasons, how far somebody is. It reads no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from lti_app.catalog.rules import Lateness, LatePolicy
from lti_app.catalog.views import LineItemView
from lti_app.core.reason import Reason
from lti_app.core.translation import _
from lti_app.grading.policy import FacetValue
from lti_app.grading.releasing import Block
from lti_app.grading.views import DeliveryView, GradeView
from lti_app.submissions.contract import KindRules
from lti_app.submissions.counting import MEAN_OF_ATTEMPTS
from lti_app.submissions.views import WorkState
from lti_app.submissions.wording import StateWords
from lti_app.web.language import decimals


@dataclass(frozen=True)
class FacetWords:
    """One facet as it is shown.

    Attributes:
        percent: what counts of it; None where it was impossible through no fault of the person.
        reason: why it is so.
        late: what lateness left of it; empty when nothing was late.
        by_hand: why a person scored it so; None when it counts as computed.
    """

    title: str
    percent: Decimal | None
    reason: str
    late: str
    is_bonus: bool
    by_hand: str | None = None


@dataclass(frozen=True)
class UnworkedWords:
    """A grade without work. `reason`: typed by the person who entered it; else empty."""

    sentence: str
    reason: str = ""


#: What explains a facet of any kind.
_REASONS: Mapping[str, str] = {
    MEAN_OF_ATTEMPTS: _("The mean of %(count)s attempts, less what being late cost each of them."),
}

_WORK: Mapping[WorkState, StateWords] = {
    WorkState.NOT_STARTED: StateWords(_("Not begun"), "dash-lg", ""),
    WorkState.IN_PROGRESS: StateWords(_("Draft"), "pencil", "draft"),
    WorkState.HANDED_IN: StateWords(_("Handed in"), "send", "note"),
    WorkState.UNDER_REVIEW: StateWords(_("Waits to be graded"), "clock", "wait"),
    WorkState.REOPENED: StateWords(_("Reopened"), "arrow-repeat", "act"),
    WorkState.EXCUSED: StateWords(_("Excused"), "dash-lg", ""),
    WorkState.CLOSED_INCOMPLETE: StateWords(_("Closed, not handed in"), "lock", ""),
    WorkState.WITHDRAWN: StateWords(_("Left the course"), "box-arrow-right", ""),
}

_BLOCKS: Mapping[Block, str] = {
    Block.NOTHING_HANDED_IN: _("nothing was handed in, and no points were entered"),
    Block.NOTHING_GRADABLE: _("nothing can be graded yet"),
    Block.EXCUSED: _("excused"),
}


def work_words(state: WorkState) -> StateWords:
    """Return how somebody's work is shown to staff."""
    found = _WORK[state]
    return StateWords(gettext(found.word), found.icon, found.look)


def block_words(block: Block) -> str:
    """Return why a grade cannot be released, as the end of a sentence."""
    return str(gettext(_BLOCKS[block]))


def facet_words(rules: KindRules, facet: FacetValue) -> FacetWords:
    """Return a facet as it is shown."""
    counted = facet.counted
    hundredths = None if counted is None else counted * 100
    return FacetWords(
        title=facet_title(rules, facet.facet),
        percent=None
        if hundredths is None
        else Decimal(hundredths.numerator) / Decimal(hundredths.denominator),
        reason=reason_words(rules, facet.reason),
        late="" if facet.entered else _late_words(facet),
        is_bonus=facet.is_bonus,
        by_hand=facet.entered.reason if facet.entered else None,
    )


def facet_title(rules: KindRules, facet: str) -> str:
    """Return what people call a facet; its name where the kind has no words for it any more."""
    title = rules.facet_titles.get(facet)
    return gettext(title) if title else facet


def part_title(rules: KindRules, column: DeliveryView | LineItemView) -> str:
    """Return the title of the part that a column is for; empty for the whole."""
    return facet_title(rules, column.facet) if column.facet else ""


def reason_words(rules: KindRules, reason: Reason) -> str:
    """Return the sentence of a reason; its code where the kind has no words for it any more."""
    sentence = rules.reasons.get(reason.code) or _REASONS.get(reason.code)
    return str(gettext(sentence)) % dict(reason.params) if sentence else reason.code


def _late_words(facet: FacetValue) -> str:
    if facet.late_factor == 1:
        return ""
    left = decimals(facet.late_factor * 100)
    return str(gettext("Handed in late: %(left)s%% of it counts.", left=left))


def unworked_words(grade: GradeView | None) -> UnworkedWords | None:
    """Return why somebody sees a grade who has handed nothing in; None while they see none."""
    if grade is None or grade.released is None:
        return None
    points = {"points": decimals(grade.released), "maximum": decimals(grade.maximum)}
    if grade.override and grade.override.points == grade.released:
        entered = gettext(
            "The people who run the course entered %(points)s of %(maximum)s points.", **points
        )
        return UnworkedWords(str(entered), grade.override.reason)
    if grade.points is None:
        return UnworkedWords(
            str(
                gettext(
                    "Nothing was handed in when this closed before, so %(points)s of %(maximum)s"
                    " points stand in your grade until you hand in.",
                    **points,
                )
            )
        )
    return UnworkedWords(
        str(
            gettext(
                "Nothing was handed in before this closed, so your grade is %(points)s of"
                " %(maximum)s points.",
                **points,
            )
        )
    )


def late_words(lateness: Lateness) -> str:
    """Return what being late costs; empty when it costs nothing."""
    share = {"percent": lateness.percent, "floor": lateness.floor_percent}
    if lateness.policy is LatePolicy.ONCE:
        return str(gettext("Late, %(percent)s%% of what is dated does not count.", **share))
    if lateness.policy is LatePolicy.PER_DAY:
        return str(
            gettext(
                "Each started day costs %(percent)s%% of what is dated; at least %(floor)s%% of it"
                " counts.",
                **share,
            )
        )
    if lateness.policy is LatePolicy.CLOSED:
        return str(gettext("Late work is not taken."))
    return ""


def cap_words(rules: KindRules, grade: GradeView) -> str:
    """Return why a grade is at most so much; empty when it has no cap."""
    if grade.cap is None:
        return ""
    most = decimals(grade.cap.fraction * 100)
    why = reason_words(rules, Reason(grade.cap.reason_code))
    return str(gettext("The grade is at most %(most)s%%: %(why)s", most=most, why=why))
