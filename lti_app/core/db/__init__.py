"""The database: types, the base of all models, and the two ways in, `read()` and `write()`."""

from lti_app.core.db.again import again_on_clash
from lti_app.core.db.base import Base
from lti_app.core.db.database import Database, after_commit
from lti_app.core.db.prepared import Place, Prepared, Row
from lti_app.core.db.privacy import Keep, Privacy, Subject
from lti_app.core.db.tables import Tables
from lti_app.core.db.types import EncryptedText, PublicId, Sealed, UTCDateTime

__all__ = [
    "Base",
    "Database",
    "EncryptedText",
    "Keep",
    "Place",
    "Prepared",
    "Privacy",
    "PublicId",
    "Row",
    "Sealed",
    "Subject",
    "Tables",
    "UTCDateTime",
    "after_commit",
    "again_on_clash",
]
