"""The editor in a notebook: its frame in Chromium, with a model in the place of Jupyter's that hands messages on."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, sync_playwright

import identcheck as ic
from identcheck.drawing.canvas import Canvas
from identcheck.drawing.embedded import page as document, static
from tests.drawn import FIGURE_2, drawn
from tests.report.test_accessible import SETTINGS
from tests.tools import require_program

HOST = """<!DOCTYPE html><html lang="en"><head><title>A notebook</title></head><body><main id="cell"></main>
<script type="module">
const listeners = {};
window.pressed = [];
addEventListener("keydown", (event) => window.pressed.push(event.key));
const values = VALUES;
window.model = {
  get: (name) => values[name], send: (data) => window.toKernel(data),
  on: (name, f) => { listeners[name] = f; }, off: (name) => { delete listeners[name]; },
};
window.fromKernel = (message) => listeners["msg:custom"]?.(message);
MODULE
window.gone = render({ model: window.model, el: document.getElementById("cell") });
</script></body></html>"""


class Cell:
    """A canvas shown in a page; messages go to and fro while the test waits."""

    def __init__(self, page: Page, canvas: Canvas) -> None:
        self.page, self.canvas = page, canvas
        self.sent: Queue[Any] = Queue()
        canvas.send = self.sent.put  # type: ignore[method-assign, assignment]
        page.expose_function("toKernel", lambda data: canvas._asked(canvas, data, []))
        values = json.dumps({"_page": document(), "height": canvas.height}).replace("</", "<\\/")
        module = static("notebook.js").replace("export default { render };", "")
        page.set_content(HOST.replace("VALUES", values).replace("MODULE", module))

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(600):
            try:
                while True:
                    self.page.evaluate("message => window.fromKernel(message)", self.sent.get_nowait())
            except Empty:
                pass
            if holds():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(self.page.evaluate("document.title"))

    def cards(self, verdict: str) -> int:
        return self.frame.locator(f".card.{verdict}").count()


@pytest.fixture
def shown() -> Iterator[Callable[[ic.Design], Cell]]:
    require_program("chromium")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SETTINGS)

        def show(design: ic.Design, **settings: Any) -> Cell:
            page = browser.new_page(viewport={"width": 1100, "height": 760})
            page.set_default_timeout(90_000)  # three at once on two cores are slow
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            page.on(
                "request", lambda asked: faults.append(asked.url) if asked.url.startswith("http") else None
            )
            return Cell(page, design.draw(**settings))

        yield show
        browser.close()
    assert faults == []


def test_what_is_drawn_in_the_page_is_the_design_in_python(shown: Callable[..., Cell]) -> None:
    cell = shown(drawn(FIGURE_2, sites=5))
    changes: list[ic.Design] = []
    cell.canvas.on_change(changes.append)
    cell.until(lambda: cell.cards("identified") > 0)
    arrow = cell.frame.locator("#things [aria-label^='Arrow from V to Y']")
    arrow.focus()
    cell.page.keyboard.press("Delete")
    cell.until(lambda: bool(changes))
    assert not cell.canvas.design.graph.has_edge("V", "Y")
    assert changes[-1] == cell.canvas.design
    assert cell.canvas.result.design == cell.canvas.design
    assert (
        cell.page.evaluate("window.pressed") == []
    )  # keys stay in the frame: Jupyter deletes cells by "d d"
    cell.page.keyboard.press("Control+z")
    cell.until(lambda: cell.canvas.design.graph.has_edge("V", "Y"))


def test_what_is_granted_in_the_page_is_granted_in_python(shown: Callable[..., Cell]) -> None:
    cell = shown(drawn(FIGURE_2, sites=5), assume="vi")
    cell.until(lambda: cell.cards("conditional") > 0)
    cell.frame.get_by_role("button", name="Grant every numeral").click()
    cell.until(lambda: cell.cards("conditional") == 0 and cell.cards("identified") > 3)
    assert "all" in cell.canvas.assume
    assert cell.canvas.result[ic.direct("NP", "Y")].verdict.value == "identified"


def test_what_is_set_in_python_is_drawn_and_can_be_undone(shown: Callable[..., Cell]) -> None:
    cell = shown(drawn(FIGURE_2, sites=5))
    cell.until(lambda: cell.cards("identified") > 0)
    cell.canvas.design = drawn("T -> M -> Y", sites=9)
    cell.until(lambda: cell.frame.locator("#things [aria-label^='M,']").count() == 1)
    assert cell.frame.locator("#sites").input_value() == "9"
    cell.frame.locator("#undo").click()
    cell.until(lambda: cell.canvas.design.graph.has_edge("V", "NP"))


def test_a_drawing_that_is_no_design_leaves_the_last_one(shown: Callable[..., Cell]) -> None:
    design = drawn(FIGURE_2, sites=5)
    cell = shown(design)
    cell.until(lambda: cell.cards("identified") > 0)
    for name in ("NP", "V,"):
        cell.frame.locator(f"#things [aria-label^='{name}']").focus()
        cell.page.keyboard.press("e" if name == "NP" else "Enter")
    cell.until(lambda: bool(cell.canvas.problems))
    assert "cycle" in cell.canvas.problems[0]
    assert cell.canvas.design == design


def test_without_anywidget_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "identcheck.drawing.canvas")
    with pytest.raises(ic.IdentcheckError, match=r"pip install 'identcheck\[notebook\]'"):
        drawn(FIGURE_2).draw()


def test_a_hostile_label_is_text(shown: Callable[..., Cell]) -> None:
    label = "</script><img src=x onerror=alert(1)>"
    cell = shown(drawn("T -> M -> Y", labels={"M": label}))
    cell.until(lambda: cell.cards("identified") > 0)
    assert cell.frame.locator("img").count() == 0
    assert cell.frame.locator("#things [aria-label*='onerror']").count() > 0
