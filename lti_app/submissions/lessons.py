"""What a course says around an activity: its lesson, its glossary, notes for who runs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lti_app.catalog.library import Library
from lti_app.catalog.pack import CoursePack, Module
from lti_app.catalog.spec import Source, Term
from lti_app.catalog.views import ActivityView
from lti_app.core.terms import find_marks
from lti_app.web.markdown import to_html

#: What adults read of an ordinary text.
WORDS_A_MINUTE = 200
_ID = "term-{}"


@dataclass(frozen=True)
class GlossaryEntry:
    """A term as a page shows it. `id`: of the element that a mark in the text opens."""

    id: str
    term: str
    meaning: str


@dataclass(frozen=True)
class Reading:
    """A text of a module, ready to be shown.

    Attributes:
        language: what it is written in, as a BCP 47 tag.
        marked: the terms that stand marked in the text; `glossary` has all of the module.
    """

    language: str
    course: str
    module_number: int
    module: str
    objective: str
    body: Markup
    minutes: int
    marked: Sequence[GlossaryEntry]
    glossary: Sequence[GlossaryEntry]
    evidence: Sequence[Source]


def find_lesson(library: Library, activity: ActivityView) -> Reading | None:
    """Return the lesson that an activity belongs to, None when its item stands in no pack."""
    found = library.find_module(activity.pack, activity.item)
    return _reading(*found, found[1].lesson) if found else None


def find_notes(library: Library, activity: ActivityView) -> Reading | None:
    """Return the notes for who runs an activity's module, None when there are none."""
    found = library.find_module(activity.pack, activity.item)
    if found is None or not found[1].facilitator:
        return None
    return _reading(*found, found[1].facilitator)


def _reading(pack: CoursePack, module: Module, text: str) -> Reading:
    entries = [_entry(place, term) for place, term in enumerate(module.glossary.terms)]
    names = module.glossary.names
    used = {names[mark.term] for mark in find_marks(text) if mark.term in names}
    return Reading(
        language=pack.course.locale,
        course=pack.course.title,
        module_number=module.number,
        module=module.head.title,
        objective=module.head.objective,
        body=to_html(text, terms={name: _ID.format(place) for name, place in names.items()}),
        minutes=max(1, round(len(text.split()) / WORDS_A_MINUTE)),
        marked=[entries[place] for place in sorted(used)],
        glossary=sorted(entries, key=lambda entry: entry.term.casefold()),
        evidence=module.evidence,
    )


def _entry(place: int, term: Term) -> GlossaryEntry:
    return GlossaryEntry(_ID.format(place), term.term, term.meaning)
