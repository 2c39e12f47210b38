"""Chromium, started once a run: Playwright cannot be started twice in one thread.

Debian's Chromium blocks third-party cookies by default and keeps only partitioned ones. Its
headless shell draws the same pages with less work, but lets such cookies pass.
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.conftest import REQUIRED

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Clicks can hang in a frame of another process.
    "--disable-site-isolation-trials",
    # Pages of made-up hosts frame the tool, which here is on this machine.
    "--disable-features=IsolateOrigins,site-per-process,LocalNetworkAccessChecks",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        assert "browser" not in REQUIRED, "RAPPORT_TEST_REQUIRE names browser; none is installed"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser that people have."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def headless_shell(playwright: Playwright) -> Iterator[Browser]:
    """What draws pages as Chromium does, or Chromium where it is not installed."""
    browser = playwright.chromium.launch(executable_path=SHELL, args=ARGUMENTS)
    yield browser
    browser.close()
