"""A user's own templates: which is used, and what in it would be passed over in silence.

Jinja prints nothing of a block that the extended template does not have, nor of what stands outside the blocks. Here
both are errors, so that no words a user wrote are missing from a report unnoticed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes

from identcheck.errors import ReportError, suggestion
from identcheck.report.blocks import Report
from identcheck.report.writers.environment import OURS, template_folder, users_environment
from identcheck.report.writers.folders import demand_folder, demand_some, names_in, overrides_in
from identcheck.report.writers.sandbox import Sandbox
from identcheck.report.writers.template_errors import not_found, shown, spoken
from identcheck.report.writers.tree import FORMATS, WORD, frame_name, place_of

__all__ = ["OwnTemplates"]

_TAGS = "extends|block|endblock|for|endfor|if|endif|macro|endmacro|include|import|from|set"
_JINJA_MARKS = re.compile(rf"\{{%-?\s*(?:{_TAGS})\b|\{{\{{-?\s*(?:report|block|section|super)\b")
_LATEX_MARKS = re.compile(r"\(\(\*-?\s*\w+|\(\(\(-?\s*\w+")
_WRITE_LATEX = (
    "in a template for LaTeX write ((* extends ... *)), ((* block ... *)) and ((( report.title ))) in place of "
    "{% ... %} and {{ ... }}"
)
_WRITE_JINJA = (
    "write {% extends ... %}, {% block ... %} and {{ report.title }}; the marks ((* ... *)) and ((( ... ))) are those for "
    "LaTeX"
)
_BESIDE_BLOCKS = (
    *(nodes.Extends, nodes.Block, nodes.Import, nodes.FromImport),
    *(nodes.Macro, nodes.Assign, nodes.AssignBlock),
)


class _Read(NamedTuple):
    """A template as read: its file, its text, its parts, and whether it is a user's."""

    file: str
    source: str
    tree: nodes.Template
    theirs: bool


@dataclass(frozen=True)
class OwnTemplates:
    """What a user said about templates.

    Attributes:
        template: the template to use, a path or a name in the folder; None for the one with the name of ours.
        folder: where templates are looked for before ours; None for the template's own.
    """

    template: str | PathLike[str] | None = None
    folder: str | PathLike[str] | None = None

    @property
    def format(self) -> str | None:
        """The format that the template's name tells, such as "html" for ``short.html.jinja``."""
        endings = Path(self.template).suffixes if self.template is not None else []
        return next((format for format, suffix in FORMATS.items() if f".{suffix}" in endings), None)

    def render(self, report: Report, format: str) -> str:
        """The report by these templates.

        Raises:
            ReportError: there is no such template, or what is wrong with it, with file and line.
        """
        if format not in (*FORMATS, WORD):
            raise ReportError(f"a report in {format} has no template; templates are for {', '.join(FORMATS)}")
        folders, name = self._found(format)
        named = {os.path.normpath(self.folder)} if self.folder is not None else set()
        overrides = sorted(found for folder in named for found in overrides_in(folder, format, report))
        made = users_environment(format, folders, overrides)
        ours = frame_name(format)
        try:
            found = (p for each in (name, *overrides) for p in _problems(made, folders, each, ours))
            problems = list(dict.fromkeys(found))
            if not problems:
                return made.get_template(name).render(report=report)
        except Exception as error:  # whatever a template does wrong is told as the template's fault
            raise spoken(error, made, folders) from None
        if len(problems) > 1:
            problems = ["in the templates:", *(f"  - {problem}" for problem in problems)]
        raise ReportError("\n".join(problems))

    def _found(self, format: str) -> tuple[tuple[str, ...], str]:
        """The folders to look in, and the name of the template."""
        folders = [] if self.folder is None else [demand_folder(self.folder)]
        if self.template is None:
            demand_some(folders[0], format)
            return tuple(folders), frame_name(format)
        if self.format not in (None, place_of(format)[0]):
            raise ReportError(
                f"the template {fspath(self.template)!r} is for {self.format} by its name, but the report is to be {format}"
            )
        path = Path(self.template)
        for folder in folders:
            if not path.is_absolute() and ".." not in path.parts and os.path.isfile(Path(folder, path)):
                return tuple(folders), path.as_posix()
        if not os.path.isfile(path):
            near = suggestion(path.name, names_in(folders or [fspath(path.parent)]))
            raise ReportError(f"there is no template {fspath(path)!r}{near}")
        return (os.path.normpath(path.parent), *folders), path.name


def _problems(made: Sandbox, folders: tuple[str, ...], name: str, ours: str) -> Iterator[str]:
    """What a user's templates, from the one used to the last that it builds on, say in vain."""
    chain = [_read(made, name)]
    seen = {name}
    while (extends := chain[-1].tree.find(nodes.Extends)) is not None:
        where = f"template {shown(chain[-1].file)}, line {extends.lineno}"
        parent = extends.template.value if isinstance(extends.template, nodes.Const) else None
        if not isinstance(parent, str):
            mend = f'name the template that is extended in quotes, such as "{OURS}/{ours}"'
            raise ReportError(f"{where}: {mend}")
        if parent in seen:
            mend = f'the template extends itself; identcheck\'s own is called "{OURS}/{ours}"'
            raise ReportError(f"{where}: {mend}")
        try:
            chain.append(_read(made, parent))
        except TemplateNotFound as error:
            raise ReportError(f"{where}: {not_found(parent, folders)}") from error
        seen.add(parent)
    for link in chain:
        yield from _wrong_marks(link, made.block_start_string == "((*")
    yield from _in_vain(chain)


def _read(made: Sandbox, name: str) -> _Read:
    assert made.loader is not None
    source, file, _ = made.loader.get_source(made, name)
    file = file or name
    theirs = not Path(file).is_relative_to(template_folder())
    try:
        tree = made.parse(source, name, file)
    except RecursionError:
        raise TemplateSyntaxError("brackets or blocks stand too deep in one another", 1, name, file) from None
    return _Read(file, source, tree, theirs)


def _wrong_marks(read: _Read, latex: bool) -> Iterator[str]:
    """The marks of another format, which would be printed as they stand."""
    pattern, mend = (_JINJA_MARKS, _WRITE_LATEX) if latex else (_LATEX_MARKS, _WRITE_JINJA)
    if read.theirs and (found := pattern.search(read.source)):
        line = read.source.count("\n", 0, found.start()) + 1
        yield f"template {shown(read.file)}, line {line}: {mend}"


def _in_vain(chain: list[_Read]) -> Iterator[str]:
    """Blocks that nothing prints, and text outside the blocks of a template that extends another."""
    known: set[str] = set()
    for place, read in reversed(list(enumerate(chain))):
        if read.theirs and place + 1 < len(chain):
            yield from _ignored(read, shown(chain[place + 1].file), known)
        known |= {block.name for block in read.tree.find_all(nodes.Block)}


def _ignored(read: _Read, extended: str, known: set[str]) -> Iterator[str]:
    for node in read.tree.body:
        where = f"template {shown(read.file)}, line {_line(node)}"
        if isinstance(node, nodes.Block) and node.name not in known:
            yield (
                f"{where}: {extended} has no block {node.name!r}{suggestion(node.name, known)}, so this would not be "
                f"printed; its blocks are {', '.join(sorted(known))}"
            )
        elif _outside(node):
            yield f"{where}: this stands outside the blocks, so it would not be printed; move it into a block"


def _outside(node: nodes.Node) -> bool:
    """Whether a node at the top of a template that extends another would print something."""
    if isinstance(node, nodes.Output):
        return any(not isinstance(part, nodes.TemplateData) or part.data.strip() for part in node.nodes)
    return not isinstance(node, _BESIDE_BLOCKS)


def _line(node: nodes.Node) -> int:
    """The line of a node; of text, that of its first letter."""
    if isinstance(node, nodes.Output) and isinstance(node.nodes[0], nodes.TemplateData):
        text = node.nodes[0].data
        return node.lineno + text.count("\n", 0, len(text) - len(text.lstrip()))
    return node.lineno
