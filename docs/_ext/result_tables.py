"""The tables of results in numbers and what their columns hold, as the code declares them."""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import identcheck as ic
from identcheck.tables.table import ResultTables, Table


def results() -> Iterator[ResultTables]:
    """One result of each kind, for the smallest design that has every table."""
    design = ic.Design.from_text("graph = 'T -> {M N} -> Y'\ntreatment = 'T'\noutcome = 'Y'\nsites = 20\n")
    effect = ic.direct("M", "Y")
    yield ic.diagnose(design)
    yield ic.sensitivity(design)
    yield ic.contour(design, ic.Plan(), effect, ("residuals.M", [1.0]), ("residuals.N", [1.0]))
    yield ic.simulate(design, reps=2)
    yield ic.sweep(design, reps=2, workers=1)
    yield ic.falsification(design, reps=2)
    yield ic.examine(design, _site_effects(), assume="all", plan=ic.Plan())


def _site_effects() -> ic.SiteEffects:
    """Some site effects, of which every table of what they say can be made."""
    of = {
        "site": list(range(12)),
        "M": [1, 2, 3, 4, 2, 1] * 2,
        "N": [2, 1, 4, 3, 1, 3] * 2,
        "Y": [3, 2, 8, 7, 4, 4] * 2,
    }
    columns = {name: (name, f"{name}_se") for name in ("M", "N", "Y")}
    return ic.SiteEffects.from_frame(
        of | {se: [0.5] * 12 for _, se in columns.values()}, site="site", effects=columns
    )


def columns(table: Table) -> nodes.bullet_list:
    """The keys of a table's columns with their meanings; a Monte Carlo error belongs to the column before it."""
    found = nodes.bullet_list()
    for column in table.columns:
        if not column.key.endswith("_error"):
            words = f": {column.meaning}{f' ({column.unit})' if column.unit else ''}"
            found += nodes.list_item(
                "", nodes.paragraph("", "", nodes.literal(text=column.key), nodes.Text(words))
            )
    return found


class Tables(SphinxDirective):
    """Each result with its tables, each table with its columns."""

    def run(self) -> list[nodes.Node]:
        """A definition list for each kind of result."""
        whole = nodes.definition_list()
        for result in results():
            for table in result.all_tables:
                main = ", the main table" if table.key == result.MAIN else ""
                term = nodes.term("", "", nodes.literal(text=table.key))
                term += nodes.Text(f" of a {type(result).__name__}{main}")
                whole += nodes.definition_list_item("", term, nodes.definition("", columns(table)))
        return [whole]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("result-tables", Tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
