"""Makes the pictures in draw.md and start.md: the editor with the Moving to Opportunity example, and with a trial of tutoring.

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
TUTORING = """graph = "offer -> {tutoring study} -> reading"
treatment = "offer"
outcome = "reading"
sites = 12
"""


def take(picture: Path, design: str, height: int) -> None:
    """Take a picture of a design file, the first assumption granted, the paths of the first effect lit."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "trial.toml"
        file.write_text(design, encoding="utf-8")
        with Server(DesignFile(file, read_only=False)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = chromium.new_page(viewport={"width": 1200, "height": height})
            page.goto(server.address)
            page.locator("body[data-ready][data-checked]").wait_for()
            page.locator(".card.conditional [role=checkbox]").first.click()
            page.locator(".card h3 button").first.click()
            if "[plan]" in design:
                page.locator("[data-numbers]:not([hidden]):not(.old)").first.wait_for()
            page.wait_for_timeout(500)
            page.screenshot(path=picture)
            chromium.close()
            server.shutdown()


if __name__ == "__main__":
    take(HERE / "draw.png", EXAMPLE.read_text(encoding="utf-8"), 760)
    take(HERE / "start.png", TUTORING, 560)
