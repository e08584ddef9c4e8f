"""Sites whose drawn weights mislead a regression, as a sentence and a small table."""

from __future__ import annotations

from identcheck.decide.estimands import target_words
from identcheck.decide.identification import Finding
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.report.blocks import Worlds

__all__ = ["misled"]

MOST_KINDS = 8
"""With more kinds of sites only the sentence is given."""


def misled(finding: Finding) -> Worlds | None:
    """The sites of :meth:`Finding.weighted_sites`; None where there are none."""
    found = finding.weighted_sites()
    if found is None:
        return None
    design, sites = finding.design, found.sites
    word = design.word("sites")
    sentence = (
        f"How the weights mislead ({found.route}): in these {word}, which obey all that is drawn, the regression gives "
        f"{found.estimate} for {target_words(design, finding.target)}; the average wanted is {found.average}."
    )
    if len(sites) > MOST_KINDS:
        return Worlds(sentence, (), (), "")
    words = {m.name: m.words for m in design.modifiers} | {SITE_WEIGHTS: "weight"}
    rows = [(words[name], *(str(site.modifiers[name]) for site in sites)) for name in sites[0].modifiers]
    alike = []
    for u, v in design.causal.edges:
        values = [str(site.persons[0][u, v]) for site in sites]
        arrow = f"{design.short_label(u)} → {design.short_label(v)}"
        if len({*values}) > 1:
            rows.append((arrow, *values))
        else:
            alike.append(f"{arrow} is {values[0]}")
    note = f"Everywhere {', '.join(alike)}. " if alike else ""
    heads = ("", *(f"kind {number}" for number in range(1, len(sites) + 1)))
    return Worlds(sentence, heads, tuple(rows), f"{note}There are equally many {word} of each kind.")
