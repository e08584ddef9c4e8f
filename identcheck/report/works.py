"""The works that texts cite, and the list of references that follows from what a document says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from identcheck import __version__
from identcheck.describe.design import Design
from identcheck.report.blocks import Bullets, Item, Section
from identcheck.report.mentions import Mention, distinct_works, mentions

__all__ = ["WORKS", "Work", "cited", "references_section", "words_in"]


@dataclass(frozen=True)
class Work:
    """A work.

    Attributes:
        names: as texts name its authors: "Staiger and Stock".
        year: of publication.
        reference: the entry of the list.
    """

    names: str
    year: int
    reference: str

    @property
    def mention(self) -> Mention:
        """With all authors that the reference names."""
        return next(mentions(self.reference))

    @property
    def key(self) -> str:
        """As texts cite it: "Staiger and Stock 1997"; "Staiger and Stock (1997)" is the same."""
        return f"{self.names} {self.year}"

    def is_cited(self, text: str) -> bool:
        """Whether a text cites it."""
        return re.search(rf"\b{re.escape(self.names)},? \(?{self.year}\b", text) is not None


PAPER = Work(
    "Reardon and Raudenbush",
    2013,
    "Reardon, S. F. and Raudenbush, S. W. (2013). Under what assumptions do site-by-treatment instruments identify "
    "average causal effects? Sociological Methods & Research 42(2), 143-163. The numerals (i) to (ix) and "
    "the numbers of equations are those of this paper.",
)
"""It is in every list, since the numerals are its own."""

WORKS = (
    PAPER,
    Work(
        "Angrist, Imbens and Rubin",
        1996,
        "Angrist, J. D., Imbens, G. W. and Rubin, D. B. (1996). Identification of causal effects using instrumental "
        "variables. Journal of the American Statistical Association 91(434), 444-455.",
    ),
    Work(
        "Bell and McCaffrey",
        2002,
        "Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage "
        "samples. Survey Methodology 28(2), 169-181.",
    ),
    Work(
        "Belsley, Kuh and Welsch",
        1980,
        "Belsley, D. A., Kuh, E. and Welsch, R. E. (1980). Regression Diagnostics: Identifying Influential Data and Sources "
        "of Collinearity. New York: Wiley.",
    ),
    Work(
        "Cameron, Gelbach and Miller",
        2008,
        "Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements for inference with clustered "
        "errors. Review of Economics and Statistics 90(3), 414-427.",
    ),
    Work(
        "Chan and others",
        2025,
        "Chan, A.-W., Boutron, I., Hopewell, S. and others (2025). SPIRIT 2025 statement: updated guideline for protocols of "
        "randomised trials. BMJ 389, e081477.",
    ),
    Work(
        "Heckman and Vytlacil",
        1998,
        "Heckman, J. and Vytlacil, E. (1998). Instrumental variables methods for the correlated random coefficient model. "
        "Journal of Human Resources 33(4), 974-987.",
    ),
    Work(
        "Holm",
        1979,
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2), "
        "65-70.",
    ),
    Work(
        "Hopewell and others",
        2025,
        "Hopewell, S., Chan, A.-W., Collins, G. S. and others (2025). CONSORT 2025 statement: updated guideline for reporting "
        "randomised trials. BMJ 389, e081123.",
    ),
    Work(
        "Lee and others",
        2021,
        "Lee, H., Cashin, A. G., Lamb, S. E. and others (2021). A guideline for reporting mediation analyses of randomized "
        "trials and observational studies: the AGReMA statement. JAMA 326(11), 1045-1056.",
    ),
    Work(
        "Sanderson and Windmeijer",
        2016,
        "Sanderson, E. and Windmeijer, F. (2016). A weak instrument F-test in linear IV models with multiple endogenous "
        "variables. Journal of Econometrics 190(2), 212-221.",
    ),
    Work(
        "Skrivankova and others",
        2021,
        "Skrivankova, V. W., Richmond, R. C., Woolf, B. A. R. and others (2021). Strengthening the reporting of observational "
        "studies in epidemiology using Mendelian randomization: the STROBE-MR statement. JAMA 326(16), 1614-1621.",
    ),
    Work(
        "Staiger and Stock",
        1997,
        "Staiger, D. and Stock, J. H. (1997). Instrumental variables regression with weak instruments. Econometrica 65(3), "
        "557-586.",
    ),
    Work(
        "Webb",
        2014,
        "Webb, M. D. (2014). Reworking wild bootstrap based inference for clustered errors. Queen's Economics Department "
        "Working Paper 1315.",
    ),
    Work(
        "Weiss et al.",
        2017,
        "Weiss, M. J., Bloom, H. S., Verbitsky-Savitz, N., Gupta, H., Vigil, A. E. and Cullinan, D. N. (2017). How much do the "
        "effects of education and training programs vary across sites? Evidence from past multisite randomized trials. Journal "
        "of Research on Educational Effectiveness 10(4), 843-876.",
    ),
    Work(
        "What Works Clearinghouse",
        2022,
        "What Works Clearinghouse (2022). What Works Clearinghouse Procedures and Standards Handbook, Version 5.0. U.S. "
        "Department of Education, Institute of Education Sciences.",
    ),
    Work(
        "Wooldridge",
        2003,
        "Wooldridge, J. M. (2003). Further results on instrumental variables estimation of average treatment effects in "
        "the correlated random coefficient model. Economics Letters 79(2), 185-191.",
    ),
)
"""Every work that a text of ours may cite, by its authors in order."""

ITSELF = (
    "identcheck {version}. From the causal graph of a multi-site trial to the assumptions that identify its average effects. "
    "Software, Python."
)


def references_section(sections: Iterable[Section], design: Design, sources: Iterable[str] = ()) -> Section:
    """The list of references: every work that the sections cite, the user's works, and identcheck.

    The user's works are those that the citations, justifications, rules and sources name by authors and year, where the
    sections show that text.

    Args:
        sections: everything that the document says.
        design: the design, with the user's texts.
        sources: where the numbers of the plan are from.
    """
    said = " ".join(" ".join(words_in(tuple(sections))).split())
    ours, users = set(cited(said)) | {PAPER}, []
    for mention in distinct_works(_shown(said, design, sources)):
        known = [work for work in WORKS if mention.is_work_of(work.mention) or mention.authors == work.names]
        ours.update(work for work in known if str(work.year) == mention.year)
        if not known:
            users.append(mention.entry)
    found = sorted({*(work.reference for work in ours), *users}, key=_in_order)
    items = (*found, ITSELF.format(version=__version__))
    return Section("references", "References", (Bullets(tuple(map(Item, items))),))


def _in_order(reference: str) -> str:
    """What references are sorted by: letters without accents, small and large alike."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", reference) if not unicodedata.combining(c)
    ).casefold()


def _shown(said: str, design: Design, sources: Iterable[str]) -> Iterator[Mention]:
    """The works that the user's texts name in words that the document shows, with what any of these texts says of them."""
    rules = design.rules
    prose = (*design.justifications.values(), rules.missing_data, *rules.decisions, *rules.protocol.values())
    cites = (*design.citations.values(), *sources)
    found = [mention for text in prose for mention in mentions(text)]
    found += [mention for text in cites for mention in mentions(text, full=True)]
    shown = [mention for mention in found if mention.written in said]
    yield from (mention for mention in found if any(mention.is_work_of(one) for one in shown))


def cited(text: str) -> tuple[Work, ...]:
    """The works that a text cites."""
    return tuple(work for work in WORKS if work.is_cited(text))


def words_in(value: object) -> Iterator[str]:
    """Every text in a tree of blocks: paragraphs, cells and notes of tables, fields of entries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from words_in(tuple(value.values()))
    elif isinstance(value, (tuple, list, frozenset)):
        pieces = [part for part in value if isinstance(part, str)]
        yield "".join(pieces)  # a sentence in pieces, with a formula between them
        for part in value:
            yield from words_in(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from words_in(getattr(value, field.name))
