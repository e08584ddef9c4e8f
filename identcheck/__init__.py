"""identcheck: under what assumptions do site-by-treatment instruments identify average causal effects?

Describe the graph of treatment, mediators and outcome of a multi-site trial (``Design``), ``check`` it, and
read which average effects are identified, under which assumptions, as a report.

The public names below are imported when they are first used, so that ``import identcheck`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from identcheck.homes import PUBLIC

if TYPE_CHECKING:
    from identcheck.decide.assumptions import Assumption as Assumption
    from identcheck.decide.comparison.result import Comparison as Comparison
    from identcheck.decide.comparison.result import compare as compare
    from identcheck.decide.conditions import Condition as Condition
    from identcheck.decide.estimands import Estimand as Estimand
    from identcheck.decide.estimands import average as average
    from identcheck.decide.estimands import compliance as compliance
    from identcheck.decide.estimands import direct as direct
    from identcheck.decide.estimands import itt as itt
    from identcheck.decide.estimands import path as path
    from identcheck.decide.estimands import total as total
    from identcheck.decide.identification import Finding as Finding
    from identcheck.decide.identification import Identification as Identification
    from identcheck.decide.identification import Verdict as Verdict
    from identcheck.decide.identification import check as check
    from identcheck.decide.mends import Mend as Mend
    from identcheck.decide.mends import mends as mends
    from identcheck.decide.population import Population as Population
    from identcheck.decide.population import Site as Site
    from identcheck.decide.robustness import Robustness as Robustness
    from identcheck.decide.robustness import robustness as robustness
    from identcheck.decide.strategies import Strategy as Strategy
    from identcheck.decide.witness import Witness as Witness
    from identcheck.derive.paths import effect as effect
    from identcheck.describe.declarations import Declaration as Declaration
    from identcheck.describe.declarations import correlated as correlated
    from identcheck.describe.declarations import independent as independent
    from identcheck.describe.declarations import normal as normal
    from identcheck.describe.declarations import uncorrelated as uncorrelated
    from identcheck.describe.design import Design as Design
    from identcheck.errors import FormatError as FormatError
    from identcheck.errors import IdentcheckError as IdentcheckError
    from identcheck.errors import InvalidDesignError as InvalidDesignError
    from identcheck.errors import InvalidPlanError as InvalidPlanError
    from identcheck.errors import InvalidPopulationError as InvalidPopulationError
    from identcheck.errors import InvalidQuestionError as InvalidQuestionError
    from identcheck.errors import ReportError as ReportError
    from identcheck.errors import UnknownEstimandError as UnknownEstimandError
    from identcheck.errors import UnknownVariableError as UnknownVariableError
    from identcheck.formats import dump as dump
    from identcheck.formats import dumps as dumps
    from identcheck.formats import load as load
    from identcheck.plan import Arrow as Arrow
    from identcheck.plan import Contour as Contour
    from identcheck.plan import Diagnosis as Diagnosis
    from identcheck.plan import Falsification as Falsification
    from identcheck.plan import Plan as Plan
    from identcheck.plan import Sensitivity as Sensitivity
    from identcheck.plan import Simulation as Simulation
    from identcheck.plan import Sizes as Sizes
    from identcheck.plan import Sweep as Sweep
    from identcheck.plan import anticipate as anticipate
    from identcheck.plan import contour as contour
    from identcheck.plan import diagnose as diagnose
    from identcheck.plan import falsification as falsification
    from identcheck.plan import falsify as falsify
    from identcheck.plan import sensitivity as sensitivity
    from identcheck.plan import simulate as simulate
    from identcheck.plan import sweep as sweep
    from identcheck.report import Document as Document
    from identcheck.symbols.notation import Cov as Cov
    from identcheck.symbols.notation import Cov_s as Cov_s
    from identcheck.symbols.notation import E as E
    from identcheck.symbols.notation import E_s as E_s
    from identcheck.symbols.notation import mu as mu
    from identcheck.symbols.notation import mu_s as mu_s

__version__ = "0.1.0"

_HOME = {name: module for module, names in PUBLIC.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'identcheck' has no attribute {name!r}")
    found: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
