"""(v) as arrows: parallel mediators, or the list of arrows that takes their place."""

from __future__ import annotations

from itertools import combinations, product

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    ENCODED,
    NEITHER,
    Assumption,
    Remark,
    Setting,
)
from identcheck.decide.assumptions.standing import which_list
from identcheck.derive.paths import effect_meant, reaches
from identcheck.derive.words import agree, brief, capital
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset.names import named

__all__ = ["left_out", "parallel"]


def parallel(setting: Setting) -> Assumption:
    """(v) Parallel mediators, or the list of arrows that takes its place."""
    s, design = setting, setting.design
    if not s.several:
        return _only_one(setting)
    ordered = sorted(design.causal.edges, key=lambda e: (design.order[e[0]], design.order[e[1]]))
    present = [(a, b) for a, b in ordered if a in design.own_mediators and b in design.own_mediators]
    details = [
        f"Arrow {a} -> {b}: {brief(design, a)} may affect {brief(design, b)} (allowed)." for a, b in present
    ]
    details += _absent(design)
    if s.parallel:
        title, statement = (
            "Parallel mediators",
            f"no mediator affects another: {s.mediators} act side by side.",
        )
        formulas: tuple[str, ...] = (r"M_{k}(t, m_{1},\ldots,m_{P}) = M_{k}(t) \quad \text{for every } k",)
    else:
        title = "Arrows between mediators (in place of parallel mediators)"
        statement = (
            "the mediators affect one another only along the arrows of the graph; a direct effect is that of a "
            "mediator with the others held fixed."
        )
        formulas = tuple(
            _compliance_equation(design, m)
            for m in design.own_mediators
            if not {*design.own_mediators}.isdisjoint(design.causal.predecessors(m))
        )
    return Assumption(
        numeral="v",
        title=title,
        statement=capital(statement, setting.design),
        written=formulas,
        spelt_out=(tuple(details), ()),
        reason="It says which paths there are, and so what each effect and each compliance is made of, "
        "equation (9).",
        status=ENCODED,
        status_text="An arrow that is drawn is allowed, not claimed; every arrow that is left out is an assumption.",
        check=NEITHER,
        check_text="The mediators are not randomized, so an effect of one on another cannot be told from a common "
        "cause.",
        breaks=left_out(design, *_first_absent(design)),
    )


def left_out(design: Design, a: str, b: str) -> str:
    """What would break (v) in a sentence: that an arrow is there."""
    changes = agree(design, (a,), "changes", "change")
    return capital(
        f"{brief(design, a)} {changes} {brief(design, b)} in a way that the graph leaves out.", design
    )


def _only_one(setting: Setting) -> Assumption:
    return Assumption(
        numeral="v",
        title="Parallel mediators",
        statement="There is one mediator, so no other can affect it.",
        written=(r"P = 1",),
        reason="It would say which paths there are between mediators; here there are none.",
        status=BY_DESIGN,
        status_text="The graph has one mediator. A mediator that the graph leaves out falls under (ii).",
        check=NEITHER,
        check_text="There is nothing to check.",
        breaks=f"A second mediator that the graph leaves out affects {setting.mediator()} and {setting.outcome}.",
        remarks=(Remark("Which list this is", which_list(setting.design)),),
    )


def _absent(design: Design) -> list[str]:
    """Each absent arrow as a claim: between mediators, from treatment, and into the outcome."""
    lines = []
    for a, b in combinations(design.own_mediators, 2):
        first, second = brief(design, a), brief(design, b)
        if design.causal.has_edge(a, b):
            lines.append(f"No arrow {b} -> {a}: {second} {_not(design, b)} affect {first} in turn.")
        else:
            lines.append(
                f"No arrow between {a} and {b}: neither {first} nor {second} affects the other directly."
            )
    for arm, m in product(design.treatments, design.own_mediators):
        if not design.causal.has_edge(arm, m):
            how = "except through other mediators" if reaches(design, arm, m) else "at all"
            lines.append(
                f"No arrow {arm} -> {m}: {brief(design, arm)} {_not(design, arm)} affect {brief(design, m)} {how}."
            )
    for m in design.own_mediators:
        if not design.causal.has_edge(m, design.outcome):
            lines.append(
                f"No arrow {m} -> {design.outcome}: {brief(design, m)} {agree(design, (m,), 'affects', 'affect')} "
                f"{brief(design, design.outcome)} only through other mediators."
            )
    return lines


def _not(design: Design, node: str) -> str:
    return f"{agree(design, (node,), 'does', 'do')} not"


def _first_absent(design: Design) -> tuple[str, str]:
    for a, b in combinations(design.own_mediators, 2):
        if not design.causal.has_edge(a, b):
            return a, b
    return design.own_mediators[-1], design.own_mediators[0]


def _compliance_equation(design: Design, node: str) -> str:
    """Gamma_k = Gamma*_k + sum over mediator parents of Gamma_j Lambda_jk (first arm that reaches it)."""
    arm = next(a for a in design.treatments if reaches(design, a, node))

    def written(effect: Effect | None) -> str:
        return named(design.notation.name(effect)) if effect is not None else "0"

    terms = [
        written(Effect(p, node))
        if p == arm
        else rf"{written(effect_meant(design, arm, p))} \, {written(Effect(p, node))}"
        for p in sorted(design.causal.predecessors(node), key=design.order.__getitem__)
        if p == arm or reaches(design, arm, p)
    ]
    return f"{written(effect_meant(design, arm, node))} = {' + '.join(terms)}"
