"""What the editor is told: the answers of ``check``, streamed; of what is no design, every problem at its place."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import identcheck as ic
from identcheck.drawing.answers import respond
from identcheck.drawing.edit import design_drawn, drawing_of
from identcheck.drawing.remedies import problems_of
from identcheck.errors import IdentcheckError
from tests.drawing.drawings import edited, empty, reason, trial
from tests.tools import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))


def ask(drawing: object, what: str = "check", **more: Any) -> list[dict[str, Any]]:
    request = {"protocol": 1, "revision": 7, "ask": what, "drawing": drawing, "assume": [], **more}
    return [json.loads(json.dumps(answer)) for answer in respond(json.loads(json.dumps(request)))]


def demand_same(answers: list[dict[str, Any]], result: ic.Identification) -> None:
    """Every card, the last of each question, says what ``check`` finds."""
    cards = {answer["card"]["id"]: answer["card"] for answer in answers if "card" in answer}
    assert list(cards) == [str(f.estimand) for f in result.findings]
    for finding in result.findings:
        told = cards[str(finding.estimand)]
        assert (told["kind"], told["verdict"], reason(told)) == (
            finding.verdict,
            finding.answer,
            finding.reason,
        )
        assert not told["pending"]
        assert [entry["name"] for entry in told["missing"]] == list(
            dict.fromkeys(c.called for c in finding.missing)
        )
        assert tuple(told["rests_on"]) == finding.rests_on


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_design_is_the_same_after_drawing(file: Path) -> None:
    design = ic.load(file)
    assert design_drawn(json.loads(json.dumps(drawing_of(design)))) == design


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("assume", [[], ["all"]], ids=["nothing", "all"])
def test_the_answers_are_those_of_check(file: Path, assume: list[str]) -> None:
    design = ic.load(file)
    demand_same(ask(drawing_of(design), assume=assume), ic.check(design, assume))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_random_edits_undone_and_redone_answer_as_check(seed: int, mediators: int) -> None:
    rng, steps = random.Random(seed), [trial(mediators, 8)]
    for _ in range(rng.randrange(1, 9)):
        steps.append(edited(steps[-1], rng))
    for drawing in (steps[-1], *steps[-2::-1][:1], steps[-1]):
        kept = json.dumps(drawing)
        answers = ask(drawing)
        assert json.dumps(drawing) == kept
        assert answers[-1] == {"revision": 7, "kind": "done"}
        try:
            design = design_drawn(drawing)
        except IdentcheckError:
            assert [a["text"] for a in answers[:-1]] == list(map(str, problems_of(drawing)))
            assert all(not problems_of(m["drawing"]) or len(problems_of(m["drawing"])) < len(answers) - 1
                       for a in answers[:-1] for m in a["mends"])  # fmt: skip
        else:
            demand_same(answers, ic.check(design))


def test_a_reason_names_two_of_many_regressors_and_the_card_has_all() -> None:
    for mediators, named in ((3, "M1, M2 and M3,"), (30, "M1, ..., M30 (30),")):
        (card,) = (a["card"] for a in ask(trial(mediators)) if a.get("card", {}).get("id") == "direct(M1, Y)")
        assert f"regressed on those on {named}" in card["reason"]
    assert card["regressors"].startswith("M1, M2, M3, ")
    assert card["regressors"].endswith(", M29 and M30")


def test_verdicts_come_before_proofs_and_what_is_wanted_first() -> None:
    design = ic.load(REPOSITORY / "examples" / "entry_wages_unmeasured.toml")
    last = str(ic.check(design).findings[-1].estimand)
    answers = ask(drawing_of(design), first=[last])
    kinds = [answer["kind"] for answer in answers]
    assert kinds[:3] == ["start", "finding", "verdicts"]
    assert kinds[3:] == sorted(kinds[3:], key=["finding", "proof", "done"].index)
    assert answers[1]["card"]["id"] == last
    told = {answer["card"]["id"]: answer["card"] for answer in answers if answer["kind"] == "finding"}
    heads = {head["id"]: head for head in answers[2]["cards"]}
    assert {*told} == {*answers[0]["questions"]} == {last, *heads}
    many = [answer["kind"] for answer in ask(trial(9, 40), first=["total(T, Y)", "direct(M1, Y)"])]
    assert many[: many.index("verdicts") + 1] == ["start", "finding", "first", "verdicts"]
    assert all(head.items() <= told[name].items() for name, head in heads.items())
    assert all(answer["revision"] == 7 for answer in answers)


@pytest.mark.parametrize(
    ("changed", "at", "mend"),
    [
        ({"arrows": [("T", "M1"), ("M1", "M2"), ("M2", "M1"), ("M2", "Y")]}, "arrow", "remove the arrow M2 → M1"),
        ({"arrows": [("T", "M1"), ("M1", "Y"), ("M2", "T"), ("M2", "Y")]}, "", ""),
        ({"arrows": [("T", "M1"), ("M1", "Y"), ("T", "M2"), ("M2", "Y"), ("Y", "M1")]}, "arrow", "remove the arrow Y → M1"),
        ({"arrows": [("T", "M1"), ("M1", "Y"), ("T", "M2")]}, "node", "draw an arrow M2 → Y"),
        ({"treatment": []}, "none", "T is the treatment"),
        ({"outcome": ""}, "none", "Y is the outcome"),
    ],
)  # fmt: skip
def test_a_problem_is_at_its_place_with_a_remedy(changed: dict[str, Any], at: str, mend: str) -> None:
    if "arrows" in changed:
        changed = {"arrows": [{"from": u, "to": v} for u, v in changed["arrows"]]}
    answers = ask(trial(2) | changed)
    problems = [answer for answer in answers if answer["kind"] == "problem"]
    if not mend:
        assert not problems or all(p["text"] for p in problems)
        return
    assert problems
    offered = {m["words"]: m["drawing"] for p in problems for m in p["mends"]}
    assert mend in offered, offered
    assert len(problems_of(offered[mend])) < len(problems)
    assert at == "none" or any(at in p["at"] for p in problems)


def test_a_remedy_that_removes_an_arrow_takes_what_is_said_of_it_along() -> None:
    """Declarations, written as chains too, and the modifiers of its effect: else the remedy brings a problem of its own."""
    arrows = [("T", "M1"), ("M1", "M2"), ("M2", "M1"), ("M1", "Y"), ("M2", "Y")]
    declared = {
        "independent": [
            {"of": "T -> M1 -> M2", "from": ["M2 -> M1", "M2 -> Y"], "level": "sites"},
            {"of": "T -> M1", "from": "M1 -> Y", "level": "persons"},
        ],
        "uncorrelated": {"of": "M2 -> M1 -> Y", "with": "T -> M1", "level": "persons"},
        "correlated": [3, {"of": 3}],  # what is no declaration is a problem of its own
    }
    cause = [{"name": "W", "of": [["M2", "M1"], ["T", "M1"]]}, {"name": "Z", "of": [["M2", "M1"]]}]
    drawing = trial(2) | {"arrows": [{"from": u, "to": v} for u, v in arrows], "modifiers": cause}
    for said in (declared, {kind: declared[kind] for kind in ("independent", "uncorrelated")}):
        problems = [a for a in ask(drawing | {"beside": {"declarations": said}}) if a["kind"] == "problem"]
        mends = {mend["words"]: mend["drawing"] for problem in problems for mend in problem["mends"]}
        if said is declared:
            continue
        less = mends["remove the arrow M2 → M1"]
        assert not problems_of(less)
        kept = {"of": ["T -> M1", "M1 -> M2"], "from": ["M2 -> Y"], "level": "sites"}
        assert less["beside"]["declarations"] == {"independent": [kept, declared["independent"][1]]}
        assert less["modifiers"] == [{"name": "W", "of": [["T", "M1"]]}]


def test_a_remedy_that_removes_a_variable_takes_what_is_declared_of_its_arrows_along() -> None:
    drawing = trial(2)
    drawing["nodes"].append({"name": "lost"})
    drawing["arrows"] += [{"from": "T", "to": "lost"}]
    declared = {"correlated": [{"of": "T -> lost", "with": "M1 -> Y", "level": "sites"}]}
    problems = [a for a in ask(drawing | {"beside": {"declarations": declared}}) if a["kind"] == "problem"]
    mends = {mend["words"]: mend["drawing"] for problem in problems for mend in problem["mends"]}
    less = next(changed for words, changed in mends.items() if words.startswith("remove"))
    assert not problems_of(less)
    assert less["beside"] == {"declarations": {}}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_is_granted_at_a_card_is_what_it_rests_on(file: Path) -> None:
    cards = [a["card"] for a in ask(drawing_of(ic.load(file)), assume=["all"]) if "card" in a]
    for card in cards:
        assert all(entry["says"] and entry["breaks"] for entry in card["granted"])
        argued, rests = {entry["argued"] for entry in card["granted"]}, set(card["rests_on"])
        assert argued <= rests
        numerals = (
            {"v", "vi"} if file.stem == "one_site" else {"vi", "vii", "ix"}
        )  # theory has two numberings
        assert rests & numerals <= argued | {entry["argued"] for entry in card["missing"]}


def test_an_argument_for_what_is_no_assumption_any_more_can_be_left_out() -> None:
    drawing = trial(1, 1)
    drawing["beside"] = {"justifications": {"ix": "compliances differ", "vi": "they do not know"}}
    (problem,) = [a for a in ask(drawing) if a["kind"] == "problem"]
    (mend,) = problem["mends"]
    assert mend["words"] == "leave out the argument for ix"
    assert mend["drawing"]["beside"] == {"justifications": {"vi": "they do not know"}}


@pytest.mark.parametrize(
    "drawing",
    [None, [], "x", {}, {"nodes": 3}, empty() | {"nodes": [{}]}, empty() | {"arrows": [{"from": 1, "to": 2}]},
     empty() | {"shared": [["a"]]}, empty() | {"beside": []}, empty() | {"treatment": "T"}, empty(),
     trial(1) | {"nodes": [{"name": "T"}, {"name": "T"}, {"name": "M1"}, {"name": "Y"}]},
     trial(1) | {"sites": "many"}, trial(1) | {"beside": {"nonsense": 3}}, trial(1) | {"beside": {"primary": {"a": 1}}},
     trial(1) | {"modifiers": [{"name": "W", "of": [["T", "Q"]]}]}, trial(1) | {"arrows": [{"from": "T", "to": "T"}]}],
)  # fmt: skip
def test_what_is_no_design_is_told_and_never_raised(drawing: object) -> None:
    for what in ("check", "place", "mends", "worlds", "code", "report"):
        answers = ask(drawing, what, question="itt()")
        assert answers[-1]["kind"] == "done"


@pytest.mark.parametrize(
    "request_", [None, 3, {}, {"protocol": 2, "ask": "check"}, {"protocol": 1, "ask": "open"}]
)
def test_what_is_not_asked_here_is_refused_in_words(request_: object) -> None:
    first, last = respond(request_)
    assert first["kind"] == "problem"
    assert last["kind"] == "done"


def test_a_remedy_is_the_changed_drawing() -> None:
    drawing = trial(3, 1)
    answers = ask(drawing, "mends", question="total(M1, Y)", assume=["all"])
    mends = [answer for answer in answers if answer["kind"] == "mend"]
    assert mends
    assert all(not problems_of(mend["drawing"]) for mend in mends)


def test_boxes_stay_where_they_were_put_and_new_ones_are_apart() -> None:
    drawing = trial(3)
    first = ask(drawing, "place")[0]
    spots = {box["name"]: [box["x"], box["y"]] for box in first["boxes"]}
    spots["M1"] = [400.0, 300.0]
    more = drawing | {
        "nodes": [*drawing["nodes"], {"name": "New", "label": "something new"}],
        "positions": spots,
    }
    boxes = {box["name"]: box for box in ask(more, "place")[0]["boxes"]}
    assert {name: [boxes[name]["x"], boxes[name]["y"]] for name in spots} == spots
    new = boxes.pop("New")
    assert all(
        abs(new["x"] - box["x"]) >= (new["width"] + box["width"]) / 2
        or abs(new["y"] - box["y"]) >= (new["height"] + box["height"]) / 2
        for box in boxes.values()
    )


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_preview_is_what_check_says_before_and_after(file: Path) -> None:
    design = ic.load(file)
    drawing = drawing_of(design)
    hidden = [n | {"hidden": True} if n["name"] in design.mediators[:1] else n for n in drawing["nodes"]]
    changed = drawing | {"nodes": hidden}
    (told, _) = ask(drawing, "preview", changed=changed, assume=["all"])
    before, after = (
        {f.words: f.answer for f in ic.check(d, "all").findings} for d in (design, design_drawn(changed))
    )
    expected = {
        words: (before.get(words, ""), verdict)
        for words, verdict in after.items()
        if before.get(words) != verdict
    }
    assert {c["words"].casefold(): (c["before"], c["after"]) for c in told["changes"]} == {
        words.casefold(): verdicts for words, verdicts in expected.items()
    }
    assert told["same"] == len(after) - len(expected)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_numbers_are_those_of_the_plan(file: Path) -> None:
    from identcheck.plan.closed.outlook import outlooks

    expected = outlooks(ic.diagnose(ic.load(file), ic.Plan.from_toml(file), assume=["vi"]))
    told = [a for a in ask(None, "numbers", text=file.read_text(), assume=["vi"]) if a["kind"] == "number"]
    assert [a["id"] for a in told] == [str(o.estimand) for o in expected if not o.reason]
    assert all(
        o.sentence in a["text"] for a, o in zip(told, (o for o in expected if not o.reason), strict=True)
    )


def test_a_plan_that_does_not_fit_is_told() -> None:
    text = (REPOSITORY / "examples" / "moving_to_opportunity.toml").read_text()
    answer, last = ask(trial(1), "numbers", text=text.replace("NP = 13", "Gone = 13"))
    assert answer["kind"] == "problem"
    assert "Gone" in answer["text"]
    assert last["kind"] == "done"
