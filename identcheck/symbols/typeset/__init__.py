"""How formulas look: sympy expressions to LaTeX, and that LaTeX to Unicode text and MathML.

Only the closed vocabulary that identcheck itself writes is understood. User text enters a formula through
:func:`token` alone, escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from identcheck.symbols.typeset.letters import escape_latex, printable
from identcheck.symbols.typeset.names import joined, named, token
from identcheck.symbols.typeset.text import mathml, unicode

if TYPE_CHECKING:
    import sympy

__all__ = [
    "equation",
    "escape_latex",
    "joined",
    "latex",
    "mathml",
    "named",
    "printable",
    "text_of",
    "token",
    "unicode",
]


def latex(expr: sympy.Basic | int, *, one_site: bool = False) -> str:
    """LaTeX (math mode) of an expression the engine emits, factors and terms in path order.

    Args:
        expr: the expression.
        one_site: leave out the index s, for a design with one site.
    """
    from identcheck.symbols.typeset.expressions import latex_of  # sympy, where there is an expression

    return latex_of(expr, one_site)


def equation(left: sympy.Basic | int, right: sympy.Basic | int, *, one_site: bool = False) -> str:
    """LaTeX of ``left = right``."""
    return f"{latex(left, one_site=one_site)} = {latex(right, one_site=one_site)}"


def text_of(expr: sympy.Basic | int) -> str:
    """Readable Unicode text of an expression."""
    return unicode(latex(expr))
