"""The editor of a file, opened in Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.server import Server
from tests.drawing.pages import Open, painted
from tests.report.test_accessible import SETTINGS
from tests.tools import require_program

expect.set_options(timeout=30_000)  # nothing here takes a second on a machine that has nothing else to do


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require_program("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SETTINGS)
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open the editor of a file; afterwards nothing was asked of another machine, and no script failed."""
    servers: list[Server] = []
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_(text: str = "", at: str = "", **settings: Any) -> Page:
        path = tmp_path / "trial.toml"
        if text:
            path.write_text(text)
        server = Server(DesignFile(path))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        contexts.append(browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **settings}))
        page = contexts[-1].new_page()
        here = f"http://127.0.0.1:{server.server_port}/"
        page.on("request", lambda r: None if r.url.startswith((here, "data:")) else faults.append(r.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(server.address + at)
        expect(page.locator("body[data-ready]")).to_be_visible()
        expect(page.locator("body[data-checked], #problems:not([hidden])").first).to_be_visible()
        painted(page)
        assert server.token not in page.url
        return page

    yield open_
    for context in contexts:
        context.close()
    for server in servers:
        server.shutdown()
        server.server_close()
    assert faults == []
