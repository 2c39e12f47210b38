"""Gunicorn's own words, through our logs: one form, nothing secret."""

from gunicorn.glogging import Logger


class ServerLog(Logger):
    """Leaves handlers and format to `core.logs`."""

    def setup(self, cfg: object) -> None:
        """Keep gunicorn from adding handlers of its own."""
        self.error_log.propagate = True
        self.access_log.propagate = False
