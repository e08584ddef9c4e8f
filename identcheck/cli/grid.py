"""Grids of plans as the command line states them: ``sites=20,50,100``, ``persons=50:200:50``."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import AXIS_VALUES

__all__ = ["read_grid"]

Value = str | int | float
MOST_VALUES = AXIS_VALUES.most


def read_grid(texts: Iterable[str]) -> dict[str, list[Value]]:
    """The values of each field that is varied.

    Args:
        texts: for each field its path, "=" and its values: a list with commas, or start:stop:step, where the stop is
            the last value if the steps meet it.

    Raises:
        InvalidQuestionError: every text that is no such thing.
    """
    grid: dict[str, list[Value]] = {}
    problems = []
    for text in texts:
        field, found, values = (part.strip() for part in text.rpartition("="))
        if not found or not field or not values:
            problems.append(f"--vary {text!r}: write a field, '=' and its values, such as sites=20,50,100")
        elif field in grid:
            problems.append(f"--vary {text!r}: {field!r} is varied twice; list all its values in one --vary")
        else:
            try:
                grid[field] = _values(values)
            except ValueError as error:
                problems.append(f"--vary {text!r}: {error}")
    if problems:
        raise InvalidQuestionError(problems)
    return grid


def _values(text: str) -> list[Value]:
    values: list[Value] = []
    for part in (part.strip() for part in text.split(",")):
        if not part:
            raise ValueError("there is nothing before or after a comma")
        values += _steps(part) if ":" in part else [_value(part)]
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise ValueError(f"the value {twice} is there twice")
    return values


def _steps(text: str) -> list[Value]:
    """start:stop:step, in exact decimals."""
    try:
        start, stop, step = (Decimal(part.strip()) for part in text.split(":"))
        count = int((stop - start) / step) + 1
    except (ValueError, ArithmeticError, OverflowError):
        raise ValueError(f"{text!r} is no range; write start:stop:step, such as 50:200:50") from None
    if count < 1:
        raise ValueError(f"{text!r} steps away from its end; the step goes from the start to the stop")
    if count > MOST_VALUES:
        raise ValueError(f"{text!r} has {count} values; there may be {MOST_VALUES}")
    return [_value(str(start + step * place)) for place in range(count)]


def _value(text: str) -> Value:
    """A whole number, a number, or else the text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        raise ValueError(f"{text} is no finite number")
    whole = "." not in text and number == number.to_integral_value()
    return int(number) if whole and abs(number) < Decimal(10) ** 15 else float(number)
