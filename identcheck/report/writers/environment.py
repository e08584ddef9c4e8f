"""The Jinja environments, one per format, and where templates are found.

Escaping is on in every format: a printed value that is not markup of ours is made literal. Only our own
filters and a few harmless ones of Jinja's exist; in particular there is no ``safe``.

A user's folders come before ours, so that a file with the name of one of ours takes its place; ours are always
there under ``identcheck/``, so that such a file can extend the one whose place it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from jinja2.filters import FILTERS

from identcheck.errors import ReportError
from identcheck.report.writers.filters import LITERAL, filters
from identcheck.report.writers.sandbox import Sandbox, demand_printable
from identcheck.report.writers.tree import frame_name, place_of

if TYPE_CHECKING:
    from identcheck.report.writers.limited import Limited

__all__ = ["OURS", "environment", "template_folder", "users_environment"]

OURS = "identcheck"
"""The folder under whose name a user's template finds ours."""

_LATEX_DELIMITERS = {
    "block_start_string": "((*",
    "block_end_string": "*))",
    "variable_start_string": "(((",
    "variable_end_string": ")))",
    "comment_start_string": "((=",
    "comment_end_string": "=))",
}
_KEPT = ("first", "last", "length", "list", "lower", "map", "select", "selectattr", "upper")


@cache
def environment(format: str) -> Sandbox:
    """The environment of our own templates in "text", "markdown", "latex", "html" or "word"."""
    made = Sandbox(LITERAL[format], loader=FileSystemLoader(template_folder()), **_options(format))
    made.filters = _filters(format)
    made.place = place_of(format)
    return made


def users_environment(format: str, folders: Sequence[str], overrides: Iterable[str]) -> Limited:
    """An environment for one rendering of a user's templates, in which their folders come before our own.

    Args:
        format: the format.
        folders: the folders.
        overrides: the names of the templates in them that are for a kind of block or for a section.
    """
    from identcheck.report.writers.folders import Folder  # our own templates need no limits
    from identcheck.report.writers.limited import Limited

    ours = FileSystemLoader(template_folder())
    loader = ChoiceLoader([PrefixLoader({OURS: ours}), *map(Folder, folders), ours])
    made = Limited(LITERAL[format], _filters(format), loader=loader, **_options(format))
    made.place, made.ours, made.overrides = place_of(format), f"{OURS}/", frozenset(overrides)
    return made


def _options(format: str) -> dict[str, Any]:
    layout = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    return layout | {"autoescape": format != "text"} | (_LATEX_DELIMITERS if format == "latex" else {})


def _filters(format: str) -> dict[str, Callable[..., Any]]:
    kept: dict[str, Callable[..., Any]] = {name: FILTERS[name] for name in _KEPT}
    return kept | {name: _of_plain(kept[name]) for name in ("lower", "upper")} | filters(format)


def _of_plain(filter: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A filter of Jinja's for text and numbers only, which would write anything else as Python does."""

    @wraps(filter)
    def of_plain(value: Any) -> Any:
        demand_printable(value)
        return filter(value)

    return of_plain


def template_folder() -> Path:
    """Where our templates are: inside an installed package, or at the top of a checkout.

    Raises:
        ReportError: they are in neither place.
    """
    packaged = Path(str(resources.files("identcheck"))) / "templates"
    checkout = Path(__file__).resolve().parents[3] / "templates"
    for folder in (packaged, checkout):
        if (folder / frame_name("text")).is_file():
            return folder
    raise ReportError(f"the report templates are missing: neither {packaged} nor {checkout} holds them")
