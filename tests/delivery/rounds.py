"""How many rounds a repeated test runs: a few in CI, all of them when RAPPORT_TEST_FULL is set."""

import os


def rounds(few: int, *, of: int) -> int:
    """Return the number of rounds for this run."""
    return of if os.environ.get("RAPPORT_TEST_FULL") else few
