"""Monte Carlo from a plan: trials drawn by site effects or person by person, and estimators compared in them."""

from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.measures import Measure
from identcheck.plan.simulation.result import Row, Simulation
from identcheck.plan.simulation.sweeps import Sweep, sweep
from identcheck.plan.simulation.trials import draw_contrasts, simulate

__all__ = ["Contrasts", "Measure", "Row", "Simulation", "Sweep", "draw_contrasts", "simulate", "sweep"]
