"""Pages as readers see them: axe-core on each in light, dark and on a phone, in one browser that loads a page once.

What takes time is the contrast of text, and it depends on colours, ground and size alone: a text whose colours, ground, size and
place in the page were looked at before, on this page or another, is not looked at again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, sync_playwright

from tests.report.test_accessible import RULES, SETTINGS

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
STRUCTURE = {"rules": RULES | {"color-contrast": {"enabled": False}}, "resultTypes": ["violations"]}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}

OPEN = """() => {
    document.querySelectorAll('details').forEach(part => { part.open = true; });
    document.head.insertAdjacentHTML('beforeend', '<style>* { transition: none !important }</style>');
}"""
FOUND = """asked => axe.run(document, asked).then(found => found.violations.flatMap(
    fault => fault.nodes.map(node => `${fault.id}: ${node.html.slice(0, 200)}`)))"""
MARK = """seen => {
    const known = new Set(seen), fresh = [];
    for (const part of document.querySelectorAll('body *')) {
        part.removeAttribute('data-looked-at');
        if (![...part.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
        const own = getComputedStyle(part), told = [own.color, own.fontSize, own.fontWeight, part.tagName, part.className];
        for (let around = part; around; around = around.parentElement) {
            const style = getComputedStyle(around);
            if (style.opacity !== '1') told.push(style.opacity);
            if (style.backgroundImage !== 'none') told.push(style.backgroundImage);
            told.push(style.backgroundColor);
            if (/^rgb\\(/.test(style.backgroundColor)) break;
        }
        const look = told.join('|');
        if (known.has(look)) continue;
        known.add(look);
        fresh.push(look);
        part.setAttribute('data-looked-at', '');
    }
    axe.configure({rules: [{id: 'color-contrast', selector: '[data-looked-at]'}]});
    return fresh;
}"""
"""Marks each text of a look that was not seen, and says which looks these are."""


@contextmanager
def browser() -> Iterator[Page]:
    """A page of Chromium, in which one after another is opened."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SETTINGS)
        yield started.new_context(bypass_csp=True, viewport=PHONE).new_page()
        started.close()


def faults(page: Page, path: Path, seen: set[str], wide: bool = True) -> list[str]:
    """What axe-core finds in a page in each look, and where the page is wider than its window.

    Args:
        page: where it is opened.
        path: the file.
        seen: the looks of texts whose contrast was looked at; those of this page are added.
        wide: whether its structure is looked at in a wide window too; that of pages of one kind differs by their frame alone.
    """
    told: list[str] = []

    def look(name: str, *runs: dict[str, Any]) -> None:
        if CONTRAST in runs:
            seen.update(page.evaluate(MARK, [*seen]))
        for asked in runs:
            told.extend(f"{name}: {fault}" for fault in page.evaluate(FOUND, asked))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            told.append(f"{name}: wider than the window")

    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    page.goto(path.as_uri())
    page.evaluate(OPEN)
    page.evaluate(AXE_SCRIPT)
    look("phone", STRUCTURE, CONTRAST)
    page.set_viewport_size(DESKTOP)
    look("light", *([STRUCTURE] if wide else []), CONTRAST)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("(document.documentElement.dataset.theme ?? 'dark') === 'dark'")
    look("dark", CONTRAST)
    return told


SHOWN = """() => [...document.querySelectorAll('article :is(img, svg, pre, table, math)')].some(
    part => part.getBoundingClientRect().top < innerHeight && part.getBoundingClientRect().height > 0)"""


def shows_something(page: Page) -> bool:
    """Whether the first screen of the page, as it is open, has a picture, code, a table or a formula."""
    page.evaluate("scrollTo(0, 0)")
    return bool(page.evaluate(SHOWN))
