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

Every query takes time polynomial in arrows and declarations: what is known of two sets is known of their subsets
(decomposition), so what is not known of some pair of arrows is not known of the sets, and where a declaration
splits what is asked it is enough to ask of its two parts: if the whole is known, so are they, whichever
declaration it is. Only with normal coefficients all ways to pair them are gone through, of few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.derive.declared import Said, said_of
from identcheck.derive.paths import edges_in, numbered
from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.design import Design

__all__ = ["Used", "known_independent", "known_product", "known_zero", "moving", "splits", "together"]

Edges = frozenset[Edge]
Used = tuple[Declaration, ...] | None

MOST_KEPT = 20_000
"""Of so many pairs of sets of arrows what is known is kept."""

MOST_PAIRED = 10
"""Pairings of more normal coefficients than this are not gone through: nothing is claimed."""


def moving(design: Design, level: str, edges: Iterable[Edge]) -> Edges:
    """The arrows among some whose coefficient, or its site mean, may vary at a level."""
    if level == "sites":
        return frozenset(e for e in edges if design.sites != 1 and design.varies(*e) != "none")
    return frozenset(e for e in edges if design.varies(*e) == "persons")


def known_independent(design: Design, level: str, a: int, b: int, *, means: bool = False) -> Used:
    """Whether the coefficients of two sets of arrows are known to be independent.

    Args:
        design: the design and what it declares.
        level: "persons": the two vectors, within every site. "sites": all that a site's distribution of the
            ones says against all that it says of the others.
        a: one set of arrows, in one number (see ``paths.edge_set``).
        b: the other set.
        means: at level "sites", ask of the site means alone.
    """
    said = said_of(design, level)
    return _independent(design, said, a & said.moving, b & said.moving, means or level == "persons")


def _independent(design: Design, said: Said, a: int, b: int, means: bool) -> Used:
    """Both sets hold only arrows that move at the level."""
    if a and b and (a & b or not said.all_apart(a, b, means)):
        return None
    if len(said.independences) > MOST_KEPT:
        said.independences = {}  # not emptied: another thread may be reading it
    known = said.independences
    ways = []  # each before those of its parts
    waiting = [(a, b)]
    while waiting:
        s, r = waiting.pop()
        if s and r and (s, r, means) not in known:
            way = _way_apart(design, said, s, r, means)
            if way is None:
                return None
            ways.append((s, r, way))
            waiting += [(s & part, r & part) for part in way[1]]
    for s, r, (used, parts, joined) in reversed(ways):
        of_parts = (known.get((s & part, r & part, means), ()) for part in parts)
        known[s, r, means] = together([used, *of_parts, joined])
    return known.get((a, b, means), ())


def _way_apart(
    design: Design, said: Said, a: int, b: int, means: bool
) -> tuple[Used, tuple[int, ...], Used] | None:
    """By the first declaration that may be used, or as normal coefficients; every two arrows are known to be apart.

    What was used at once, the parts of the arrows that are left to ask about, and what was used to join these.
    """
    for declaration, p, q in said.splitting(a, b):
        # whether what two groups say one by one is all that they say together
        joined: Used = ()
        if not means:
            joined = together(known_independent(design, "persons", side & p, side & q) for side in (a, b))
        if joined is not None:
            return (declaration,), (p, q), joined
    if said.normal is None or (not means and (a | b) & said.within):
        return None
    zeros = (said.zero_covariance(x | y) for x in said.in_order(a) for y in said.in_order(b))
    return together([(said.normal,), *zeros]), (), ()


def known_zero(design: Design, level: str, edges: int) -> Used:
    """Whether the joint central moment of some coefficients is known to be zero.

    "persons": mu_s of the coefficients, in every site. "sites": mu of their site means. It is zero where one
    of them does not vary; where they are two with a covariance of zero; where they fall into two
    independent parts, one with a moment of zero (a single coefficient has one); and, where they are normal,
    if they are odd in number, or every way to pair them has a covariance of zero (Isserlis).
    """
    said = said_of(design, level)
    if not edges:
        return None
    return () if edges & ~said.moving else _zero(said, edges)


def _zero(said: Said, edges: int) -> Used:
    """The arrows all move at the level.

    One declaration that splits them is enough to look at: all of them together split the arrows into the same finest
    parts, and the moment is zero if and only if that of one of these is.
    """
    if edges.bit_count() < 3:
        return () if edges.bit_count() == 1 else said.zero_covariance(edges)
    if edges not in said.vanishing:
        said.vanishing[edges] = _zero_of_parts(said, edges)
    return said.vanishing[edges]


def _zero_of_parts(said: Said, edges: int) -> Used:
    for declaration, p, q in said.splitting(edges):
        parts = (_zero(said, edges & side) for side in (p, q))
        used = next((part for part in parts if part is not None), None)
        return together([(declaration,), used])
    if said.normal is None:
        return None
    if edges.bit_count() % 2:
        return (said.normal,)
    return together([(said.normal,), _no_pairing(said, edges, 0)])


def known_product(design: Design, level: str, s: int, r: int) -> Used:
    """Whether mu(S + R) = mu(S) mu(R) is known, for two sets of arrows that share none.

    It holds where S and R are independent; where mu(S + R) and one of the two factors vanish; where the
    arrows fall into independent parts and it holds in both; and, where they are normal, if every way to
    pair them with a pair from S to R has a covariance of zero. See :func:`known_zero` for the levels.
    """
    said = said_of(design, level)
    if s & r:
        return None
    if not s or not r or (s | r) & ~said.moving:
        return ()
    return _product(design, said, s, r)


def _product(design: Design, said: Said, s: int, r: int) -> Used:
    """One declaration that splits the arrows is enough to look at, as for :func:`_zero`."""
    if not s or not r:
        return ()
    used = _independent(design, said, s, r, True)
    if used is not None:
        return used
    whole = _zero(said, s | r)
    factor = _zero(said, s) if whole is not None else None
    if whole is not None and factor is None:
        factor = _zero(said, r)
    if factor is not None:
        return together([whole, factor])
    for declaration, p, q in said.splitting(s | r):
        parts = (_product(design, said, s & side, r & side) for side in (p, q))
        return together([(declaration,), *parts])
    return together([(said.normal,), _no_pairing(said, s, r)]) if said.normal is not None else None


def _no_pairing(said: Said, s: int, r: int) -> Used:
    """The zero covariances by which no pairing is left: any, or where R has arrows, one from S to R.

    None where one is left, or there are too many to go through.
    """
    if (s | r).bit_count() > MOST_PAIRED:
        return None
    zeros: dict[Declaration, None] = {}
    barred: set[tuple[int, bool]] = set()
    order = said.in_order(s | r)

    def left_over(rest: int, crossed: bool) -> bool:
        if not rest:
            return crossed
        if (rest, crossed) in barred:
            return False
        first, *others = (e for e in order if e & rest)
        for other in others:
            zero = said.zero_covariance(first | other)
            zeros.update(dict.fromkeys(zero or ()))
            apart = bool(first & s) != bool(other & s)
            if zero is None and left_over(rest & ~(first | other), crossed or apart):
                return True
        barred.add((rest, crossed))
        return False

    if len(order) % 2 == 0 and left_over(s | r, not r):
        return None
    return tuple(zeros)


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
    whole = numbered(design, edges)
    for _, left, right in said_of(design, levels[-1]).splitting(whole):
        p, q = whole & left, whole & right
        if all(known_independent(design, level, p, q) is not None for level in levels):
            yield frozenset(edges_in(design, p)), frozenset(edges_in(design, q))
    if len(edges) == 2 and all(known_zero(design, level, whole) is not None for level in levels):
        one, other = sorted(edges)
        yield frozenset({one}), frozenset({other})
