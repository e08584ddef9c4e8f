"""Everything that is answered without a formula, on the examples and on random designs: a script.

``tests/test_imports.py`` runs it in a process in which importing sympy raises.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from random import Random

from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main as command
from identcheck.cli.verdicts import print_verdicts
from tests.formats.graphs.any_design import any_designs
from tests.tools import REPOSITORY, often

GRANTED = ((), ("all",), ("vi", "vii"), ("bypass",), ("all", "bypass", "shared", "product"))
DESIGNS = often(8, 30)
MOST_MEDIATORS = 4
"""Random designs with more are passed over: their witnesses take long."""


def said_of(condition: ic.Condition) -> tuple[object, ...]:
    """What a condition says in words."""
    words = (condition.statement, condition.reason, condition.implied, condition.violated, condition.need)
    return str(condition), words, condition.granted_by, condition.declared, condition.asks


def answers(result: ic.Identification) -> Iterator[object]:
    """Verdicts, strategies, what is missing, worlds, assumptions; as values, as text and as a table."""
    yield str(result), result.verdicts, result.contradictions, result.remarks
    yield result.table.json(), result.table.text(), result.table.csv()
    for a in result.assumptions:
        yield a.title, a.statement, a.status
    for finding in result.findings:
        yield repr(finding), str(finding), finding.words, finding.note, finding.rests_on, finding.declared
        for strategy in (*finding.strategies, *finding.ruled_out):
            yield strategy.name, [said_of(c) for c in strategy.conditions], finding.missing or finding.reason
        witness = finding.witness()
        if witness is not None:
            assert witness.verify()
            yield witness.values, finding.leaves_open


def examples() -> Iterator[ic.Design]:
    """The designs of the examples; each is checked on the command line, also with effects asked for."""
    for number, path in enumerate(sorted((REPOSITORY / "examples").glob("*.toml"))):
        design = ic.load(path)
        effects = [word for finding in ic.check(design).findings for word in ("-t", str(finding.estimand))]
        for asked in ([], effects):
            for granted in GRANTED[number % often(4, 1) :: often(4, 1)]:
                words = ["check", str(path), *asked, *(word for name in granted for word in ("-a", name))]
                done = CliRunner().invoke(command, words)
                assert done.exit_code in (0, 1), done.output
        yield design


def main() -> None:
    """Ask everything."""
    small = (design for design in any_designs(DESIGNS) if len(design.mediators) <= MOST_MEDIATORS)
    for number, design in enumerate((*examples(), *small)):
        granted = Random(f"without formulas {number}").choice(GRANTED)
        for assume in {(), granted}:
            result = ic.check(design, assume)
            list(answers(result))
            with contextlib.redirect_stdout(io.StringIO()):
                print_verdicts(result, [])
                print_verdicts(result, [finding.estimand for finding in result.findings[:2]])


if __name__ == "__main__":
    main()
