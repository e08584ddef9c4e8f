"""Nothing keeps a reader out of the editor: axe in every state, no sideways scroll."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from identcheck.drawing.written import changed
from tests.drawing.drawings import trial
from tests.drawing.pages import Open, thing
from tests.tools import often

STATES: dict[str, tuple[int | None, dict[str, Any]]] = {
    "empty": (None, {}),
    "3 mediators": (3, {}),
    "many mediators": (often(12, 30), {}),
    "phone": (3, {"viewport": {"width": 320, "height": 700}, "has_touch": True}),
    "dark": (3, {"color_scheme": "dark"}),
    "dark phone": (6, {"color_scheme": "dark", "viewport": {"width": 320, "height": 700}}),
    "forced colours": (3, {"forced_colors": "active"}),
}


@pytest.mark.parametrize("state", STATES)
def test_nothing_keeps_a_reader_out(state: str, opened: Open) -> None:
    mediators, settings = STATES[state]
    page = opened("" if mediators is None else changed("", trial(mediators, 40)), **settings, bypass_csp=True)
    if mediators is not None:
        thing(page, "M1,").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#inspector")).to_be_visible()
    demand_open_to_all(page)


WINDOWS = ("Paste", "Link", "Keys")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_arguments_previews_and_windows_are_open_to_all(scheme: str, opened: Open) -> None:
    drawing = trial(2, 40)
    drawing["nodes"][2]["hidden"] = True
    page = opened(changed("", drawing), bypass_csp=True, color_scheme=scheme)
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator("body")).to_have_attribute("data-checked", "1")
    page.get_by_text("Argue for it").first.click()
    page.get_by_role("button", name="What would help").first.click()
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("#previewing")).to_be_visible()
    demand_open_to_all(page)
    for name in WINDOWS:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("dialog")).to_be_visible()
        demand_open_to_all(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_declarations_and_a_conflict_are_open_to_all(scheme: str, opened: Open, tmp_path: Path) -> None:
    text = changed("", trial(3, 40))
    declared = '[declarations]\ncorrelated = [{ of = "T -> M1", with = "M1 -> Y", level = "sites" }]\n'
    page = opened(
        text + declared, bypass_csp=True, color_scheme=scheme, viewport={"width": 390, "height": 800}
    )
    page.get_by_text("Declared of effects").click()
    page.get_by_label("The effect", exact=True).select_option("T -> M1")
    page.get_by_role("button", name="Declare", exact=True).click()
    demand_open_to_all(page)
    page.get_by_label("independent of", exact=True).select_option("M1 -> Y")
    page.get_by_role("button", name="Declare", exact=True).click()  # contradicts the other
    expect(page.locator("#declared.wrong")).to_be_visible()
    demand_open_to_all(page)
    (tmp_path / "trial.toml").write_text(text)
    page.keyboard.press("Control+z")
    expect(page.locator("dialog")).to_contain_text("[declarations] only in the drawing: correlated")
    demand_open_to_all(page)


def demand_open_to_all(page: Page) -> None:
    """No violation that axe finds, and no sideways scroll."""
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate("axe.run(document)")
    told = [
        f"{v['impact']} {v['id']}: {node['html'][:160]}" for v in result["violations"] for node in v["nodes"]
    ]
    assert told == [], "\n".join(told)
    assert len(result["passes"]) > 15
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
