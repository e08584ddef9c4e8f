"""The editor in Chromium, its policy on: by keys, mouse and touch; nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

import identcheck as ic
from identcheck.drawing.written import changed
from tests.drawing.drawings import trial
from tests.drawing.pages import MTO, Open, named, painted, saved, thing


def test_a_trial_is_drawn_by_keys_alone(opened: Open, tmp_path: Path) -> None:
    page = opened()
    for name, words in (("T", "T"), ("Y", "Y"), ("Voucher", "use of the voucher"), ("NP", "NP")):
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        named(page, words)
        expect(thing(page, name)).to_be_focused()
    design = saved(page, tmp_path)
    assert (design.treatments, design.outcome, set(design.mediators)) == (("T",), "Y", {"Voucher", "NP"})
    assert design.label("Voucher") == "use of the voucher"

    thing(page, "Voucher").focus()
    page.keyboard.press("e")
    page.keyboard.press("ArrowRight")
    expect(thing(page, "NP")).to_be_focused()
    page.keyboard.press("Enter")
    expect(thing(page, "Arrow from Voucher to NP")).to_have_count(1)
    thing(page, "Arrow from Voucher to NP").focus()
    page.keyboard.press("v")
    page.keyboard.press("v")
    expect(
        page.get_by_role("button", name="Arrow from Voucher to NP, the same for everyone", exact=True)
    ).to_have_count(1)
    for name in ("T,", "Voucher"):
        thing(page, name).focus()
        page.keyboard.press("b")
    thing(page, "Arrow from T to Voucher").focus()
    page.keyboard.press("c")
    thing(page, "NP").focus()
    page.keyboard.press("h")
    expect(thing(page, "NP, mediator, not measured")).to_have_count(1)
    design = saved(page, tmp_path)
    assert design.varies("Voucher", "NP") == "none"
    assert design.unobserved == {"NP"}
    assert design.graph.edges["T", "Voucher"]["noncompliance"] == "one-sided"

    for _ in range(7):
        page.keyboard.press("Control+z")
    design = saved(page, tmp_path)
    assert not design.graph.has_edge("Voucher", "NP")
    assert not design.unobserved
    page.keyboard.press("Control+Shift+z")
    assert saved(page, tmp_path).graph.has_edge("Voucher", "NP")


def test_by_mouse_an_arrow_is_pulled_and_a_box_is_moved(opened: Open, tmp_path: Path) -> None:
    page = opened(changed("", trial(2, 9)))
    one, two = (thing(page, name).locator("rect[rx]").bounding_box() for name in ("M2", "M1"))
    assert one is not None
    assert two is not None
    assert ic.load(tmp_path / "trial.toml").graph.has_edge("M1", "M2")
    thing(page, "Arrow from M1 to M2").locator(".hit").click(force=True)
    page.keyboard.press("Delete")
    expect(thing(page, "Arrow from M1 to M2")).to_have_count(0)
    page.mouse.move(one["x"] + one["width"], one["y"] + one["height"] / 2)
    page.mouse.down()
    page.mouse.move(two["x"] + 30, two["y"] + 10, steps=5)
    page.mouse.up()
    expect(thing(page, "Arrow from M2 to M1")).to_have_count(1)
    page.mouse.move(two["x"] + 20, two["y"] + 10)
    page.mouse.down()
    page.mouse.move(two["x"] + 20, two["y"] - 90, steps=5)
    page.mouse.up()
    assert saved(page, tmp_path).graph.has_edge("M2", "M1")
    assert "[positions]" in (tmp_path / "trial.toml").read_text()
    moved = thing(page, "M1").locator("rect[rx]").bounding_box()
    assert moved is not None
    assert moved["y"] == pytest.approx(two["y"] - 100, abs=6)


def test_a_moved_box_keeps_its_verdicts_and_nothing_is_checked(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    expect(page.locator("[data-numbers]:not([hidden])")).not_to_have_count(0)  # which come later
    cards = page.locator("#cards").text_content()
    asked: list[str] = []
    page.on("request", lambda request: asked.append((request.post_data_json or {}).get("ask", "")))
    thing(page, "V,").focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "Control+z"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_have_attribute("data-checked", "3")
    saved(page, tmp_path)
    assert "save" in asked
    assert "check" not in asked
    assert page.locator("#cards").text_content() == cards
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator(".card.conditional")).to_have_count(0)


def test_by_touch_two_taps_draw_an_arrow(opened: Open, tmp_path: Path) -> None:
    drawing = trial(1, 9)
    drawing["nodes"].insert(2, {"name": "B"})
    drawing["arrows"].append({"from": "B", "to": "Y"})
    page = opened(changed("", drawing), has_touch=True, viewport={"width": 390, "height": 800})
    thing(page, "B").locator(".reach").tap(force=True)
    thing(page, "M1").tap()
    expect(thing(page, "Arrow from B to M1")).to_have_count(1)
    assert saved(page, tmp_path).graph.has_edge("B", "M1")


def test_an_error_is_shown_at_its_place_with_its_remedy(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    verdicts = page.locator(".card").count()
    thing(page, "NP").focus()
    page.keyboard.press("e")
    thing(page, "V,").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_contain_text("cycle")
    expect(page.locator("#things .wrong")).not_to_have_count(0)
    expect(page.locator("#cards.stale .card")).to_have_count(verdicts)
    expect(page.locator("#status")).to_contain_text("not saved")
    before = (tmp_path / "trial.toml").read_text()
    page.get_by_role("button", name="remove the arrow NP → V").first.click()
    expect(page.locator("#problems")).to_be_hidden()
    expect(page.locator("#cards.stale")).to_have_count(0)
    assert saved(page, tmp_path) == ic.Design.from_text(before, "toml")


def test_granting_at_the_card_is_one_step_and_changes_come_first(opened: Open) -> None:
    page = opened(MTO.read_text())
    page.locator(".card.conditional [role=checkbox]").first.click()
    expect(page.locator("#granted")).to_contain_text("Granted: vi ×Grant")
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator(".card.conditional")).to_have_count(0)
    expect(page.locator(".card").first.locator(".new")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator("#granted")).to_contain_text("Granted: vi ×Grant")
    expect(page.locator(".card.conditional")).not_to_have_count(0)
    page.locator(".card h3 button").first.click()
    expect(page.locator("#things .lit")).not_to_have_count(0)


def test_what_is_pressed_is_not_replaced_until_its_answer_comes(opened: Open) -> None:
    """A repaint between press and release would lose the click, and hit what takes its place."""
    page = opened(MTO.read_text())
    held: list[Route] = []
    page.route("**/ask", lambda route: held.append(route))
    page.evaluate("window.marked = document.querySelector('.card.conditional [role=checkbox]')")
    page.locator(".card.conditional [role=checkbox]").first.focus()
    for ticked in (True, False):
        page.keyboard.press("Space" if ticked else "Control+z")
        painted(page)
        told = page.evaluate(
            "[marked.isConnected, marked.ariaChecked === 'true', document.activeElement === marked]"
        )
        assert told == [True, ticked, True]
    expect(page.locator("#cards.late.stale")).to_have_count(1)  # grey by now
    page.unroute_all()  # lets what was held go on
    expect(page.locator("#granted")).to_contain_text("Nothing is granted.")


def test_the_keyboard_stays_where_it_was_when_a_card_changes(opened: Open) -> None:
    page = opened(MTO.read_text())
    card = page.locator(".card.conditional").first
    name = card.get_attribute("data-card")
    card.locator("[role=checkbox]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#granted")).to_contain_text("Granted: vi ×Grant")
    expect(page.locator("body")).to_have_attribute("data-checked", "1")
    assert page.evaluate("document.activeElement.closest('.card').dataset.card") == name
    page.get_by_role("button", name="Grant every numeral").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card.conditional")).to_have_count(0)
    expect(page.get_by_role("button", name="no longer grant vi")).to_be_focused()


def test_an_argument_written_at_the_card_is_in_the_file(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    page.locator(".card.conditional [role=checkbox]").first.click()
    card = page.locator(".card", has=page.locator("[data-argument=vi]")).first
    card.get_by_text("Argue for it").click()
    expect(card.locator("details[open]")).to_contain_text("What would break (vi)")
    box = card.locator("textarea")
    box.focus()
    page.keyboard.type('Nobody knew "who" would gain.')
    page.keyboard.press("Enter")
    page.keyboard.type("<b>Not even</b> the counsellors.")
    expect(page.locator("#undo")).to_have_attribute("title", "Undo: argument for vi")
    text = 'Nobody knew "who" would gain.\n<b>Not even</b> the counsellors.'
    page.locator("h1").click()
    page.get_by_text("Your argument, and what").last.click()
    expect(page.locator("[data-argued=vi]").last).to_have_value(text)  # the same at every card
    design = saved(page, tmp_path)
    assert design.justifications["vi"] == text
    assert design.justifications["viii"] == "Offers were drawn by lot within each city."
    page.keyboard.press("Control+z")  # what was written in one go is one step
    expect(box).to_have_value("")
    assert "vi" not in saved(page, tmp_path).justifications
    expect(page.locator("#granted")).to_contain_text("Granted: vi")


def test_an_edit_makes_anew_only_what_says_something_else(opened: Open) -> None:
    """What an edit costs: the cards that are moved, and all elements that are made, at 12 mediators with (vi) granted."""
    page = opened(changed("", trial(12, 40)))
    page.locator(".card.conditional [data-grant=vi]").first.click()
    expect(page.locator("body")).to_have_attribute("data-checked", "1")
    painted(page)
    page.evaluate(
        """() => { window.made = [0, 0]; new MutationObserver(records => {
            for (const node of records.flatMap(record => [...record.addedNodes])) {
                if (node.nodeType !== 1) continue;
                made[0] += node.matches(".card");
                made[1] += 1 + node.querySelectorAll("*").length;
            }
        }).observe(document.body, { childList: true, subtree: true }); }"""
    )
    thing(page, "M1,").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    thing(page, "M3,").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-checked", "2")
    expect(page.locator(".head, .waiting")).to_have_count(0)
    cards, elements = page.evaluate("made")
    new = page.locator(".new").count()
    assert new == 1
    assert cards <= 2 * new
    assert elements < 400
    page.locator("[data-argument=vi]").first.click()  # what was folded says what is so by now
    expect(page.locator("details[open] p").first).not_to_have_text("")
    box = page.locator("textarea").first
    box.focus()
    page.keyboard.type("By lot")
    expect(page.locator("body")).to_have_attribute("data-checked", "3")
    expect(box).to_be_focused()
    expect(box).to_have_value("By lot")


def test_a_change_outside_is_told_and_either_side_can_be_kept(opened: Open, tmp_path: Path) -> None:
    page = opened(MTO.read_text())
    path = tmp_path / "trial.toml"
    path.write_text(MTO.read_text().replace("sites = 5", "sites = 7"))
    page.locator("#add").click()
    named(page, "Z")
    expect(page.locator("dialog")).to_contain_text("changed outside")
    expect(page.locator("dialog li")).to_have_text(
        [
            "variables only in the drawing: Z",
            "arrows only in the drawing: offer → Z, Z → Y",
            "sites: 7 in the file, 5 in the drawing",
        ]
    )
    page.get_by_role("button", name="Take the file").click()
    expect(page.locator("#sites")).to_have_value("7")
    expect(thing(page, "Z,")).to_have_count(0)
    page.locator("#undo").click()
    expect(thing(page, "Z,")).to_have_count(1)
    assert "Z" in saved(page, tmp_path).mediators


def test_worlds_remedies_code_and_the_report(opened: Open) -> None:
    page = opened(changed("", trial(3, 2)))
    card = page.locator(".card.not-identified, .card.undecided").first
    expect(card).to_be_visible()
    card.get_by_role("button", name="Two worlds").click()
    expect(card.locator("pre, .extra p")).not_to_have_count(0)
    card.get_by_role("button", name="What would help").click()
    expect(card.locator(".extra")).to_contain_text("Each is one change")
    with page.context.expect_page() as report:
        page.locator("#report").click()
    report.value.wait_for_url("**/report/*")
    expect(report.value.locator("h1").first).to_be_visible()


def test_a_remedy_of_an_older_drawing_cannot_undo_what_was_done_since(opened: Open, tmp_path: Path) -> None:
    page = opened(changed("", trial(1)))
    for role, name in (("treatment", "T,"), ("outcome", "Y,")):
        thing(page, name).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Role")).to_have_value("arm" if role == "treatment" else role)
        page.get_by_label("Role").select_option("")
        expect(page.locator("#problems")).to_contain_text(f"no {role}" if role == "treatment" else "outcome")
    held: list[Route] = []
    expect(page.get_by_role("button", name="Y is the outcome")).to_be_enabled()
    page.route("**/ask", lambda route: held.append(route))
    page.get_by_role("button", name="T is the treatment").click()
    expect(page.get_by_role("button", name="Y is the outcome")).to_be_disabled()
    page.unroute_all()
    page.get_by_role("button", name="Y is the outcome").click()
    expect(page.locator("#problems")).to_be_hidden()
    assert saved(page, tmp_path).treatments == ("T",)
