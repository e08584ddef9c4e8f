"""Run the notebooks of this folder anew, and keep what they show; or check that they still show it.

    python docs/notebooks/execute.py                   # run all, write outputs
    python docs/notebooks/execute.py --check           # run all, write nothing, exit 1 where an output differs
    python docs/notebooks/execute.py first_design      # one of them

Needs nbclient and ipykernel, which are in the extra ``dev``. Each notebook runs in an empty folder of its own, so that
what it saves is not left here. What changes from run to run (times, identifiers) is left out of what is kept.
"""

import difflib
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from identcheck.basics.files import write_whole

HERE = Path(__file__).resolve().parent
SECONDS = 300
"""No cell takes nearly as long."""


def executed(path: Path) -> NotebookNode:
    """The notebook with its outputs; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="identcheck-notebook-") as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    return cleaned(notebook, path.stem)


def cleaned(notebook: NotebookNode, name: str) -> NotebookNode:
    """The notebook without times and versions, its cells numbered; what was printed in pieces is one piece."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for place, cell in enumerate(notebook.cells, 1):
        cell.id = f"{name.replace('_', '-')}-{place:02}"
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs, those printed to the same stream one after the other together: when they split is chance."""
    found: list[NotebookNode] = []
    for output in outputs:
        if (
            found
            and output.output_type == "stream" == found[-1].output_type
            and output.name == found[-1].name
        ):
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def words(notebook: NotebookNode) -> list[str]:
    """What the cells show as plain text, line by line."""
    lines = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            shown = output.get("text") or output.get("data", {}).get("text/plain", "")
            lines += [f"[{cell.id}, {output.output_type}]", *shown.splitlines()]
    return lines


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 where an output is not what was kept."""
    checking, names = "--check" in arguments, [a for a in arguments if a != "--check"]
    failed = 0
    for path in [HERE / f"{name}.ipynb" for name in names] or sorted(HERE.glob("*.ipynb")):
        before = words(cleaned(nbformat.read(path, as_version=4), path.stem))
        notebook = executed(path)
        if not checking:
            write_whole(path, f"{nbformat.writes(notebook)}\n".encode())
            print(f"ran {path.name}")
        elif before != words(notebook):
            failed = 1
            print(f"{path.name} shows something else than what is kept; run {Path(__file__).name}:")
            print("\n".join(difflib.unified_diff(before, words(notebook), "kept", "shown", lineterm="", n=1)))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
