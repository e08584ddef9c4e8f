"""Run the Python of pages anew and keep what it prints, where numbers have changed with a meaning.

    python docs/record.py planning                # docs/planning.md: outputs under >>> are written anew
    python docs/record.py planning how-to/late

Every block of a page runs in order, in an empty folder of its own, as the tests run it (``conftest.py`` at the top). Outputs that
hold an ellipsis and raised errors stay as they are.
"""

import contextlib
import doctest
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from identcheck.basics.files import write_whole

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def recorded(text: str) -> str:
    """A page with its outputs as they are now."""
    namespace: dict[str, Any] = {"__name__": "__page__"}

    def anew(block: re.Match[str]) -> str:
        kind, code = block.groups()
        if kind == "python":
            exec(compile(code, "page", "exec"), namespace)
            return block[0]
        return f"```pycon\n{session(code, namespace)}```"

    with tempfile.TemporaryDirectory(prefix="identcheck-page-") as folder, contextlib.chdir(folder):
        return BLOCK.sub(anew, text)


def session(code: str, namespace: dict[str, Any]) -> str:
    """A block of prompts with what each prints now."""
    lines = []
    for part in doctest.DocTestParser().get_examples(code):
        source = part.source.rstrip("\n").split("\n")
        lines += [f"{'>>>' if n == 0 else '...'} {line}".rstrip() for n, line in enumerate(source)]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            if part.exc_msg is None:
                exec(compile(part.source, "page", "single"), namespace)
        kept = part.exc_msg is not None or "..." in part.want
        lines += (part.want if kept else printed.getvalue()).splitlines()
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = HERE / f"{name.removesuffix('.md')}.md"
        write_whole(page, recorded(page.read_text(encoding="utf-8")).encode())
