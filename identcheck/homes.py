"""Where things live that are imported when they are first used.

A wing imports only from wings before it. What a value offers that belongs to a later wing, such as ``result.save``, is
named here, so that no wing imports a later one; so are the public names of the package, so that ``import identcheck`` is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeVar

__all__ = ["BY_KIND", "LEADS", "PUBLIC", "lead"]

Made = TypeVar("Made")

PUBLIC: Mapping[str, tuple[str, ...]] = {
    "identcheck.errors": (
        "FormatError",
        "IdentcheckError",
        "InvalidDataError",
        "InvalidDesignError",
        "InvalidPlanError",
        "InvalidPopulationError",
        "InvalidQuestionError",
        "ReportError",
        "UnknownEstimandError",
        "UnknownVariableError",
    ),
    "identcheck.symbols.notation": (
        "Cov",
        "Cov_s",
        "E",
        "E_s",
        "mu",
        "mu_s",
    ),
    "identcheck.describe.declarations": (
        "Declaration",
        "correlated",
        "independent",
        "normal",
        "uncorrelated",
    ),
    "identcheck.describe.design": ("Design",),
    "identcheck.describe.modifiers": ("Modifier",),
    "identcheck.describe.protocol": ("Rules",),
    "identcheck.formats": (
        "dump",
        "dumps",
        "load",
    ),
    "identcheck.derive.paths": ("effect",),
    "identcheck.decide.assumptions": ("Assumption",),
    "identcheck.decide.comparison.result": (
        "Comparison",
        "compare",
    ),
    "identcheck.decide.conditions": ("Condition",),
    "identcheck.decide.estimands": (
        "Estimand",
        "at",
        "average",
        "compliance",
        "difference",
        "direct",
        "interaction",
        "itt",
        "mediated",
        "path",
        "plus",
        "total",
    ),
    "identcheck.decide.identification": (
        "Finding",
        "Identification",
        "Verdict",
        "check",
    ),
    "identcheck.decide.mends": (
        "Mend",
        "mends",
    ),
    "identcheck.decide.population": (
        "Population",
        "Site",
    ),
    "identcheck.decide.robustness": (
        "Robustness",
        "robustness",
    ),
    "identcheck.decide.strategies": ("Strategy",),
    "identcheck.decide.witness": ("Witness",),
    "identcheck.plan.cheapest": (
        "Cheapest",
        "cheapest",
    ),
    "identcheck.plan.closed.diagnosis": (
        "Diagnosis",
        "diagnose",
    ),
    "identcheck.plan.falsification": (
        "Falsification",
        "falsification",
        "falsify",
    ),
    "identcheck.plan.inputs.anticipate": ("anticipate",),
    "identcheck.plan.inputs.plan": (
        "Arrow",
        "Plan",
        "Sizes",
    ),
    "identcheck.plan.sensitivity.contour": (
        "Contour",
        "contour",
    ),
    "identcheck.plan.sensitivity.result": (
        "Sensitivity",
        "sensitivity",
    ),
    "identcheck.plan.simulation.result": ("Simulation",),
    "identcheck.plan.simulation.sweeps": (
        "Sweep",
        "sweep",
    ),
    "identcheck.plan.simulation.trials": ("simulate",),
    "identcheck.evidence.examine": ("examine",),
    "identcheck.evidence.result": ("Evidence",),
    "identcheck.evidence.site_effects": ("SiteEffects", "read_persons", "read_site_effects"),
    "identcheck.report.documents": ("Document",),
    "identcheck.drawing.opened": ("draw",),
}
"""The public names, by the module that has them."""

LEADS: Mapping[str, str] = {
    "Design.draw": "identcheck.drawing.opened:in_notebook",
    "Design.from_text": "identcheck.formats:from_text",
    "Design.stated": "identcheck.decide.primary:stated_problems",
    "Displayed.bundle": "identcheck.report.writers.notebook:bundle",
    "DisplayedTables.text": "identcheck.report.writers.notebook:printed",
    "Evidence.render": "identcheck.report.evidence:render_evidence",
    "Evidence.save": "identcheck.report.evidence:save_evidence",
    "Finding.text": "identcheck.decide.printed:finding_text",
    "Finding.code": "identcheck.report.code:estimation_code",
    "Identification.code": "identcheck.report.code:result_code",
    "Identification.compare": "identcheck.decide.comparison.result:compare",
    "Identification.mends": "identcheck.decide.mends:mends",
    "Identification.render": "identcheck.report:render",
    "Identification.robustness": "identcheck.decide.robustness:robustness",
    "Identification.table": "identcheck.decide.printed:findings_table",
    "Identification.text": "identcheck.decide.printed:answer_text",
    "Identification.save": "identcheck.report:save",
    "Identification.save_fragments": "identcheck.report:save_fragments",
    "Identification.unwritten": "identcheck.report:unwritten",
    "Table.csv": "identcheck.tables.write:csv_of",
    "Table.json": "identcheck.tables.write:table_json",
    "Table.save": "identcheck.tables.write:save_tables",
    "Table.text": "identcheck.tables.terminal:table_text",
    "Picture.svg": "identcheck.plots.files:inline_svg",
    "Plan.from_toml": "identcheck.plan.inputs.from_files:plan_from_file",
}
"""Methods, and rules of designs, that lead to a later wing, with the function that does their work."""

BY_KIND = (
    "identcheck.decide.conditions.plain:plain",
    "identcheck.decide.conditions.breaking:breaks",
    "identcheck.decide.population.meeting:_holds",
    "identcheck.decide.population.meeting:_read",
    "identcheck.decide.witness.asked:rows_of",
    "identcheck.plan.violations:violations",
    "identcheck.plan.sensitivity.conditions:moves_with",
    "identcheck.report.sections.conditions:_together",
    "identcheck.report.sections.expansions:_open_rows",
    "identcheck.report.sections.conditions:short_words",
)
"""What is asked of a condition beside what it answers itself: functions with a version for each kind (``singledispatch``).

The default of each raises ``NotImplementedError``.
"""


def lead(name: str) -> Callable[..., Made]:
    """The function behind a method of :data:`LEADS`."""
    module, _, function = LEADS[name].partition(":")
    found: Callable[..., Made] = getattr(import_module(module), function)
    return found
