"""Which document is wanted: its purpose, the effects it is about, and what makes it reproducible."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from os import PathLike

from identcheck.decide.estimands import Estimand
from identcheck.errors import ReportError, suggestion

__all__ = ["PURPOSES", "Document", "asked_for"]

PURPOSES = {
    "preregistration": "Pre-registration of the causal analysis",
    "grant": "Causal design, for a grant application",
    "paper-appendix": "Appendix: assumptions and derivations",
}
"""The kinds of document, and what each calls itself."""


@dataclass(frozen=True)
class Document:
    """A document to submit, made of an identification.

    Args:
        purpose: "preregistration", "grant" or "paper-appendix".
        effects: the effects of interest, the most important first; empty for those of ``check``.
        date: the day that the document bears, such as "2026-11-22"; "" for none.
        file: the file that the design was read from; its SHA-256 is printed. Without it, that of the design.

    Raises:
        ReportError: another purpose, or a date that is none.
    """

    purpose: str
    effects: tuple[Estimand, ...] = ()
    date: str = ""
    file: str | PathLike[str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.purpose, str) or self.purpose not in PURPOSES:
            known = ", ".join(PURPOSES)
            hint = suggestion(str(self.purpose), PURPOSES)
            raise ReportError(f"no document {self.purpose!r}{hint}; known are {known}")
        if not isinstance(self.effects, (tuple, list)):
            raise ReportError(
                f"the effects of a document are {self.effects!r:.60}; give a list, such as [ic.direct('M', 'Y')]"
            )
        if self.file is not None and not isinstance(self.file, (str, PathLike)):
            raise ReportError(
                f"the file of a document is {self.file!r:.60}; give its path as text, or leave it out"
            )
        try:
            if not isinstance(self.date, str) or self.date:
                datetime.date.fromisoformat(self.date)
        except (TypeError, ValueError):
            raise ReportError(
                f"the date {self.date!r} is none; write year, month and day, such as '2026-11-22'"
            ) from None


def asked_for(document: Document | str | None) -> Document | None:
    """The document that an argument asks for: itself, or one with the purpose named."""
    return Document(document) if isinstance(document, str) else document
