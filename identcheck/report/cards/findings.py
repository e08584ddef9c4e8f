"""What makes the card of a value; the cards of a design, of an identification and of a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch

from identcheck.decide.conditions import condition_name
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.division import apart
from identcheck.decide.identification import Finding, Identification, Verdict, distinct
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import (
    Asked,
    Block,
    Bullets,
    Card,
    Equation,
    Equations,
    Fact,
    Facts,
    Fold,
    Item,
    Paragraph,
    Section,
    Tabular,
)
from identcheck.report.matter import Matter
from identcheck.report.proportion import MOST_MEDIATORS, counted, is_large
from identcheck.report.sections.conditions import WEAKEST, condition_tables, conditions_in_use
from identcheck.report.sections.derivations import Register, decomposition_section
from identcheck.report.sections.division import division_tables
from identcheck.report.sections.graph import graph_block, graph_section, symbols_section, variables_section
from identcheck.report.sections.modifiers import broken_sentences, modifiers_section
from identcheck.report.sections.overview import glance
from identcheck.report.sections.strategies import strategies_of
from identcheck.report.sections.verdicts import asked, granted_paragraph, grounds, meanings, verdicts
from identcheck.report.sections.worlds import worlds_of
from identcheck.symbols.written import Badge, Code, Formula
from identcheck.tables.table import Cell, table_of

__all__ = ["MOST", "and_more", "card_of", "derivation_fold", "display", "some_of"]

MOST = 12
"""So many moments of a condition, or lines in a list, are shown; the rest are counted."""

LARGE = (
    f"With more than {MOST_MEDIATORS} mediators effects are grouped and what is folded is shortened. Ask about one effect to "
    "see it whole."
)


@singledispatch
def card_of(value: object) -> Card:
    """The card of a value.

    Raises:
        TypeError: nothing is known of values of this kind.
    """
    raise TypeError(f"no card is known for a {type(value).__name__}")


@card_of.register
def design_card(design: Design) -> Card:
    """The graph; folded, what is what, the symbols and the decomposition of the effect."""
    sites = "sites not stated" if design.sites is None else counted(design.sites, "site", "sites")
    arms = listed([design.label(arm) for arm in design.treatments])
    folds = (
        _folded(variables_section(design)),
        Fold("The design at a glance", (Facts(glance(design)),)),
        _folded(symbols_section(design)),
        _folded(decomposition_section(design)),
    )
    head = (Paragraph(f"{capital(arms, design)}; {sites}."), graph_block(design))
    return Card("design", design.title or "A multi-site trial", (*head, *folds))


def _folded(section: Section) -> Fold:
    return Fold(str(section.heading), section.blocks)


@card_of.register
def identification_card(result: Identification) -> Card:
    """The verdicts; folded, the graph, what they mean, conditions, assumptions and derivations."""
    design, large = result.design, is_large(result.design)
    register = Register(design)
    for finding in apart(result.findings)[: 1 if large else None]:
        if finding.best is not None:
            register.add(finding.best)
    stated = (
        Fact(f"({a.numeral}) {a.title}", f"{capital(a.status)}. {a.statement}") for a in result.assumptions
    )
    rows = tuple(_large_rows(result) if large else _rows(result))
    tables = condition_tables(conditions_in_use(result))
    blocks: tuple[Block, ...] = (
        Paragraph(granted_paragraph(result)),
        Tabular(table_of("verdicts", "", ("Average effect", "Symbol", "Verdict", "Why"), rows)),
        *division_tables(result),
        *([Paragraph(LARGE, soft=True)] if large else []),
        *([_folded(drawn_causes)] if (drawn_causes := modifiers_section(Matter(result))).blocks else []),
        Fold("What the verdicts mean", (meanings(result.findings),)),
        _folded(graph_section(design)),
        Fold("Assumptions", (Facts(tuple(stated), narrow=False),)),
        Fold("Conditions to be defended", (Paragraph(WEAKEST), *tables)),
        *derivation_fold(register),
    )
    return Card("identification", design.title or "What is identified", blocks)


def _rows(result: Identification) -> Iterator[tuple[Cell, ...]]:
    for finding in apart(distinct(result.findings)):
        yield _row(asked(finding), finding.answer, _why(finding))


def _large_rows(result: Identification) -> Iterator[tuple[Cell, ...]]:
    """The groups of effects that the report makes, the first few of each by name."""
    for group in verdicts(result):
        grounded = f"rests on {group.rests_on}" if group.rests_on else group.reason
        why = "; ".join(group.missing) or grounded
        for effect in group.effects:
            yield _row(effect, group.verdict, why)
        if group.more:
            yield capital(group.more), "", (Badge(group.verdict),), why


def _row(effect: Asked, verdict: str, why: str) -> tuple[Cell, ...]:
    return (capital(effect.text), " ", Code(effect.key)), (effect.formula,), (Badge(verdict),), why


def _why(finding: Finding) -> str:
    if finding.verdict is Verdict.CONDITIONAL:
        return f"missing: {condition_names(finding.missing)}"
    if finding.verdict is Verdict.IDENTIFIED and finding.rests_on:
        return f"rests on {', '.join(grounds(finding))}"
    return finding.reason


@card_of.register
def finding_card(finding: Finding) -> Card:
    """The verdict with its reason and what is missing; two worlds; folded, strategies, conditions, derivation."""
    named, design = asked(finding), finding.design
    head = (display(named.formula), Paragraph(f"{capital(finding.reason, design)}."))
    blocks = (*head, *_needs(finding), *_worlds(finding), *_ways(finding))
    return Card("finding", capital(named.text, design), blocks, badge=finding.answer)


def _needs(finding: Finding) -> Iterator[Block]:
    if finding.rests_on:
        yield Paragraph(f"{'Would rest' if finding.missing else 'Rests'} on {listed(grounds(finding))}.")
    if finding.missing:
        lines = (
            f"{capital(condition_name(c))} {c.need}" if c.numeral else f"{c.need} No numeral grants this."
            for c in finding.missing
        )
        yield from some_of(tuple(dict.fromkeys(lines)), "Missing:")
    if finding.share is not None and not finding.zero:
        yield Paragraph(f"Share: {finding.share}", soft=True)
    yield from map(Paragraph, broken_sentences([finding]))
    if finding.note:
        yield Paragraph(f"{capital(finding.note)}.", soft=True)


def _worlds(finding: Finding) -> Iterator[Block]:
    """Two worlds: in the open where they are the answer, folded where they show what granting more would rule out."""
    for worlds in worlds_of([finding]):
        if finding.verdict is Verdict.NOT_IDENTIFIED:
            yield worlds
        else:
            yield Fold("Why what was granted does not suffice: two worlds", (worlds,))


def _ways(finding: Finding) -> Iterator[Block]:
    best = finding.best or next(iter(finding.ruled_out), None)
    if best is None:
        return
    register = Register(finding.design)
    register.add(best)
    whose = "Conditions" if finding.best is not None else "Conditions of a strategy that the design excludes"
    yield Fold(whose, condition_tables(best.conditions))
    ways = strategies_of(finding, register)
    yield Fold(f"{counted(len(ways.strategies), 'strategy', 'strategies')}, with what each costs", (ways,))
    yield from derivation_fold(register)


def display(*formulas: Formula) -> Equations:
    """Formulas on lines of their own."""
    return Equations(tuple(map(Equation, formulas)))


def some_of(lines: Sequence[str], lead: str = "") -> Iterator[Block]:
    """The first of many lines as a list, and how many more there are."""
    yield Bullets(tuple(map(Item, lines[:MOST])), lead)
    yield from and_more(lines)


def and_more(items: Sequence[object]) -> Iterator[Paragraph]:
    """How many of the items are not shown; nothing where all are."""
    if len(items) > MOST:
        yield Paragraph(f"And {len(items) - MOST:,} more.", soft=True)


def derivation_fold(register: Register) -> Iterator[Fold]:
    """The derivations that a register holds, folded; nothing where there are none."""
    derived = register.derivations()
    if derived:
        yield Fold("Derivation" if len(derived) == 1 else "Derivations", derived)
