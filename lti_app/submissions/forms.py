"""The forms of the instructor's pages. They read what was typed and decide nothing."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from wtforms import (
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from lti_app.grading.extending import MOST_DAYS
from lti_app.grading.models import REASON_LENGTH
from lti_app.grading.policy import read_points
from lti_app.web.fields import WholeField
from lti_app.web.forms import Form
from lti_app.web.language import decimals


class SendAgainForm(Form):
    """Which delivery; empty for all that may go together, or for those of one cause."""

    delivery = HiddenField()
    cause = HiddenField()


class ReasonForm(Form):
    """Why something is decided about a person; they read it."""

    reason = TextAreaField(validators=[Length(max=REASON_LENGTH)])

    def __init__(self, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        self.reason.label.text = _("Reason")
        self.reason.description = _("The learner reads it.")
        needed = DataRequired(_("Write a reason; the learner reads it."))
        too_long = _("Write at most %(count)s characters.", count=REASON_LENGTH)
        self.reason.validators = [needed, Length(max=REASON_LENGTH, message=too_long)]

    def words(self) -> str:
        """Return what was typed."""
        return (self.reason.data or "").strip()


class ExtendForm(Form):
    """How many days later somebody's own dates lie."""

    days = WholeField()

    def __init__(self, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        self.days.label.text = _("Extra days")
        self.days.description = _(
            "By so many days their due and their closing date lie later. 0 takes them back."
        )
        words = _("Write a whole number from %(least)s to %(most)s.", least=0, most=MOST_DAYS)
        self.days.validators = [InputRequired(words), NumberRange(0, MOST_DAYS, words)]


class OverrideForm(ReasonForm):
    """Points that win over the computed ones. `revision`: of the grade that was looked at."""

    points = StringField()
    #: Once more, so that it comes after the points, as on the page.
    reason = TextAreaField()
    revision = WholeField(validators=[InputRequired(), NumberRange(min=0)])

    def __init__(self, maximum: Decimal, **given: object) -> None:
        """Say what points may be typed."""
        super().__init__(**given)
        self.maximum = maximum
        self.points.label.text = _("Points")
        self.points.description = _(
            "From 0 to %(maximum)s, with at most two places, such as 7.5.",
            maximum=decimals(maximum),
        )

    def validate_points(self, field: Field) -> None:
        """Refuse everything that is not plain points of this activity."""
        try:
            read_points(field.data or "", maximum=self.maximum)
        except ValueError as error:
            raise ValidationError(
                _(
                    "Write a number from 0 to %(maximum)s, with a point and at most two places,"
                    " such as 7.5.",
                    maximum=decimals(self.maximum),
                )
            ) from error


class FacetForm(ReasonForm):
    """A score of one facet that wins over the computed one."""

    facet = SelectField(choices=[])
    percent = StringField()
    #: Once more, so that it comes after the score, as on the page.
    reason = TextAreaField()
    revision = WholeField(validators=[InputRequired(), NumberRange(min=0)])

    def __init__(self, facets: Sequence[tuple[str, str]], **given: object) -> None:
        """Say which facets there are, by name and title."""
        super().__init__(**given)
        self.facet.choices = list(facets)
        self.facet.label.text = _("Part")
        self.percent.label.text = _("Score, from 0 to 100")

    def validate_percent(self, field: Field) -> None:
        """Refuse everything that is not plain points of a hundred."""
        try:
            read_points(field.data or "", maximum=Decimal(100))
        except ValueError as error:
            raise ValidationError(
                _("Write a number from 0 to 100, with a point and at most two places.")
            ) from error
