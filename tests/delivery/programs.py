"""Programs of ours in processes of their own, on a test's database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 90
Program = subprocess.Popen[bytes]


@dataclass
class Programs:
    """Starts programs; what still runs at the end is killed."""

    environment: Mapping[str, str]
    started: list[Program] = field(default_factory=list)

    def start(self, *arguments: str, **more: str) -> Program:
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), **self.environment, **more}
        program = subprocess.Popen([sys.executable, *arguments], env=environment)
        self.started.append(program)
        return program

    def kill_all(self) -> None:
        for program in self.started:
            program.kill()
            program.wait()


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something has happened; fail when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
