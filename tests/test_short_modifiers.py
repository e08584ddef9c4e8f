"""Short labels of modifiers: read, written, refused, and used where the label has been given."""

from __future__ import annotations

import pytest

import identcheck as ic

TEXT = """
graph = "T -> M -> Y; wages => (T -> M), (M -> Y)"
treatment = "T"
outcome = "Y"
sites = 20

[short]
wages = "the pay"
M = "hours"

[modifiers.wages]
label = "the median of entry wages paid in the county of the site"
"""


def test_they_are_used_in_sentences_and_small_pictures():
    design = ic.Design.from_text(TEXT)
    result = ic.check(design, "all")

    assert design.modifier_words("wages") == "the pay"
    assert result["direct M Y at wages=1"].words == "the effect of hours on Y where the pay = 1"
    assert "products with the pay" in result["direct M Y"].best.name
    page = result.render("text")
    assert "the pay" in page
    assert "The median of entry wages paid in the county of the site" in page.replace("\n    ", " ")


def test_files_keep_them():
    design = ic.Design.from_text(TEXT)

    for format in ("toml", "json"):
        assert ic.Design.from_text(ic.dumps(design, format), format) == design


def test_measuring_it_keeps_its_short_label():
    hidden = ic.Design.from_text(TEXT + "measured = false\n")
    found = {mend.change: mend.design for mend in ic.mends(ic.check(hidden), "direct M Y")}

    assert found["measure the pay in each site"].short["wages"] == "the pay"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('wages = "the pay"', 'wags = "the pay"', "'wags' is no node of the graph"),
        ('wages = "the pay"', 'wages = "hours"', "have the same short label 'hours'; tell them apart"),
        ('wages = "the pay"', 'wages = ""', "the short label of 'wages' is ''; write a word or two"),
    ],
)
def test_what_is_none_is_refused(before, after, problem):
    with pytest.raises(ic.InvalidDesignError) as caught:
        ic.Design.from_text(TEXT.replace(before, after))

    assert problem in str(caught.value)
