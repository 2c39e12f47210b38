"""What a course pack's files may say, as typed models. It reads no file and names no kind."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: What ids and folder names are made of, so that an address needs no escaping.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
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
    """

    id: Slug
    title: Line
    summary: Line
    minutes: int = Field(ge=1, le=600)
    points: Points


class ModuleHead(Strict):
    """One line of the course's list of modules; its folder is `NN-<slug>`."""

    slug: Slug
    title: Line
    objective: Line


class CourseFile(Strict):
    """`course.yaml`."""

    title: Line
    summary: Line
    version: int = Field(ge=1)
    locale: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    modules: tuple[ModuleHead, ...] = Field(min_length=1)


#: The parsed YAML files of `shared/`, by name without ending.
Shared = dict[str, Any]
