"""Remedies seen before they are made, and numbers of the plan beside the verdicts."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

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


def test_short_names_and_symbols_are_edited_beside_the_words(opened: Open, tmp_path: Path) -> None:
    text = MTO.read_text().replace(
        "[labels]", '[short]\nNP = "quality"  # of the neighborhood\n\n[labels]', 1
    )
    page = opened(text)
    before = saved_as(tmp_path)
    thing(page, "NP,").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Short name")).to_have_value("quality")
    page.get_by_label("Short name").fill("poverty")
    page.get_by_label("Symbol").fill("p")
    page.get_by_label("Symbol").press("Enter")
    thing(page, "Arrow from V to NP").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Symbol of the effect").fill("k")
    page.get_by_label("Symbol of the effect").press("Enter")
    expect(page.locator("#problems")).to_contain_text("one upper-case letter")
    expect(page.locator("#things .arrow.wrong")).to_have_count(1)
    page.get_by_label("Symbol of the effect").fill("Kappa_p")
    page.get_by_label("Symbol of the effect").press("Enter")
    expect(page.locator("#problems")).to_be_hidden()
    design = saved(page, tmp_path)
    assert design.short["NP"] == "poverty"
    assert design.graph.nodes["NP"]["symbol"] == "p"
    assert design.graph.edges["V", "NP"]["symbol"] == "Kappa_p"
    assert 'NP = "poverty"  # of the neighborhood' in (tmp_path / "trial.toml").read_text()
    for _ in range(4):
        page.locator("#undo").click()
    assert saved(page, tmp_path) == before
    page.locator("#redo").click()
    assert saved(page, tmp_path).short["NP"] == "poverty"
    thing(page, "NP,").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Short name")).to_have_value("poverty")
    page.evaluate(  # two fields in one frame: neither undoes the other
        """for (const [id, value] of [["short", "area"], ["symbol", "a"]]) {
            const field = document.getElementById(id);
            field.value = value;
            field.dispatchEvent(new Event("change"));
        }"""
    )
    design = saved(page, tmp_path)
    assert (design.short["NP"], design.graph.nodes["NP"]["symbol"]) == ("area", "a")


def saved_as(tmp_path: Path) -> ic.Design:
    return ic.load(tmp_path / "trial.toml")


def test_another_treatment_outcome_or_mediator_is_chosen_at_the_variable(
    opened: Open, tmp_path: Path
) -> None:
    page = opened(changed("", trial(2, 40)))
    role = page.get_by_label("Role", exact=True)
    thing(page, "M1,").focus()
    page.keyboard.press("Enter")
    role.select_option("baseline")
    expect(page.locator("#problems")).to_contain_text("treatment reaches it")
    expect(page.locator("#things .node.wrong")).to_have_count(1)
    page.get_by_role("button", name="M1 is a mediator").click()
    expect(role).to_have_value("mediators")
    assert 'mediators = ["M1"]' in saved_text(page, tmp_path)
    role.select_option("treatment")
    expect(page.locator("#things .treatment")).to_have_count(1)
    expect(thing(page, "M1, treatment")).to_have_count(1)
    assert "mediators" not in saved_text(page, tmp_path)
    assert saved_as(tmp_path).treatments == ("M1",)
    thing(page, "T,").focus()
    page.keyboard.press("Enter")
    role.select_option("arm")
    thing(page, "M2,").focus()
    page.keyboard.press("Enter")
    role.select_option("outcome")
    expect(page.locator("#problems")).to_contain_text("the outcome 'M2' has arrows out of it")
    for _ in range(2):
        page.keyboard.press("Escape")
        page.locator("#undo").click()
    expect(page.locator("#problems")).to_be_hidden()
    assert saved(page, tmp_path).treatments == ("M1",)
    page.locator("#undo").click()
    assert saved(page, tmp_path).treatments == ("T",)


def saved_text(page: Page, tmp_path: Path) -> str:
    saved(page, tmp_path)
    return (tmp_path / "trial.toml").read_text()


def test_a_large_drawing_opens_whole_or_says_that_it_does_not(opened: Open) -> None:
    inside = """() => {
        const stage = canvas.getBoundingClientRect();
        return [...document.querySelectorAll("#things rect[rx]")].every((box) => {
            const { left, right, top, bottom } = box.getBoundingClientRect();
            return left >= stage.left && right <= stage.right && top >= stage.top && bottom <= stage.bottom;
        });
    }"""
    page = opened(changed("", trial(30, 40)), viewport={"width": 1280, "height": 800})
    assert page.evaluate(inside)
    expect(page.locator("#outside")).to_be_hidden()
    page = opened(viewport={"width": 700, "height": 400})
    assert not page.evaluate(inside)
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate(inside)
    expect(page.locator("#outside")).to_be_hidden()
    expect(page.get_by_role("button", name="Show everything")).to_be_focused()


DECLARED = """
[declarations]
# what we know
independent = [
  # from the pilot
  { of = "T -> M1", from = "M1 -> Y", level = "sites" },
]
normal = ["persons"]  # by the central limit
"""


def test_declarations_are_shown_added_and_taken_away(opened: Open, tmp_path: Path) -> None:
    page = opened(changed("", trial(2, 40)) + DECLARED)
    before = saved_as(tmp_path)
    panel = page.locator("#declared")
    page.get_by_text("Declared of effects: 2").click()
    expect(panel).to_contain_text("M1 → Y is independent of T → M1, between sites")
    panel.get_by_label("The effect", exact=True).select_option("T -> M1")
    panel.get_by_label("The effect", exact=True).select_option("T -> M2")
    panel.get_by_role("button", name="Declare", exact=True).click()
    expect(panel.get_by_role("status")).to_have_text("Choose an arrow on each side.")
    panel.get_by_label("independent of", exact=True).select_option("M2 -> Y")
    panel.get_by_role("button", name="Declare", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#declared-count")).to_have_text(": 3")
    expect(panel.get_by_role("button", name="Declare", exact=True)).to_be_focused()
    text = saved_text(page, tmp_path)
    assert "# from the pilot" in text
    assert "# by the central limit" in text
    assert set(saved_as(tmp_path).declarations) == {
        *before.declarations,
        ic.independent([("T", "M1"), ("T", "M2")], ("M2", "Y"), "sites"),
    }
    panel.get_by_role("button", name="Remove: all effects are jointly normal").click()
    assert "normal" not in saved_text(page, tmp_path)
    page.locator("#undo").click()
    page.locator("#undo").click()
    assert saved(page, tmp_path) == before
    panel.get_by_label("Effects are", exact=True).select_option("correlated")
    panel.get_by_label("The effect", exact=True).select_option("T -> M1")
    panel.get_by_label("correlated with", exact=True).select_option("M1 -> Y")
    panel.get_by_label("Where").select_option("persons")
    panel.get_by_role("button", name="Declare", exact=True).click()
    assert ic.correlated(("T", "M1"), ("M1", "Y"), "persons") in saved(page, tmp_path).declarations
    thing(page, "Arrow from T to M1").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(page.locator("#declared-count")).to_have_text(": 1")
    expect(page.locator("#undo")).to_have_attribute(
        "title", "Undo: arrow T → M1 removed, with what was declared of it"
    )
    assert [d.kind for d in saved(page, tmp_path).declarations] == ["normal"]
    page.keyboard.press("Control+z")
    expect(page.locator("#declared-count")).to_have_text(": 3")
    assert ic.correlated(("T", "M1"), ("M1", "Y"), "persons") in saved(page, tmp_path).declarations


def test_effects_of_products_are_declared_and_of_several_arrows_one_is_lost(
    opened: Open, tmp_path: Path
) -> None:
    product = ("M2*M3", "Y")
    page = opened(changed("", trial(3, 40) | {"interactions": [["M2", "M3"]]}))
    page.get_by_text("Declared of effects").click()
    panel = page.locator("#declared")
    for arrow in ("T -> M1", "T -> M2"):
        panel.get_by_label("The effect", exact=True).select_option(arrow)
    panel.get_by_label("independent of", exact=True).select_option('"M2*M3" -> Y')
    panel.get_by_role("button", name="Declare", exact=True).click()
    expect(page.locator("#declared-count")).to_have_text(": 1")
    both = ic.independent([("T", "M1"), ("T", "M2")], product, "sites")
    assert saved(page, tmp_path).declarations == (both,)
    thing(page, "Arrow from T to M1").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(page.locator("#undo")).to_have_attribute("title", re.compile("with what was declared of it$"))
    assert saved(page, tmp_path).declarations == (ic.independent(("T", "M2"), product, "sites"),)
    thing(page, "M2 * M3").click()
    page.keyboard.press("Delete")
    expect(page.locator("#declared-count")).to_have_text("")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert saved(page, tmp_path).declarations == (both,)
