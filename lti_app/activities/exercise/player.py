"""How any kind of item is played: its form, what a page shows of it, what came of the answers.

The views are those of `pages`; what stands here is what each kind of item brings for them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, NumberRange

from lti_app.catalog.spec import ItemSpec
from lti_app.core.ids import new_public_id
from lti_app.core.logs import get_logger
from lti_app.submissions.contract import Answers, Result
from lti_app.submissions.report import Answered, Report
from lti_app.web.fields import WholeField
from lti_app.web.forms import Form

_log = get_logger(__name__)


class PlayerForm(Form):
    """The form of one item at one moment; each kind of item adds the fields of its answers.

    Fields:
        key: the same for every repetition of one request.
        number: of the attempt that the page was drawn for.
        base_revision: of the draft that the page showed.
        version: of the item that the page showed.
    """

    #: What `do` may say beside handing in and saving; it is validated and then saved.
    steps: ClassVar[frozenset[str]] = frozenset()

    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    number = WholeField(validators=[InputRequired(), NumberRange(min=1, max=1000)])
    base_revision = WholeField(validators=[InputRequired(), NumberRange(min=0)])
    version = WholeField(validators=[InputRequired(), NumberRange(min=1)])

    def is_whole(self) -> bool:
        """Whether the page's own parts arrived; if not, the request is not one of our form's."""
        own = (self.key, self.number, self.base_revision, self.version)
        return all(field.validate(self) for field in own)

    def anchor(self) -> str | None:
        """Return the id to show first once this form was saved; None for the top of the page."""
        return None

    def read(self, item: Any, stored: Answers, *, now: datetime) -> Answers:
        """Return the answers with what this form says, as they are stored.

        Args:
            stored: what the draft says.

        Raises:
            DraftConflictError: what was chosen does not follow from the draft any more.
        """
        raise NotImplementedError

    def differences(self, item: Any, stored: Answers) -> Mapping[str, str]:
        """Return, by a name that the template knows, what the draft says and this form does not."""
        raise NotImplementedError


@dataclass(frozen=True)
class Moment:
    """Where somebody stands in an item.

    Attributes:
        shows_feedback: also what a step set in motion.
        seed: decides what is shuffled: one for each attempt of a person, see `seed`.
    """

    answers: Answers
    shows_feedback: bool
    seed: str


@dataclass(frozen=True)
class Outcome:
    """Handed-in answers and what may be shown of them now.

    Attributes:
        shows_feedback: whether what was right may be told.
        shows_key: whether also what would have been right.
        later: when more is shown, as a sentence; empty when all of it is.
        shows_steps: whether what each step set in motion was told on the way.
    """

    answers: Answers
    shows_feedback: bool
    shows_key: bool
    later: str = ""
    shows_steps: bool = False


@dataclass(frozen=True)
class ItemPages:
    """What one kind of item shows. Functions take an item of this kind.

    Attributes:
        icon: one of `static_src/icons.txt`.
        template: the page to play it on; extends `activities/exercise/play.html`.
        reading: a partial that shows it to read, without a form and without its key.
        form_class: the form for an item at the moment that the answers tell, with this seed.
        filled: names and values of the form's fields for these answers, with the form's seed.
        shown: what the page shows beside the form, by the template's names.
        read_only: what the partial shows, by the template's names.
        result: what came of handed-in answers, as far as it may be shown.
        report: what staff read of everybody's answers.
    """

    icon: str
    template: str
    reading: str
    form_class: Callable[[Any, Answers, str], type[PlayerForm]]
    filled: Callable[[Any, Answers, str], Mapping[str, Any]]
    shown: Callable[[Any, Moment], Mapping[str, Any]]
    read_only: Callable[[Any], Mapping[str, Any]]
    result: Callable[[Any, Outcome], Result]
    report: Callable[[Any, Sequence[Answered]], Report]


def bound_form(pages: ItemPages, item: ItemSpec, answers: Answers, seed: str) -> PlayerForm:
    """Return the form of a request."""
    return pages.form_class(item, answers, seed)()


def fresh_form(
    pages: ItemPages,
    item: ItemSpec,
    answers: Answers,
    seed: str,
    *,
    number: int,
    base_revision: int,
    version: int,
) -> PlayerForm:
    """Return the form as it is drawn anew.

    Args:
        answers: of the draft; blank when there is none.
    """
    values = {
        "key": new_public_id(),
        "number": number,
        "base_revision": base_revision,
        "version": version,
        **pages.filled(item, answers, seed),
    }
    return pages.form_class(item, answers, seed)(formdata=None, data=values)


def draft_text(answers: Answers) -> str:
    """Return answers as the text of a draft: the same answers always make the same text."""
    return json.dumps(answers, sort_keys=True)


def draft_answers(pages: ItemPages, item: ItemSpec, text: str | None, blank: Answers) -> Answers:
    """Return the answers of a draft's text; blank without one, or where the item cannot show it."""
    if not text:
        return blank
    answers: Answers = json.loads(text)
    try:
        pages.form_class(item, answers, "")
        pages.filled(item, answers, "")
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("a draft does not fit its item", item=item.id)
        return blank
    return answers
