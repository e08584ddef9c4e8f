"""identcheck: under what assumptions do site-by-treatment instruments identify average causal effects?

Describe the graph of treatment, mediators and outcome of a multi-site trial (``Design``), ``check`` it, and
read which average effects are identified, under which assumptions, as a report.

The public names below are imported when they are first used, so that ``import identcheck`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from identcheck.assumptions import Assumption
    from identcheck.conditions import Condition
    from identcheck.declarations import Declaration, correlated, independent, normal, uncorrelated
    from identcheck.design import Design
    from identcheck.errors import (
        FormatError,
        IdentcheckError,
        InvalidDesignError,
        InvalidPlanError,
        InvalidPopulationError,
        InvalidQuestionError,
        ReportError,
        UnknownVariableError,
    )
    from identcheck.estimands import Estimand, average, compliance, direct, itt, path, total
    from identcheck.formats import dump, dumps, load
    from identcheck.identification import Finding, Identification, Verdict, check
    from identcheck.notation import Cov, Cov_s, E, E_s, mu, mu_s
    from identcheck.paths import effect
    from identcheck.planning import (
        Arrow,
        Contour,
        Diagnosis,
        Falsification,
        Plan,
        Sensitivity,
        Simulation,
        Sizes,
        Sweep,
        anticipate,
        contour,
        diagnose,
        falsification,
        sensitivity,
        simulate,
        sweep,
    )
    from identcheck.population import Population, Site
    from identcheck.report import Document
    from identcheck.strategies import Strategy
    from identcheck.witness import Witness

__version__ = "0.1.0"

__all__ = [
    "Arrow",
    "Assumption",
    "Condition",
    "Contour",
    "Cov",
    "Cov_s",
    "Declaration",
    "Design",
    "Diagnosis",
    "Document",
    "E",
    "E_s",
    "Estimand",
    "Falsification",
    "Finding",
    "FormatError",
    "IdentcheckError",
    "Identification",
    "InvalidDesignError",
    "InvalidPlanError",
    "InvalidPopulationError",
    "InvalidQuestionError",
    "Plan",
    "Population",
    "ReportError",
    "Sensitivity",
    "Simulation",
    "Site",
    "Sizes",
    "Strategy",
    "Sweep",
    "UnknownVariableError",
    "Verdict",
    "Witness",
    "anticipate",
    "average",
    "check",
    "compliance",
    "contour",
    "correlated",
    "diagnose",
    "direct",
    "dump",
    "dumps",
    "effect",
    "falsification",
    "independent",
    "itt",
    "load",
    "mu",
    "mu_s",
    "normal",
    "path",
    "sensitivity",
    "simulate",
    "sweep",
    "total",
    "uncorrelated",
]

_HOMES = {
    "identcheck.assumptions": ("Assumption",),
    "identcheck.conditions": ("Condition",),
    "identcheck.declarations": (
        "Declaration",
        "correlated",
        "independent",
        "normal",
        "uncorrelated",
    ),
    "identcheck.design": ("Design",),
    "identcheck.errors": (
        "FormatError",
        "IdentcheckError",
        "InvalidDesignError",
        "InvalidPlanError",
        "InvalidPopulationError",
        "InvalidQuestionError",
        "ReportError",
        "UnknownVariableError",
    ),
    "identcheck.estimands": (
        "Estimand",
        "average",
        "compliance",
        "direct",
        "itt",
        "path",
        "total",
    ),
    "identcheck.formats": (
        "dump",
        "dumps",
        "load",
    ),
    "identcheck.identification": (
        "Finding",
        "Identification",
        "Verdict",
        "check",
    ),
    "identcheck.notation": (
        "Cov",
        "Cov_s",
        "E",
        "E_s",
        "mu",
        "mu_s",
    ),
    "identcheck.paths": ("effect",),
    "identcheck.planning": (
        "Arrow",
        "Contour",
        "Diagnosis",
        "Falsification",
        "Plan",
        "Sensitivity",
        "Simulation",
        "Sizes",
        "Sweep",
        "anticipate",
        "contour",
        "diagnose",
        "falsification",
        "sensitivity",
        "simulate",
        "sweep",
    ),
    "identcheck.population": (
        "Population",
        "Site",
    ),
    "identcheck.report": ("Document",),
    "identcheck.strategies": ("Strategy",),
    "identcheck.witness": ("Witness",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'identcheck' has no attribute {name!r}")
    found: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
