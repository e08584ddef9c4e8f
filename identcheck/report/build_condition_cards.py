"""The cards of strategies, conditions, assumptions and witnesses. Wording and selection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.decide.assumptions import Assumption
from identcheck.decide.conditions import Condition, condition_name
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.witness import Witness
from identcheck.derive.words import capital, listed
from identcheck.report.build_assumptions import entry_of
from identcheck.report.build_conditions import rows_of, status_of
from identcheck.report.build_derivations import Register
from identcheck.report.build_witness import table_of
from identcheck.report.cards import (
    Block,
    Bullets,
    Card,
    Conditions,
    Derived,
    Display,
    Entry,
    Fold,
    Paragraph,
    Worlds,
)
from identcheck.report.context import Formula
from identcheck.symbols.typeset import joined

__all__ = [
    "MOST",
    "and_more",
    "assumption_card",
    "condition_card",
    "derivation_fold",
    "strategy_card",
    "witness_card",
]

MOST = 12
"""So many moments of a condition, or conditions in a list, are shown; the rest are counted."""


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
            *derivation_fold(register),
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


def condition_card(condition: Condition) -> Card:
    """The condition in words and as a formula; folded, the moments it asks about."""
    design = condition.design
    moments = tuple(Formula(f"{condition.tex(item)} = 0") for item in condition.moments(3))
    status, _, cause = status_of(condition).partition(": ")
    tone = {"holds": "holds by design", "fails": "violated"}.get(status, status)
    if status == "holds" and condition.declared:
        tone = "holds by declaration"
    return Card(
        name="condition",
        title=f"{capital(condition_name(condition))}, {condition.level}",
        badge=tone,
        latex=condition.latex,
        blocks=(
            Paragraph(capital(condition.statement, design)),
            *((Display((Formula(condition.latex),)),) if condition.latex else ()),
            *((Paragraph(f"{capital(status)}: {cause}."),) if cause else ()),
            Paragraph(f"Needed: {condition.reason}.", soft=True),
            *((Fold("Its moments up to the third order", (Display(moments[:MOST]), *and_more(moments))),) if moments else ()),
        ),
    )  # fmt: skip


def and_more(items: Sequence[object]) -> tuple[Block, ...]:
    """How many of the items are not shown; nothing where all are."""
    left = len(items) - MOST
    return (Paragraph(f"And {left:,} more.", soft=True),) if left > 0 else ()


def assumption_card(assumption: Assumption) -> Card:
    """The assumption as in the report."""
    many = len(assumption.formulas) + len(assumption.details) > MOST
    return Card(
        name="assumption",
        title=f"({assumption.numeral}) {assumption.title}",
        badge=assumption.status,
        latex=assumption.latex,
        blocks=(Entry(entry_of(assumption, many)),),
    )


def witness_card(witness: Witness) -> Card:
    """Both worlds as a small table; folded, the conditions that both meet."""
    verified = "equal site effects, different answers, and every condition named here met in both worlds"
    said = (
        f"Recomputed from the persons of both worlds: {verified}."
        if witness.verify()
        else "These worlds do not verify."
    )
    met = tuple(dict.fromkeys(f"{condition_name(c)} {c.need}" for c in witness.granted))
    return Card(
        name="witness",
        title="Two worlds that no contrast of arms can tell apart",
        blocks=(
            Worlds(table_of(witness)),
            Paragraph(said, soft=True),
            *((Fold("What both worlds meet", (Bullets("", met[:MOST]), *and_more(met))),) if met else ()),
        ),
    )  # fmt: skip


def derivation_fold(register: Register) -> Iterator[Fold]:
    """The derivations that a register holds, folded; nothing where there are none."""
    derived = register.derivations()
    if derived:
        yield Fold("Derivation" if len(derived) == 1 else "Derivations", tuple(map(Derived, derived)))
