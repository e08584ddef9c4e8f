"""A short run of ``sequences``; the long one is ``python -m tests.drawing.sequences``."""

from __future__ import annotations

import json
import subprocess

import networkx as nx

from tests.drawing.drawings import trial
from tests.drawing.sequences import compared
from tests.tools import REPOSITORY, require_program


def test_random_edits_undone_and_redone_are_what_check_says() -> None:
    require_program("node")
    found = compared(count=150, seed=7)
    assert found["sequences"] == 150
    assert found["design"] > 60
    assert found["no design"] > 30


def test_an_arrow_of_a_chain_is_taken_out_of_what_is_declared() -> None:
    """By the page's own code: of a chain in a declaration the other arrows stay, in the same step."""
    require_program("node")
    drawing = trial(2) | {
        "arrows": [{"from": u, "to": v} for u, v in nx.utils.pairwise(["T", "M1", "M2", "Y"])]
    }
    chain = {"of": "T -> M1 -> M2", "from": "M2 -> Y", "level": "sites"}
    drawing["beside"] = {"declarations": {"independent": [chain], "correlated": [chain | {"of": "M1 -> M2"}]}}
    code = (
        f"import {{ withoutArrow }} from {json.dumps((REPOSITORY / 'editor' / 'src' / 'edits.js').as_uri())};"
        f"console.log(JSON.stringify(withoutArrow({json.dumps(drawing)}, 'M1', 'M2').beside.declarations));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"independent": [chain | {"of": "T -> M1"}]}
