"""Runs the Python code in README.md and docs/ as tests, each document in a directory of its own.

It stands at the top because pytest asks a conftest only about the files beside and below it.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from doctest import ELLIPSIS
from typing import Any

from sybil import Document, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOM = "_working_directory"

# Before numpy is imported, here and in every process that a test starts: matrices here are small, and threads of one process
# wait for those of the other longer than they work. The command does the same.
for library in ("OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")


class PyconParser:
    """A fenced ``pycon`` block is a session: every prompt an example, compared with its output."""

    def __init__(self, optionflags: int) -> None:
        self.blocks = CodeBlockParser("pycon", lambda _: None)
        self.session = DocTestStringParser(DocTestEvaluator(optionflags))

    def __call__(self, document: Document) -> Iterator[Region]:
        for block in self.blocks(document):
            for example in self.session(block.parsed, document.path):
                example.adjust(block, block.parsed)
                yield example


def enter_room(namespace: dict[str, Any]) -> None:
    room = contextlib.ExitStack()
    directory = room.enter_context(tempfile.TemporaryDirectory(prefix="identcheck-document-"))
    room.enter_context(contextlib.chdir(directory))
    namespace[ROOM] = room


def leave_room(namespace: dict[str, Any]) -> None:
    namespace.pop(ROOM).close()


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
        PyconParser(ELLIPSIS),
        SkipParser(),
    ],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=enter_room,
    teardown=leave_room,
).pytest()
