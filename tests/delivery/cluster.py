"""A PostgreSQL cluster of its own, so that a test may crash it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from tests.sandbox.ports import free_port


def find_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"),
        key=lambda path: int(path.parts[-3]),
    )
    return found[-1].parent if found else None


@dataclass
class Cluster:
    """One running server.

    Attributes:
        as_user: how a command is begun so that it does not run as root.
    """

    programs: Path
    folder: Path
    port: int
    as_user: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://rapport@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )

    def control(self, *arguments: str) -> None:
        data, log = self.folder / "data", self.folder / "log"
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        self.run("pg_ctl", f"-D{data}", f"-l{log}", "-s", "-w", f"-o{options}", *arguments)

    def crash_and_start(self) -> None:
        """End every server process at once, as a lost machine would, and recover."""
        self.control("stop", "-mimmediate")
        self.control("start")


@contextmanager
def private_cluster(programs: Path) -> Iterator[Cluster]:
    """Start a server with an empty database of ours; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-cluster-"))
    as_user: tuple[str, ...] = ()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ("runuser", "-u", "postgres", "--")
    cluster = Cluster(programs, folder, free_port(), as_user)
    try:
        cluster.run("initdb", f"-D{folder / 'data'}", "-Urapport", "-Atrust", "-EUTF8", "-N")
        cluster.control("start")
        database = Database(cluster.url)
        upgrade(database)
        database.dispose()
        yield cluster
    finally:
        cluster.control("stop", "-mimmediate")
        shutil.rmtree(folder)
