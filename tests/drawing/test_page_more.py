"""Remedies seen before they are made, and numbers of the plan beside the verdicts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

import identcheck as ic
from identcheck.drawing.written import changed
from tests.drawing.drawings import trial
from tests.drawing.pages import MTO, Open, saved, thing


def test_a_remedy_is_seen_before_it_is_made(opened: Open, tmp_path: Path) -> None:
    drawing = trial(2, 40)
    drawing["nodes"][2]["hidden"] = True
    page = opened(changed("", drawing))
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator("body")).to_have_attribute("data-checked", "1")
    card = page.locator(".card.not-identified").first
    card.get_by_role("button", name="What would help").click()
    measure = card.locator("li", has_text="measure M2").last
    measure.get_by_role("button", name="Preview").click()
    expect(thing(page, "M2, mediator").and_(page.locator(".changed"))).to_have_count(1)
    expect(page.locator("#previewing")).to_be_visible()
    expect(measure).to_contain_text("identified, now not identified")
    expect(measure).not_to_contain_text("pending")
    page.keyboard.press("Escape")
    expect(page.locator("#previewing")).to_be_hidden()
    expect(thing(page, "M2, mediator, not measured")).to_have_count(1)
    expect(page.locator("#undo")).to_have_attribute("title", "Undo: all granted")
    measure.get_by_role("button", name="Try it").click()
    expect(page.locator(".card.not-identified")).to_have_count(0)
    assert saved(page, tmp_path).unobserved == set()


def test_a_remedy_is_looked_for_again_once_the_drawing_changed(opened: Open, tmp_path: Path) -> None:
    drawing = trial(2, 40)
    drawing["nodes"][2]["hidden"] = True
    page = opened(changed("", drawing))
    card = page.locator(".card.not-identified, .card.undecided").first
    card.get_by_role("button", name="What would help").click()
    expect(card.locator(".extra")).to_contain_text("Each is one change")
    page.locator("#sites").fill("41")
    page.locator("#sites").press("Tab")
    expect(page.locator("body")).to_have_attribute("data-checked", "1")
    measure = card.locator("li", has_text="measure M2").last
    old = measure.get_by_role("button", name="Try it").element_handle()
    assert old is not None
    old.click()  # of the drawing with 40 sites: it looks again
    old.wait_for_element_state("hidden")
    measure.get_by_role("button", name="Try it").click()
    design = saved(page, tmp_path)
    assert design.sites == 41
    assert not design.unobserved


def test_numbers_of_the_plan_stand_beside_the_verdicts(opened: Open) -> None:
    page = opened(MTO.read_text())
    number = page.locator("[data-numbers='direct(V, Y)']")
    expect(number).to_contain_text("At the planned numbers: Weak: conditional F")
    before = number.text_content()
    page.locator("#sites").fill("50")
    page.locator("#sites").press("Tab")
    expect(number).not_to_have_text(before or "")
    expect(page.locator("[data-numbers].old")).to_have_count(0)


def test_without_a_plan_there_are_no_numbers(opened: Open) -> None:
    page = opened(changed("", trial(1, 9)))
    expect(page.locator("body")).to_have_attribute("data-checked", "0")
    expect(page.locator("[data-numbers]:not([hidden])")).to_have_count(0)


WEIGHTED = """graph = \"\"\"
T -> {M N} -> Y
wages -> weights  # as in the labor market
weights => (M -> Y)
\"\"\"
treatment = "T"
outcome = "Y"
sites = 20
"""


def test_drawn_weights_of_the_sites_are_shown_and_kept(opened: Open, tmp_path: Path) -> None:
    page = opened(WEIGHTED)
    weights = thing(page, "weights")
    weights.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#inspector")
    expect(panel).to_contain_text("weights (of the sites)")
    expect(panel).to_contain_text("caused by wages")
    expect(panel.locator("#level, #measured")).to_have_count(0)
    expect(page.locator("line.pointer")).to_have_count(2)
    page.locator("#label").fill("the number of persons")
    page.locator("#label").press("Enter")
    thing(page, "M,").focus()
    page.keyboard.press("e")
    thing(page, "N,").focus()
    page.keyboard.press("Enter")
    design = saved(page, tmp_path)
    assert design.graph.has_edge("M", "N")
    before = ic.Design.from_text(WEIGHTED).modifiers
    assert [(m.name, m.of, m.causes) for m in design.modifiers] == [(m.name, m.of, m.causes) for m in before]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert saved(page, tmp_path) == ic.Design.from_text(WEIGHTED)
    assert ic.check(saved(page, tmp_path)).findings == ic.check(ic.Design.from_text(WEIGHTED)).findings


def test_what_causes_a_modifier_and_what_it_modifies_are_edited(opened: Open, tmp_path: Path) -> None:
    drawing = trial(2, 40)
    both = [["M1", "Y"], ["M2", "Y"]]
    drawing["modifiers"] = [{"name": "wages", "of": both}, {"name": "rents", "of": both[:1]}]
    page = opened(changed("", drawing))
    thing(page, "wages").focus()
    page.keyboard.press("Enter")
    page.locator("#causes").select_option("rents")
    wages = next(m for m in saved(page, tmp_path).modifiers if m.name == "wages")
    assert (wages.causes, wages.of) == (("rents",), (("M1", "Y"), ("M2", "Y")))
    page.get_by_role("button", name="Not caused by rents").click()
    page.get_by_role("button", name="Does not modify M2 → Y").click()
    wages = next(m for m in saved(page, tmp_path).modifiers if m.name == "wages")
    assert (wages.causes, wages.of) == ((), (("M1", "Y"),))
    for _ in range(3):
        page.locator("#undo").click()
    assert saved(page, tmp_path) == ic.Design.from_text(changed("", drawing))


def test_the_commands_that_make_the_same_stand_below_the_verdicts(opened: Open) -> None:
    page = opened(MTO.read_text())
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator("#lines")).to_contain_text("identcheck report trial.toml -o report.pdf --assume all")
    card = page.locator("[data-card='compliance(V)']")
    card.get_by_role("button", name="Code", exact=True).click()
    expect(card).to_contain_text(
        "identcheck code trial.toml --language r --target 'compliance(V)' --assume all"
    )
