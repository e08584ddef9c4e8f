"""How values show themselves in notebooks: :class:`Displayed`, or :class:`DisplayedFormula`, is mixed into each that does.

Jupyter, VS Code and other front ends ask a value for ``_repr_mimebundle_``. What is shown is made in
``identcheck.report.writers.notebook``, which is imported when a front end asks, so that nothing here is slow.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from identcheck.homes import lead

__all__ = ["Brief", "Displayed", "DisplayedFormula", "DisplayedTables"]


class Brief:
    """A value with a short repr, ``<Finding direct(NP, Y): identified>``; ``print`` says more.

    Also in dataclasses, which would otherwise write a repr of every field.
    """

    def __init_subclass__(cls, **said: Any) -> None:
        super().__init_subclass__(**said)
        if "__repr__" not in vars(cls):
            type.__setattr__(cls, "__repr__", Brief.__repr__)

    def __repr__(self) -> str:
        return f"<{self._brief()}>"

    def _brief(self) -> str:
        """What it is, in a few words."""
        return type(self).__name__


class Displayed(Brief):
    """A value that a notebook shows as HTML, and a terminal as short text."""

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """The value as "text/plain", "text/html" and perhaps "text/latex", less what is not wanted."""
        made: dict[str, str] = lead("Displayed.bundle")(self)
        return {
            kind: text
            for kind, text in made.items()
            if (include is None or kind in include) and (exclude is None or kind not in exclude)
        }

    def _repr_html_(self) -> str | None:
        """The value as HTML, for front ends that ask for nothing else."""
        return self._repr_mimebundle_().get("text/html")


class DisplayedFormula(Displayed):
    """A value that is a formula too; apart, since front ends that have no LaTeX yet would ask every value again."""

    def _repr_latex_(self) -> str | None:
        """The value as a formula between dollar signs; None where it is none, as a plain contrast of arms."""
        return self._repr_mimebundle_().get("text/latex")


class DisplayedTables(Displayed):
    """A result that is a set of tables: printed, it is them as text."""

    def __str__(self) -> str:
        return lead("DisplayedTables.text")(self)
