"""What stands before and after the matter: title, summary, the design at a glance, the limits of the report, references."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.decide.equations import MOST_COEFFICIENTS, MOST_PATHS, sums_left_out
from identcheck.decide.identification import Identification
from identcheck.derive.paths import count_paths
from identcheck.derive.words import capital, declared_words, listed, some
from identcheck.describe.design import Design
from identcheck.report.blocks import Bullets, Fact, Item, Section
from identcheck.report.proportion import counted, is_large
from identcheck.report.sections.derivations import written_in_sums
from identcheck.report.sections.graph import drawing

__all__ = [
    "glance", "notes_section", "title_of",
]  # fmt: skip

MOST_NOTES = 6
"""Of more notes on the search the first two are given and the rest counted."""

WEIGHTS = {
    "precision": "n p (1 - p) for n persons of whom a share p is treated (two-stage least squares)",
    "sites": "equal",
    "persons": "the number of persons",
}
"""What a site counts in the estimator."""


def title_of(design: Design) -> str:
    """The user's title, or one of ours."""
    ends = f"{treatment_words(design)} on {design.label(design.outcome)}"
    return design.title or f"Effects of {ends}: what identifies them"


def treatment_words(design: Design) -> str:
    """The arms in words."""
    return listed([design.label(arm) for arm in design.treatments])


def glance(design: Design) -> tuple[Fact, ...]:
    """Arms, mediators, outcome, sites and the average wanted; only what there is."""
    pairs = [f"{design.label(a)} and {design.label(b)}" for a, b in design.confounded]
    several = design.sites != 1
    rows = (
        ("Treatment" if len(design.treatments) == 1 else "Treatment arms", treatment_words(design)),
        ("Mediators", listed([design.label(m) for m in design.observed_mediators]) or "none measured"),
        ("Mediators not measured", listed([design.label(m) for m in design.mediators if m in design.unobserved])),
        ("Outcome", design.label(design.outcome)),
        ("Fixed before treatment", some([design.label(n) for n in design.baseline])),
        ("Sharing a cause that is not drawn", some(pairs, "; ")),
        ("Consequences that do not lead to the outcome", some([design.label(n) for n in design.consequences])),
        ("Sites", "not stated yet" if design.sites is None else str(design.sites)),
        ("Average wanted", f"over {design.average}" if several else ""),
        ("Site weights of the estimator", WEIGHTS[design.weights] if several else ""),
        ("Declared", some(declared_words(design))),
    )  # fmt: skip
    return tuple(Fact(term, text) for term, text in rows if text)


def notes_section(result: Identification) -> Section:
    """Limits of the search, of the picture and of what is written out."""
    drawn = (f"{capital(note)}." for note in drawing(result.design).notes)
    items = tuple(map(Item, (*_searched(result), *_left_out(result.design), *drawn)))
    return Section("notes", "Limits of this report", (Bullets(items),) if items else ())


def _searched(result: Identification) -> Iterator[str]:
    if is_large(result.design):
        yield (
            "With this many mediators only the strategy that each verdict rests on was looked for; asked about one effect, "
            "identcheck looks for the others and states the limits of that search."
        )
        return
    every = list(dict.fromkeys(finding.note for finding in result.findings if finding.note))
    if len(every) > MOST_NOTES:
        every[2:] = [f"The search was limited in this way for {len(every) - 2} more effects."]
    yield from every


def _left_out(design: Design) -> Iterator[str]:
    paths = sum(count_paths(design, arm, design.outcome) for arm in design.treatments)
    if paths > MOST_PATHS:
        yield f"The effect of treatment on the outcome has {paths} path products; they are not written out."
    left_out = 0 if written_in_sums(design) else sums_left_out(design)
    if left_out:
        yield (
            f"{counted(left_out, 'sum', 'sums')} over paths {'are' if left_out > 1 else 'is'} not written out; those that are "
            f"have {MOST_COEFFICIENTS:,} coefficients in all at most."
        )
