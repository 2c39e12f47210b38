"""An administrator connects a platform with a link, and a learner opens an activity from it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import select, update

from lti_app.app import create_app
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.lti.deployments import approve_deployment
from lti_app.lti.invitations import invite
from lti_app.lti.models import Deployment, Platform
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.demo_course import demo_course
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.models import Link
from lti_app.sandbox.server import serving
from lti_app.sandbox.state import sandbox_of
from lti_app.submissions.registry import Registry
from tests.browser.conftest import take_picture
from tests.pages.site import listening
from tests.peers.world import ITEM
from tests.sandbox.ports import free_port

pytestmark = pytest.mark.browser


@dataclass
class Two:
    """A tool that knows no platform, and a platform that knows no tool."""

    tool: str
    lms: str
    database: Database
    sandbox: Flask

    def invitation(self) -> str:
        with self.database.write() as session:
            return f"{self.tool}/lti/register/{invite(session, now=system_clock())}"

    def platform(self) -> Platform:
        with self.database.read() as session:
            return session.scalars(select(Platform)).one()

    def approve_what_waits(self) -> None:
        with self.database.write() as session:
            waiting = session.scalars(
                select(Deployment).where(Deployment.approved_at.is_(None))
            ).one()
            approve_deployment(
                session, self.platform().public_id, waiting.deployment_id, now=system_clock()
            )

    def let_links_name_the_activity(self) -> None:
        with sandbox_of(self.sandbox).database.write() as session:
            session.execute(update(Link).values(custom={"item": ITEM}))


@contextmanager
def two(folder: Path, registry: Registry, dialect: Dialect) -> Iterator[Two]:
    tool, lms = f"http://localhost:{free_port()}", f"http://127.0.0.1:{free_port()}"
    settings = load_settings(
        env="development",
        base_url=tool,
        secret_key="kept-for-tests-0123456789-abcdefghijkl",
        encryption_keys=(Fernet.generate_key().decode(),),
        data_dir=folder,
    )
    database = Database(settings.effective_database_url)
    upgrade(database)
    app = create_app(make_parts(settings, database=database), registry=registry)
    course = demo_course(dialect)
    config = SandboxConfig(
        issuer=lms,
        database=folder / "sandbox.sqlite3",
        tools=(),
        # Its people alone: its links belong to a tool that is not here yet.
        courses=(replace(course, links=()),),
        dialect=dialect,
        control_is_open=True,
    )
    with listening(app, tool), serving(config) as sandbox:
        yield Two(tool, lms, database, sandbox)
    database.dispose()


def register(page: Page, two: Two, name: str) -> FrameLocator:
    """Do what the administrator does; return the frame with what came back."""
    page.goto(f"{two.lms}/controls/tools")
    page.get_by_label("Registration URL").fill(two.invitation())
    page.get_by_role("button", name="Add").click()
    frame = page.frame_locator("iframe.frame")
    expect(frame.get_by_role("heading", level=1)).to_have_text(f"Connect {name} with Rapport")
    take_picture(page, f"register {name}")
    frame.get_by_role("button", name=f"Register Rapport with {name}").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text(f"Rapport is registered with {name}")
    take_picture(page, f"registered {name}")
    return frame


def put_into_the_course(page: Page, two: Two, switch: str) -> None:
    expect(page.get_by_text("It is pending.")).to_be_visible()
    page.get_by_role("button", name=switch).click()
    expect(page.get_by_text("It works.")).to_be_visible()
    page.get_by_label("Title").fill("Where do I start?")
    page.get_by_label("Points").fill("10")
    page.get_by_role("button", name="Put a link into the course").click()
    two.let_links_name_the_activity()


def open_as(page: Page, two: Two, name: str) -> FrameLocator:
    page.goto(two.lms)
    page.get_by_role("button", name=name).first.click()
    page.get_by_role("main").get_by_role("link", name="Where do I start?").click()
    frame = page.frame_locator("iframe.frame")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    return frame


@pytest.mark.parametrize(
    ("dialect", "name", "switch"),
    [(MOODLE, "Moodle", "Activate"), (PLAIN, "127.0.0.1", "Enable")],
    ids=["moodle", "plain"],
)
def test_dr_01_a_platform_is_connected_and_a_learner_gets_in(
    page: Page, tmp_path: Path, registry: Registry, dialect: Dialect, name: str, switch: str
) -> None:
    with two(tmp_path, registry, dialect) as both:
        name = name if name == "Moodle" else both.lms.removeprefix("http://")
        frame = register(page, both, name)
        assert both.platform().standing == "untried"

        frame.get_by_role("button", name=re.compile("^Close and go back")).click()
        page.wait_for_url(f"{both.lms}/controls/tools")
        put_into_the_course(page, both, switch)
        inside = open_as(page, both, "Amara Okafor")

        expect(inside.get_by_role("group").first).to_be_visible()
        assert both.platform().standing == "active"


def test_dr_02_canvas_is_connected_and_its_deployment_approved(
    page: Page, tmp_path: Path, registry: Registry
) -> None:
    with two(tmp_path, registry, CANVAS) as both:
        frame = register(page, both, "Canvas")
        expect(frame.get_by_text("rapport deployment approve")).to_be_visible()
        page.goto(f"{both.lms}/controls/tools")
        put_into_the_course(page, both, "Install")

        refused = open_as(page, both, "Amara Okafor")
        expect(refused.get_by_role("heading", level=1)).to_have_text(
            "This has to be approved first"
        )
        assert both.platform().standing == "untried"
        both.approve_what_waits()
        inside = open_as(page, both, "Amara Okafor")

        expect(inside.get_by_role("group").first).to_be_visible()
        assert both.platform().standing == "active"


def test_dr_24_the_page_in_a_window_of_its_own_says_what_to_do(
    page: Page, tmp_path: Path, registry: Registry
) -> None:
    with two(tmp_path, registry, PLAIN) as both:
        page.goto(f"{both.invitation()}?openid_configuration={both.lms}/lti/openid-configuration")
        page.get_by_role("button", name=re.compile("^Register Rapport")).click()

        expect(page.get_by_text("You may close this window now.")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Close"))).to_have_count(0)
