"""From an estimand to the paths that it averages over in one design, or why there are none."""

from __future__ import annotations

import itertools
from dataclasses import replace

from identcheck.decide.estimand_text import Estimand
from identcheck.decide.estimands.kinds import check_estimand
from identcheck.decide.estimands.target import Target, mediator_set
from identcheck.decide.interacting import held_levels, held_problems, levels_open, weights_held
from identcheck.decide.level_text import Levels
from identcheck.decide.stated_levels import level_problems
from identcheck.derive.paths import check_nodes, count_paths, inner_nodes, reaches
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.describe.interactions import written_product
from identcheck.errors import InvalidQuestionError, UnknownEstimandError


def resolve(design: Design, estimand: Estimand) -> Target:
    """Find the paths an estimand averages over.

    Raises:
        UnknownEstimandError: where the design has no such effect; the message says why.
    """
    check_estimand(estimand)
    if estimand.of:
        raise UnknownEstimandError(
            [
                f"{estimand} is made of several effects; check(design).combined(...) answers for it, and plans have its "
                "numbers; all else is asked of its effects one by one"
            ]
        )
    if not estimand.levels:
        return _resolve(design, estimand)
    held, others = held_levels(design, estimand.levels)
    problems = list(level_problems(design, others))
    if estimand.kind == "mediated":
        problems.append("a part of the intent-to-treat effect is not asked for at stated levels")
    try:
        target = _resolve(design, estimand)
    except InvalidQuestionError as error:
        problems = [*error.problems, *problems]
    else:
        alone = not target.inner and target.route is None
        problems += held_problems(design, target.source, target.target, alone, held)
    if problems:
        raise UnknownEstimandError(problems)
    target = replace(target, levels=others)
    return _held(design, target, held) if held and not target.empty else target


def _held(design: Design, target: Target, held: Levels) -> Target:
    """The direct effect with other mediators held at stated levels."""
    named = {name for name, _ in held}
    left = tuple(q for q in target.depends_on if {*design.products[q]}.isdisjoint(named))
    weighted = weights_held(design, target.source, held)
    inside = {
        product for weight, product in weighted if weight == 1 and design.same.get(product) == target.source
    }
    if inside:  # the product is the mediator itself, so that one more of it is one more of the product
        weighted = tuple(one for one in weighted if one[1] not in inside)
        target = replace(target, avoiding=target.avoiding - inside, inner=target.inner | inside)
    return replace(target, depends_on=left, held=held, weighted=weighted)


def _resolve(design: Design, estimand: Estimand) -> Target:
    """The paths, whatever the levels."""
    if estimand.kind == "path":
        return _resolve_path(design, estimand.nodes)
    if estimand.kind == "mediated":
        return _resolve_part(design, estimand)
    if estimand.kind == "compliance":
        source, target = _arm(design, estimand), _mediator(design, *estimand.nodes)
    elif estimand.kind == "interaction":
        source, target = _product(design, estimand.nodes), design.outcome
    elif estimand.kind == "itt":
        source, target = _arm(design, estimand), design.outcome
    else:
        source, target = estimand.nodes
    _check_pair(design, source, target)
    check_nodes(design, *estimand.avoiding)
    if estimand.kind in ("direct", "interaction"):
        empty = not design.causal.has_edge(source, target)
        return Target(source, target, mediator_set(design) - {source, target}, frozenset(), empty=empty)
    avoiding = frozenset(estimand.avoiding) - {source, target}
    if not reaches(design, source, target, avoiding):
        return Target(source, target, avoiding, frozenset(), empty=True)
    depends_on = levels_open(design, source, target, avoiding) if design.interactions else ()
    return Target(
        source, target, avoiding, inner_nodes(design, source, target, avoiding), depends_on=depends_on
    )


def _mediator(design: Design, node: str) -> str:
    check_nodes(design, node)
    if node not in design.mediators:
        listed = ", ".join(repr(m) for m in design.mediators)
        raise UnknownEstimandError(
            [f"{node!r} is the {design.role(node)}; compliance is asked of a mediator: {listed}"]
        )
    return node


def _product(design: Design, pair: tuple[str, ...]) -> str:
    """The product of two mediators, in whatever order."""
    check_nodes(design, *pair)
    for product, factors in design.products.items():
        if sorted(factors) == sorted(pair):
            return product
    drawn = ", ".join(written_product(*factors) for factors in design.interactions)
    raise UnknownEstimandError(
        [
            f"the design has no interaction {written_product(pair[0], pair[1])}; "
            + (f"it has {drawn}" if drawn else "add it to interactions, or ask the direct effects")
        ]
    )


def _arm(design: Design, estimand: Estimand) -> str:
    arms = ", ".join(repr(arm) for arm in design.treatments)
    if estimand.arm is None:
        if len(design.treatments) > 1:
            raise UnknownEstimandError(
                [f"{estimand}: the design has several arms, {arms}; name one with arm=..."]
            )
        return design.treatments[0]
    if design.known(estimand.arm) not in design.treatments:
        raise UnknownEstimandError([f"{estimand.arm!r} is no arm of this design; it has {arms}"])
    return estimand.arm


def _check_pair(design: Design, source: str, target: str) -> None:
    check_nodes(design, source, target)
    if source == target:
        raise UnknownEstimandError([f"the effect of {source!r} on itself is not a question"])
    if target in design.treatments:
        raise UnknownEstimandError([f"{target!r} is randomized: nothing has an effect on it"])


def _resolve_path(design: Design, nodes: tuple[str, ...]) -> Target:
    check_nodes(design, *nodes)
    missing = [
        f"there is no arrow {a!r} -> {b!r} in the graph"
        for a, b in itertools.pairwise(nodes)
        if not design.causal.has_edge(a, b)
    ]
    if missing:
        raise UnknownEstimandError(missing)
    others = frozenset(design.mediators) - set(nodes)
    depends_on = levels_open(design, nodes[0], nodes[-1], others, nodes) if design.interactions else ()
    return Target(nodes[0], nodes[-1], others, frozenset(nodes[1:-1]), nodes, depends_on=depends_on)


def last_mediators(design: Design, arm: str) -> tuple[str, ...]:
    """The measured mediators that an arm moves and that lead to the outcome past all other measured ones."""
    measured = routes_of(design).measured  # a way may start at a node that it is to avoid
    return tuple(
        m
        for m in design.observed_mediators
        if reaches(design, m, design.outcome, measured) and reaches(design, arm, m)
    )


def _resolve_part(design: Design, estimand: Estimand) -> Target:
    """The paths through a mediator that pass no other measured one after it; all of them where they are the whole effect."""
    (node,) = estimand.nodes
    measured = frozenset(design.observed_mediators)
    if design.known(node) in design.treatments and estimand.arm in (None, node):
        inner = inner_nodes(design, node, design.outcome, measured)
        return Target(
            node,
            design.outcome,
            measured,
            inner,
            empty=not reaches(design, node, design.outcome, measured),
        )
    arm, after = _arm(design, estimand), measured - {node}
    if node not in measured:
        raise UnknownEstimandError([_no_part(design, node)])
    shut = routes_of(design).measured
    up, down = inner_nodes(design, arm, node), inner_nodes(design, node, design.outcome, shut)
    empty = not (reaches(design, arm, node) and reaches(design, node, design.outcome, shut))
    part = Target(arm, design.outcome, after, up | down | {node}, empty=empty, last=node)
    if not empty and part.count(design) == count_paths(design, arm, design.outcome):
        return Target(arm, design.outcome, frozenset(), inner_nodes(design, arm, design.outcome))
    return part


def _no_part(design: Design, node: str) -> str:
    """Why there is no part of a node that is no measured mediator."""
    check_nodes(design, node)
    listed = ", ".join(repr(m) for m in design.observed_mediators)
    if node in design.unobserved:
        return (
            f"{node!r} is not measured: parts are by the last measured mediator before the outcome, and what goes through "
            f"{node!r} belongs to the one before it, or to the bypass; ask of {listed}"
        )
    return f"{node!r} is the {design.role(node)}; a mediated part is asked of a mediator: {listed}"
