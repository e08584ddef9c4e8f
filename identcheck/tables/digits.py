"""Numbers in few digits."""

from __future__ import annotations

__all__ = ["HUGE", "few_digits"]

HUGE = 1e9
"""Numbers from this on are shown with their power of ten."""


def few_digits(value: float, digits: int = 3, sign: bool = False) -> str:
    """A number to so many significant digits; large ones are written out, "1,680" and not "1.68e+03"."""
    plus = "+" if sign else ""
    text = f"{value:{plus}.{digits}g}"
    return f"{float(text):{plus},.0f}" if "e+" in text and abs(value) < HUGE else text
