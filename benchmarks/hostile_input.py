"""CPU that the most expensive request costs when every field holds the worst that can be typed.

    python -m benchmarks.hostile_input

It asks every form that a learner and an instructor reach by following links, in process and on
SQLite, with the values of `tests/cases/strange.py` (abuse case 61), and prints the most expensive
requests. The goal is one second of CPU a request. Figures are printed; nothing fails because of
them.
"""

import logging
import re
import tempfile
import time
from pathlib import Path
from secrets import token_urlsafe

from cryptography.fernet import Fernet

from lti_app.app import create_app
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.people.roles import Role
from tests.cases.forms import OWN, Button, send, walk
from tests.cases.strange import SCRIPTS, STRANGE
from tests.peers.world import Visitor, World

BASE_URL = "https://tool.test"
SHOWN = 8


def _world(folder: Path) -> World:
    settings = load_settings(
        env="production",
        base_url=BASE_URL,
        secret_key=token_urlsafe(48),
        encryption_keys=(Fernet.generate_key().decode(),),
        data_dir=folder,
    )
    database = Database(f"sqlite:///{folder / 'hostile.sqlite3'}")
    upgrade(database)
    app = create_app(make_parts(settings, database=database, clock=system_clock))
    return World(app, database, system_clock(), base_url=BASE_URL)


def _visitors(world: World) -> list[Visitor]:
    platform = world.platform()
    activity = world.activity(platform)
    world.visitor(platform).hand_in(activity)
    placed, unplaced = world.link(platform, link="link-1"), world.link(platform, link="link-2")
    return [
        world.visitor(platform, Role.LEARNER, placement_id=placed),
        world.visitor(platform, Role.INSTRUCTOR, placement_id=placed),
        world.visitor(platform, Role.INSTRUCTOR, placement_id=unplaced),
    ]


def _costs(visitor: Visitor, value: str) -> list[tuple[float, str]]:
    found = []
    for form in walk(visitor).forms:
        filled = {name: given if name in OWN else value for name, given in form.fields.items()}
        for button in form.buttons or [Button()]:
            began = time.process_time()
            status = send(visitor, form, button, filled).status_code
            cost = time.process_time() - began
            where = re.sub(r"/s/[^/]+|/[a-z2-7]{26}", "/…", button.action or form.action)
            found.append((cost, f"{status} {button.method or form.method} {where}"))
    return found


def main() -> None:
    """Print the most expensive requests."""
    logging.disable()  # every refused request is a line
    with tempfile.TemporaryDirectory() as folder:
        visitors = _visitors(_world(Path(folder)))
        costs = [
            (cost, f"{name}: {what}")
            for visitor in visitors
            for name, value in {**SCRIPTS, **STRANGE}.items()
            for cost, what in _costs(visitor, value)
        ]
    print(f"{len(costs)} requests; the most expensive in CPU:")
    for cost, what in sorted(costs, reverse=True)[:SHOWN]:
        print(f"{cost * 1000:8.1f} ms  {what}")


if __name__ == "__main__":
    main()
