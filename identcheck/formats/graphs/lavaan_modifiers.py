"""What the modifiers of a coefficient in lavaan say of it: fixed at a value, free, or only called by a name.

All terms of one variable in the regressions of another speak of one coefficient, ``Y ~ 0*M + a*M`` too.

Source: lavaan, ``?model.syntax``, "Fixing parameters" and "Multiple modifiers".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from identcheck.errors import suggestion

__all__ = ["Coefficient", "problem_of"]

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?"
_CALL = re.compile(r"([\w.]+)\((.*)\)", re.DOTALL)
_KNOWN = ("c", "rep", "start", "label", "equal", "lower", "upper", "prior", "weight", "efa", "rv")
_FREE = ("NA", "NA_real_")

Values = tuple[float | None, ...]
"""What a coefficient is fixed at, in each group or once for all; None where it is free."""


@dataclass
class Coefficient:
    """What is said of one coefficient, or of one covariance.

    Attributes:
        offset: where it is first spoken of.
        modifiers: what stands before its variable, each once.
        fixed: what it is fixed at; None where nothing is said of that.
    """

    offset: int
    modifiers: dict[str, None] = field(default_factory=dict)
    fixed: Values | None = None

    def say(self, modifiers: list[str]) -> str:
        """Take in the modifiers of one more term; what contradicts an earlier one, or ""."""
        self.modifiers.update(dict.fromkeys(modifiers))
        values = [value for value in map(_fixed, modifiers) if value is not None]
        if not values:
            return ""
        zero = next((value for value in values if value == (0.0,)), None)
        said = values[0] if len(values) == 1 else zero or tuple(v for value in values for v in value)
        if self.fixed is not None and said != self.fixed:
            return f"{_shown(said)} here, and {_shown(self.fixed)} before; keep one of the two"
        self.fixed = said
        return ""

    def is_zero(self, zeros: Collection[str]) -> bool:
        """Whether it is fixed at zero, by a number or by a constraint on its name (``a == 0``)."""
        named = [name for modifier in self.modifiers for name in _labels(modifier)]
        return self.fixed == (0.0,) or (bool(named) and all(name in zeros for name in named))


def problem_of(modifier: str) -> str:
    """What is wrong with a modifier, or "": a call must be one of those that lavaan has."""
    call = _CALL.fullmatch(modifier)
    if call is None or call[1] in _KNOWN:
        return ""
    return f"which is no modifier{suggestion(call[1], _KNOWN)}; there are {', '.join(_KNOWN)}"


def _fixed(modifier: str) -> Values | None:
    """What a modifier fixes a coefficient at; None where it says nothing of that."""
    call = _CALL.fullmatch(modifier)
    if call is None:
        return _value(modifier)
    if call[1] not in ("c", "rep"):
        return None
    entries = call[2].split(",")
    values = [_value(entry.strip()) for entry in (entries if call[1] == "c" else entries[:1])]
    if all(value is None for value in values):
        return None
    each = tuple(None if value is None else value[0] for value in values)
    return each[:1] if len(set(each)) == 1 else each


def _value(text: str) -> Values | None:
    if re.fullmatch(_NUMBER, text):
        return (float(text.removesuffix("L")) + 0.0,)
    return (None,) if text in _FREE else None


def _labels(modifier: str) -> list[str]:
    """The names that a modifier gives a coefficient."""
    call = _CALL.fullmatch(modifier)
    if call and call[1] not in ("c", "label"):
        return []
    texts = [text.strip().strip("\"'") for text in (call[2].split(",") if call else [modifier])]
    return [text for text in texts if text and _value(text) is None]


def _shown(values: Values) -> str:
    texts = ["left free" if value is None else f"fixed at {value:g}" for value in values]
    return texts[0] if len(texts) == 1 else f"{' and '.join(texts)} by group"
