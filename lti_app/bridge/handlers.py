"""Which handler runs which kind of job, and what must be there before the first one."""

from collections.abc import Mapping

from lti_app.bridge import key_rotation, sweep
from lti_app.bridge.group_reading import GroupReader
from lti_app.bridge.notices import notice_handlers
from lti_app.bridge.roster_days import ensure_roster_sweep, roster_handlers
from lti_app.bridge.scores import score_handlers
from lti_app.core.parts import Parts
from lti_app.grading.jobs import due_handlers, ensure_due_sweep
from lti_app.jobs.outcome import Handler
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.checking import Checker
from lti_app.lti.configuration import configuration_for
from lti_app.lti.keys import Signer, ensure_signing_key
from lti_app.lti.tokens import TokenSource
from lti_app.people.groups import SYNC_JOB


def make_caller(parts: Parts) -> ServiceCaller:
    """Return what calls platforms' services; one for the process."""
    return ServiceCaller(parts.http, _tokens(parts), parts.clock)


def make_checker(parts: Parts) -> Checker:
    """Return what tries a platform's keys, tokens and services for an operator."""
    return Checker(
        parts.database,
        parts.http,
        Signer(parts.database, parts.keyring, parts.clock),
        make_caller(parts),
        parts.clock,
        parts.settings.base_url,
    )


def _tokens(parts: Parts) -> TokenSource:
    signer = Signer(parts.database, parts.keyring, parts.clock)
    return TokenSource(parts.database, parts.http, parts.keyring, signer, parts.clock)


def make_handlers(parts: Parts) -> Mapping[str, Handler]:
    """Return every handler by the kind of job that it runs."""
    tokens = _tokens(parts)
    caller = ServiceCaller(parts.http, tokens, parts.clock)
    configuration = configuration_for(parts.settings.base_url)
    return {
        **score_handlers(
            parts.database, parts.http, tokens, parts.clock, launch_url=configuration.launch_url
        ),
        **due_handlers(parts.database, parts.clock),
        **roster_handlers(parts.database, caller, parts.clock),
        SYNC_JOB: GroupReader(caller, parts.clock),
        **notice_handlers(caller, parts.clock, configuration.notices_url),
        sweep.KIND: sweep.sweeper(parts.database, parts.clock),
        key_rotation.KIND: key_rotation.key_rotator(parts),
    }


def make_ready(parts: Parts) -> None:
    """Make what a process relies on, once: a signing key, what comes round by itself."""
    with parts.database.write() as session:
        ensure_signing_key(session, parts.keyring, now=parts.clock())
        sweep.ensure_sweep(session, now=parts.clock())
        key_rotation.ensure_key_rotation(session, now=parts.clock())
        ensure_due_sweep(session, now=parts.clock())
        ensure_roster_sweep(session, now=parts.clock())
