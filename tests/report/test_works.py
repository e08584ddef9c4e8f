"""References are the works that a document cites, no more and no fewer; crosswalks to guidelines."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import ReportError
from identcheck.formats import has_plan
from identcheck.report.blocks import Paragraph, Section, Tabular, walked
from identcheck.report.documents import PURPOSES
from identcheck.report.documents.guidelines import GUIDELINES, USUAL, WHERE, crosswalks
from identcheck.report.documents.select import document_of
from identcheck.report.works import WORKS, cited, references_section
from identcheck.tables.table import table_of
from tests.drawn import PARALLEL, drawn
from tests.tools import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
DOUBTFUL = next(path for path in EXAMPLES if path.stem == "exclusion_doubtful")
NAME = r"[A-Z][\w\u2019'.-]+"
CITED = re.compile(
    rf"({NAME}(?:(?:, | and |, and | et al\.?| ){NAME})*(?: et al\.| and others)?),? \(?((?:19|20)\d\d)\b"
)
"""What a reader takes for a citation: names of authors, and a year with or without a bracket."""
NO_WORKS = ("SPIRIT", "CONSORT")
"""These bear a year in their own names."""


@cache
def asked(path: Path) -> tuple[ic.Identification, ic.Plan | None]:
    return ic.check(ic.load(path)), ic.Plan.from_toml(path) if has_plan(path) else None


def parted(shown: str) -> tuple[str, str]:
    """A document in Markdown: what stands around its references, and these."""
    before, after = re.split(r"^#+ References$", shown, maxsplit=1, flags=re.MULTILINE)
    listed, *rest = re.split(r"^#+ ", after, maxsplit=1, flags=re.MULTILINE)
    return " ".join([before, *rest]), listed


def unlisted(said: str, listed: str, users: str) -> list[str]:
    """The citations of a text that are in no entry of the references; the user's own words are the user's."""
    entries = [entry for entry in listed.split("\n") if entry.strip()]
    found = []
    for names, year in CITED.findall(" ".join(said.split())):
        authors = [name for name in re.split(r", | and | et al\.?|others", names) if name.strip()]
        if names in users or authors[0].strip() in NO_WORKS:
            continue
        if not any(year in entry and all(a.strip() in entry for a in authors) for entry in entries):
            found.append(f"{names} {year}")
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_work_that_is_cited_is_listed(path: Path) -> None:
    result, plan = asked(path)
    every = tuple(GUIDELINES)
    wanted = [
        None,
        *(ic.Document(purpose, guidelines=names) for purpose in PURPOSES for names in (None, every)),
    ]
    for document in wanted:
        said, listed = parted(
            result.render("markdown", plan, document=document, trials=20 if document else 0)
        )
        assert not unlisted(said, listed, path.read_text("utf-8"))
        assert "identcheck" in listed


def test_the_test_above_can_fail() -> None:
    path = next(path for path in EXAMPLES if path.stem == "figure_1")
    result, plan = asked(path)
    said, listed = parted(result.render("markdown", plan, document="preregistration", trials=20))
    users = path.read_text("utf-8")
    assert unlisted(f"{said} see Nobody and Else (1999).", listed, users) == ["Nobody and Else 1999"]
    short = "\n".join(entry for entry in listed.split("\n") if "Staiger" not in entry)
    assert "Staiger and Stock 1997" in " ".join(unlisted(said, short, ""))


def test_a_work_is_listed_exactly_when_it_is_cited() -> None:
    design = drawn(PARALLEL)
    for work in WORKS:
        for written in (work.key, f"{work.names} ({work.year})", f"{work.names}, {work.year}"):
            said = Section("x", "X", (Paragraph(f"As {written} have it."),))
            listed = str(references_section([said], design))
            assert work.reference in listed
            assert cited(f"({written})") == (work,)
        noted = Section("x", "X", (Tabular(table_of("t", "", ("A",), [(f"see {work.key}",)])),))
        assert work.reference in str(references_section([noted], design))
        assert work.reference.startswith(work.names.split()[0].rstrip(","))
        assert str(work.year) in work.reference
    nothing = str(references_section([Section("x", "X", (Paragraph("Stock 1997"),))], design))
    assert [work.names for work in WORKS if work.reference in nothing] == ["Reardon and Raudenbush"]


def test_the_users_citations_are_listed_and_none_twice() -> None:
    mine = "Author, A. (2020). Lotteries. A Journal 1(1), 1-2."
    design = drawn(PARALLEL, citations={"vi": mine, "vii": mine})
    listed = ic.check(design).render("markdown", document="paper-appendix").split("# References")[1]
    assert listed.count(mine.rstrip(".")) == 1


# -- crosswalks ------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_document_has_its_guidelines(purpose: str) -> None:
    path = next(path for path in EXAMPLES if path.stem == "figure_1")
    result, plan = asked(path)
    shown = result.render("markdown", plan, document=purpose, trials=20)
    for name, guideline in GUIDELINES.items():
        assert (f"{guideline.title}: {guideline.about[:20]}" in shown) == (name in USUAL[purpose])
    assert ("Reporting guidelines" in shown) == bool(USUAL[purpose])


@pytest.mark.parametrize("purpose", PURPOSES)
def test_guidelines_are_those_asked_for(purpose: str) -> None:
    result, _ = asked(DOUBTFUL)
    shown = result.render("markdown", document=ic.Document(purpose, guidelines=["wwc", "strobe-mr", "wwc"]))
    assert shown.index("What Works Clearinghouse: reviews") < shown.index(
        f"STROBE-MR: {GUIDELINES['strobe-mr'].about[:20]}"
    )
    assert "SPIRIT" not in shown
    none = result.render("markdown", document=ic.Document(purpose, guidelines=()))
    assert not re.search("Reporting guidelines|AGReMA|SPIRIT|CONSORT", none)


def test_what_a_document_does_not_answer_is_to_be_reported_elsewhere() -> None:
    made = crosswalks({"tests": Section("tests", "Tests", (Paragraph("One."),))}, ("spirit",))
    (table,) = [block for block in walked(made.blocks) if isinstance(block, Tabular)]
    assert {row[-1] for row in table.table.rows} == {"\u201cTests\u201d"}
    left = table.table.note.partition("To be reported elsewhere for SPIRIT 2025: ")[2]
    assert left.startswith("registration (4); ")
    items = len(table.table.rows) + len(left.split("; "))
    assert items == len(GUIDELINES["spirit"].items)


def items_of(result: ic.Identification, plan: ic.Plan | None, purpose: str) -> dict[str, str]:
    """Where a document says that it answers each item, with every guideline asked for."""
    made = document_of(result, ic.Document(purpose, guidelines=tuple(GUIDELINES)), plan, 2)
    (table,) = [block for block in walked(made["crosswalks"].blocks) if isinstance(block, Tabular)]
    return {row[1]: row[2] for row in table.table.rows}


def test_what_is_still_to_be_written_is_said_beside_the_item() -> None:
    bare = items_of(ic.check(drawn(PARALLEL)), None, "preregistration")
    assert bare["missing data (27c)"] == "\u201cMissing data\u201d (to be written)"
    assert (
        bare["sample size, with its assumptions (19)"]
        == "\u201cDesign and sample size\u201d (to be completed)"
    )
    assert bare["sensitivity analyses"].endswith(
        "\u201cSensitivity\u201d (to be written), \u201cIf an assumption fails\u201d"
    )
    assert "registration (4)" not in bare
    full = items_of(*asked(REPOSITORY / "examples" / "early_literacy.toml"), "preregistration")
    assert not [where for where in full.values() if "to be" in where]
    assert full["registration (4)"] == "\u201cRegistration\u201d"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_document_says_of_no_item_what_it_does_not_have(purpose: str) -> None:
    result, plan = asked(REPOSITORY / "examples" / "early_literacy.toml")
    found = items_of(result, plan, purpose)
    assert ("missing data (21c)" in found) == (purpose == "preregistration")
    assert ("sample size, with its assumptions (16a)" in found) == (purpose != "paper-appendix")
    assert "limitations: sources of bias (30)" in found
    assert not [
        item for item in found if re.search("multiplicity|software|code|interim|confounding|clusters", item)
    ]


def test_every_item_is_answered_under_a_subject_that_is_known() -> None:
    for guideline in GUIDELINES.values():
        assert {subject for _, _, subject in guideline.items} <= set(WHERE)
        assert len(guideline.items) <= 14  # half a page


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["consrt"], r"no guideline 'consrt' \(did you mean 'consort'\?\); known are agrema, consort"),
        ("spirit", "the guidelines are 'spirit'; give a list"),
        ([3], "no guideline 3"),
    ],
)
def test_unknown_guidelines_are_refused(names: object, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        ic.Document("grant", guidelines=names)  # type: ignore[arg-type]


def test_on_the_command_line() -> None:
    def run(*more: str) -> str:
        arguments = ["report", str(DOUBTFUL), "-o", "-", "-f", "markdown", *more]
        return CliRunner().invoke(main, arguments).output

    assert "CONSORT 2025: " in run("--for", "grant", "--guidelines", "consort,wwc")
    assert "Reporting guidelines" not in run("--for", "preregistration", "--guidelines", "none")
    assert "--guidelines goes with --for" in run("--guidelines", "consort")
    assert "no guideline 'x'" in run("--for", "grant", "--guidelines", "x")


def test_every_guideline_has_rows_in_the_table() -> None:
    result, _ = asked(DOUBTFUL)
    made = document_of(result, ic.Document("grant", guidelines=tuple(GUIDELINES)))
    (table,) = [block for block in made["crosswalks"].blocks if isinstance(block, Tabular)]
    assert [row[0] for row in table.table.rows if row[0]] == [each.title for each in GUIDELINES.values()]
