"""Registrations read from their table: the columns, in one order, and the value they become."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, Select, Table, select

from lti_app.lti.models import Platform
from lti_app.lti.quirks import Family
from lti_app.lti.registration import Registration, Standing

_NAMES = (
    "id",
    "public_id",
    "name",
    "issuer",
    "client_id",
    "auth_url",
    "token_url",
    "jwks_url",
    "audience",
    "family",
    "allow_anonymous",
    "disabled_at",
    "max_in_flight",
    "standing",
)


def registration_columns() -> list[Column[Any]]:
    """Return the columns in the order in which `registration_from` reads them."""
    return [cast(Table, Platform.__table__).c[name] for name in _NAMES]


def select_registrations() -> Select[*tuple[Any, ...]]:
    """Return the query that others narrow by issuer, client or id."""
    return select(*registration_columns())


def registration_from(values: Sequence[Any]) -> Registration:
    """Build a registration from a row of `registration_columns`."""
    # In the order of `_NAMES`, which is that of the dataclass.
    family, is_disabled, standing = Family(values[9]), values[11] is not None, Standing(values[13])
    ordered = (*values[:9], family, values[10], is_disabled, values[12], standing)
    return Registration(*ordered)
