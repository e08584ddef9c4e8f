"""The numbers that decide, for a reader who wants no more: strength, bias, precision, what a failing assumption does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from identcheck.derive.words import capital, listed
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.result_tables import whose_average
from identcheck.plan.inputs.notes import Input
from identcheck.report.blocks import Block, Paragraph, Section
from identcheck.report.matter import Matter
from identcheck.report.sections.numbers_tables import robustness, tabular

__all__ = ["inputs_in_short", "lead_of", "numbers_in_short", "sensitivity_in_short", "short_numbers_section"]

OF_WHAT = re.compile(r"(correlations? of the disturbances|.+?) of (.+)")
"""An input's name: its kind, and what it is of."""


def lead_of(diagnosis: Diagnosis, where: str = "marked below") -> str:
    """What the numbers rest on; ``where`` says where the defaults among them are told apart."""
    found = diagnosis.anticipated
    defaults = sum(item.default for item in found.inputs)
    sizes = " to ".join(dict.fromkeys(f"{size:,}" for size in (found.sizes.min(), found.sizes.max())))
    words = {0: "all of them stated in the plan", len(found.inputs): "all of them defaults"}
    some = f"{defaults} of them {'a default' if defaults == 1 else 'defaults'}, {where}"
    stated = words.get(defaults, some)
    design = found.design
    site, persons = design.word("site" if found.sites == 1 else "sites"), design.word("persons")
    average = f" {whose_average(design, found.plan)}" if found.fixed else ""
    return (
        f"Before any data: what {found.sites:,} {site} with {sizes} {persons} each would tell, if everything that has to be "
        f"argued holds and the world is as anticipated. This rests on {len(found.inputs)} numbers, "
        f"{stated}; other numbers give other answers.{average}"
    )


def short_numbers_section(matter: Matter) -> Section:
    """The numbers that decide: strength, bias, precision, and how far a failing assumption moves them."""
    blocks = (*numbers_in_short(matter, "outlook"), *sensitivity_in_short(matter))
    return Section("numbers", "Design in numbers", blocks)


def numbers_in_short(matter: Matter, *keys: str) -> Iterator[Block]:
    """Bias, precision and strength of the effects of interest; or the tables of those keys."""
    if matter.diagnosis is None or not matter.had:
        return
    tables = {table.key: tabular(table) for table in matter.diagnosis.tables}
    found = [tables[key] for key in keys or ("outlook", "instruments") if key in tables]
    reasons = dict.fromkeys(o.reason for o in matter.outlooks.values() if o.se is None and o.reason)
    if not found and reasons:
        yield Paragraph(f"{capital('; '.join(reasons))}. What is anticipated is stated in the design file.")
        return
    yield Paragraph(lead_of(matter.diagnosis, "which the full report marks"))
    if not matter.diagnosis.anticipated.fixed:
        yield Paragraph(whose_average(matter.design, matter.diagnosis.anticipated.plan))
    yield from found


def sensitivity_in_short(matter: Matter) -> Iterator[Block]:
    """How strong a compliance-effect covariance it takes to make each estimate out of no effect."""
    made = None if matter.sensitivity is None else robustness(matter.sensitivity)
    if made is None:
        return
    if all(cell == "none" for row in made.table.rows for cell in row[-2:]):
        sites, effects = matter.design.word("sites"), listed([str(row[0]) for row in made.table.rows])
        yield Paragraph(
            f"Neither one correlation of compliance and effect across {sites} nor all of them together, even at 1, would make an "
            f"estimate of the anticipated size out of no effect ({effects}).",
            "Sensitivity to (vii)",
        )
        return
    yield made


def inputs_in_short(matter: Matter) -> Iterator[Block]:
    """The numbers that the plan states, with their sources; then the defaults, those of one kind and value together."""
    if matter.diagnosis is None:
        return
    table = matter.diagnosis.anticipated.table
    place = table.keys.index("default")
    rows = tuple(row[:place] + row[place + 1 :] for row in table.rows if not row[place])
    columns = tuple(
        replace(column, title=capital(column.title))
        for column in (*table.columns[:place], *table.columns[place + 1 :])
    )
    yield tabular(replace(table, title="What the plan states", columns=columns, rows=rows))
    if said := _defaults(matter.diagnosis.anticipated.inputs):
        yield Paragraph(f"{said}.", "Defaults, to be replaced where something is known")


def _defaults(inputs: Iterable[Input]) -> str:
    """Defaults in a row: "SD across sites 0.2 (home -> literacy, attendance -> literacy); ..."."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in (each for each in inputs if each.default):
        found = None if each.name.startswith("all other") else OF_WHAT.fullmatch(each.name)
        kind, about = (each.name, "") if found is None else found.groups()
        groups.setdefault((kind, each.value), []).append(about)
    return "; ".join(
        f"{kind} {value}" + (f" ({', '.join(about)})" if about[0] else "")
        for (kind, value), about in groups.items()
    )
