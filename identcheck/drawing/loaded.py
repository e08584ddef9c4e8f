"""What a process of the editor has loaded before it is asked anything."""

from identcheck.decide import findings, identification, mends, witness, worlds
from identcheck.drawing import answers

__all__ = ["answers", "findings", "identification", "mends", "witness", "worlds"]
