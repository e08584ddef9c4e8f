"""What is wrong with a user's template, in words, with the file and the line."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from identcheck.errors import ReportError, suggestion
from identcheck.report.writers.environment import OURS, template_folder
from identcheck.report.writers.folders import names_in
from identcheck.report.writers.sandbox import Sandbox

__all__ = ["not_found", "shown", "spoken"]


def shown(filename: str | None) -> str:
    """A template's file as a user knows it: ours by the name under which templates find them."""
    if filename is None:
        return "the template"
    path = Path(filename)
    if path.is_relative_to(template_folder()):
        return f"{OURS}/{path.relative_to(template_folder()).as_posix()}"
    return str(path)


def not_found(name: str, folders: tuple[str, ...]) -> str:
    """What to say of a template that is named and not there."""
    folder = template_folder()
    ours = sorted(f"{OURS}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.*"))
    if Path(name).name.split(".")[0] in ("report", "document", "parts", "numbers"):
        return (
            f"there is no template {name!r} any more; a report is a frame, such as '{OURS}/html/frame.html.jinja', around blocks "
            "that the filter written prints (see docs/report-context.md)"
        )
    if f"{OURS}/{name}" in ours:
        return f"there is no template {name!r} beside this one; identcheck's is called '{OURS}/{name}'"
    near = suggestion(name, [*ours, *names_in(folders)])
    return (
        f"there is no template {name!r}{near}; a template is found in your folder by its name, and identcheck's own as "
        f"'{OURS}/NAME'"
    )


def spoken(error: Exception, made: Sandbox, folders: tuple[str, ...]) -> ReportError:
    """An error in a user's template as one that names the file and the line, and says what is wrong."""
    if isinstance(error, ReportError):
        return error
    if isinstance(error, TemplateSyntaxError):
        return _at(error.filename, error.lineno, _syntax(error, made))
    filename, line = _place(error, folders)
    return _at(filename, line, _words(error, folders))


def _at(filename: str | None, line: int, words: str) -> ReportError:
    where = f"template {shown(filename)}, line {line}" if line else f"template {shown(filename)}"
    return ReportError(f"{where}: {words}")


def _place(error: Exception, folders: tuple[str, ...]) -> tuple[str | None, int]:
    """The last line of a user's template that was at work, else of one of ours."""
    roots = [*map(Path, folders), template_folder()]
    found: tuple[str | None, int] = (None, 0)
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        theirs = any(path.is_relative_to(folder) for folder in folders)
        if path.suffix != ".py" and any(map(path.is_relative_to, roots)) and (theirs or found[0] is None):
            found = str(path), line
    return found


def _syntax(error: TemplateSyntaxError, made: Sandbox) -> str:
    message = (error.message or "it cannot be read").rstrip(".")
    for start in ("No filter named ", "No test named "):
        if message.startswith(start):
            name = message.removeprefix(start).strip("'")
            known = sorted(made.filters if "filter" in start else made.tests)
            listed = f"; there are {', '.join(known)}" if "filter" in start else ""
            return f"there is no {start.split()[1]} {name!r}{suggestion(name, known)}{listed}"
    return f"{message[:1].lower()}{message[1:]}"


def _words(error: Exception, folders: tuple[str, ...]) -> str:
    if isinstance(error, TemplateNotFound):
        return not_found(str(error.name or error), folders)
    if isinstance(error, (UndefinedError, SecurityError)):
        return str(error.message or error)
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8; save it as UTF-8"
    if isinstance(error, RecursionError):
        return "it calls itself without end"
    if isinstance(error, AttributeError):
        return (
            f"a filter or macro in this line was given a value it is not for: the value has no {error.name!r}"
        )
    return f"this line cannot be printed: {error}"
