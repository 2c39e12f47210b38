"""Puts the Moodle dialect together."""

from lti_app.sandbox.dialects.dialect import Dialect
from lti_app.sandbox.dialects.moodle.claims import MoodleClaims
from lti_app.sandbox.dialects.moodle.columns import MoodleColumns
from lti_app.sandbox.dialects.moodle.grants import MoodleGrants
from lti_app.sandbox.dialects.moodle.paging import ColumnPaging, ResultPaging, RosterPaging
from lti_app.sandbox.dialects.moodle.picking import MoodlePicking
from lti_app.sandbox.dialects.moodle.registering import MoodleRegistering
from lti_app.sandbox.dialects.moodle.results import MoodleResults
from lti_app.sandbox.dialects.moodle.roster import MoodleRoster
from lti_app.sandbox.dialects.moodle.scores import MoodleScores
from lti_app.sandbox.dialects.moodle.sign_in import MoodleSignIn
from lti_app.sandbox.dialects.moodle.speech import MoodleSpeech
from lti_app.sandbox.dialects.paths import MOODLE_PATHS
from lti_app.sandbox.dialects.plain.histories import Histories


def _numbered(number: int, text: str) -> str:
    """Return an id as Moodle gives it: the number of a row."""
    del text
    return str(number)


MOODLE = Dialect(
    name="moodle",
    product_family_code="moodle",
    product_version="2024100706",
    missing_scope_status=401,
    works_in_every_course=True,
    concluded_status=None,
    spelled_id=_numbered,
    paths=MOODLE_PATHS,
    registering=MoodleRegistering(),
    sign_in=MoodleSignIn(),
    claims=MoodleClaims(),
    picking=MoodlePicking(),
    histories=Histories(tells_of_links=False),
    grants=MoodleGrants(),
    speech=MoodleSpeech(),
    columns=MoodleColumns(),
    column_pages=ColumnPaging(),
    scores=MoodleScores(),
    results=MoodleResults(),
    result_pages=ResultPaging(),
    roster=MoodleRoster(),
    roster_pages=RosterPaging(),
)
