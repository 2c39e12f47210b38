"""The platforms that the sandbox can be: each a dialect, and everything they differ in."""

from lti_app.sandbox.dialects.canvas.dialect import CANVAS
from lti_app.sandbox.dialects.dialect import PLAIN, Dialect
from lti_app.sandbox.dialects.moodle.dialect import MOODLE

DIALECTS = {dialect.name: dialect for dialect in (PLAIN, MOODLE, CANVAS)}

__all__ = ["CANVAS", "DIALECTS", "MOODLE", "PLAIN", "Dialect"]
