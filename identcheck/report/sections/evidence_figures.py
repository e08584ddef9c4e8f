"""The pictures of the evidence, each with its caption and its description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.errors import InvalidQuestionError, ReportError
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.result import Evidence
from identcheck.plots.funnel import EDGE, funnel_counts, site_funnel
from identcheck.plots.planned import planned_and_found
from identcheck.plots.site_rows import site_forest, sites_left_out
from identcheck.plots.site_scatter import site_scatter
from identcheck.plots.style import demand_matplotlib
from identcheck.plots.weak import anderson_rubin_curve
from identcheck.report.blocks import Figure
from identcheck.report.sections.drawn import UNSAVED, Drawn, figure_block
from identcheck.tables.digits import few_digits

__all__ = ["evidence_figures"]

MOST = 3
"""Scatters: one for each regression on the outcome, and no more than so many."""


def evidence_figures(
    evidence: Evidence, format: str, folder: str
) -> tuple[dict[str, tuple[Figure, ...]], str]:
    """The pictures by the key of the table that they stand under, and why there are none.

    Args:
        evidence: what the data say.
        format: "html", "latex" or "word".
        folder: where a LaTeX document finds the pictures; "" if it cannot have any.
    """
    if format == "latex" and not folder:
        return {}, UNSAVED
    try:
        demand_matplotlib()
    except ReportError:
        return {}, "There are no pictures, as matplotlib is not installed: pip install 'identcheck[plots]'."
    found: dict[str, tuple[Figure, ...]] = {}
    for key, make in _MAKERS:
        with suppress(InvalidQuestionError):  # these data have no such picture
            found[key] = tuple(figure_block(drawn, format, folder) for drawn in make(evidence))
    return found, ""


def _lines(evidence: Evidence) -> list[EffectEvidence]:
    """The first effect of each regression on the outcome."""
    found: dict[Regression, EffectEvidence] = {}
    for one in evidence.every:
        made = one.regression
        if made is not None and made.strategy.outcome == evidence.design.outcome:
            found.setdefault(made.strategy.regression, one)
    return list(found.values())[:MOST]


def _scatter(evidence: Evidence) -> Iterator[Drawn]:
    for place, one in enumerate(_lines(evidence), 1):
        assert one.own is not None
        assert one.regression is not None
        several = len(one.regression.rows.columns) > 1
        asked = one.finding.estimand
        given = (
            " Each panel shows one column of the regression, less what the others explain of it."
            if several
            else ""
        )
        tests = (
            ""
            if several
            else " The broken lines: one with an intercept, corrected for the sampling error of compliances as its test is; "
            "one with a square, by least squares, which its test does not rest on."
        )
        cloud = (
            " The pale points are sites as the plan anticipated them." if evidence.plan is not None else ""
        )
        slope = (
            "the slope of each black line is the coefficient of its mediator"
            if several
            else f"the slope of the black line is the estimate of {asked}"
        )
        caption = (
            f"The effects on the outcome against compliances; {slope}. Crosses are one standard error to each side; larger marks "
            f"count more.{given}{tests}{cloud}"
        )
        rows = len(one.regression.rows.y)
        description = (
            f"Scatter of {rows} site effects with a line of slope {few_digits(one.own.value)} for {asked}."
        )
        narrow = partial(site_scatter, evidence, asked, narrow=True) if several else None
        yield Drawn(f"site-scatter-{place}", caption, description, site_scatter(evidence, asked), narrow)


def _forest(evidence: Evidence) -> Iterator[Drawn]:
    for one in _lines(evidence)[:1]:
        word = evidence.design.word("site")
        caption = (
            f"What treatment does in each {word}, in the order of the first compliance, with 95% intervals of sampling. The red "
            f"stroke is what the fitted regression says of the effect on the outcome there."
        )
        asked = one.finding.estimand
        yield Drawn(
            "site-forest",
            caption,
            f"Effects with intervals in {len(evidence.effects.sites)} sites.",
            site_forest(evidence, asked),
        )


def _funnel(evidence: Evidence) -> Iterator[Drawn]:
    for one in _lines(evidence)[:1]:
        assert one.regression is not None
        value, error = one.regression.rows.y, np.sqrt(np.maximum(one.regression.rows.own[:, 0, 0], 0.0))
        middle, inside = funnel_counts(value, error)
        left, right = (int((side * (value - middle) > EDGE * error).sum()) for side in (-1, 1))
        word = evidence.design.word("sites")
        of = f"{len(value)} {word if len(one.regression.effects.arms) == 1 else f'arms of {word}'}"
        caption = (
            f"The effect on the outcome against its standard error; {inside} of {of} lie in the funnel, where 95% would were the "
            "effect the same everywhere. It differs where compliances do, so those outside speak against no assumption; that "
            "they lie to one side where errors are large would."
        )
        description = (
            f"Funnel plot of {of}: effects from {few_digits(value.min())} to {few_digits(value.max())}, standard errors from "
            f"{few_digits(error.min())} to {few_digits(error.max())}, average {few_digits(middle)}; {inside} in the funnel, "
            f"{left} left of it and {right} right of it."
        )
        yield Drawn("site-funnel", caption, description, site_funnel(evidence, one.finding.estimand))


def _left_out(evidence: Evidence) -> Iterator[Drawn]:
    for one in _lines(evidence)[:1]:
        asked = one.finding.estimand
        caption = (
            f"The estimate of {asked} with one site or arm left out; the band is the 95% interval from all."
        )
        made = sites_left_out(evidence, asked)
        known = [row for row in one.leave_one_out.records() if isinstance(row["change"], float)]
        most = max(known, key=lambda row: abs(float(row["change"] or 0)))
        by = few_digits(float(most["change"] or 0))
        description = f"Estimates without each site; without {most['without']} it changes most, by {by}."
        yield Drawn("sites-left-out", caption, description, made)


def _curve(evidence: Evidence) -> Iterator[Drawn]:
    for one in _lines(evidence):
        assert one.regression is not None
        if len(one.regression.rows.columns) != 1 or not one.regression.over_sites:
            continue  # of several columns the curve takes a while; ``anderson_rubin_curve`` draws it
        asked = one.finding.estimand
        caption = (
            f"Q at each value of {asked}; values below the broken line are not rejected, whatever the strength of the "
            "instruments. Q supposes one effect for all sites: where it stays above, effects may only differ between sites."
        )
        found = one.anderson_rubin_set()
        yield Drawn(
            "weak-instruments",
            caption,
            f"Curve of Q; the set is of the shape {found.shape}.",
            anderson_rubin_curve(evidence, asked),
        )
        return


def _planned(evidence: Evidence) -> Iterator[Drawn]:
    caption = "What the data say, as a multiple of what the plan anticipated; beside it both numbers, first that of the plan."
    yield Drawn(
        "planned-and-found",
        caption,
        "Ratios of numbers found to those planned; the table has them.",
        planned_and_found(evidence),
    )


_MAKERS: tuple[tuple[str, Callable[[Evidence], Iterator[Drawn]]], ...] = (
    ("estimates", _scatter),
    ("found_strength", _forest),
    ("tests", _funnel),
    ("weak", _curve),
    ("left_out", _left_out),
    ("compared", _planned),
)
