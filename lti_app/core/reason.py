"""Why something is as it is: a code with parameters, kept in the database, worded when shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """A stable code and what its sentence may show; never a sentence, never a person's text."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
