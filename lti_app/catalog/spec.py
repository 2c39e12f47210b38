"""What a course pack's files may say, as typed models. It reads no file and names no kind."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from lti_app.catalog.flaws import refuse, repeated
from lti_app.core.terms import fold_term

#: What ids and folder names are made of, so that an address needs no escaping.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
#: A term is short enough to be marked in a text; see `core.terms`.
TermName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Meaning = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
#: No activity has more; a number this high is a slip of the hand.
MOST_POINTS = Decimal(100_000)
Points = Annotated[Decimal, Field(gt=0, le=MOST_POINTS, decimal_places=2)]


class Strict(BaseModel):
    """A part of a pack: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ItemSpec(Strict):
    """What every item says of itself; each kind adds what makes it work.

    Attributes:
        summary: one sentence for whoever chooses it.
        minutes: how long it takes most people.
        points: the maximum of its grade unless the instructor sets another.
        evidence: keys of the pack's `shared/evidence.yaml`.
        version, locale, licence: the course's unless the item says another.
    """

    id: Slug
    title: Line
    summary: Line
    minutes: int = Field(ge=1, le=600)
    points: Points
    evidence: tuple[Slug, ...] = ()
    version: int | None = Field(None, ge=1)
    locale: Locale | None = None
    licence: Line | None = None


class ModuleHead(Strict):
    """One entry of the course's list of modules; its folder is `NN-<slug>`."""

    slug: Slug
    title: Line
    objective: Line
    evidence: tuple[Slug, ...] = ()


class CourseFile(Strict):
    """`course.yaml`. What it says of version, locale and licence goes for all its files."""

    title: Line
    summary: Line
    version: int = Field(ge=1)
    locale: Locale
    licence: Line
    modules: tuple[ModuleHead, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_each_module_once(self) -> "CourseFile":
        slugs = ((("modules", n, "slug"), one.slug) for n, one in enumerate(self.modules))
        refuse(repeated(slugs, what="slug"))
        return self


class Term(Strict):
    """One entry of a glossary. `also`: other words that a text may mark it by."""

    term: TermName
    meaning: Meaning
    also: tuple[TermName, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What it is found by."""
        return tuple(fold_term(name) for name in (self.term, *self.also))


class Glossary(Strict):
    """`glossary.yaml` of a module."""

    terms: tuple[Term, ...] = Field((), max_length=200)

    @model_validator(mode="after")
    def _has_each_name_once(self) -> "Glossary":
        names = (
            (("terms", place, "term" if not rank else "also"), name)
            for place, one in enumerate(self.terms)
            for rank, name in enumerate(one.names)
        )
        refuse(repeated(names, what="term"))
        return self

    @property
    def names(self) -> dict[str, int]:
        """What terms are found by, and the place of each in the list."""
        return {name: place for place, one in enumerate(self.terms) for name in one.names}


class Strength(StrEnum):
    """How far a finding carries, in our own judgement."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    PRACTICE = "practice"


class Source(Strict):
    """A work that a course leans on. `finding`: what we take from it, in our own words."""

    source: Line
    strength: Strength
    finding: Meaning


#: `shared/evidence.yaml`: sources by their key.
Evidence = dict[Slug, Source]
EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)

#: The parsed YAML files of `shared/`, by name without ending.
Shared = dict[str, Any]
