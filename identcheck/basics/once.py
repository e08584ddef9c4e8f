"""Answers worked out once for an object that does not change, kept with that object and dropped with it.

A table shared by all objects would have to compare whole designs to find the right one, and would keep them alive; a
design never changes, so what follows from it may be kept inside it. So with populations.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from copy import copy
from functools import wraps
from itertools import islice
from threading import Lock
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

__all__ = ["Listed", "kept_with", "once", "with_nothing_kept"]

Owner = TypeVar("Owner")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Item = TypeVar("Item")


def kept_with(owner: object, name: str) -> dict[Any, Any]:
    """The table of this name that is kept with an object; empty at first."""
    tables: dict[str, dict[Any, Any]] = owner.__dict__.setdefault("_kept", {})
    return tables.setdefault(name, {})


def with_nothing_kept(owner: Owner) -> Owner:
    """A copy of an object, to be changed, of which nothing has been worked out yet."""
    found = copy(owner)
    found.__dict__.pop("_kept", None)
    return found


def once(
    function: Callable[Concatenate[Owner, Asked], Answer],
) -> Callable[Concatenate[Owner, Asked], Answer]:
    """A method, or a function of one object, that answers each question once; the arguments must be hashable."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def answer(owner: Owner, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            table = owner.__dict__["_kept"][name]
        except KeyError:
            table = kept_with(owner, name)
        question: Hashable = (args, tuple(sorted(kwargs.items()))) if kwargs else args
        if (
            question not in table
        ):  # an answer that was interrupted is not kept; of two threads' answers the first is
            table.setdefault(question, function(owner, *args, **kwargs))
        found: Answer = table[question]
        return found

    return answer


class Listed(Generic[Item]):
    """Items that are worked out when they are first asked for, and kept; any number of loops may go through them.

    Interrupted while one is worked out, they are made anew up to there when it is asked for again, so that none is lost.

    Args:
        make: begins them, the same ones every time.
    """

    def __init__(self, make: Callable[[], Iterator[Item]]) -> None:
        self._make = make
        self._items: Iterator[Item] | None = None
        self._known: list[Item] = []
        self._lock = Lock()

    def __iter__(self) -> Iterator[Item]:
        place = 0
        while place < len(self._known) or self._one_more(place):
            yield self._known[place]
            place += 1

    def _one_more(self, place: int) -> bool:
        """Whether there is an item at a place to which all before it are known."""
        with self._lock:
            if place < len(self._known):
                return True  # another thread has worked it out
            items = islice(self._make(), place, None) if self._items is None else self._items
            self._items = None  # an iterator that was interrupted gives nothing more
            self._known += islice(items, 1)
            self._items = items
        return place < len(self._known)
