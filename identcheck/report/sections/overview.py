"""What stands before and after the matter: title, summary, the design at a glance, the limits of the report, references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from identcheck.decide.assumptions.base import VIOLATED
from identcheck.decide.equations import MOST_COEFFICIENTS, MOST_PATHS, sums_left_out
from identcheck.decide.identification import Finding, Identification, Verdict, distinct
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import count_paths
from identcheck.derive.words import capital, in_brackets, listed, some
from identcheck.describe.design import Design
from identcheck.report.blocks import Bullets, Fact, Facts, Item, Paragraph, Section
from identcheck.report.proportion import counted, is_large
from identcheck.report.requirements import nicknames
from identcheck.report.sections.derivations import written_in_sums
from identcheck.report.sections.graph import graph_block, variables_section

__all__ = [
    "glance", "glance_section", "notes_section", "summary", "summary_section", "title_of", "verdict_counts", "violated",
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


def summary_section(result: Identification) -> Section:
    """What was found, in a few sentences, without a heading."""
    return Section("summary", "", (Paragraph(" ".join(summary(result))),))


def summary(result: Identification) -> tuple[str, str, str]:
    """What treatment works through; how many effects have which verdict; what is to be argued for."""
    findings = distinct(result.findings)
    counts = f"Of the {len(findings)} average effects asked about, {verdict_counts(findings)}."
    return _trial(result.design), counts, _to_argue(result)


def _trial(design: Design) -> str:
    where = "" if design.sites == 1 else " within each site"
    many = len(design.treatments) > 1
    doors = list(dict.fromkeys(door.text for door in back_doors(design).values()))
    but = f", but the graph has {listed(doors)}" if doors else ""
    said = ("are" if many else "is") + (" meant to be" if doors else "")
    return (
        f"{capital(treatment_words(design), design)} {said} randomized{where}{but}. The graph says "
        f"that {'they work' if many else 'it works'} on {design.label(design.outcome)} through "
        f"{listed([design.label(m) for m in design.mediators])}."
    )


def _to_argue(result: Identification) -> str:
    to_argue = [a for a in result.assumptions if a.open and a.numeral not in ("v.a", "v.b")]
    named = listed([*in_brackets(a.numeral for a in to_argue), *nicknames(result.findings)])
    stands = "design" if result.design.declarations else "graph"
    broken = violated((a.numeral for a in to_argue if a.status == VIOLATED), stands)
    return f"To be argued for: {named}. {broken}".strip()


def verdict_counts(findings: Iterable[Finding]) -> str:
    """How many effects have which verdict: "3 are identified and 1 is conditional"."""
    counts = Counter(finding.verdict for finding in findings)
    return listed([counted(counts[v], f"is {v.value}", f"are {v.value}") for v in Verdict if counts[v]])


def violated(numerals: Iterable[str], stands: str = "design") -> str:
    """Which assumptions the design, or its graph, violates; "" if none."""
    named = in_brackets(numerals)
    verb = "are" if len(named) > 1 else "is"
    return f"As the {stands} stands, {listed(named)} {verb} violated." if named else ""


def glance_section(design: Design) -> Section:
    """The design in rows, and its variables."""
    return Section("glance", "The design at a glance", (Facts(glance(design)), variables_section(design)))


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
        ("Declared", some([str(declaration) for declaration in design.declarations])),
    )  # fmt: skip
    return tuple(Fact(term, text) for term, text in rows if text)


def notes_section(result: Identification) -> Section:
    """Limits of the search, of the picture and of what is written out."""
    drawn = (f"{capital(note)}." for note in graph_block(result.design).picture.notes)
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
