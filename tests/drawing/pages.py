"""What the tests of the page do again and again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

import identcheck as ic
from tests.tools import REPOSITORY

MTO = REPOSITORY / "examples" / "moving_to_opportunity.toml"
Open = Callable[..., Page]


def saved(page: Page, tmp_path: Path) -> ic.Design:
    """The design of the file once the last edit is saved."""
    body = page.locator("body")
    expect(body).to_have_attribute("data-saved", body.get_attribute("data-revision") or "")
    expect(page.locator("#status")).to_contain_text(": saved")
    return ic.load(tmp_path / "trial.toml")


def painted(page: Page) -> None:
    """Wait until the page shows what it knows: it is drawn anew once a frame."""
    page.evaluate("new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)))")


def named(page: Page, text: str) -> None:
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_count(0)


def thing(page: Page, name: str) -> Any:
    return page.locator(f"#things [aria-label^='{name}']")
