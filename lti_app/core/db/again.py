"""Do a transaction once more when it had to give way to another. It opens none itself."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from lti_app.core.errors import ClashError
from lti_app.core.logs import get_logger

T = TypeVar("T")
#: The most that each further try waits, in seconds: whoever won needs a moment to finish.
WAITS = (0.05, 0.2, 0.5)

_log = get_logger(__name__)


def again_on_clash(act: Callable[[], T], *, pause: Callable[[float], None] = time.sleep) -> T:
    """Do it, and up to three times more when its transaction clashed with another.

    Args:
        act: one whole transaction and nothing that outlives its rollback.
        pause: waits so many seconds; a random part of `WAITS`, so that two do not meet again.

    Raises:
        ClashError: the last try clashed as well; nothing was changed.
    """
    for number, longest in enumerate(WAITS, start=1):
        try:
            return act()
        except ClashError:
            _log.info("transaction clashed", tries=number)
            pause(random.uniform(0, longest))  # noqa: S311 - spreads load, protects nothing
    return act()
