"""Makes the picture in draw.md: the editor with the Moving to Opportunity example, in Chromium.

Run: python docs/images/draw.py
"""

import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.server import Server

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "moving_to_opportunity.toml"


def take(picture: Path) -> None:
    """Take the picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(shutil.copy(EXAMPLE, folder))
        with Server(DesignFile(file, read_only=False)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = chromium.new_page(viewport={"width": 1200, "height": 760})
            page.goto(server.address)
            page.locator("body[data-ready][data-checked]").wait_for()
            page.locator(".card.conditional input[type=checkbox]").first.click()
            page.locator(".card h3 button").first.click()
            page.locator("[data-numbers]:not([hidden]):not(.old)").first.wait_for()
            page.wait_for_timeout(500)
            page.screenshot(path=picture)
            chromium.close()
            server.shutdown()


if __name__ == "__main__":
    take(HERE / "draw.png")
