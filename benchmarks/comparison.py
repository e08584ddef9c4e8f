"""What other Python packages answer to the same questions as identcheck: the table of docs/comparison.md.

    python benchmarks/comparison.py [--only NAME ...] [--environments FOLDER]

Each package is installed, at the version given here, into an environment of its own outside the checkout, which is removed
afterwards unless a folder is named. Its script in `benchmarks/elsewhere` reads the questions from standard input and prints its
answers, both as JSON. What a package says is printed as it says it; a failure is printed as a failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import identcheck as ic

HERE = Path(__file__).parent / "elsewhere"
PACKAGES = {
    "y0": ["y0==0.2.11"],
    "ananke": ["ananke-causal==0.5.0", "scipy==1.15.3"],  # its statsmodels does not work with SciPy 1.16
    "dowhy": ["dowhy==0.14"],
    "pgmpy": ["pgmpy==1.1.2"],
    "semopy": ["semopy==2.3.11"],
}
"""What is installed for each script; the first is the package asked."""


class Question(NamedTuple):
    """The effect of `cause` on `outcome` in a graph.

    Attributes:
        words: the question.
        arrows: the directed edges.
        shared: pairs with unmeasured common causes.
        cause: whose effect is asked for.
        outcome: on which node.
        trial: whether T is randomized within sites, so that it is a question for identcheck.
    """

    words: str
    arrows: list[tuple[str, str]]
    shared: list[tuple[str, str]]
    cause: str
    outcome: str
    trial: bool = True


ONE = [("T", "M"), ("M", "Y")]
TWO = [("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")]
QUESTIONS = [
    Question(
        "no trial: X -> Y, with Z -> X, Z -> Y measured",
        [("Z", "X"), ("Z", "Y"), ("X", "Y")],
        [],
        "X",
        "Y",
        False,
    ),
    Question("trial T -> M -> Y: T on Y", ONE, [("M", "Y")], "T", "Y"),
    Question("the same, nothing shared: M on Y", ONE, [], "M", "Y"),
    Question("the same, M and Y share causes: M on Y", ONE, [("M", "Y")], "M", "Y"),
    Question("two mediators, each shares causes with Y: M1 on Y", TWO, [("M1", "Y"), ("M2", "Y")], "M1", "Y"),
    Question("the same, and M1 -> M2: M1 on Y", [*TWO, ("M1", "M2")], [("M1", "Y"), ("M2", "Y")], "M1", "Y"),
]


def here(question: Question) -> str:
    """Identcheck's answer: the verdict when nothing is granted, and what it takes."""
    if not question.trial:
        return "not its question"
    graph = "; ".join(" -> ".join(edge) for edge in question.arrows)
    graph += "".join(f"; {one} <-> {other}" for one, other in question.shared)
    design = ic.Design.from_text(f'graph = "{graph}"\ntreatment = "T"\noutcome = "Y"\nsites = 30')
    asked = ic.itt() if question.cause == "T" else ic.total(question.cause, question.outcome)
    finding = ic.check(design)[asked]
    missing = sorted({c.assumption for c in finding.missing})
    granted = ic.check(design, "all")[asked].verdict.value
    return finding.verdict.value + (
        f" on {', '.join(missing)}; with all granted {granted}" if missing else ""
    )


def answers(name: str, root: Path) -> list[str]:
    """What a package says to each question."""
    python = root / name / "bin" / "python"
    if not python.exists():
        venv.create(root / name, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES[name]], check=True)
    told: dict[str, Any] = {"input": json.dumps([question._asdict() for question in QUESTIONS])}
    done = subprocess.run([python, HERE / f"ask_{name}.py"], text=True, capture_output=True, **told)
    if done.returncode != 0:
        return [f"failed: {done.stderr.strip().splitlines()[-1]}"] * len(QUESTIONS)
    said: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def table(columns: dict[str, list[str]]) -> str:
    """A table in Markdown: a question each row, a package each column."""
    rows = [["question", *columns], ["---"] * (len(columns) + 1)]
    rows += [[q.words, *(said[k] for said in columns.values())] for k, q in enumerate(QUESTIONS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Ask everyone and print the table."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PACKAGES, default=[*PACKAGES])
    parser.add_argument("--environments", type=Path, help="where environments are kept")
    asked = parser.parse_args()
    columns = {f"identcheck {ic.__version__}": [here(question) for question in QUESTIONS]}
    with tempfile.TemporaryDirectory() as folder:
        root = asked.environments or Path(folder)
        for name in asked.only:
            columns[PACKAGES[name][0].replace("==", " ")] = answers(name, root)
    print(table(columns))


if __name__ == "__main__":
    main()
