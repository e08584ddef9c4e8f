"""Primary effects, the trial's words, short labels and rules: what is accepted, what is refused and where, what comes of it."""

from __future__ import annotations

import pickle
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.identification import primary_findings
from identcheck.decide.primary import expected_direction, primary_estimands
from identcheck.describe.protocol import Rules

GRAPH = nx.DiGraph([("T", "practice"), ("T", "home"), ("practice", "Y"), ("home", "Y")])
FILE = 'graph = "T -> {practice home} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 30\n'


def made(**said: object) -> ic.Design:
    return ic.Design(GRAPH, treatment="T", outcome="Y", sites=30, **said)


def problems(**said: object) -> tuple[str, ...]:
    with pytest.raises(ic.InvalidDesignError) as caught:
        made(**said)
    return caught.value.problems


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(ic.InvalidDesignError) as caught:
        ic.Design.from_text(FILE + text)
    return caught.value.problems


class TestWords:
    def test_plurals_are_made_where_they_are_not_said(self):
        design = made(words={"person": "pupil", "site": "county", "assigned": "class"})
        assert [design.word(w) for w in ("person", "persons", "sites", "assigned")] == [
            "pupil", "pupils", "counties", "class",
        ]  # fmt: skip
        assert made(words={"person": "child", "persons": "children"}).word("persons") == "children"

    def test_a_word_that_there_is_not_is_told_with_the_nearest(self):
        (told,) = problems(words={"persn": "pupil"})
        assert "'persn' is no word of a trial (did you mean 'person'?)" in told

    @pytest.mark.parametrize("word", [7, "", "  ", None, "x" * 41, "pu\x1b[1mpil"])
    def test_a_word_that_cannot_be_printed_in_a_sentence(self, word):
        (told,) = problems(words={"person": word})
        assert told.startswith("words: the word for 'person'")

    def test_a_table_is_wanted(self):
        assert problems(words="pupil")[0].startswith("words is 'pupil'; write a table")


class TestShort:
    def test_it_is_used(self):
        assert made(short={"practice": "teaching"}).short_label("practice") == "teaching"

    def test_unknown_nodes_long_labels_and_two_alike(self):
        told = problems(short={"practise": "a", "practice": "x" * 41, "home": "b", "Y": "B"})
        assert len(told) == 3
        assert "no node 'practise' in the graph (did you mean 'practice'?)" in told[0]
        assert "'practice' has 41 letters, at most 40" in told[1]
        assert "'home' and 'Y' have the same short label 'B'" in told[2]

    def test_a_file_tells_the_line(self):
        (told,) = refused('[short]\npractise = "teaching"')
        assert "line 6" in told
        assert "did you mean 'practice'?" in told
        told = refused('words = { persn = "pupil", site = "" }\n[short]\nhome = "b"\npractice = "B"')
        assert [problem.split(":")[0] for problem in told] == [f"<text>, line {n}" for n in (5, 5, 8)]


class TestRules:
    WRONG = {  # noqa: RUF012
        "direction": {"all": "postive", 3: "negative"},
        "multiplicity": "Hochberg",
        "conditional_f": -1,
        "decisions": ["as proposed", "If it rains, nothing.", 3],
        "missing_data": 5,
        "protocol": {"ISRCTN": 12345678},
    }

    def test_everything_wrong_is_told_at_once(self):
        with pytest.raises(ic.InvalidDesignError) as caught:
            Rules(**self.WRONG)
        told = caught.value.problems
        assert [problem.split(" ")[1].rstrip(":") for problem in told] == [
            "direction", "direction", "multiplicity", "conditional_f", "decisions", "decisions", "missing_data", "protocol",
        ]  # fmt: skip
        assert any("did you mean 'positive'?" in problem for problem in told)

    def test_a_file_tells_the_same_with_lines(self):
        told = refused(
            '[rules]\ndirection = "postive"\nmultiplicity = "hollm"\nconditional_f = 0\ndecisions = 3\n'
            "missing_data = 5\nprotocol = { ISRCTN = 1 }\nbonferoni = true\n"
        )
        assert [problem.split(": ")[0] for problem in told] == [f"<text>, line {n}" for n in range(6, 13)]
        assert "did you mean 'holm'?" in told[1]
        assert "unknown key 'bonferoni' in [rules]" in told[6]

    @pytest.mark.parametrize("number", [True, float("nan"), float("inf"), 0, "10", None])
    def test_the_conditional_f_is_a_positive_number(self, number):
        with pytest.raises(ic.InvalidDesignError, match="conditional_f"):
            Rules(conditional_f=number)

    def test_short_ways_to_write(self):
        rules = Rules(direction="negative", decisions="As proposed", conditional_f=12)
        assert rules == Rules(direction={"all": "negative"}, decisions=("as proposed",), conditional_f=12.0)
        assert Rules(decisions="One rule.").decisions == ("One rule.",)

    def test_it_is_a_value(self):
        rules = Rules(direction={"itt()": "positive"}, protocol={"OSF": "x"})
        assert pickle.loads(pickle.dumps(rules)) == rules
        assert hash(rules) == hash(Rules(direction={"itt()": "positive"}, protocol={"OSF": "x"}))
        assert rules != Rules()
        with pytest.raises(TypeError):
            rules.direction["itt()"] = "negative"
        assert pickle.loads(pickle.dumps(made(rules=rules))) == made(rules=rules)
        assert made(rules=rules) != made()

    def test_only_rules_are_rules(self):
        assert problems(rules={"multiplicity": "holm"})[0].startswith("rules is {")

    def test_the_direction_of_an_effect_however_it_is_written(self):
        design = made(rules=Rules(direction={"direct practice Y": "two-sided", "all": "positive"}))
        assert expected_direction(design, ic.direct("practice", "Y")) == "two-sided"
        assert expected_direction(design, "itt") == "positive"
        assert expected_direction(made(), "itt") == ""


class TestPrimary:
    def test_any_text_of_the_command_line(self):
        design = made(primary=["direct practice Y", ic.itt(), "direct(practice, Y)"])
        assert primary_estimands(design) == (ic.direct("practice", "Y"), ic.itt())
        assert [f.estimand for f in primary_findings(ic.check(design))] == [
            ic.direct("practice", "Y"),
            ic.itt(),
        ]
        assert made(primary="itt()") == made(primary=ic.itt()) == made(primary=[ic.itt()])

    def test_without_it_those_that_can_be_had(self):
        hidden = ic.check(made(unobserved=["home"]))
        found = [str(f.estimand) for f in primary_findings(hidden)]
        assert "direct(home, Y)" not in found
        assert {"direct(practice, Y)", "itt()", "compliance(practice)"} <= set(found)

    def test_what_is_no_effect_is_refused_by_check_naming_the_key(self):
        with pytest.raises(ic.InvalidQuestionError) as caught:
            ic.check(
                made(
                    primary=["direct(practise, Y)", "gain"], rules=Rules(direction={"itt(arm=X)": "positive"})
                )
            )
        first, second, third = caught.value.problems
        assert first.startswith("primary: 'direct(practise, Y)' is no effect of this design")
        assert "did you mean 'practice'?" in first
        assert second.startswith("primary: 'gain'")
        assert third.startswith("rules: direction: 'itt(arm=X)'")

    @pytest.mark.parametrize("value", [5, [5], [None], {"direct(practice, Y)": 1.0, 3: 2}])
    def test_what_is_no_list_of_effects(self, value):
        assert problems(primary=value)[0].startswith("primary")

    def test_a_file_tells_the_line_of_what_is_no_effect(self):
        (told,) = refused('primary = ["direct(practise, Y)"]')
        assert told.startswith("<text>, line 5: primary: 'direct(practise, Y)' is no effect of this design")
        (told,) = refused('[rules]\ndirection = { "direct(practise, Y)" = "positive" }')
        assert told.startswith("<text>, line 6: rules: direction: 'direct(practise, Y)'")
        (told,) = refused('[rules.direction]\nitt = "positive"\n"itt()" = "negative"')
        assert "are one effect" in told

    def test_in_two_places_it_is_the_same_or_an_error(self):
        inside = '[rules]\nprimary = "itt()"\n'
        assert ic.Design.from_text(FILE + inside).primary == ("itt()",)
        assert ic.Design.from_text(FILE + 'primary = ["itt()"]\n' + inside).primary == ("itt()",)
        (told,) = refused('primary = ["direct(practice, Y)"]\n' + inside)
        assert "primary is said twice and differs" in told
        assert "line 7" in told

    @pytest.mark.parametrize(
        "command", [["check"], ["report", "-o", "-"], ["plan"], ["code", "-l", "r", "-t", "itt"], ["robust"]]
    )
    def test_every_command_says_it_once(self, command: list[str], tmp_path: Path):
        (tmp_path / "t.toml").write_text(FILE + 'primary = ["direct(practise, Y)"]\n')
        done = CliRunner().invoke(main, [command[0], str(tmp_path / "t.toml"), *command[1:]])
        assert done.exit_code == 2
        assert done.stderr.count("is no effect of this design") == 1
        assert "line 5" in done.stderr

    def test_what_would_help_is_found_whatever_is_primary(self):
        stated = made(unobserved=["home"], primary=["itt()"], short={"home": "reading"})
        plain = made(unobserved=["home"])
        effect = ic.direct("home", "Y")
        found = [ic.check(design).mends(effect) for design in (stated, plain)]
        assert [m.change for m in found[0]] == ["measure reading"]
        assert [m.change for m in found[1]] == ["measure home"]
