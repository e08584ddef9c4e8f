"""Names for columns of data that are valid in Stata, R and Python, whatever the nodes are called."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import NAME_LETTERS
from identcheck.errors.visible import visible

__all__ = ["column_names", "column_problem", "comment", "demand_file_name", "site_name"]

LONGEST = 22
"""Stata allows 32 letters; the rest is for what the code puts before a name."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OWN = re.compile(
    r"(z|h|fit|b[0-9]+)_|str[0-9]+$", re.IGNORECASE
)  # names that the code makes; types of Stata
_STATA = (
    "alias byte double float if in int long pred rc skip strL using with cons coef se missing group str "
    "scalar matrix e r by"
)
_STATA_NAME = re.compile(
    r"(?!(?:_all|_b|_n|_N|_pi|_rc|byte|_coef|_cons|double|float|if|in|int|long|_pred|_skip|using|with|str\d+|strL)$)"
    r"[A-Za-z_][A-Za-z0-9_]{0,31}"
)
"""What a variable may be called in Stata."""
_R = "if else repeat while function for next break TRUE FALSE NULL Inf NaN NA in i l d f sw csw poly bs ns"
_PYTHON = "I Q bs cc cr cs te hashed lag log exp scale center standardize data rows sites weights exogenous instruments"
_OURS = "weight cell arm site_id estimate pd pf constant drawn_site"
RESERVED = frozenset(
    word.lower() for text in (_STATA, _R, _PYTHON, _OURS, " ".join(keyword.kwlist)) for word in text.split()
) - {"t", "y"}
"""Words that mean something in one of the languages, or in the code itself."""


def column_names(nodes: Iterable[str], site: str) -> Mapping[str, str]:
    """A column name for each node, none twice in any case of letters: its own name where that is valid.

    Args:
        nodes: the nodes.
        site: the column of the sites, which no node may have.
    """
    named = list(nodes)
    found = {node: node for node in named if _usable(node) and node.lower() != site.lower()}
    lower = [name.lower() for name in found.values()]
    found = {node: name for node, name in found.items() if lower.count(name.lower()) == 1}
    taken = {site.lower(), *(name.lower() for name in found.values())}
    for node in (node for node in named if node not in found):
        base = re.sub(r"[^A-Za-z0-9]+", "_", node).strip("_")[: LONGEST - 6].rstrip("_") or "node"
        base = base if base[0].isalpha() and not _OWN.match(base) else f"x_{base}"
        name, number = base, 1
        while not _usable(name) or name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        found[node] = name
        taken.add(name.lower())
    return {node: found[node] for node in named}


def comment(text: str) -> str:
    """User text for a comment of any of the languages: on one line, and nothing that opens or ends anything."""
    line = " ".join(text.split())
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in visible(line))
    line = re.sub(r"[/*](?=[/*])", r"\g<0> ", line)  # Stata: /* */ // ///
    return re.sub(r"\$(?=\S)", "$ ", line.replace("`", "'"))  # Stata: macros


def site_name(site: str, language: str, nodes: Iterable[str]) -> str:
    """The name that the code uses for the column of sites: its own, or "site" where that would mean something else.

    Args:
        site: the column's name in the data.
        language: "python", "r" or "stata".
        nodes: the nodes that have columns; one whose name differs in capitals alone keeps its name.

    Raises:
        InvalidQuestionError: data that the language reads can have no column of that name.
    """
    if problem := column_problem(site, language):
        said = f"the column of sites is {site!r}; {problem}"
        if isinstance(site, str) and len(site) > NAME_LETTERS.most:
            said = f"the column of sites has {NAME_LETTERS.refusal(len(site))}"
        raise InvalidQuestionError([said])
    return site if _usable(site) and site.lower() not in {node.lower() for node in nodes} else "site"


def column_problem(column: object, language: str) -> str:
    """Why data that a language reads can have no column of that name; "" where they can."""
    if not isinstance(column, str) or _obeyed(column, "\\\\"):
        return "give its name as the data have it, without quotes, '$', backslashes and line breaks, such as 'site'"
    if len(column) > NAME_LETTERS.most:
        return NAME_LETTERS.refusal(len(column))
    if language == "stata" and not _STATA_NAME.fullmatch(column):
        return (
            "no variable in Stata has that name: it has up to 32 letters (a to z), digits and '_', begins with no digit, and is "
            "no word of Stata's own; give the name that the variable has after import"
        )
    return ""


def demand_file_name(data: str) -> str:
    """The name of the data file as every language writes it, with slashes between folders.

    Raises:
        InvalidQuestionError: it has letters that a language would obey.
    """
    name = str(data).replace("\\", "/")
    if _obeyed(name):
        problem = (
            f"the data file is {data!r}; give a name without quotes, '$' and line breaks, such as 'trial.csv'"
        )
        raise InvalidQuestionError([problem])
    return name


def _obeyed(name: str, more: str = "") -> bool:
    """Whether a name is empty, or has signs that a language would obey; ``more`` are further such signs."""
    return not name.strip() or not name.isprintable() or bool(re.search(f"[\"'`${more}]", name))


def _usable(name: str) -> bool:
    plain = _PLAIN.fullmatch(name) and not _OWN.match(name)
    return bool(plain) and len(name) <= LONGEST and name.lower() not in RESERVED
