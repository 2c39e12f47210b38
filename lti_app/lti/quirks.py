"""In what platforms differ, in one table. It is asked by family and knows no registration."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Kinds of platforms that need to be told apart."""

    MOODLE = "moodle"
    CANVAS = "canvas"
    OTHER = "other"


@dataclass(frozen=True)
class Quirks:
    """What to mind with one family.

    Attributes:
        login_may_lack_target: login initiations may come without `target_link_uri`.
        posts_make_attempts: every score is a new attempt unless it says otherwise.
        comments_add_up: a comment is added at each post, not replaced.
        stale_statuses: statuses with which an old score time is refused.
        keeps_entered_grades: a score is taken, and a grade that a person entered goes on being
            shown in its place.
        knows_reviews: a column may say that the work behind it can be looked at.
    """

    login_may_lack_target: bool = False
    posts_make_attempts: bool = False
    comments_add_up: bool = False
    stale_statuses: frozenset[int] = frozenset({409})
    keeps_entered_grades: bool = False
    knows_reviews: bool = True


_TABLE = {
    Family.MOODLE: Quirks(keeps_entered_grades=True),
    Family.CANVAS: Quirks(
        login_may_lack_target=True,
        posts_make_attempts=True,
        comments_add_up=True,
        stale_statuses=frozenset({400, 409}),
        knows_reviews=False,
    ),
    Family.OTHER: Quirks(stale_statuses=frozenset({400, 409})),
}


def quirks_of(family: Family) -> Quirks:
    """Return what to mind with platforms of this family."""
    return _TABLE[family]


def family_of(product_family_code: str | None, issuer: str = "") -> Family:
    """Return the family that a platform names, or that its issuer gives away.

    >>> family_of("canvas").value, family_of(None, "https://canvas.instructure.com").value
    ('canvas', 'canvas')
    """
    code = (product_family_code or "").lower()
    if code in (Family.MOODLE, Family.CANVAS):
        return Family(code)
    hosted = ("https://canvas.instructure.com", "https://canvas.beta.instructure.com")
    if not code and issuer in (*hosted, "https://canvas.test.instructure.com"):
        return Family.CANVAS
    return Family.OTHER
