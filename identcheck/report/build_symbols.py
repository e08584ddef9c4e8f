"""Every symbol of a report, with its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.paths import effect_symbol, reaches
from identcheck.derive.words import effect_words, listed
from identcheck.describe.design import Design
from identcheck.report.context import Formula, SymbolEntry
from identcheck.symbols.notation import Coefficient, Cov_s, E, E_s
from identcheck.symbols.typeset import latex

__all__ = ["symbol_entries"]

MOST_SYMBOLS = 40
"""Beyond this many arrows the symbols are explained by pattern."""


def symbol_entries(design: Design) -> tuple[SymbolEntry, ...]:
    """Person-specific effects, their averages, moments, and potential values."""
    entries = (
        list(_patterns(design)) if design.causal.number_of_edges() > MOST_SYMBOLS else list(_effects(design))
    )
    entries += _averages(design)
    return tuple(entries)


def _effects(design: Design) -> Iterator[SymbolEntry]:
    seen: set[Coefficient] = set()
    pairs = [(arm, v) for arm in design.treatments for v in (*design.mediators, design.outcome)]
    pairs += [(m, design.outcome) for m in design.mediators]
    edges = sorted(design.causal.edges, key=lambda e: (design.order[e[0]], design.order[e[1]]))
    for u, v in edges:
        symbol = design.notation.edge(u, v)
        seen.add(symbol)
        others = frozenset(design.mediators) - {u, v}
        yield _entry(symbol, f"{effect_words(design, u, v, others)} for one person")
    for u, v in pairs:
        symbol = effect_symbol(design, u, v)
        if reaches(design, u, v) and symbol not in seen:
            seen.add(symbol)
            yield _entry(symbol, f"{effect_words(design, u, v)} for one person")


def _entry(symbol: Coefficient, meaning: str) -> SymbolEntry:
    return SymbolEntry(Formula(latex(symbol)), meaning)


def _patterns(design: Design) -> Iterator[SymbolEntry]:
    yield SymbolEntry(
        Formula(r"\Gamma_{k}"), "the total effect of treatment on mediator k for one person (compliance)"
    )
    yield SymbolEntry(
        Formula(r"\Gamma^{*}_{k}"), "the direct effect of treatment on mediator k for one person"
    )
    yield SymbolEntry(
        Formula(r"\Lambda_{jk}"), "the direct effect of mediator j on mediator k for one person"
    )
    outcome = design.label(design.outcome)
    yield SymbolEntry(Formula(r"\Delta_{k}"), f"the direct effect of mediator k on {outcome} for one person")
    yield SymbolEntry(
        Formula(r"\Delta^{\mathrm{tot}}_{k}"), f"the total effect of mediator k on {outcome} for one person"
    )
    yield SymbolEntry(Formula("B"), f"the total effect of treatment on {outcome} for one person")


def _averages(design: Design) -> Iterator[SymbolEntry]:
    example = design.notation.edge(
        design.treatments[0], next(iter(design.causal.successors(design.treatments[0])))
    )
    one = design.sites == 1
    if one:
        shown = latex(E_s(example), one_site=True)
        yield SymbolEntry(Formula(shown), "lower case: the average of the upper-case effect over persons")
        covariance = latex(Cov_s(*_two(design)), one_site=True)
        yield SymbolEntry(Formula(covariance), "the covariance over persons")
    else:
        shown = f"{latex(E_s(example))} , {latex(E(E_s(example)))}"
        yield SymbolEntry(
            Formula(shown),
            "lower case with s: the average of the upper-case effect over the persons of site s; without s: the average of "
            "that over sites",
        )
        yield SymbolEntry(
            Formula(r"\mathbb{E}[\cdot] ,\ \operatorname{Cov}(\cdot,\cdot) ,\ \operatorname{Var}(\cdot)"),
            "expectation, covariance and variance over sites",
        )
        yield SymbolEntry(
            Formula(r"\operatorname{Cov}_s(\cdot,\cdot)"), "the covariance over the persons within site s"
        )
        yield SymbolEntry(
            Formula(r"\mu_s(A_{1},\ldots,A_{n}) ,\ \mu(A_{1},\ldots,A_{n})"),
            "the joint central moment, the mean of the product of deviations from the means, over the persons within site s, "
            "and over sites",
        )
        yield SymbolEntry(
            Formula(r"\omega_{s}"),
            "the error of the regression over sites: what its sites deviate from the average effects",
        )
    several = len(design.mediators) > 1
    values = r"M_{k}(t) ,\ Y(t, m_{1},\ldots,m_{P})" if several else "M(t) ,\\ Y(t, m)"
    outcome = design.label(design.outcome)
    few = len(design.mediators) <= 6
    names = (
        listed([*(design.label(m) for m in design.mediators), outcome])
        if few
        else f"the mediators and {outcome}"
    )
    yield SymbolEntry(
        Formula(values),
        f"the values that {names} would take for a person at treatment t and mediator values m",
    )
    if several:
        yield SymbolEntry(Formula("P ,\\ K"), "the number of mediators, and of sites")


def _two(design: Design) -> tuple[Coefficient, Coefficient]:
    arm, m = design.treatments[0], design.mediators[0]
    return effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome)
