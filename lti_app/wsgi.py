"""The web server: gunicorn with threads, and the embedded runner beside it.

On SQLite it is one process, because one process can give writers their turn fairly.
"""

import gc
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from lti_app.app import create_app
from lti_app.bridge.handlers import make_handlers, make_ready
from lti_app.core.logs import configure_logs
from lti_app.core.parts import make_parts
from lti_app.core.settings import Settings, load_settings
from lti_app.jobs.embedded import EmbeddedRunner
from lti_app.web.application import RapportFlask

#: A browser keeps over 10 kB of partitioned cookies for one site.
HEADER_LIMIT_BYTES = 16 * 1024
THREADS = 16
#: How long a thread that computes may keep another one from going on (decision 27).
SWITCH_SECONDS = 0.0005


class OneProcessError(Exception):
    """More than one web process was asked for on SQLite."""


def start_web(settings: Settings) -> RapportFlask:
    """Return the app of one web process, with its runner at work unless that is turned off."""
    parts = make_parts(settings)
    make_ready(parts)
    if settings.embedded_worker:
        runner = EmbeddedRunner(parts.database, make_handlers(parts), parts.clock)
        runner.start()
        app = create_app(parts, wake=runner.wake)
    else:
        app = create_app(parts)
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is loaded now stays for good: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    return app


class Server(BaseApplication):
    """Gunicorn, set up from our settings and options."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the app in the worker process, after the fork: threads do not survive one."""
        return start_web(self._settings)


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it.

    Raises:
        OneProcessError: more than one worker on SQLite.
    """
    if workers > 1 and settings.effective_database_url.startswith("sqlite"):
        raise OneProcessError
    configure_logs(settings.log_level)
    Server(
        settings,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "limit_request_field_size": HEADER_LIMIT_BYTES,
            "limit_request_line": 8190,
            "forwarded_allow_ips": "*" if settings.trusted_proxies else "",
            "accesslog": None,
            "graceful_timeout": 20,
            "timeout": 60,
            "proc_name": "rapport",
            "control_socket_disable": True,
            "logger_class": "lti_app.web.server_log.ServerLog",
        },
    ).run()


def from_environment() -> RapportFlask:
    """Return the app of one web process, for a WSGI server that is started by other means."""
    settings = load_settings()
    configure_logs(settings.log_level)
    return start_web(settings)
