"""Documents to submit: the same in every format; what is required; where the numbers are from."""

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.conditions.base import condition_name
from identcheck.decide.conditions.plain import plainly
from identcheck.errors import ReportError
from identcheck.report import missing_justifications
from identcheck.report.blocks import (
    Assumption,
    Blank,
    Bullets,
    Facts,
    Paragraph,
    Report,
    Section,
    Tabular,
    sections_in,
    walked,
)
from identcheck.report.documents import PURPOSES
from identcheck.report.documents.document import canonical
from identcheck.report.documents.select import document_of
from identcheck.report.writers.render import render
from identcheck.symbols.written import Formula, Text, plain
from tests.report.readers import Page, lint, overfull, printed
from tests.tools import REPOSITORY, often, require_program

EXAMPLE = REPOSITORY / "examples" / "moving_to_opportunity.toml"
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
FORMATS = ("text", "markdown", "latex", "html")
DAY = "2026-11-22"

# -- the documents of an example -------------------------------------------------------


@cache
def example() -> tuple[ic.Identification, ic.Plan]:
    return ic.check(ic.load(EXAMPLE)), ic.Plan.from_toml(EXAMPLE)


@cache
def made(purpose: str, planned: bool = True) -> Report:
    result, plan = example()
    asked = ic.Document(purpose, date=DAY, file=EXAMPLE)
    return document_of(result, asked, plan if planned else None, 20)


def words(text: str) -> str:
    """Letters and figures alone, so that breaks of lines and marks of a format do not count."""
    return re.sub(r"[^a-z0-9]+", "", text.casefold())


def bare(purpose: str, format: str, where: Path) -> str:
    shown = render(made(purpose), format)
    if format == "html":
        return words(Page(shown).text)
    if format == "latex":
        lint(shown, where)
        return words(printed(where).replace("-\n", ""))
    return words(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)))


def said(document: Report) -> Iterator[str]:
    """The words of a document, piece by piece; formulas and numbers look different from format to format."""
    for block in walked(document.sections):
        texts: tuple[Text, ...] = ()
        if isinstance(block, Section):
            texts = (block.heading,)
        elif isinstance(block, Paragraph):
            texts = (block.term, block.text)
        elif isinstance(block, Blank):
            texts = (block.wanted,)
        elif isinstance(block, Bullets):
            texts = tuple(item.text for item in block.items)
        elif isinstance(block, Facts):
            texts = tuple(text for row in block.rows for text in (row.term, row.text))
        elif isinstance(block, Assumption):
            texts = (block.title, block.statement, block.status, block.justification, block.wanted)
        elif isinstance(block, Tabular) and not any(column.meaning for column in block.table.columns):
            texts = tuple(cell for row in block.table.rows for cell in row if isinstance(cell, (str, tuple)))
        for text in texts:
            pieces = (text,) if isinstance(text, str) else text
            yield from (plain((piece,)) for piece in pieces if not isinstance(piece, Formula))


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_content_is_the_same_in_every_format(purpose: str, format: str, tmp_path: Path) -> None:
    shown = bare(purpose, format, tmp_path)
    texts = list(said(made(purpose)))
    assert len(texts) > 100
    assert [text for text in texts if words(text) not in shown] == []


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_document_in_html_is_well_ordered(purpose: str) -> None:
    page = Page(render(made(purpose), "html"))
    identifiers = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    targets = {(attributes["href"] or "")[1:] for name, attributes in page.elements if name == "a"}
    assert {section.id for section in made(purpose).sections if section.heading} <= targets <= identifiers
    assert all("scope" in attributes for name, attributes in page.elements if name == "th")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_latex_compiles_without_faults_and_says_the_same(purpose: str, tmp_path: Path) -> None:
    log = lint(render(made(purpose), "latex"), tmp_path)
    assert overfull(log) == []
    assert "LaTeX Warning" not in log
    shown = words(printed(tmp_path))
    assert all(words(plain(section.heading)) in shown for section in made(purpose).sections)
    assert all(words(f"({a.numeral}) {a.title}")[:24] in shown for a in example()[0].assumptions if a.open)


@pytest.mark.parametrize("path", EXAMPLES[:: often(3, 1)], ids=lambda path: path.stem)
def test_every_example_has_every_document(path: Path) -> None:
    result = ic.check(ic.load(path))
    for purpose in PURPOSES:
        for format in FORMATS:
            assert result.render(format, document=purpose) == result.render(format, document=purpose)


def test_the_sections_are_those_of_the_purpose() -> None:
    found = {purpose: [s.id for s in made(purpose).sections] for purpose in PURPOSES}
    assert found["preregistration"] == [
        *("first", "hypotheses", "design", "assumptions", "analysis", "tests", "rules", "missing-data"),
        *("alternatives", "sensitivity", "crosswalks", "provenance", "references"),
    ]
    assert found["grant"] == ["first", "assumptions", "analysis", "design", "provenance", "references"]
    assert found["paper-appendix"] == [
        *("first", "variables", "assumptions", "analysis", "derivations", "sensitivity", "crosswalks"),
        *("provenance", "references"),
    ]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_this_trial_cannot_tell_is_told_with_its_reason(purpose: str) -> None:
    """On the first page of every document; with two worlds where there is room for them."""
    result = ic.check(ic.load(REPOSITORY / "tests" / "cases" / "literacy.toml"))
    refused = [f for f in result.findings if f.verdict is ic.Verdict.NOT_IDENTIFIED]
    assert refused
    document = document_of(result, ic.Document(purpose))
    page = words(render(replace(document, sections=(document["first"],)), "text"))
    assert "notidentifiedtwoworldswithdifferentanswerswouldgivethesamedata" in page
    assert words(refused[0].reason) in page
    assert ("refused" in [section.id for section in document.sections]) == (purpose != "grant")


def section(purpose: str, identifier: str, planned: bool = True) -> str:
    found = made(purpose, planned)[identifier]
    return str(found) + str(
        [block.table.rows for block in walked(found.blocks) if isinstance(block, Tabular)]
    )


def tables(purpose: str, identifier: str) -> list[Tabular]:
    blocks = walked(made(purpose)[identifier].blocks)
    return [block for block in blocks if isinstance(block, Tabular)]


def test_the_power_of_the_tests_is_that_of_falsification() -> None:
    result, plan = example()
    tests = ic.falsification(result.design, plan, 20, 0)
    shares = [item.share.value for item in tests.rejections if item.share is not None]
    assert shares
    assert all(str(share) in section("preregistration", "tests") for share in shares)


def test_without_a_plan_there_is_no_power_and_the_document_says_so() -> None:
    for name in ("tests", "design", "sensitivity"):
        assert "[plan]" in section("preregistration", name, planned=False)
    assert "the power of these tests: it takes anticipated numbers" in section(
        "preregistration", "tests", planned=False
    )


def test_the_equation_of_a_planned_regression_is_that_of_its_derivation() -> None:
    result, _ = example()
    best = result[ic.total("V", "Y")].best
    assert best is not None
    lines = [step.lines[0] for step in best.derivation if step.lines]
    assert lines
    assert repr(lines[0])[1:-1] in section("preregistration", "analysis")


@pytest.mark.parametrize("name", ["ii", "v", "vi", "vii", "ix"])
def test_what_remains_is_what_check_says(name: str) -> None:
    result, _ = example()
    others = [n for n in result.design.numerals if n != name]
    beside = [
        "bypass",
        "shared",
        "product",
        *(["everywhere"] if name != "ix" else []),
    ]  # a rank of each is one of all
    again = ic.check(result.design, [*others, *beside])
    effects = [f for f in result.findings if f.best is not None and f.best.regressors]
    kept = {f.estimand for f in effects if again[f.estimand].verdict is ic.Verdict.IDENTIFIED}
    (table,) = tables("preregistration", "alternatives")
    rows = {said: str(row[1]) for row in table.table.rows for said in re.findall(r"\((\w+)\)", str(row[0]))}
    assert rows[name].startswith("None of") == (not kept)
    assert ("no longer be had" in rows[name]) == (0 < len(kept) < len(effects))
    assert bool(re.search("bypass|compliance in every site", rows[name])) == bool(kept)


def test_the_crosswalks_lead_to_sections_that_are_there() -> None:
    for purpose in ("preregistration", "paper-appendix"):
        headings = {section.heading for section in sections_in(made(purpose).sections)}
        places = [str(row[-1]) for table in tables(purpose, "crosswalks") for row in table.table.rows]
        named = {name for place in places for name in re.findall("\u201c(.*?)\u201d", place)}
        assert named
        assert named <= headings


def test_a_reader_is_told_of_a_place_that_is_blank() -> None:
    written = section("preregistration", "crosswalks")
    assert "\u201cSensitivity\u201d" in written
    assert "\u201cSensitivity\u201d (to be written)" not in written
    assert "\u201cSensitivity\u201d (to be written)" in section(
        "preregistration", "crosswalks", planned=False
    )


def test_the_effects_of_interest_can_be_chosen() -> None:
    result, plan = example()
    document = document_of(result, ic.Document("preregistration", effects=(ic.total("V", "Y"),)), plan, 20)
    asked = "Use of the voucher → adult mental health, by all paths"
    for name in ("first", "hypotheses"):
        (table,) = (b for b in walked(document[name].blocks) if isinstance(b, Tabular))
        assert [row[0] for row in table.table.rows] == [asked]
    shown = render(document, "markdown")
    assert "direct(NP, Y)" not in shown
    assert "total(V, Y)" in shown
    assert "One effect is tested, at level" in shown
    assert "key primary" not in shown


def test_with_one_site_and_one_mediator_the_numerals_are_those_of_the_seven() -> None:
    result = ic.check(ic.load(REPOSITORY / "examples" / "one_site.toml"))
    shown = result.render("markdown", document="preregistration")
    assert "no scatter of site effects" in shown
    rows = shown.split("## If an assumption fails")[1].split("##")[0]
    assert "\\(ii), (v) or (vi)" in rows
    page = shown.split("What has to be argued")[1].split("##")[0]
    assert "Persons for whom the offer changes preschool attendance more are not those" in page
    assert "mediators linked only as drawn" not in page
    assert "(ix)" not in shown.split("## References")[0]


DOUBT = REPOSITORY / "examples" / "exclusion_doubtful.toml"


@cache
def doubtful(purpose: str, sites: int = 24) -> str:
    result = ic.check(ic.load(DOUBT).with_sites(sites))
    return " ".join(result.render("text", ic.Plan(persons=60), document=purpose, trials=20).split())


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_condition_that_no_numeral_grants_is_named_where_an_effect_rests_on_it(purpose: str) -> None:
    shown = doubtful(purpose)
    total = shown.split("First mediator → outcome, by all paths")[1].split("Question:")[0]
    assert "only if (vi), (vii), (ix) and the bypass can be argued" in total
    assert shown.count("What the treatment does to the outcome other than through the first mediator") > 1
    assert "The bypass: What the treatment does to the outcome" in shown


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_document_says_all_that_check_lists_as_missing(purpose: str) -> None:
    shown = doubtful(purpose)
    for finding in ic.check(ic.load(DOUBT).with_sites(24)).findings:
        for _, same in groupby(finding.missing, key=condition_name):
            assert all(sentence in shown for sentence in plainly(tuple(same)))
    assert "why the bypass holds in this trial" in shown


def test_a_violated_assumption_is_not_asked_to_hold() -> None:
    graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "N"), ("N", "Y"), ("T", "N")])
    result = ic.check(ic.Design(graph, treatment="T", outcome="Y", sites=9))
    shown = " ".join(result.render("text", document="grant").split())
    assert "T is meant to be randomized within each site, but the graph has T <- U -> N" in shown
    assert "T -> N Can the trial answer it?: not identified" in shown.replace("→", "->")
    assert "why (viii) holds" not in shown
    assert "And, as always" not in shown  # nothing comes before it


def test_without_a_test_there_is_no_rule_about_one() -> None:
    text = DOUBT.read_text("utf-8").replace("sites = 5", 'sites = 24\nprimary = ["direct(M1, M2)"]')
    result = ic.check(ic.Design.from_text(text))
    shown = " ".join(
        result.render("text", ic.Plan(persons=60), document="preregistration", trials=20).split()
    )
    assert "no test is registered" in shown
    rules = shown.split("Decision rules -")[1].split("Missing data -")[0]
    assert "test rejects at" not in rules
    assert "2. An effect whose p value" in rules
    assert "3. " not in rules


def test_a_rule_says_what_it_would_do_at_the_anticipated_numbers() -> None:
    shown = " ".join(str(block) for block in made("preregistration")["rules"].blocks)
    assert (
        "would report as not determined: Use of the voucher → adult mental health, directly (F 5.4)" in shown
    )
    assert "by all paths (F" not in shown


def test_what_is_never_identified_is_not_said_to_be_lost() -> None:
    result = ic.check(ic.load(REPOSITORY / "tests" / "cases" / "literacy.toml"))
    asked = (ic.direct("practice", "literacy"), ic.direct("home", "literacy"))
    assert result[asked[1]].verdict is ic.Verdict.NOT_IDENTIFIED
    document = document_of(result, ic.Document("preregistration", effects=asked))
    rows = [
        row
        for block in walked(document["alternatives"].blocks)
        if isinstance(block, Tabular)
        for row in block.table.rows
    ]
    assert rows
    assert not any("ome →" in str(row[1]) for row in rows)
    names = ("first", "hypotheses")
    said = {name: render(replace(document, sections=(document[name],)), "text") for name in names}
    assert "ome →" in said["first"]
    assert "ome → literacy, directly: reading time at home is not measured" in " ".join(
        said["hypotheses"].split()
    )


# -- what is required ------------------------------------------------------------------


def test_required_is_what_the_effects_rest_on() -> None:
    result, _ = example()
    assert missing_justifications(result) == ("iv", "v", "vi", "vii", "ix", "x")
    assert missing_justifications(result, [ic.itt()]) == ()
    assert missing_justifications(result, [ic.direct("V", "NP")]) == ("iv", "v", "vi", "vii", "ix", "x")


def test_a_citation_stands_with_its_justification() -> None:
    graph = nx.DiGraph([("T", "M"), ("M", "Y")])
    design = ic.Design(
        graph, treatment="T", outcome="Y", justifications={"ii": "It is."}, citations={"ii": "Kling 2007"}
    )
    for purpose in (None, *PURPOSES):
        for format in FORMATS:
            shown = " ".join(ic.check(design).render(format, document=purpose).split())
            assert "It is." in shown
            assert "Kling 2007" in shown


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["report", *arguments])
    return done.exit_code, done.stdout, done.stderr


# -- where it is from ------------------------------------------------------------------


def test_the_document_names_version_hash_date_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    code, shown, _ = run(str(EXAMPLE), "--for", "preregistration", "-o", "-", "-f", "html", "--simulate", "5")
    assert code == 0
    for text in (
        ic.__version__,
        hashlib.sha256(EXAMPLE.read_bytes()).hexdigest(),
        "2023-11-14",
        "5 trials in each world",
    ):
        assert text in shown


def test_without_a_file_the_hash_is_that_of_the_design() -> None:
    def design(*arrows: tuple[str, str], sites: int = 5) -> ic.Design:
        return ic.Design(nx.DiGraph(arrows), treatment="T", outcome="Y", sites=sites)

    one, same = design(("T", "M"), ("M", "Y")), design(("M", "Y"), ("T", "M"))
    assert canonical(one) == canonical(same)
    assert canonical(one) != canonical(design(("T", "M"), ("M", "Y"), sites=6))
    assert json.loads(canonical(one))["sites"] == 5
    shown = ic.check(one).render("markdown", document="grant")
    assert hashlib.sha256(canonical(one).encode()).hexdigest() in shown
    assert "not stated" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--for", "preregistratoin"), "did you mean 'preregistration'"),
        (("--target", "itt"), "--target goes with --for"),
        (("--for", "grant", "--target", "total V Q"), "no variable 'Q'"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], message: str) -> None:
    code, _, errors = run(str(EXAMPLE), "-o", "-", *arguments)
    assert code == 2
    assert message in errors


def test_a_date_that_is_none_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="year, month and day"):
        ic.Document("grant", date="22.11.2026")
    with pytest.raises(ReportError, match="SHA-256"):
        example()[0].render("text", document=ic.Document("grant", file=tmp_path / "none.toml"))


@pytest.mark.parametrize("purpose", [*PURPOSES][: often(1, 3)])
def test_a_pdf_is_made(purpose: str, tmp_path: Path) -> None:
    require_program("latexmk", "pdflatex")
    result, _ = example()
    result.save(tmp_path / "a.pdf", document=purpose)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


class TestConditionsWithoutANumeral:
    FILE = 'graph = "T -> {M1 U} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 20\nunobserved = "U"\n'
    EVERY = "".join(f'{n} = "Because."\n' for n in ("i", "ii", "iii", "iv", "v", "vi", "vii", "ix", "x"))
    ARGUMENT = "What U carries is the same in all sites."

    def result(self, *more):
        text = self.FILE + "[justifications]\n" + self.EVERY + "".join(more)
        return ic.check(ic.Design.from_text(text), "all")

    def test_the_bypass_is_required_until_it_is_argued_for(self):
        assert missing_justifications(self.result()) == ("bypass",)
        assert missing_justifications(self.result(f'bypass = "{self.ARGUMENT}"\n')) == ()
        assert missing_justifications(self.result('bypass = " "\n')) == ("bypass",)

    @pytest.mark.parametrize("purpose", ["preregistration", "grant", "paper-appendix"])
    def test_the_argument_is_printed_where_the_blank_was(self, purpose):
        blank = self.result().render("text", document=purpose)
        argued = self.result(f'bypass = "{self.ARGUMENT}"\n').render("text", document=purpose)
        assert "in this trial, with a source" in " ".join(blank.split())
        assert "in this trial, with a source" not in " ".join(argued.split())
        assert self.ARGUMENT in " ".join(argued.split())
        assert self.ARGUMENT not in " ".join(blank.split())

    def test_the_report_names_it_among_what_is_to_be_argued_for(self):
        assert "The bypass: What T does to Y other than through M1" in " ".join(
            self.result().render("text").split()
        )

    def test_the_names_are_those_of_the_conditions(self):
        from identcheck.decide.conditions import UNNUMBERED as NAMES
        from identcheck.describe.validation.values import UNNUMBERED

        assert tuple(NAMES) == UNNUMBERED


def test_a_violation_is_told_where_an_effect_of_interest_needs_the_assumption() -> None:
    """(ii) fails for the outcome here; the effect of one mediator on the other has an exclusion of its own."""
    design = ic.Design.from_text(
        'graph = "T -> M1 -> M2 -> Y; T -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 9'
    )
    result = ic.check(design, "all")
    assert {a.numeral: a.status for a in result.assumptions}["ii"] == "violated"
    for target, asked in (("M2", True), ("Y", False)):
        among = ic.Document("grant", (ic.direct("M1" if asked else "M2", target),))
        shown = " ".join(result.render("text", document=among).split())
        assert ("T affects M2 only through M1." in shown) == asked
        assert ("What T does to Y other than through M2" in shown) != asked
        assert ("why (ii) holds" in shown) == asked
        assert "violated" not in shown


def test_each_regression_has_a_sentence_of_its_own_and_the_list_says_which_equation_it_is_about() -> None:
    parallel = ic.Design.from_text('graph = "T -> {M1 M2} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 9')
    chained = ic.Design.from_text(
        'graph = "T -> {M1 M2} -> Y; M1 -> M2"\ntreatment = "T"\noutcome = "Y"\nsites = 9'
    )
    for design, told in ((parallel, False), (chained, True)):
        result = ic.check(design, "all")
        shown = " ".join(result.render("text", document="paper-appendix").split())
        assert ("changes M1 more are not those where M1 matters more (or less) for M2." in shown) == told
        assert "The numbered assumptions, for the equation of Y" in result.render("text", full=True)


MOOD = """
graph = "coach -> {practice mood}; kit -> {talk mood}; {mood practice talk} -> reading"
treatment = ["coach", "kit"]
outcome = "reading"
words = { person = "pupil", site = "district" }
"""


def grant_of(text, plan, *effects):
    page = ic.check(ic.Design.from_text(text)).render(
        "text", plan, document=ic.Document("grant", effects=effects)
    )
    return " ".join(page.split())


def test_a_grant_states_the_sites_of_the_plan_and_through_what_each_arm_works():
    page = grant_of(MOOD, ic.Plan(sites=8, persons=100), "direct practice reading")
    assert "Districts: 8" in page
    assert (
        "coach is assumed to work on reading through mood and practice, and kit through mood and talk."
        in page
    )
    assert "the stated test of practice → reading" in page
    assert "direct(practice, reading), at level" not in page
    assert "Districts: not stated yet" in grant_of(MOOD, ic.Plan(persons=100))


def test_a_grant_without_numbers_says_nothing_about_them():
    hidden = MOOD + '[modifiers.age]\nof = ["coach -> practice", "practice -> reading"]\nmeasured = false\n'
    page = grant_of(hidden, ic.Plan(sites=5, persons=30), "direct practice reading")
    assert "not identified" in page
    for said in ("the stated test", "The bias comes from", "weak below 10", "Detects:"):
        assert said not in page
