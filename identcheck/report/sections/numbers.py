"""The section "Design in numbers" of a report: which tables it has, and in which order; the numbers are those of ``plan``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.inputs.anticipated import Input
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.sensitivity.result import Sensitivity, sensitivity_at
from identcheck.report.blocks import (
    Block,
    Bullets,
    Fact,
    Facts,
    Figure,
    Fold,
    Item,
    Paragraph,
    Section,
    Tabular,
)
from identcheck.report.matter import Matter
from identcheck.report.sections.effect_words import effect_paragraphs
from identcheck.symbols.written import Formula
from identcheck.tables.table import Cell, Table, figure_of
from identcheck.tables.terminal import legend_of

if TYPE_CHECKING:
    from identcheck.plan.simulation.result import Simulation

__all__ = [
    "PICTURED",
    "blind_spots",
    "estimators",
    "folded",
    "inputs_in_short",
    "lead_of",
    "moves",
    "numbers_in_short",
    "numbers_section",
    "printed_columns",
    "robustness",
    "sensitivity_in_short",
    "short_numbers_section",
    "tabular",
]  # fmt: skip

MOST_MOVES = 40
"""Of more moments that an effect's conditions set to 0 those that shift it most are listed; JSON has every one."""

SIMULATED = (
    *("estimand", "estimator", "target", "bias", "bias_error", "median_bias", "sd"),
    *("coverage", "power", "undefined"),
)
"""The columns of a simulation that are printed; JSON has every one."""

OF_WHAT = re.compile(r"(correlations? of the disturbances|.+?) of (.+)")
"""An input's name: its kind, and what it is of."""

PICTURED = ("html", "latex", "word")

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
    found = (
        *_diagnosed(diagnosis, figures),
        _part("sensitivity", "What if an assumption fails", robustness(moved, every), *folds),
        *_simulated(diagnosis, plan, trials, every, folder if figures else None),
        _part("blind", "What tests of the scatter cannot see", blind_spots()),
        _part("limits", "Limits of these numbers", Bullets(tuple(map(Item, _limits(diagnosis, trials))))),
    )
    lead = (Paragraph(lead_of(diagnosis)), *([Paragraph(note, soft=True)] if note else []))
    parts = (part for part in found if part.blocks)
    blocks: tuple[Block, ...] = (*lead, *effect_paragraphs(diagnosis, moved), *parts)
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


def _simulated(
    diagnosis: Diagnosis, plan: Plan, trials: int, every: bool, folder: str | None
) -> Iterator[Section]:
    """Estimators, and tests of the scatter, in simulated trials; with a picture where there are others."""
    if not trials:
        return
    from identcheck.plan.falsification import falsification
    from identcheck.plan.simulation.trials import simulate
    from identcheck.report.sections.figures import sampling_figure

    design, granted = diagnosis.anticipated.design, diagnosis.granted
    drawn = simulate(design, plan, trials, assume=granted)
    yield _part(
        "trials",
        "In simulated trials",
        Facts((Fact("Trials", f"{drawn.table.title}."),)),
        *estimators(drawn, every),
        tabular(drawn.strength) if drawn.strength.rows else None,
        None if folder is None else sampling_figure(drawn, folder),
    )
    tested = falsification(design, plan, trials, assume=granted).tables
    shown = (tabular(table) for table in tested if table.key != "blind_spots")
    yield _part("tests", "Tests of the scatter of site effects", *shown)


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
    return (
        f"Before any data: what {found.sites:,} {site} with {sizes} {persons} each would tell, if everything that has to be "
        f"argued holds and the world is as anticipated. This rests on {len(found.inputs)} numbers, "
        f"{stated}; other numbers give other answers."
    )


def short_numbers_section(matter: Matter) -> Section:
    """The numbers that decide: strength, bias, precision, and how far a failing assumption moves them."""
    return Section("numbers", "Design in numbers", (*numbers_in_short(matter), *sensitivity_in_short(matter)))


def numbers_in_short(matter: Matter, *keys: str) -> Iterator[Block]:
    """Bias, precision and strength of the effects of interest; or the tables of those keys."""
    if matter.diagnosis is None or not matter.had:
        return
    tables = {table.key: tabular(table) for table in matter.diagnosis.tables}
    put_together = (
        "parts",
        *(("joint",) if matter.sums else ()),
    )  # there where parts, or sums, are of interest
    wanted = (*(keys or ("outlook", "instruments")), *put_together)
    found = [tables[key] for key in wanted if key in tables]
    reasons = dict.fromkeys(o.reason for o in matter.outlooks.values() if o.se is None and o.reason)
    if not found and reasons:
        yield Paragraph(f"{capital('; '.join(reasons))}. What is anticipated is stated in the design file.")
        return
    yield Paragraph(lead_of(matter.diagnosis, "which the full report marks"))
    yield from found


def sensitivity_in_short(matter: Matter) -> Iterator[Block]:
    """How strong a compliance-effect covariance it takes to make each estimate out of no effect."""
    made = None if matter.sensitivity is None else robustness(matter.sensitivity)
    if made is not None:
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


def blind_spots() -> Facts:
    """What no test of the scatter can show, by test."""
    from identcheck.plan.falsification import BLIND_SPOTS

    return Facts(tuple(Fact(capital(test), text) for test, text in BLIND_SPOTS.items()))


def tabular(table: Table) -> Tabular:
    """A table as it is, with what its columns hold; texts that are formulas are formulas."""
    formulas = {text: (Formula(latex),) for text, latex in table.formulas}

    def shown(cell: Cell) -> Cell:
        return formulas.get(cell, cell) if isinstance(cell, str) else cell

    rows = tuple(tuple(map(shown, row)) for row in table.rows)
    legend = "" if table.key == "inputs" else legend_of(table)  # its values are of all kinds
    return Tabular(replace(table, rows=rows, formulas=()), legend)


def folded(block: Tabular) -> Fold:
    """A table under its title, which opens it."""
    return Fold(block.table.title, (replace(block, table=replace(block.table, title="")),))


def printed_columns(table: Table) -> Table:
    """A table of estimators without the measures that are not printed."""
    from identcheck.plan.simulation.result import ROWS

    left_out = {column.key for column in ROWS} - set(SIMULATED)
    kept = [place for place, column in enumerate(table.columns) if column.key not in left_out]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def estimators(drawn: Simulation, every: bool = False) -> tuple[Tabular, ...]:
    """The estimators of a simulation, a table for each effect; the columns that are printed, unless ``every``."""
    whole = drawn.table if every else printed_columns(drawn.table)
    return _by_effect(replace(whole, title=""), {str(row.estimand): row.words for row in drawn.rows})


def robustness(moved: Sensitivity, every: bool = False) -> Tabular | None:
    """How large a correlation would have to be; with a word where none does it, as a column without entries is not printed."""
    if not moved.robustness.rows:
        return None
    made = tabular(moved.robustness)
    said = tuple(tuple("none" if cell is None else cell for cell in row) for row in made.table.rows)
    return made if every else replace(made, table=replace(made.table, rows=said))


def moves(moved: Sensitivity, every: bool = False) -> tuple[Tabular, ...]:
    """For each effect what the moments that its conditions set to 0 do, those that shift it most unless ``every``."""
    words = {str(effect.question.estimand): effect.question.words for effect in moved.effects}
    for table in moved.tables:
        if table.key == "conditions":
            parts = _by_effect(table, words)
            return parts if every else tuple(map(_largest, parts))
    return ()


def _by_effect(table: Table, words: Mapping[str, str]) -> tuple[Tabular, ...]:
    """A table for each effect in the first column, without it; what is said of all stands under the last."""
    found = []
    for effect in dict.fromkeys(str(row[0]) for row in table.rows):
        named = f"{capital(words[effect])}, {effect}" if effect in words else effect
        title = f"{table.title}: {named}" if table.title else named
        rows = tuple(row[1:] for row in table.rows if str(row[0]) == effect)
        found.append(tabular(replace(table, title=title, columns=table.columns[1:], rows=rows)))
    quiet = (replace(block, table=replace(block.table, note=""), legend="") for block in found[:-1])
    return (*quiet, *found[-1:])


def _largest(block: Tabular) -> Tabular:
    """The rows that shift the estimate most, in their order, and how many more there are."""
    table = block.table
    if len(table.rows) <= MOST_MOVES:
        return block
    place = [column.key for column in table.columns].index("shift")
    order = sorted(range(len(table.rows)), key=lambda i: -abs(figure_of(table.rows[i][place])))
    rows = tuple(table.rows[i] for i in sorted(order[:MOST_MOVES]))
    left = f"{len(table.rows) - MOST_MOVES} more moments shift it less; JSON reports have them all."
    return replace(block, table=replace(table, rows=rows, note=f"{left} {table.note}".strip()))


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
