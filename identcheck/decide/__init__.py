"""Verdicts and reasons: which average effects are identified, and under what."""
