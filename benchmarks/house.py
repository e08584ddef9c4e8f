"""The figures of the house: how large the package is, how its files hang together. No timing; nothing is imported.

    python benchmarks/house.py [FOLDER] [--against FOLDER2]

FOLDER is a checkout (this one by default); with ``--against`` the figures of FOLDER2, say before a change, stand beside its own.
A statement is any that Python parses, docstrings apart. Imports inside functions, and those of the table of homes, count;
imports for type checking do not.
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

PACKAGE = "identcheck"
SMALL = 60
"""A file with fewer lines that only one other imports may belong in it."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Source:
    """A file of Python.

    Attributes:
        path: where it is.
        text: what it holds.
    """

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python parses it."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        """Lines, blank ones too."""
        return len(self.text.splitlines())

    @property
    def strings(self) -> list[ast.Expr]:
        """Docstrings, and the strings that stand below a constant to describe it."""
        lone = (n for n in self.nodes if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
        return [n for n in lone if isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)]

    @property
    def statements(self) -> int:
        """Statements, docstrings apart."""
        return sum(isinstance(n, ast.stmt) for n in self.nodes) - len(self.strings)

    @property
    def docstring_lines(self) -> int:
        """Lines of docstrings."""
        return sum(_length(n) for n in self.strings)

    @property
    def comment_lines(self) -> int:
        """Lines with a comment."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return sum(token.type == tokenize.COMMENT for token in tokens)

    @property
    def functions(self) -> list[int]:
        """The length of every function, docstring and decorators included."""
        return [_length(n) for n in self.nodes if isinstance(n, FUNCTIONS)]

    @property
    def tests(self) -> int:
        """Functions whose name begins with ``test``."""
        return sum(isinstance(n, FUNCTIONS) and n.name.startswith("test") for n in self.nodes)


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def read(folder: Path) -> list[Source]:
    """Every Python file below a folder."""
    return [Source(path, path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))]


def modules(package: Path, sources: list[Source]) -> dict[str, Source]:
    """The files of a package by their dotted names."""
    found = {}
    for source in sources:
        parts = source.path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = source
    return found


def imported(known: Mapping[str, Source]) -> dict[str, frozenset[str]]:
    """Which modules each module imports, inside functions too; what is for type checking only is left out."""
    return {
        name: frozenset(_resolved(known, wanted) for wanted in _wanted(source.tree)) & set(known) - {name}
        for name, source in known.items()
    }


def _resolved(known: Mapping[str, Source], wanted: str) -> str:
    """The module of ``package.module.name``."""
    return wanted if wanted in known else wanted.rpartition(".")[0]


def _wanted(node: ast.AST) -> Iterator[str]:
    """The dotted names that are imported in a tree."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from (name for other in child.orelse for name in _wanted(other))
        else:
            yield from _by_name(child)
            yield from _wanted(child)


def _by_name(node: ast.AST) -> Iterator[str]:
    """The module in ``import_module("...")``."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def circles(graph: Graph) -> list[frozenset[str]]:
    """The largest groups of modules each of which leads to all others of its group (Tarjan)."""
    place: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[frozenset[str]] = []

    def visit(name: str) -> None:
        place[name] = low[name] = len(place)
        stack.append(name)
        for other in graph[name]:
            if other not in place:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == place[name]:
            start = stack.index(name)
            found.append(frozenset(stack[start:]))
            del stack[start:]

    for name in graph:
        if name not in place:
            visit(name)
    return [group for group in found if len(group) > 1]


def longest_chain(graph: Graph) -> int:
    """Modules on the longest way along imports, a circle counted as one module."""
    group = {name: name for name in graph} | {n: min(members) for members in circles(graph) for n in members}
    merged: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        merged[group[name]] |= {group[other] for other in others} - {group[name]}
    depth: dict[str, int] = {}
    for name in TopologicalSorter(merged).static_order():
        depth[name] = 1 + max((depth[other] for other in merged[name]), default=0)
    return max(depth.values(), default=0)


def figures(folder: Path) -> dict[str, float]:
    """The figures of a checkout, by what they count."""
    package = folder / PACKAGE
    sources = read(package)
    known = modules(package, sources)
    graph = imported(known)
    lengths = [length for source in sources for length in source.functions]
    templates = _lines_of(folder / "templates")
    report = sum(source.lines for name, source in known.items() if name.startswith(f"{PACKAGE}.report"))
    return {
        "files": len(sources),
        "lines": sum(source.lines for source in sources),
        "statements": sum(source.statements for source in sources),
        "docstring lines": sum(source.docstring_lines for source in sources),
        "docstring lines per 100 statements": round(
            100 * sum(s.docstring_lines for s in sources) / sum(s.statements for s in sources), 1
        ),
        "comment lines": sum(source.comment_lines for source in sources),
        "test functions": sum(source.tests for source in read(folder / "tests")),
        "median file": median(source.lines for source in sources),
        "files over 250 lines": sum(source.lines > 250 for source in sources),
        "median function": median(lengths),
        "90% of functions up to": quantiles(lengths, n=10)[-1],
        "modules in circles": sum(map(len, circles(graph))),
        "longest import chain": longest_chain(graph),
        "names at the top": sum(1 for name in known if name.count(".") == 1),
        "rooms (packages)": sum(source.path.name == "__init__.py" for source in sources),
        f"files imported once and under {SMALL} lines": len(_small(known, graph)),
        "imports inside functions": sum(map(_inside_functions, sources)),
        "lines of templates": templates,
        "lines of report and templates": report + templates,
    }


def _lines_of(folder: Path) -> int:
    """Lines of the files below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)


def _small(known: Mapping[str, Source], graph: Graph) -> list[str]:
    """Modules, packages apart, of few lines that one module imports."""
    importers: dict[str, int] = defaultdict(int)
    for others in graph.values():
        for other in others:
            importers[other] += 1
    files = (name for name, source in known.items() if source.path.name != "__init__.py")
    return [name for name in files if known[name].lines < SMALL and importers[name] == 1]


def _inside_functions(source: Source) -> int:
    """Imports of the package's own modules inside functions."""
    inside = {
        node
        for function in source.nodes
        if isinstance(function, FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)
    }
    return len(inside)


def main() -> None:
    """Print the figures, side by side with those of another checkout if there is one."""
    parser = argparse.ArgumentParser(description="The figures of the house.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--against", type=Path, help="a checkout before the change")
    wanted = parser.parse_args()
    now = figures(wanted.folder)
    before = figures(wanted.against) if wanted.against else {}
    for name, value in now.items():
        old = f"{before[name]:>10,g}" if before else ""
        print(f"{name:45}{old}{value:>10,g}")


if __name__ == "__main__":
    main()
