"""Directed paths of a design: effects as sums of path products (theory section 6).

Everything here is about the causal part of the graph: arms, mediators, outcome. Reachability and counts
are linear in the graph; enumeration is exponential and only done where a polynomial is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import cmp_to_key

from identcheck.basics.arguments import entries_of
from identcheck.derive.routes import Nodes, Routes, bits, routes_of
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidQuestionError
from identcheck.symbols.algebra import Expr, number
from identcheck.symbols.names import Effect

__all__ = [
    "Edge",
    "any_varies",
    "check_nodes",
    "count_paths",
    "edge_set",
    "edges_between",
    "edges_in",
    "effect",
    "effect_edges",
    "effect_meant",
    "effect_symbol",
    "effect_varies",
    "feeding_set",
    "inner_nodes",
    "most_varying",
    "names_avoided",
    "numbered",
    "path_sets",
    "paths",
    "reaches",
]

Edge = tuple[str, str]


def effect(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Expr:
    """The person-specific effect of u on v: the sum over directed paths of the product of coefficients.

        effect(u, v) = sum over paths pi from u to v of prod over edges e in pi of A_e

    Args:
        design: the design.
        u: where the paths start.
        v: where they end.
        avoiding: drop the paths that pass through any of these nodes (u and v themselves do not count).

    Returns:
        A polynomial in the edge coefficients; 0 without a path, 1 where u is v.

    Raises:
        UnknownVariableError: for a name that is no node of the design.
        InvalidQuestionError: for a node fixed before treatment.

    Source: theory, equation (6.1); the paper's equations (1) and (9) are its cases.
    """
    demand_design(design)
    banned = frozenset(names_avoided(avoiding))
    check_nodes(design, u, v, *banned)
    return _sum_of_products(design, edges_between(design, u, v, banned), paths(design, u, v, banned))


def _sum_of_products(design: Design, edges: Iterable[Edge], routes: Iterable[tuple[str, ...]]) -> Expr:
    """What sympy makes of the sum, put together in its own order, as sorting it term by term is slow.

    Sympy orders factors and terms by ``Basic.compare``: products by their number of factors, then factor by
    factor. Every factor here is a symbol that occurs once in its product, and no two products are alike.
    """
    import sympy

    symbols = sorted((design.notation.edge(*e) for e in edges), key=cmp_to_key(sympy.Basic.compare))
    place = {(x.meaning.source, x.meaning.target): i for i, x in enumerate(symbols)}
    products = sorted(sorted(map(place.__getitem__, itertools.pairwise(route))) for route in routes)
    products.sort(key=len)
    terms = [sympy.Mul._from_args([symbols[i] for i in factors], True) for factors in products]
    if len(terms) > 1 and len(products[0]) == 1:  # the one edge by itself, a symbol and no product
        terms[:2] = sorted(terms[:2], key=cmp_to_key(sympy.Basic.compare))
        terms = terms if terms[0].is_Symbol else [*terms[:1], *terms[2:], terms[1]]
    return sympy.Add._from_args(terms, True)


def names_avoided(avoiding: object) -> tuple[str, ...]:
    """The names of nodes that paths are to avoid, each once and sorted.

    Raises:
        InvalidQuestionError: it is no list of names.
    """
    entries = entries_of(avoiding)
    if entries is None or not all(isinstance(entry, str) for entry in entries):
        raise InvalidQuestionError(
            [f"the nodes to avoid are {avoiding!r}; give a list of their names, such as ['M2']"]
        )
    return tuple(sorted(set(entries)))


def check_nodes(design: Design, *nodes: str) -> None:
    """Raise for a name that is no node, or a node that treatment does not reach."""
    for node in nodes:
        if design.known(node) in design.baseline:
            raise InvalidQuestionError(
                [f"{node!r} is fixed before treatment, so the contrasts of arms say nothing of its effects"]
            )
        if node in design.consequences:
            raise InvalidQuestionError(
                [f"{node!r} is drawn as a consequence aside, so no effect on it or of it is asked about"]
            )


def edges_of(path: tuple[str, ...]) -> list[Edge]:
    """The edges of a path given by its nodes."""
    return list(itertools.pairwise(path))


def paths(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Iterator[tuple[str, ...]]:
    """Every directed path from u to v that avoids the given inner nodes, in topological order."""
    routes = routes_of(design)
    inside = routes.between(u, v, avoiding)
    if not inside:
        return
    if u == v:
        yield (u,)
        return
    onward = {
        routes.nodes[i]: [routes.nodes[j] for j in bits(routes.after[i] & inside)] for i in bits(inside)
    }
    path, waiting = [u], [iter(onward[u])]
    while waiting:
        for node in waiting[-1]:
            if node == v:
                yield (*path, v)
            else:
                path.append(node)
                waiting.append(iter(onward[node]))
                break
        else:
            waiting.pop()
            path.pop()


def path_sets(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Iterator[int]:
    """The edges of each of these paths as a set in one number."""
    return (numbered(design, itertools.pairwise(path)) for path in paths(design, u, v, avoiding))


def count_paths(design: Design, u: str, v: str, avoiding: Nodes = ()) -> int:
    """How many directed paths lead from u to v avoiding the given inner nodes (dynamic programming)."""
    return routes_of(design).answer("count", u, v, avoiding, Routes.count)


def reaches(design: Design, u: str, v: str, avoiding: Nodes = ()) -> bool:
    """Whether a directed path leads from u to v without passing through the given nodes."""
    return bool(routes_of(design).between(u, v, avoiding))


def inner_nodes(design: Design, u: str, v: str, avoiding: Nodes = ()) -> frozenset[str]:
    """The nodes strictly between u and v on the directed paths that avoid the given nodes."""
    return routes_of(design).answer("inner", u, v, avoiding, Routes.inner)


def edges_between(design: Design, u: str, v: str, avoiding: Nodes = ()) -> tuple[Edge, ...]:
    """The edges that lie on a directed path from u to v avoiding the given nodes, in order."""
    return edges_in(design, edge_set(design, u, v, avoiding))


def edge_set(design: Design, u: str, v: str, avoiding: Nodes = ()) -> int:
    """The same edges as a set in one number, quick to join and to compare; see :func:`edges_in`."""
    return routes_of(design).answer("edges", u, v, avoiding, Routes.edges_inside)


def feeding_set(design: Design, u: str, v: str) -> int:
    """The edges on ways from u to v; where v is a product, those that its contrast is made of as well, above its factors."""
    return routes_of(design).answer("feeding", u, v, (), Routes.feeding)


def edges_in(design: Design, numbered: int) -> tuple[Edge, ...]:
    """The edges of a set in one number, in topological order."""
    edges = routes_of(design).edges
    return tuple(edges[i] for i in bits(numbered))


def numbered(design: Design, edges: Iterable[Edge]) -> int:
    """The set of some edges in one number, as :func:`edge_set` has it; those not on the causal graph are left out."""
    number = routes_of(design).edge_number
    found = 0
    for edge in edges:
        place = number.get(edge)
        if place is not None:
            found |= 1 << place
    return found


def any_varies(design: Design, level: str, u: str, v: str, avoiding: Nodes = ()) -> bool:
    """Whether an edge between u and v may vary within sites ("persons") or between them ("sites")."""
    routes = routes_of(design)
    return routes.varies(level, routes.between(u, v, avoiding))


def most_varying(design: Design, u: str, v: str, avoiding: Nodes = ()) -> int:
    """The most edges that may vary within sites on one path from u to v avoiding the given nodes; 0 without a path."""
    return routes_of(design).answer("most varying", u, v, avoiding, Routes.most_varying)


def effect_meant(design: Design, u: str, v: str, avoiding: Nodes = ()) -> Effect | None:
    """The effect of u on v avoiding nodes, the same for equal path sets; None without a path.

    Of the nodes to avoid it keeps those that lie between u and v; where only the edge survives it is that of the edge.
    """

    def meant(routes: Routes, start: int, end: int, inside: int) -> Effect | None:
        if not inside:
            return None
        inner = routes.inner(start, end, inside)
        return Effect(u, v, inner_nodes(design, u, v) - inner if inner or u == v else None)

    return routes_of(design).answer("effect", u, v, avoiding, meant)


def effect_edges(design: Design, effect: Effect) -> tuple[Edge, ...]:
    """The edges that an effect is made of."""
    if effect.avoiding is None:
        return ((effect.source, effect.target),)
    return edges_between(design, effect.source, effect.target, effect.avoiding)


def effect_varies(design: Design, effect: Effect, level: str) -> bool:
    """Whether an edge that it is made of may vary within sites ("persons") or between them ("sites")."""
    if effect.avoiding is not None:
        return any_varies(design, level, effect.source, effect.target, effect.avoiding)
    rule = design.varies(effect.source, effect.target)
    return rule == "persons" or (rule, level) == ("sites", "sites")


def effect_symbol(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Expr:
    """One symbol for the effect of u on v avoiding nodes; equal path sets give the same symbol.

    0 without a path, 1 where u is v, and the edge's own coefficient where only the edge survives.
    """
    meant = effect_meant(design, u, v, avoiding)
    if meant is None or u == v:
        return number(int(u == v and meant is not None))
    return design.notation.coefficient(meant)
