"""What simulated trials add to the section "Design in numbers"."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.words import capital
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.inputs.plan import Plan
from identcheck.report.blocks import Block, Fact, Facts
from identcheck.report.sections.numbers_tables import estimators, tabular

__all__ = ["blind_spots", "simulated_blocks"]


def blind_spots() -> Facts:
    """What no test of the scatter can show, by test."""
    from identcheck.plan.falsification import BLIND_SPOTS

    return Facts(tuple(Fact(capital(test), text) for test, text in BLIND_SPOTS.items()))


def simulated_blocks(
    diagnosis: Diagnosis, plan: Plan, trials: int, format: str, folder: str | None
) -> Iterator[tuple[str, str, tuple[Block | None, ...]]]:
    """Estimators, and tests of the scatter, in simulated trials: name, heading and blocks of each part.

    Args:
        diagnosis: the design in numbers.
        plan: the anticipated numbers.
        trials: how many are simulated; 0 for none.
        format: of the report; JSON has every column.
        folder: where a LaTeX document finds the picture; None where there is none.
    """
    if not trials:
        return
    from identcheck.plan.falsification import falsification
    from identcheck.plan.simulation.trials import simulate
    from identcheck.report.sections.figures import sampling_figure

    design, granted = diagnosis.anticipated.design, diagnosis.granted
    drawn = simulate(design, plan, trials, assume=granted)
    found = (
        Facts((Fact("Trials", f"{drawn.table.title}."),)),
        *estimators(drawn, format == "json"),
        tabular(drawn.strength) if drawn.strength.rows else None,
        None if folder is None else sampling_figure(drawn, format, folder),
    )
    yield "trials", "In simulated trials", found
    tested = falsification(design, plan, trials, assume=granted).tables
    shown = (tabular(table) for table in tested if table.key != "blind_spots")
    yield "tests", "Tests of the scatter of site effects", tuple(shown)
