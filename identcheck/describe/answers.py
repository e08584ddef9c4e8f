"""Answers kept with a design or a population, under the name by which those who work them out know it."""

from __future__ import annotations

from identcheck.basics.once import kept_with, once as kept

__all__ = ["kept", "kept_with"]
