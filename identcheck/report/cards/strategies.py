"""The cards of strategies, conditions, assumptions and witnesses."""

from __future__ import annotations

from identcheck.decide.assumptions import Assumption
from identcheck.decide.conditions import Condition, condition_name
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.derivation import own_solution
from identcheck.decide.witness import Witness
from identcheck.derive.words import capital, listed
from identcheck.report.blocks import Block, Bullets, Card, Fold, Item, Paragraph
from identcheck.report.cards.findings import MOST, and_more, card_of, derivation_fold, display, some_of
from identcheck.report.sections.assumptions import assumption_entry
from identcheck.report.sections.conditions import condition_tables, status_of
from identcheck.report.sections.derivations import Register
from identcheck.report.sections.worlds import worlds_alone
from identcheck.symbols.typeset import joined
from identcheck.symbols.written import Formula


@card_of.register
def strategy_card(strategy: Strategy | Composed) -> Card:
    """What is regressed on what, the equation, and the conditions; folded, the derivation."""
    design = strategy.parts[0].regression.design
    register = Register(design)
    register.add(strategy)
    equation = _equation(strategy)
    blocks: list[Block] = [display(*map(Formula, equation))] if equation else []
    if isinstance(strategy, Strategy) and strategy.estimands:
        blocks.append(Paragraph(f"Identifies {listed([str(e) for e in strategy.estimands])}."))
    if isinstance(strategy, Composed):
        blocks.append(Bullets(tuple(map(Item, strategy.summary)), "Its regressions:"))
    none = "It needs random assignment, and no condition on how effects vary."
    blocks.append(Paragraph("Its conditions, besides the model itself:" if strategy.conditions else none))
    blocks += [*condition_tables(strategy.conditions), *derivation_fold(register)]
    written = joined(equation) if equation else ""
    return Card("strategy", capital(strategy.name, design), tuple(blocks), latex=written)


def _equation(strategy: Strategy | Composed) -> tuple[str, ...]:
    """The regression equation of each arm; the last step where there is none, as of a ratio or a sum."""
    steps = strategy.derivation
    if not steps:
        return ()
    if isinstance(strategy, Composed) or strategy.pooled:
        return (steps[-1].latex,)
    if strategy.site_by_site:
        return tuple(step.latex for step in own_solution(strategy))
    fitted = [step for step in steps if step.level == "site" and step.number == "11"]
    return tuple(step.lines[0] if step.lines else step.latex for step in fitted) or (steps[-1].latex,)


@card_of.register
def condition_card(condition: Condition) -> Card:
    """The condition in words and as a formula; folded, the moments it asks about."""
    moments = tuple(Formula(f"{condition.tex(item)} = 0") for item in condition.moments(3))
    status, _, cause = status_of(condition).partition(": ")
    badge = {"holds": "holds by design", "fails": "violated"}.get(status, status)
    if status == "holds" and condition.declared:
        badge = "holds by declaration"
    blocks: list[Block] = [Paragraph(capital(condition.statement, condition.design))]
    if condition.latex:
        blocks.append(display(Formula(condition.latex)))
    if cause:
        blocks.append(Paragraph(f"{capital(status)}: {cause}."))
    blocks.append(Paragraph(f"Needed: {condition.reason}.", soft=True))
    if moments:
        shown: tuple[Block, ...] = (display(*moments[:MOST]), *and_more(moments))
        blocks.append(Fold("Its moments up to the third order", shown))
    title = f"{capital(condition_name(condition))}, {condition.level}"
    return Card("condition", title, tuple(blocks), badge, condition.latex)


@card_of.register
def assumption_card(assumption: Assumption) -> Card:
    """The assumption as in the report."""
    many = len(assumption.formulas) + len(assumption.details) > MOST
    title = f"({assumption.numeral}) {assumption.title}"
    body = assumption_entry(assumption, many).body
    return Card("assumption", title, body, assumption.status, assumption.latex)


@card_of.register
def witness_card(witness: Witness) -> Card:
    """Both worlds as a small table; folded, the conditions that both meet."""
    said = "These worlds do not verify."
    if witness.verify():
        said = (
            "Recomputed from the persons of both worlds: equal site effects, different answers, and every condition named here "
            "met in both worlds."
        )
    met = tuple(dict.fromkeys(f"{condition_name(c)} {c.need}" for c in witness.granted))
    fold = (Fold("What both worlds meet", tuple(some_of(met))),) if met else ()
    title = "Two worlds that no contrast of arms can tell apart"
    return Card("witness", title, (worlds_alone(witness), Paragraph(said, soft=True), *fold))
