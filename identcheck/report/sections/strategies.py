"""Every strategy for every effect, with what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from identcheck.decide.conditions import (
    Between,
    Condition,
    Rank,
    Within,
    condition_name,
    is_kind,
    shared_edges,
)
from identcheck.decide.conditions.base import condition_names, in_order
from identcheck.decide.division import apart
from identcheck.decide.identification import Finding, Identification, distinct
from identcheck.decide.strategies import Composed, Strategy, own_regressors
from identcheck.derive.variation import MOST_REGRESSORS, Matrix, essential_arrows
from identcheck.derive.words import listed
from identcheck.report.blocks import Paragraph, Section, Strategies, StrategyEntry
from identcheck.report.proportion import counted, is_large
from identcheck.report.sections.derivations import Register
from identcheck.report.sections.verdicts import asked

__all__ = ["strategies_of", "strategies_sections"]

MOST_STRATEGIES = 6
"""Of more strategies for one effect the rest are counted."""

FEW = 3
"""In a large design of many effects with the same strategies so many are named."""

ORDER_NOTE = (
    "For each effect its strategies, the least demanding first: those that ask for nothing of what goes around the regressors "
    "before those with a bypass; then those without an arrow that must be the same in all sites; then those without a product "
    "of averages; one regression before several; then by how many conditions are open, that is, given neither by the graph nor "
    "the design nor by declarations; by the highest order of moments within sites they ask about; by the number of "
    "regressors; a pooled variant after its regression. Last come those that leave a measured mediator to an intercept, and "
    "those that the design excludes."
)

CONTRAST = "the contrast of treatment with control in the mean of what is affected"

LARGE_NOTE = (
    " With this many mediators only the regression of the outcome on all that act on it is listed; the other equations have "
    "strategies of the same form, and each effect may have others."
)


def strategies_sections(result: Identification) -> tuple[Section, Section]:
    """The strategies by effect with how to read them; the derivations that they refer to."""
    design = result.design
    register = Register(design)
    # In a large design others are left out before any but their best strategies are looked for.
    found = [f for f in apart(distinct(result.findings)) if not is_large(design) or _of_outcome(f)]
    found = [f for f in found if f.best is not None or f.ruled_out]
    for finding in found:
        register.want(finding)
    groups: dict[Strategies, list[Finding]] = {}
    for finding in found:
        groups.setdefault(strategies_of(finding, register), []).append(finding)
    entries = tuple(_named(ways, group) for ways, group in groups.items())
    note = (Paragraph(ORDER_NOTE + LARGE_NOTE * is_large(design)),) if entries else ()
    return Section("strategies", "Strategies", (*note, *entries), appendix=True), register.section


def _named(ways: Strategies, group: Sequence[Finding]) -> Strategies:
    """With the effects that have these strategies; in a large design, the first of many."""
    most = FEW if is_large(group[0].design) and len(group) > 2 * FEW else len(group)
    rest = f"The same for {len(group) - most} effects more of this equation. " if most < len(group) else ""
    return replace(
        ways, effects=tuple(asked(finding) for finding in group[:most]), more=(rest + ways.more).strip()
    )


def _of_outcome(finding: Finding) -> bool:
    """Whether its best strategy is the regression of the outcome on all its parents."""
    design = finding.design
    best = finding.best or next(iter(finding.ruled_out), None)
    return (
        isinstance(best, Strategy)
        and best.outcome == design.outcome
        and best.regressors == own_regressors(design, design.outcome)
    )


def strategies_of(finding: Finding, register: Register) -> Strategies:
    """The strategies for an effect, the least demanding first, and how many are left out."""
    if is_large(finding.design):
        return Strategies((), (_entry(finding, finding.best or finding.ruled_out[0], register),), "")
    every = (*finding.strategies, *finding.ruled_out)
    shown = every[:MOST_STRATEGIES]
    if finding.best is not None and finding.best not in shown:
        shown = (*shown[:-1], finding.best)
    more, out = len(every) - len(shown), len(finding.ruled_out)
    text = ""
    if more:
        excluded = f"; of all {len(every)}, the design excludes {out}." if out else "."
        text = f"{counted(more, 'more strategy is', 'more strategies are')} not shown{excluded}"
    return Strategies((), tuple(_entry(finding, strategy, register) for strategy in shown), text)


def _entry(finding: Finding, strategy: Strategy | Composed, register: Register) -> StrategyEntry:
    conditions = strategy.conditions
    composed = isinstance(strategy, Composed)
    return StrategyEntry(
        name=strategy.name if strategy.regressors else CONTRAST,
        state=_state(finding, strategy),
        open=_open(conditions, named=not composed),
        met=_met(conditions),
        order=_order(conditions),
        sites=_sites(conditions),
        varying=_varying(conditions),
        parts=tuple(_parts(strategy, register)) if isinstance(strategy, Composed) else (),
        derivation=register.label(strategy),
    )


def _state(finding: Finding, strategy: Strategy | Composed) -> str:
    causes = [c.violated for c in strategy.conditions if c.violated]
    if causes:
        return f"excluded by the design, since {causes[0]}"
    rests = "the verdict rests on it; " if strategy == finding.best else ""
    missing = [c for c in strategy.conditions if not c.met(finding.granted)]
    if not missing:
        return f"{rests}all its conditions are met"
    return f"{rests}it lacks {condition_names(missing)}"


def _open(conditions: Sequence[Condition], named: bool) -> tuple[str, ...]:
    """The open conditions by numeral or nickname, with the regressors they are about."""
    found: dict[str, list[str]] = {}
    for condition in conditions:
        if not condition.implied:
            u = condition.regressor if is_kind(condition, Within) or is_kind(condition, Between) else ""
            found.setdefault(condition_name(condition), []).append(u)
    lines = []
    for name, about in ((name, found[name]) for name in in_order(conditions, found)):
        known = [u for u in dict.fromkeys(about) if u]
        if named and known:
            lines.append(f"{name} for {listed(known)}")
        else:
            lines.append(name + (f" ({len(about)} times)" if len(about) > 1 else ""))
    return tuple(lines)


def _met(conditions: Iterable[Condition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{condition_name(c)}: {c.implied}" for c in conditions if c.implied))


def _order(conditions: Iterable[Condition]) -> str:
    most = max((c.longest for c in conditions if is_kind(c, Within) and not c.implied), default=0)
    return str(most) if most else ""


def _sites(conditions: Iterable[Condition]) -> str:
    """How many sites the ranks take; "" for a plain contrast, and where no number is enough."""
    needed = [c.structure.sites_needed(c.column) for c in conditions if is_kind(c, Rank)]
    known = [number for number in needed if number is not None]
    return str(max(known)) if known and len(known) == len(needed) else ""


def _varying(conditions: Sequence[Condition]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for c in conditions:
        if is_kind(c, Rank) and not c.regression.pooled and c.design.sites != 1:
            reg = c.regression
            if len(reg.regressors) <= MOST_REGRESSORS:
                matrix = Matrix(reg.regressors, reg.arms, reg.intercepts, reg.pooled, shared_edges(reg))
                found.update(
                    dict.fromkeys(" -> ".join(e) for e in essential_arrows(c.design, matrix, c.column))
                )
    return tuple(found)


def _parts(strategy: Composed, register: Register) -> Iterator[str]:
    """Each effect of the composition with its regression."""
    for factor in dict.fromkeys(factor for term in strategy.terms for factor in term.factors):
        needs = listed(_open(factor.strategy.conditions, named=False))
        label = register.label(factor.strategy)
        where = f" ({label})" if label else ""
        yield f"{factor.words}, by {factor.strategy.name}{where}" + (f"; open: {needs}" if needs else "")
