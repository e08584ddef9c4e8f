"""The design in numbers, before any data: strength, bias, precision and sensitivity from anticipated numbers.

A :class:`Plan` states the numbers; ``anticipate`` checks them against the design and fills in the defaults.

================  ==================================================================================
``diagnose``      strength of the instruments, bias by its causes, precision, power: closed forms
``sensitivity``   how far estimates move if a condition fails, and how far it must fail to matter
``contour``       the bias over two numbers of the plan
``simulate``      trials drawn from the plan, and six estimators in them
``sweep``         the same over a grid of plans
``falsification`` power and size of tests of the scatter of site effects; also ``falsify``
================  ==================================================================================
"""

from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.falsification import Falsification, falsification, falsify
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Arrow, Plan, Sizes
from identcheck.plan.sensitivity.contour import Contour, contour
from identcheck.plan.sensitivity.result import Sensitivity, sensitivity
from identcheck.plan.simulation.result import Simulation
from identcheck.plan.simulation.sweeps import Sweep, sweep
from identcheck.plan.simulation.trials import simulate

__all__ = [
    "Anticipated",
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
    "falsify",
    "sensitivity",
    "simulate",
    "sweep",
]
