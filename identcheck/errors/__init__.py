"""The errors identcheck raises. Non-identification is never one of them: it is a verdict.

Each error carries its data (problems, names, positions) and words it once, so that a user sees every
problem at once, with the object's name and how to fix it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.errors.limits import MESSAGE_LETTERS, PROBLEMS
from identcheck.errors.visible import visible

__all__ = [
    "FormatError",
    "IdentcheckError",
    "InvalidDataError",
    "InvalidDesignError",
    "InvalidPlanError",
    "InvalidPopulationError",
    "InvalidQuestionError",
    "Problem",
    "ReportError",
    "UnknownEstimandError",
    "UnknownVariableError",
    "clipped",
    "suggestion",
]

_CLIPPED = 80
"""Letters shown of a name or a sign that is found where it should not be."""


class IdentcheckError(Exception):
    """Base of every error that identcheck raises on purpose.

    Its words are shown as they can be: what they quote of a file or its name is never obeyed by a terminal.
    """

    def __str__(self) -> str:
        return visible(self._worded())

    def _worded(self) -> str:
        return super().__str__()


class Problem(str):
    """A problem in words, which knows what it is about.

    Attributes:
        about: the keys of a design file that say it: ``("sites",)``, ``("labels", "M")``; of a node of the drawing
            ``("graph", "M")``, of an arrow ``("graph", "M", "Y")``.
    """

    about: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def at(cls, text: str, *about: tuple[object, ...]) -> Problem:
        """A problem with what it is about; a problem that knows that already stays as it is."""
        made = cls(text)
        made.about = getattr(text, "about", ()) or tuple(tuple(map(str, path)) for path in about)
        return made

    @classmethod
    def each(cls, texts: Iterable[str], *about: tuple[object, ...]) -> Iterator[Problem]:
        """Problems that are all about the same."""
        return (cls.at(text, *about) for text in texts)


class _ProblemsError(IdentcheckError):
    """An error that lists every problem found, one a line, under the name of what is wrong."""

    subject = ""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__(self.problems)

    def _worded(self) -> str:
        if len(self.problems) == 1:
            return f"{self.subject}: {_printed(self.problems[0])}"
        lines = [f"  - {_printed(problem)}" for problem in self.problems[: PROBLEMS.most]]
        if len(self.problems) > PROBLEMS.most:
            lines.append(f"  - and {len(self.problems) - PROBLEMS.most:,} more; {PROBLEMS.way_on}")
        return f"{self.subject}, {len(self.problems):,} problems:\n" + "\n".join(lines)


class InvalidDesignError(_ProblemsError):
    """The graph or what was said about it cannot be a design; ``problems`` lists every reason."""

    subject = "invalid design"


class InvalidPlanError(_ProblemsError):
    """Anticipated numbers are impossible or do not fit their design; ``problems`` lists every reason."""

    subject = "invalid plan"


class InvalidDataError(_ProblemsError):
    """A table of site effects, or the data of persons, cannot be used as they are; ``problems`` lists every reason."""

    subject = "invalid data"


class InvalidPopulationError(_ProblemsError):
    """A finite population does not fit its design; ``problems`` lists every reason."""

    subject = "invalid population"


class InvalidQuestionError(_ProblemsError):
    """An estimand or an assumption was asked for that this design does not have."""

    subject = "invalid question"


class UnknownEstimandError(InvalidQuestionError, KeyError):
    """An effect that the design, or the result, does not have, or text that names none; a KeyError too."""


class ReportError(IdentcheckError):
    """A report or a table could not be rendered or written; the message says what was kept."""


class LeftOutWarning(UserWarning):
    """A graph of another program was read but for what no design has; the message says what, with its lines."""


class TypesettingWarning(UserWarning):
    """A PDF or LaTeX was written, but something in it leaves the page or is left out; the message says where and what."""


class UnknownVariableError(UnknownEstimandError):
    """A name that is no node of the design.

    Args:
        name: what was asked for.
        known: the names that exist.
    """

    def __init__(self, name: object, known: Iterable[str]) -> None:
        self.name = name
        self.known: tuple[str, ...] = tuple(known)
        super().__init__([self._worded()])
        self.args = (name, self.known)

    def _worded(self) -> str:
        listed = ", ".join(repr(k) for k in self.known)
        hint = suggestion(str(self.name), self.known)
        shown = clipped(self.name) if isinstance(self.name, str) else repr(self.name)
        return _printed(f"no variable {shown} in this design{hint}; it has {listed}")


class FormatError(IdentcheckError):
    """Text that cannot be read, with the place where reading stopped.

    Args:
        line: line number, from 1.
        column: column number, from 1.
        message: what was found there and what is expected.
        source: the file's name, or ``<text>``.
    """

    def __init__(self, line: int, column: int, message: str, source: str = "<text>") -> None:
        self.line = line
        self.column = column
        self.message = message
        self.source = source
        super().__init__(line, column, message, source)

    def _worded(self) -> str:
        return f"{self.source}, line {self.line}, column {self.column}: {_printed(self.message)}"


def clipped(text: str) -> str:
    """Text in quotes, for a message; of a long one its beginning."""
    return repr(text) if len(text) <= _CLIPPED else f"{text[:_CLIPPED]!r}..."


def _printed(message: str) -> str:
    """A message, or the beginning of one that repeats a long input."""
    if len(message) <= MESSAGE_LETTERS.most:
        return message
    return f"{message[: MESSAGE_LETTERS.most]} ... ({len(message) - MESSAGE_LETTERS.most:,} letters more)"


def suggestion(word: object, known: Iterable[str]) -> str:
    """``" (did you mean 'x'?)"`` for the known word nearest to ``word``, or ``""``."""
    if not isinstance(word, str) or len(word) > _CLIPPED:  # no word that there is
        return ""
    from difflib import get_close_matches

    by_lower = {k.lower(): k for k in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""
