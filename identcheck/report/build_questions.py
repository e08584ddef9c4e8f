"""The estimands of a report with their verdicts, those not identified first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import sympy

from identcheck.conditions import Condition
from identcheck.identification import Finding, Identification, Verdict, distinct
from identcheck.moments import mean, site_mean
from identcheck.paths import edges_of, effect_symbol
from identcheck.report.context import Asked, Formula, Question, WitnessTable
from identcheck.typeset import latex
from identcheck.witness import Witness
from identcheck.words import capital, listed

__all__ = ["questions"]

ORDER = (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED, Verdict.CONDITIONAL, Verdict.IDENTIFIED)


def questions(result: Identification) -> tuple[Question, ...]:
    """The default estimands, those with one verdict for one reason together."""
    groups: dict[object, Question] = {}
    for finding in sorted(distinct(result.findings), key=lambda finding: ORDER.index(finding.verdict)):
        asked = Asked(str(finding.estimand), _words(finding), Formula(latex(_symbol(finding))))
        made = _question(finding, asked)
        key = made if made.witness else (made.verdict, made.reason, made.missing, made.alternatives)
        before = groups.get(key, replace(made, effects=()))
        groups[key] = replace(before, effects=(*before.effects, asked))
    return tuple(groups.values())


def _question(finding: Finding, asked: Asked) -> Question:
    best = finding.best
    others = [s.name for s in finding.strategies if s != best][:5]
    more = len(finding.strategies) - 1 - len(others)
    contrast = best is not None and not best.regressors
    return Question(
        heading=_heading(finding),
        effects=(asked,),
        verdict=finding.verdict.value,
        reason="By the contrast of treatment with control in the mean of what is affected."
        if contrast
        else capital(finding.reason, finding.design) + ".",
        rests_on=", ".join([*(f"({n})" for n in finding.rests_on), *map(str, finding.declared)]),
        missing=_missing(finding.missing),
        alternatives=(*others, *([f"and {more} more"] if more > 0 else [])),
        witness=_witness(finding) if finding.verdict is Verdict.NOT_IDENTIFIED else None,
    )


def _heading(finding: Finding) -> str:
    if finding.verdict is not Verdict.CONDITIONAL:
        return str(finding.verdict.value).capitalize()
    names = dict.fromkeys(f"({c.assumption})" if c.assumption else c.nickname for c in finding.missing)
    return f"Conditional on {listed(list(names))}"


def _words(finding: Finding) -> str:
    notes = {"itt": " (intent to treat)", "compliance": " (compliance)"}
    return finding.words + notes.get(finding.estimand.kind, "")


def _symbol(finding: Finding) -> sympy.Expr:
    design, target = finding.design, finding.target
    if target.route is not None:
        product = sympy.Mul(*(design.notation.edge(*edge) for edge in edges_of(target.route)))
        return mean(site_mean(product))
    return mean(site_mean(effect_symbol(design, target.source, target.target, target.avoiding)))


def _missing(missing: Sequence[Condition]) -> tuple[str, ...]:
    """What numerals would grant in one line; what none grants in full."""
    numerals = list(dict.fromkeys(f"({c.assumption})" for c in missing if c.assumption))
    lines = [f"{listed(numerals)}, as spelt out below for this regression."] if numerals else []
    lines += [
        f"{c.statement} None of the numbered assumptions grants this." for c in missing if not c.assumption
    ]
    return tuple(lines)


def _witness(finding: Finding) -> WitnessTable | None:
    witness = finding.witness()
    if witness is None:
        return None
    design = finding.design
    first, second = witness.values
    data = [(arm, node) for arm, node in witness.first.observed()[0]]
    moved = _moved(witness)
    headings = [f"effect of {arm} on {node}" for arm, node in data]
    headings += [f"{a} -> {b}, {which}" for a, b in moved for which in ("first", "second")]
    rows: dict[tuple[str, ...], str] = {}
    for s, observed in enumerate(witness.first.observed()):
        cells = [_number(observed[key]) for key in data]
        for a, b in moved:
            cells += [_number(world.path((a, b), s)) for world in (witness.first, witness.second)]
        rows.setdefault(tuple(cells), str(s + 1))
    repeated = len(witness.first.sites) - len(rows)
    return WitnessTable(
        sentence=f"Both worlds give the same site effects, and so the same answers to every contrast of arms; in the first "
        f"{_words(finding)} is {_number(first)}, in the second {_number(second)}.",
        columns=("site", *headings),
        rows=tuple((site, *cells) for cells, site in rows.items()),
        note=("The other sites repeat these. " if repeated else "")
        + "Everyone in a site has the same coefficients, so both worlds can also be given the same full distributions of "
        f"the mediators and {design.label(design.outcome)} given treatment and site: no analysis could tell them apart.",
    )


def _moved(witness: Witness) -> list[tuple[str, str]]:
    """The arrows whose coefficients differ between the worlds."""
    edges = witness.first.design.causal.edges
    sites = range(len(witness.first.sites))
    return [
        (a, b)
        for a, b in edges
        if any(witness.first.path((a, b), s) != witness.second.path((a, b), s) for s in sites)
    ]


def _number(value: Fraction) -> str:
    return str(value)
