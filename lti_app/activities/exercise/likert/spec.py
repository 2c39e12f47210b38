"""What the file of a self-assessment says. It marks nothing and draws nothing."""

from typing import Literal

from pydantic import Field, model_validator

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
        known = [subscale.id for subscale in self.subscales]
        ids = [statement.id for statement in self.statements]
        if len(set(known)) < len(known) or len(set(ids)) < len(ids):
            raise ValueError("an id is used twice")
        used = {statement.subscale for statement in self.statements}
        if used != set(known):
            odd = ", ".join(sorted(used ^ set(known)))
            raise ValueError(f"subscales and statements do not fit together: {odd}")
        return self

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
