"""The section "Design in numbers": complete in every format, literal, with pictures or a word on why there are none."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from identcheck import Arrow, Design, Identification, InvalidPlanError, Plan, check, load, sensitivity
from identcheck.plan.sensitivity.result import STEP, THIRD, UNSEEN
from identcheck.report.blocks import Report, Tabular, walked
from identcheck.report.sections import report_of
from identcheck.report.writers.render import FORMATS, render
from identcheck.report.writers.save import picture_folder
from tests.report.contexts import marked, nasty
from tests.report.readers import Page, assert_harmless, lint, overfull, plain
from tests.report.sample import report
from tests.report.sample_numbers import numbers, picture, table
from tests.terminal import run
from tests.tools import REPOSITORY, require_program

EXAMPLE = REPOSITORY / "examples" / "moving_to_opportunity.toml"
TINY = """
graph = "T -> M -> Y"
treatment = "T"
outcome = "Y"
[plan]
sites = 40
"""


def sample(format: str) -> Report:
    made = numbers(picture()) if format in ("html", "latex") else numbers()
    return replace(report(), sections=(report()["graph"], made, report()["references"]))


@pytest.fixture(scope="module")
def found() -> Identification:
    return check(load(EXAMPLE))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.from_toml(EXAMPLE)


@pytest.mark.parametrize("format", FORMATS)
def test_every_text_is_shown(format: str) -> None:
    made, marks = marked(base=sample(format))
    shown = re.sub(r"\s+", "", render(made, format)).casefold()
    hidden = {made.version}  # in the subtitle, which has a mark of its own here
    hidden |= {figure.description for figure in made.blocks("figure")} if format == "latex" else set()
    assert [mark for mark in marks if mark not in shown and mark not in hidden] == []


@pytest.mark.parametrize("format", FORMATS)
def test_without_a_plan_nothing_is_said_of_numbers(format: str, found: Identification) -> None:
    made = found.render(format)
    assert "Design in numbers" not in made
    assert 'id="numbers"' not in made


def test_html_is_literal_and_names_its_pictures() -> None:
    made, texts = nasty(base=sample("html"))
    page = Page(render(made, "html"))
    assert_harmless(page)
    pictures = [attributes for name, attributes in page.elements if name == "svg" and "role" in attributes]
    shown = page.text + plain(" ".join(str(a.get("aria-label")) for a in pictures))
    assert [text for text in texts if plain(text) not in shown and text != made.version] == []
    assert ("g", {"id": "figure-power-1"}) in page.elements


def test_html_tables_have_captions_and_headings() -> None:
    page = Page(render(sample("html"), "html"))
    names = [name for name, _ in page.elements]
    assert names.count("caption") == 1
    assert all("scope" in attributes for name, attributes in page.elements if name == "th")
    cells = plain(" ".join(page.words))
    assert "total(v, y) 0.109 8 alone its true value is anticipated" in cells
    assert "direct(np, y) infinite more persons" in cells  # no sites needed: an empty cell


def test_latex_compiles_with_any_text_and_without_faults(tmp_path: Path) -> None:
    place = tmp_path / "trial_figures" / "power.pdf"
    place.parent.mkdir()
    place.write_bytes(picture().pdf())
    assert overfull(lint(render(sample("latex"), "latex"), tmp_path)) == []
    made, _ = nasty(base=sample("latex"))
    lint(render(made, "latex"), tmp_path, most=1)


def test_markdown_tables_are_whole() -> None:
    made, _ = nasty(base=sample("markdown"))
    lines = render(made, "markdown").splitlines()
    rows = [re.sub(r"\\.", "", line) for line in lines if line.startswith("|")]
    assert {row.count("|") for row in rows[:4]} == {6}


@pytest.mark.parametrize("format", ["text", "markdown", "html", "latex"])
def test_columns_without_entries_are_left_out(format: str) -> None:
    bare = replace(table(), rows=tuple((*row[:3], "", row[4]) for row in table().rows))
    shown = [render(replace(report(), sections=(numbers(shown=t),)), format) for t in (table(), bare)]
    assert ["Way" in text for text in shown] == [True, False]


def test_json_has_the_numbers_as_they_are() -> None:
    (data,) = tables(render(sample("json"), "json"))
    assert data["rows"][0] == {"effect": "total(V, Y)", "se": 0.10949, "sites": 8, "way": "alone",
                                "note": "its true value is anticipated"}  # fmt: skip
    assert data["rows"][1]["se"] == "Infinity"
    pictured = replace(report(), sections=(numbers(picture()),))
    assert "svg" not in render(pictured, "json")


def within(value: Any, kind: str) -> list[Any]:
    """Every block of a kind in JSON, at any depth."""
    if isinstance(value, list):
        return [found for item in value for found in within(item, kind)]
    if not isinstance(value, dict):
        return []
    here = [value] if value.get("kind") == kind else []
    return here + within(list(value.values()), kind)


def tables(text: str, key: str = "") -> list[Any]:
    (data,) = (s for s in json.loads(text)["sections"] if s["id"] == "numbers")
    return [t["table"] for t in within(data, "table") if key in ("", t["table"]["key"])]


# -- from a plan ---------------------------------------------------------------------


def test_the_sentences_agree_with_the_tables(found: Identification, plan: Plan) -> None:
    made = found.render("json", plan)
    rows = {table["key"]: table["rows"] for table in tables(made)}
    data = next(s for s in json.loads(made)["sections"] if s["id"] == "numbers")
    effects = [block for block in within(data, "paragraph") if block["term"]]
    said = {effect["term"].rpartition(", d")[2]: effect["text"] for effect in effects}
    row = next(r for r in rows["precision"] if r["effect"] == "direct(V, Y)")
    text = said["irect(V, Y)"]
    assert f"a standard error of {row['se']:.3f}" in text
    assert row["sites"] is row["persons"] is None
    assert row["note"] == "more sites do not take the bias away"
    assert "more sites would give power 0.8, but leave a bias of 0.25 standard errors or more" in text
    assert "alone would not do both either" in text
    assert "takes" not in text
    assert "weak" in text
    value = next(r for r in rows["robustness"] if r["effect"] == "direct(V, Y)")["single"]
    assert f"a correlation of {value:.2f}" in text
    assert "not even a correlation of 1" in said["irect(V, NP)"]


def test_all_inputs_are_listed_with_sources_and_defaults(found: Identification, plan: Plan) -> None:
    made = found.render("json", plan)
    (rows,) = (table["rows"] for table in tables(made, "inputs"))
    assert all(row["source"] for row in rows)
    assert {row["default"] for row in rows} == {"", "default"}
    assert f"{len(rows)} numbers, {sum(row['default'] != '' for row in rows)} of them defaults" in made


def test_every_condition_is_in_json_and_the_strongest_in_print() -> None:
    name = REPOSITORY / "examples" / "welfare_to_work.toml"
    result, planned = check(load(name)), Plan.from_toml(name)
    effects = sensitivity(result.design, planned).effects
    moves = sum(move.unit != THIRD or abs(STEP * move.slope) >= UNSEEN for e in effects for move in e.moves)
    assert 0 < moves < sum(len(effect.moves) for effect in effects)
    made = tables(result.render("json", planned), "conditions")
    assert sum(len(table["rows"]) for table in made) == moves
    shown = result.render("text", planned, full=True)
    assert ("more moments shift it less" in shown) == (max(len(t["rows"]) for t in made) > 40)


def test_none_values_have_words() -> None:
    """No effect at all, or no strategy: nothing is said that has no value."""
    design = Design(load(EXAMPLE).graph, treatment="offer", outcome="Y", sites=5)
    arrows = {("V", "Y"): {"mean": 0.0}, ("NP", "Y"): {"mean": 0.0}}
    text = " ".join(
        check(design)
        .render("text", Plan(arrows={k: Arrow(**v) for k, v in arrows.items()}), full=True)
        .split()
    )
    assert "Its true value is taken to be 0 (SD of Y per SD of V)." in text
    assert "As it is 0, there is nothing for a test to find." in text
    assert "None" not in text.partition("Design in numbers")[2]


def test_the_short_report_has_the_numbers_that_decide(found: Identification, plan: Plan) -> None:
    made = report_of(found, plan)
    keys = [block.table.key for block in walked(made["numbers"].blocks) if isinstance(block, Tabular)]
    assert keys == ["outlook", "robustness"]
    assert "robustness" in keys
    assert not {"inputs", "bias", "conditions", "compliances"} & set(keys)
    assert made.blocks("figure") == ()
    full = report_of(found, plan, full=True)
    assert {"inputs", "bias"} <= {b.table.key for b in full.blocks("table") if isinstance(b, Tabular)}


def test_impossible_plans_are_refused(found: Identification) -> None:
    with pytest.raises(InvalidPlanError):
        found.render("text", Plan(treated=2.0))


def test_trials_add_sections(found: Identification, plan: Plan) -> None:
    text = found.render("text", plan, trials=50)
    assert "In simulated trials" in text
    assert "Estimators in 50 simulated trials" in text
    assert "What the scatter of site effects could show" in text
    assert "In simulated trials" not in found.render("text", plan)


def test_without_matplotlib_there_is_a_word(
    found: Identification, plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = found.render("html", plan, full=True)
    assert "pip install &#x27;identcheck[plots]&#x27;" in page or "pip install 'identcheck[plots]'" in page
    assert page.count("<svg") == 2  # the graph, on the first page and in the appendix
    found.save(tmp_path / "a.tex", plan, full=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tex"]


def test_pictures_are_beside_the_latex(found: Identification, plan: Plan, tmp_path: Path) -> None:
    found.save(tmp_path / "my trial #1.tex", plan, full=True)
    source = (tmp_path / "my trial #1.tex").read_text(encoding="utf-8")
    files = re.findall(r"\\includegraphics\[[^]]*\]\{([^}]*)\}", source)
    assert len(files) == 6
    assert (
        {Path(file).parent.name for file in files}
        == {picture_folder("my trial #1.tex")}
        == {"my-trial-1_figures"}
    )
    assert all((tmp_path / file).read_bytes().startswith(b"%PDF") for file in files)
    assert "includegraphics" not in found.render("latex", plan, full=True)
    assert "saved as a .tex or .pdf file it has them" in found.render("latex", plan, full=True)


def test_html_of_a_plan_is_harmless_and_the_same_every_time(found: Identification, plan: Plan) -> None:
    made = found.render("html", plan, full=True)
    page = Page(made)
    assert_harmless(page)
    assert made == found.render("html", plan, full=True)
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    used = set(re.findall(r"url\(#([^)]*)\)", made))
    assert used <= set(identifiers)
    pictures = [a for name, a in page.elements if name == "svg" and a.get("aria-label")]
    assert len(pictures) == 12  # six, and each once more for narrow screens
    assert all(a["role"] == "img" for a in pictures)


def test_a_plan_of_defaults_has_every_picture() -> None:
    design = Design(load(EXAMPLE).graph, treatment="offer", outcome="Y")
    made = check(design).render("html", Plan(), full=True)
    for name in ("scatter", "bias-budget", "bias-contours", "power"):
        assert f'id="figure-{name}-1"' in made


def test_a_pdf_has_the_pictures(tmp_path: Path) -> None:
    require_program("latexmk", "pdflatex")
    (tmp_path / "tiny.toml").write_text(TINY)
    found, plan = check(load(tmp_path / "tiny.toml")), Plan.from_toml(tmp_path / "tiny.toml")
    (tmp_path / "tiny.toml").unlink()
    found.save(tmp_path / "a.pdf", plan, full=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    found.save(tmp_path / "b.pdf", full=True)
    sizes = [len((tmp_path / name).read_bytes()) for name in ("a.pdf", "b.pdf")]
    assert sizes[0] > sizes[1] + 30_000


# -- command line --------------------------------------------------------------------


def test_the_command_uses_the_plan_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.toml").write_text(TINY)
    Path("bare.toml").write_text(TINY.partition("[plan]")[0])
    assert "Design in numbers" in run("report", "t.toml").stdout
    assert "Design in numbers" not in run("report", "t.toml", "--no-numbers").stdout
    assert "Design in numbers" not in run("report", "bare.toml").stdout
    assert "In simulated trials" in run("report", "t.toml", "--simulate", "20").stdout
    for arguments in (("bare.toml",), ("t.toml", "--no-numbers")):
        refused = run("report", *arguments, "--simulate", "20")
        assert refused.exit_code == 2
        assert "--simulate adds to the part on numbers" in " ".join(refused.stderr.split())
    Path("wrong.toml").write_text(TINY + "treated = 3\n")
    assert run("report", "wrong.toml").exit_code == 2
