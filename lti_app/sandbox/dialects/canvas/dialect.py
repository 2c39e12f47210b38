"""Puts the Canvas dialect together."""

from datetime import timedelta
from hashlib import sha256

from lti_app.sandbox.dialects.canvas.claims import CanvasClaims
from lti_app.sandbox.dialects.canvas.columns import CanvasColumns
from lti_app.sandbox.dialects.canvas.grants import CanvasGrants
from lti_app.sandbox.dialects.canvas.paging import CanvasPaging
from lti_app.sandbox.dialects.canvas.picking import CanvasPicking
from lti_app.sandbox.dialects.canvas.registering import CanvasRegistering
from lti_app.sandbox.dialects.canvas.roster import CanvasRoster
from lti_app.sandbox.dialects.canvas.scores import CanvasScores
from lti_app.sandbox.dialects.canvas.sign_in import CanvasSignIn
from lti_app.sandbox.dialects.canvas.speech import CanvasSpeech
from lti_app.sandbox.dialects.dialect import Dialect
from lti_app.sandbox.dialects.paths import CANVAS_PATHS
from lti_app.sandbox.dialects.plain.histories import Histories
from lti_app.sandbox.limits import BucketSize


def _opaque(number: int, text: str) -> str:
    """Return an id as Canvas gives it: forty figures that mean nothing."""
    return sha256(f"{number} {text}".encode()).hexdigest()[:40]


CANVAS = Dialect(
    name="canvas",
    product_family_code="canvas",
    product_version="cloud",
    id_token_lives_for=timedelta(hours=1),
    missing_scope_status=401,
    bucket=BucketSize(high_water=600, maximum=800, outflow=10, up_front=50, request_cost=1),
    spelled_id=_opaque,
    paths=CANVAS_PATHS,
    registering=CanvasRegistering(),
    sign_in=CanvasSignIn(),
    claims=CanvasClaims(),
    picking=CanvasPicking(),
    histories=Histories(most_told=1000),
    grants=CanvasGrants(),
    speech=CanvasSpeech(),
    columns=CanvasColumns(),
    column_pages=CanvasPaging(),
    scores=CanvasScores(),
    result_pages=CanvasPaging(),
    roster=CanvasRoster(),
    roster_pages=CanvasPaging(),
)
