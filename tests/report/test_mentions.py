"""The user's works are found in citations, justifications, rules and sources of plans, and listed where they are shown."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck.report.documents import PURPOSES
from identcheck.report.mentions import distinct_works, mentions
from tests.drawn import PARALLEL, drawn
from tests.tools import REPOSITORY

ARGUED = REPOSITORY / "examples" / "early_literacy.toml"
KRAFT = "Kraft, Blazar and Hogan (2018)"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        (f"{KRAFT}, Review of Educational Research 88, 547-588, on what coaching does", f"{KRAFT}, Review of Educational "
         "Research 88, 547-588"),
        (f"mean: {KRAFT}; SD: the pilot", KRAFT),
        (f"{KRAFT}, on what coaching consists of", KRAFT),
        ("47 percent used the voucher (Kling, Liebman and Katz 2007); SD illustrative", "Kling, Liebman and Katz (2007)"),
        ("imputed by arm (Puma et al. 2009).", "Puma et al. (2009)"),
        ("As S\u00e9n\u00e9chal and Young (2008) show,", "S\u00e9n\u00e9chal and Young (2008)"),
        ("See van der Klaauw's (2002a, p. 5) rule", "van der Klaauw (2002a)"),
        ("(see Holm 1979)", "Holm (1979)"),
        ("U.S. Department of Education (2019)", "U.S. Department of Education (2019)"),
        ("Kling, J. R. and Katz, L. F. (2007). Effects, and more. Econometrica 75(1), 83-119.", "Kling, J. R. and Katz, L. F. "
         "(2007). Effects, and more. Econometrica 75(1), 83-119"),
    ],
)  # fmt: skip
def test_a_work_of_the_users_is_found_without_what_is_said_of_it(text: str, entry: str) -> None:
    assert [mention.entry for mention in mentions(text, full=True)] == [entry]


@pytest.mark.parametrize(
    "text",
    [
        "district enrollment, fall 2024",
        "in May 2009 (Spring 2010)",
        "2024-25; state records, 2025",
        "In Boston 2010",
    ],
)
def test_a_year_alone_is_no_work(text: str) -> None:
    assert not list(mentions(text, full=True))


def test_a_work_named_in_several_ways_is_one_work() -> None:
    texts = (
        "(Puma et al. 2009)",
        "Puma, Olsen and Bell (2009), NCEE 2009-0049",
        "Puma, M. J., Olsen, R. and Bell, S. 2009",
    )
    (one,) = distinct_works(m for text in texts for m in mentions(text, full=True))
    assert one.entry == texts[1]
    assert (
        len(
            distinct_works(
                m for text in ("Puma and Olsen (2009)", texts[0], "Puma (2009)") for m in mentions(text)
            )
        )
        == 3
    )


def test_many_years_are_read_quickly() -> None:
    assert not list(mentions("Aa, Bb and " * 9_000))
    assert len(list(mentions("(Aa 2000; " * 9_000))) == 9_000


def test_rules_justifications_and_sources_of_the_plan_are_read() -> None:
    design = drawn(
        PARALLEL,
        justifications={"vi": "As Author and Other (2001) argue."},
        citations={"i": "Author and Other (2001), A Journal 3, 1-2, on lotteries"},
        rules=ic.Rules(missing_data="Left out (Puma et al. 2009).", decisions=("none (Nobody 1990)",)),
    )
    plan = ic.Plan(persons=100, sources={"persons": "Registry and Office (2003)"})
    result = ic.check(design)

    def listed(purpose: str) -> str:
        return result.render("markdown", plan, document=purpose, trials=2).split("# References")[1]

    assert "- Author and Other (2001), A Journal 3, 1-2\n" in listed("preregistration")
    for work in ("Puma et al. (2009)", "Nobody (1990)", "Registry and Office (2003)"):
        assert f"- {work}\n" in listed("preregistration")
        assert work not in listed("paper-appendix")


def test_a_work_whose_text_is_not_shown_is_not_listed() -> None:
    result, plan = ic.check(ic.load(ARGUED)), ic.Plan.from_toml(ARGUED)
    shown = {
        purpose: result.render("markdown", plan, document=purpose, trials=2).split("# References")[1]
        for purpose in PURPOSES
    }
    assert [KRAFT in shown[purpose] for purpose in ("grant", "preregistration")] == [False, True]
    assert "Puma et al. (2009)" in shown["preregistration"]
    assert all("numerals (i) to (ix)" in each for each in shown.values())
    names = [line[2:8] for line in shown["grant"].splitlines() if line.startswith("- ")]
    accented = names.index("S\u00e9n\u00e9ch")
    assert (names[accented - 1], names[-1]) == ("Sander", "identc")
