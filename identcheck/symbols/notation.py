"""The only maker of sympy objects that carry meaning: coefficients and moments.

A :class:`Coefficient` is a person-specific effect. It is a sympy symbol with an ASCII name (safe to
print, substitute and lambdify) that also carries what it stands for (:class:`Effect`) and how the paper
writes it (:class:`Name`). Moments are sympy functions of such symbols, so an expression explains itself:

====================  ==========================================  =============================
sympy                 meaning                                     the paper
====================  ==========================================  =============================
``Gamma_1``           person-specific compliance of M1            Gamma_1
``E_s(Gamma_1)``      its mean in site s                          gamma_1s
``E(E_s(Gamma_1))``   the average of that over sites              gamma_1
``Cov_s(a, b)``       covariance over persons within site s       Cov_s(a, b)
``mu_s(a, b, c)``     joint central moment within site s          mu_s(a, b, c)
``Cov(x, y)``         covariance over sites of site quantities    Cov(x, y)
``mu(x, y, z)``       joint central moment over sites             mu(x, y, z)
====================  ==========================================  =============================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import sympy

if TYPE_CHECKING:
    from identcheck.symbols.names import Effect, Name

__all__ = ["Coefficient", "Cov", "Cov_s", "E", "E_s", "E_s_among", "Level", "mu", "mu_s"]


class Moment(sympy.Function):
    """A mean, a covariance or a central moment: a real number."""

    is_real = True


class E_s(Moment):  # noqa: N801 - the paper's symbol
    """Mean over the persons of site s of a person-specific expression."""

    nargs: ClassVar[int] = 1


class Cov_s(Moment):  # noqa: N801 - the paper's symbol
    """Covariance over the persons of site s."""

    nargs: ClassVar[int] = 2


class mu_s(Moment):  # noqa: N801 - the paper's symbol
    """Joint central moment, of three or more arguments, over the persons of site s."""


class E_s_among(Moment):  # noqa: N801 - reads as the formula
    """Mean of the first argument over the persons of site s for whom the second equals 1."""

    nargs: ClassVar[int] = 2


class E(Moment):
    """Average over sites of a site quantity."""

    nargs: ClassVar[int] = 1


class Cov(Moment):
    """Covariance over sites of two site quantities."""

    nargs: ClassVar[int] = 2


class mu(Moment):  # noqa: N801 - the paper's symbol
    """Joint central moment, of three or more arguments, over sites."""


class Level(sympy.Symbol):
    """The value of a modifier in a site, or the indicator of a category of it.

    Attributes:
        modifier: its name.
        category: the category that the indicator stands for; 0 for the value itself.
        number: its place among the design's modifiers, from 1.
    """

    __slots__ = ("category", "modifier", "number")
    modifier: str
    category: int
    number: int

    def __new__(cls, modifier: str, category: int, number: int) -> Level:
        """Make the symbol; equal arguments give equal symbols."""
        made: Level = sympy.Symbol.__xnew__(
            cls, f"Z_{number}" + (f"_{category}" if category else ""), real=True
        )
        made.modifier, made.category, made.number = modifier, category, number
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.modifier, self.category, self.number), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, self.modifier, self.category)


class Coefficient(sympy.Symbol):
    """A person-specific effect as a sympy symbol that knows its meaning.

    Attributes:
        meaning: the :class:`Effect` it stands for.
        label: its :class:`Name`.
        position: places of source and target in the topological order; factors print in this order.
    """

    __slots__ = ("_content", "label", "meaning", "position")
    _content: tuple[Any, ...]
    meaning: Effect
    label: Name
    position: tuple[int, int]

    def __new__(cls, meaning: Effect, label: Name, position: tuple[int, int]) -> Coefficient:
        """Make the symbol; equal arguments give equal symbols."""
        made: Coefficient = sympy.Symbol.__xnew__(cls, label.ascii, real=True)
        made.meaning = meaning
        made.label = label
        made.position = position
        avoiding = ("edge",) if meaning.avoiding is None else tuple(sorted(meaning.avoiding))
        made._content = (label.ascii, repr(label), *position, meaning.source, meaning.target, *avoiding)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.meaning, self.label, self.position), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return self._content
