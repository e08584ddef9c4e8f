"""What users of Python expect: collections, text for estimands, short reprs, pages that fit, clear errors, tables."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import pytest

import identcheck as ic
from identcheck import plots
from identcheck.basics import options
from identcheck.describe.declarations import LEVELS
from identcheck.describe.validation.values import AVERAGES, SCALES, WEIGHTS
from identcheck.formats import FORMATS as DESIGN_FORMATS
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.simulation.trials import EVERY
from identcheck.report.code import LANGUAGES
from identcheck.report.documents import PURPOSES
from identcheck.report.writers.render import FORMATS
from identcheck.tables.table import Table, table_of
from tests.drawn import FIGURE_1, FIGURE_2, drawn

SPACED = nx.DiGraph(
    [
        ("offer", "use of voucher"),
        ("use of voucher", "own health"),
        ("offer", "advice"),
        ("advice", "own health"),
    ]
)
DESIGN = drawn(FIGURE_2, sites=5, title="A trial")
PLAN = ic.Plan(sites=20, persons=50)
RESULT = ic.check(DESIGN)
ALL = ic.check(DESIGN, "all")
FEW = ic.check(drawn("T -> {M1 M2 M3} -> Y", sites=2))


def large(mediators: int = 20) -> ic.Design:
    names = [f"mediator number {number}" for number in range(mediators)]
    graph = nx.DiGraph([("T", name) for name in names] + [(name, "Y") for name in names])
    return ic.Design(graph, treatment="T", outcome="Y", sites=10)


class TestCollection:
    def test_iteration_and_length_are_over_findings(self):
        assert list(RESULT) == list(RESULT.findings)
        assert len(RESULT) == len(RESULT.findings) == 10
        assert RESULT

    @pytest.mark.parametrize(
        "asked",
        [
            "total V Y",
            "total(V, Y)",
            ic.total("V", "Y"),
            "itt",
            ic.path("T", "V", "Y"),
            "average T Y avoiding V",
        ],
        ids=str,
    )
    def test_in_is_whether_it_can_be_asked(self, asked):
        assert asked in RESULT
        assert RESULT[asked].verdict in ic.Verdict

    @pytest.mark.parametrize(
        "asked",
        ["nonsense", "total V Q", ic.direct("V", "V"), ic.path("T", "Y"), "", None, 5, ("V", "Y")],
        ids=str,
    )
    def test_not_in(self, asked):
        assert asked not in RESULT
        with pytest.raises(KeyError):
            RESULT[asked]

    def test_a_finding_is_in_its_own_result(self):
        assert all(finding in RESULT for finding in RESULT)
        assert ALL[ic.total("V", "Y")] not in RESULT

    def test_verdicts_by_text(self):
        assert RESULT.verdicts["total(V, Y)"] is ic.Verdict.CONDITIONAL
        assert list(RESULT.verdicts) == [str(finding.estimand) for finding in RESULT]
        assert all(RESULT[text].verdict is verdict for text, verdict in RESULT.verdicts.items())
        assert set(ALL.verdicts.values()) == {"identified"}


class TestEstimandsAsText:
    @pytest.mark.parametrize(
        ("text", "estimand"),
        [
            ("total V Y", ic.total("V", "Y")),
            ("direct(V, Y)", ic.direct("V", "Y")),
            ("compliance NP", ic.compliance("NP")),
            ("path T V NP Y", ic.path("T", "V", "NP", "Y")),
            ("average V Y avoiding NP", ic.average("V", "Y", ["NP"])),
            ("itt", ic.itt()),
        ],
    )
    def test_of_a_result(self, text, estimand):
        assert RESULT[text] is RESULT[estimand]

    @pytest.mark.parametrize(
        "text",
        [
            "total use of voucher own health",
            "total(use of voucher, own health)",
            'total "use of voucher" own health',
        ],
    )
    def test_names_of_several_words(self, text):
        result = ic.check(ic.Design(SPACED, treatment="offer", outcome="own health", sites=5))
        assert result[text] is result[ic.total("use of voucher", "own health")]

    def test_of_mends_and_robustness(self):
        result = FEW
        asked = ic.direct("M1", "Y")
        assert result.mends("direct M1 Y") == result.mends(asked) == ic.mends(result, "direct(M1, Y)")
        assert result.mends(asked)
        found = ic.robustness(ALL)
        assert found.shifts("total V Y") == found.shifts(ic.total("V", "Y"))

    def test_of_numbers(self):
        text, asked = "direct V Y", ic.direct("V", "Y")
        diagnosis = ic.diagnose(DESIGN, PLAN, [text, asked, "total V Y"])
        assert [effect.question.estimand for effect in diagnosis.effects] == [asked, ic.total("V", "Y")]
        assert diagnosis[text] is diagnosis[asked]
        sensitivity = ic.sensitivity(DESIGN, PLAN, [text])
        assert sensitivity[text] is sensitivity[asked]
        axes = (("arrows.T -> V.mean", [0.4, 0.5]), ("arrows.V -> Y.mean", [0.1, 0.2]))
        assert ic.contour(DESIGN, PLAN, text, *axes).estimand == asked
        simulation = ic.simulate(DESIGN, PLAN, 20, estimands=[text])
        assert simulation.row(text) is simulation.row(asked, "2SLS")
        sweep = ic.sweep(DESIGN, PLAN, {"sites": [10]}, 10, estimands=[text], workers=1)
        assert {row["estimand"] for row in sweep.table.records()} == {"direct(V, Y)"}

    def test_of_documents(self):
        shown = [
            ic.check(DESIGN).render("text", document=ic.Document("preregistration", effects=[asked]))
            for asked in ("direct V Y", ic.direct("V", "Y"))
        ]
        assert shown[0] == shown[1]

    def test_of_pictures(self):
        pytest.importorskip("matplotlib")
        diagnosis = ic.diagnose(DESIGN, PLAN)
        assert plots.compliance_scatter(diagnosis, "total V Y")
        assert plots.power_curves(diagnosis, "total V Y")
        assert plots.sensitivity_bars(ic.sensitivity(DESIGN, PLAN), "total V Y")
        assert plots.sampling_distributions(ic.simulate(DESIGN, PLAN, 20), "total V Y")


class TestUnknownEstimand:
    diagnosis = ic.diagnose(DESIGN, PLAN, ["direct V Y"])
    sensitivity = ic.sensitivity(DESIGN, PLAN, ["direct V Y"])
    simulation = ic.simulate(DESIGN, PLAN, 20, estimands=["direct V Y"])

    @pytest.mark.parametrize(
        "asked", ["totall V Y", "total V Q", ic.total("V", "Q"), "direct V", "total V V", None, 7]
    )
    def test_one_error_that_is_a_key_error_and_reads_well(self, asked):
        for ask in (
            lambda: RESULT[asked],
            lambda: RESULT.mends(asked),
            lambda: self.diagnosis[asked],
            lambda: self.sensitivity[asked],
            lambda: self.simulation.row(asked),
            lambda: ic.diagnose(DESIGN, PLAN, [asked]),
        ):
            with pytest.raises(ic.UnknownEstimandError) as caught:
                ask()
            assert isinstance(caught.value, KeyError)
            assert isinstance(caught.value, ic.InvalidQuestionError)
            assert caught.value.problems
            assert not str(caught.value).startswith(("'", '"'))
            assert "\\n" not in str(caught.value)

    def test_what_was_worked_out_is_named(self):
        for ask in (lambda: self.diagnosis["total V Y"], lambda: self.sensitivity["total V Y"]):
            with pytest.raises(KeyError, match=r"for total\(V, Y\); it has direct\(V, Y\)"):
                ask()
        with pytest.raises(
            KeyError, match=r"no OLX of direct\(V, Y\) was simulated; there is 2SLS of direct"
        ):
            self.simulation.row("direct V Y", "OLX")

    def test_an_unknown_node_has_its_name_and_survives_a_copy(self):
        with pytest.raises(ic.UnknownVariableError, match="no variable 'Q'") as caught:
            RESULT["total V Q"]
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (copy.name, copy.known, str(copy)) == (
            caught.value.name,
            caught.value.known,
            str(caught.value),
        )
        assert copy.problems == caught.value.problems


def test_an_unknown_effect_is_one_traceback():
    with pytest.raises(ic.UnknownEstimandError) as caught:
        RESULT["total X Y"]
    assert caught.value.__context__ is None


class TestShown:
    def test_a_printed_finding_says_what_the_rank_needs(self):
        said = " ".join(str(RESULT["direct V Y"]).split())
        assert "(ix) T changes V and NP in different proportions from site to site." in said

    def test_reprs(self):
        finding = RESULT["direct NP Y"]
        assert repr(finding) == "<Finding direct(NP, Y): conditional>"
        assert repr(RESULT) == '<Identification "A trial": 3 identified, 4 conditional>'
        assert (
            repr(finding.best)
            == "<Strategy site effects on Y regressed on those on V and NP, through the origin>"
        )
        assert repr(finding.missing[0]).startswith("<Condition (vi) Within each site, the effect of T on V")
        assert repr(RESULT.assumptions[5]).startswith("<Assumption (vi) ")
        assert repr(finding.witness()).startswith("<Witness direct(NP, Y): ")
        assert repr(PLAN) == "<Plan: sites 20, persons 50, numbers for 0 arrows>"

    @pytest.mark.parametrize(
        "made",
        [
            lambda: RESULT,
            lambda: RESULT["total V Y"],
            lambda: RESULT["total V Y"].best,
            lambda: ic.check(drawn(FIGURE_1), "all")["total M1 Y"].strategies[-1],
            lambda: RESULT["total V Y"].witness(),
            lambda: RESULT["total V Y"].witness().first,
            lambda: PLAN,
            lambda: ic.anticipate(DESIGN, PLAN),
            lambda: ic.diagnose(DESIGN, PLAN),
            lambda: ic.diagnose(DESIGN, PLAN).effects[0],
            lambda: ic.diagnose(DESIGN, PLAN).tables[0],
            lambda: ic.sensitivity(DESIGN, PLAN),
            lambda: ic.sensitivity(DESIGN, PLAN).effects[0],
            lambda: ic.simulate(DESIGN, PLAN, 20),
            lambda: ic.simulate(DESIGN, PLAN, 20).rows[0],
            lambda: ic.sweep(DESIGN, PLAN, {"sites": [5]}, 5, workers=1),
            lambda: ic.falsify(DESIGN, PLAN, 20),
            lambda: RESULT.compare(ALL),
            lambda: ALL.robustness(),
            lambda: ALL.robustness().arrows[0],
            lambda: FEW.mends("direct M1 Y")[0],
            lambda: large(),
            lambda: ic.check(large()),
        ],
    )
    def test_a_repr_is_a_line_and_says_what_it_is(self, made: Callable[[], object]):
        value = made()
        said = repr(value)
        assert said.startswith("<")
        assert said.endswith(">")
        assert "\n" not in said
        assert len(said) < 200
        assert " object at 0x" not in said + str(value)

    def test_conditions_of_every_kind(self):
        results = [
            ic.check(drawn(text, sites=5))
            for text in (FIGURE_1, FIGURE_2, "T -> {M Y}; M -> Y", "T -> M -> Y")
        ]
        every = {c for r in results for f in r for s in f.strategies for c in s.conditions}
        assert len({type(c) for c in every}) >= 6
        assert all(repr(c).startswith("<Condition ") and len(repr(c)) < 120 for c in every)
        assert all(str(c) == c.statement for c in every)

    def test_an_estimand_is_made_again_by_its_repr(self):
        asked = ic.average("V", "Y", ["NP"])
        assert eval(repr(asked), {"Estimand": ic.Estimand}) == asked

    def test_a_finding_in_a_few_lines(self):
        said = str(RESULT["direct NP Y"]).splitlines()
        assert said[0] == "direct(NP, Y): conditional"
        assert said[1] == "  The effect of NP on Y."
        assert "  Missing, in plain words:" in said
        assert any(line.startswith("    (vi)   Within a site, persons for whom T changes") for line in said)
        assert max(map(len, said)) <= 100
        assert all(len(str(finding).splitlines()) < 25 for finding in (*RESULT, *ALL, *FEW))

    def test_an_effect_that_the_graph_makes_zero(self):
        finding = ic.check(drawn(FIGURE_2))["direct T Y"]
        assert str(finding).splitlines()[0] == "direct(T, Y): zero by the graph"

    def test_an_assumption_in_a_few_lines(self):
        for assumption in RESULT.assumptions:
            said = str(assumption)
            assert said.startswith(f"({assumption.numeral}) {assumption.title}: {assumption.status}\n  ")
            assert assumption.statement.split()[-1] in said
        argued = ic.check(
            ic.Design(DESIGN.graph, treatment="T", outcome="Y", justifications={"ii": "It was blind."})
        )
        assert str(argued.assumptions[1]).endswith("Your argument: It was blind.")


class TestPage:
    def test_it_is_the_answer_and_not_the_report(self):
        said = str(RESULT)
        lines = said.splitlines()
        assert lines[0] == "A trial"
        assert lines[1] == "7 effects, granting nothing: 3 identified, 4 conditional"
        assert "  conditional     direct(NP, Y)   missing: (vi), (vii) and (ix)" in lines
        assert "save('report.pdf')" in lines[-1]
        assert len(lines) < 40
        assert len(set(lines[2:])) > len(lines) - 8  # but for empty ones nothing is said twice
        assert said != RESULT.render("text")

    def test_identified_effects_say_what_they_rest_on(self):
        assert (
            "  identified      direct(NP, Y)   rests on (ii), (vi), (vii) and (ix)" in str(ALL).splitlines()
        )

    @pytest.mark.parametrize(
        "made", [lambda: large(), lambda: large(60), lambda: drawn("T -> {M1 M2 M3} -> Y", sites=1)]
    )
    def test_it_fits_on_a_page(self, made):
        lines = str(ic.check(made())).splitlines()
        assert len(lines) <= 60
        assert max(map(len, lines)) <= 130

    def test_of_many_effects_those_in_doubt_come_first(self):
        result = ic.check(large(), ["vi"])
        lines = str(result).splitlines()
        assert lines[3].split()[0] != "identified"
        assert "more: result.to_frame() has all of them" in "\n".join(lines)

    def test_no_template_is_needed(self):
        code = (
            "import sys; sys.modules['jinja2'] = None; import identcheck as ic; "
            'd = ic.Design.from_text(\'graph = "T -> M -> Y"\\ntreatment = "T"\\noutcome = "Y"\'); '
            "r = ic.check(d); print(r); print(r['total M Y']); print(repr(r), r.records()[0]['effect'])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "<Identification: " in done.stdout


class TestTables:
    def test_of_a_result(self):
        records = RESULT.records()
        assert [row["effect"] for row in records] == list(RESULT.verdicts)
        assert list(records[0]) == ["effect", "words", "verdict", "rests_on", "missing"]
        assert records[0]["words"] == RESULT.findings[0].words
        assert records[0]["verdict"] == "conditional"
        assert type(records[0]["verdict"]) is str
        assert records[0]["missing"] == "(vi), (vii) and (ix)"
        (itt,) = (row for row in records if row["effect"] == "itt()")
        assert itt | {"words": ""} == {
            "effect": "itt()", "words": "", "verdict": "identified", "rests_on": "(i), (viii)", "missing": ""
        }  # fmt: skip

    @pytest.mark.parametrize(
        "made",
        [
            lambda: RESULT,
            lambda: RESULT.compare(ALL),
            lambda: ic.check(drawn("T -> M -> Y", sites=5)).compare(RESULT),
            lambda: ALL.robustness(),
            lambda: FEW.mends("direct M1 Y"),
            lambda: RESULT.mends("itt"),
            lambda: ic.diagnose(DESIGN, PLAN).tables[0],
            lambda: ic.simulate(DESIGN, PLAN, 20).table,
        ],
    )
    def test_as_a_frame(self, made):
        pandas = pytest.importorskip("pandas")
        value = made()
        frame, records = value.to_frame(), value.records()
        assert isinstance(frame, pandas.DataFrame)
        assert len(frame) == len(records)
        table = value if isinstance(value, Table) else value.table
        assert list(frame.columns) == [column.key for column in table.columns]
        assert all(list(row) == list(frame.columns) for row in records)
        assert all(column.meaning for column in table.columns)
        assert str(table)
        assert table.csv()

    def test_what_they_say(self):
        changes = {row["effect"]: row for row in RESULT.compare(ALL).records()}
        assert changes["direct(V, Y)"]["change"] == "better"
        assert (changes["direct(V, Y)"]["before"], changes["direct(V, Y)"]["after"]) == (
            "conditional",
            "identified",
        )
        assert changes["direct(V, Y)"]["missing_before"] == "(vi), (vii) and (ix)"
        arrows = ALL.robustness()
        assert len(arrows.records()) == sum(max(len(arrow.shifts), 1) for arrow in arrows.arrows)
        mends = FEW.mends("direct M1 Y")
        assert [row["change"] for row in mends.records()] == [mend.change for mend in mends]
        assert str(mends) == "\n".join(map(str, mends))

    def test_words_with_formulas_are_plain(self):
        from identcheck.symbols.written import Code

        table = table_of("t", "T", ["Effect", "Value"], [(("the ", Code("itt()")), None)])
        assert table.records() == [{"effect": "the itt()", "value": None}]

    def test_without_pandas(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(ic.IdentcheckError, match=r"pip install pandas.*records"):
            RESULT.to_frame()
        assert RESULT.records()


class TestWrongThings:
    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            (None, r"ic\.load\('file\.toml'\)"),
            (SPACED, r"ic\.Design\(graph, treatment=\.\.\., outcome=\.\.\.\)"),
            ("trial.toml", r"'trial\.toml'; read a file by ic\.load\('file\.toml'\)"),
            (Path("trial.toml"), r"ic\.load\('file\.toml'\)"),
            (RESULT, r"hand over the design itself, its \.design"),
        ],
        ids=["None", "a graph", "a name", "a path", "a result"],
    )
    def test_where_a_design_is_wanted(self, value, hint):
        for ask in (
            ic.check,
            ic.diagnose,
            ic.sensitivity,
            ic.simulate,
            ic.sweep,
            ic.falsify,
            ic.anticipate,
            lambda it: ic.contour(it, PLAN, "itt", ("sites", [1]), ("persons", [1])),
            lambda it: ic.effect(it, "T", "Y"),
            lambda it: ic.dumps(it, "toml"),
            lambda it: ic.dump(it, "never.toml"),
            lambda it: ic.Population(it, []),
        ):
            with pytest.raises(ic.InvalidDesignError, match=hint):
                ask(value)
        assert not Path("never.toml").exists()

    @pytest.mark.parametrize(
        "value", [DESIGN, RESULT, "trial.toml", 5, SPACED], ids=lambda value: type(value).__name__
    )
    def test_where_a_plan_is_wanted(self, value):
        for ask in (
            lambda it: ic.diagnose(DESIGN, it),
            lambda it: ic.sensitivity(DESIGN, it),
            lambda it: ic.simulate(DESIGN, it),
            lambda it: ic.sweep(DESIGN, it),
            lambda it: ic.falsify(DESIGN, it),
            lambda it: ic.anticipate(DESIGN, it),
            lambda it: ic.contour(DESIGN, it, "direct V Y", ("sites", [9]), ("persons", [9])),
            lambda it: RESULT.render("text", it),
            lambda it: ic.dumps(DESIGN, "toml", it),
        ):
            with pytest.raises(ic.IdentcheckError, match=r"the plan is .*ic\.Plan"):
                ask(value)

    def test_where_a_result_is_wanted(self):
        for ask in (
            lambda it: ic.compare(RESULT, it),
            lambda it: ic.compare(it, RESULT),
            lambda it: RESULT.compare(it),
            lambda it: ic.mends(it, "itt"),
            ic.robustness,
        ):
            with pytest.raises(
                ic.InvalidQuestionError, match=r"this is a design.*check it first: ic\.check\(design\)"
            ):
                ask(DESIGN)
            with pytest.raises(ic.InvalidQuestionError, match=r"it is None.*get them by ic\.check\(design\)"):
                ask(None)

    def test_where_a_file_is_wanted(self):
        with pytest.raises(ic.IdentcheckError, match=r"this is a graph, not a file.*ic\.Design\(graph"):
            ic.load(SPACED)
        with pytest.raises(ic.IdentcheckError, match=r"a design already.*ic\.check\(design\)"):
            ic.load(DESIGN)
        finding = ALL["itt"]
        for ask in (
            ic.load,
            ic.Plan.from_toml,
            ALL.save,
            ALL.save_fragments,
            lambda it: ic.dump(DESIGN, it),
            lambda it: ALL.render(template=it),
            lambda it: ALL.render(templates=it),
        ):
            for odd in (5, [], RESULT):
                with pytest.raises(ic.IdentcheckError, match="is no path; give the name of a file as text"):
                    ask(odd)
        with pytest.raises(ic.IdentcheckError, match=r"no text; a file is read by ic\.load"):
            ic.Design.from_text(Path("trial.toml"))
        for word in ("java", 5, None, []):
            with pytest.raises(ic.InvalidQuestionError, match="no estimation code in"):
                finding.code(word)
        for strategy in ("2SLS", 5, DESIGN):
            with pytest.raises(ic.InvalidQuestionError, match="no strategy; take one of finding"):
                finding.code("r", strategy)
            with pytest.raises(ic.InvalidQuestionError, match="no strategy; take one of finding"):
                finding.missing_for(strategy)

    def test_where_an_option_is_wanted(self):
        for odd in (5, [], SPACED, DESIGN, ""):
            for ask in (
                lambda it: ic.dumps(DESIGN, it),
                lambda it: ic.Design.from_text("T -> Y", it),
                lambda it: ALL.render(document=it),
            ):
                with pytest.raises(ic.IdentcheckError, match=r"unknown format|no document"):
                    ask(odd)
        for odd in (5, [1], SPACED, DESIGN, "txt"):
            with pytest.raises(ic.ReportError, match="no report format"):
                ALL.render(odd)
        for odd in (None, "5", [], True, float("nan")):
            with pytest.raises(ic.InvalidQuestionError, match="the threshold is"):
                ic.sensitivity(DESIGN, PLAN, None, odd)
        for odd in (None, "5", 2.5, True):
            with pytest.raises(ic.InvalidQuestionError, match="most is"):
                ic.robustness(RESULT, most=odd)

    def test_where_a_result_in_numbers_is_wanted(self):
        pytest.importorskip("matplotlib")
        wanted = {
            plots.causal_graph: "diagnose",
            plots.compliance_scatter: "diagnose",
            plots.bias_budget: "diagnose",
            plots.power_curves: "diagnose",
            plots.power_and_bias: "diagnose",
            plots.modifiers_held: "diagnose",
            plots.effect_parts: "diagnose",
            plots.bias_contours: "contour",
            plots.sensitivity_bars: "sensitivity",
            plots.sampling_distributions: "simulate",
        }
        for draw, made in wanted.items():
            for odd in (DESIGN, RESULT, None):
                with pytest.raises(ic.InvalidQuestionError, match=rf"make one by ic\.{made}\(design, plan"):
                    draw(odd)
        for write in (plots.svg_of, plots.pdf_of, lambda it: plots.inline_svg(it, "a", "b")):
            with pytest.raises(ic.ReportError, match=r"no figure; the functions of identcheck\.plots"):
                write(DESIGN)


class TestWords:
    def test_a_verdict_is_its_text(self):
        assert issubclass(ic.Verdict, StrEnum)
        assert ic.Verdict.IDENTIFIED == "identified"
        assert f"{ic.Verdict.NOT_IDENTIFIED}" == "not identified"
        assert ic.Verdict("conditional") is ic.Verdict.CONDITIONAL

    @pytest.mark.parametrize(
        ("alias", "words"),
        [
            (options.LevelName, LEVELS),
            (options.Scale, SCALES),
            (options.AverageOver, AVERAGES),
            (options.Weights, WEIGHTS),
            (options.DesignFormat, DESIGN_FORMATS),
            (options.ReportFormat, FORMATS),
            (options.Purpose, PURPOSES),
            (options.Language, LANGUAGES),
            (options.Estimator, EVERY),
            (options.Spread, VARIATION),
        ],
        ids=[
            "level",
            "scale",
            "average",
            "weights",
            "design",
            "report",
            "purpose",
            "language",
            "estimator",
            "spread",
        ],
    )
    def test_types_name_the_words_that_are_taken(self, alias, words):
        assert set(get_args(alias)) == set(words)

    @pytest.mark.parametrize(
        ("function", "argument", "alias"),
        [
            (ic.Design, "average", "AverageOver"),
            (ic.Design, "weights", "Weights"),
            (ic.Design, "scales", "Scale"),
            (ic.Design.from_text, "format", "DesignFormat"),
            (ic.dumps, "format", "DesignFormat"),
            (ic.dump, "format", "DesignFormat"),
            (ic.Identification.render, "format", "ReportFormat"),
            (ic.Identification.render, "document", "Purpose"),
            (ic.Identification.save, "document", "Purpose"),
            (ic.Document, "purpose", "Purpose"),
            (ic.Finding.code, "language", "Language"),
            (ic.independent, "level", "LevelName"),
            (ic.uncorrelated, "level", "LevelName"),
            (ic.correlated, "level", "LevelName"),
            (ic.normal, "level", "LevelName"),
            (ic.simulate, "level", "LevelName"),
            (ic.simulate, "estimators", "Estimator"),
            (ic.sweep, "level", "LevelName"),
            (ic.sweep, "estimators", "Estimator"),
            (ic.Plan, "variation", "Spread"),
        ],
        ids=lambda value: getattr(value, "__name__", str(value)),
    )
    def test_signatures_name_them(self, function: Callable[..., Any], argument: str, alias: str):
        assert alias in str(inspect.signature(function).parameters[argument].annotation)


class TestFunctions:
    def test_beside_methods(self):
        other = ic.check(drawn("T -> {V NP} -> Y", sites=5))
        assert ic.compare(RESULT, other) == RESULT.compare(other)
        assert ic.robustness(ALL) == ALL.robustness()
        assert ic.mends(RESULT, "itt") == RESULT.mends("itt") == ()
        assert ic.falsify is ic.falsification

    def test_plan_is_a_room_and_no_function(self):
        assert not callable(__import__("identcheck.plan").plan)

    def test_the_reference_lists_what_is_public(self):
        page = Path(__file__).parents[1] / "docs" / "reference" / "api"
        index = (page / "index.md").read_text(encoding="utf-8")
        assert not [name for name in (*ic.__all__, *plots.__all__) if f"`{name}`" not in index]
        pictures = (page / "plots.md").read_text(encoding="utf-8")
        assert not [name for name in plots.__all__ if f":: identcheck.plots.{name}\n" not in pictures]
