"""What a notebook shows of a value: a card, made of the blocks of the report."""

from identcheck.report.cards import findings, strategies  # each registers its cards
from identcheck.report.cards.findings import card_of

__all__ = ["card_of", "findings", "strategies"]
