"""The real worker, with one difference: at a named moment the process is killed without warning.

Started as a program: `python dying_worker.py before|after /scores`. It runs what is due and, when
a request to an address with that ending is about to leave, or was answered, sends itself SIGKILL.
"""

import os
import signal
import sys
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from lti_app.bridge.handlers import make_handlers, make_ready
from lti_app.core.http import Answer, HttpClient
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from tests.jobs.running import run_due


@dataclass
class DyingHttpClient(HttpClient):
    """Makes requests until the one at which it dies."""

    moment: str = ""
    ending: str = ""

    def send(self, method: str, url: str, **more: Any) -> Answer:
        is_the_one = method == "POST" and urlsplit(url).path.endswith(self.ending)
        if is_the_one and self.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = super().send(method, url, **more)
        if is_the_one and self.moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def main(moment: str, ending: str) -> None:
    parts = make_parts(load_settings())
    make_ready(parts)
    http = DyingHttpClient(parts.http.trusted_hosts, moment=moment, ending=ending)
    handlers = make_handlers(replace(parts, http=http))
    run_due(parts.database, handlers, parts.clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
