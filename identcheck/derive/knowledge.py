"""What follows from what is declared of the coefficients, and from which declarations.

Each query returns the declarations that it used, an empty tuple where the design alone makes the statement
true, or None where it is not known. None is never the claim that the statement is false.

Independence follows by symmetry, decomposition and mixing, which are complete for statements of marginal
independence (Geiger, Paz and Pearl, "Axioms and algorithms for inferences involving probabilistic
independence", Information and Computation 91, 1991): A and B are independent iff one of them is empty, or
some declared P and Q, cut down to the arrows of A and B, cover them, neither of them empty, and the parts of
A and B inside P are independent, and those inside Q. So pairs that are independent one by one are not
independent together, unless the coefficients are jointly normal.

"sites" is about all that a site's distribution of some coefficients says. There mixing needs more: what two
groups of coefficients say together includes how they move together within a site, about which independence
between sites says nothing. So it is used only where at most one of the groups varies within sites, or the
two are independent there. About site means alone (``means=True``) it holds as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.design import Design

__all__ = ["Used", "known_independent", "known_product", "known_zero", "moving", "splits", "together"]

Edges = frozenset[Edge]
Used = tuple[Declaration, ...] | None

MOST_PAIRED = 10
"""Pairings of more normal coefficients than this are not gone through: nothing is claimed."""


def moving(design: Design, level: str, edges: Iterable[Edge]) -> Edges:
    """The arrows among some whose coefficient, or its site mean, may vary at a level."""
    if level == "sites":
        return frozenset(e for e in edges if design.sites != 1 and design.varies(*e) != "none")
    return frozenset(e for e in edges if design.varies(*e) == "persons")


def known_independent(
    design: Design, level: str, a: Iterable[Edge], b: Iterable[Edge], *, means: bool = False
) -> Used:
    """Whether the coefficients of two sets of arrows are known to be independent.

    Args:
        design: the design and what it declares.
        level: "persons": the two vectors, within every site. "sites": all that a site's distribution of the
            ones says against all that it says of the others.
        a: one set of arrows.
        b: the other set.
        means: at level "sites", ask of the site means alone.
    """
    return _independent(design, level, moving(design, level, a), moving(design, level, b), means)


@lru_cache(maxsize=50_000)
def _independent(design: Design, level: str, a: Edges, b: Edges, means: bool) -> Used:
    """Both sets hold only arrows that move at the level."""
    if not a or not b:
        return ()
    if a & b:
        return None
    covering = sorted(_covering(design, level, a | b), key=lambda found: found[1] not in (a, b))
    for declaration, p, q in covering:
        parts = [_independent(design, level, a & side, b & side, means) for side in (p, q)]
        if (
            level == "sites" and not means
        ):  # whether what two groups say one by one is all that they say together
            parts += [known_independent(design, "persons", side & p, side & q) for side in (a, b)]
        if all(part is not None for part in parts):
            return together([(declaration,), *parts])
    normal = _normal(design, level)
    if normal is None or (level == "sites" and not means and moving(design, "persons", a | b)):
        return None
    zeros = [_zero_covariance(design, level, frozenset({x, y})) for x in sorted(a) for y in sorted(b)]
    return together([(normal,), *zeros]) if all(zero is not None for zero in zeros) else None


def _covering(design: Design, level: str, edges: Edges) -> Iterator[tuple[Declaration, Edges, Edges]]:
    """The declared independences that split a set of arrows into two parts, neither empty, and the parts."""
    for declaration in _of_kind(design, "independent", level):
        p, q = edges & declaration.left, edges & declaration.right
        if p and q and p | q == edges:
            yield declaration, p, q


@lru_cache(maxsize=1_000)
def _of_kind(design: Design, kind: str, level: str) -> tuple[Declaration, ...]:
    return tuple(d for d in design.declarations if d.kind == kind and d.level == level)


def _normal(design: Design, level: str) -> Declaration | None:
    return next(iter(_of_kind(design, "normal", level)), None)


@lru_cache(maxsize=50_000)
def _zero_covariance(design: Design, level: str, pair: Edges) -> Used:
    """A declared covariance of zero, or an independence that says so of the pair."""
    for declaration in _of_kind(design, "uncorrelated", level):
        if declaration.edges == pair:
            return (declaration,)
    return next(((declaration,) for declaration, _, _ in _covering(design, level, pair)), None)


def known_zero(design: Design, level: str, edges: Collection[Edge]) -> Used:
    """Whether the joint central moment of some coefficients is known to be zero.

    "persons": mu_s of the coefficients, in every site. "sites": mu of their site means. It is zero where one
    of them does not vary; where they are two with a covariance of zero; where they fall into two
    independent parts, one with a moment of zero (a single coefficient has one); and, where they are normal,
    if they are odd in number, or every way to pair them has a covariance of zero (Isserlis).
    """
    chosen = frozenset(edges)
    if not chosen:
        return None
    if moving(design, level, chosen) != chosen or len(chosen) == 1:
        return ()
    return _zero(design, level, chosen)


@lru_cache(maxsize=50_000)
def _zero(design: Design, level: str, edges: Edges) -> Used:
    if len(edges) == 2:
        return _zero_covariance(design, level, edges)
    for declaration, p, q in _covering(design, level, edges):
        for part in (p, q):
            used = known_zero(design, level, part)
            if used is not None:
                return together([(declaration,), used])
    normal = _normal(design, level)
    if normal is None:
        return None
    if len(edges) % 2:
        return (normal,)
    return together([(normal,), _no_pairing(design, level, edges, frozenset())])


def known_product(design: Design, level: str, s: Collection[Edge], r: Collection[Edge]) -> Used:
    """Whether mu(S + R) = mu(S) mu(R) is known, for two sets of arrows that share none.

    It holds where S and R are independent; where mu(S + R) and one of the two factors vanish; where the
    arrows fall into independent parts and it holds in both; and, where they are normal, if every way to
    pair them with a pair from S to R has a covariance of zero. See :func:`known_zero` for the levels.
    """
    left, right = frozenset(s), frozenset(r)
    both = left | right
    if left & right:
        return None
    if not left or not right or moving(design, level, both) != both:
        return ()
    return _product(design, level, left, right)


@lru_cache(maxsize=50_000)
def _product(design: Design, level: str, s: Edges, r: Edges) -> Used:
    used = _independent(design, level, s, r, True)
    if used is not None:
        return used
    whole = known_zero(design, level, s | r)
    factor = next(
        (f for f in (known_zero(design, level, s), known_zero(design, level, r)) if f is not None), None
    )
    if whole is not None and factor is not None:
        return together([whole, factor])
    for declaration, p, q in _covering(design, level, s | r):
        parts = [known_product(design, level, s & side, r & side) for side in (p, q)]
        if all(part is not None for part in parts):
            return together([(declaration,), *parts])
    normal = _normal(design, level)
    return together([(normal,), _no_pairing(design, level, s, r)]) if normal is not None else None


def _no_pairing(design: Design, level: str, s: Edges, r: Edges) -> Used:
    """The zero covariances by which no pairing is left: any, or where R has arrows, one from S to R.

    None where one is left, or there are too many to go through.
    """
    if len(s | r) > MOST_PAIRED:
        return None
    zeros: list[Declaration] = []

    def left_over(rest: tuple[Edge, ...], crossed: bool) -> bool:
        if not rest:
            return crossed
        first, *others = rest
        for other in others:
            zero = _zero_covariance(design, level, frozenset({first, other}))
            zeros.extend(zero or ())
            onward = tuple(e for e in others if e != other)
            if zero is None and left_over(onward, crossed or ((first in s) != (other in s))):
                return True
        return False

    if len(s | r) % 2 == 0 and left_over(tuple(sorted(s | r)), not r):
        return None
    return tuple(dict.fromkeys(zeros))


def together(parts: Iterable[Used]) -> Used:
    """Every declaration that the parts use, each once; None as soon as one is not known."""
    found: dict[Declaration, None] = {}
    for part in parts:
        if part is None:
            return None
        found.update(dict.fromkeys(part))
    return tuple(found)


def splits(design: Design, levels: Sequence[str], edges: Edges) -> Iterator[tuple[Edges, Edges]]:
    """The ways known to cut a set of arrows in two, such that the mean of the product is the product of the means.

    Args:
        design: the design and what it declares.
        levels: ("persons",) for means over the persons of a site, ("persons", "sites") for those over all persons.
        edges: arrows that all vary among these persons.
    """
    for _, p, q in _covering(design, levels[-1], edges):
        if all(known_independent(design, level, p, q) is not None for level in levels):
            yield p, q
    if len(edges) == 2 and all(known_zero(design, level, edges) is not None for level in levels):
        one, other = sorted(edges)
        yield frozenset({one}), frozenset({other})
