"""Which handler runs which kind of job, and what must be there before the first one."""

from collections.abc import Mapping

from lti_app.bridge import sweep
from lti_app.bridge.scores import score_handlers
from lti_app.core.parts import Parts
from lti_app.jobs.outcome import Handler
from lti_app.lti.keys import Signer, ensure_signing_key
from lti_app.lti.tokens import TokenSource


def make_handlers(parts: Parts) -> Mapping[str, Handler]:
    """Return every handler by the kind of job that it runs."""
    signer = Signer(parts.database, parts.keyring, parts.clock)
    tokens = TokenSource(parts.database, parts.http, parts.keyring, signer, parts.clock)
    return {
        **score_handlers(parts.database, parts.http, tokens, parts.clock),
        sweep.KIND: sweep.sweeper(parts.database, parts.clock),
    }


def make_ready(parts: Parts) -> None:
    """Make what a process relies on, once: a signing key, the sweep."""
    with parts.database.write() as session:
        ensure_signing_key(session, parts.keyring, now=parts.clock())
        sweep.ensure_sweep(session, now=parts.clock())
