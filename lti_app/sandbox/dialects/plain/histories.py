"""What a platform tells of where a copied course or link comes from. It reads no database.

Source: LTI Core 1.3, appendix B: `$Context.id.history` and `$ResourceLink.id.history`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

#: What hosted platforms write in place of ids that they did not find in time.
TIMED_OUT = "timed out"


class Telling(StrEnum):
    """How a history is told. AS_USUAL leaves it to the dialect."""

    AS_USUAL = "as_usual"
    TOLD = "told"
    UNKNOWN = "unknown"
    TIMED_OUT = "timed_out"


@dataclass(slots=True)
class HistoryTelling:
    """How histories are told; a test or a person sets it while the platform runs."""

    of_courses: Telling = Telling.AS_USUAL
    of_links: Telling = Telling.AS_USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """A platform's habits.

    Attributes:
        tells_of_links: whether it knows the variable of links.
        most_told: so many ids at most, then a word that says there were more; None for all.
    """

    tells_of_links: bool = True
    most_told: int | None = None

    def of_course(self, ids: Sequence[str], telling: Telling) -> str | None:
        """Return the value of the variable, None where it is not known.

        Args:
            ids: of the courses it was copied from, the nearest first.
        """
        return self._told(ids, telling)

    def of_link(self, ids: Sequence[str], telling: Telling) -> str | None:
        """Return the value of the variable, None where it is not known."""
        is_usual = telling is Telling.AS_USUAL
        if is_usual and not self.tells_of_links:
            return None
        return self._told(ids, telling)

    def _told(self, ids: Sequence[str], telling: Telling) -> str | None:
        if telling is Telling.UNKNOWN:
            return None
        if telling is Telling.TIMED_OUT:
            return TIMED_OUT
        told = [quote(one, safe="") for one in ids]
        if self.most_told is not None and len(told) > self.most_told:
            told = [*told[: self.most_told], "truncated"]
        return ",".join(told)
