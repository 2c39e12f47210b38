"""The demo as a newcomer starts it, on ports of its own, and a page of a real Chromium.

The sandbox is at 127.0.0.1 and the tool at localhost: two sites, so the frame is truly cross-site.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.peers.chromium import ARGUMENTS, CHROMIUM

PICTURES = Path("test-results")
READY_WITHIN_SECONDS = 60
#: What a content setting says in Chromium's preferences.
ALLOW, BLOCK = 1, 2


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    tool: str
    lms: str
    folder: Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running_demo(
    folder: Path,
    *options: str,
    ports: tuple[int, int] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Demo]:
    """Start `rapport demo` and stop it at the end."""
    port, lms_port = ports or (free_port(), free_port())
    command = [sys.executable, "-m", "lti_app", "demo", "--port", str(port)]
    with (folder / "demo.log").open("a") as log:
        process = subprocess.Popen(
            [*command, "--lms-port", str(lms_port), *options],
            env={
                **os.environ,
                "RAPPORT_DATA_DIR": str(folder),
                "PYTHONUNBUFFERED": "1",
                **(environment or {}),
            },
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            _wait_for_address(process)
            yield Demo(f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}", folder)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def _wait_for_address(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    for line in process.stdout:
        if re.search(r"Open http://127\.0\.0\.1", line):
            return
        assert time.monotonic() < deadline, "the demo prints no address"
    pytest.fail("the demo ended before it was ready")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a new browser profile; its last state is kept as a picture."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    yield opened
    take_picture(opened, request.node.name)
    context.close()


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page under a name that is fit for a file."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(
        path=PICTURES / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png", full_page=True
    )


def exceptions_for_cookies(settings: Mapping[str, int]) -> dict[str, object]:
    """Return the preference that cookies and storage are kept or not, for pairs of a site and the
    site in whose window it is shown."""
    cookies = {pair: {"setting": setting} for pair, setting in settings.items()}
    return {"content_settings": {"exceptions": {"cookies": cookies}}}


@contextmanager
def profile_with(
    playwright: Playwright, folder: Path, profile: Mapping[str, object]
) -> Iterator[BrowserContext]:
    """Open a browser whose user has set these preferences."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
    context = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=CHROMIUM, args=ARGUMENTS
    )
    yield context
    context.close()
