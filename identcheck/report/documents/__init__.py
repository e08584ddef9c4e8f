"""Documents to submit: a selection of the report's sections and of their own; ``select`` makes them, with what ``plan`` needs."""

from identcheck.report.documents.document import PURPOSES, Document, asked_for

__all__ = ["PURPOSES", "Document", "asked_for"]
