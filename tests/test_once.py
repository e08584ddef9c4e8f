"""Answers of a method that are kept with its object."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from identcheck.basics.once import Listed, once


class Counting:
    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    @once
    def total(self, *numbers: int, twice: bool = False) -> int:
        """The sum."""
        self.asked.append(numbers)
        return sum(numbers) * (2 if twice else 1)


def test_an_answer_is_worked_out_once_for_each_argument() -> None:
    counting = Counting()

    assert [counting.total(1, 2), counting.total(1, 2), counting.total(3)] == [3, 3, 3]
    assert counting.total(1, 2, twice=True) == counting.total(1, 2, twice=True) == 6
    assert counting.asked == [(1, 2), (3,), (1, 2)]


def test_each_object_keeps_its_own() -> None:
    one, other = Counting(), Counting()

    assert one.total(1) == other.total(1)
    assert one.asked == other.asked == [(1,)]


def test_the_method_keeps_its_name_and_docstring() -> None:
    assert (Counting.total.__name__, Counting.total.__doc__) == ("total", "The sum.")


def test_items_are_worked_out_once_for_any_number_of_loops() -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for number in range(3):
            asked.append(number)
            yield number

    listed = Listed(items)

    assert next(iter(listed)) == 0
    assert asked == [0]
    assert [(a, b) for a in listed for b in listed] == [(a, b) for a in range(3) for b in range(3)]
    assert asked == [0, 1, 2]


def test_items_that_were_interrupted_are_not_the_end_of_the_list() -> None:
    stops = [2, 2, 3]

    def items() -> Iterator[int]:
        for item in range(5):
            if stops and stops[0] == item:
                raise KeyboardInterrupt(stops.pop(0))
            yield item

    listed, seen = Listed(items), []
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            seen.append([*listed])

    assert not stops
    assert [*listed] == [*listed] == [0, 1, 2, 3, 4]
