"""What the file of a branching story says. Whether its graph can be played, `graph` decides."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from lti_app.catalog.flaws import Flaw, FlawedError
from lti_app.catalog.spec import ItemSpec, Line, Slug, Strict, Text

#: What a counter can come to; no story needs more.
MOST_COUNTED = 1_000
Step = Annotated[int, Field(ge=-MOST_COUNTED, le=MOST_COUNTED)]


class Word(Strict):
    """What a counter is called from a number upwards."""

    from_: Step = Field(alias="from")
    word: Line

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Counter(Strict):
    """Something the story keeps count of, such as trust. Without words it stays behind the scenes.

    Attributes:
        words: by rising `from`; below the first, the first word holds.
    """

    id: Slug
    title: Line
    starts: Step = 0
    words: tuple[Word, ...] = Field(default=(), max_length=12)

    def word_at(self, count: int) -> str | None:
        """Return what a count is called; None where nothing is said of it.

        >>> words = (Word(from_=0, word="Cautious"), Word(from_=2, word="Growing"))
        >>> [Counter(id="trust", title="Trust", words=words).word_at(count) for count in (-1, 1, 2)]
        ['Cautious', 'Cautious', 'Growing']
        """
        if not self.words:
            return None
        reached = [one.word for one in self.words if one.from_ <= count]
        return reached[-1] if reached else self.words[0].word


class Bounds(Strict):
    """What a counter must be for something to hold; both ends belong to it."""

    at_least: Step | None = None
    at_most: Step | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Bounds":
        if self.at_least is None and self.at_most is None:
            what = "nothing says what the counter must be"
            raise FlawedError([Flaw((), what, "Write `at_least`, `at_most` or both.")])
        return self

    @property
    def can_hold(self) -> bool:
        """Whether any count lies between the ends."""
        return self.at_least is None or self.at_most is None or self.at_least <= self.at_most

    def holds(self, count: int) -> bool:
        """Whether a count lies between the ends.

        >>> Bounds(at_least=1).holds(0)
        False
        """
        return (self.at_least is None or count >= self.at_least) and (
            self.at_most is None or count <= self.at_most
        )


#: Counter id to bounds; all of them must hold.
Condition = dict[Slug, Bounds]


class Option(Strict):
    """One thing to do in a scene.

    Attributes:
        to: the scene that follows.
        points: what it adds to the path's sum.
        changes: counter id to what is added to it.
        feedback: what it set in motion, shown when the settings allow it.
        effects: a few words each, shown with the feedback.
        when: it is offered only then; always when it is empty.
    """

    id: Slug
    text: Line
    to: Slug
    points: int = Field(0, ge=-100, le=100)
    changes: dict[Slug, Step] = Field(default_factory=dict)
    feedback: Text | None = None
    effects: tuple[Line, ...] = Field(default=(), max_length=4)
    when: Condition = Field(default_factory=dict)


class Variant(Strict):
    """Another text of a scene, which stands there when its condition holds."""

    when: Condition = Field(min_length=1)
    text: Text


class Scene(Strict):
    """One scene: with options the story goes on, an `ending` has none.

    Attributes:
        variants: the first whose condition holds replaces the text.
        visits: how often a path may come here; needed where paths can come back.
    """

    id: Slug
    title: Line
    text: Text
    variants: tuple[Variant, ...] = ()
    question: Line | None = None
    options: tuple[Option, ...] = Field(default=(), max_length=6)
    ending: bool = False
    visits: int = Field(1, ge=1, le=10)


class Story(ItemSpec):
    """A story to be played from scene to scene.

    Attributes:
        start: the first scene.
        completion_credit: the part of the score, 0 to 1, that every complete path earns.
    """

    setup: Text
    start: Slug
    completion_credit: Decimal = Field(Decimal(0), ge=0, le=1, decimal_places=4)
    counters: tuple[Counter, ...] = Field(default=(), max_length=12)
    scenes: tuple[Scene, ...] = Field(min_length=2, max_length=60)
