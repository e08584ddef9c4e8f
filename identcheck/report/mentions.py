"""Works that a user's texts name, by authors and year: "Puma et al. 2009", "Kling, Liebman and Katz (2007), Econometrica 75"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

__all__ = ["Mention", "distinct_works", "mentions"]

UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u0110\u0118\u011a\u0141\u0143\u0147\u0150\u0158\u015a\u0160\u0164\u017d"
PARTICLE = "(?:(?:van|von|de|der|den|di|da|du|la|le|del|ten|ter) )*"
INITIALS = rf"(?:[{UPPER}]\.[ -]?)*[{UPPER}]\.(?![\w])"
CAPITAL = rf"(?:U\.S\. )?[{UPPER}][\w'’-]*\w"
NAME = rf"(?:{PARTICLE}{CAPITAL}(?: (?:(?:of|for) (?:the )?)?{CAPITAL})*|{INITIALS})"
AUTHORS = rf"{NAME}(?:(?:,? and |,? & |, ){NAME})*(?:,? et al\.?| and others| and colleagues)?"
YEAR = re.compile(
    r"(?P<before>['’]s \(|,? \(|,? )(?P<year>(?:19|20)\d\d[a-z]?)(?![\w-])(?P<after>(?:, [^()]*)?\))?"
)
"""The year of a work with what stands between it and the authors, and with its bracket."""
NAMED = re.compile(rf"(?<![\w.]){AUTHORS}$")
"""The authors, where they are the last words before the year."""
LONGEST = 400
"""So many letters before a year are searched for authors."""

FIRST = re.compile(
    "^(?:After|Also|Although|And|As|Because|Both|But|By|Following|For|From|In|Like|Mean|Per|SD|See|Since|Source|That|The|Unlike|"
    "When|Where|While|With) "
)
"""A word that begins a sentence and no list of authors."""
TIME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Fall|Autumn|"
    r"Winter|Q[1-4]|Version|Year|In|Since|By|From)\b"
)
"""Words before a year that are no authors."""

ANNOTATION = re.compile(r"(?<=\d)[,.:]? (?=[a-z(])(?!pp?\.|no\.|vol\.|issue|pages?\b).*", re.DOTALL)
"""What is said of a work after its pages."""


@dataclass(frozen=True)
class Mention:
    """A work as a text of the user's names it.

    Attributes:
        written: the words of the text that name it.
        authors: as they are written.
        year: with its letter, if it has one.
        start: where it begins in the text.
        reference: what the text says of where it appeared, from authors to pages; "" if it says nothing.
    """

    written: str
    authors: str
    year: str
    start: int
    reference: str = ""

    @property
    def surnames(self) -> tuple[str, ...]:
        """The authors without initials, and without "et al."."""
        found = re.findall(NAME, re.sub(r",? et al\.?$| and (?:others|colleagues)$", "", self.authors))
        return tuple(name for name in found if not re.fullmatch(INITIALS, name))

    @property
    def more(self) -> bool:
        """Whether there are authors beside those named."""
        return re.search(r"et al\.?$|and (?:others|colleagues)$", self.authors) is not None

    @property
    def entry(self) -> str:
        """As a list of references has it."""
        return self.reference or f"{self.authors} ({self.year})"

    def is_work_of(self, other: Mention) -> bool:
        """Whether both name one work: the same year, and the same authors or those that "et al." stands for."""
        if self.year != other.year or not self.surnames or self.surnames[:1] != other.surnames[:1]:
            return False
        short, long = sorted((self, other), key=lambda mention: len(mention.surnames))
        if short.more:
            return long.surnames[: len(short.surnames)] == short.surnames and (
                long.more or len(long.surnames) > 2
            )
        return short.surnames == long.surnames and not long.more


def mentions(text: str, full: bool = False) -> Iterator[Mention]:
    """The works that a text names.

    Args:
        text: prose, or a citation.
        full: whether it is a citation, in which what follows the year says where the work appeared.
    """
    text = " ".join(text.split())
    found = [mention for year in YEAR.finditer(text) if (mention := _mention(text, year)) is not None]
    ends = [*(mention.start for mention in found[1:]), len(text)]
    for mention, end in zip(found, ends[: len(found)], strict=True):
        yield (
            replace(mention, reference=_reference(text[mention.start : end], mention.written))
            if full
            else mention
        )


def distinct_works(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Each work once, as the mention that says most of it."""
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (-len(one.reference), -len(one.authors), one.written)):
        if not any(mention.is_work_of(one) for one in kept):
            kept.append(mention)
    return tuple(kept)


def _mention(text: str, year: re.Match[str]) -> Mention | None:
    """What stands before a year, if that is the authors of a work."""
    least = max(0, year.start() - LONGEST)
    named = NAMED.search(text[least : year.start()])
    authors = FIRST.sub("", named[0]) if named else ""
    if not authors or TIME.search(authors):
        return None
    start = year.start() - len(authors)
    bracketed = "(" in year["before"] and year["after"] is not None
    several = re.search(r", | and | & | et al", authors) is not None
    if not (bracketed or several or re.search(r"\((?:[^()]*; |see |cf\. )?$", text[least:start])):
        return None
    end = year.end() if bracketed else year.end("year")
    return Mention(text[start:end], authors.removesuffix("'s").removesuffix("\u2019s"), year["year"], start)


def _reference(text: str, written: str) -> str:
    """A citation from its authors to its pages; "" where nothing of the kind follows the year."""
    told = ANNOTATION.sub("", text.removeprefix(written).split(";")[0])
    return f"{written}{told}".strip(" ,.") if re.match(rf"[,.] [{UPPER}\d]", told) else ""
