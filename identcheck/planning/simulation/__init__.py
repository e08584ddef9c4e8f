"""Monte Carlo from a plan: trials drawn by site effects or person by person, and estimators compared in them."""

from identcheck.planning.simulation.contrasts import Contrasts
from identcheck.planning.simulation.measures import Measure
from identcheck.planning.simulation.result import Row, Simulation
from identcheck.planning.simulation.sweeps import Sweep, sweep
from identcheck.planning.simulation.trials import draw_contrasts, simulate

__all__ = ["Contrasts", "Measure", "Row", "Simulation", "Sweep", "draw_contrasts", "simulate", "sweep"]
