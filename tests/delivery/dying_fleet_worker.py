"""One worker of a Celery fleet that kills itself at a named moment, as `dying_worker` does.

Started as a program: `python dying_fleet_worker.py before|after /scores`.
"""

import sys
from dataclasses import replace

from lti_app.bridge.handlers import make_ready
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.fleet import run_worker
from tests.delivery.dying_worker import DyingHttpClient


def main(moment: str, ending: str) -> None:
    parts = make_parts(load_settings())
    make_ready(parts)
    http = DyingHttpClient(parts.http.trusted_hosts, moment=moment, ending=ending)
    run_worker(replace(parts, http=http))


if __name__ == "__main__":
    main(*sys.argv[1:])
