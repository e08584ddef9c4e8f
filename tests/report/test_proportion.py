"""Reports say what is known in proportion: worlds, mends, derivations where they fit, counts where they do not."""

import json
import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from identcheck import Design, Identification, check, compliance, direct, itt, total
from identcheck.decide.identification import distinct
from identcheck.report.blocks import Assumption, Derivation, Report, Strategies, Tabular, Verdict
from identcheck.report.sections import report_of
from identcheck.report.writers.render import FORMATS, render
from tests.paper import designs

HEAD = '\ntreatment = "T"\noutcome = "Y"\nsites = {sites}\n'
CONSTANT = '[varies]\n"V -> NP" = "none"\n'
WRITTEN = [format for format in FORMATS if format != "json"]


def designed(graph: str, sites: int = 5, more: str = "") -> Design:
    return Design.from_text(f'graph = "{graph}"{HEAD.format(sites=sites)}{more}')


def verdicts(report: Report, verdict: str) -> list[Verdict]:
    """The groups of effects with a verdict."""
    return [b for b in report.blocks("verdict") if isinstance(b, Verdict) and b.verdict == verdict]


def strategies(report: Report) -> list[Strategies]:
    return [block for block in report.blocks("strategies") if isinstance(block, Strategies)]


def derivations(report: Report) -> list[Derivation]:
    return [block for block in report.blocks("derivation") if isinstance(block, Derivation)]


def rows(report: Report, id: str) -> list[tuple[object, ...]]:
    """The rows of all tables of a section, each after the title of its table."""
    tables = [block.table for block in report[id].blocks if isinstance(block, Tabular)]
    return [(table.title, *row) for table in tables for row in table.rows]


def squeezed(text: str) -> str:
    for written, meant in (
        ("\\ensuremath{\\rightarrow}", "->"),
        ("\\ensuremath{-}", "-"),
        ("\\textgreater{}", ">"),
        ("{>}", ">"),
        ("\\icbreak{}", ""),
        ("-{}", "-"),
        ("{-}", "-"),
        ("\\", ""),
        ("&gt;", ">"),
        ("\u2192", "->"),
        ("\u2212", "-"),
    ):
        text = text.replace(written, meant)
    return " ".join(text.split()).casefold()


@cache
def not_identified() -> Identification:
    return check(designed("T -> V -> NP -> Y; V -> Y", more=CONSTANT), "all")


@cache
def figure_1() -> Identification:
    return check(designed("T -> {M1 M2} -> Y; M1 -> M2"))


@cache
def large(full: bool = True) -> Report:
    """Thirty mediators; only the questions about the outcome's own equation, which are quick to answer."""
    names = [f"M{k}" for k in range(1, 31)]
    graph = "; ".join(
        [f"T -> {{{' '.join(names)}}} -> Y"] + [f"M{k} -> {{{' '.join(names[k:])}}}" for k in range(1, 30)]
    )
    result = check(designed(graph, sites=32))
    asked = [*(direct(m, "Y") for m in names), *(compliance(m) for m in names), itt()]
    vars(result)["findings"] = tuple(result[estimand] for estimand in asked)
    return report_of(result, full=full)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_not_identified_comes_with_two_worlds_and_what_would_mend_it(format: str) -> None:
    report = report_of(not_identified(), full=True)
    (question,) = verdicts(report, "not identified")
    shown = squeezed(render(report, format))
    (worlds,) = question.witnesses
    assert squeezed(worlds.sentence) in shown
    assert "both worlds would give you these data" in shown
    assert all(squeezed(row[0]) in shown for row in worlds.rows)
    assert question.mends
    assert all(squeezed(mend.change) in shown for mend in question.mends)


def test_the_table_of_two_worlds_is_that_of_the_worlds() -> None:
    """The effects shown are those of the finding, and the two answers those of its witness."""
    result = not_identified()
    (question,) = verdicts(report_of(result, full=True), "not identified")
    (worlds,) = question.witnesses
    finding = next(f for f in result.findings if f.verdict.value == "not identified")
    witness = finding.witness()
    assert witness is not None
    effects = [f for f in distinct(result.findings) if f.estimand.kind != "mediated"]
    refuted = [f.words for f in effects if f.verdict.value == "not identified"]
    answers = dict(zip(refuted, worlds.effects, strict=True))
    assert answers[finding.words] == (finding.words, *map(str, witness.values))
    for words, first, second in worlds.effects:
        assert Fraction(first) != Fraction(second), words
    rows = {row[0]: row[1:] for row in worlds.rows}
    observed = {str(site["T", "Y"]) for site in witness.first.observed()}
    assert set(rows["effect of T on Y"]) == observed
    assert ("no analysis of such data" in worlds.note) == witness.uniform


def test_one_pair_of_worlds_serves_two_effects() -> None:
    (question,) = verdicts(report_of(not_identified(), full=True), "not identified")
    assert len(question.effects) == 2
    assert len(question.witnesses) == 1


def test_persons_who_differ_have_a_value_each() -> None:
    """From the values in the table follow the effect of treatment and the answer in either world."""
    result = check(designed("T -> M -> Y"), ["vii", "ix"])
    witness = result[direct("M", "Y")].witness()
    assert witness is not None
    assert not witness.uniform
    (question,) = verdicts(report_of(result, full=True), "conditional")
    (worlds,) = question.witnesses
    assert "those of the 2 persons" in worlds.note
    assert "no analysis" not in worlds.note
    rows = {row[0]: [list(map(Fraction, cell.split(", "))) for cell in row[1:]] for row in worlds.rows}
    kinds = len(worlds.columns) - 1
    alike = [[Fraction(1, kinds)]] * kinds
    weights = [weight for (weight,) in rows.get("share of the sites", alike)]
    for which, answer in zip(("first", "second"), witness.values, strict=True):
        upper, lower = rows["T -> M, both worlds"], rows[f"M -> Y, {which} world"]
        both = [[(a, b[i % len(b)]) for i, a in enumerate(up)] for up, b in zip(upper, lower, strict=True)]
        reached = [sum(a * b for a, b in site) / len(site) for site in both]
        assert reached == [effect for (effect,) in rows["effect of T on Y"]]
        average = [sum(b for _, b in site) / len(site) for site in both]
        assert sum(w * x for w, x in zip(weights, average, strict=True)) == answer


@pytest.mark.parametrize("format", FORMATS)
def test_what_was_granted_does_not_suffice(format: str) -> None:
    report = report_of(check(figure_1().design, ["vi"]), full=True)
    shown = squeezed(render(report, format))
    conditional = verdicts(report, "conditional")
    assert conditional
    assert all(len(q.witnesses) == 1 for q in conditional)
    assert all(squeezed(q.witnesses[0].sentence) in shown for q in conditional)
    assert "what was granted does not suffice" in shown


@pytest.mark.parametrize("format", WRITTEN)
def test_both_routes_to_a_total_effect_are_shown(format: str) -> None:
    """Footnote 4 of the paper: the total effect of M1 in Figure 1, by one regression or composed of two."""
    report = report_of(figure_1(), full=True)
    (entry,) = [e for e in strategies(report) if e.effects[0].key == "total(M1, Y)"]
    assert len(entry.strategies) == len(figure_1()[total("M1", "Y")].strategies) == 2
    composed = entry.strategies[1]
    assert len(composed.parts) == 3
    shown = squeezed(render(report, format))
    assert squeezed(composed.name) in shown
    assert all(squeezed(part) in shown for part in composed.parts)


def test_every_derivation_that_is_referred_to_exists_and_its_numerals_too() -> None:
    for report, numerals in ((report_of(figure_1(), full=True), figure_1().design.numerals), (large(), None)):
        labels = [d.label for d in derivations(report)]
        assert len(set(labels)) == len(labels)
        used = {way.derivation for e in strategies(report) for way in e.strategies} - {""}
        assert used <= set(labels)
        assert used
        for derivation in derivations(report):
            assert [step.number for step in derivation.steps] == [
                str(n + 1) for n in range(len(derivation.steps))
            ]
            for step in derivation.steps:
                named = step.numerals.replace("(", "").replace(")", "").replace(" and", ",").split(", ")
                known = numerals or [
                    a.numeral for a in report.blocks("assumption") if isinstance(a, Assumption)
                ]
                assert {name for name in named if name} <= set(known)


@pytest.mark.parametrize("format", FORMATS)
def test_every_step_of_a_derivation_is_shown(format: str) -> None:
    report = report_of(figure_1(), full=True)
    shown = squeezed(render(report, format))
    for derivation in derivations(report):
        assert squeezed(derivation.heading) in shown
        assert all(squeezed(step.reason) in shown for step in derivation.steps)


def of_kind(data: Any, kind: str) -> list[dict[str, Any]]:
    """Every block of a kind in the JSON of a report, in order."""
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    found = [data] if isinstance(data, dict) and data.get("kind") == kind else []
    return found + [block for item in items for block in of_kind(item, kind)]


def test_json_has_strategies_derivations_worlds_and_mends() -> None:
    data: dict[str, Any] = json.loads(render(report_of(not_identified(), full=True), "json"))
    (verdict,) = [v for v in of_kind(data, "verdict") if v["verdict"] == "not identified"]
    assert {"witnesses", "mends", "mends_note"} <= set(verdict)
    entry = of_kind(data, "strategies")[0]
    assert {"name", "state", "open", "sites", "varying", "derivation"} <= set(entry["strategies"][0])
    step = of_kind(data, "derivation")[0]["steps"][0]
    assert {"number", "equation", "like", "reason", "numerals"} <= set(step)


@pytest.mark.parametrize(
    ("format", "full", "lines", "kilobytes"),
    [
        ("text", False, 300, 20),
        ("html", False, 2000, 150),
        ("text", True, 900, 60),
        ("html", True, 3500, 350),
    ],
)
def test_thirty_mediators_make_a_report_of_a_usable_size(
    format: str, full: bool, lines: int, kilobytes: int
) -> None:
    shown = render(large(full), format)
    assert shown.count("\n") < lines
    assert len(shown) < 1000 * kilobytes


def test_the_first_page_of_thirty_mediators_names_the_outcome_and_counts_the_others() -> None:
    (table,) = [b.table for b in large(full=False)["first"].blocks if isinstance(b, Tabular)]
    assert table.rows[0][0] == "T \u2192 M1, M2, M3 and 27 more"
    assert re.search(r"And 2\d more effects; name those that matter with the key primary\.", table.note)


def test_thirty_mediators_are_counted_not_listed() -> None:
    report = large()
    shown = squeezed(render(report, "text"))
    assert "435 arrows between mediators in all" in shown
    assert "and 27 more: 30 arrows from mediators to y in all" in shown
    counts = [block.table for block in report["expansions"].blocks if isinstance(block, Tabular)]
    assert [table.key for table in counts] == ["counts"]
    _, _, order, count = counts[0].rows[0]
    assert order == "2"
    assert int(str(count).replace(",", "")) > 435
    assert max(len(v.effects) for v in report.blocks("verdict") if isinstance(v, Verdict)) <= 12


@pytest.mark.parametrize("figure", [designs.figure_1(), designs.figure_2()])
def test_conditions_in_the_main_part_are_one_row_for_each_numeral_and_regression(figure: Design) -> None:
    report = report_of(check(figure), full=True)
    keys = [
        (title, numeral, equation, status, words)
        for title, numeral, equation, _, words, status in rows(report, "conditions")
    ]
    assert len(set(keys)) == len(keys)
    assert len(keys) <= len(rows(report, "expansions"))
