"""Figures kept in `results.csv`: each with its commit, seed and machine, and a peer's beside it."""

import csv
import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).with_name("results.csv")
_COLUMNS = (
    *("at", "commit", "machine", "seed"),
    *("benchmark", "case", "figure", "value", "unit", "goal", "peer", "peer_value"),
)


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        goal: what was hoped for, in words; empty for none.
        peer: what it was measured beside in the same run.
    """

    case: str
    name: str
    value: float
    unit: str
    goal: str = ""
    peer: str = ""
    peer_value: float | None = None


def keep(benchmark: str, figures: list[Figure], *, seed: int = 0) -> None:
    """Add figures to the file. A seed of 0 says that nothing was drawn by chance."""
    is_new = not FILE.exists()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with FILE.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(_COLUMNS)
        for one in figures:
            peer = "" if one.peer_value is None else f"{one.peer_value:.4g}"
            about = now, _commit(), _machine(), seed
            value = f"{one.value:.4g}"
            what = benchmark, one.case, one.name, value, one.unit, one.goal, one.peer, peer
            writer.writerow((*about, *what))


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    return found.stdout.strip() or "unknown"


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[1]
    version = platform.python_version()
    return f"{cores} cores {platform.machine()}, Python {version}, load {load:.1f}"
