"""Answers worked out once for a design, kept with that design and dropped with it.

A table shared by all designs would have to compare whole designs to find the right one, and would keep
them alive; a design never changes, so what follows from it may be kept inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from identcheck.describe.design import Design

__all__ = ["kept_with", "per_design"]

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept_with(design: Design, name: str) -> dict[Any, Any]:
    """The table of this name that is kept with a design; empty at first."""
    tables: dict[str, dict[Any, Any]] = design.__dict__.setdefault("_kept", {})
    return tables.setdefault(name, {})


def per_design(
    function: Callable[Concatenate[Design, Asked], Answer],
) -> Callable[Concatenate[Design, Asked], Answer]:
    """Answer each question about a design once; the questions must be hashable and asked by position alike."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def answer(design: Design, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            table = design.__dict__["_kept"][name]
        except KeyError:
            table = kept_with(design, name)
        question: Hashable = (args, tuple(sorted(kwargs.items()))) if kwargs else args
        try:
            found: Answer = table[question]
        except KeyError:
            found = table[question] = function(design, *args, **kwargs)
        return found

    return answer
