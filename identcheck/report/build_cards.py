"""From a design, and what is found about it, to the card that a notebook shows. Wording and selection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from identcheck.assumptions import Assumption
from identcheck.conditions import Condition
from identcheck.design import Design
from identcheck.equations import equations
from identcheck.identification import Finding, Identification, Verdict, distinct
from identcheck.report.build import (
    MEANINGS,
    caption_of,
    glance,
    granted_words,
    numbered_equations,
    picture_of,
    variable_words,
)
from identcheck.report.build_asked import asked
from identcheck.report.build_assumptions import entry_of
from identcheck.report.build_conditions import condition_rows, rows_of, status_of
from identcheck.report.build_derivations import Register
from identcheck.report.build_questions import questions
from identcheck.report.build_strategies import strategies, ways
from identcheck.report.build_symbols import symbol_entries
from identcheck.report.build_witness import table_of, witness_tables
from identcheck.report.cards import (
    Block,
    Bullets,
    Card,
    Conditions,
    Derived,
    Display,
    Entry,
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
from identcheck.report.context import Fact, Formula
from identcheck.report.proportion import counted, is_large
from identcheck.report.sums import equations_in_sums
from identcheck.strategies import Composed, Strategy
from identcheck.typeset import joined
from identcheck.witness import Witness
from identcheck.words import capital, listed

__all__ = ["card_of"]

LARGE = "With this many mediators effects are grouped and what is folded is shortened; the report says more."


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
    sites = (
        "sites not stated" if design.sites is None else counted(design.sites, "site", "sites")
    )
    arms = listed([design.label(arm) for arm in design.treatments])
    return Card(
        name="design",
        title=design.title or "A multi-site trial",
        blocks=(
            Paragraph(f"{capital(arms, design)}; {sites}."),
            _graph(design),
            Fold(
                "Variables",
                (Facts(tuple(Fact(node, variable_words(design, node)) for node in design.order)),),
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
    rows, note = condition_rows(result)
    _, _, derived, derived_note = strategies(result)
    folds = [
        Fold("What the verdicts mean", (Facts(tuple(meanings)),)),
        Fold("The causal graph", (_graph(design),)),
        Fold("Assumptions", (Facts(tuple(Fact(f"({a.numeral}) {a.title}", f"{capital(a.status)}. {a.statement}")
                                          for a in result.assumptions)),)),
        Fold("Conditions to be defended", (Paragraph(note), Conditions(rows))),
        Fold("Derivations", (Paragraph(derived_note), *map(Derived, derived))),
    ]  # fmt: skip
    return Card(
        name="identification",
        title=design.title or "What is identified",
        blocks=(
            Paragraph(granted_words(result)),
            Verdicts(tuple(_large_rows(result) if is_large(design) else _rows(result))),
            *((Paragraph(LARGE, soft=True),) if is_large(design) else ()),
            *(fold for fold in folds if fold.summary != "Derivations" or derived),
        ),
    )


def _rows(result: Identification) -> Iterator[VerdictRow]:
    for finding in distinct(result.findings):
        named = asked(finding)
        yield VerdictRow(
            capital(named.text, result.design), named.key, named.formula, finding.verdict.value, _rests(finding)
        )


def _large_rows(result: Identification) -> Iterator[VerdictRow]:
    """The groups of effects that the report makes, the first few of each by name."""
    for group in questions(result):
        missing = "; ".join(group.missing) or (f"rests on {group.rests_on}" if group.rests_on else group.reason)
        for effect in group.effects:
            yield VerdictRow(capital(effect.text), effect.key, effect.formula, group.verdict, missing)
        if group.more:
            yield VerdictRow(capital(group.more), "", None, group.verdict, missing)


def _rests(finding: Finding) -> str:
    if finding.verdict is Verdict.CONDITIONAL:
        return f"missing: {listed(list(dict.fromkeys(map(_short, finding.missing))))}"
    if finding.verdict is Verdict.IDENTIFIED and finding.rests_on:
        return f"rests on {', '.join([*(f'({n})' for n in finding.rests_on), *map(str, finding.declared)])}"
    return finding.reason


def _short(condition: Condition) -> str:
    return f"({condition.assumption})" if condition.assumption else condition.nickname


@card_of.register
def finding_card(finding: Finding) -> Card:
    """The verdict with its reason and what is missing; two worlds; folded, strategies, conditions, derivation."""
    design, named = finding.design, asked(finding)
    return Card(
        name="finding",
        title=capital(named.text, design),
        badge=finding.verdict.value,
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
        rests = [*(f"({n})" for n in finding.rests_on), *map(str, finding.declared)]
        yield Paragraph(f"{'Would rest' if finding.missing else 'Rests'} on {listed(rests)}.")
    if finding.missing:
        lines = (f"{capital(_short(c))} {c.need}" if c.assumption else f"{c.need} No numeral grants this."
                 for c in finding.missing)  # fmt: skip
        yield Bullets("Missing:", tuple(dict.fromkeys(lines)))
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
    yield Fold("Conditions", (Conditions(rows_of(best.conditions)),))
    entries, more = ways(finding, register)
    remark = (Paragraph(more, soft=True),) if more else ()
    yield Fold(f"{counted(len(entries), 'strategy', 'strategies')}, with what each costs", (Ways(entries), *remark))
    yield from _derivation(register)


def _derivation(register: Register) -> Iterator[Block]:
    derived = register.derivations()
    if derived:
        yield Fold("Derivation", tuple(map(Derived, derived)))


@card_of.register(Strategy)
@card_of.register(Composed)
def strategy_card(strategy: Strategy | Composed) -> Card:
    """What is regressed on what, the equation, and the conditions; folded, the derivation."""
    design = strategy.parts[0].regression.design
    register = Register(design)
    register.add(strategy)
    equation = _equation(strategy)
    parts = strategy.summary if isinstance(strategy, Composed) else ()
    named = strategy.estimands if isinstance(strategy, Strategy) else ()
    return Card(
        name="strategy",
        title=capital(strategy.name, design),
        latex=joined(equation) if equation else "",
        blocks=(
            *((Display(tuple(map(Formula, equation))),) if equation else ()),
            *((Paragraph(f"Identifies {listed([str(e) for e in named])}."),) if named else ()),
            *((Bullets("Its regressions:", parts),) if parts else ()),
            Paragraph("Its conditions, besides the model itself:") if strategy.conditions else Paragraph(
                "It needs random assignment, and no condition on how effects vary."
            ),
            *((Conditions(rows_of(strategy.conditions)),) if strategy.conditions else ()),
            *_derivation(register),
        ),
    )  # fmt: skip


def _equation(strategy: Strategy | Composed) -> tuple[str, ...]:
    """The regression equation of each arm; the last step where there is none, as of a ratio or a sum."""
    steps = strategy.derivation
    if not steps:
        return ()
    if isinstance(strategy, Composed) or strategy.pooled:
        return (steps[-1].latex,)
    fitted = [step for step in steps if step.level == "site" and step.number == "11"]
    return tuple(step.lines[0] if step.lines else step.latex for step in fitted) or (steps[-1].latex,)


@card_of.register
def condition_card(condition: Condition) -> Card:
    """The condition in words and as a formula; folded, the moments it asks about."""
    design = condition.design
    name = f"({condition.assumption})" if condition.assumption else capital(condition.nickname or condition.kind)
    moments = tuple(Formula(f"{condition.tex(item)} = 0") for item in condition.moments(3))
    status, _, cause = status_of(condition).partition(": ")
    tone = {"holds": "holds by design", "fails": "violated"}.get(status, status)
    if status == "holds" and condition.declared:
        tone = "holds by declaration"
    return Card(
        name="condition",
        title=f"{name}, {condition.level}",
        badge=tone,
        latex=condition.latex,
        blocks=(
            Paragraph(capital(condition.statement, design)),
            *((Display((Formula(condition.latex),)),) if condition.latex else ()),
            *((Paragraph(f"{capital(status)}: {cause}."),) if cause else ()),
            Paragraph(f"Needed: {condition.reason}.", soft=True),
            *((Fold("Its moments up to the third order", (Display(moments[:MOST_MOMENTS]), *_more(moments))),) if moments else ()),
        ),
    )  # fmt: skip


MOST_MOMENTS = 12
"""So many moments of a condition are shown; the rest are counted."""


def _more(moments: tuple[Formula, ...]) -> tuple[Block, ...]:
    left = len(moments) - MOST_MOMENTS
    return (Paragraph(f"And {left:,} more.", soft=True),) if left > 0 else ()


@card_of.register
def assumption_card(assumption: Assumption) -> Card:
    """The assumption as in the report."""
    many = len(assumption.formulas) + len(assumption.details) > MOST_MOMENTS
    return Card(
        name="assumption",
        title=f"({assumption.numeral}) {assumption.title}",
        badge=assumption.status,
        latex=assumption.latex,
        blocks=(Entry(entry_of(assumption, many)),),
    )


@card_of.register
def witness_card(witness: Witness) -> Card:
    """Both worlds as a small table; folded, the conditions that both meet."""
    verified = "equal site effects, different answers, and every condition named here met in both worlds"
    said = f"Recomputed from the persons of both worlds: {verified}." if witness.verify() else "These worlds do not verify."
    met = tuple(dict.fromkeys(f"{_short(c)} {c.need}" for c in witness.granted))
    return Card(
        name="witness",
        title="Two worlds that no contrast of arms can tell apart",
        blocks=(
            Worlds(table_of(witness)),
            Paragraph(said, soft=True),
            *((Fold("What both worlds meet", (Bullets("", met[:MOST_MOMENTS]), *_more(met))),) if met else ()),
        ),
    )  # fmt: skip
