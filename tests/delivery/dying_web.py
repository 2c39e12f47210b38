"""The real web app in a process of its own that is killed at a named moment of a learner's POST.

Started as a program: `python dying_web.py PORT [begun|unsaved|saved]`. Without a moment it lives.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lti_app.app import create_app
from lti_app.bridge.handlers import make_ready
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings

#: begun: the transaction is open. unsaved: everything is written, not committed. saved: committed,
#: and the browser has not been told.
MOMENTS = {"begun": "after_begin", "unsaved": "before_commit", "saved": "after_commit"}


def die_in_a_post(*_: Any) -> None:
    if has_request_context() and request.method == "POST" and "/exercise/" in request.path:
        os.kill(os.getpid(), signal.SIGKILL)


def main(port: str, moment: str | None = None) -> None:
    parts = make_parts(load_settings())
    make_ready(parts)
    app = create_app(parts)
    if moment is not None:
        listener: Callable[..., None] = die_in_a_post
        event.listen(Session, MOMENTS[moment], listener)
    make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
