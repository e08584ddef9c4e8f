"""What a user's template may cost: how much text and how long, and the places in it at which that is counted.

A template is a program of somebody, perhaps of somebody else than who renders it. Everything that it makes and does is
counted, in letters: about as many as could be written in the time, and kept in the memory, that it takes. Because whatever
goes through a value is counted before it is done, no single step takes long, and the clock is looked at in every step.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

from identcheck.errors.limits import TEMPLATE_LETTERS, TEMPLATE_SECONDS

__all__ = ["CALL", "ITEM", "PASS", "Meter", "TemplateLimitError", "metered"]

ITEM = 10
"""What an item of a list counts as."""
PASS = 50
"""What a pass of a loop or a printed value counts as."""
CALL = 300
"""What a call counts as."""
_TEMPLATE = 2000
"""What an included template counts as, beside its text."""


class TemplateLimitError(SecurityError):
    """The template goes beyond a limit."""


class Meter:
    """What a rendering has used up so far."""

    def __init__(self) -> None:
        self.left = TEMPLATE_LETTERS.most
        self.end = time.monotonic() + TEMPLATE_SECONDS.most

    def spend(self, letters: int) -> bool:
        """Count letters; True, so that it can stand in a condition.

        Raises:
            TemplateLimitError: there are more than a template may make, or the time is over.
        """
        self.left -= letters
        if self.left < 0:
            raise TemplateLimitError(TEMPLATE_LETTERS.refusal(f"more than {TEMPLATE_LETTERS.most:,}"))
        if time.monotonic() > self.end:
            raise TemplateLimitError(TEMPLATE_SECONDS.refusal(f"more than {TEMPLATE_SECONDS.most:,}"))
        return True

    def measure(self, *values: Any) -> int:
        """The size of values in letters, lists with what is in them; it is not counted as used.

        Raises:
            TemplateLimitError: they are larger than what is left.
        """
        size, open_ = 0, list(values)
        while open_:
            value = open_.pop()
            if isinstance(value, str):
                size += len(value)
            elif isinstance(value, Mapping):
                size += ITEM * len(value)
                open_ += [part for item in value.items() for part in item]
            elif isinstance(value, (list, tuple)):
                size += ITEM * len(value)
                open_ += value
            else:
                size += ITEM * (len(value) if isinstance(value, range) else 1)
            if size > self.left:
                self.spend(size)
        return size

    def measured(self, value: Any) -> Any:
        """The value, which is gone through as a whole here: its size is counted."""
        self.spend(self.measure(value))
        return value


def metered(template: nodes.Template) -> nodes.Template:
    """The template with every count in its place: the environment's ``spend`` and ``measured`` are called there."""
    _Counts().visit(template)
    return template


class _Counts(NodeTransformer):
    """Puts the counts into a template; ``fixed`` is what the part that is being visited costs each time it runs."""

    def __init__(self) -> None:
        self.fixed = 0

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802 (jinja2 names them)
        """Text that is printed as it stands."""
        self.fixed += len(node.data)
        return node

    def visit_List(self, node: nodes.List | nodes.Tuple) -> nodes.Node:  # noqa: N802
        """A list that is written out."""
        self.fixed += ITEM * len(node.items)
        return self.generic_visit(node)

    visit_Tuple = visit_List  # noqa: N815

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        """An entry of a table that is written out: its key is hashed."""
        self.fixed += 2 * ITEM
        self.generic_visit(node)
        node.key = _called("measured", node.key)
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """A comparison, which may go through both sides."""
        self.generic_visit(node)
        node.expr = _called("measured", node.expr)
        for operand in node.ops:
            operand.expr = _called("measured", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """A part of a list or text, which is a copy."""
        self.generic_visit(node)
        return _called("measured", node) if isinstance(node.arg, nodes.Slice) else node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """A loop: every pass is counted, also one that its condition leaves out."""
        self._scope(node, PASS)
        if node.test is not None:
            node.test = nodes.And(_called("spend", nodes.Const(PASS)), node.test, lineno=node.lineno)
        return node

    def visit_Macro(self, node: nodes.Macro | nodes.CallBlock | nodes.Block) -> nodes.Node:  # noqa: N802
        """What is called by name."""
        return self._scope(node, CALL)

    visit_CallBlock = visit_Macro  # noqa: N815
    visit_Block = visit_Macro  # noqa: N815

    def visit_Template(self, node: nodes.Template) -> nodes.Node:  # noqa: N802
        """A template, by itself or included."""
        return self._scope(node, _TEMPLATE)

    def _scope(self, node: Any, cost: int) -> nodes.Node:
        """Count at the beginning of a body what the body costs each time."""
        around, self.fixed = self.fixed, 0
        self.generic_visit(node)
        count = nodes.ExprStmt(_called("spend", nodes.Const(cost + self.fixed)), lineno=node.lineno)
        node.body.insert(0, count.set_lineno(node.lineno))
        self.fixed = around
        return node  # type: ignore[no-any-return]


def _called(method: str, argument: nodes.Expr) -> nodes.Call:
    """A call of a method of the environment."""
    call = nodes.Call(nodes.EnvironmentAttribute(method), [argument], [], None, None)
    return call.set_lineno(argument.lineno or 1)  # type: ignore[return-value]
