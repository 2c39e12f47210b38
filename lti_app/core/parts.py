"""What every process is made of, opened once and handed around. It starts nothing."""

from dataclasses import dataclass

from lti_app.core.clock import Clock, system_clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.sealing import Keyring
from lti_app.core.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What a process is made of; tests replace the clock."""

    settings: Settings
    database: Database
    http: HttpClient
    keyring: Keyring
    clock: Clock


def make_parts(
    settings: Settings, *, database: Database | None = None, clock: Clock = system_clock
) -> Parts:
    """Open what a process needs: database, HTTP client, keys."""
    return Parts(
        settings=settings,
        database=database or Database(settings.effective_database_url),
        http=HttpClient(
            trusted_hosts=settings.effective_trusted_hosts,
            user_agent=f"Rapport (+{settings.base_url})",
        ),
        keyring=Keyring(settings.encryption_keys),
        clock=clock,
    )
