"""What if the design were another: two identifications side by side, the designs first, then the answers."""

from identcheck.decide.comparison.designs import DesignChange, redrawn
from identcheck.decide.comparison.effects import EffectChange
from identcheck.decide.comparison.result import Comparison, compare

__all__ = ["Comparison", "DesignChange", "EffectChange", "compare", "redrawn"]
