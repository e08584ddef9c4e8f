"""The HTML report is checked by axe-core in Chromium: nothing that keeps a reader out, and the checker does run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, sync_playwright

from identcheck import Plan, check, load
from tests.tools import REPOSITORY, require_program

EXAMPLES = REPOSITORY / "examples"
BROKEN = (
    '<title>x</title><h1>a</h1><h4>b</h4><img src="x.png"><p style="color: #bbb; background: #fff">pale</p>'
)
RULES = {"empty-table-header": {"enabled": False}}
"""axe takes a heading that is a formula in MathML for empty; browsers read it aloud."""
SETTINGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    require_program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SETTINGS)
        yield browser.new_context(bypass_csp=True, viewport={"width": 1100, "height": 900}).new_page()
        browser.close()


def found(page: Page, html: str, folder: Path) -> tuple[list[str], int]:
    """The violations that axe finds in a page, everything unfolded, and how many checks it passed."""
    (folder / "page.html").write_text(html, encoding="utf-8")
    page.goto((folder / "page.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    page.evaluate(AXE_SCRIPT)
    result: dict[str, Any] = page.evaluate("settings => axe.run(document, settings)", {"rules": RULES})
    told = [
        f"{violation['impact']} {violation['id']}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    return told, len(result["passes"])


@pytest.mark.parametrize("example", ["moving_to_opportunity", "one_site", "exclusion_doubtful"])
def test_a_report_has_no_violation(example: str, browser_page: Page, tmp_path: Path) -> None:
    file = EXAMPLES / f"{example}.toml"
    plan = Plan.from_toml(file) if example == "moving_to_opportunity" else None
    html = check(load(file)).render("html", plan)
    assert ("Design in numbers" in html) == (plan is not None)
    violations, passes = found(browser_page, html, tmp_path)
    assert passes > 15
    assert violations == [], "\n".join(violations)


def test_a_broken_page_is_told(browser_page: Page, tmp_path: Path) -> None:
    violations, _ = found(browser_page, f"<!DOCTYPE html><html><head>{BROKEN}</html>", tmp_path)
    for fault in (
        "critical image-alt",
        "serious color-contrast",
        "serious html-has-lang",
        "moderate heading-order",
    ):
        assert any(violation.startswith(fault) for violation in violations), violations
