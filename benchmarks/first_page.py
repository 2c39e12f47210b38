"""What a learner's first page transfers in a real Chromium, and whether it waits for scripts.

    python -m benchmarks.first_page [--activity TITLE]

It starts the demo on ports of its own, enters as a learner with an empty cache, follows the link,
and counts every byte that comes from the tool into the frame, headers included, as the browser
counts them: login, launch and the activity's page with what it loads. A second visit, with an empty
cache again, never gets the scripts of the activity's page. Figures are printed; nothing fails
because of them.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from playwright.sync_api import Browser, Page, Route, sync_playwright

BUDGET_BYTES = 60_000
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # One process holds page and frame, so one session of its protocol sees both.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
]
#: What a browser keeps from page to page, and the budget leaves out.
_KEPT = frozenset({"Font", "Image"})


@dataclass
class Traffic:
    """What came into a page, as the browser's network log tells.

    Attributes:
        kinds, addresses: by the browser's id of a request.
        sizes: kind and address to bytes on the wire.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def watch(self, page: Page) -> None:
        """Begin to count."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        redirect = event.get("redirectResponse")
        if redirect:
            kind = event.get("type", "Other")
            self.sizes[kind, redirect["url"]] += int(redirect["encodedDataLength"])
        self.kinds[event["requestId"]] = event.get("type", "Other")
        self.addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        request = event["requestId"]
        if request in self.addresses:
            about = (self.kinds[request], self.addresses[request])
            self.sizes[about] += int(event["encodedDataLength"])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _demo(folder: str) -> Iterator[tuple[str, str]]:
    """Run the demo; yield the addresses of tool and platform."""
    port, lms_port = _free_port(), _free_port()
    process = subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-m", "lti_app", "demo", "--port", str(port), "--lms-port", str(lms_port)],
        env={**os.environ, "RAPPORT_DATA_DIR": folder, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        for line in process.stdout or ():
            if re.search(r"Open http://127\.0\.0\.1", line):
                break
        yield f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _enter(browser: Browser, lms: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(lms)
    page.get_by_role("button", name="Amara Okafor").click()
    page.get_by_role("main").wait_for()
    return page


def _open(page: Page, activity: str) -> None:
    page.get_by_role("main").get_by_role("link", name=activity).click()
    page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()


def _report(traffic: Traffic, tool: str) -> None:
    ours = {about: size for about, size in traffic.sizes.items() if about[1].startswith(tool)}
    for (kind, address), size in sorted(ours.items(), key=lambda one: -one[1]):
        path = re.sub(r"/s/[^/]+", "/s/…", urlsplit(address).path)
        print(f"{size:8,} B  {kind:10} {path}")
    kept = sum(size for (kind, _address), size in ours.items() if kind in _KEPT)
    total = sum(ours.values())
    print(f"{total:8,} B  in all, {len(ours)} answers; fonts and images {kept:,} B")
    counted = total - kept
    print(f"{counted:8,} B  beyond fonts and images; the budget is {BUDGET_BYTES:,} B")


def _hosts(traffic: Traffic) -> set[str]:
    return {
        urlsplit(address).netloc
        for _kind, address in traffic.sizes
        if address.startswith(("http:", "https:"))
    }


def _shows_without_scripts(browser: Browser, lms: str, activity: str) -> tuple[int, list[Route]]:
    """Open the activity while its scripts never come; return how many fields can be seen."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        # The login page leads on by its own script; what is held is what the activity asks for.
        if "/s/" in route.request.headers.get("referer", ""):
            held.append(route)
        else:
            route.continue_()

    page = _enter(browser, lms)
    page.route("**/static/js/**", hold)
    page.get_by_role("main").get_by_role("link", name=activity).click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", level=1, name=activity).wait_for(timeout=10_000)
    return frame.get_by_role("radio").count(), held


@click.command()
@click.option("--activity", default="Where do I start?", help="Title of the link in the course.")
def main(activity: str) -> None:
    """Print what a learner's first page transfers."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    folder = tempfile.mkdtemp()
    try:
        with _demo(folder) as (tool, lms), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            traffic = Traffic()
            page = _enter(browser, lms)
            traffic.watch(page)
            _open(page, activity)
            page.wait_for_load_state("networkidle")
            _report(traffic, tool)
            others = _hosts(traffic) - {urlsplit(tool).netloc, urlsplit(lms).netloc}
            print(f"hosts beside tool and platform: {', '.join(sorted(others)) or 'none'}")
            fields, held = _shows_without_scripts(browser, lms, activity)
            print(f"while {len(held)} scripts never come: heading and {fields} choices are there")
            browser.close()
    finally:
        shutil.rmtree(Path(folder), ignore_errors=True)


if __name__ == "__main__":
    main()
