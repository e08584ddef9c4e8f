"""Answers of a method that are worked out once for each of its arguments, kept with the object and dropped with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["once"]

Owner = TypeVar("Owner")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def once(
    method: Callable[Concatenate[Owner, Asked], Answer],
) -> Callable[Concatenate[Owner, Asked], Answer]:
    """A method that keeps its answers; the arguments must be hashable, and are told apart as they are given."""
    name = f"_once_{method.__name__}"

    @wraps(method)
    def answer(self: Owner, /, *args: Asked.args, **named: Asked.kwargs) -> Answer:
        kept: dict[Any, Answer] = self.__dict__.setdefault(name, {})
        asked = (args, *named.items()) if named else args
        if asked not in kept:
            kept[asked] = method(self, *args, **named)
        return kept[asked]

    return answer
