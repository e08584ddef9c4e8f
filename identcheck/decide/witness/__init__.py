"""Witnesses: two exact populations that no site-by-treatment contrast can tell apart (theory section 12).

Both share the graph, give the same r_vs for every arm and measured node in every site, meet the granted
conditions, and differ in the estimand. The first is drawn (``bases``), the second found by exact linear algebra:
the coefficients into one node are shifted along what contrasts and conditions leave free (``shifts``), or an
unmeasured node is given another scale (``unseen``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from identcheck.basics.once import kept_with
from identcheck.decide.conditions import UNNUMBERED, Condition
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.witness.by_cause import Moved
from identcheck.decide.witness.common_cause import beside, never_exact, substitutes
from identcheck.decide.witness.compensated import MANY_COLUMNS
from identcheck.decide.witness.drawing import normal_sites
from identcheck.decide.witness.drawn import NormalSites
from identcheck.decide.witness.firsts import Firsts, ended_after, keeps_rank
from identcheck.decide.witness.levels import both_with_levels
from identcheck.decide.witness.pair import Witness
from identcheck.decide.witness.proportional import Multiplied
from identcheck.decide.witness.shifts import shifts
from identcheck.decide.witness.turns import in_turns
from identcheck.decide.witness.unseen import related, reparametrized, unseen
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.apart import Apart, apart_beside
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError

__all__ = ["NormalSites", "Witness", "ended_after", "find_witness", "in_turns", "ways_to_count"]


def find_witness(
    design: Design,
    estimand: Estimand,
    target: Target,
    conditions: Iterable[Condition] = (),
    all_granted: bool = False,
    apart: frozenset[str] = frozenset(),
) -> Witness | None:
    """Look for two worlds that differ in the estimand; None where no construction finds them.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        conditions: those that both worlds must meet; what the design implies by itself need not be among them.
        all_granted: whether the worlds are to meet all that can be granted, of any regression: compliances are then
            as independent as they can be with the design's number of sites, and effects the same in all sites where
            that is possible.
        apart: the levels of :attr:`Witness.apart`.
    """
    wanted = tuple(dict.fromkeys(conditions))
    if _cannot_be_made(design):
        return None
    if target.weighted:
        return _at_levels(design, estimand, target, wanted, all_granted, apart)
    known: dict[tuple[World, World], Witness]
    known = kept_with(design, "pairs of worlds").setdefault((wanted, all_granted, apart), {})
    for (first, _), shown in known.items():
        witness = replace(shown, estimand=estimand, target=target)
        if witness._differs() and (not all_granted or keeps_rank(first, target)):
            return witness  # which the two worlds meet does not depend on what is asked
    for *pair, causes in _candidates(design, target, wanted, all_granted, apart):
        persons = both_with_levels(*pair) if design.interactions else ((pair[0], ()), (pair[1], ()))
        if persons is None:
            continue
        (first, one), (second, other) = persons
        for each_once in ways_to_count(first):
            populations = first.population(each_once), second.population(each_once)
            told = {name: first.by.values for name in causes if first.by is not None}
            found = _witness(Witness(*populations, estimand, target, wanted, apart, causes=causes, told=told))
            if found is not None and design.interactions:
                found = replace(found, before=(one, other))
                found = found if found.exact and found._come_out() else None
            if found is not None:
                if len(design.mediators) > MANY_COLUMNS:
                    known.setdefault((first, second), found)
                return found
    return None


def _cannot_be_made(design: Design) -> bool:
    """Whether no world is made that obeys what is declared: persons differ, and are normal, as no few of them are."""
    differ = any(d.kind == "correlated" and d.level == "persons" for d in design.declarations)
    return differ and never_exact(design, "persons")


def _at_levels(
    design: Design,
    estimand: Estimand,
    target: Target,
    wanted: tuple[Condition, ...],
    all_granted: bool,
    apart: frozenset[str],
) -> Witness | None:
    """Two worlds that differ in an effect with other mediators held: in the coefficient of the arrow, or of a product."""
    every = frozenset(design.mediators)
    plain = replace(target, weighted=(), held=())
    parts = [replace(plain, source=q, avoiding=every - {q}) for _, q in target.weighted]
    for part in (plain, *parts):
        found = find_witness(design, estimand, part, wanted, all_granted, apart)
        if found is not None and (shown := replace(found, target=target)).verify():
            return shown
    return None


def ways_to_count(world: World) -> tuple[bool, ...]:
    """Whether every site of a population made of a world is to count once: first so, where the average is over sites."""
    return (False,) if world.divides or world.design.average != "sites" else (True, False)


def _witness(plain: Witness) -> Witness | None:
    """Two worlds as they stand, or as sites drawn from normal populations where only these obey what is declared.

    None where they do not show anything, in exact numbers.
    """
    if not plain._alike():
        return None
    if plain._obey():
        return plain
    between = any(d.level == "sites" for d in plain.first.design.declarations)
    drawn = normal_sites(plain.first, plain.second) if between and not plain.causes else None
    return None if drawn is None else replace(plain, drawn=drawn)


Pair = tuple[World, World, tuple[str, ...]]


def _candidates(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    levels: frozenset[str],
) -> Iterator[Pair]:
    """Pairs of worlds, and the drawn causes that move something in them: first those with some, then those with none."""
    tried = substitutes(design) if levels else ()
    shares = 1 + sum(substitute.moved is None for substitute in tried)
    for substitute in tried:
        apart = apart_beside(design, levels, substitute.causes)
        shape = (substitute.design, target, conditions, all_granted, apart, substitute.persons)
        for pair in _pairs(*shape, 1 if substitute.moved else shares, substitute.moved, substitute.times):
            first, second = (beside(design, world) for world in pair)
            if not all_granted or keeps_rank(first, target):
                yield first, second, substitute.causes
    for first, second in _pairs(design, target, conditions, all_granted, apart_beside(design, levels)):
        yield first, second, ()


def _pairs(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    apart: Apart,
    spread: Sequence[Edge] = (),
    shares: int = 1,
    moved: Moved | None = None,
    times: Multiplied | None = None,
) -> Iterator[tuple[World, World]]:
    """Pairs of worlds that may be a witness, the plainest first."""
    seen: list[World] = []
    steady = all_granted and moved is None
    firsts = Firsts(design, target, conditions, all_granted, apart, spread, shares, moved, times)
    for world in firsts.worlds(seen):
        seen.append(world)
        yield from ((world, second) for second in unseen(world, target))
        yield from ((world, second) for second in shifts(world, target, conditions, apart, steady))
        if design.unobserved and (design.declarations or len(world.sites[0]) == 1):
            yield from ((world, second) for second in reparametrized(world, target))
        yield from related(world, target)
    for world in seen if steady and (conditions or design.declarations) else ():
        yield from ((world, second) for second in shifts(world, target, conditions, apart, steady=False))


# -- what one condition is for -----------------------------------------------------------


def find_without(
    design: Design, estimand: Estimand, target: Target, strategy: Strategy | Composed | None, name: str
) -> Witness | None:
    """Look for two worlds that meet every condition but those of one name, and differ in the estimand.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        strategy: what asks for the conditions.
        name: a numeral, "bypass", "everywhere", "shared" or "product".

    Raises:
        InvalidQuestionError: the strategy asks for nothing of that name, or the graph settles it.
    """
    wanted = str(name).strip().strip("()").lower()
    conditions = strategy.conditions if strategy is not None else ()
    asked = [c for c in conditions if c.asserted or not (c.implied or c.drawn)]
    known = [n for n in (*design.numerals, *UNNUMBERED) if n in {c.assumption for c in asked}]
    if wanted not in known:
        problem = f"{estimand} has no condition {name!r:.60} that a world could break; it has {listed(known) or 'none'}"
        raise InvalidQuestionError([problem])
    others = [c for c in asked if c.assumption != wanted]
    return find_witness(design, estimand, target, others)
