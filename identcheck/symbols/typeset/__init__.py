"""How formulas look: sympy expressions to LaTeX, and that LaTeX to Unicode text and MathML.

Only the closed vocabulary that identcheck itself writes is understood. User text enters a formula through
:func:`token` alone, escaped.
"""

from identcheck.symbols.typeset.latex import equation, joined, latex, named, token
from identcheck.symbols.typeset.letters import escape_latex, printable
from identcheck.symbols.typeset.text import mathml, text_of, unicode

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
