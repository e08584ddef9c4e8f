"""From a plan to the part "Design in numbers" of a report: selection and order; the numbers are ``planning``'s."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.plan import (
    Diagnosis,
    Plan,
    Sensitivity,
    Simulation,
    diagnose,
    falsification,
    sensitivity,
    simulate,
)
from identcheck.plan.falsification import BLIND_SPOTS
from identcheck.plan.simulation.result import ROWS
from identcheck.report.build_effects import effect_terms
from identcheck.report.build_figures import figures_of, sampling_figure
from identcheck.report.context_numbers import (
    DesignNumbers,
    NumberColumn,
    NumberFigure,
    NumberSection,
    NumberTable,
    Term,
)
from identcheck.tables.table import Column, Table, figure_of

__all__ = [
    "build_numbers", "estimator_tables", "lead_of", "number_table", "printed_columns", "sensitivity_tables",
]  # fmt: skip

MOST_MOVES = 40
"""Of more moments that an effect's conditions set to 0 those that shift it most are listed; JSON has every one."""

SIMULATED = (
    *("estimand", "estimator", "target", "bias", "bias_error", "median_bias", "sd"),
    *("coverage", "power", "undefined"),
)
"""The columns of a simulation that are printed; JSON has every one."""

PICTURED = ("html", "latex", "word")


def build_numbers(
    design: Design, plan: Plan, format: str = "text", trials: int = 0, folder: str = ""
) -> DesignNumbers:
    """The part of a report that a plan makes.

    Args:
        design: the design.
        plan: the anticipated numbers.
        format: of the report: HTML and LaTeX have pictures, JSON has every row and column.
        trials: how many trials are simulated; 0 for none.
        folder: where a LaTeX document finds its pictures; without it, it has none.

    Raises:
        InvalidPlanError: impossible numbers, or numbers for what the design does not have.
    """
    diagnosis, moved = diagnose(design, plan), sensitivity(design, plan)
    figures: dict[str, tuple[NumberFigure, ...]] = {}
    note = ""
    if format in PICTURED:
        figures, note = figures_of(diagnosis, format, folder)
    every = format == "json"
    tables = {table.key: table for table in (*diagnosis.tables, *moved.tables)}

    def section(heading: str, *keys: str) -> NumberSection:
        found = tuple(number_table(tables[key]) for key in keys if key in tables)
        return NumberSection(heading, (), found, figures.get(heading, ()))

    sections = (
        section("What is anticipated", "inputs"),
        section("How strong the instruments are", "instruments", "compliances"),
        section("How large the bias is", "bias"),
        section("What can be detected", "precision", "pooled"),
        replace(
            section("What if an assumption fails", "robustness"),
            tables=tuple(sensitivity_tables(moved, every)),
        ),
        *_simulated(design, plan, trials, every, folder if figures else None),
        NumberSection(
            "What tests of the scatter cannot see", tuple(Term(capital(k), v) for k, v in BLIND_SPOTS.items())
        ),
    )
    return DesignNumbers(
        lead=lead_of(diagnosis),
        effects=effect_terms(diagnosis, moved),
        sections=tuple(s for s in sections if s.tables or s.remarks or s.figures),
        figures_note=note,
        limits=tuple(_limits(diagnosis, trials)),
    )


def lead_of(diagnosis: Diagnosis) -> str:
    """What the numbers rest on."""
    found = diagnosis.anticipated
    defaults = sum(item.default for item in found.inputs)
    sizes = f"{found.sizes.min():,}" + (
        f" to {found.sizes.max():,}" if found.sizes.min() < found.sizes.max() else ""
    )
    words = {0: "all of them stated in the plan", len(found.inputs): "all of them defaults"}
    stated = words.get(
        defaults, f"{defaults} of them {'a default' if defaults == 1 else 'defaults'}, marked below"
    )
    return (
        f"Before any data: what {found.sites:,} site{'s' * (found.sites != 1)} with {sizes} persons each would tell, if every "
        f"condition that can be granted is granted and the world is as anticipated. This rests on {len(found.inputs)} numbers, "
        f"{stated}; other numbers give other answers."
    )


def number_table(table: Table, title: str = "") -> NumberTable:
    """A table of planning by value, with the meanings of its columns of numbers as a sentence."""
    numeric = [place for place, column in enumerate(table.columns) if _holds_numbers(table, place, column)]
    meanings = (f"{table.columns[i].title} = {table.columns[i].meaning}" for i in numeric)
    return NumberTable(
        identifier=table.key,
        title=title or table.title,
        columns=tuple(NumberColumn(c.key, c.title, c.digits) for c in table.columns),
        rows=table.rows,
        legend=_sentence("; ".join(meanings)),
        note=table.note,
        formulas=table.formulas,
    )


def _holds_numbers(table: Table, place: int, column: Column) -> bool:
    values = [row[place] for row in table.rows]
    if column.key.endswith("_error"):
        return False  # stands in brackets behind what it is the error of
    return column.digits is not None or any(isinstance(v, int) and not isinstance(v, bool) for v in values)


def _sentence(text: str) -> str:
    return f"{text}." if text else ""


def _without(table: Table, *keys: str) -> Table:
    kept = [i for i, column in enumerate(table.columns) if column.key not in keys]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in kept), rows=rows)


def _by(table: Table, place: int, words: dict[str, str]) -> Iterator[tuple[str, Table]]:
    """A table for each value of a column, such as the effect, without that column."""
    for value in dict.fromkeys(str(row[place]) for row in table.rows):
        part = replace(table, rows=tuple(row for row in table.rows if str(row[place]) == value))
        yield (
            f"{capital(words[value])}, {value}" if value in words else value,
            _without(part, table.columns[place].key),
        )


def sensitivity_tables(moved: Sensitivity, every: bool = False) -> Iterator[NumberTable]:
    """The robustness values; then for each effect the moments, those that shift it most unless ``every``."""
    tables = {table.key: table for table in moved.tables}
    if "robustness" in tables:
        table = tables["robustness"]
        yield number_table(table if every else _with_none(table))
    if "conditions" not in tables:
        return
    words = {str(e.question.estimand): e.question.words for e in moved.effects}
    parts = list(_by(tables["conditions"], 0, words))
    for number, (effect, part) in enumerate(parts, 1):
        shown = part if every else _largest(part)
        last = number == len(parts)
        left = len(part.rows) - len(shown.rows)
        note = f"{left} more moments shift it less; JSON reports have them all." if left else ""
        made = number_table(
            replace(shown, note=f"{note} {part.note if last else ''}".strip()), f"{part.title}: {effect}"
        )
        yield made if last else replace(made, legend="")


def _with_none(table: Table) -> Table:
    """The table with the word where there is no such correlation: an empty column would not be printed."""
    return replace(
        table, rows=tuple(tuple("none" if cell is None else cell for cell in row) for row in table.rows)
    )


def _largest(part: Table) -> Table:
    """The rows that shift the estimate most, in their order."""
    place = [column.key for column in part.columns].index("shift")
    sizes = [abs(figure_of(row[place])) for row in part.rows]
    kept = sorted(sorted(range(len(sizes)), key=lambda i: -sizes[i])[:MOST_MOVES])
    return replace(part, rows=tuple(part.rows[i] for i in kept))


def _simulated(
    design: Design, plan: Plan, trials: int, every: bool, folder: str | None
) -> Iterator[NumberSection]:
    """Estimators, and tests of the scatter, in simulated trials; with a picture where there are others."""
    if not trials:
        return
    drawn = simulate(design, plan, trials)
    tables = (
        *estimator_tables(drawn, every),
        *(number_table(drawn.strength) for _ in drawn.strength.rows[:1]),
    )
    figures = () if folder is None else (sampling_figure(drawn, folder),)
    yield NumberSection("In simulated trials", (Term("Trials", f"{drawn.table.title}."),), tables, figures)
    tests = [table for table in falsification(design, plan, trials).tables if table.key != "blind_spots"]
    if tests:
        yield NumberSection("Tests of the scatter of site effects", (), tuple(map(number_table, tests)))


def estimator_tables(drawn: Simulation, every: bool = False) -> list[NumberTable]:
    """The estimators, a table for each effect; the columns that are printed, unless ``every``."""
    words = {str(row.estimand): row.words for row in drawn.rows}
    whole = drawn.table if every else printed_columns(drawn.table)
    parts = [number_table(part, effect) for effect, part in _by(whole, 0, words)]
    return [replace(part, legend="", note="") for part in parts[:-1]] + parts[-1:]


def printed_columns(table: Table) -> Table:
    """A table of estimators without the measures that are not printed."""
    measures = {column.key for column in ROWS} - set(SIMULATED)
    return _without(table, *(column.key for column in table.columns if column.key in measures))


def _limits(diagnosis: Diagnosis, trials: int) -> Iterator[str]:
    yield (
        "Nothing here has been estimated: the numbers follow from what is anticipated, and are as good as that. Vary the "
        "inputs that are defaults or guesses, above all the spread of effects across sites and their correlations."
    )
    yield (
        "Bias and standard errors are closed forms: series in 1 / sites, cut off early. They are the less exact, the fewer "
        "sites there are and the weaker the instruments; simulated trials show how exact."
    )
    if not trials:
        yield (
            "Coverage, the spread of other estimators and the power of tests of the scatter take simulated trials: "
            "identcheck simulate, or a report with --simulate."
        )
    if any(effect.se is None and effect.question.strategy is not None for effect in diagnosis.effects):
        yield "Effects composed of several regressions have no closed form for their standard error."
