"""Whatever is still to be written is found, wherever it stands, and --strict passes only where nothing is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.report.blanks import missing_in
from identcheck.report.blocks import (
    Assumption,
    Beside,
    Blank,
    Bullets,
    Equation,
    Equations,
    Fact,
    Facts,
    Fold,
    Item,
    Paragraph,
    Report,
    Section,
    Tabular,
)
from identcheck.symbols.written import Formula, Wanted
from identcheck.tables.table import table_of

SAY = (Wanted("why"),)
FILE = 'graph = "T -> {M1 M2} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 20\n'


def report(*blocks: object, id: str = "", heading: str = "A heading") -> Report:
    return Report("A trial", "", (Section(id, heading, blocks),))


def table(*rows: tuple[object, ...]) -> Tabular:
    return Tabular(table_of("t", "", ("Assumption", "Why"), rows))


@pytest.mark.parametrize(
    "block",
    [
        Blank("why"),
        Paragraph(("It is so, ", *SAY)),
        Bullets((Item("One", under=(SAY,)),)),
        Facts((Fact("Term", SAY),)),
        Fold("More", (Section("", "Inner", (Blank("why"),)),)),
        Beside(Paragraph("Said."), (Blank("why"),)),
        Beside(Blank("why"), (Paragraph("Said."),)),
        Equations((Equation(Formula("x"), note=SAY),)),
        table(("One", "said"), ("Two", SAY)),
    ],
)
def test_a_blank_is_found_wherever_it_stands(block: object) -> None:
    assert [line.split(",")[0] for line in missing_in(report(block))] == ["why"]
    assert missing_in(report(Paragraph("Said."))) == ()


def test_a_blank_is_named_with_the_key_that_fills_it() -> None:
    assert missing_in(report(Blank("the rules"), id="rules")) == ("the rules: decisions in [rules]",)
    assert missing_in(report(Blank("the power"), id="tests")) == ("the power: the table [plan]",)
    assert missing_in(report(Blank("something else"))) == ("something else, under 'A heading'",)
    assert missing_in(report(Blank("rules (decisions in [rules])"), id="rules")) == (
        "rules (decisions in [rules])",
    )


def test_an_argument_is_named_with_its_key_in_tables_and_entries() -> None:
    rows = table(("(vi) No covariance", SAY), ("The bypass (no numeral)", SAY), ("(v.a) Pooled", SAY))
    said = "the table [justifications], key "
    assert missing_in(report(rows)) == (
        f"(vi) No covariance: {said}vi",
        f"The bypass (no numeral): {said}bypass",
        f"(v.a) Pooled: {said}v.a",
    )
    fields = dict.fromkeys(
        ("statement", "reason", "status", "status_text", "check", "check_text", "breaks"), ""
    )
    lists = dict.fromkeys(("formulas", "details", "detail_formulas", "remarks"), ())
    entry = Assumption("ix", "Rank", justification="", needs_justification=True, **fields, **lists)
    assert missing_in(report(entry)) == (f"(ix) Rank: {said}ix",)


def test_one_blank_said_twice_is_told_once() -> None:
    assert len(missing_in(report(Blank("why"), Blank("why")))) == 1


def run(path: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["report", str(path), "-o", "-", "--strict", *arguments])
    return done.exit_code, done.stderr


@pytest.mark.parametrize("arguments", [(), ("--for", "grant"), ("--for", "preregistration")])
def test_strict_passes_only_where_the_tree_has_no_blank(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "bare.toml").write_text(FILE)
    code, said = run(tmp_path / "bare.toml", *arguments)
    document = arguments[1] if arguments else None
    left = ic.check(ic.load(tmp_path / "bare.toml")).unwritten(document=document)

    assert code == 1
    assert left
    assert said.splitlines() == ["still to be written:", *(f"  {blank}" for blank in left)]
    assert any("key vi" in blank for blank in left)


def test_strict_asks_only_for_what_the_effects_named_rest_on(tmp_path: Path) -> None:
    path = tmp_path / "bare.toml"
    path.write_text(FILE)
    asked = {effect: run(path, "--for", "grant", "-t", effect) for effect in ("itt", "direct M1 Y")}
    assert [code for code, _ in asked.values()] == [1, 1]
    keys = {effect: set(re.findall(r"key (\w+)", said)) for effect, (_, said) in asked.items()}
    assert "i" in keys["itt"]
    assert not {"ii", "vi", "vii", "ix"} & keys["itt"]
    assert {"ii", "vi", "vii", "ix"} <= keys["direct M1 Y"]
