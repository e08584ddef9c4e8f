"""Values in notebooks: what ``Displayed`` shows, as HTML and as short text, and a formula as LaTeX."""

from __future__ import annotations

from html import escape
from importlib import import_module

from identcheck.errors.visible import visible
from identcheck.report.blocks import Card
from identcheck.report.writers.environment import environment
from identcheck.report.writers.render import tidy
from identcheck.report.writers.tree import Place, standing

__all__ = ["bundle", "card", "html", "printed", "text"]


def bundle(value: object) -> dict[str, str]:
    """The value by kind of text: "text/plain", "text/html", and "text/latex" where it is a formula.

    An error in making it does not end the cell: what is shown then names the error, and how to see it in full.
    """
    try:
        made = card(value)
        found = {"text/plain": text(made), "text/html": html(made)}
        if made.latex:
            found["text/latex"] = rf"$\displaystyle {made.latex}$"
    except Exception as error:
        return _failed(value, error)
    return found


def card(value: object) -> Card:
    """What is shown of a value.

    Raises:
        TypeError: nothing is known of values of this kind.
    """
    if type(value).__module__.startswith(("identcheck.evidence.", "identcheck.plan.", "identcheck.tables.")):
        import_module("identcheck.report.cards.numbers")  # registers the cards of results in numbers
    made = import_module("identcheck.report.cards").card_of(value)
    assert isinstance(made, Card)
    return made


def html(made: Card) -> str:
    """A card as HTML: one element with a style sheet of its own, no script, nothing loaded."""
    return _rendered("html", "html/card.html.jinja", made)


def text(made: Card) -> str:
    """A card as plain text; what is folded in HTML is left out."""
    return _rendered("text", "text/card.txt.jinja", made)


def printed(value: object) -> str:
    """A value as plain text."""
    return text(card(value))


def _rendered(format: str, template: str, made: Card) -> str:
    with standing(Place(card=True)):
        return tidy(environment(format).get_template(template).render(card=made)).rstrip("\n")


def _failed(value: object, error: Exception) -> dict[str, str]:
    kind = type(value).__name__
    said = visible(" ".join(f"{type(error).__name__}: {error}".split()))
    words = (
        f"This {kind} could not be shown ({said}). The value itself is unharmed. "
        "identcheck.report.writers.notebook.card(value) raises the error in full; please report it."
    )
    return {"text/plain": words, "text/html": f"<p><b>{escape(words)}</b></p>"}
