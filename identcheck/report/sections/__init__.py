"""From an identification to sections: wording and selection; no mathematics, and nothing of any format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from identcheck import __version__
from identcheck.decide.identification import Identification
from identcheck.report.blocks import Report, Section
from identcheck.report.matter import Matter
from identcheck.report.sections.argued import argued_section
from identcheck.report.sections.assumptions import checks_section, numbered_section
from identcheck.report.sections.conditions import conditions_section
from identcheck.report.sections.derivations import decomposition_section
from identcheck.report.sections.division import division_section
from identcheck.report.sections.estimation import estimation_section
from identcheck.report.sections.expansions import expansions_section
from identcheck.report.sections.first_page import first_section
from identcheck.report.sections.graph import graph_section, symbols_section, variables_section
from identcheck.report.sections.modifiers import modifiers_section
from identcheck.report.sections.overview import notes_section, title_of
from identcheck.report.sections.strategies import strategies_sections
from identcheck.report.sections.verdicts import refused_section, verdicts_section
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
    full: bool = False,
) -> Report:
    """The report of an identification: what a reader came for; with ``full`` everything known, in appendices.

    Args:
        result: the identification.
        plan: the anticipated numbers.
        trials: in so many simulated trials the estimators are tried out; 0 for none.
        format: in which it will be shown; only some have pictures of numbers.
        figure_folder: where a LaTeX document finds these.
        full: whether all appendices are wanted.
    """
    design, number = result.design, __version__
    matter = Matter(result, plan)
    sections: tuple[Section, ...] = (
        first_section(matter),
        modifiers_section(matter),
        argued_section(matter),
        estimation_section(matter),
        division_section(matter),
        *(() if full else (refused_section(matter),)),
        *_numbers(matter, trials, format, figure_folder, full),
        *(() if full else (notes_section(result),)),
    )
    appendix = _appendices(matter) if full else ()
    sections = (*sections, references_section((*sections, *appendix), design, matter.sources), *appendix)
    return Report(
        title_of(design),
        f"Assumption report, identcheck {number}",
        tuple(section for section in sections if section.blocks),
        version=number,
        missing=tuple(ground.name for ground in matter.missing),
    )


def _numbers(matter: Matter, trials: int, format: str, folder: str, full: bool) -> tuple[Section, ...]:
    """The design in numbers, where there is a plan."""
    if matter.plan is None:
        return ()
    from identcheck.report.sections.numbers import numbers_section
    from identcheck.report.sections.numbers_short import short_numbers_section

    if full or trials:
        assume = matter.result.granted
        return (numbers_section(matter.design, matter.plan, format, trials, folder, assume),)
    return (short_numbers_section(matter),)


def _appendices(matter: Matter) -> tuple[Section, ...]:
    """Everything else that is known."""
    result, design = matter.result, matter.design
    made = (
        verdicts_section(result),
        graph_section(design),
        variables_section(design),
        symbols_section(design),
        decomposition_section(design),
        numbered_section(matter),
        conditions_section(result),
        checks_section(result, notes_section(result)),
        *strategies_sections(result),
        expansions_section(result),
    )
    return tuple(replace(section, appendix=True) for section in made)
