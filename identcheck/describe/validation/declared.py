"""Whether what is declared of the coefficients fits the graph, the design and itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.interactions import products_of
from identcheck.describe.validation.description import Description
from identcheck.describe.validation.parts import reached_from
from identcheck.errors import Problem


def declaration_problems(said: Description) -> Iterator[str]:
    """Unknown arrows, arrows against themselves, and knowledge that contradicts other knowledge."""
    for declaration in said.declarations:
        yield from Problem.each(_problems(said, declaration), ("declarations", declaration.kind))


def _problems(said: Description, declaration: Declaration) -> Iterator[str]:
    if said.directed:
        yield from _unknown_arrows(said, declaration)
    for edge in sorted(declaration.left & declaration.right):
        yield (
            f"{declaration}: the arrow {_arrow(edge)} stands on both sides; name it on one, or use "
            "[varies] (edge attribute 'varies') if its effect is constant"
        )
    if declaration.kind == "correlated":
        yield from _constant(said, declaration)
        yield from _denied(said, declaration)
    if declaration.kind == "normal" and (products := products_of(said.graph)):
        yield (
            f"{declaration}: the contrast of a product is no sum of normal ones, and the design has {next(iter(products))!r}; "
            "drop it, or declare what is independent of what"
        )
    if declaration.kind == "normal" and declaration.level == "persons":
        yield from _two_valued(said, declaration)


def _unknown_arrows(said: Description, declaration: Declaration) -> Iterator[str]:
    causal = reached_from(said.graph, said.treatments) | set(said.treatments)
    for edge in sorted(declaration.edges):
        if not said.graph.has_edge(*edge):
            if said.graph.has_edge(*edge[::-1]):
                known = f"it has {_arrow(edge[::-1])}"
            else:
                known = f"its arrows are {', '.join(_arrow(e) for e in said.graph.edges) or 'none'}"
            yield f"{declaration}: there is no arrow {_arrow(edge)} in the graph; {known}"
        elif said.treatments and not causal >= set(edge):
            yield (
                f"{declaration}: the arrow {_arrow(edge)} starts where no treatment reaches, so it carries no "
                "effect of treatment and nothing need be known of it; leave it out"
            )


def _constant(said: Description, declaration: Declaration) -> Iterator[str]:
    """A coefficient that is constant at a level is correlated with nothing there."""
    if declaration.level == "sites" and said.sites == 1:
        yield f"{declaration}: with one site nothing varies between sites; declare it for 'persons', or drop it"
        return
    for edge in sorted(declaration.edges):
        varies = _varies(said, edge)
        if varies == "none" or (varies == "sites" and declaration.level == "persons"):
            over = "for no one" if varies == "none" else "only between sites"
            yield (
                f"{declaration}: the arrow {_arrow(edge)} is said to vary {over}, so it is correlated with nothing "
                f"there; change what it varies over (edge attribute 'varies'), or drop the declaration"
            )


def _denied(said: Description, declaration: Declaration) -> Iterator[str]:
    """What is correlated is neither uncorrelated nor on the two sides of an independence.

    An independence of two sets says the same of every pair (decomposition); no other rule yields a pair.
    """
    for other in said.declarations:
        if other.kind in ("independent", "uncorrelated") and other.level == declaration.level:
            for a, b in ((declaration.left, declaration.right), (declaration.right, declaration.left)):
                if a <= other.left and b <= other.right:
                    yield f"{declaration} contradicts {other}; drop one of them"
                    break


def _two_valued(said: Description, declaration: Declaration) -> Iterator[str]:
    """The effect of one binary node on another is -1, 0 or 1, which is not normal."""
    many = len(dict.fromkeys(said.treatments)) > 1

    def binary(node: Any) -> bool:
        return said.scales.get(node) == "binary" or (many and node in said.treatments)

    if not said.directed:
        return
    causal = reached_from(said.graph, said.treatments) | set(said.treatments)
    for u, v in said.graph.edges:
        if {u, v} <= causal and binary(u) and binary(v) and _varies(said, (u, v)) == "persons":
            yield (
                f"{declaration}: the arrow {_arrow((u, v))} leads from one binary node to another, so a person's "
                "effect is -1, 0 or 1 and not normal; drop the declaration, or say that the arrow varies over "
                "'sites' or 'none'"
            )


def _varies(said: Description, edge: Edge) -> object:
    return said.graph.edges[edge].get("varies", "persons") if said.graph.has_edge(*edge) else "persons"


def _arrow(edge: tuple[Any, ...]) -> str:
    return " -> ".join(map(repr, edge))
