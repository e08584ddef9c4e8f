"""No random design makes a report fail: several arms, one site, constant and latent coefficients."""

from __future__ import annotations

import pytest

from identcheck.decide.identification import check
from tests.exact.found import design


@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
def test_renders(format):
    """Every format of the report is made, with nothing granted and with everything."""
    for number in range(12):
        for assume in ([], "all") if number % 4 == 0 else ([],):
            result = check(design(number), assume=assume)
            for full in (False, True) if format != "json" else (True,):
                report = result.render(format, full=full)
                assert "nan" not in report.split()
                assert "zoo" not in report.split()
