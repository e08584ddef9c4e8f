"""From an identification to the values a report shows. Wording and selection; no mathematics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from itertools import groupby

from identcheck.decide.assumptions import Assumption, also_given
from identcheck.decide.equations import MOST_COEFFICIENTS, MOST_PATHS, equations, sums_left_out
from identcheck.decide.granting import contradicting, granted_sentence
from identcheck.decide.identification import Identification, Verdict, distinct
from identcheck.decide.strategies import Step
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import count_paths
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.describe.design import Design
from identcheck.report.build_assumptions import assumption_entry, check_fact
from identcheck.report.build_conditions import condition_rows
from identcheck.report.build_design import caption_of, glance, picture_of, treatment_words, variables
from identcheck.report.build_expansions import condition_counts, expansions
from identcheck.report.build_questions import questions
from identcheck.report.build_strategies import strategies
from identcheck.report.build_symbols import symbol_entries
from identcheck.report.context import Fact, Formula, NumberedEquation, ReportContext
from identcheck.report.context_numbers import DesignNumbers
from identcheck.report.proportion import counted, is_large
from identcheck.report.requirements import nicknames
from identcheck.report.sums import equations_in_sums

__all__ = [
    "MEANINGS", "build", "numbered_equations",
]  # fmt: skip

MEANINGS = {
    Verdict.NOT_IDENTIFIED: "two worlds that meet every assumption that can be granted here give the same site effects "
    "but different answers",
    Verdict.UNDECIDED: "neither a regression that identifies it nor two such worlds were found",
    Verdict.CONDITIONAL: "a regression of site effects identifies it if what is listed as missing holds too",
    Verdict.IDENTIFIED: "a regression of site effects, or a contrast of arms, gives it under what is granted and what "
    "the graph and the design imply",
}

MOST_NOTES = 6
"""Of more notes on the search the first two are given and the rest counted."""


def build(result: Identification, numbers: DesignNumbers | None = None) -> ReportContext:
    """Everything a report shows about an identification, with the design in numbers if there is a plan."""
    design = result.design
    picture = picture_of(design)
    found = {finding.verdict for finding in result.findings}
    rows, note = condition_rows(result)
    ways, ways_note, derived, derived_note = strategies(result)
    expanded, expanded_note = expansions(result)
    return ReportContext(
        title=design.title
        or f"Effects of {treatment_words(design)} on {design.label(design.outcome)}: what identifies them",
        summary=_summary(result),
        glance=glance(design),
        variables=variables(design),
        picture=picture,
        picture_caption=caption_of(design),
        symbols=symbol_entries(design),
        questions=questions(result),
        granted=granted_paragraph(result),
        verdict_meanings=tuple(
            Fact(v.value, capital(text) + ".") for v, text in MEANINGS.items() if v in found
        ),
        equations=equations_in_sums(design) or numbered_equations(equations(design)),
        assumptions=tuple(assumption_entry(a, design) for a in result.assumptions),
        also_given=tuple(Fact(remark.heading, remark.text) for remark in also_given(design)),
        conditions=rows,
        conditions_note=note,
        strategies_note=ways_note,
        strategies=ways,
        derivations_note=derived_note,
        derivations=derived,
        expansions_note=expanded_note,
        expansions=expanded,
        counts=condition_counts(result),
        checkable=tuple(check_fact(a) for a in result.assumptions if a.falsifiable),
        uncheckable=tuple(check_fact(a) for a in result.assumptions if not a.falsifiable),
        notes=(*_notes(result), *(capital(note) + "." for note in picture.notes)),
        references=_references(design),
        version=version("identcheck"),
        numbers=numbers,
    )


def _summary(result: Identification) -> tuple[str, ...]:
    design = result.design
    where = "" if design.sites == 1 else " within each site"
    many = len(design.treatments) > 1
    doors = list(dict.fromkeys(door.text for door in back_doors(design).values()))
    but = f", but the graph has {listed(doors)}" if doors else ""
    said = ("are" if many else "is") + (" meant to be" if doors else "")
    first = (
        f"{capital(treatment_words(design), design)} {said} randomised{where}{but}. The graph says "
        f"that {'they work' if many else 'it works'} on {design.label(design.outcome)} through "
        f"{listed([design.label(m) for m in design.mediators])}."
    )
    counts = Counter(finding.verdict for finding in distinct(result.findings))
    parts = [f"{counts[v]} {'is' if counts[v] == 1 else 'are'} {v.value}" for v in Verdict if counts[v]]
    second = f"Of the {counts.total()} average effects asked about, {listed(parts)}."
    to_argue = [a for a in result.assumptions if a.open and a.numeral not in ("v.a", "v.b")]
    third = (
        f"To be argued for: {listed([*in_brackets(a.numeral for a in to_argue), *nicknames(result.findings)])}. "
        + _violated(
            [a for a in to_argue if a.status == "violated"], "design" if design.declarations else "graph"
        )
    ).strip()
    return first, second, third


def _violated(broken: list[Assumption], stands: str) -> str:
    if not broken:
        return ""
    named = listed(in_brackets(a.numeral for a in broken))
    return f"As the {stands} stands, {named} {'is' if len(broken) == 1 else 'are'} violated."


def granted_paragraph(result: Identification) -> str:
    """What was granted; and what of it cannot hold together."""
    said = (granted_sentence(result.design, result.granted), contradicting(result.contradictions))
    return " ".join(part for part in said if part)


def numbered_equations(steps: Sequence[Step]) -> tuple[NumberedEquation, ...]:
    """Neighbouring steps that hold for the same reason are shown together."""
    shown = []
    for (number, licence), same in groupby(steps, key=lambda step: (step.number, _licence(step))):
        first, *rest = (Formula(line) for step in same for line in step.lines or (step.latex,))
        shown.append(NumberedEquation(number, first, licence, tuple(rest)))
    return tuple(shown)


def _licence(step: Step) -> str:
    numerals = listed(in_brackets(step.numerals))
    return f"{capital(step.reason)}: {numerals}." if numerals else f"{capital(step.reason)}."


def _notes(result: Identification) -> tuple[str, ...]:
    design = result.design
    if is_large(design):
        every = [
            "With this many mediators only the strategy that each verdict rests on was looked for; asked about one effect, "
            "identcheck looks for the others and states the limits of that search."
        ]
    else:
        every = list(dict.fromkeys(finding.note for finding in result.findings if finding.note))
    notes = dict.fromkeys(every if len(every) <= MOST_NOTES else every[:2])
    if len(every) > MOST_NOTES:
        notes[f"The search was limited in this way for {len(every) - 2} more effects."] = None
    paths = sum(count_paths(design, arm, design.outcome) for arm in design.treatments)
    if paths > MOST_PATHS:
        notes[
            f"The effect of treatment on the outcome has {paths} path products; they are not written out."
        ] = None
    left_out = 0 if equations_in_sums(design) else sums_left_out(design)
    if left_out:
        notes[
            f"{counted(left_out, 'sum', 'sums')} over paths {'are' if left_out > 1 else 'is'} not written out; those that are "
            f"have {MOST_COEFFICIENTS:,} coefficients in all at most."
        ] = None
    return tuple(notes)


def _references(design: Design) -> tuple[str, ...]:
    listed_ = [
        "Reardon, S. F. and Raudenbush, S. W. (2013). Under what assumptions do site-by-treatment instruments identify "
        "average causal effects? Sociological Methods & Research 42(2), 143-163. Assumption and equation numbers are "
        "those of this paper.",
        "Heckman, J. and Vytlacil, E. (1998). Instrumental variables methods for the correlated random coefficient model. "
        "Journal of Human Resources 33(4), 974-987.",
        "Wooldridge, J. M. (2003). Further results on instrumental variables estimation of average treatment effects in "
        "the correlated random coefficient model. Economics Letters 79(2), 185-191.",
    ]
    if len(design.mediators) == 1:
        listed_.append(
            "Angrist, J. D., Imbens, G. W. and Rubin, D. B. (1996). Identification of causal effects using instrumental "
            "variables. Journal of the American Statistical Association 91(434), 444-455."
        )
    return tuple(listed_)
