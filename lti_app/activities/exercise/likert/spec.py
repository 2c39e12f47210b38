"""What the file of a self-assessment says. It marks nothing and draws nothing."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from lti_app.catalog.flaws import Flaw, one_of, refuse, repeated
from lti_app.catalog.spec import ItemSpec, Line, Slug, Strict, Text


class Subscale(Strict):
    """One area of a scale."""

    id: Slug
    title: Line
    about: Line


class Statement(Strict):
    """One sentence to agree with. `reversed`: agreeing speaks against its area."""

    id: Slug
    text: Line
    subscale: Slug
    reversed: bool = False


class Scale(Strict):
    """Statements with one row of answers, least first; answers count from 1."""

    labels: tuple[Line, ...] = Field(min_length=2, max_length=9)
    subscales: tuple[Subscale, ...] = Field(min_length=1)
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Scale":
        refuse(self._flaws())
        return self

    def _flaws(self) -> Iterator[Flaw]:
        known = [subscale.id for subscale in self.subscales]
        ids = [statement.id for statement in self.statements]
        yield from repeated((("subscales", n, "id"), one) for n, one in enumerate(known))
        yield from repeated((("statements", n, "id"), one) for n, one in enumerate(ids))
        for place, statement in enumerate(self.statements):
            if statement.subscale not in known:
                what = f"there is no subscale `{statement.subscale}`"
                where = ("statements", place, "subscale")
                yield Flaw(where, what, one_of(statement.subscale, known))
        used = {statement.subscale for statement in self.statements}
        for place, one in enumerate(known):
            if one not in used:
                what = f"no statement belongs to `{one}`"
                yield Flaw(("subscales", place, "id"), what, "Give it one, or remove it.")

    def statements_of(self, subscale: Subscale) -> tuple[Statement, ...]:
        """Return the statements of one area, in their order."""
        return tuple(one for one in self.statements if one.subscale == subscale.id)


class LikertItem(ItemSpec):
    """A self-assessment: it counts for being done and is never scored on its answers.

    Attributes:
        what_it_is, notice: shown before and beside the statements.
        afterwards: what comes of it later, shown on the receipt.
    """

    kind: Literal["likert"]
    scale: Scale
    what_it_is: Line
    notice: Text
    afterwards: Line
