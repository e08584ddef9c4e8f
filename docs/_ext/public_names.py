"""What the API pages need: references by public names, and properties described by whole sentences."""

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import identcheck


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Look up ``identcheck.describe.design.Design`` or ``Design`` as ``identcheck.Design``."""
    name = node.get("reftarget", "").rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in identcheck.__all__:
        return None
    python = env.domains.python_domain
    return python.resolve_xref(env, node["refdoc"], app.builder, "obj", f"identcheck.{name}", node, content)


def whole_sentence(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Napoleon takes what stands before a colon in a property's description for its type; put it back."""
    typed = [line for line in lines if line.startswith(":type: ")]
    if what == "property" and typed:
        lines.remove(typed[0])
        lines[0] = f"{typed[0].removeprefix(':type: ')}: {lines[0]}"


def readable(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Write three dots for a default that is made anew each time, which is no Python as it is printed."""
    return (signature.replace("<factory>", "...") if signature else signature), returned


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask here where Sphinx found nothing; come after Napoleon."""
    app.connect("autodoc-process-docstring", whole_sentence, priority=900)
    app.connect("autodoc-process-signature", readable)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
