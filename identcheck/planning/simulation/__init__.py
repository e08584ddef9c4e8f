"""Monte Carlo from a plan: trials drawn by site effects or person by person, and estimators compared in them."""

from identcheck.planning.simulation.contrasts import Contrasts
from identcheck.planning.simulation.measures import Measure
from identcheck.planning.simulation.result import Row, Simulation
from identcheck.planning.simulation.simulate import draw_contrasts, simulate

__all__ = ["Contrasts", "Measure", "Row", "Simulation", "draw_contrasts", "simulate"]
