"""Effects that the graph sets to zero: which assumption lists the absent arrows that say so, and what they claim."""

from __future__ import annotations

from identcheck.decide.estimands import Target
from identcheck.derive.paths import inner_nodes, reaches
from identcheck.derive.words import agree, brief, briefs, capital, in_brackets, listed
from identcheck.describe.design import Design

__all__ = ["absent_break", "absent_numerals", "absent_reason", "absent_sentence", "backwards"]


def _gap(design: Design, target: Target) -> Target:
    """The effect that is zero: of a part, the one of its two that the graph has no path for."""
    if target.last is None:
        return target
    pair = (Target(*stretch, frozenset(), empty=True) for stretch in target.stretches)
    return next(each for each in pair if not reaches(design, each.source, each.target, each.avoiding))


def backwards(design: Design, target: Target) -> bool:
    """Whether the question runs against the arrows: its end comes before its start."""
    return target.empty and reaches(design, target.target, target.source)


def absent_numerals(design: Design, target: Target) -> tuple[str, ...]:
    """Under which assumption the arrows are listed whose absence makes an effect zero; none for another effect.

    What would go from an arm past the mediators to the outcome is excluded by (ii); every other arrow that is left out is
    listed under (v), where there are several mediators. A question against the arrows rests on their direction alone.
    """
    if not target.empty or backwards(design, target):
        return ()
    target = _gap(design, target)
    straight = target.source in design.treatments and target.target == design.outcome
    return ("ii",) if straight or len(design.mediators) < 2 else ("v",)


def absent_sentence(design: Design, target: Target) -> str:
    """What makes the effect zero, as a sentence: "Coaching affects literacy only through practice and attendance."."""
    target = _gap(design, target)
    inner = inner_nodes(design, target.source, target.target) & target.avoiding
    through = briefs(design, sorted(inner, key=design.order.__getitem__))
    first, last = brief(design, target.source), brief(design, target.target)
    if backwards(design, target):
        return f"{capital(last, design)} {agree(design, (target.target,), 'comes', 'come')} before {first} in the graph."
    claim = f"{first} {agree(design, (target.source,), 'does', 'do')} not affect {last}"
    if inner:
        claim = (
            f"{first} {agree(design, (target.source,), 'affects', 'affect')} {last} only through {through}"
        )
    return f"{capital(claim, design)}."


def absent_break(design: Design, target: Target) -> str:
    """What would break that claim: "Coaching changes literacy even where practice and attendance stay the same."."""
    target = _gap(design, target)
    inner = sorted(
        inner_nodes(design, target.source, target.target) & target.avoiding, key=design.order.__getitem__
    )
    first, last = brief(design, target.source), brief(design, target.target)
    changes = f"{first} {agree(design, (target.source,), 'changes', 'change')} {last}"
    if not inner:
        return f"{capital(changes, design)} in a way that the graph leaves out."
    stay = agree(design, inner, "stays", "stay")
    return f"{capital(changes, design)} even where {briefs(design, inner)} {stay} the same."


def absent_reason(design: Design, target: Target) -> str:
    """Why an effect is zero, as a clause: that there is no such path, and under which assumption that is a claim."""
    said = "it is zero: the graph has no such path"
    if backwards(design, target):
        start, end = design.label(target.source), design.label(target.target)
        return f"{said}, its arrows lead from {end} to {start}"
    numerals = listed(in_brackets(absent_numerals(design, target)))
    return f"{said}, which is a claim, {numerals}: {absent_sentence(design, target).rstrip('.')}"
