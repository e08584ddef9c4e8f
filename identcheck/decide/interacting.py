"""Which effects on the outcome are no single number, because what is on the way is in an interaction (theory section 15).

A unit more of a mediator then changes the outcome by an amount that depends on the level of another, or on its own. Its
direct effect is asked where the other is 0, or at a stated level; an effect through it has no such level to be asked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from identcheck.decide.level_text import Levels
from identcheck.derive.paths import reaches
from identcheck.derive.words import brief, listed
from identcheck.describe.design import Design
from identcheck.describe.interactions import product_label

__all__ = [
    "held_levels",
    "held_problems",
    "held_words",
    "levels_open",
    "many_numbers",
    "one_with_its_factor",
    "weights_held",
]


def levels_open(
    design: Design, source: str, target: str, avoiding: Collection[str], route: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """The products on whose factors' levels an effect depends; empty where it is one number.

    Those of which the paths move a factor, unless the effect is that of the product itself or holds the product fixed. The effect
    of an arm is one number if the paths that it moves the factors along are all of them: it then moves the product by the
    contrast that is measured.
    """
    if target != design.outcome or source in design.products:
        return ()
    if route is not None:
        last, passed = route[-2], {*route[:-1]}
        return tuple(
            product
            for product, pair in design.products.items()
            if source not in design.treatments and len(route) > 2 and last in pair and passed >= {*pair}
        )
    held = {*avoiding}
    return tuple(
        product
        for product, pair in design.products.items()
        if product not in held and _moved(design, source, pair, held)
    )


def _moved(design: Design, source: str, pair: tuple[str, str], held: Collection[str]) -> bool:
    if source in design.treatments:
        above = {node for node in held if any(node == one or reaches(design, node, one) for one in pair)}
        return any(reaches(design, source, node) for node in above)
    return source in pair or any(one not in held and reaches(design, source, one, held) for one in pair)


def many_numbers(design: Design, source: str, target: str, products: Collection[str]) -> str:
    """Why an effect is no single number, and what to ask instead, as a clause."""
    pairs = [design.products[product] for product in products]
    said = listed([product_label(*(brief(design, node) for node in pair)) for pair in pairs])
    levels = listed([brief(design, node) for node in _at_levels(design, source, pairs)])
    first = pairs[0]
    what = (
        f"what it does to {brief(design, target)} depends on the {'level' if ' and ' not in levels else 'levels'} of {levels}, "
        f"through {said}"
    )
    other = next((node for node in first if node != source), first[0])
    if source in first:
        asked = f"at(direct({source}, {target}), {other}=...) asks its effect at a stated level of {brief(design, other)}"
        if other == source:
            asked = f"at(direct({source}, {target}), {other}=...) asks the effect of one unit more from a stated level"
    else:
        asked = f"ask the effects of {listed([brief(design, node) for node in dict.fromkeys(first)])} at stated levels"
    return f"{what}; {asked}"


def one_with_its_factor(design: Design, source: str, target: str) -> str:
    """Why parts of an effect cannot be told apart where a product is one of its factors, as a clause; "" where none is."""
    for product, factor in design.same.items():
        pair = design.products[product]
        if target == design.outcome and source in (product, *pair):
            first = next(node for node in pair if node != factor)
            whole, without = brief(design, factor), brief(design, first)
            return (
                f"nobody has {whole} without {without}, so that {brief(design, product)} is {whole} itself: only the effect "
                f"of {whole} where {without} is 1 can be told, at(direct({factor}, {target}), {first}=1)"
            )
    return ""


def _at_levels(design: Design, source: str, pairs: Collection[tuple[str, str]]) -> list[str]:
    """The mediators whose levels the effect depends on: of each product the other factor, or both where neither is the source."""
    found: dict[str, None] = {}
    for pair in pairs:
        others = [node for node in pair if node != source]
        found.update(dict.fromkeys(others or pair))
    return sorted(found, key=design.order.__getitem__)


def held_levels(design: Design, levels: Levels) -> tuple[Levels, Levels]:
    """Of stated levels those of mediators that interact, and the others, which are of modifiers."""
    factors = {node for pair in design.interactions for node in pair}
    held = tuple(one for one in levels if one[0] in factors)
    return held, tuple(one for one in levels if one not in held)


def held_problems(design: Design, source: str, target: str, alone: bool, held: Levels) -> Iterator[str]:
    """Every reason why an effect cannot be asked for at these levels of mediators.

    Args:
        design: the design.
        source: where the effect starts.
        target: where it ends.
        alone: whether its paths are the one arrow.
        held: the levels.
    """
    for name, _ in held:
        partners = [pair for pair in design.interactions if source in pair]
        others = [
            node
            for k, other in partners
            for node in dict.fromkeys((k, other))
            if k == other or node != source
        ]
        if target != design.outcome or source not in design.mediators:
            yield (
                f"{name!r} is a mediator: its level is stated for the effect of another mediator on {design.outcome!r} with "
                f"which it interacts, as in at(direct('M1', {design.outcome!r}), {name}=1)"
            )
        elif name not in others:
            known = (
                f"{source!r} interacts with {listed([repr(node) for node in others])}"
                if others
                else (f"{source!r} interacts with no mediator")
            )
            yield f"{name!r} is a mediator on whose level the effect of {source!r} does not depend: {known}"
        elif not alone:
            yield (
                f"the effect of {source!r} on {target!r} runs through other mediators as well, so that it is not asked at "
                f"stated levels of any; ask at(direct({source!r}, {target!r}), {name}=...)"
            )


def weights_held(design: Design, source: str, held: Levels) -> tuple[tuple[Fraction, str], ...]:
    """The products whose coefficients the effect at stated levels has, each with its weight; those that are not zero.

    With k l in the outcome and l at m the effect of k is Delta_k + m Delta_kl. With the square of k a unit more of it from m
    on has the effect Delta_k + (2 m + 1) Delta_kk.

    Source: theory, equation (15.3).
    """
    stated = {name: Fraction(str(level)) for name, level in held}
    found = []
    for product, pair in design.products.items():
        partner = pair[1] if source == pair[0] else pair[0]
        if source in pair and partner in stated:
            level = stated[partner]
            found.append((2 * level + 1 if partner == source else level, product))
    return tuple((weight, product) for weight, product in found if weight)


def held_words(design: Design, source: str, held: Levels) -> str:
    """Such as " where NP is 2", or for its own level " by one unit more of V from 2 on"; "" for none."""
    others = [f"{brief(design, name)} is {level}" for name, level in held if name != source]
    own = [f" per unit more of it from {level} on" for name, level in held if name == source]
    return f"{''.join(own)}{' where ' + listed(others) if others else ''}"
