"""The causal graph: its picture, its variables in words, and every symbol of a report with its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import effect_symbol, reaches
from identcheck.derive.words import capital, effect_words, listed
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.report.blocks import Fact, Facts, Graph, Paragraph, Section
from identcheck.report.sections.pictured import LEFT_OUT, drawing, shown_nodes
from identcheck.symbols.notation import Coefficient, Cov_s, E, E_s
from identcheck.symbols.typeset import latex
from identcheck.symbols.written import Formula, Piece

__all__ = [
    "drawing",
    "graph_block",
    "graph_section",
    "short_graph",
    "symbols_in_a_row",
    "symbols_section",
    "variables_section",
]

MOST_SYMBOLS = 40
"""Beyond this many arrows the symbols are explained by pattern."""

Entry = tuple[str, str]
"""A symbol in LaTeX and its meaning."""

JOINT_MOMENT = (
    r"\mu_s(A_{1},\ldots,A_{n}) ,\ \mu(A_{1},\ldots,A_{n})",
    "the joint central moment, the mean of the product of deviations from the means, over the persons within site s, and "
    "over sites",
)
OVER_SITES = (
    (r"\mathbb{E}[\cdot] ,\ \operatorname{Cov}(\cdot,\cdot) ,\ \operatorname{Var}(\cdot)",
     "expectation, covariance and variance over sites"),
    (r"\operatorname{Cov}_s(\cdot,\cdot)", "the covariance over the persons within site s"),
    JOINT_MOMENT,
    (r"\omega_{s}", "the error of the regression over sites: what its sites deviate from the average effects"),
)  # fmt: skip


def graph_section(design: Design) -> Section:
    """The picture of the graph."""
    return Section("graph", "The causal graph", (graph_block(design),))


def short_graph(design: Design) -> Graph:
    """The picture in short labels, without symbols: what a first page can hold."""
    said = "An arrow that is not there is an assumption."
    if any(node in design.unobserved for node in design.order):
        said += " Dashed box: not measured."
    if design.baseline:
        said += " Gray: fixed before treatment."
    found = {design.varies(u, v) for u, v in design.causal.edges}
    if "sites" in found:
        said += f" Dashed arrow: the same for everyone in a {design.word('site')}."
    if "none" in found:
        said += " Dotted arrow: the same for everyone."
    if design.confounded:
        said += " Two heads: a common cause that is not drawn."
    return Graph(drawing(design, short=True), f"{said}{_beside(design)}")


def _beside(design: Design) -> str:
    """What the boxes beside the graph are, as sentences."""
    said = ""
    if design.modifiers:
        said += " Rounded: a modifier, which changes the effects that it points to."
    if any(k != other for k, other in design.interactions):
        said += " With ×: an interaction, by which each of the two mediators changes the effect of the other."
    if any(k == other for k, other in design.interactions):
        said += " With ²: a mediator whose effect changes with its own level."
    return said


def graph_block(design: Design) -> Graph:
    """The picture with how to read it."""
    text = "The causal graph. Each arrow carries a person-specific coefficient; an arrow that is not there is an assumption."
    if design.baseline:
        text += " Gray: fixed before treatment"
        text += "." if back_doors(design) else ", harmless for identification here."
    return Graph(drawing(design), f"{text}{_beside(design)}")


def _described(design: Design, node: str) -> str:
    """What a node is: its label, role and scale."""
    words = {
        "treatment": ("treatment" if back_doors(design) else "treatment, randomized")
        if len(design.treatments) == 1
        else "treatment arm, against control",
        "baseline": "fixed before treatment",
        "consequence": "consequence that does not lead to the outcome",
    }
    role = words.get(design.role(node), design.role(node))
    scale = design.scales.get(node, "")
    unseen = "not measured" if node in design.unobserved else ""
    label = design.label(node)
    about = ", ".join(part for part in (role, scale, unseen) if part)
    return f"{label} ({about})" if label != node else capital(about)


def _modifier_described(design: Design, modifier: Modifier) -> str:
    """What a modifier is: its label, whose characteristic it is, and its scale."""
    of = design.word("site" if modifier.level == "sites" else "person")
    scale = f"{modifier.levels} categories" if modifier.levels else modifier.scale
    even = f"distributed alike in all {design.word('sites')}" if modifier.balanced else ""
    unseen = "" if modifier.measured else "not measured"
    what = (
        f"the weights of the {design.word('sites')}"
        if modifier.name == SITE_WEIGHTS
        else f"modifier, of the {of}"
    )
    about = ", ".join(part for part in (what, scale, even, unseen) if part)
    return f"{modifier.words} ({about})" if modifier.label else capital(about)


def _product_described(design: Design, product: str) -> str:
    """What a product is: its label, and of what it is the product."""
    k, other = (design.short_label(node) for node in design.products[product])
    unseen = ", not measured" if product in design.unobserved else ""
    what = f"the square of {k}" if k == other else f"{k} times {other}"
    said = f"{what}, a mediator of its own{unseen}"
    return f"{design.label(product)} ({said})" if product in design.labels else capital(said)


def variables_section(design: Design) -> Section:
    """Every node and modifier and what it is; of many nodes that treatment does not reach, or that lead nowhere, the first."""
    shown = shown_nodes(design)
    rows = [Fact(node, _described(design, node)) for node in shown]
    rows += [Fact(product, _product_described(design, product)) for product in design.products]
    if more := len(design.drawn) - len(shown):
        rows.append(Fact(f"and {more:,} more", LEFT_OUT))
    rows += [Fact(modifier.name, _modifier_described(design, modifier)) for modifier in design.modifiers]
    return Section("variables", "Variables", (Facts(tuple(rows)),))


def symbols_section(design: Design) -> Section:
    """Person-specific effects, their averages, moments, and potential values."""
    facts = Facts(tuple(Fact((Formula(symbol),), meaning) for symbol, meaning in _symbols(design)))
    return Section("symbols", "Symbols", (facts,))


def symbols_in_a_row(design: Design) -> Paragraph:
    """The same in one paragraph."""
    pieces: list[Piece] = []
    many = design.causal.number_of_edges() > MOST_SYMBOLS
    averages = (entry for entry in _averages(design) if entry != JOINT_MOMENT)
    found = (*(_patterns(design) if many else _effects(design)), *averages, *_around(design))
    for symbol, meaning in found:
        pieces += ["; " if pieces else "", Formula(symbol), f" {meaning.removesuffix(' for one person')}"]
    said = "Capital letters are effects for one person. "
    return Paragraph((said, *pieces, "."), "Symbols")


def _around(design: Design) -> Iterator[Entry]:
    """What else stands in the formulas of a document: effects around mediators, effects of one arm, weights of sites."""
    yield r"B^{\setminus k}", "an effect that avoids the mediators behind the sign"
    if len(design.treatments) > 1:
        yield r"\Gamma^{(l)}_{k}", "in brackets the arm"
    if "x" in design.numerals:
        yield r"w_{s} ,\ v_{s}", "the weight of site s in the estimator, and in the average wanted"


def _symbols(design: Design) -> tuple[Entry, ...]:
    many = design.causal.number_of_edges() > MOST_SYMBOLS
    return (*(_patterns(design) if many else _effects(design)), *_averages(design), *_values(design))


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
    names = f"the mediators and {outcome}"
    if len(design.mediators) <= 6:
        names = listed([*map(design.label, design.mediators), outcome])
    yield (
        r"M_{k}(t) ,\ Y(t, m_{1},\ldots,m_{P})" if several else r"M(t) ,\ Y(t, m)",
        f"the values that {names} would take for a person at treatment t and mediator values m",
    )
    if several:
        yield r"P ,\ K", "the number of mediators, and of sites"
