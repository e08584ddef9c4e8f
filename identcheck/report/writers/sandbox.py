"""The environment in which templates run: no way out of it, no name that is not there, no glue around the escaping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, get_args

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
from identcheck.report.blocks import Block, Report, Section, walked
from identcheck.report.writers.escaping import Escape, finalizer
from identcheck.symbols.written import Piece

__all__ = ["Missing", "Sandbox", "demand_printable"]


class NoGlue(Extension):
    """Refuses ``~``, which would escape by the rules of HTML in every format."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens, none of them a tilde."""
        for number, token in enumerate(stream):
            why = ""
            if number > TEMPLATE_TOKENS.most:
                why = TEMPLATE_TOKENS.refusal(f"more than {TEMPLATE_TOKENS.most:,}")
            elif token.type == "tilde":
                why = "'~' is not used here: print the values side by side, or join them with the filter join"
            if why:
                raise TemplateSyntaxError(why, token.lineno, stream.name, stream.filename)
            yield token


_OLD = {
    name: f'report["{name}"], a section'
    for name in (
        "glance",
        "symbols",
        "decomposition",
        "conditions",
        "references",
        "notes",
        "summary",
        "numbers",
    )
} | {
    "equations": 'report["decomposition"], a section',
    "picture": 'report.blocks("graph")',
    "questions": 'report.blocks("verdict")',
    "assumptions": 'report.blocks("assumption")',
    "strategies": 'report.blocks("strategies")',
    "derivations": 'report.blocks("derivation")',
    "document": "report.sections",
}
"""What stands for the fields that a report had before it was a tree."""


class Missing(StrictUndefined):
    """A name that is not there: an error that says what there is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name, thing = str(self._undefined_name), self._undefined_obj
        if thing is missing:
            near = suggestion(name, ("report", "loop", "block", "section"))
            return f"there is nothing called {name!r}{near}"
        if isinstance(thing, TemplateModule):
            macros = [known for known in vars(thing) if not known.startswith("_")]
            return f"the imported template has no macro {name!r}{suggestion(name, macros)}"
        if isinstance(thing, Report) and (mend := _OLD.get(name)):
            return f"a report has no field {name!r} any more; write {mend} (see docs/report-context.md)"
        if is_dataclass(thing):
            known = [field.name for field in fields(thing)]
            if isinstance(thing, Report):
                known += [b.id for b in walked(thing.sections) if isinstance(b, Section) and b.id]
            hint = suggestion(name, known) or f"; it has {', '.join(known)}"
            return f"{type(thing).__name__} has no field {name!r}{hint}"
        return f"a value of the kind {type(thing).__name__} has nothing called {name!r}"


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which text that has been made literal can be printed and joined, and not be changed.

    Args:
        literal: makes a text literal in the format.
        options: those of a Jinja environment.

    Attributes:
        place: the folder of the format's templates, and the suffix of their names.
        ours: the folder under whose name our templates are found; "" where no others are.
        overrides: the names of a user's templates for blocks and sections.
    """

    intercepted_binops = frozenset({"+", "%"})

    def __init__(self, literal: Escape, **options: Any) -> None:
        self.literal = finalizer(literal)
        self.place, self.ours, self.overrides = ("", ""), "", frozenset[str]()
        super().__init__(undefined=Missing, finalize=self.printed, extensions=[NoGlue], **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a value; a section of a report is no field of it."""
        if isinstance(obj, Report) and not hasattr(obj, attribute):
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def printed(self, value: Any) -> str:
        """A value as it is printed: text and numbers, and nothing that would show how it is kept in Python."""
        demand_printable(value)
        return self.literal(value)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """What a template may ask of a value: nothing of printed text, whose methods know only HTML; no work of ours."""
        if is_dataclass(obj) and callable(value):
            return isinstance(obj, Report) and attr == "blocks"
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
    if isinstance(value, get_args(Piece)):
        return "a formula or a mark is printed by the filter inline"
    if is_dataclass(value):
        names = ", ".join(field.name for field in fields(value))
        what = (
            "block is printed by the filter written, or"
            if isinstance(value, Block)
            else f"{type(value).__name__} is printed"
        )
        return f"a {what} by its fields: {names}"
    if isinstance(value, (tuple, list)):
        return "a list is printed item by item, in a loop {% for ... %} or by a filter: join, inline (texts), written (blocks)"
    return "this is neither text nor a number; a macro is written with its brackets, such as name(...)"
