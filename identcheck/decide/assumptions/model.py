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
from identcheck.decide.assumptions.products import besides_products, product_value
from identcheck.decide.conditions import Cut
from identcheck.decide.conditions.breaking import breaks
from identcheck.derive.paths import count_paths, paths
from identcheck.derive.words import agree, assigned_unit, assignment, brief, capital, listed, singular
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset.names import joined, named

__all__ = ["exclusion", "mediator_linearity", "outcome_linearity", "stable_values"]


def stable_values(setting: Setting) -> Assumption:
    """(i) SUTVA."""
    s = setting
    person, persons = s.design.word("person"), s.design.word("persons")
    units = assigned_unit(s.design)
    unit, of = (singular(units), "in") if units else (person, "of")
    m = "M" if not s.several else "M_k"
    below = "i" if not s.several else "ki"
    values = r"m_{1},\ldots,m_{P}" if s.several else "m"
    return Assumption(
        numeral="i",
        title="Stable unit treatment values (SUTVA)",
        statement=capital(
            f"each {person} has one value of {s.mediators} for each assignment, and one value of {s.outcome} for each "
            f"assignment and each value of {'these' if s.several else 'it'}, whatever other {persons} are assigned or "
            "experience.",
            setting.design,
        ),
        written=(
            rf"{m[0]}_{{{below}}}(t_{{1}},\ldots,t_{{N}}) = {m[0]}_{{{below}}}(t_{{i}})"
            + (rf" \quad ({s.numbers})" if s.several else ""),
            rf"Y_{{i}} \text{{ depends on }} t_{{i}} \text{{ and person i's own }} {values} \text{{ only}}",
        ),
        reason="It defines the person-specific effects that every equation is about.",
        status=OPEN,
        status_text=f"It is about interference between {persons} and about hidden versions of treatment; the graph shows "
        "neither.",
        check=NEITHER,
        check_text=f"A trial with one share treated per {s.design.word('site')} cannot tell interference from an effect; "
        "randomizing the share treated as well could.",
        breaks=capital(
            f"{_assigning(setting, unit)} changes {s.mediator()} or {s.outcome} {of} another {unit}"
            f"{'' if s.design.sites == 1 else ' of the same ' + s.design.word('site')}.",
            setting.design,
        ),
    )


def _assigning(setting: Setting, unit: str) -> str:
    """Such as "assigning one pupil to coaching"; of being offered coaching, "the assignment of one pupil"."""
    to = assignment(setting.design, setting.regression.arms).removeprefix("assignment").strip()
    return f"assigning one {unit} {to}" if to else f"the assignment of one {unit}"


def exclusion(setting: Setting) -> Assumption:
    """(ii) Exclusion restriction, read off the graph."""
    s, design = setting, setting.design
    reg = s.regression
    around = [(design, arm, reg.outcome, reg.regressors) for arm in reg.intercepts]
    count = sum(count_paths(*ends) for ends in around)
    found = chain.from_iterable(paths(*ends) for ends in around)
    routes = [" -> ".join(route) for route in islice(found, 4)]
    measured = listed([brief(design, u) for u in reg.regressors]) or "measured mediators"
    values = r"m_{1},\ldots,m_{P}" if s.several else "m"
    if routes:
        shown = listed(routes) + (f" and {count - 4} more" if count > 4 else "")
        others = [brief(design, arm) for arm in reg.arms if arm not in reg.intercepts]
        goes = "goes" if len(routes) == 1 else "go"
        status, why = VIOLATED, f"The graph has {shown}, which {goes} around {measured}."
        if others:
            why += f" For {listed(others)} it holds: there is no such path."
    else:
        status = ENCODED
        from_arms = "treatment" if reg.arms == design.treatments else s.treatment
        why = f"The graph has no path from {from_arms} to {s.outcome} around {measured}. Each arrow left out is a claim."
    sites = design.sites != 1
    moves = "changes none of the mediators" if s.among_several else f"does not change {s.regressors}"
    return Assumption(
        numeral="ii",
        title="Exclusion restriction",
        statement=capital(
            f"{listed([brief(design, arm) for arm in reg.arms])} {agree(design, reg.arms, 'affects', 'affect')} "
            f"{s.outcome} only through {measured}.",
            setting.design,
        ),
        written=(rf"Y(t, {values}) = Y({values})",),
        reason=(
            "Nothing of the effect of treatment is then left outside the sum over mediators"
            if s.among_several
            else f"The whole effect of treatment then runs through {s.regressors}"
        )
        + f", equation ({'1' if design.single else '9'}).",
        status=status,
        status_text=why,
        check=FALSIFIABLE if sites and not no_room(setting) else NEITHER,
        check_text=no_room(setting)
        if sites and no_room(setting)
        else (
            f"{capital(design.word('sites'))} in which treatment {moves} should show no effect on "
            f"{s.outcome}: an intercept in the regression of site effects speaks against (ii), or against (vi) or (vii)."
            if sites
            else f"With one {design.word('site')}, an effect on {s.outcome} outside the mediator cannot be told from one through "
            "it."
        ),
        breaks=breaks(Cut(reg)),
    )


def mediator_linearity(setting: Setting) -> Assumption:
    """(iii) Person-specific linearity of every mediator in its causes."""
    s, design = setting, setting.design
    among = [m for m in design.own_mediators if _needs_linearity(design, m)]
    several = len(design.treatments) > 1 or bool(
        design.interactions
    )  # what has products has arms, given or not
    binary = several or design.scales.get(design.treatments[0]) == "binary"
    if binary and not among:
        status = BY_DESIGN
        why = (
            "Each arm is compared with one control, so its effect is a single difference."
            if len(design.treatments) > 1
            else "Treatment takes two values, so its effect is a single difference."
        )
    else:
        status = OPEN
        why = _linearity_status(setting, binary, among)
    formulas = [_linear(design, m) for m in design.own_mediators[:6]]
    rest = len(design.own_mediators) - 6
    return Assumption(
        numeral="iii",
        title="Person-specific linearity of the mediator" + ("s" if s.several else ""),
        statement=capital(
            f"for each {design.word('person')}, {s.mediators} {agree(design, design.own_mediators, 'changes', 'change')} in "
            f"proportion to {s.treatment}"
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
            "With three or more values of treatment in the design, the mean of each mediator should lie on a line"
            + ("." if design.sites == 1 else f" within {design.word('sites')}.")
            if not binary
            else "There is nothing to check: two values always lie on a line."
            if not among
            else "The mediators are not randomized, so neither curvature nor interaction can be read off the data."
        ),
        breaks=_linearity_breaks(setting, binary, among),
    )


def outcome_linearity(setting: Setting) -> Assumption:
    """(iv) Person-specific linearity of the outcome, additive in several mediators."""
    s, design = setting, setting.design
    parents = [p for p in design.causal.predecessors(design.outcome) if p in design.own_mediators]
    arms = [p for p in design.treatments if design.causal.has_edge(p, design.outcome)]
    causes = listed([brief(design, p) for p in (*arms, *parents)])
    names = listed([brief(design, p) for p in parents])
    binary = all(design.scales.get(p) == "binary" for p in parents)
    but = besides_products(design)
    if binary and len(parents) == 1 and not arms:
        status, why = (
            BY_DESIGN,
            "The mediator takes two values, so its effect is a single difference.",
        )
    elif binary:
        status = OPEN
        why = (
            "Each mediator takes two values, so its effect is a single difference; but the effects must add up, without "
            f"interactions{but}."
        )
    else:
        status, why = (
            OPEN,
            "For a mediator that is not declared binary, a constant effect per unit of its scale is a claim."
            + (
                f" So is that the effects of several causes add up{but}."
                if len(parents) + len(arms) > 1
                else ""
            ),
        )
    changes = agree(design, (design.outcome,), "changes", "change")
    statement = f"for each {design.word('person')}, {s.outcome} {changes} in proportion to {causes}" + (
        f", and their contributions add up: {but.strip() + ', ' if but else ''}the effect of one does not depend on the level of "
        "another."
        if len(parents) + len(arms) > 1
        else f"{but}."
    )
    return Assumption(
        numeral="iv",
        title="Person-specific linearity of the outcome"
        + (f", no interactions{but}" if len(parents) > 1 else but),
        statement=capital(statement, setting.design),
        written=(_linear(design, design.outcome),),
        reason="Effects along a path then multiply, and paths add up"
        + f", which gives equation ({'1' if design.single else '9'}).",
        status=status,
        status_text=why,
        check=NEITHER,
        check_text="The mediators are not randomized, so neither curvature nor interaction can be read off the data.",
        breaks=capital(
            _beyond_products(design, parents)
            if design.products
            else f"the effect of {brief(design, parents[0])} on {s.outcome} depends on the level of "
            f"{brief(design, parents[1])}."
            if len(parents) > 1
            else f"an increase in {names} matters more for {s.outcome} at a low level than at a high one."
            if not binary
            else f"there are more versions of {names} than the two that are coded.",
            setting.design,
        ),
    )


def _beyond_products(design: Design, parents: list[str]) -> str:
    """What would break (iv) although products are drawn: one that is not, or an interaction that is no plain product."""
    pairs = [(a, b) for place, a in enumerate(parents) for b in parents[place:]]
    left = [pair for pair in pairs if {*pair} not in map(set, design.interactions)]
    first, other = left[0] if left else design.interactions[0]
    on = f"the effect of {brief(design, first)} on {brief(design, design.outcome)}"
    if not left:
        return f"{on} changes with the level of {brief(design, other)} in other ways than in proportion."
    return f"{on} depends on the level of {brief(design, other)}{' itself' * (first == other)}."


def _linear(design: Design, node: str) -> str:
    """M_k(t, m) = M_k(0) + t Gamma*_k + sum of m_j Lambda_jk."""
    parents = sorted(design.causal.predecessors(node), key=design.order.__getitem__)
    base, several_arms = _variable(design, node), len(design.treatments) > 1
    terms, arguments = [], []
    for parent in parents:
        if parent in design.products:
            terms.append(product_value(design, parent))
            continue
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
    return f"M_{{{joined((design.notation.tokens[node],))}}}" if len(design.own_mediators) > 1 else "M"


def _needs_linearity(design: Design, node: str) -> bool:
    """Whether a mediator's response to other mediators is a claim: several causes, or one that is not binary."""
    parents = list(design.causal.predecessors(node))
    through = [p for p in parents if p in design.mediators]
    return bool(through) and (len(parents) > 1 or design.scales.get(through[0]) != "binary")


def _linearity_status(setting: Setting, binary: bool, among: list[str]) -> str:
    parts = []
    if not binary:
        parts.append("Treatment is not declared binary, so its effect must be proportional to its dose.")
    elif among:
        parts.append("Treatment takes two values, so its own effect is a single difference.")
    if among:
        names = listed([brief(setting.design, m) for m in among])
        parts.append(
            f"What affects {names} must act in proportion, and the effects of several causes must add up."
        )
    return " ".join(parts)


def _linearity_breaks(setting: Setting, binary: bool, among: list[str]) -> str:
    s, design = setting, setting.design
    if among:
        node = among[0]
        parent = next(p for p in design.causal.predecessors(node) if p in design.mediators)
        cause = brief(design, parent)
        return capital(
            f"the effect of {cause} on {brief(design, node)} depends on the level of {cause} or of something else.",
            setting.design,
        )
    if binary:
        return "Nothing, as long as treatment takes two values."
    return capital(f"doubling {s.treatment} does not double its effect on {s.mediator()}.", setting.design)
