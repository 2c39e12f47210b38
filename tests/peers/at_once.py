"""Many threads that do the same at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")
PATIENCE_SECONDS = 60


def at_once(act: Callable[[A], T], over: Sequence[A]) -> list[T | Exception]:
    """Do it for each of these in a thread of its own, all starting together.

    Returns:
        What each came to, in no order; an error is a result, too.
    """
    gate = threading.Barrier(len(over))
    outcomes: list[T | Exception] = []

    def run(one: A) -> None:
        gate.wait(PATIENCE_SECONDS)
        try:
            outcomes.append(act(one))
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in over]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert len(outcomes) == len(over), "a thread did not end"
    return outcomes
