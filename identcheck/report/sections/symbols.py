"""Every symbol of a report, with its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.paths import effect_symbol, reaches
from identcheck.derive.words import effect_words, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import Fact, Facts, Section
from identcheck.symbols.notation import Coefficient, Cov_s, E, E_s
from identcheck.symbols.typeset import latex
from identcheck.symbols.written import Formula

__all__ = ["symbols", "symbols_section"]

MOST_SYMBOLS = 40
"""Beyond this many arrows the symbols are explained by pattern."""

Entry = tuple[str, str]
"""A symbol in LaTeX and its meaning."""

OVER_SITES = (
    (r"\mathbb{E}[\cdot] ,\ \operatorname{Cov}(\cdot,\cdot) ,\ \operatorname{Var}(\cdot)",
     "expectation, covariance and variance over sites"),
    (r"\operatorname{Cov}_s(\cdot,\cdot)", "the covariance over the persons within site s"),
    (r"\mu_s(A_{1},\ldots,A_{n}) ,\ \mu(A_{1},\ldots,A_{n})",
     "the joint central moment, the mean of the product of deviations from the means, over the persons within site s, and "
     "over sites"),
    (r"\omega_{s}", "the error of the regression over sites: what its sites deviate from the average effects"),
)  # fmt: skip


def symbols_section(design: Design) -> Section:
    """The symbols."""
    return Section("symbols", "Symbols", (symbols(design),))


def symbols(design: Design) -> Facts:
    """Person-specific effects, their averages, moments, and potential values."""
    many = design.causal.number_of_edges() > MOST_SYMBOLS
    entries = (*(_patterns(design) if many else _effects(design)), *_averages(design), *_values(design))
    return Facts(tuple(Fact((Formula(symbol),), meaning) for symbol, meaning in entries))


def _effects(design: Design) -> Iterator[Entry]:
    seen: set[Coefficient] = set()
    pairs = [(arm, v) for arm in design.treatments for v in (*design.mediators, design.outcome)]
    pairs += [(m, design.outcome) for m in design.mediators]
    edges = sorted(design.causal.edges, key=lambda e: (design.order[e[0]], design.order[e[1]]))
    for u, v in edges:
        symbol = design.notation.edge(u, v)
        seen.add(symbol)
        others = frozenset(design.mediators) - {u, v}
        yield latex(symbol), f"{effect_words(design, u, v, others)} for one person"
    for u, v in pairs:
        symbol = effect_symbol(design, u, v)
        if reaches(design, u, v) and symbol not in seen:
            seen.add(symbol)
            yield latex(symbol), f"{effect_words(design, u, v)} for one person"


def _patterns(design: Design) -> Iterator[Entry]:
    outcome = design.label(design.outcome)
    for symbol, effect in (
        (r"\Gamma_{k}", "total effect of treatment on mediator k"),
        (r"\Gamma^{*}_{k}", "direct effect of treatment on mediator k"),
        (r"\Lambda_{jk}", "direct effect of mediator j on mediator k"),
        (r"\Delta_{k}", f"direct effect of mediator k on {outcome}"),
        (r"\Delta^{\mathrm{tot}}_{k}", f"total effect of mediator k on {outcome}"),
        ("B", f"total effect of treatment on {outcome}"),
    ):
        yield symbol, f"the {effect} for one person" + (" (compliance)" if symbol == r"\Gamma_{k}" else "")


def _averages(design: Design) -> Iterator[Entry]:
    arm = design.treatments[0]
    example = E_s(design.notation.edge(arm, next(iter(design.causal.successors(arm)))))
    if design.sites == 1:
        yield latex(example, one_site=True), "lower case: the average of the upper-case effect over persons"
        m = design.mediators[0]
        covariance = Cov_s(effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome))
        yield latex(covariance, one_site=True), "the covariance over persons"
        return
    yield (
        f"{latex(example)} , {latex(E(example))}",
        "lower case with s: the average of the upper-case effect over the persons of site s; without s: the average of "
        "that over sites",
    )
    yield from OVER_SITES


def _values(design: Design) -> Iterator[Entry]:
    outcome, several = design.label(design.outcome), len(design.mediators) > 1
    names = (
        listed([*(design.label(m) for m in design.mediators), outcome])
        if len(design.mediators) <= 6
        else f"the mediators and {outcome}"
    )
    yield (
        r"M_{k}(t) ,\ Y(t, m_{1},\ldots,m_{P})" if several else r"M(t) ,\ Y(t, m)",
        f"the values that {names} would take for a person at treatment t and mediator values m",
    )
    if several:
        yield r"P ,\ K", "the number of mediators, and of sites"
