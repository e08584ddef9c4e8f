"""The environment of a user's templates: it says what they may do, and counts what it costs."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import GeneratorType
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedFormatter, safe_range
from jinja2.tests import TESTS
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup

from identcheck.errors.limits import TEMPLATE_NUMBER
from identcheck.report.writers.escaping import Escape
from identcheck.report.writers.metering import CALL, ITEM, PASS, Meter, TemplateLimitError, metered
from identcheck.report.writers.sandbox import Sandbox, demand_printable

__all__ = ["Limited"]

_OF_TEXT = frozenset(dir(str)) - frozenset(
    ("center", "encode", "expandtabs", "format_map", "ljust", "maketrans", "rjust", "translate", "zfill")
)
"""What may be called on text: what cannot make more of it than there is, or is counted before."""
_OF_TABLES = frozenset(("get", "items", "keys", "values"))
_BITS = 4096
"""Of the largest whole number."""
_PLACEHOLDER = re.compile(r"%(?:%|(?:\(\w+\))?[-+ #0]*(\d*)(?:\.(\d+))?([a-zA-Z]))")
_CONVERSIONS = frozenset("sdiufFeEgGxXoc")


class Limited(Sandbox):
    """An environment for one rendering of a user's templates.

    Args:
        literal: makes a text literal in the format.
        filters: those that there are.
        options: those of a Jinja environment.
    """

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, literal: Escape, filters: Mapping[str, Callable[..., Any]], **options: Any) -> None:
        self.meter = Meter()
        super().__init__(literal, **options)
        tests: Mapping[str, Any] = TESTS
        self.filters = {name: self._counted(filter) for name, filter in filters.items()}
        self.tests = {name: self._counted(test) for name, test in tests.items()}
        self.globals = {"range": safe_range, "cycler": Cycler, "joiner": Joiner, "namespace": Namespace}

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(metered(source), name, filename, defer_init)

    def spend(self, letters: int) -> bool:
        """Count letters; called from the templates at the places where ``metered`` put it."""
        return self.meter.spend(letters)

    def measured(self, value: Any) -> Any:
        """Count a value that is gone through as a whole; called from the templates as ``spend`` is."""
        return self.meter.measured(value)

    def printed(self, value: Any) -> str:
        """A value as it is printed, counted."""
        made = super().printed(value)
        self.meter.spend(PASS + len(made))
        return made

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """What a template may ask of a value: of text, only what is in proportion to it."""
        if isinstance(obj, str):
            allowed = attr in _OF_TEXT
        elif isinstance(obj, Mapping):
            return attr in _OF_TABLES
        else:
            closed = isinstance(obj, (int, float, complex, bytes, list, tuple, range))
            allowed = not (closed or (isinstance(obj, LoopContext) and attr == "changed"))
        return allowed and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """The methods of text whose result can be longer than the text, with its length counted before it is made."""
        text = getattr(value, "__self__", None)
        if not isinstance(text, str) or isinstance(text, Markup):
            return None
        own = {"format": self._format, "replace": self._replace, "join": self._join}.get(value.__name__)
        return None if own is None else own(text)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a list or table."""
        return super().getitem(obj, self.meter.measured(argument))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """A call from a template, with what goes in and comes out counted."""
        if getattr(__obj, "__func__", None) in (Limited.spend, Limited.measured):
            return __obj(*args)
        __self.meter.spend(CALL + __self.meter.measure(args, kwargs))
        return __self._made(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A sum, a product and so on, refused before it is made where it would be huge."""
        if operator == "%" and isinstance(left, str) and not isinstance(left, Markup):
            return self._percent(left, right)
        self.meter.spend(self._size(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def _size(self, sign: str, left: Any, right: Any) -> int:
        """What the result of an operation counts as."""
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * abs(right) if sign == "**" else left.bit_length() + right.bit_length()
            if bits > _BITS:
                raise TemplateLimitError(
                    "the number is too large; templates reckon with whole numbers of at most 1,000 digits"
                )
            return 1
        size = self.meter.measure(left, right)
        times = [abs(part) for part in (left, right) if isinstance(part, int)] if sign == "*" else []
        return size * max(times, default=1)

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter or a test whose arguments and result are counted."""
        place = 1 if getattr(function, "jinja_pass_arg", None) is not None else 0

        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            given = (*args[place:], *kwargs.values())
            size = self.meter.measure(*given)
            numbers = [abs(part) for part in given[1:] if isinstance(part, int)]
            if max(numbers, default=0) > TEMPLATE_NUMBER.most:
                raise TemplateLimitError(TEMPLATE_NUMBER.refusal(max(numbers)))
            longest = max((len(part) for part in given[1:] if isinstance(part, str)), default=0)
            self.meter.spend(PASS + size * max(1, longest, *numbers))
            return self._made(function(*args, **kwargs))

        return counted

    def _made(self, value: Any) -> Any:
        """What was made, counted."""
        if isinstance(value, GeneratorType):
            return self._one_by_one(value)
        if isinstance(value, str):
            self.meter.spend(len(value))
        elif isinstance(value, (list, tuple, Mapping)):
            self.meter.spend(ITEM * len(value))
        return value

    def _one_by_one(self, values: Iterator[Any]) -> Iterator[Any]:
        for value in values:
            self.meter.spend(ITEM)
            yield value

    def _format(self, text: str) -> Callable[..., str]:
        return lambda *args, **kwargs: _Plain(self).vformat(text, args, kwargs)

    def _replace(self, text: str) -> Callable[..., str]:
        def replace(old: str, new: str, count: int = -1) -> str:
            self.meter.spend(len(text) + text.count(old) * len(new))
            return text.replace(old, new, count)

        return replace

    def _join(self, text: str) -> Callable[..., str]:
        def join(parts: Any) -> str:
            listed = list(self._one_by_one(iter(parts)))
            self.meter.spend(self.meter.measure(listed) + len(text) * len(listed))
            return text.join(listed)

        return join

    def _percent(self, text: str, values: Any) -> str:
        """Text with values in the places of ``%s``, ``%d`` or ``%.2f``."""
        given = tuple(values.values()) if isinstance(values, Mapping) else values
        given = given if isinstance(given, tuple) else (given,)
        for value in given:
            demand_printable(value)
        found = list(_PLACEHOLDER.finditer(text))
        for place in found:
            _demand_small(f"{place[1] or ''} {place[2] or ''}")
            if place[3] and place[3] not in _CONVERSIONS:
                raise SecurityError(f"{place[0]!r} is not used in templates; write %s, %d or %.2f")
        if "%" in _PLACEHOLDER.sub("", text):
            raise SecurityError(
                "a '%' in the text is no place for a value; write %s, %d or %.2f, and %% for the sign itself"
            )
        longest = max((len(value) for value in given if isinstance(value, str)), default=0)
        self.meter.spend(len(text) + len(found) * (TEMPLATE_NUMBER.most + longest))
        return str(operator.mod(text, values))


class _Plain(SandboxedFormatter):
    """``str.format`` for text and numbers only, with widths that a line can have."""

    def __init__(self, environment: Limited) -> None:
        super().__init__(environment)
        self.meter = environment.meter

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """Of ``!s``, ``!r`` and ``!a`` only the first: the others show how a value is kept in Python."""
        if conversion not in (None, "s"):
            raise SecurityError(f"'!{conversion}' is not used in templates")
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value in its place."""
        demand_printable(value)
        _demand_small(format_spec)
        made = format(value, format_spec)
        self.meter.spend(len(made))
        return made


def _demand_small(text: str) -> None:
    """Refuse widths and numbers of digits that no line has."""
    for digits in re.findall(r"\d+", text):
        if len(digits) > 9 or int(digits) > TEMPLATE_NUMBER.most:
            raise TemplateLimitError(TEMPLATE_NUMBER.refusal(int(digits) if len(digits) <= 9 else digits))
