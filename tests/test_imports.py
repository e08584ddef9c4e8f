"""Nothing is imported that is not used: what each command and each call does without, one table."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from click import Context

from identcheck.cli import main
from identcheck.cli.files import FORMATS
from identcheck.formats import FORMATS as WRITTEN
from tests.tools import REPOSITORY

NUMBERS = ("numpy", "scipy", "pandas", "matplotlib", "joblib")
LIBRARIES = (*NUMBERS, "sympy", "jinja2", "rich", "latex2mathml", "click")
ENGINE = tuple(
    f"identcheck.{wing}"
    for wing in ("describe", "formats", "derive", "decide", "plan", "picture", "report", "plots")
)
FILE = str(REPOSITORY / "examples" / "moving_to_opportunity.toml")
CHECKED = f"import identcheck as ic; result = ic.check(ic.load({FILE!r}))"
HIDDEN = """
import identcheck as ic, networkx as nx
graph = nx.DiGraph([("T", "M"), ("T", "U"), ("U", "Y"), ("M", "Y")])
design = ic.Design(graph, treatment="T", outcome="Y", sites=6, unobserved=("U",))
"""
CODE = {
    "the package": ("import identcheck", (*LIBRARIES, "networkx")),
    "verdicts": (f"{CHECKED}; print([f.verdict for f in result.findings])", LIBRARIES),
    "what is missing, and what it rests on": (
        f"{CHECKED}; print([(f.missing, f.reason, f.rests_on, *map(str, f.missing)) for f in result.findings])",
        LIBRARIES,
    ),
    "strategies": (f"{CHECKED}; print([str(s) for f in result.findings for s in f.strategies])", LIBRARIES),
    "assumptions": (
        f"{CHECKED}; print([(a.title, a.statement, a.status) for a in result.assumptions])",
        LIBRARIES,
    ),
    "worlds": (
        f"{HIDDEN}found = ic.check(design, 'all')[ic.total('U', 'Y')]\n"
        "assert found.verdict is ic.Verdict.NOT_IDENTIFIED and found.witness().verify()",
        LIBRARIES,
    ),
    "declarations": (
        f"{HIDDEN}said = ic.independent([('T', 'M')], [('M', 'Y'), ('U', 'Y')], 'persons')\n"
        "print(ic.check(design, ['vi', said]).findings)",
        LIBRARIES,
    ),
    "files of every format": (
        f"{CHECKED}; [ic.dumps(result.design, format) for format in {WRITTEN}]",
        LIBRARIES,
    ),
    "the picture of a graph": (
        "from identcheck.picture import Edge, Node, layout, svg, tikz\n"
        "nodes = [Node('T', 'offer', 'treatment'), Node('Y', 'health', 'outcome')]\n"
        "picture = layout(nodes, [Edge('T', 'Y', 'B', 'B')]); print(svg(picture), tikz(picture, str))",
        LIBRARIES,
    ),
    "a report without a plan, in every format": (
        f"{CHECKED}; [result.render(format) for format in ('text', 'markdown', 'latex', 'html', 'json')]",
        (*NUMBERS, "click"),
    ),
}
RUN = {
    "check": (["check", FILE], set(LIBRARIES) - {"click"}),
    "check of one effect": (["check", FILE, "-a", "all", "-t", "direct NP Y"], set(LIBRARIES) - {"click"}),
    "convert": (["convert", FILE, "-", "--format", "dot"], set(LIBRARIES) - {"click"}),
    "compare": (["compare", FILE, FILE], set(LIBRARIES) - {"click"}),
    "robust": (["robust", FILE], set(LIBRARIES) - {"click"}),
    "code": (["code", FILE, "-l", "r", "-t", "direct NP Y"], (*NUMBERS, "sympy")),
    "plan": (["plan", FILE], ("sympy", "matplotlib", "joblib", "pandas")),
    "falsify": (["falsify", FILE, "-n", "2"], ("sympy", "matplotlib", "joblib", "pandas")),
    "report without a plan": (["report", FILE, "-o", "-", "--no-numbers"], NUMBERS),
}

BLOCK = """
import sys
from importlib.abc import MetaPathFinder
class Blocked(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if any(f"{{name}}.".startswith(f"{{one}}.") for one in {names}):
            raise ImportError(f"{{name}} is blocked")
sys.meta_path.insert(0, Blocked())
"""


def run(code: str, blocked: Collection[str]) -> None:
    """Run code in a process of its own in which some modules cannot be imported."""
    block = BLOCK.format(names=sorted(blocked))
    done = subprocess.run(
        [sys.executable, "-c", block + code], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", CODE)
def test_code_does_without(name: str) -> None:
    """Each piece of code runs where what it has no use for is missing."""
    run(*CODE[name])


@pytest.mark.parametrize("name", RUN)
def test_a_command_does_without(name: str) -> None:
    """So does each command."""
    words, blocked = RUN[name]
    run(f"from identcheck.cli import main; main({words!r})", blocked)


@pytest.mark.parametrize("words", [[], *([name] for name in main.list_commands(Context(main)))])
def test_help_needs_no_engine(words: list[str]) -> None:
    """The help of the command line, and of each command in a process of its own."""
    code = f"from identcheck.cli import main; main([*{words!r}, '--help'], standalone_mode=False)"
    run(code, (*LIBRARIES[:-1], "networkx", *ENGINE))


def test_a_command_does_without_the_other_commands_and_formats() -> None:
    """What is imported for ``check``: no other command, no format of another program, no worlds where none are shown."""
    others = ("doctor", "evidence", "files", "numbers", "report", "sweep", "what_if")
    blocked = [f"identcheck.cli.{name}" for name in others]
    blocked += [
        f"identcheck.formats.graphs.{name}"
        for name in ("dagitty", "lavaan", "dot", "gexf", "design", "drawing")
    ]
    blocked += ["identcheck.formats.plan_table", "identcheck.decide.witness", "identcheck.decide.comparison"]
    run(f"from identcheck.cli import main; main({['check', FILE]!r})", blocked)


def test_no_verdict_needs_a_formula() -> None:
    """Verdicts, strategies, conditions, worlds and all that is printed of them, on examples and random designs."""
    run("from tests.without_formulas import main; main()", ("sympy", "mpmath"))


def test_networkx_is_there_once() -> None:
    """A verdict imports networkx, and of the libraries that it could use none."""
    code = f"{CHECKED}; result.findings; import sys; assert 'networkx' in sys.modules; assert 'numpy' not in sys.modules"
    run(code, ())


def test_the_help_names_every_format() -> None:
    """``convert --help`` lists the formats without importing them."""
    assert FORMATS == WRITTEN


def test_no_module_leads_back_to_itself() -> None:
    """Imports make no circle, those inside functions counted (``benchmarks/house.py``)."""
    house = runpy.run_path(str(REPOSITORY / "benchmarks" / "house.py"))
    package = REPOSITORY / "identcheck"
    known = house["modules"](package, house["read"](package))
    assert house["circles"](house["imported"](known)) == []


def test_the_figures_of_the_house_count_what_they_say(tmp_path: Path) -> None:
    """A package of three files, by hand."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.jinja").write_text("one\ntwo\n")
    package = tmp_path / "identcheck"
    package.mkdir()
    (package / "__init__.py").write_text('"""Top."""\n')
    (package / "a.py").write_text(
        '"""A."""\nfrom identcheck.b import f  # why\n\n\ndef g():\n    """G."""\n    return f()\n'
    )
    (package / "b.py").write_text(
        "def f():\n    from identcheck import a\n\n    return a\n\n\ndef h():\n    return 0\n"
    )
    found = runpy.run_path(str(REPOSITORY / "benchmarks" / "house.py"))["figures"](tmp_path)
    expected = {
        "files": 3,
        "statements": 8,
        "docstring lines": 3,
        "comment lines": 1,
        "modules in circles": 2,
    }
    expected |= {
        "longest import chain": 1,
        "imports inside functions": 1,
        "lines of templates": 2,
        "names at the top": 2,
    }
    assert {name: found[name] for name in expected} == expected
