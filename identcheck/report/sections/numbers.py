"""The section "Design in numbers" of a report: which tables it has, and in which order; the numbers are those of ``plan``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from identcheck.describe.design import Design
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.sensitivity.result import sensitivity_at
from identcheck.report.blocks import Block, Bullets, Figure, Item, Paragraph, Section
from identcheck.report.sections.effect_words import effect_paragraphs
from identcheck.report.sections.numbers_short import lead_of
from identcheck.report.sections.numbers_simulated import blind_spots, simulated_blocks
from identcheck.report.sections.numbers_tables import PICTURED, folded, moves, robustness, tabular

__all__ = ["numbers_section"]

DIAGNOSED = (
    ("inputs", "What is anticipated", ("inputs",)),
    ("instruments", "How strong the instruments are", ("instruments", "compliances")),
    ("bias", "How large the bias is", ("bias", "implied", "bought")),
    ("precision", "What can be detected", ("precision", "pooled", "parts", "joint")),
)
"""The subsections of a diagnosis: name, heading, tables."""


def numbers_section(
    design: Design,
    plan: Plan,
    format: str = "text",
    trials: int = 0,
    folder: str = "",
    assume: Iterable[str] = (),
) -> Section:
    """The part of a report that a plan makes.

    Args:
        design: the design.
        plan: the anticipated numbers.
        format: of the report: HTML and LaTeX have pictures, JSON has every row and column.
        trials: how many trials are simulated; 0 for none.
        folder: where a LaTeX document finds its pictures; without it, it has none.
        assume: what is granted.

    Raises:
        InvalidPlanError: impossible numbers, or numbers for what the design does not have.
    """
    diagnosis = diagnose(design, plan, assume=assume)
    moved = sensitivity_at(diagnosis.estimators, None, assume=assume)
    figures, note = _figures(diagnosis, format, folder) if format in PICTURED else ({}, "")
    every = format == "json"
    folds = map(folded, moves(moved, every))
    simulated = simulated_blocks(diagnosis, plan, trials, format, folder if figures else None)
    found = (
        *_diagnosed(diagnosis, figures),
        _part("words", "Each effect in words", *effect_paragraphs(diagnosis, moved)),
        _part("sensitivity", "What if an assumption fails", robustness(moved, every), *folds),
        *(_part(name, heading, *blocks) for name, heading, blocks in simulated),
        _part("blind", "What tests of the scatter cannot see", blind_spots()),
        _part("limits", "Limits of these numbers", Bullets(tuple(map(Item, _limits(diagnosis, trials))))),
    )
    lead = (Paragraph(lead_of(diagnosis)), *([Paragraph(note, soft=True)] if note else []))
    parts = (part for part in found if part.blocks)
    first = (tabular(table) for table in diagnosis.tables if table.key == "outlook")
    blocks: tuple[Block, ...] = (*lead, *first, *parts)
    return Section("numbers", "Design in numbers", blocks)


def _figures(diagnosis: Diagnosis, format: str, folder: str) -> tuple[dict[str, tuple[Figure, ...]], str]:
    """The pictures and why there are none; what draws them is imported for formats that have any."""
    from identcheck.report.sections.figures import figures_of

    return figures_of(diagnosis, format, folder)


def _part(name: str, heading: str, *blocks: Block | None) -> Section:
    return Section(f"numbers-{name}", heading, tuple(block for block in blocks if block is not None))


def _diagnosed(diagnosis: Diagnosis, figures: Mapping[str, tuple[Figure, ...]]) -> Iterator[Section]:
    tables = {table.key: tabular(table) for table in diagnosis.tables}
    for name, heading, keys in DIAGNOSED:
        yield _part(name, heading, *map(tables.get, keys), *figures.get(name, ()))


def _limits(diagnosis: Diagnosis, trials: int) -> Iterator[str]:
    sites = diagnosis.anticipated.design.word("sites")
    yield (
        "Nothing here has been estimated: the numbers follow from what is anticipated, and are as good as that. Vary the "
        f"inputs that are defaults or guesses, above all the spread of effects across {sites} and their correlations."
    )
    yield (
        f"Bias and standard errors are closed forms: series in 1 / {sites}, cut off early. They are the less exact, the fewer "
        f"{sites} there are and the weaker the instruments; simulated trials show how exact."
    )
    if not trials:
        yield (
            "Coverage, the spread of other estimators and the power of tests of the scatter take simulated trials: "
            "identcheck simulate, or a report with --simulate."
        )
    if any(effect.se is None and effect.question.strategy is not None for effect in diagnosis.effects):
        yield "The precision of effects composed of several regressions takes a simulation (identcheck simulate)."
