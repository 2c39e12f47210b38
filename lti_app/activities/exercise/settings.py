"""What an instructor may set of an exercise. Its page is made from this model."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from lti_app.catalog.rules import Release
from lti_app.core.translation import _
from lti_app.core.words import Section, Words
from lti_app.submissions.counting import COUNTING_WORDS, Counting

#: 2: which attempt counts, when feedback is shown, credit for completion only.
SETTINGS_VERSION = 2


class Feedback(StrEnum):
    """When learners see what was right, and why."""

    AFTER_EACH = "after_each"
    AFTER_HANDING_IN = "after_handing_in"
    AFTER_CLOSE = "after_close"


_FEEDBACK_WORDS = Words(
    {
        Feedback.AFTER_EACH: _("after each step, and after handing in"),
        Feedback.AFTER_HANDING_IN: _("after handing in"),
        Feedback.AFTER_CLOSE: _("when the activity has closed"),
    }
)


class ExerciseSettings(BaseModel):
    """What an instructor may set. `attempts` None: as often as they like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: Annotated[int | None, Section.ATTEMPTS] = Field(
        1,
        ge=1,
        le=100,
        title=_("Attempts"),
        description=_("How often each learner may hand in. Empty: as often as they like."),
    )
    counts: Annotated[Counting, Section.ATTEMPTS, COUNTING_WORDS] = Field(
        Counting.BEST,
        title=_("Which attempt counts"),
        description=_(
            "It matters where there are several. When you change it, grades are computed again from"
            " all attempts."
        ),
    )
    feedback: Annotated[Feedback, Section.LEARNERS, _FEEDBACK_WORDS] = Field(
        Feedback.AFTER_EACH,
        title=_("Feedback is shown"),
        description=_("Until then, the key is not sent to learners’ browsers."),
    )
    completion_only: Annotated[bool, Section.GRADE] = Field(
        False,
        title=_("Full points for handing in, whatever the answers"),
    )

    @property
    def shows_each_feedback(self) -> bool:
        """Whether a step's feedback is shown as soon as it is taken."""
        return self.feedback is Feedback.AFTER_EACH

    def shows_feedback(self, release: Release, *, is_released: bool, is_closed: bool) -> bool:
        """Whether handed-in answers may be shown with what was right.

        That gives the score away, so it waits for the grade, unless no grade is ever released.

        >>> ExerciseSettings().shows_feedback(Release.BY_HAND, is_released=False, is_closed=False)
        False
        """
        is_time = self.feedback is not Feedback.AFTER_CLOSE or is_closed
        return is_time and (is_released or release is Release.NEVER)


def attempts_allowed(settings: BaseModel) -> int | None:
    """Return how often somebody may hand in; None for as often as they like."""
    return settings_of(settings).attempts


def counting(settings: BaseModel) -> Counting:
    """Return which of somebody's attempts is their grade."""
    return settings_of(settings).counts


def upgrade_settings(stored: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """Return settings of an older version as those of this one, with what happened under them."""
    if version < 2:
        # Until then, the newest attempt was always the grade.
        return {**stored, "counts": Counting.LAST.value}
    return stored


def settings_of(settings: BaseModel) -> ExerciseSettings:
    """Return the settings of an exercise as what they are."""
    if not isinstance(settings, ExerciseSettings):
        raise TypeError("not settings of an exercise")
    return settings
