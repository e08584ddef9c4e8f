"""The server, or the page, killed at any moment: the file is whole, and at most half a second of edits is not in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import identcheck as ic
from identcheck.drawing.written import changed
from tests.drawing.drawings import trial
from tests.drawing.pages import thing
from tests.tools import often

LOST = 0.5
"""Seconds of edits that may be lost where the machine has nothing else to do."""


@contextmanager
def served(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The editor of a file in a process of its own, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "identcheck", "draw", str(path), "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def opened_at(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    expect(page.locator("body[data-ready][data-checked]")).to_be_visible()
    return page


def edited_without_end(page: Page) -> None:
    """In the page: the label of M1 is the time, anew every 40 ms, each an edit; each is noted with its moment."""
    thing(page, "M1,").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#label")).to_be_visible()
    page.evaluate(
        """() => { window.done = []; window.turn = setInterval(() => {
            const box = document.getElementById("label");
            if (!box) return;
            box.value = `edit ${window.done.length}`;
            window.done.push(Date.now() / 1000);
            box.dispatchEvent(new Event("change"));
        }, 40); }"""
    )


def lost(edits: list[float], path: Path, at: float) -> float:
    """How many seconds before the end the oldest edit was made that is not in the file."""
    label = ic.load(path).label("M1")
    last = int(label.removeprefix("edit ")) if label.startswith("edit ") else -1
    missing = [moment for moment in edits[last + 1 :] if moment <= at]
    return at - missing[0] if missing else 0.0


def allowed() -> float:
    """More where other programs keep the processors busy."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return LOST * max(1.0, 4 * busy)


@pytest.mark.parametrize("moment", [0.8, 0.35, 1.3][: often(1, 3)])
def test_the_server_killed_amid_edits_leaves_a_whole_file(
    browser: Browser, tmp_path: Path, moment: float
) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(changed("", trial(3, 9)))
    with served(path) as (process, address):
        page = opened_at(browser, address)
        edited_without_end(page)
        page.wait_for_timeout(1000 * moment)
        at = time.time()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        edits = page.evaluate("() => { clearInterval(window.turn); return window.done; }")
        assert lost(edits, path, at) < allowed()
        assert [file.name for file in tmp_path.iterdir() if file.suffix == ".toml"] == ["trial.toml"]
        page.keyboard.press("Escape")
        expect(page.locator("#status")).to_contain_text("not saved")
        page.context.close()
    with served(path) as (_, address):  # and is opened again
        page = opened_at(browser, address)
        expect(thing(page, "M1").locator(".name, .caption").last).to_have_text(ic.load(path).label("M1"))
        page.context.close()


def renderers(browser: Browser) -> set[int]:
    """The processes that hold pages."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return {each["id"] for each in found["processInfo"] if each["type"] == "renderer"}


def test_the_page_killed_amid_edits_leaves_a_whole_file(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(changed("", trial(3, 9)))
    with served(path) as (_, address):
        before = renderers(browser)
        page = opened_at(browser, address)
        edited_without_end(page)
        page.wait_for_timeout(1000)
        edits, at = page.evaluate("window.done"), time.time()
        for process in renderers(browser) - before:
            os.kill(process, signal.SIGKILL)
        time.sleep(1)  # what was on its way
        assert lost(edits, path, at) < allowed()
        again = opened_at(browser, address)
        expect(thing(again, "M1, edit")).to_have_count(1)
        again.context.close()


def test_the_page_closed_at_once_saves_what_was_drawn(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(changed("", trial(2, 9)))
    with served(path) as (_, address):
        page = opened_at(browser, address)
        page.locator("#sites").fill("77")
        page.locator("#sites").press("Tab")
        page.goto("about:blank")
        until = time.monotonic() + 30
        while ic.load(path).sites != 77 and time.monotonic() < until:
            time.sleep(0.05)
        assert ic.load(path).sites == 77
        page.context.close()
