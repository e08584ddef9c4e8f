"""Every example: the file and the script describe one design, the verdicts are right, each report is whole."""

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from tests.tools import REPOSITORY, often, require_program

EXAMPLES = REPOSITORY / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))
IDENTIFIED, CONDITIONAL, NOT_IDENTIFIED = (
    ic.Verdict.IDENTIFIED,
    ic.Verdict.CONDITIONAL,
    ic.Verdict.NOT_IDENTIFIED,
)
BROKEN = ("entry_wages_unmeasured",)
"""Where a drawn cause breaks every effect of interest, whatever is granted."""
every_example = pytest.mark.parametrize("name", NAMES)


@cache
def design_of(name: str) -> ic.Design:
    return ic.load(EXAMPLES / f"{name}.toml")


@cache
def granted(name: str) -> ic.Identification:
    """The example with every numbered assumption granted, as its script checks it."""
    return ic.check(design_of(name), assume="all")


RunScript = Callable[..., str]


@pytest.fixture
def run_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunScript:
    """What a script prints, run in this process in an empty folder."""

    def run(name: str, *arguments: str) -> str:
        script = str(EXAMPLES / f"{name}.py")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [script, *arguments])
        runpy.run_path(script, run_name="__main__")
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return run


def test_every_example_has_a_file_and_a_script() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == NAMES
    assert len(NAMES) >= 8


@every_example
def test_the_script_builds_the_design_of_the_file(name: str) -> None:
    built = runpy.run_path(str(EXAMPLES / f"{name}.py"))["design"]

    assert built == design_of(name)


@every_example
def test_the_script_prints_verdicts_and_then_the_report(name: str, run_script: RunScript) -> None:
    printed = run_script(name)

    assert printed.endswith(f"\n\n{granted(name)}\n")
    assert "identified" in printed.removesuffix(f"{granted(name)}\n")


def test_a_script_runs_by_itself(tmp_path: Path) -> None:
    command = [sys.executable, EXAMPLES / "figure_1.py", "report.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "report.html").is_file()


@every_example
def test_the_script_saves_the_report_where_it_is_told(
    name: str, run_script: RunScript, tmp_path: Path
) -> None:
    printed = run_script(name, "report.html")

    assert (tmp_path / "report.html").read_text(encoding="utf-8") == granted(name).render("html")
    assert len(printed.splitlines()) < 20


@every_example
@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
def test_a_report_names_the_design_and_every_numeral(name: str, format: str) -> None:
    result = granted(name)
    report = result.render(format)

    for word in re.findall(r"\w+", result.design.title):
        assert word in report
    had = (
        name not in BROKEN or format == "json"
    )  # where no effect of interest can be had, nothing has to be argued
    for assumption in result.assumptions if had else ():
        assert f"({assumption.numeral})" in report


@pytest.mark.parametrize("name", NAMES[:: often(6, 1)])
def test_the_report_is_a_pdf_without_warnings(name: str, tmp_path: Path) -> None:
    """The pages of all of them are looked at by ``report/test_pages.py``.

    A line that stands out, or a character that is left out, would be a warning, which fails.
    """
    require_program("latexmk", "pdflatex")
    granted(name).save(tmp_path / "report.pdf")

    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


DIRECT, TOTAL = ic.direct, ic.total
EXPECTED = {
    "moving_to_opportunity": {
        DIRECT("V", "Y"): IDENTIFIED,
        DIRECT("NP", "Y"): IDENTIFIED,
        DIRECT("V", "NP"): IDENTIFIED,
        TOTAL("V", "Y"): IDENTIFIED,
    },
    "moving_to_opportunity_two_arms": {
        DIRECT("V", "Y"): IDENTIFIED,
        DIRECT("NP", "Y"): IDENTIFIED,
        DIRECT("V", "NP"): IDENTIFIED,
        TOTAL("V", "Y"): IDENTIFIED,
        ic.itt("experimental"): IDENTIFIED,
        ic.itt("section8"): IDENTIFIED,
    },
    "welfare_to_work_parallel": {
        **{DIRECT(m, "Y"): IDENTIFIED for m in "HIW"},
        **{TOTAL(m, "Y"): IDENTIFIED for m in "HIW"},
    },
    "welfare_to_work": {
        **{DIRECT(m, "Y"): IDENTIFIED for m in "HIW"},
        TOTAL("I", "Y"): IDENTIFIED,
        TOTAL("H", "Y"): CONDITIONAL,
        TOTAL("W", "Y"): CONDITIONAL,
        DIRECT("H", "I"): CONDITIONAL,
        DIRECT("W", "I"): CONDITIONAL,
    },
    "entry_wages": {
        DIRECT("H", "Y"): IDENTIFIED,
        DIRECT("I", "Y"): IDENTIFIED,
        TOTAL("H", "Y"): CONDITIONAL,
        DIRECT("H", "I"): CONDITIONAL,
        ic.at(DIRECT("I", "Y"), wages=1): IDENTIFIED,
    },
    "entry_wages_unmeasured": {
        DIRECT("H", "Y"): NOT_IDENTIFIED,
        DIRECT("I", "Y"): NOT_IDENTIFIED,
        TOTAL("H", "Y"): NOT_IDENTIFIED,
        DIRECT("H", "I"): CONDITIONAL,
    },
    "hours_and_income": {
        DIRECT("H", "Y"): IDENTIFIED,
        ic.at(DIRECT("H", "Y"), I=2): IDENTIFIED,
        ic.interaction("H", "I"): IDENTIFIED,
        ic.mediated("H*I"): IDENTIFIED,
        DIRECT("H", "I"): CONDITIONAL,
    },
    "figure_1": {
        DIRECT("M1", "Y"): IDENTIFIED,
        DIRECT("M2", "Y"): IDENTIFIED,
        TOTAL("M2", "Y"): IDENTIFIED,
        DIRECT("M1", "M2"): CONDITIONAL,
        TOTAL("M1", "Y"): CONDITIONAL,
    },
    "exclusion_doubtful": {
        DIRECT("M1", "Y"): CONDITIONAL,
        DIRECT("M2", "Y"): CONDITIONAL,
        TOTAL("M1", "Y"): CONDITIONAL,
    },
    "one_site": {DIRECT("preschool", "Y"): IDENTIFIED, TOTAL("preschool", "Y"): IDENTIFIED},
    "early_literacy": {
        ic.itt(): IDENTIFIED,
        ic.compliance("practice"): IDENTIFIED,
        DIRECT("practice", "literacy"): CONDITIONAL,
        DIRECT("attendance", "literacy"): CONDITIONAL,
        DIRECT("home", "literacy"): NOT_IDENTIFIED,
    },
    "strata_as_sites": {DIRECT("training", "Y"): IDENTIFIED, DIRECT("search", "Y"): IDENTIFIED},
}


@every_example
def test_the_verdicts_are_those_of_the_theory(name: str) -> None:
    result = granted(name)

    assert {question: result[question].verdict for question in EXPECTED[name]} == EXPECTED[name]


def measured(result: ic.Identification) -> list[ic.Finding]:
    """The default findings of effects between measured variables; no numbers tell the size of the others."""
    hidden = result.design.unobserved
    return [f for f in result.findings if not {f.target.source, f.target.target} & hidden]


@every_example
def test_compliances_and_itt_are_identified_when_nothing_is_granted(name: str) -> None:
    result = ic.check(design_of(name))
    contrasts = [f for f in measured(result) if f.estimand.kind in ("compliance", "itt")]

    assert contrasts
    assert {finding.verdict for finding in contrasts} == {IDENTIFIED}


@every_example
def test_no_effect_of_a_mediator_is_identified_when_nothing_is_granted(name: str) -> None:
    result = ic.check(design_of(name))
    effects = [f for f in measured(result) if f.estimand.kind in ("direct", "total")]

    assert effects
    assert {f.verdict for f in effects} - {ic.Verdict.NO_SINGLE_NUMBER} == {CONDITIONAL} | (
        {NOT_IDENTIFIED} if name in BROKEN else set()
    )


def test_opportunity_needs_the_voucher_to_work_differently_from_city_to_city() -> None:
    text = (EXAMPLES / "moving_to_opportunity.toml").read_text(encoding="utf-8")
    proportional = ic.Design.from_text(text + '\n[varies]\n"V -> NP" = "none"\n')
    result = ic.check(proportional, assume="all")

    assert result[DIRECT("V", "NP")].verdict is IDENTIFIED
    assert result[TOTAL("V", "Y")].verdict is IDENTIFIED
    for question in DIRECT("V", "Y"), DIRECT("NP", "Y"):
        witness = result[question].witness()
        assert result[question].verdict is NOT_IDENTIFIED
        assert witness is not None
        assert witness.verify()


def test_the_second_arm_identifies_what_the_first_does_not() -> None:
    result = granted("moving_to_opportunity_two_arms")

    for question in TOTAL("V", "Y"), DIRECT("V", "NP"):
        best = result[question].best
        assert best is not None
        assert best.arms == ("section8",)


def test_doubt_about_exclusion_costs_a_bypass_condition_and_a_site() -> None:
    result = granted("exclusion_doubtful")
    text = (EXAMPLES / "exclusion_doubtful.toml").read_text(encoding="utf-8")
    two_sites = ic.check(ic.Design.from_text(text.replace("sites = 5", "sites = 2")), assume="all")

    for question in DIRECT("M1", "Y"), DIRECT("M2", "Y"):
        assert [c.assumption for c in result[question].missing] == ["bypass"]
        assert two_sites[question].verdict is NOT_IDENTIFIED
    assert next(a for a in result.assumptions if a.numeral == "ii").status == "violated"


def test_one_site_has_the_seven_assumptions_and_reads_as_late_and_tot() -> None:
    result = granted("one_site")
    remarks = next(a for a in result.assumptions if a.numeral == "v").remarks
    said = " ".join(remark.text for remark in remarks)

    assert [a.numeral for a in result.assumptions] == ["i", "ii", "iii", "iv", "v", "vi", "vii"]
    assert all(reading in said for reading in ("(CWATE)", "(LATE)", "(TOT)"))


def test_strata_weighted_by_persons_need_no_assumption_about_weights() -> None:
    numerals = [a.numeral for a in granted("strata_as_sites").assumptions]

    assert numerals == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]


def test_nothing_is_left_to_write_for_the_argued_design() -> None:
    design = design_of("early_literacy")
    plan = ic.Plan.from_toml(EXAMPLES / "early_literacy.toml")
    effect = DIRECT("practice", "literacy")

    for document in (None, "preregistration", "grant", "paper-appendix"):
        result = ic.check(design)
        assert result.unwritten(plan, document=document) == ()
        shown = result.render("text", plan, document=document, trials=2)
        assert "To be written" not in shown
        assert "____" not in shown
    assert ic.check(design)[effect].verdict is CONDITIONAL
    assert ic.check(design, "justified")[effect].verdict is IDENTIFIED


@pytest.mark.parametrize(
    ("taken", "named"),
    [
        ('[rules]\ndirection = "positive"', "direction"),
        ('decisions = "as proposed"\n', "decisions"),
        ('primary = ["itt()", "compliance(practice)", "direct(practice, literacy)"]\n', "primary"),
        ("missing_data = ", "missing_data"),
        ('bypass = """\nWhat', "key bypass"),
        ('ix = """\nThe number', "key ix"),
    ],
)
def test_one_blank_is_enough_for_strict_to_name_it(taken: str, named: str, tmp_path: Path) -> None:
    text = (EXAMPLES / "early_literacy.toml").read_text(encoding="utf-8")
    assert taken in text
    if taken == "missing_data = ":
        left = re.sub(r'missing_data = """.*?"""\n', "", text, flags=re.S)
    elif taken.endswith(("What", "The number")):
        left = re.sub(rf'^{taken.split()[0]} = """.*?"""\n', "", text, count=1, flags=re.S | re.M)
    else:
        left = text.replace(taken, "[rules]" if taken.startswith("[rules]") else "")
    (tmp_path / "trial.toml").write_text(left, encoding="utf-8")
    command = ["report", str(tmp_path / "trial.toml"), "--for", "preregistration", "-o", "-", "--strict"]
    done = CliRunner().invoke(main, command)

    assert done.exit_code == 1
    assert named in done.stderr
