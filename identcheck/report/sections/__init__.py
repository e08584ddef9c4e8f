"""From an identification to sections: wording and selection; no mathematics, and nothing of any format."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING

from identcheck.decide.identification import Identification
from identcheck.report.blocks import Report, Section
from identcheck.report.sections.assumptions import assumptions_section, checks_section
from identcheck.report.sections.conditions import conditions_section
from identcheck.report.sections.decomposition import decomposition_section
from identcheck.report.sections.expansions import expansions_section
from identcheck.report.sections.graph import graph_section, symbols_section
from identcheck.report.sections.overview import (
    glance_section,
    notes_section,
    references_section,
    summary_section,
    title_of,
)
from identcheck.report.sections.strategies import strategies_sections
from identcheck.report.sections.verdicts import verdicts_section

if TYPE_CHECKING:
    from identcheck.plan import Plan

__all__ = ["report_of"]


def report_of(
    result: Identification,
    plan: Plan | None = None,
    trials: int = 0,
    format: str = "text",
    figure_folder: str = "",
) -> Report:
    """Everything known about an identification, in order; with the design in numbers where there is a plan.

    Args:
        result: the identification.
        plan: the anticipated numbers.
        trials: in so many simulated trials the estimators are tried out; 0 for none.
        format: in which it will be shown; only some have pictures of numbers.
        figure_folder: where a LaTeX document finds these.
    """
    sections = (
        *_matter(result),
        *_numbers(result, plan, trials, format, figure_folder),
        references_section(result.design),
        *strategies_sections(result),
        expansions_section(result),
    )
    number = version("identcheck")
    return Report(
        title_of(result.design),
        f"Assumption report, identcheck {number}",
        tuple(section for section in sections if section.blocks),
        version=number,
    )


def _matter(result: Identification) -> Iterator[Section]:
    design = result.design
    yield summary_section(result)
    yield glance_section(design)
    yield graph_section(design)
    yield symbols_section(design)
    yield verdicts_section(result)
    yield decomposition_section(design)
    yield assumptions_section(result)
    yield conditions_section(result)
    notes = notes_section(result)
    yield checks_section(result, *([notes] if notes.blocks else []))


def _numbers(
    result: Identification, plan: Plan | None, trials: int, format: str, folder: str
) -> Iterator[Section]:
    if plan is not None:
        from identcheck.report.sections.numbers import numbers_section

        yield numbers_section(result.design, plan, format, trials, folder)
