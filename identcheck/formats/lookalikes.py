"""What a text is that is not what its file's name says, and how such a text is loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from identcheck.errors import FormatError, InvalidDesignError

__all__ = ["Kind", "demand_no_other", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """What a text looks like.

    Attributes:
        name: in words, such as "dagitty text".
        format: the format of identcheck that reads it; "" where none does.
        suffix: that of its files, for a format that is read.
        remedy: what to do with it, where no format reads it; SOURCE stands for the file's name.
    """

    name: str
    format: str = ""
    suffix: str = ""
    remedy: str = ""

    def how(self, source: str) -> str:
        """How to load it: by the suffix of its format, or otherwise."""
        if self.remedy:
            return self.remedy.replace("SOURCE", source)
        by_text = f"load its text by ic.Design.from_text(text, {self.format!r})"
        if source.startswith("<"):
            return by_text
        named = re.sub(r"\.[^./\\]*$", "", source) + self.suffix
        return f"name the file {named!r}, or {by_text}"


_INTO_TOML = (
    "write the design as a TOML file, its arrows under graph; 'identcheck init' writes one to start from"
)
_STARTS: tuple[tuple[str, Kind], ...] = (
    (r"(?:dag|pdag|mag|pag)\b[^{\n]*\{", Kind("dagitty text", "dagitty", ".dagitty")),
    (
        r"(?:\w+\s*(?:<-|=)\s*)?dagitty\s*\(",
        Kind(
            "R code around dagitty text",
            "dagitty",
            remedy="save what stands between its quotes as a .dagitty file",
        ),
    ),
    (r"(?:strict\s+)?(?:di)?graph\b[^{\n\[]*\{", Kind("DOT text of Graphviz", "dot", ".dot")),
    (
        r"(?:```mermaid\s+|---\n(?:[^\n]*\n){0,30}?---\s+)?(?:graph|flowchart)\s+(?:TD|TB|BT|LR|RL)\b",
        Kind("Mermaid text", remedy=_INTO_TOML),
    ),
    (
        r"(?:(?:Creator|Version|comment)\b[^\n]*\n\s*)*graph\s*\[",
        Kind(
            "GML text",
            remedy="load it by ic.Design(networkx.read_gml('SOURCE'), treatment=..., outcome=...)",
        ),
    ),
    (r"(?s:<(?:.*?<)?(?:\w+:)?graphml\b)", Kind("GraphML text", "graphml", ".graphml")),
    (r"(?s:<(?:.*?<)?(?:\w+:)?gexf\b)", Kind("GEXF text", "gexf", ".gexf")),
    (r"<!doctype html|<html", Kind("a web page", remedy="save the graph itself as plain text")),
    (
        r"<\?xml|<[A-Za-z]+[\s>]",
        Kind("XML of another kind", remedy="GraphML and GEXF are the kinds of XML that are read"),
    ),
    (r"\{\\rtf", Kind("a document of a word processor (RTF)", remedy="save it as plain text")),
    (r"%PDF-", Kind("a PDF", remedy="identcheck writes PDFs and reads designs; load the design")),
    (
        r"(?ms:(?:.*?^)?(?:import\s+\w+|from\s+[\w.]+\s+import\b))",
        Kind("Python code", remedy="run it with python"),
    ),
    (r"(?:#[^\n]*\n\s*)*(?:library|require)\s*\(", Kind("R code", remedy=_INTO_TOML)),
    (r"Graph Nodes:", Kind("text of Tetrad", remedy=_INTO_TOML)),
)
_ARROW = r"(?:<?-+>|<-+|→|⟶)"


def kind_of(text: str) -> Kind | None:
    """What a text looks like; None where that cannot be told."""
    begun = text.removeprefix("\ufeff").lstrip()
    for pattern, kind in _STARTS:
        if re.match(pattern, begun[:20_000], re.IGNORECASE):
            return kind
    return next((kind for looks, kind in _BY_LOOK if looks(begun)), None)


def _lines(text: str) -> list[str]:
    """The first lines that say something."""
    found = (line.strip() for line in text[:20_000].split("\n"))
    return [line for line in found if line and not line.startswith("#")][:50]


def _is_json(text: str) -> bool:
    if not re.match(r"\{\s*(?:\"|\})|\[\s*(?:\{|\[|\"|\d|\])", text):
        return False
    try:
        json.loads(text)
    except ValueError:
        return text.startswith("{") and bool(re.match(r'\{\s*"[^"\n]*"\s*:', text))
    except RecursionError:
        return True
    return True


def _is_toml(text: str) -> bool:
    return bool(
        re.search(
            r"^(?:title|graph|treatment|outcome|sites)[ \t]*=(?!~)|^\[(?:labels|plan)\]", text, re.MULTILINE
        )
    )


def _is_lavaan(text: str) -> bool:
    name = r"[\w.]+"
    beside = rf"!|{name}\s*(?::=|==|[<>](?!-))"  # definitions and constraints stand beside regressions
    lines = [line for line in _lines(text) if not re.match(beside, line)]
    modeled = [
        line
        for line in lines
        if re.match(rf"{name}(?:\s*\+\s*{name})*\s*(?:~~|=~|~\*~|~)\s*[\w.\"*+( -]", line)
    ]
    return bool(lines) and 2 * len(modeled) >= len(lines)


def _is_arrows(text: str) -> bool:
    lines = _lines(text)
    drawn = [line for line in lines if re.search(_ARROW, line) and not re.search(r"[=\[\]]", line)]
    return bool(lines) and len(drawn) == len(lines)


def _is_yaml(text: str) -> bool:
    lines = _lines(text)
    said = [line for line in lines if re.match(r"[\w\" ]+:(?:\s|$)|- |---$", line)]
    return (
        len(said) > 1
        and 3 * len(said) >= 2 * len(lines)
        and not any(re.match(r"\w+\s*=", line) for line in lines)
    )


def _is_table(text: str) -> bool:
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    if len(lines) < 2 or any("=" in line.split('"')[0] for line in lines):
        return False
    for mark in ("\t", ";", ","):
        counts = {re.sub(r'"[^"]*"', "", line).count(mark) for line in lines[:-1]}
        if len(counts) == 1 and counts.pop() > 0:
            return True
    return False


_BY_LOOK: tuple[tuple[Callable[[str], bool], Kind], ...] = (
    (_is_json, Kind("JSON", "json", ".json")),
    (_is_toml, Kind("a design file in TOML", "toml", ".toml")),
    (_is_lavaan, Kind("a lavaan model", "lavaan", ".lavaan")),
    (
        _is_arrows,
        Kind(
            "arrows alone",
            remedy='put them into a TOML file, between graph = """ and """, and name treatment and outcome there; '
            "'identcheck init' writes one to start from",
        ),
    ),
    (
        _is_yaml,
        Kind("YAML", remedy='in TOML it is key = value, with text in quotes; in JSON { "key": value }'),
    ),
    (
        _is_table,
        Kind(
            "a table of data (CSV)",
            remedy="identcheck reads designs, not data; describe the design in a TOML file, which 'identcheck init' begins",
        ),
    ),
)


def demand_no_other(error: FormatError | InvalidDesignError, text: str, format: str, source: str) -> None:
    """Refuse a text that cannot be read as its format, with the error raised, if it looks like another one.

    Raises:
        FormatError: naming what the text looks like.
    """
    kind = kind_of(text)
    if isinstance(error, InvalidDesignError) and (kind is None or kind.format not in ("toml", "json")):
        return
    of_json = {format, kind.format if kind else ""} <= {"json", "node-link"}
    if kind is None or kind.format == format or of_json:
        return
    if kind.name == "arrows alone" and format != "toml":
        return
    message = f"this looks like {kind.name}, not like {_WORDS.get(format, format)}; {kind.how(source)}"
    raise FormatError(1, 1, message, source) from error


_WORDS = {
    "toml": "TOML",
    "json": "JSON",
    "dot": "DOT",
    "graphml": "GraphML",
    "gexf": "GEXF",
    "node-link": "a graph in JSON",
}
