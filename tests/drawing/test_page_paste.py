"""Pasting into the page, and links to a design: nothing of what they hold is ever obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import identcheck as ic
from identcheck.drawing.edit import design_drawn, drawing_of
from identcheck.drawing.share import fragment
from tests.drawing.pages import MTO, Open, saved, thing

DAGITTY = "dag {\n T [exposure]\n Y [outcome]\n T -> A -> Y\n T -> B -> Y\n A -> B\n}"


def pasted(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_a_pasted_graph_is_one_step(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    page.locator(".card.conditional [role=checkbox]").first.click()
    expect(page.locator("#granted")).to_contain_text("Granted: vi")
    pasted(page, DAGITTY)
    expect(thing(page, "Arrow from A to B")).to_have_count(1)
    expect(page.locator("#granted")).to_contain_text("Nothing is granted")
    assert saved(page, tmp_path).mediators == ("A", "B")
    assert "persons" in (tmp_path / "trial.toml").read_text()  # its own [plan] stays
    page.keyboard.press("Control+z")
    expect(thing(page, "NP")).to_have_count(1)
    expect(page.locator("#granted")).to_contain_text("Granted: vi")
    assert saved(page, tmp_path) == ic.load(MTO)


@pytest.mark.parametrize(
    ("text", "arrow"),
    [("M ~ T\nY ~ M", "T to M"), ("digraph { T -> M -> Y }", "T to M"), ("T -> M -> Y", "T to M")],
    ids=["lavaan", "DOT", "arrows"],
)
def test_a_graph_without_roles_is_drawn_and_its_roles_are_offered(
    text: str, arrow: str, opened: Open, tmp_path: Path
) -> None:
    page = opened()
    page.get_by_role("button", name="Paste").click()
    page.locator("#answer").fill(text)
    page.get_by_role("button", name="OK").click()
    expect(thing(page, f"Arrow from {arrow}")).to_have_count(1)
    page.get_by_role("button", name="T is the treatment").click()
    page.get_by_role("button", name="Y is the outcome").click()
    expect(page.locator(".card")).not_to_have_count(0)
    assert saved(page, tmp_path).outcome == "Y"


def test_a_design_file_is_pasted_and_what_is_left_out_is_said(opened: Open, tmp_path: Path) -> None:
    page = opened()
    pasted(page, MTO.read_text())
    expect(page.locator("dialog")).to_contain_text("[plan] of the pasted file")
    page.get_by_role("button", name="Close").click()
    assert saved(page, tmp_path) == ic.load(MTO)


def test_what_cannot_be_pasted_is_said_and_changes_nothing(opened: Open) -> None:
    page = opened(MTO.read_text())
    refused = {
        "dag { T -> }": "line 1, column",
        "<script>alert(1)</script>": "looks like",
        "hello": "nothing that can be drawn",
    }
    for text, says in refused.items():
        pasted(page, text)
        expect(page.locator("dialog")).to_contain_text(says)
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("#undo")).to_be_disabled()
    page.locator("#sites").focus()
    pasted(page, "7")  # in a field it is text of the field
    expect(page.locator("dialog")).to_have_count(0)


def test_a_link_opens_as_one_step_once_the_user_agrees(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator("#granted")).to_contain_text("Granted: all")
    page.get_by_role("button", name="Link").click()
    link = page.get_by_role("textbox", name="Link to this design").input_value()
    page.get_by_role("button", name="Close").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pasted(page, DAGITTY)
    expect(thing(page, "A,")).to_have_count(1)
    page.evaluate("link => { location.href = link; }", link)  # as pasted into the address bar
    expect(page.locator("dialog")).to_contain_text("It grants all")
    page.get_by_role("button", name="Keep my drawing").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(thing(page, "A,")).to_have_count(1)
    pasted(page, link)
    page.get_by_role("button", name="Open it").click()
    expect(thing(page, "NP,")).to_have_count(1)
    expect(page.locator("#granted")).to_contain_text("Granted: all")
    assert saved(page, tmp_path) == ic.load(MTO)
    page.keyboard.press("Control+z")
    expect(thing(page, "A,")).to_have_count(1)
    assert "design=" not in page.url
    assert not any("design" in url for url in asked)


EVIL = '<img src=x onerror="window.obeyed = 1"><script>window.obeyed = 1</script>\'"); window.obeyed = 1; ("'


@pytest.mark.parametrize("bypass", [False, True], ids=["policy on", "policy off"])
def test_a_hostile_link_shows_as_text_and_is_not_obeyed(bypass: bool, opened: Open) -> None:
    drawing = drawing_of(ic.load(MTO))
    for node in drawing["nodes"]:
        node["label"] = EVIL + node["name"]
    old = drawing["nodes"][1]["name"]
    new = EVIL.replace('"', "'")
    renamed = json_replaced(drawing, old, new)
    renamed["beside"] = {"title": EVIL, "justifications": {"vi": EVIL}}
    renamed["modifiers"] = [{"name": f"W{EVIL}".replace('"', "'"), "of": [[new, "Y"]], "label": EVIL}]
    design_drawn(renamed)
    page = opened(bypass_csp=bypass, at=f"&{fragment(renamed, [])}")
    expect(page.locator("dialog")).to_contain_text("It grants nothing.")
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".card")).not_to_have_count(0)
    thing(page, "Y").focus()
    expect(page.locator("#inspector h2")).to_have_text("Y")
    page.get_by_role("button", name="Grant every numeral").click()
    for details in page.locator(".card details summary").all()[:4]:
        details.click()
    expect(page.locator("#cards")).to_contain_text("<img src=x onerror=")
    for button in ("Two worlds", "Code"):
        for each in page.get_by_role("button", name=button).all()[:1]:
            each.click()
    expect(page.locator("#things")).to_contain_text("<script>")
    assert page.evaluate("window.obeyed") is None
    assert page.locator("img, iframe, script:not([src='/draw.js'])").count() == 0


def json_replaced(drawing: dict[str, object], old: str, new: str) -> dict[str, object]:
    """Every name in a drawing that is just this one, as another."""

    def put(value: object) -> object:
        if isinstance(value, dict):
            return {key: put(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [put(entry) for entry in value]
        return new if value == old else value

    changed = put(drawing)
    assert isinstance(changed, dict)
    return changed


def test_without_its_token_the_page_says_what_to_do(opened: Open) -> None:
    page = opened(MTO.read_text())
    other = page.context.new_page()
    other.goto(page.url + "#" + fragment(drawing_of(ic.load(MTO)), []))
    expect(other.locator("#status")).to_contain_text("identcheck draw")
    assert "design=" not in other.url
