"""The base of every model: names of constraints, types, the privacy register."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import JSON, MetaData, Numeric
from sqlalchemy.orm import DeclarativeBase

from lti_app.core.db.privacy import Privacy
from lti_app.core.db.types import EncryptedText, Sealed, UTCDateTime

# Named constraints, because SQLite's batch migrations can only alter what has a name.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the tool. A model sets `__privacy__`; a test holds it to that."""

    __privacy__: ClassVar[Privacy]

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar = {
        datetime: UTCDateTime,
        Sealed: EncryptedText,
        Decimal: Numeric(12, 6),
        dict[str, object]: JSON(none_as_null=True),
        list[str]: JSON,
    }
