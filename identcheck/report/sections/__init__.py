"""From an identification to sections: wording and selection; no mathematics, and nothing of any format."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from identcheck.decide.identification import Identification
from identcheck.report.blocks import Report, Section
from identcheck.report.sections.assumptions import assumptions_section, checks_section
from identcheck.report.sections.conditions import conditions_section
from identcheck.report.sections.derivations import decomposition_section
from identcheck.report.sections.expansions import expansions_section
from identcheck.report.sections.graph import graph_section, symbols_section
from identcheck.report.sections.overview import (
    glance_section,
    notes_section,
    summary_section,
    title_of,
)
from identcheck.report.sections.strategies import strategies_sections
from identcheck.report.sections.verdicts import verdicts_section
from identcheck.report.works import references_section

if TYPE_CHECKING:
    from identcheck.plan.inputs.plan import Plan

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
    design, number = result.design, version("identcheck")
    numbers: tuple[Section, ...] = ()
    if plan is not None:
        from identcheck.report.sections.numbers import numbers_section

        numbers = (numbers_section(design, plan, format, trials, figure_folder),)
    sections = (
        summary_section(result),
        glance_section(design),
        graph_section(design),
        symbols_section(design),
        verdicts_section(result),
        decomposition_section(design),
        assumptions_section(result),
        conditions_section(result),
        checks_section(result, notes_section(result)),
        *numbers,
    )
    appendix = (*strategies_sections(result), expansions_section(result))
    sections = (*sections, references_section((*sections, *appendix), design), *appendix)
    return Report(
        title_of(design),
        f"Assumption report, identcheck {number}",
        tuple(section for section in sections if section.blocks),
        version=number,
    )
