"""The section "Design in numbers" written by hand, to judge the writers by; its pictures need no matplotlib."""

from html import escape

from identcheck.report.blocks import Bullets, Fact, Facts, Figure, Item, Paragraph, Section, Tabular
from identcheck.tables.table import Column, Table


def table() -> Table:
    return Table(
        "precision",
        "Precision and power",
        (
            Column("effect", "Effect", ""),
            Column("se", "SE", "standard error of the estimate", 3),
            Column("sites", "Sites needed", ""),
            Column("way", "Way", ""),
            Column("note", "Note", ""),
        ),
        (
            ("total(V, Y)", 0.10949, 8, "alone", "its true value is anticipated"),
            ("direct(NP, Y)", float("inf"), None, "", "more persons do not help: sites differ too much"),
        ),
        "To first order in 1/sites.",
    )


def picture(file: str = "trial_figures/power.pdf") -> Figure:
    def svg(name: str, words: str) -> str:
        return f'<svg viewBox="0 0 4 3" role="img" aria-label="{escape(words)}"><g id="{name}-1"/></svg>'

    return Figure("power", "Power by sites.", "Power rises to 0.8 at 8 sites.", svg, lambda: PDF, file)


def numbers(*figures: Figure, shown: Table | None = None) -> Section:
    """The section, with these pictures and without a picture if none is given."""
    tabular = Tabular(shown or table(), "SE = standard error of the estimate.")
    blind = Facts((Fact("Intercept", "It is 0 where CV = 1."),))
    return Section(
        "numbers",
        "Design in numbers",
        (
            Paragraph("Before any data: what 5 sites would tell."),
            Paragraph("There are no pictures.", soft=True),
            Paragraph("Its true value is taken to be 0.3.", "The total effect, total(V, Y)"),
            Section("numbers-precision", "What can be detected", (tabular, *figures)),
            Section("numbers-blind", "What tests cannot see", (blind,)),
            Section("numbers-limits", "Limits", (Bullets((Item("Nothing here has been estimated."),)),)),
        ),
    )


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 36]>>endobj
trailer<</Root 1 0 R>>
"""
