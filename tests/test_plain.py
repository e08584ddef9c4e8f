"""Sentences for people: plain conditions, what would break them, verbs that agree, what is assigned, terms."""

from __future__ import annotations

import re

import pytest

import identcheck as ic
from identcheck.decide.conditions.breaking import breaks
from identcheck.decide.conditions.plain import plain
from identcheck.decide.terms import TERMS
from identcheck.derive.words import agree, assigned_unit, brief, briefs, is_plural, singular
from tests.drawn import FIGURE_1, FIGURE_2, drawn
from tests.tools import REPOSITORY

COACHING = """
coaching -> {practice home}
practice -> attendance
home -> attendance
{practice home attendance} -> literacy
poverty -> {home literacy}
"""
LABELS = {
    "coaching": "the assignment of the classroom to literacy coaching",
    "practice": "teacher practice (observation rubric)",
    "home": "reading time at home",
    "attendance": "days attended",
    "literacy": "early literacy at the end of grade 1",
    "poverty": "family poverty",
}


def coaching(**changed):
    settings = {
        "labels": LABELS,
        "unobserved": ["home"],
        "words": {"person": "pupil", "site": "district"},
        "short": {"practice": "practice", "attendance": "attendance", "home": "reading at home"},
        "scales": {"coaching": "binary", "practice": "continuous", "attendance": "continuous"},
    }
    return drawn(COACHING, treatment="coaching", outcome="literacy", sites=30, **(settings | changed))


def said(design, effect, of=plain, every=False):
    """What is said of the conditions of an effect, by kind; of all its strategies if asked."""
    finding = ic.check(design)[effect]
    found = [finding.best] if not every else [*finding.strategies, *finding.ruled_out]
    return [(c.kind, of(c)) for strategy in found for c in strategy.conditions]


class TestPlain:
    def test_two_mediators_beside_an_intercept(self):
        assert said(coaching(), "direct practice literacy") == [
            (
                "within",
                "Within a district, pupils for whom coaching changes practice more are not those for whom practice matters "
                "more (or less) for literacy, other than through attendance.",
            ),
            (
                "within",
                "Within a district, pupils for whom coaching changes attendance more are not those for whom attendance "
                "matters more (or less) for literacy.",
            ),
            (
                "between",
                "Districts where coaching changes practice or attendance more are not those where practice matters more (or "
                "less) for literacy, other than through attendance.",
            ),
            (
                "between",
                "Districts where coaching changes practice or attendance more are not those where attendance matters more (or "
                "less) for literacy.",
            ),
            (
                "between",
                "What coaching does to literacy other than through practice and attendance is unrelated, from district to "
                "district, to what it does to these, for which the effect of coaching on reading at home would have to be the "
                "same in all districts.",
            ),
            (
                "rank",
                "Coaching changes practice and attendance by amounts that differ from district to district and do not move in "
                "step.",
            ),
        ]

    def test_without_an_intercept(self):
        sentences = dict(said(drawn(FIGURE_1, sites=8), "direct M1 Y"))
        assert sentences["cut"] == "T affects Y only through M1 and M2."
        assert sentences["rank"] == "T changes M1 and M2 in different proportions from site to site."

    def test_one_mediator_and_one_site(self):
        design = drawn("T -> M -> Y", sites=1, words={"person": "child"})
        assert dict(said(design, "direct M Y")) == {
            "cut": "T affects Y only through M.",
            "within": "Children for whom T changes M more are not those for whom M matters more (or less) for Y.",
            "between": "With one site, nothing can differ between sites.",
            "rank": "T changes M, on average.",
        }

    def test_pooled(self):
        sentences = dict(said(drawn("T -> M -> Y", sites=8), "direct M Y", every=True)[::-1])
        assert "T changes M in at least one site." in sentences["rank"]
        every = {sentence for _, sentence in said(drawn("T -> M -> Y", sites=8), "direct M Y", every=True)}
        assert "T changes M on average over sites." in every
        assert (
            "Within sites, averaged over them, persons for whom T changes M more are not those for whom M matters more (or "
            "less) for Y."
        ) in every

    def test_several_arms(self):
        design = drawn("A -> {M N}; B -> {M N}; {M N} -> Y", treatment=["A", "B"], sites=9)
        sentences = dict(said(design, "direct M Y"))
        assert sentences["cut"] == "A and B affect Y only through M and N."
        assert sentences["rank"].startswith(
            "A and B change M and N in different proportions from site to site"
        )
        assert sentences["within"].startswith("Within a site, persons for whom A or B changes N more")

    def test_many_mediators_are_not_listed(self):
        nodes = " ".join(f"M{i}" for i in range(5))
        sentences = dict(said(drawn(f"T -> {{{nodes}}} -> Y", sites=30), "direct M0 Y"))
        assert sentences["cut"] == "T affects Y only through the mediators."
        assert sentences["between"].startswith("Sites where T changes any of the mediators more")

    def test_of_many_mediators_those_that_are_measured_are_meant(self):
        nodes = " ".join(f"M{i}" for i in range(5))
        design = drawn(f"T -> {{{nodes} U}}; {{{nodes}}} -> Y; U -> M0", sites=30, unobserved=["U"])
        sentences = dict(said(design, "direct M0 Y"))
        assert sentences["cut"] == "T affects Y only through the measured mediators."

    def test_assignment_that_the_graph_contradicts(self):
        labels = {"T": "the assignment of the clinic to training"}
        design = drawn("T -> M -> Y; U -> T; U -> Y", sites=5, labels=labels, words={"site": "county"})
        every = dict(said(design, "direct M Y", every=True))
        assert every["assigned"] == (
            "Within a county, which clinics are assigned to training has nothing to do with the other causes of M and Y."
        )
        assert "persons for whom training changes M more" in every["within"]

    def test_a_product(self):
        every = dict(said(coaching(), "total practice literacy", every=True))
        assert every["product"] == (
            "Across all pupils of all districts, the effects of practice on attendance and of attendance on literacy are "
            "unrelated to one another."
        )

    @pytest.mark.parametrize("of", [plain, breaks])
    @pytest.mark.parametrize("sites", [1, None, 30])
    @pytest.mark.parametrize(
        "text",
        [FIGURE_1, FIGURE_2, f"{FIGURE_1}; T -> Y", "T -> M -> Y", COACHING],
        ids=lambda text: text[:9],
    )
    def test_every_sentence_is_one(self, text, sites, of):
        design = coaching() if text == COACHING else drawn(text, sites=sites)
        for finding in ic.check(design).findings:
            for strategy in (*finding.strategies, *finding.ruled_out):
                for condition in strategy.conditions:
                    sentence = of(condition)
                    assert sentence.endswith(".")
                    assert not re.search(r"  | [,.]|None|\bthe the\b|\(\)", sentence)
                    assert len(sentence.split()) <= 45


class TestBreaks:
    def test_are_of_this_trial(self):
        found = dict(said(coaching(), "direct practice literacy", of=breaks)[::-1])
        assert found["within"] == (
            "Pupils for whom coaching changes practice most are those for whom practice matters most, or least, for literacy, "
            "other than through attendance, for instance where practice would be low without coaching."
        )
        assert found["between"] == (
            "Districts that differ in family poverty differ both in how much coaching changes practice and in how much practice "
            "matters for literacy."
        )
        shared = drawn("T -> {M1 M2} -> Y; M1 -> x -> Y; x -> M2", unobserved=["x"], sites=9)
        assert dict(said(shared, "total M2 Y", of=breaks))["shared"] == (
            "M1 changes x more in some sites than in others."
        )
        assert (
            found["rank"]
            == "Coaching changes practice or attendance by the same amount in every district, or changes the two in step."
        )

    def test_no_mediator_told_apart_through_the_origin(self):
        found = dict(said(drawn(FIGURE_1, sites=8), "direct M1 Y", of=breaks))
        assert found["rank"] == "T changes M1 and M2 in the same proportion in every site."
        arms = drawn("A -> M; B -> M; M -> Y", treatment=["A", "B"], sites=9)
        assert dict(said(arms, "direct M Y", of=breaks))["rank"] == "Neither A nor B changes M in any site."

    @pytest.mark.parametrize(
        ("label", "start"),
        [
            (
                "being offered lunches",
                "Something that differs between sites bears both on how much being offered lunches",
            ),
            (
                "the text reminder",
                "Something that differs between sites bears both on how much the text reminder",
            ),
            (
                "the offer of lunches",
                "Something that differs between sites, such as how the offer of lunches is carried out,",
            ),
        ],
    )
    def test_only_an_activity_is_carried_out(self, label, start):
        design = drawn("T -> M -> Y", sites=8, labels={"T": label})
        assert dict(said(design, "direct M Y", of=breaks))["between"].startswith(start)

    def test_someone_is_assigned_to_an_offer_not_to_being_offered(self):
        design = drawn("T -> M -> Y", sites=8, labels={"T": "being offered lunches"})
        first, *_, ignorable = [a for a in ic.check(design).assumptions if a.numeral in ("i", "viii")]
        assert first.breaks.startswith("The assignment of one person changes M")
        assert "assignment is independent" in ignorable.statement

    def test_who_takes_up_a_binary_mediator(self):
        design = drawn("T -> V -> Y", sites=8, scales={"V": "binary"}, labels={"V": "use of the voucher"})
        assert dict(said(design, "direct V Y", of=breaks))["within"] == (
            "Persons whose use of the voucher depends on T are those for whom use of the voucher matters most, or least, for Y."
        )

    def test_nothing_of_another_trial(self):
        words = "price|service|neighbo|classmate|competitor|sense|voucher"
        texts = [a.breaks for a in ic.check(coaching()).assumptions]
        assert not re.search(words, " ".join(texts))
        assert texts[0] == (
            "Assigning one classroom to coaching changes reading at home or literacy in another classroom of the same district."
        )


class TestWords:
    @pytest.mark.parametrize(
        "label",
        [
            "days attended",
            "primary care visits",
            "the mother's hours of work",
            "children in care",
            "vouchers",
            "food and rent",
            "job applications written",
            "earnings two years later",
        ],
    )
    def test_plural(self, label):
        assert is_plural(label)

    @pytest.mark.parametrize(
        "label",
        [
            "distress",
            "reading time at home",
            "being offered vouchers",
            "the offer of vouchers",
            "mathematics",
            "family SES",
            "status",
            "Y",
            "",
        ],
    )
    def test_singular(self, label):
        assert not is_plural(label)

    def test_verbs_agree(self):
        design = coaching(short={})
        assert agree(design, ["attendance"], "matters", "matter") == "matter"
        assert agree(design, ["practice"], "matters", "matter") == "matters"
        assert agree(design, ["practice", "home"], "matters", "matter") == "matter"
        assert agree(design, ["practice", "home"], "matters", "matter", "or") == "matters"

    def test_short_words_keep_the_article_of_the_label(self):
        labels = {"voucher": "the offer of a health voucher in cash", "V": "the use of it", "Y": "health"}
        design = drawn("voucher -> V -> Y", treatment="voucher", sites=3, labels=labels)
        assert [brief(design, node) for node in ("voucher", "V", "Y")] == [
            "the voucher",
            "the use of it",
            "health",
        ]
        assert briefs(design, ["voucher", "V"], "or") == "the voucher or the use of it"

    def test_short_labels_differ(self):
        labels = {"M1": "income (mother)", "M2": "income (father)"}
        design = drawn(FIGURE_1, labels=labels)
        assert [design.short_label(m) for m in ("M1", "M2")] == ["income (mother)", "income (father)"]
        same = drawn(FIGURE_1, labels={"M1": "income", "M2": "income"})
        assert [same.short_label(m) for m in ("M1", "M2")] == ["M1", "M2"]

    @pytest.mark.parametrize(
        ("node", "label", "short"),
        [
            ("sms", "the text reminder", "text reminder"),
            ("att", "lessons attended after school", "lessons attended after school"),
            ("att", "lessons attended after school, in hours", "lessons attended after school, in hours"),
            (
                "conf",
                "pupils' confidence in themselves and others",
                "pupils' confidence in themselves and others",
            ),
            ("care", "assignment to care for a year after the event", "care"),
            ("practice", "teacher practice (observation rubric)", "teacher practice"),
            ("practice", "what teachers do when nobody observes them", "practice"),
        ],
    )
    def test_a_name_stands_for_a_long_label_if_it_is_a_word(self, node, label, short):
        assert drawn(f"T -> {node} -> Y", labels={node: label}).short_label(node) == short

    def test_the_label_of_an_arm_is_short_only_up_to_20_letters(self):
        labels = {"voucher": "the offer of a health voucher"}
        design = drawn("voucher -> M -> Y", treatment="voucher", labels=labels)
        assert design.short_label("voucher") == "voucher"

    @pytest.mark.parametrize(
        ("node", "label", "said"),
        [
            ("offer", "the offer of a place", "the offer"),
            ("B", "the randomization of the school to visits with half pay", "visits with half pay"),
            ("B", "random assignment to the voucher", "the voucher"),
            ("coaching", "the assignment of the classroom to literacy coaching", "coaching"),
            ("mentor", "the assignment of the teacher to a mentor", "the mentor"),
        ],
    )
    def test_what_an_arm_is_called(self, node, label, said):
        design = drawn(f"{node} -> M -> Y", treatment=node, labels={node: label})
        assert brief(design, node) == said

    @pytest.mark.parametrize(
        ("label", "short", "said"),
        [
            ("the offer of a training place", "offer", "the offer"),
            ("attending the training course", "training", "training"),
            ("annual earnings two years later", "earnings", "earnings"),
            (
                "the offer of a low-poverty voucher with counseling",
                "low-poverty voucher",
                "the low-poverty voucher",
            ),
            ("the mother's hours of work", "hours of work", "hours of work"),
        ],
    )
    def test_a_short_label_takes_the_article_of_the_label(self, label, short, said):
        design = drawn("T -> M -> Y", labels={"M": label}, short={"M": short})
        assert brief(design, "M") == said

    @pytest.mark.parametrize(
        ("node", "label", "verb"),
        [
            ("texts", "the reminder that was sent to every parent", "matters"),
            ("visits", "the number of visits to any clinic in the year", "matter"),
            ("sms", "sms", "matters"),
            ("visits", "visits", "matter"),
            ("texts", "the reminders that were sent to every parent", "matter"),
        ],
    )
    def test_a_name_that_is_shown_is_a_plural_as_its_label_is(self, node, label, verb):
        design = drawn(f"T -> {node} -> Y", labels={node: label} if label != node else {})
        assert agree(design, [node], "matters", "matter") == verb

    @pytest.mark.parametrize(
        ("label", "words", "unit"),
        [
            ("the assignment of the classroom to coaching", {}, "classrooms"),
            ("random assignment of whole schools to coaching", {}, "schools"),
            ("the assignment of the family to a voucher", {}, "families"),
            ("the assignment of the pupil to coaching", {"person": "pupil"}, ""),
            ("the assignment of persons to coaching", {}, ""),
            ("the offer of a voucher", {}, ""),
            ("the offer of a voucher", {"assigned": "clinic"}, "clinics"),
            ("the assignment of the class to coaching", {"assigned": "teachers"}, "teachers"),
            ("the assignment of the class to coaching", {"assigned": "person"}, ""),
        ],
    )
    def test_assigned_unit(self, label, words, unit):
        assert assigned_unit(drawn("T -> M -> Y", labels={"T": label}, words=words)) == unit

    @pytest.mark.parametrize("word", ["classrooms", "families", "churches", "classes", "clinics", "houses"])
    def test_singular_of_a_unit(self, word):
        assert singular(word) == {"families": "family", "churches": "church", "classes": "class"}.get(
            word, word[:-1]
        )


class TestTerms:
    def test_each_is_one_sentence_that_has_the_term(self):
        for term, sentence in TERMS.items():
            assert term.lower() in sentence.lower()
            assert sentence.endswith(".")
            assert len(sentence.split()) <= 40

    def test_stand_in_the_glossary(self):
        text = " ".join((REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8").split())
        assert [term for term, sentence in TERMS.items() if sentence not in text] == []
