"""(i) to (iv): what the graph and its coefficients mean."""

from __future__ import annotations

from itertools import chain, islice

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    ENCODED,
    FALSIFIABLE,
    NEITHER,
    OPEN,
    VIOLATED,
    Assumption,
    Setting,
    no_room,
)
from identcheck.derive.paths import count_paths, paths
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset.names import joined, named

__all__ = ["exclusion", "mediator_linearity", "outcome_linearity", "stable_values"]


def stable_values(setting: Setting) -> Assumption:
    """(i) SUTVA."""
    s = setting
    m = "M" if not s.several else "M_k"
    below = "i" if not s.several else "ki"
    values = r"m_{1},\ldots,m_{P}" if s.several else "m"
    return Assumption(
        numeral="i",
        title="Stable unit treatment values (SUTVA)",
        statement=capital(
            f"each person has one value of {s.mediators} for each assignment, and one value of {s.outcome} for "
            f"each assignment and each value of {'these' if s.several else 'it'}, whatever other persons are "
            "assigned or experience.",
            setting.design,
        ),
        written=(
            rf"{m[0]}_{{{below}}}(t_{{1}},\ldots,t_{{N}}) = {m[0]}_{{{below}}}(t_{{i}})"
            + (rf" \quad ({s.numbers})" if s.several else ""),
            rf"Y_{{i}} \text{{ depends on }} t_{{i}} \text{{ and person i's own }} {values} \text{{ only}}",
        ),
        reason="It defines the person-specific effects that every equation is about.",
        status=OPEN,
        status_text="It is about interference between persons and about hidden versions of treatment; the graph "
        "cannot show either.",
        check=NEITHER,
        check_text="One trial with one share treated per site cannot tell interference from effect; a second "
        "randomisation of the share treated could.",
        breaks=capital(
            f"assigning {s.treatment} to one person changes {s.mediator()} or {s.outcome} of another, for instance "
            "of a neighbour, classmate or competitor in the same site.",
            setting.design,
        ),
    )


def exclusion(setting: Setting) -> Assumption:
    """(ii) Exclusion restriction, read off the graph."""
    s, design = setting, setting.design
    reg = s.regression
    around = [(design, arm, reg.outcome, reg.regressors) for arm in reg.intercepts]
    count = sum(count_paths(*ends) for ends in around)
    found = chain.from_iterable(paths(*ends) for ends in around)
    routes = [" -> ".join(route) for route in islice(found, 4)]
    measured = listed([design.label(u) for u in reg.regressors]) or "measured mediators"
    values = r"m_{1},\ldots,m_{P}" if s.several else "m"
    if routes:
        shown = listed(routes) + (f" and {count - 4} more" if count > 4 else "")
        others = [design.label(arm) for arm in reg.arms if arm not in reg.intercepts]
        goes = "goes" if len(routes) == 1 else "go"
        status, why = VIOLATED, f"The graph has {shown}, which {goes} around {measured}."
        if others:
            why += f" For {listed(others)} it holds: no such path."
    else:
        status = ENCODED
        from_arms = "treatment" if reg.arms == design.treatments else s.treatment
        why = f"The graph has no path from {from_arms} to {s.outcome} around {measured}. Each arrow left out is a claim."
    sites = design.sites != 1
    return Assumption(
        numeral="ii",
        title="Exclusion restriction",
        statement=capital(f"{s.treatment} affects {s.outcome} only through {measured}.", setting.design),
        written=(rf"Y(t, {values}) = Y({values})",),
        reason="Nothing of the effect of treatment is then left outside the sum over mediators, equation "
        f"({'1' if design.single else '9'}).",
        status=status,
        status_text=why,
        check=FALSIFIABLE if sites and not no_room(setting) else NEITHER,
        check_text=no_room(setting)
        if sites and no_room(setting)
        else (
            f"Sites in which treatment moves none of the mediators should show no effect on {s.outcome}: an intercept "
            "in the regression of site effects speaks against (ii), or against (vi) or (vii)."
            if sites
            else f"With one site, an effect on {s.outcome} outside the mediator cannot be told from one through it."
        ),
        breaks=capital(
            f"{s.treatment} by itself, or something else that comes with it, changes {s.outcome} for persons whose "
            f"{measured} {'stay' if len(reg.regressors) > 1 else 'stays'} the same.",
            setting.design,
        ),
    )


def mediator_linearity(setting: Setting) -> Assumption:
    """(iii) Person-specific linearity of every mediator in its causes."""
    s, design = setting, setting.design
    among = [m for m in design.mediators if _needs_linearity(design, m)]
    binary = len(design.treatments) > 1 or design.scales.get(design.treatments[0]) == "binary"
    if binary and not among:
        status = BY_DESIGN
        why = (
            "Each arm is compared with one control, so its effect is a single difference."
            if len(design.treatments) > 1
            else f"{capital(s.treatment, setting.design)} takes two values, so its effect is a single difference."
        )
    else:
        status = OPEN
        why = _linearity_status(setting, binary, among)
    formulas = [_linear(design, m) for m in design.mediators[:6]]
    rest = len(design.mediators) - 6
    return Assumption(
        numeral="iii",
        title="Person-specific linearity of the mediator" + ("s" if s.several else ""),
        statement=capital(
            f"for each person, {s.mediators} {'change' if s.several else 'changes'} in proportion to "
            f"{s.treatment}"
            + (", and to the mediators that affect them; several contributions add up." if among else "."),
            setting.design,
        ),
        written=tuple(formulas),
        spelt_out=((f"and likewise for the {rest} other mediators.",) if rest > 0 else (), ()),
        reason="A person's effect is then one number, and effects along a path multiply.",
        status=status,
        status_text=why,
        check=FALSIFIABLE if not binary else NEITHER,
        check_text=(
            "With three or more values of treatment in the design, the mean of each mediator should rise on a line"
            + ("." if design.sites == 1 else " within sites.")
            if not binary
            else "There is nothing to check: two values always lie on a line."
            if not among
            else "The mediators are not randomised, so neither curvature nor interaction can be read off the data."
        ),
        breaks=_linearity_breaks(setting, binary, among),
    )


def outcome_linearity(setting: Setting) -> Assumption:
    """(iv) Person-specific linearity of the outcome, additive in several mediators."""
    s, design = setting, setting.design
    parents = [p for p in design.causal.predecessors(design.outcome) if p in design.mediators]
    arms = [p for p in design.treatments if design.causal.has_edge(p, design.outcome)]
    causes = listed([design.label(p) for p in (*arms, *parents)])
    names = listed([design.label(p) for p in parents])
    binary = all(design.scales.get(p) == "binary" for p in parents)
    if binary and len(parents) == 1 and not arms:
        status, why = (
            BY_DESIGN,
            f"{capital(names, setting.design)} takes two values, so its effect is a single difference.",
        )
    elif binary:
        status = OPEN
        why = (
            "The mediators take two values each, so the effect of each one is a single difference; but their "
            "effects must still add up: no interaction among them."
        )
    else:
        status, why = (
            OPEN,
            "The scale of a mediator with more than two values, or not stated, is a claim."
            + (" So is that the effects of several causes add up." if len(parents) + len(arms) > 1 else ""),
        )
    statement = f"for each person, {s.outcome} changes in proportion to {causes}" + (
        ", and their contributions add up: the effect of one does not depend on the level of another."
        if len(parents) + len(arms) > 1
        else "."
    )
    return Assumption(
        numeral="iv",
        title="Person-specific linearity of the outcome" + (", no interactions" if len(parents) > 1 else ""),
        statement=capital(statement, setting.design),
        written=(_linear(design, design.outcome),),
        reason="Effects along a path then multiply, and paths add up"
        + f", which gives equation ({'1' if design.single else '9'}).",
        status=status,
        status_text=why,
        check=NEITHER,
        check_text="The mediators are not randomised, so neither curvature nor interaction can be read off the data.",
        breaks=capital(
            f"the effect of {design.label(parents[0])} on {s.outcome} depends on the level of "
            f"{design.label(parents[1])}."
            if len(parents) > 1
            else f"a first step of {names} matters more for {s.outcome} than a later one."
            if not binary
            else f"{names} comes in more versions than the two that are coded.",
            setting.design,
        ),
    )


def _linear(design: Design, node: str) -> str:
    """M_k(t, m) = M_k(0) + t Gamma*_k + sum of m_j Lambda_jk."""
    parents = sorted(design.causal.predecessors(node), key=design.order.__getitem__)
    base, several_arms = _variable(design, node), len(design.treatments) > 1
    terms, arguments = [], []
    for parent in parents:
        if parent in design.treatments:
            value = f"t_{{{joined((design.notation.tokens[parent],))}}}" if several_arms else "t"
        else:
            below = joined((design.notation.tokens[parent],))
            value = f"m_{{{below}}}" if below else "m"
        arguments.append(value)
        terms.append(rf"{value} \, {named(design.notation.name(Effect(parent, node)))}")
    zero = ", ".join("0" for _ in arguments)
    return rf"{base}({', '.join(arguments)}) = {base}({zero}) + {' + '.join(terms)}"


def _variable(design: Design, node: str) -> str:
    if node == design.outcome:
        return "Y"
    return f"M_{{{joined((design.notation.tokens[node],))}}}" if len(design.mediators) > 1 else "M"


def _needs_linearity(design: Design, node: str) -> bool:
    """Whether a mediator's response to other mediators is a claim: several causes, or one that is not binary."""
    parents = list(design.causal.predecessors(node))
    through = [p for p in parents if p in design.mediators]
    return bool(through) and (len(parents) > 1 or design.scales.get(through[0]) != "binary")


def _linearity_status(setting: Setting, binary: bool, among: list[str]) -> str:
    parts = []
    if not binary:
        parts.append("The scale of treatment is not declared binary, so its dose must act in proportion.")
    elif among:
        parts.append("Treatment takes two values, so its own effect is a single difference.")
    if among:
        names = listed([setting.design.label(m) for m in among])
        parts.append(f"But what affects {names} must act in proportion, and several causes must add up.")
    return " ".join(parts)


def _linearity_breaks(setting: Setting, binary: bool, among: list[str]) -> str:
    s, design = setting, setting.design
    if among:
        node = among[0]
        parent = next(p for p in design.causal.predecessors(node) if p in design.mediators)
        return capital(
            f"the effect of {design.label(parent)} on {design.label(node)} differs with its own level, or with "
            "what else affects it.",
            setting.design,
        )
    if binary:
        return "Nothing, as long as treatment is coded with two values."
    return capital(
        f"doubling {s.treatment} does not double a person's change in {s.mediator()}.", setting.design
    )
