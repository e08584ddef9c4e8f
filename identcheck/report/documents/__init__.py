"""Documents to submit: which sections of the report and of their own each kind has."""

from identcheck.report.documents.document import PURPOSES, Document, asked_for
from identcheck.report.documents.select import document_of

__all__ = ["PURPOSES", "Document", "asked_for", "document_of"]
