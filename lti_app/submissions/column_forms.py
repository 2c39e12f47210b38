"""The choice of gradebook columns on the settings page: one for the whole grade, or one a part.

It reads what was typed; whether it is too late for another choice, `grading.columns` decides.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, RadioField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from lti_app.catalog.spec import MOST_POINTS
from lti_app.catalog.views import ActivityView, FacetColumn
from lti_app.grading.policy import read_points, share_of_points
from lti_app.submissions.contract import KindRules
from lti_app.submissions.explaining import facet_title

#: Names the choice, and begins the name of the field with a part's points.
CHOICE, _POINTS = "columns", "points-"


class Columns(StrEnum):
    """What the columns of an activity are for."""

    WHOLE = "whole"
    PARTS = "parts"


class PointsField(StringField):
    """Points that can be the maximum of a grade."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse everything that is not plain points above zero."""
        del form
        try:
            is_refused = self.points() == 0
        except ValueError:
            is_refused = True
        if is_refused:
            raise ValidationError(
                _(
                    "Write a number above 0 and up to %(most)s, with a point and at most two"
                    " places, such as 7.5.",
                    most=f"{MOST_POINTS:f}",
                )
            )

    def points(self) -> Decimal:
        """Return what was typed.

        Raises:
            ValueError: it is no plain number.
        """
        return read_points(self.data or "", maximum=MOST_POINTS)


class PartPointsField(PointsField):
    """The points of one part; they matter where each part has a column."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what can be no maximum, unless nobody will use it."""
        if form[CHOICE].data == Columns.PARTS:
            super().pre_validate(form)


def parts_of(rules: KindRules, activity: ActivityView) -> dict[str, str]:
    """Return the parts that may have columns, facet to title; none where there is no choice."""
    facets = rules.facets_of(rules.read_item(activity.content))
    if not activity.in_gradebook or len(facets) < 2:
        return {}
    return {facet: facet_title(rules, facet) for facet in facets}


def column_fields(parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of the choice, for the class of a form; none without parts."""
    if not parts:
        return {}
    choices = [(one.value, "") for one in Columns]
    points = {_POINTS + facet: PartPointsField() for facet in parts}
    return {CHOICE: RadioField(choices=choices), **points}


def chosen_columns(activity: ActivityView) -> Columns:
    """Return what the columns of an activity are for."""
    return Columns.PARTS if activity.is_split else Columns.WHOLE


def column_data(activity: ActivityView, parts: Mapping[str, str]) -> dict[str, str]:
    """Return what the fields show before anybody typed: what is, else equal shares."""
    columns = activity.facet_columns
    points = {
        facet: columns[facet].maximum if facet in columns else _equal_share(activity, parts)
        for facet in parts
    }
    shown = {_POINTS + facet: f"{one.normalize():f}" for facet, one in points.items()}
    return {CHOICE: chosen_columns(activity).value, **shown}


def _equal_share(activity: ActivityView, parts: Mapping[str, str]) -> Decimal:
    return max(share_of_points(Fraction(1, len(parts)), activity.points), Decimal("0.01"))


def name_column_fields(form: BaseForm, parts: Mapping[str, str], *, are_settled: bool) -> None:
    """Give the fields their words, in the reader's language.

    Args:
        are_settled: whether it is too late for another choice.
    """
    if not parts:
        return
    choice: Any = form[CHOICE]
    choice.label.text = _("Gradebook columns")
    choice.choices = [
        (Columns.WHOLE.value, _("One for the whole grade")),
        (Columns.PARTS.value, _("One for each part")),
    ]
    choice.description = (
        settled_words()
        if are_settled
        else _(
            "Choose before the first grade is released; afterwards this cannot be changed. This"
            " tool makes the columns of the parts itself. If the platform does not allow that, the"
            " scores wait here, and the page People says so."
        )
    )
    for facet, title in parts.items():
        field = form[_POINTS + facet]
        field.label.text = _("Points of the part “%(part)s”", part=title)
        field.description = _("The most that its column shows, where each part has one.")


def settled_words() -> str:
    """Return why there is no other choice any more, and what can be done."""
    return str(
        _(
            "Grades of this activity were already released to the gradebook, so it keeps the"
            " columns it has. To have others, choose them in a new activity before its first grade"
            " is released."
        )
    )


def wanted_columns(
    form: BaseForm, activity: ActivityView, parts: Mapping[str, str]
) -> dict[str, FacetColumn] | None:
    """Return the columns of a valid form, by facet; empty for one of the whole grade.

    None where there was no choice. A column keeps the title that it was chosen with.
    """
    if not parts:
        return None
    if form[CHOICE].data != Columns.PARTS:
        return {}
    fields: Any = form
    chosen = activity.facet_columns
    return {
        facet: FacetColumn(
            chosen[facet].title if facet in chosen else title, fields[_POINTS + facet].points()
        )
        for facet, title in parts.items()
    }


def part_fields(form: BaseForm, parts: Mapping[str, str]) -> list[Field]:
    """Return the fields with the points of the parts, to be drawn."""
    return [form[_POINTS + facet] for facet in parts]
