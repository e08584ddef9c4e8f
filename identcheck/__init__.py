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
    from identcheck.decide.comparison.result import Comparison as Comparison, compare as compare
    from identcheck.decide.conditions import Condition as Condition
    from identcheck.decide.estimands import (
        Estimand as Estimand,
        at as at,
        average as average,
        compliance as compliance,
        difference as difference,
        direct as direct,
        itt as itt,
        mediated as mediated,
        path as path,
        plus as plus,
        total as total,
    )
    from identcheck.decide.identification import (
        Finding as Finding,
        Identification as Identification,
        Verdict as Verdict,
        check as check,
    )
    from identcheck.decide.mends import Mend as Mend, mends as mends
    from identcheck.decide.population import Population as Population, Site as Site
    from identcheck.decide.robustness import Robustness as Robustness, robustness as robustness
    from identcheck.decide.strategies import Strategy as Strategy
    from identcheck.decide.witness import Witness as Witness
    from identcheck.derive.paths import effect as effect
    from identcheck.describe.declarations import (
        Declaration as Declaration,
        correlated as correlated,
        independent as independent,
        normal as normal,
        uncorrelated as uncorrelated,
    )
    from identcheck.describe.design import Design as Design
    from identcheck.describe.modifiers import Modifier as Modifier
    from identcheck.describe.protocol import Rules as Rules
    from identcheck.drawing.opened import draw as draw
    from identcheck.errors import (
        FormatError as FormatError,
        IdentcheckError as IdentcheckError,
        InvalidDataError as InvalidDataError,
        InvalidDesignError as InvalidDesignError,
        InvalidPlanError as InvalidPlanError,
        InvalidPopulationError as InvalidPopulationError,
        InvalidQuestionError as InvalidQuestionError,
        ReportError as ReportError,
        UnknownEstimandError as UnknownEstimandError,
        UnknownVariableError as UnknownVariableError,
    )
    from identcheck.evidence.examine import examine as examine
    from identcheck.evidence.result import Evidence as Evidence
    from identcheck.evidence.site_effects import (
        SiteEffects as SiteEffects,
        read_persons as read_persons,
        read_site_effects as read_site_effects,
    )
    from identcheck.formats import dump as dump, dumps as dumps, load as load
    from identcheck.plan.cheapest import Cheapest as Cheapest, cheapest as cheapest
    from identcheck.plan.closed.diagnosis import Diagnosis as Diagnosis, diagnose as diagnose
    from identcheck.plan.falsification import (
        Falsification as Falsification,
        falsification as falsification,
        falsify as falsify,
    )
    from identcheck.plan.inputs.anticipate import anticipate as anticipate
    from identcheck.plan.inputs.plan import Arrow as Arrow, Plan as Plan, Sizes as Sizes
    from identcheck.plan.sensitivity.contour import Contour as Contour, contour as contour
    from identcheck.plan.sensitivity.result import Sensitivity as Sensitivity, sensitivity as sensitivity
    from identcheck.plan.simulation.result import Simulation as Simulation
    from identcheck.plan.simulation.sweeps import Sweep as Sweep, sweep as sweep
    from identcheck.plan.simulation.trials import simulate as simulate
    from identcheck.report.documents import Document as Document
    from identcheck.symbols.notation import (
        Cov as Cov,
        Cov_s as Cov_s,
        E as E,
        E_s as E_s,
        mu as mu,
        mu_s as mu_s,
    )

__version__ = "0.2.0"

_HOME = {name: module for module, names in PUBLIC.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'identcheck' has no attribute {name!r}{_instead(name)}")
    found: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


_COMMANDS = {
    "robust": "ic.robustness(result)",
    "report": "result.save('report.pdf') or result.render('markdown'), where result = ic.check(design)",
    "plan": "ic.Plan(...) for anticipated numbers, ic.diagnose(design, plan) for what they mean",
    "show": "print(result), or result.render('text'), where result = ic.check(design)",
    "code": "finding.code('stata'), where finding = ic.check(design)['direct V Y']",
    "convert": "ic.dump(ic.load('trial.dagitty'), 'trial.toml')",
    "read": "ic.load('trial.toml')",
    "write": "ic.dump(design, 'trial.toml')",
    "save": "ic.dump(design, 'trial.toml') for a design, result.save('report.pdf') for a report",
    "init": "on the command line: identcheck init trial.toml",
    "doctor": "on the command line: identcheck doctor",
    "schema": "on the command line: identcheck schema",
}
"""What Python has in place of commands, and of names that one may expect."""


def _instead(name: str) -> str:
    """What may be meant by a name that there is not."""
    from identcheck.errors import suggestion

    said = _COMMANDS.get(name.lower())
    if said is None or name.startswith("_"):
        return "" if name.startswith("_") else suggestion(name, __all__)
    return f"; in Python it is {said}" if not said.startswith("on ") else f"; it is {said}"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
