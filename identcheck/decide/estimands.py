"""The questions that can be asked of a design: average effects, written independently of any design."""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from identcheck.basics.arguments import entries_of
from identcheck.basics.once import once
from identcheck.decide.estimand_text import SUMS, Estimand, read_estimand, split_sum
from identcheck.decide.interacting import (
    held_levels,
    held_problems,
    held_words,
    levels_open,
    weights_held,
)
from identcheck.decide.level_text import Levels
from identcheck.decide.stated_levels import level_form_problems, level_problems, level_words, levels_said
from identcheck.derive.heterogeneity import terms_for
from identcheck.derive.paths import (
    check_nodes,
    count_paths,
    edges_between,
    edges_in,
    feeding_set,
    inner_nodes,
    names_avoided,
    reaches,
)
from identcheck.derive.routes import routes_of
from identcheck.derive.words import effect_words, part_words
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.describe.interactions import written_product
from identcheck.errors import InvalidQuestionError, UnknownEstimandError, clipped

__all__ = [
    "OF_ONE_ARM",
    "Estimand",
    "Stretch",
    "Target",
    "at",
    "average",
    "check_estimand",
    "compliance",
    "difference",
    "direct",
    "estimand_of",
    "interaction",
    "itt",
    "last_mediators",
    "listed_estimands",
    "mediated",
    "path",
    "plus",
    "resolve",
    "target_edges",
    "target_words",
    "that_matter",
    "total",
]

KINDS: Mapping[str, Sequence[int]] = MappingProxyType(
    {
        "direct": (2,),
        "total": (2,),
        "average": (2,),
        "path": range(2, sys.maxsize),
        "interaction": (2,),
        "compliance": (1,),
        "itt": (0,),
        "mediated": (1,),
        "difference": (0,),
        "plus": (0,),
    }
)
"""How many nodes each kind of estimand is asked of."""

WRONG_COUNT: Mapping[str, str] = MappingProxyType(
    {
        "direct": "a direct effect has two ends, such as direct('M1', 'Y')",
        "total": "a total effect has two ends, such as total('M1', 'Y')",
        "average": "an average effect has two ends, such as average('M1', 'Y', avoiding=['M2'])",
        "path": "a path has at least two nodes, such as path('T', 'M1')",
        "interaction": "an interaction has two mediators, such as interaction('M1', 'M2'); that of a square has one twice",
        "compliance": "a compliance is asked of one mediator, such as compliance('M1')",
        "itt": "an itt takes no node: itt(), or itt(arm='T1') where there are several arms",
        "mediated": "a mediated part is asked of one mediator, such as mediated('M1'), or of the treatment for the bypass",
        "difference": "a difference is of effects: difference(direct('M1', 'Y'), direct('M2', 'Y'))",
        "plus": "a sum is of effects: plus(direct('M1', 'Y'), direct('M2', 'Y'))",
    }
)


OF_ONE_ARM = ("compliance", "itt", "mediated")
"""The kinds that are effects of an arm, which has to be named where there are several."""

Stretch = tuple[str, str, frozenset[str]]
"""Where an effect starts and ends, and what its paths avoid."""


def direct(u: str, v: str) -> Estimand:
    """The average direct effect of u on v, through no other mediator: delta_k, lambda_jk."""
    return Estimand("direct", (u, v))


def total(u: str, v: str) -> Estimand:
    """The average total effect of u on v, over all directed paths."""
    return Estimand("total", (u, v))


def average(u: str, v: str, avoiding: Iterable[str] = ()) -> Estimand:
    """The average effect of u on v over the directed paths that avoid the given nodes.

    With none it is the total effect, with all other mediators the direct effect.

    Raises:
        InvalidQuestionError: what is to be avoided is no list of names.
    """
    return Estimand("average", (u, v), avoiding=names_avoided(avoiding))


def path(*nodes: str) -> Estimand:
    """The average effect along one directed path: the mean of the product of its coefficients."""
    return Estimand("path", nodes)


def interaction(k: str, other: str) -> Estimand:
    """The average interaction of two mediators in the outcome: the coefficient of their product, delta_kl.

    By so much the effect of the one changes with a unit more of the other. With twice the same it is that of the square: half of
    what the effect of a mediator changes by with a unit more of itself.

    Source: theory section 15.
    """
    return Estimand("interaction", (k, other))


def compliance(m: str, arm: str | None = None) -> Estimand:
    """The average total effect of treatment on mediator m: gamma_m."""
    return Estimand("compliance", (m,), arm)


def itt(arm: str | None = None) -> Estimand:
    """The intent-to-treat effect: the average total effect of treatment on the outcome, beta."""
    return Estimand("itt", (), arm)


def mediated(m: str, arm: str | None = None) -> Estimand:
    """The part of the intent-to-treat effect that goes through mediator m last: E[Gamma_m Delta_m].

    By the last measured mediator before the outcome the parts add up to the effect (theory, equation (16.1)). ``mediated("T")``
    of the treatment is the bypass: the part that goes through no measured mediator.
    """
    return Estimand("mediated", (m,), arm)


def difference(one: Estimand | str, other: Estimand | str) -> Estimand:
    """One average effect less another: ``difference(direct("M1", "Y"), direct("M2", "Y"))``.

    So it is asked whether one mediator does more than another. Its standard error, in a plan, takes into account that both come
    from the same sites.

    Args:
        one: an effect, or its text.
        other: the one that is taken away.
    """
    return _sum_of("difference", (one, other))


def plus(*effects: Estimand | str) -> Estimand:
    """The sum of two or more average effects: ``plus(mediated("M1"), mediated("M2"))``.

    Args:
        effects: the effects, or their texts.
    """
    return _sum_of("plus", effects)


def _sum_of(kind: str, effects: Sequence[Estimand | str]) -> Estimand:
    made = Estimand(kind, of=tuple(parse(each) if isinstance(each, str) else each for each in effects))
    check_estimand(made)
    return made


def at(estimand: Estimand | str, levels: Mapping[str, float] | None = None, /, **named: float) -> Estimand:
    """An average effect at stated levels: ``at(direct("V", "Y"), wages=1)``.

    Of modifiers it is that among the sites, or persons, with these levels. Those of a binary modifier are 0 and 1, those of a
    categorical one 0, 1 and so on, as many as it has; a continuous one has any number, in its own unit.

    Of mediators it is the direct effect of a mediator on the outcome with another, with which it interacts, held at that level;
    what is not named is held at 0. At a level of its own, where its square is in the outcome, it is the effect of one unit
    more from there on.

    Args:
        estimand: the effect, or its text.
        levels: names with levels, where a name is no word of Python: ``at(itt(), {"entry wages": 1})``.
        named: the same by name.

    Raises:
        InvalidQuestionError: with every name that is no text, level that is no number, and name with two levels.

    Source: theory, equations (14.1) to (14.3), and section 15.
    """
    asked = parse(estimand) if isinstance(estimand, str) else estimand
    check_estimand(asked)
    return replace(asked, levels=levels_said(asked.levels, levels, named))


@dataclass(frozen=True)
class Target:
    """What an estimand means in one design: the paths from source to target it averages over.

    Attributes:
        source: where the paths start.
        target: where they end.
        avoiding: the nodes the paths avoid; of a part, after its mediator.
        inner: the nodes between source and target on those paths.
        route: the one path, where a single one was asked for and others share its nodes; else None.
        empty: whether there is no such path, so that the effect is zero by the graph.
        last: of a part of an intent-to-treat effect, the mediator that its paths pass last; else None.
        levels: the levels of modifiers at which it is averaged; empty for the average over all.
        depends_on: the products on whose factors' levels the effect depends, so that it is no single number; see
            :func:`~identcheck.decide.interacting.levels_open`.
        held: the levels of mediators at which it is asked for.
        weighted: the products whose coefficients are added to that of the arrow, each with its weight.
    """

    source: str
    target: str
    avoiding: frozenset[str]
    inner: frozenset[str]
    route: tuple[str, ...] | None = None
    empty: bool = False
    last: str | None = None
    levels: Levels = ()
    depends_on: tuple[str, ...] = ()
    held: Levels = ()
    weighted: tuple[tuple[Fraction, str], ...] = ()

    @property
    def settled(self) -> bool:
        """Whether no strategy is to be looked for: it is zero by the graph, or no single number."""
        return self.empty or bool(self.depends_on)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The effects whose product it averages: one between its ends, whatever the route; of a part, to its mediator and on."""
        if self.last is None:
            return ((self.source, self.target, self.avoiding),)
        return (self.source, self.last, frozenset()), (self.last, self.target, self.avoiding)

    def edges(self, design: Design) -> tuple[tuple[str, str], ...]:
        """The arrows on its stretches, and those of the products that are added."""
        alone = tuple(edge for stretch in self.stretches for edge in edges_between(design, *stretch))
        return (*alone, *((product, self.target) for _, product in self.weighted))

    def plain(self, design: Design) -> Target | None:
        """The same paths as all those that avoid some nodes; None of a part that is empty, or whose paths are not all of such."""
        if self.last is None:
            return self
        if self.empty:
            return None
        avoiding = _mediators(design) - self.inner
        same = self.count(design) == count_paths(design, self.source, self.target, avoiding)
        return Target(self.source, self.target, avoiding, self.inner) if same else None

    def count(self, design: Design) -> int:
        """How many paths its stretches make."""
        return math.prod(count_paths(design, *stretch) for stretch in self.stretches)


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
        return Target(source, target, _mediators(design) - {source, target}, frozenset(), empty=empty)
    avoiding = frozenset(estimand.avoiding) - {source, target}
    if not reaches(design, source, target, avoiding):
        return Target(source, target, avoiding, frozenset(), empty=True)
    depends_on = levels_open(design, source, target, avoiding) if design.interactions else ()
    return Target(
        source, target, avoiding, inner_nodes(design, source, target, avoiding), depends_on=depends_on
    )


@once
def _mediators(design: Design) -> frozenset[str]:
    """The mediators as a set, made once: a direct effect avoids all of them."""
    return frozenset(design.mediators)


def check_estimand(estimand: Estimand) -> None:
    """Whether this is an estimand, of a kind there is, with the nodes it takes; whatever the design.

    Raises:
        UnknownEstimandError: saying what is wrong with it.
    """
    if not isinstance(estimand, Estimand):
        raise UnknownEstimandError(
            [
                f"{estimand!r} is no estimand; ask with direct, total, average, path, interaction, compliance, itt or mediated"
            ]
        )
    problems = list(_form_problems(estimand))
    if problems:
        raise UnknownEstimandError(problems)


def estimand_of(design: Design, said: Estimand | str) -> Estimand:
    """The estimand that is meant: itself, or what a text such as ``"total V Y"`` asks of a design.

    Raises:
        UnknownEstimandError: it is neither, or the text names no effect; saying how estimands are written.
    """
    if isinstance(said, str):
        return parse(said, design.order, design)
    check_estimand(said)
    return said


def listed_estimands(design: Design, estimands: object) -> tuple[Estimand, ...]:
    """Estimands handed over in a list, as such or as text, each once.

    Raises:
        InvalidQuestionError: it is no list, or what is in it is no estimand.
    """
    entries = entries_of(estimands)
    if entries is None:
        raise InvalidQuestionError(
            [f"the effects are {estimands!r}; give a list of estimands, such as [direct('M1', 'Y')]"]
        )
    return tuple(dict.fromkeys(estimand_of(design, entry) for entry in entries))


def _form_problems(estimand: Estimand) -> Iterator[str]:
    kind, nodes, arm = estimand.kind, estimand.nodes, estimand.arm
    if not isinstance(kind, str) or kind not in KINDS:
        yield (
            f"{kind!r} is no kind of estimand; there are direct, total, average, path, interaction, compliance, itt and "
            "mediated"
        )
    elif not isinstance(nodes, tuple):
        yield f"the nodes of a {kind} estimand are {nodes!r}; give a tuple of names"
    elif len(nodes) not in KINDS[kind]:
        yield WRONG_COUNT[kind]
    elif (kind in SUMS) != bool(estimand.of) or (estimand.of and len(estimand.of) < 2):
        yield WRONG_COUNT[kind] if kind in SUMS else f"a {kind} estimand is of nodes, not of other effects"
    elif estimand.of and estimand.levels:
        yield f"{estimand}: levels are stated of each of its effects, not of the whole"
    elif kind == "difference" and len(estimand.of) != 2:
        yield "a difference is of two effects; for more, take differences of sums made by plus(...)"
    elif arm is not None and kind not in OF_ONE_ARM:
        yield f"{estimand}: only a compliance, an itt or a mediated part is asked for one arm"
    for name in (*(nodes if isinstance(nodes, tuple) else ()), *(() if arm is None else (arm,))):
        if not isinstance(name, str):
            yield f"{name!r} is not text; nodes are named by text, such as 'V'"
    yield from level_form_problems(estimand.levels)
    for each in estimand.of:
        if isinstance(each, Estimand):
            yield from _form_problems(each)
        else:
            yield f"{each!r} is no effect; make one with direct, total and so on"


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


def parse(text: str, nodes: Iterable[str] = (), design: Design | None = None) -> Estimand:
    """Read an estimand written as on the command line, ``"total V Y"``, or as it is printed, ``"total(V, Y)"``.

    Args:
        text: the text; a name of several words is plain between commas, in quotes, or where it is known.
        nodes: the names of the design.
        design: the design, from which errors take their examples.

    Raises:
        UnknownEstimandError: saying how estimands are written.
    """
    if (made := split_sum(text)) is not None:
        known_nodes = tuple(nodes)
        found = Estimand(made[0], of=tuple(parse(each, known_nodes, design) for each in made[1]))
        check_estimand(found)
        return found
    asked = read_estimand(text, KINDS, nodes)
    fits = len(asked.nodes) in KINDS.get(asked.kind, ()) and (asked.kind == "average" or not asked.avoiding)
    known = set(nodes)
    if fits and (
        asked.kind != "mediated" or not known or asked.nodes[0] in known or not INDIRECT.match(text)
    ):
        return asked
    if other := INDIRECT.match(text):
        raise UnknownEstimandError([_as_part(text, text[other.end() :].strip(" ()\t,"), known, design)])
    raise UnknownEstimandError(
        [
            f"{clipped(text)} is no estimand; write 'direct V Y', 'total V Y', 'path T V Y', 'compliance V', 'itt' "
            "or 'mediated V' (with 'arm=T1' where there are several arms), or 'average V Y avoiding NP', each with 'at wages=1' "
            "behind it for that level of a modifier, or 'direct V Y - direct NP Y'; commas part names "
            "of several words, as in 'direct(use of voucher, health)'"
        ]
    )


INDIRECT = re.compile(
    r"\s*(?:(?:the|average|causal|natural|total|pure|specific) +)*(?:indirect(?: +effect)?|nie|nde|tnie|pnie|acme|ade|iie|"
    r"mediation(?: +effect)?|mediated +(?:effect|share|part|proportion)|(?:proportion|share|percent(?:age)?) +mediated)\b"
    r"(?: +(?:through|via|by|of)\b)?",
    re.IGNORECASE,
)
"""What parts of an intent-to-treat effect, and their shares, are called elsewhere."""


def _as_part(text: str, rest: str, nodes: Collection[str], design: Design | None) -> str:
    """Where what goes by another name elsewhere is found here; of the design's first mediator where none is named."""
    arm, first, outcome = ("T", "M1", "Y") if design is None else _examples(design)
    parts = nodes if design is None else set(design.mediators)
    after = re.search(r"\b(?:through|via|by)\s+(.+)", rest)
    words = (after[1] if after else rest).replace(",", " ").split()
    chosen = rest if rest in parts else next((word for word in words if word in parts), first)
    direct_ = re.match(r"\s*(?:natural +)?(?:nde|ade)\b", text, re.IGNORECASE)
    if direct_:
        return (
            f"{clipped(text)}: natural effects are not asked here; what goes past every mediator is 'mediated {arm}' of the "
            f"treatment {arm} (the bypass), the effect of a mediator itself 'direct {first} {outcome}'"
        )
    share = (
        " and its share of the whole as result['mediated ...'].share"
        if re.search("prop|share|perc", text, re.I)
        else ""
    )
    return (
        f"{clipped(text)}: ask for 'mediated {chosen}', the part of the effect of treatment that goes through it last{share}; "
        "by the last mediator the parts add up to the whole effect"
    )


def _examples(design: Design) -> tuple[str, str, str]:
    """A treatment, the first mediator that has a part, and the outcome."""
    mediators = (*design.observed_mediators, *design.mediators, "M1")
    return design.treatments[0], mediators[0], design.outcome


def target_edges(design: Design, target: Target) -> tuple[Edge, ...]:
    """The arrows on the paths that a target averages over."""
    if target.route is not None:
        return tuple(itertools.pairwise(target.route))
    return target.edges(design)


def _made_of(design: Design, target: Target) -> set[Edge]:
    """The arrows of a target, and those that the contrast of a product on its paths is made of (theory section 15)."""
    edges = set(target_edges(design, target))
    for arm, product in [
        edge for edge in edges if edge[0] in design.treatments and edge[1] in design.products
    ]:
        edges |= {*edges_in(design, feeding_set(design, arm, product))}
    return edges


def that_matter(design: Design, target: Target) -> Target:
    """The target with the stated levels that it depends on, given these, by the graph of heterogeneity; the average with none.

    The arrows of the effect are d-separated by these from the other modifiers whose levels are stated, over sites, or over cells
    of persons where a modifier is of persons: what a row says of the effect is then independent of the others.

    Source: theory section 14.
    """
    drawn = {modifier.name for modifier in design.modifiers}
    stated = [name for name, _ in target.levels if name in drawn]
    kept = terms_for(design, _made_of(design, target), (), stated)
    return replace(
        target, levels=tuple(each for each in target.levels if each[0] in kept or each[0] not in drawn)
    )


def target_words(design: Design, target: Target) -> str:
    """What an estimand averages, as a noun phrase."""
    where = level_words(design, target.levels)
    if target.route is not None:
        return f"the effect along {' -> '.join(target.route)}{where}"
    if target.last is not None:
        return part_words(design, target.source, target.last) + where
    if target.held:
        around = (
            target.avoiding | target.inner
        )  # what is left of the paths is the arrow, or a product that is its tail
        words = effect_words(design, target.source, target.target, around, at_zero=False)
        return f"{words}{held_words(design, target.source, target.held)}{where}"
    zero = not target.depends_on
    return effect_words(design, target.source, target.target, target.avoiding, at_zero=zero) + where
