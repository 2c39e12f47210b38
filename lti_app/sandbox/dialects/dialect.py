"""Where real platforms differ: one value for each of them, made of figures and of rules.

The rest of the sandbox asks it and never compares its name. What stands here by default is the
plain dialect: the specifications, read strictly.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from lti_app.sandbox.addresses import Paths
from lti_app.sandbox.dialects.paths import PLAIN_PATHS
from lti_app.sandbox.dialects.plain.claims import LaunchClaims
from lti_app.sandbox.dialects.plain.columns import Columns
from lti_app.sandbox.dialects.plain.grants import Grants
from lti_app.sandbox.dialects.plain.histories import Histories
from lti_app.sandbox.dialects.plain.paging import Paging
from lti_app.sandbox.dialects.plain.picking import Picking
from lti_app.sandbox.dialects.plain.registering import Registering
from lti_app.sandbox.dialects.plain.results import Results
from lti_app.sandbox.dialects.plain.roster import Roster
from lti_app.sandbox.dialects.plain.scores import Scores
from lti_app.sandbox.dialects.plain.sign_in import SignIn
from lti_app.sandbox.dialects.plain.speech import Speech
from lti_app.sandbox.limits import BucketSize


def as_it_is(number: int, text: str) -> str:
    """Return an id as the demo's course spells it."""
    del number
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One platform's habits.

    Attributes:
        missing_scope_status: the answer to a token that is good but not for this.
        works_in_every_course: whether a tool may use services where it has no link.
        concluded_status: the answer of the gradebook in a concluded course; None is as usual.
        bucket: how much each client may ask at a time; None does not limit it.
        spelled_id: how the demo's ids look, from their number and their plain spelling.
    """

    name: str
    product_family_code: str
    product_version: str
    id_token_lives_for: timedelta = timedelta(seconds=60)
    launch_hint_lives_for: timedelta = timedelta(minutes=10)
    access_token_lives_for: timedelta = timedelta(hours=1)
    missing_scope_status: int = 403
    works_in_every_course: bool = False
    concluded_status: int | None = 422
    bucket: BucketSize | None = None
    spelled_id: Callable[[int, str], str] = as_it_is
    paths: Paths = PLAIN_PATHS
    registering: Registering = field(default_factory=Registering)
    sign_in: SignIn = field(default_factory=SignIn)
    claims: LaunchClaims = field(default_factory=LaunchClaims)
    picking: Picking = field(default_factory=Picking)
    histories: Histories = field(default_factory=Histories)
    grants: Grants = field(default_factory=Grants)
    speech: Speech = field(default_factory=Speech)
    columns: Columns = field(default_factory=Columns)
    column_pages: Paging = field(default_factory=Paging)
    scores: Scores = field(default_factory=Scores)
    results: Results = field(default_factory=Results)
    result_pages: Paging = field(default_factory=Paging)
    roster: Roster = field(default_factory=Roster)
    roster_pages: Paging = field(default_factory=Paging)


#: The specifications read strictly, with a token as short-lived as Moodle's.
PLAIN = Dialect(name="plain", product_family_code="rapport-sandbox", product_version="1")
