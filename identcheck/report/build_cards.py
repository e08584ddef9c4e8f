"""From a design, and what is found about it, to the card that a notebook shows. Wording and selection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from identcheck.decide.assumptions import Assumption
from identcheck.decide.conditions import Condition, condition_name
from identcheck.decide.equations import equations
from identcheck.decide.identification import Finding, Identification, Verdict, distinct
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.witness import Witness
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.report.build import MEANINGS, granted_paragraph, numbered_equations
from identcheck.report.build_asked import asked, grounds
from identcheck.report.build_condition_cards import (
    MOST,
    and_more,
    assumption_card,
    condition_card,
    derivation_fold,
    strategy_card,
    witness_card,
)
from identcheck.report.build_conditions import condition_rows, rows_of
from identcheck.report.build_derivations import Register
from identcheck.report.build_design import caption_of, glance, picture_of, variables
from identcheck.report.build_questions import questions
from identcheck.report.build_strategies import ways
from identcheck.report.build_symbols import symbol_entries
from identcheck.report.build_witness import witness_tables
from identcheck.report.cards import (
    Block,
    Bullets,
    Card,
    Conditions,
    Display,
    Equations,
    Facts,
    Fold,
    Graph,
    Paragraph,
    Symbols,
    VerdictRow,
    Verdicts,
    Ways,
    Worlds,
)
from identcheck.report.context import Fact
from identcheck.report.proportion import MOST_MEDIATORS, counted, is_large
from identcheck.report.sums import equations_in_sums

__all__ = ["card_of"]

WEAKEST = "Each row is what one numeral asks of one regression, in its weakest form; one formula for each regressor."
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
    return Card(
        name="design",
        title=design.title or "A multi-site trial",
        blocks=(
            Paragraph(f"{capital(arms, design)}; {sites}."),
            _graph(design),
            Fold(
                "Variables",
                (Facts(variables(design)),),
            ),
            Fold("The design at a glance", (Facts(glance(design)),)),
            Fold("Symbols", (Symbols(symbol_entries(design)),)),
            Fold(
                "Decomposition of the intent-to-treat effect",
                (Equations(equations_in_sums(design) or numbered_equations(equations(design))),),
            ),
        ),
    )


def _graph(design: Design) -> Graph:
    onward = ((node, list(design.graph.successors(node))) for node in design.order)
    arrows = tuple(f"{node} -> {', '.join(others)}" for node, others in onward if others)
    return Graph(picture_of(design), caption_of(design), arrows)


@card_of.register
def identification_card(result: Identification) -> Card:
    """The verdicts; folded, the graph, what they mean, conditions, assumptions and derivations."""
    design = result.design
    found = {finding.verdict for finding in result.findings}
    meanings = (Fact(v.value, f"{capital(words)}.") for v, words in MEANINGS.items() if v in found)
    rows, _ = condition_rows(result)
    register = Register(design)
    for finding in result.findings[: 1 if is_large(design) else None]:
        if finding.best is not None:
            register.add(finding.best)
    folds = [
        Fold("What the verdicts mean", (Facts(tuple(meanings)),)),
        Fold("The causal graph", (_graph(design),)),
        Fold("Assumptions", (Facts(tuple(Fact(f"({a.numeral}) {a.title}", f"{capital(a.status)}. {a.statement}")
                                          for a in result.assumptions)),)),
        Fold("Conditions to be defended", (Paragraph(WEAKEST), Conditions(rows))),
        *derivation_fold(register),
    ]  # fmt: skip
    return Card(
        name="identification",
        title=design.title or "What is identified",
        blocks=(
            Paragraph(granted_paragraph(result)),
            Verdicts(tuple(_large_rows(result) if is_large(design) else _rows(result))),
            *((Paragraph(LARGE, soft=True),) if is_large(design) else ()),
            *folds,
        ),
    )


def _rows(result: Identification) -> Iterator[VerdictRow]:
    for finding in distinct(result.findings):
        named = asked(finding)
        yield VerdictRow(
            capital(named.text, result.design),
            named.key,
            named.formula,
            finding.answer,
            _rests(finding),
        )


def _large_rows(result: Identification) -> Iterator[VerdictRow]:
    """The groups of effects that the report makes, the first few of each by name."""
    for group in questions(result):
        missing = "; ".join(group.missing) or (
            f"rests on {group.rests_on}" if group.rests_on else group.reason
        )
        for effect in group.effects:
            yield VerdictRow(capital(effect.text), effect.key, effect.formula, group.verdict, missing)
        if group.more:
            yield VerdictRow(capital(group.more), "", None, group.verdict, missing)


def _rests(finding: Finding) -> str:
    if finding.verdict is Verdict.CONDITIONAL:
        return f"missing: {listed(list(dict.fromkeys(map(condition_name, finding.missing))))}"
    if finding.verdict is Verdict.IDENTIFIED and finding.rests_on:
        return f"rests on {', '.join(grounds(finding))}"
    return finding.reason


@card_of.register
def finding_card(finding: Finding) -> Card:
    """The verdict with its reason and what is missing; two worlds; folded, strategies, conditions, derivation."""
    design, named = finding.design, asked(finding)
    return Card(
        name="finding",
        title=capital(named.text, design),
        badge=finding.answer,
        blocks=(
            Display((named.formula,)),
            Paragraph(f"{capital(finding.reason, design)}."),
            *_needs(finding),
            *_worlds(finding),
            *_ways(finding),
        ),
    )


def _needs(finding: Finding) -> Iterator[Block]:
    if finding.rests_on:
        yield Paragraph(f"{'Would rest' if finding.missing else 'Rests'} on {listed(grounds(finding))}.")
    if finding.missing:
        lines = (f"{capital(condition_name(c))} {c.need}" if c.numeral else f"{c.need} No numeral grants this."
                 for c in finding.missing)  # fmt: skip
        missing = tuple(dict.fromkeys(lines))
        yield Bullets("Missing:", missing[:MOST])
        yield from and_more(missing)
    if finding.note:
        yield Paragraph(f"{capital(finding.note)}.", soft=True)


def _worlds(finding: Finding) -> Iterator[Block]:
    """Two worlds: in the open where they are the answer, folded where they show what granting more would rule out."""
    for table in witness_tables([finding]):
        shown = Worlds(table)
        if finding.verdict is Verdict.NOT_IDENTIFIED:
            yield shown
        else:
            yield Fold("Why what was granted does not suffice: two worlds", (shown,))


def _ways(finding: Finding) -> Iterator[Block]:
    best = finding.best or next(iter(finding.ruled_out), None)
    if best is None:
        return
    register = Register(finding.design)
    register.add(best)
    whose = "Conditions" if finding.best is not None else "Conditions of a strategy that the design excludes"
    yield Fold(whose, (Conditions(rows_of(best.conditions)),))
    entries, more = ways(finding, register)
    remark = (Paragraph(more, soft=True),) if more else ()
    yield Fold(
        f"{counted(len(entries), 'strategy', 'strategies')}, with what each costs", (Ways(entries), *remark)
    )
    yield from derivation_fold(register)


card_of.register(Strategy, strategy_card)
card_of.register(Composed, strategy_card)
card_of.register(Condition, condition_card)
card_of.register(Assumption, assumption_card)
card_of.register(Witness, witness_card)
