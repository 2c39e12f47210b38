"""What a running sandbox holds, and how a view reaches it. It holds no rule."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app
from sqlalchemy.dialects.sqlite import insert

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.database import Database
from lti_app.sandbox.dialects import Dialect
from lti_app.sandbox.dialects.plain.histories import HistoryTelling
from lti_app.sandbox.faults import Faults
from lti_app.sandbox.keys import PlatformKeys
from lti_app.sandbox.limits import Buckets
from lti_app.sandbox.models import Secret
from lti_app.sandbox.picking import PickingManner
from lti_app.sandbox.storage import Storage
from lti_app.sandbox.tool_keys import ToolKeys

_EXTENSION = "sandbox"


@dataclass(slots=True)
class Skew:
    """How far the platform's clock is off; a test or a person sets it while it runs."""

    by: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The parts of one sandbox."""

    config: SandboxConfig
    database: Database
    keys: PlatformKeys
    buckets: Buckets | None = None
    tool_keys: ToolKeys = field(default_factory=ToolKeys)
    faults: Faults = field(default_factory=Faults)
    skew: Skew = field(default_factory=Skew)
    storage: Storage = field(default_factory=Storage)
    histories: HistoryTelling = field(default_factory=HistoryTelling)
    picking: PickingManner = field(default_factory=PickingManner)

    @property
    def dialect(self) -> Dialect:
        return self.config.dialect

    @property
    def addresses(self) -> Addresses:
        return self.config.addresses

    def now(self) -> datetime:
        return self.config.clock() + self.skew.by

    def close(self) -> None:
        self.database.close()


def attach(app: Flask, sandbox: Sandbox) -> None:
    """Make the sandbox the one that the app's views use."""
    app.extensions[_EXTENSION] = sandbox


def sandbox_of(app: Flask) -> Sandbox:
    """Return the sandbox behind an app that `create_sandbox` made."""
    return cast(Sandbox, app.extensions[_EXTENSION])


def current_sandbox() -> Sandbox:
    """Return the sandbox of the request that is being answered."""
    return sandbox_of(current_app)


def kept_secret(database: Database, name: str) -> str:
    """Return the random text kept under a name; the first call makes it."""
    with database.write() as session:
        session.execute(
            insert(Secret)
            .values(name=name, value=secrets.token_urlsafe(32))
            .on_conflict_do_nothing()
        )
        return session.get_one(Secret, name).value
