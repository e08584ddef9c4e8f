"""The part "Design in numbers" written by hand, to judge the templates by; its pictures need no matplotlib."""

from html import escape

from identcheck.report.context_numbers import (
    DesignNumbers,
    Drawing,
    NumberColumn,
    NumberFigure,
    NumberSection,
    NumberTable,
    Term,
)


def table() -> NumberTable:
    return NumberTable(
        identifier="precision",
        title="Precision and power",
        columns=(
            NumberColumn("effect", "Effect", None),
            NumberColumn("se", "SE", 3),
            NumberColumn("sites", "Sites needed", None),
            NumberColumn("way", "Way", None),
            NumberColumn("note", "Note", None),
        ),
        rows=(
            ("total(V, Y)", 0.10949, 8, "alone", "its true value is anticipated"),
            ("direct(NP, Y)", float("inf"), None, "", "more persons do not help: sites differ too much"),
        ),
        legend="SE = standard error of the estimate.",
        note="To first order in 1/sites.",
    )


def picture(file: str = "trial_figures/power.pdf") -> NumberFigure:
    def svg(name: str, words: str) -> str:
        return f'<svg viewBox="0 0 4 3" role="img" aria-label="{escape(words)}"><g id="{name}-1"/></svg>'

    return NumberFigure(
        "power", "Power by sites.", "Power rises to 0.8 at 8 sites.", Drawing(svg, lambda: PDF, file)
    )


def numbers(*figures: NumberFigure) -> DesignNumbers:
    """The part, with these pictures and without a picture if none is given."""
    return DesignNumbers(
        lead="Before any data: what 5 sites would tell.",
        effects=(Term("The total effect, total(V, Y)", "Its true value is taken to be 0.3."),),
        sections=(
            NumberSection("What can be detected", (), (table(),), figures),
            NumberSection("What tests cannot see", (Term("Intercept", "It is 0 where CV = 1."),)),
        ),
        figures_note="There are no pictures.",
        limits=("Nothing here has been estimated.",),
    )


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 36]>>endobj
trailer<</Root 1 0 R>>
"""
