"""A plan on one page of a terminal: a row for each effect, the instruments, what is wrong, and how much is assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import identcheck as ic

if TYPE_CHECKING:
    from identcheck.decide.estimands import Estimand
    from identcheck.decide.findings import Finding
    from identcheck.plan.closed.outlook import Outlook
    from identcheck.plan.closed.results import Instruments
    from identcheck.tables.table import Table

__all__ = ["by_effect", "last_line", "page_tables", "warnings"]

MOST_HELPS = 4
"""Of more effects that are weak or biased the first ones are told what would help."""


def page_tables(diagnosis: ic.Diagnosis) -> Iterator[Table]:
    """Each effect in a row, how the whole effect divides, the strength of the instruments; with what columns hold in a line."""
    from identcheck.plan.closed.modifier_tables import bought_table, implied_table
    from identcheck.plan.closed.result_tables import EffectTables, at_level, whose_average
    from identcheck.plan.inputs.test_words import named_test
    from identcheck.tables.table import Column, Table

    plan, design = diagnosis.anticipated.plan, diagnosis.anticipated.design
    level, least = f"{100 * (1 - plan.alpha):g}%", design.rules.conditional_f
    meaning = (
        f"F: conditional F of the instruments, weak below {least:g}. Coverage: of a {level} interval, given the bias. Power: "
        f"chance that the {named_test(plan)} of no effect rejects {at_level(design, plan)}, if there were no bias; With bias: "
        f"chance that it does reject. MDE: smallest effect detected with power {plan.power:g}, if there were no bias."
    )
    if plan.sites_are == "population":
        meaning = f"{meaning} {whose_average(design, plan)}"
    tables = EffectTables(diagnosis.anticipated, diagnosis.effects)
    causes = implied_table(diagnosis.anticipated), bought_table(diagnosis.bought, design, plan)
    shown = (replace(tables.outlook, note=meaning), tables.parts, *(replace(t, note="") for t in causes))
    yield from (table for table in shown if table.rows)
    rows = tuple(map(_strengths, diagnosis.instruments))
    if rows:
        columns = (
            Column("regression", "Regression", "the outcome and the regressors of the site effects"),
            Column("strength", "Conditional F (F by itself)", "first-stage strength of each mediator"),
        )
        yield Table("instruments", "Strength of the instruments", columns, rows)


def _strengths(item: Instruments) -> tuple[str, str]:
    """A regression with the conditional F of each mediator, and its F by itself in brackets where that differs."""
    from identcheck.plan.closed.questions import short_name

    found = [
        f"{s.regressor} {s.conditional:,.1f}" + (f" ({s.f:,.1f})" if len(item.strengths) > 1 else "")
        for s in item.strengths
    ]
    return short_name(item.regression), ", ".join(found) or "not determined"


def by_effect(table: Table) -> Iterator[Table]:
    """A table for each effect in the first column, without it; what is said of all stands under the last."""
    effects = list(dict.fromkeys(str(row[0]) for row in table.rows))
    for effect in effects:
        rows = tuple(row[1:] for row in table.rows if str(row[0]) == effect)
        note = table.note if effect == effects[-1] else ""
        yield replace(
            table, title=f"{effect}: {table.title}", columns=table.columns[1:], rows=rows, note=note
        )


def warnings(diagnosis: ic.Diagnosis) -> Iterator[str]:
    """What is wrong with the plan, in sentences: contradictions, weak instruments, bias, how persons are assigned."""
    from identcheck.derive.words import listed
    from identcheck.plan.closed.outlook import outlooks
    from identcheck.plan.closed.result_tables import in_the_open, not_estimated
    from identcheck.plan.closed.unidentified import unidentified
    from identcheck.plan.closed.warnings import clustered, off_size, untested
    from identcheck.plan.conflicts import conflicts

    at, design = diagnosis.anticipated, diagnosis.anticipated.design
    in_sight = in_the_open(diagnosis.effects, design)
    yield from unidentified(at, (effect.question for effect in in_sight))
    if text := clustered(at):
        yield text
    for conflict in conflicts(diagnosis, _findings(diagnosis)):
        yield conflict.sentence
    shown = {effect.question.estimand for effect in in_sight}
    found = [outlook for outlook in outlooks(diagnosis) if outlook.estimand in shown]
    yield from filter(None, (off_size(at, found), untested(at, found)))
    weak = [str(outlook.estimand) for outlook in found if outlook.weak]
    if weak:
        least = design.rules.conditional_f
        yield (
            f"The rule that a conditional F below {least:g} leaves an effect undetermined would discard "
            f"{listed(list(dict.fromkeys(weak)))}."
        )
    best: dict[Estimand, Outlook] = {}  # an effect's first strategy
    for outlook in found:
        best.setdefault(outlook.estimand, outlook)
    troubled = sorted(best.values(), key=lambda outlook: outlook.harmless)
    helped = (o for o in troubled if (o.weak or not o.harmless) and o.helps)
    yield from map(_told, islice(helped, MOST_HELPS))
    yield from (each.sentence for each in diagnosis.bought if each.then is None)
    yield from not_estimated(diagnosis.effects)


def _told(outlook: Outlook) -> str:
    from_what = f" bias from {outlook.cause}." if outlook.cause and not outlook.harmless else ""
    return f"{outlook.estimand}:{from_what} {outlook.advice}"


def _findings(diagnosis: ic.Diagnosis) -> list[Finding]:
    """The answers for the effects of a diagnosis."""
    result = ic.check(diagnosis.anticipated.design, diagnosis.granted)
    asked = dict.fromkeys(e for effect in diagnosis.effects for _, e in effect.question.estimand.signed)
    return [result[estimand] for estimand in asked]


def last_line(diagnosis: ic.Diagnosis) -> str:
    """How many of the numbers are defaults."""
    inputs = diagnosis.anticipated.inputs
    count = sum(item.default for item in inputs)
    stated = f"All {len(inputs)} numbers behind this are stated in the plan."
    if count:
        are = "is a default" if count == 1 else "are defaults"
        stated = f"{count} of the {len(inputs)} numbers behind this {are}."
    return f"{stated} --full lists them, and gives all tables."
