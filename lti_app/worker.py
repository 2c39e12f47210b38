"""Background work in a process of its own. It serves no page and loads no Flask."""

import signal
import threading

from lti_app.bridge.handlers import make_handlers, make_ready
from lti_app.core.logs import configure_logs, get_logger
from lti_app.core.parts import make_parts
from lti_app.core.settings import Settings
from lti_app.jobs.runner import Runner

_ENDINGS = signal.SIGTERM, signal.SIGINT
_log = get_logger(__name__)


def work(settings: Settings) -> None:
    """Run jobs in this process until SIGTERM or SIGINT; those under way are finished."""
    # Waited for, never handled: a handler interrupts this thread wherever it is, and stopping needs
    # locks that it may hold just then. Set first, so that every thread that follows has it.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    configure_logs(settings.log_level)
    parts = make_parts(settings)
    make_ready(parts)
    runner = Runner(parts.database, make_handlers(parts), clock=parts.clock, wake=threading.Event())
    working = threading.Thread(target=runner.run_forever, name="runner")
    working.start()
    _log.info("worker started")
    signal.sigwait(_ENDINGS)
    runner.stop()
    working.join()
    parts.database.dispose()
