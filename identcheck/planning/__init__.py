"""The design in numbers, before any data: strength, bias, precision and sensitivity from anticipated numbers.

A :class:`Plan` states the numbers; ``anticipate`` checks them against the design and fills in the defaults.
"""

from identcheck.planning.anticipate import anticipate
from identcheck.planning.anticipated import Anticipated
from identcheck.planning.plan import Arrow, Plan, Sizes
from identcheck.planning.simulation import Simulation, Sweep, simulate, sweep

__all__ = [
    "Anticipated",
    "Arrow",
    "Plan",
    "Simulation",
    "Sizes",
    "Sweep",
    "anticipate",
    "simulate",
    "sweep",
]
