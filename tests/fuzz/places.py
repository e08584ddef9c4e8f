"""Fuzzers for what works on files: the command line, templates of users, lines of a sweep that are taken up again."""

from __future__ import annotations

import contextlib
import json
import shlex
import tempfile
from functools import cache
from pathlib import Path
from random import Random

from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.report.writers.tree import FORMATS, frame_name
from tests.fuzz.engine import BrokenError, Fuzzer
from tests.fuzz.mutate import NUMBERS, WORDS, mutated
from tests.fuzz.readers import texts
from tests.fuzz.values import DESIGN, _checked

SMALL = """\
title = "A trial"
graph = "T -> M -> Y; T -> N -> Y"
treatment = "T"
outcome = "Y"
sites = 12
[plan]
persons = 40
[plan.arrows]
"T -> M" = { mean = 0.5, between = 0.2 }
"""

# -- the command line --------------------------------------------------------------

COMMANDS = (
    *(
        "check FILE",
        "check FILE -a all",
        "check FILE -a vi,vii -t 'total M Y'",
        "compare FILE FILE",
        "compare FILE FILE --json",
    ),
    *(
        "robust FILE -a all",
        "show FILE",
        "show FILE --effect 'M Y'",
        "show FILE --latex",
        "plan FILE",
        "plan FILE -t 'direct M Y'",
    ),
    *(
        "plan FILE -o out.csv",
        "simulate FILE --reps 5 --level sites",
        "falsify FILE --reps 5",
        "init new.toml",
        "schema",
    ),
    *(
        "sweep FILE --vary sites=10,20 --reps 5",
        "code FILE --language stata -t 'direct M Y'",
        "convert FILE out.dot --force",
    ),
    *(
        "convert FILE - --format lavaan",
        "report FILE -o -",
        "report FILE -o - --format html",
        "report FILE -o out.md",
    ),
    *("report FILE -o - --for grant --format text", "completion bash", "doctor", "--help", "check --help"),
)
PIECES = (
    *(
        "-a",
        "-t",
        "-o",
        "--format",
        "--for",
        "--vary",
        "--reps",
        "--seed",
        "--level",
        "--strict",
        "--force",
        "--json",
        "--help",
    ),
    *(
        "all",
        "vi",
        "direct M Y",
        "total T Y",
        "itt",
        "path T M Y",
        "compliance M",
        "sites=1,2",
        "persons=10:30:10",
        "sites=",
    ),
    *(
        "arrows.T -> M.mean=0.1,0.2",
        "text",
        "toml",
        "out.json",
        "out.csv",
        "missing.toml",
        ".",
        "",
        "/dev/null",
        "no/where.csv",
    ),
)


def _make_command(random: Random) -> tuple[list[str], str]:
    parts = shlex.split(random.choice(COMMANDS))
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        at = random.randrange(len(parts) + 1)
        piece = random.choice((random.choice(PIECES), random.choice(NUMBERS), random.choice(WORDS)))
        parts[at : at + random.choice((0, 1))] = [piece.replace("\0", "")]
    text = (
        SMALL
        if random.random() < 0.6
        else random.choice((mutated(random, SMALL), random.choice(texts("toml"))))
    )
    return parts, text


def _command(made: tuple[list[str], str]) -> None:
    words, text = made
    with _room():
        Path("trial.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
        done = CliRunner().invoke(main, ["trial.toml" if word == "FILE" else word for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    if done.exit_code not in (0, 1, 2):
        raise BrokenError(f"exit code {done.exit_code}")
    if "Traceback" in done.output:
        raise BrokenError("a traceback is printed")
    if done.exit_code == 2:
        raise ic.IdentcheckError(done.stderr.removeprefix("error:").strip())


# -- templates -----------------------------------------------------------------------

OWN = (
    '<% extends "identcheck/NAME" %><% block body %><< super() >><< report.title >><% endblock %>',
    "<% for item in report.blocks('assumption') %><< item.numeral >>: << item.title | upper >>\n<% endfor %>",
    "<% set ns = namespace(n=0) %><% for f in report['glance'].blocks[0].rows if f.text %><% set ns.n = ns.n + 1 %>"
    "<% endfor %><< ns.n >>",
    "<% macro m(x, n) %><% if n > 0 %><< x >><< m(x, n - 1) >><% endif %><% endmacro %><< m('ab', 3) >>",
    "<< '%s: %5.2f' % (report.title, 1.5) >> << '{:>8}'.format('x') >> << 'x' * 20 >> << report.title.replace('a', 'bb') >>",
    "<% for a in range(20) %><% for b in range(20) if b is odd %><< a * b >>,<% endfor %><% endfor %>",
    "<% for s in report['symbols'].blocks[0].rows %><< s.term | inline >> << s.text >><% endfor %>",
    "<< report['conditions'] | written >><< [1, 2, 3][1:] | join >><< {'a': 1}['a'] >><< report.title | length >>",
)
CODE = (
    *(
        "<<",
        ">>",
        "<%",
        "%>",
        " for x in report ",
        " endfor ",
        " if ",
        " endif ",
        "range(100000)",
        "* 4000000000",
        "** 999999999",
    ),
    *(
        "| join",
        "| list",
        "| map('upper')",
        "| first",
        "| inline",
        "| written",
        "| safe",
        ".__class__",
        "report",
        "loop",
        "self",
        "super()",
    ),
    *(
        "'%1000000000d' % 1",
        "'{:>999999999}'.format(1)",
        "'%r' % report",
        "lipsum()",
        "namespace()",
        "~",
        "+ report.title",
        "[0] *",
    ),
)


def _make_template(random: Random) -> tuple[str, str]:
    source = random.choice(OWN)
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        at = random.randrange(len(source) + 1)
        choice = random.choice(
            (random.choice(CODE), random.choice(CODE), random.choice(NUMBERS), random.choice(WORDS))
        )
        source = source[:at] + choice + source[at + random.choice((0, 0, 3, 10)) :]
    return random.choice(list(FORMATS)), source


def _template(made: tuple[str, str]) -> None:
    format, source = made
    marks = ("((*", "*))", "(((", ")))") if format == "latex" else ("{%", "%}", "{{", "}}")
    for sign, mark in zip(("<%", "%>", "<<", ">>"), marks, strict=True):
        source = source.replace(sign, mark)
    name = frame_name(format)
    with _room():
        Path(name).parent.mkdir()
        Path(name).write_text(source.replace("NAME", name), encoding="utf-8", errors="surrogatepass")
        text = _checked().render(format, templates=".")
    if " object at 0x" in text or "Section(" in text:
        raise BrokenError("an object is printed")


# -- sweeps --------------------------------------------------------------------------

GRID = {"sites": [10, 20], "arrows.T -> M.between": [0.1, 0.3]}


@cache
def _cells() -> str:
    with _room():
        _sweep()
        return Path("cells.jsonl").read_text(encoding="utf-8")


def _sweep() -> ic.Sweep:
    return ic.sweep(
        DESIGN, ic.Plan(persons=30), GRID, 5, 1, estimands=[ic.itt()], file="cells.jsonl", workers=1
    )


def _make_sweep(random: Random) -> str:
    if random.random() < 0.3:  # what a killed run leaves
        return _cells()[: random.randrange(len(_cells()) + 1)] if random.random() < 0.5 else _cells()
    lines = _cells().splitlines(keepends=True)
    at = random.randrange(len(lines))
    if random.random() < 0.5:
        lines[at] = json.dumps(_other(random, json.loads(lines[at]))) + "\n"
    else:
        lines[at] = mutated(random, lines[at])
    return "".join(lines)


def _other(random: Random, value: object) -> object:
    """The value with one of its parts replaced."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        return value | {key: _other(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        return [*value[:at], _other(random, value[at]), *value[at + 1 :]]
    return random.choice((None, 0, -1, 1e308, "x", [], {}, True, [None], {"a": 1}, 10**30))


def _resumed(text: str) -> None:
    with _room():
        Path("cells.jsonl").write_text(text, encoding="utf-8", errors="surrogatepass")
        for table in _sweep().tables:
            table.text()
            table.json()


@contextlib.contextmanager
def _room():
    with tempfile.TemporaryDirectory(prefix="identcheck-fuzz-") as folder, contextlib.chdir(folder):
        yield


PLACES = [
    Fuzzer("command", _make_command, _command, 0.3, 500),
    Fuzzer("template", _make_template, _template, 0.15, 500),
    Fuzzer("sweep-file", _make_sweep, _resumed, 0.1, 500),
]
