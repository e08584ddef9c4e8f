"""The environment in which templates run: no way out of it, no name that is not there, no glue around the escaping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

from identcheck.errors import suggestion
from identcheck.errors.limits import TEMPLATE_TOKENS
from identcheck.report.context_findings import Formula
from identcheck.report.escaping import Escape, finalizer

__all__ = ["Missing", "NoGlue", "Sandbox", "demand_printable"]


class NoGlue(Extension):
    """Refuses ``~``, which would escape by the rules of HTML in every format."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens, none of them a tilde."""
        for number, token in enumerate(stream):
            if number > TEMPLATE_TOKENS.most:
                raise TemplateSyntaxError(
                    TEMPLATE_TOKENS.refusal(f"more than {TEMPLATE_TOKENS.most:,}"),
                    token.lineno,
                    stream.name,
                    stream.filename,
                )
            if token.type == "tilde":
                why = "'~' is not used here: print the values side by side, or join them with the filter join"
                raise TemplateSyntaxError(why, token.lineno, stream.name, stream.filename)
            yield token


class Missing(StrictUndefined):
    """A name that is not there: an error that says what there is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name, thing = str(self._undefined_name), self._undefined_obj
        if thing is missing:
            return (
                f"there is nothing called {name!r}{suggestion(name, ('report', 'loop', 'parts', 'numbers'))}"
            )
        if isinstance(thing, TemplateModule):
            macros = [known for known in vars(thing) if not known.startswith("_")]
            return f"the imported template has no macro {name!r}{suggestion(name, macros)}"
        if is_dataclass(thing):
            known = [field.name for field in fields(thing)]
            hint = suggestion(name, known) or f"; it has {', '.join(known)}"
            return f"{type(thing).__name__} has no field {name!r}{hint}"
        return f"a value of the kind {type(thing).__name__} has nothing called {name!r}"


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which text that has been made literal can be printed and joined, and not be changed.

    Args:
        literal: makes a text literal in the format.
        options: those of a Jinja environment.
    """

    intercepted_binops = frozenset({"+", "%"})

    def __init__(self, literal: Escape, **options: Any) -> None:
        self.literal = finalizer(literal)
        super().__init__(undefined=Missing, finalize=self.printed, extensions=[NoGlue], **options)

    def printed(self, value: Any) -> str:
        """A value as it is printed: text and numbers, and nothing that would show how it is kept in Python."""
        demand_printable(value)
        return self.literal(value)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """What a template may ask of a value: nothing of printed text, whose methods know only HTML."""
        return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> StrictUndefined:
        """What a template may not have: an error as soon as it is used."""
        why = (
            f"printed text cannot be changed by {attribute!r}; change the text before it is printed"
            if isinstance(obj, Markup)
            else f"templates may not use {attribute!r}; they see the fields of the report and nothing else"
        )
        return Missing(why, name=attribute, obj=obj, exc=SecurityError)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Addition of texts, each made literal by the rules of the format if one of them is."""
        if not (isinstance(left, Markup) or isinstance(right, Markup)):
            return super().call_binop(context, operator, left, right)
        if operator == "%":
            raise SecurityError("printed text cannot be a pattern for '%'; print the values side by side")
        return Markup(self.literal(left)) + Markup(self.literal(right))


def demand_printable(value: Any) -> None:
    """Refuse what is neither text nor a number: printing it would show how it is kept in Python.

    Raises:
        TypeError: it is something else; what to write is said.
    """
    if not isinstance(value, (str, int, float, Undefined)):
        raise TypeError(_unprintable(value))


def _unprintable(value: object) -> str:
    if value is None:
        return "there is no value here; ask for it first, by {% if ... %}"
    if isinstance(value, Formula):
        return "a formula is printed through a filter: math, or display"
    if is_dataclass(value):
        return f"a {type(value).__name__} is printed by its fields: {', '.join(field.name for field in fields(value))}"
    if isinstance(value, (tuple, list)):
        return "a list is printed item by item, in a loop {% for ... %} or by the filter join"
    return "this is neither text nor a number; a macro is written with its brackets, such as name(...)"
