"""The editor: from an edit to the first card and to all verdicts on the screen, through the server, in Chromium.

    python benchmarks/drawing.py [MEDIATORS ...] [--edits 12]

A line for each number of mediators (3, 12 and 30 by default): T -> each M -> Y and two thirds of the chain between the
mediators, with 40 sites and (vi) granted. Each edit draws the arrow M1 -> M3, or takes it away. Clocked in the page from the edit
to the frame after the first card has its answer, after the last one has its verdict, and after the last one has its
reasons; least and median in milliseconds, with the load of the machine. Needs Chromium and the packages of the tests.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from argparse import ArgumentParser
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, sync_playwright

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.server import Server
from identcheck.drawing.written import changed
from tests.drawing.drawings import trial

AIMS = {3: 30, 12: 80, 30: 250}
"""Milliseconds from an edit to all verdicts, median, on two processors that have nothing else to do; 50 to the first card."""

CLOCKED = """() => new Promise(done => {
    const list = document.getElementById("cards");
    const { dataset } = document.body;
    const revision = Number(dataset.revision ?? 0) + 1;
    const painted = [0, 0, 0];
    const seen = new Set();
    const begun = performance.now();
    window.look = () => {
        if (dataset.revision != revision) return;
        const answered = !list.classList.contains("stale") && !!list.querySelector(".card:not(.waiting)");
        const verdicts = dataset.verdicts == revision && !list.querySelector(".waiting");
        const reasons = dataset.checked == revision && !list.querySelector(".waiting, .head");
        for (const [k, there] of [answered, verdicts, reasons].entries()) {
            if (there && !seen.has(k)) setTimeout(() => {
                painted[k] = performance.now() - begun;
                if (painted.every(Boolean)) done(painted);
            }, 0);
            if (there) seen.add(k);
        }
    };
    window.edit();
})"""
"""Clocks one edit. It looks after the page's own drawing in a frame, so that what has arrived and is not drawn does not count."""

EDIT = """() => {
    const frame = requestAnimationFrame.bind(window);
    window.look = () => {};
    window.requestAnimationFrame = draw => frame(now => { draw(now); look(); });
    let drawn = false; window.edit = () => {
    const key = name => new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
    const thing = id => [...document.querySelectorAll("[data-key]")].find(each => each.dataset.key === id);
    if (drawn) { document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true })); }
    else { thing("node M1").focus(); thing("node M1").dispatchEvent(key("Enter")); thing("node M1").dispatchEvent(key("e"));
           thing("node M3").dispatchEvent(key("Enter")); }
    drawn = !drawn;
}; }"""


def clocked(browser: Browser, mediators: int, edits: int) -> tuple[list[list[float]], int]:
    """Milliseconds to the first card, to all verdicts and to all reasons, for each edit, and how many cards there are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial.toml"
        path.write_text(changed("", trial(mediators, 40)))
        server = Server(DesignFile(path), ["vi"])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_context(bypass_csp=True, viewport={"width": 1400, "height": 900}).new_page()
        page.goto(server.address)
        page.locator("body[data-ready][data-checked]").wait_for(timeout=120_000)
        page.evaluate(EDIT)
        times = []
        for _ in range(edits + 2):  # the first two warm up
            times.append(page.evaluate(CLOCKED))
            page.wait_for_timeout(600)  # saved meanwhile
        count = page.locator(".card").count()
        page.context.close()
        server.shutdown()
        server.server_close()
    return times[2:], count


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description="Clock the editor.")
    parser.add_argument("mediators", nargs="*", type=int, default=[3, 12, 30])
    parser.add_argument("--edits", type=int, default=12)
    given = parser.parse_args()
    print("mediators  cards         first card       all verdicts    aim        all reasons   load")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for mediators in given.mediators:
            times, count = clocked(browser, mediators, given.edits)
            first, every, reasons = (
                f"{min(each):8.0f} {median(each):6.0f} ms" for each in zip(*times, strict=True)
            )
            aim = f"{AIMS[mediators]:4} ms" if mediators in AIMS else " " * 7
            print(f"{mediators:9}  {count:5}  {first}  {every}{aim}  {reasons}   {os.getloadavg()[0]:.1f}")
        browser.close()


if __name__ == "__main__":
    main()
