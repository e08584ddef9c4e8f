"""No random design makes a report fail: several arms, one site, constant and latent coefficients."""

from __future__ import annotations

import pytest

from identcheck.decide.identification import check
from tests.exact.found import design
from tests.tools import often

FORMATS = ("text", "markdown", "latex", "html", "json")


@pytest.mark.parametrize("format", FORMATS)
def test_renders(format):
    """Every format of the report is made, with nothing granted and with everything; the designs are shared out among formats."""
    place, of = FORMATS.index(format), len(FORMATS)
    for number in range(often(place, 0), 12, often(of, 1)):
        for assume in ([], "all") if number % 4 == 0 else ([],):
            result = check(design(number), assume=assume)
            for full in (False, True) if format != "json" else (True,):
                report = result.render(format, full=full)
                assert "nan" not in report.split()
                assert "zoo" not in report.split()
