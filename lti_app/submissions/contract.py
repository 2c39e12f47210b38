"""What a kind of activity is: two frozen objects, one without a web request, one of pages.

A missing part is a TypeError when the program starts, not a page that breaks in week six.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from lti_app.catalog.authoring import Authored
from lti_app.catalog.pack import ItemSource
from lti_app.catalog.spec import ItemSpec
from lti_app.catalog.views import ActivityView
from lti_app.grading.policy import Cap, FacetValue
from lti_app.submissions.counting import Counting
from lti_app.submissions.report import ReportMaker, plain_report

if TYPE_CHECKING:
    from flask import Blueprint

    from lti_app.web.render import Page

#: What a person answered, as JSON values; only the kind knows its shape.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Marked:
    """What marking found.

    Attributes:
        comment_code: names the sentence that goes to the gradebook with the score.
        cap: the most that the grade can be, and why; None for all of it.
    """

    facets: tuple[FacetValue, ...]
    comment_code: str | None = None
    cap: Cap | None = None


def _all_of_them(settings: BaseModel) -> BaseModel:
    return settings


@dataclass(frozen=True)
class KindRules:
    """What a kind decides. It runs in the worker, too, so it needs no Flask.

    Attributes:
        name: stored in rows; the folder of the room, and the first part of its addresses.
        title: what people call it, marked for translation.
        source: where its items are in a course pack, and how one is read.
        read_item: reads the snapshot of an item that an activity was made of.
        settings_model: what an instructor may set; its defaults start a new activity.
        settings_version: goes up when stored settings change their shape.
        upgrade_settings: turns settings of an older version into those of this one.
        attempts_allowed: how often a person may hand in; None for as often as they like.
        refuse_answers: raises ValueError when answers may not be handed in as they are.
        counting: which of a person's attempts is their grade.
        mark: finds the facets of an attempt under the settings of now; pure.
        facets_of: which facets the grade of an item has, by their names.
        facet_titles: what people call each facet, by its name, marked for translation; in the
            order of the gradebook columns, where each has one.
        reasons: a sentence for each code that explains a facet or a cap; its parameters are
            those of the reason.
        copy_settings: what a copy of an activity starts with, of the settings of the original;
            dates and people are left out. All of them, unless a kind says otherwise.
        authored: the items that instructors can make themselves; none for a kind whose items are
            made in files only.
    """

    name: str
    title: str
    source: ItemSource
    read_item: Callable[[Mapping[str, Any]], ItemSpec]
    settings_model: type[BaseModel]
    settings_version: int
    upgrade_settings: Callable[[Mapping[str, Any], int], Mapping[str, Any]]
    attempts_allowed: Callable[[BaseModel], int | None]
    counting: Callable[[BaseModel], Counting]
    refuse_answers: Callable[[ItemSpec, Answers], None]
    mark: Callable[[ItemSpec, Answers, BaseModel], Marked]
    facets_of: Callable[[ItemSpec], tuple[str, ...]]
    facet_titles: Mapping[str, str]
    reasons: Mapping[str, str]
    authored: tuple[Authored, ...] = ()
    copy_settings: Callable[[BaseModel], BaseModel] = _all_of_them

    def settings_of(self, activity: ActivityView) -> BaseModel:
        """Return the settings of an activity, whatever version they were stored in."""
        stored: Mapping[str, Any] = activity.settings
        if activity.settings_version < self.settings_version:
            stored = self.upgrade_settings(stored, activity.settings_version)
        elif activity.settings_version > self.settings_version:
            # A newer program runs beside this one: what it added is not known here.
            known = self.settings_model.model_fields
            stored = {name: value for name, value in stored.items() if name in known}
        return self.settings_model.model_validate(stored)


@dataclass(frozen=True)
class Handed:
    """Answers that somebody handed in, with what decides how much of their marks may be shown.

    Attributes:
        is_released: whether the person's grade is.
        is_closed: whether the activity takes no more work from them.
        has_attempts_left: whether they may hand in once more.
        ends_at: when it takes no more work from them; None when no end is set.
    """

    answers: Answers
    is_released: bool
    is_closed: bool
    has_attempts_left: bool
    ends_at: datetime | None


@dataclass(frozen=True)
class Trial:
    """An item that staff try as learners do. Nothing of it is kept.

    Attributes:
        settings: those of its activity, or those that a new one would start with.
        action: the address that the form is posted to.
        back: the address and the words of the way back.
        activity: what is tried; None where it is an item that nobody has chosen yet.
    """

    item: ItemSpec
    title: str
    settings: BaseModel
    action: str
    back: tuple[str, str]
    activity: ActivityView | None = None


@dataclass(frozen=True)
class Result:
    """What a receipt shows of handed-in answers: a partial template of the kind's, and its values.

    The template finds the values as `result`.

    Attributes:
        who_sees: a sentence that says who else sees the answers; empty: nobody does.
        explains: whether the partial says why each facet is as it is.
    """

    template: str
    values: Any
    who_sees: str = ""
    explains: bool = False


@dataclass(frozen=True)
class ItemLabel:
    """What people call an item, in the reader's language, and its icon.

    Attributes:
        is_for_completion: whether its points are for being done, whatever the answers.
    """

    title: str
    icon: str
    is_for_completion: bool = False


@dataclass(frozen=True)
class KindPages:
    """What a kind shows.

    Attributes:
        blueprint: its pages, without an address of its own: the app gives it the kind's name.
        learner_endpoint: the page to do the activity on; takes `public_id`.
        instructor_endpoint: the page to follow everybody on; takes `public_id`.
        preview: the activity to read, without a session, a form or anything remembered.
        trial: the item to try as a learner does, read from the request if one was posted.
        result: what the person's own receipt shows of their answers.
        label: what people call an item, and its icon, one of `static_src/icons.txt`.
        report: what staff read of everybody's answers.
    """

    blueprint: "Blueprint"
    learner_endpoint: str
    instructor_endpoint: str
    preview: "Callable[[ActivityView], Page]"
    trial: "Callable[[Trial], Page]"
    result: Callable[[ActivityView, Handed], Result]
    label: Callable[[ItemSpec], ItemLabel]
    report: ReportMaker = plain_report
