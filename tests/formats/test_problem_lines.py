"""Every problem of a design that is read from a design file stands with the line of what it is about."""

import json
import pickle
import re

import pytest

from identcheck.errors import InvalidDesignError, Problem
from identcheck.formats import from_text, notes

DESIGN = '''title = "A trial"
graph = """
T -> {M N}
{M N} -> Y
X -> M
"""
treatment = "T"
outcome = "Y"
sites = 12
'''


def problems_of(text: str, format: str = "toml") -> list[str]:
    with pytest.raises(InvalidDesignError) as caught:
        from_text(text, format, "trial")
    return list(caught.value.problems)


def changed(old: str, new: str) -> str:
    assert old in DESIGN
    return DESIGN.replace(old, new)


@pytest.mark.parametrize(
    ("text", "lines", "problem"),
    [
        (changed("sites = 12", "sites = 0"), "line 9", "sites is 0"),
        (changed('outcome = "Y"', 'outcome = "Yy"'), "line 8", "outcome: there is no node 'Yy' in the graph"),
        (
            changed('treatment = "T"', 'treatment = "t"'),
            "line 7",
            "treatment: there is no node 't' in the graph",
        ),
        (changed('treatment = "T"', 'treatment = ["T", "T"]'), "line 7", "the treatment 'T' is named twice"),
        (
            changed('outcome = "Y"', 'outcome = "T"'),
            "lines 7 and 8",
            "'T' is named both treatment and outcome",
        ),
        (changed("X -> M", "X -> M; N -> M -> N"), "line 5", "the arrows form a cycle, M -> N -> M"),
        (changed("X -> M", "Y -> M"), "lines 4 and 5", "the arrows form a cycle, M -> Y -> M"),
        (changed("X -> M", "Y -> M"), "line 5", "the outcome 'Y' has arrows out of it into 'M'"),
        (changed("X -> M", "M -> T"), "line 5", "the treatment 'T' has arrows into it from 'M'"),
        (changed("X -> M", "M -> M"), "line 5", "node 'M' has an arrow to itself"),
        (changed("{M N} -> Y", "M -> Y"), "line 3", "mediator 'N' has no directed path to outcome 'Y'"),
        (
            changed("{M N} -> Y", "N <- Y"),
            "line 3",
            "the treatment 'T' has no directed path to the outcome 'Y'",
        ),
        (changed("X -> M", "M <-> M"), "line 5", "M <-> M: a node shares no cause with itself"),
        (
            DESIGN + 'mediators = ["X"]\n',
            "line 10",
            "'X' is declared a mediator but no directed path leads to it",
        ),
        (DESIGN + 'baseline = ["M"]\n', "line 10", "'M' is declared baseline but treatment reaches it"),
        (
            DESIGN + 'consequences = ["M"]\n',
            "line 10",
            "'M' is declared a consequence but leads to the outcome",
        ),
        (
            DESIGN + 'baseline = "T"\n',
            "lines 7 and 10",
            "'T' has the role 'baseline' but is also named treatment",
        ),
        (DESIGN + 'average = "site"\n', "line 10", "average is 'site'"),
        (DESIGN + 'weights = "none"\n', "line 10", "weights is 'none'"),
        (
            DESIGN + 'unobserved = ["Y"]\n',
            "line 10",
            "'Y' is unobserved; treatment and outcome must be measured",
        ),
        (DESIGN + '[scales]\nM = "linear"\n', "line 11", "scales: 'M' is 'linear'"),
        (DESIGN + '[labels]\nM = ""\n', "line 11", "labels: the label of 'M' is ''"),
        (DESIGN + '[varies]\n"{M N} -> Y" = "site"\n', "line 11", "edge 'M' -> 'Y': varies is 'site'"),
        (
            DESIGN + '[noncompliance]\n"T -> M" = "two-sided"\n',
            "line 11",
            "edge 'T' -> 'M': noncompliance is",
        ),
        (
            DESIGN + '[symbols]\nM = "a b"\n',
            "line 11",
            "node 'M': the symbol 'a b' is not letters and digits",
        ),
        (
            DESIGN + '[symbols]\n"T -> M" = "k"\n',
            "line 11",
            "edge 'T' -> 'M': the symbol 'k' does not begin with",
        ),
        (
            DESIGN + '[symbols]\nM = "1"\nN = "1"\n',
            "line 3",
            "the nodes 'M' and 'N' would both be written '1'",
        ),
        (
            DESIGN + 'mediators = "M, N"\n',
            "line 10",
            '\'M, N\' is no node of the graph; several names are a list: ["M", "N"]',
        ),
        (DESIGN + 'randomized = "school"\n', "line 10", "unknown key 'randomized'; write words.assigned"),
        (
            DESIGN + "[rules]\nassigned = 'school'\n",
            "line 11",
            "unknown key 'assigned' in [rules]; it is part of [words], as words.assigned",
        ),
        (
            DESIGN + "[rules]\nsites = 7\n",
            "line 11",
            "unknown key 'sites' in [rules]; move it above all tables",
        ),
        (
            DESIGN + "persons = 20\n",
            "line 10",
            "unknown key 'persons'; it is part of [plan], as plan.persons",
        ),
        (
            DESIGN + 'site = "x"\n',
            "line 10",
            "unknown key 'site'; it is part of [words], as words.site or [data], as data.site",
        ),
        (DESIGN + "[arrows]\n", "line 10", "unknown key 'arrows'; it is part of [plan], as plan.arrows"),
        (
            DESIGN + "[justifications]\n7 = 'x'\n",
            "line 11",
            "justifications: this design has no assumption '7' (did you mean 'vii'?)",
        ),
        (
            DESIGN + '[justifications]\nxi = "x"\n',
            "line 11",
            "justifications: this design has no assumption 'xi'",
        ),
        (
            DESIGN + '[declarations]\nindependent = [{ of = "T -> M", from = "X -> M", level = "sites" }]\n',
            "line 11",
            "independent(T -> M; X -> M | sites): the arrow 'X' -> 'M' starts where no treatment reaches",
        ),
    ],
)
def test_a_problem_stands_with_its_line(text: str, lines: str, problem: str) -> None:
    found = problems_of(text)

    assert all(re.match(r"trial, lines? \d", each) for each in found), found
    assert any(each.startswith(f"trial, {lines}: {problem}") for each in found), found


def test_of_many_lines_some_are_named() -> None:
    circle = "\n".join(f"N{at} -> N{at + 1}" for at in range(9)) + "\nN9 -> N0"
    found = problems_of(changed("X -> M", f"T -> N0; N9 -> Y\n{circle}"))

    assert found == [
        "trial, lines 6, 7, 8, 9, 10, ...: the arrows form a cycle, "
        f"{' -> '.join(f'N{at}' for at in range(10))} -> N0; remove one of them"
    ]


def test_in_json_too() -> None:
    text = json.dumps(
        {"graph": "T -> M -> Y\nY -> M", "treatment": "T", "outcome": "Y", "sites": 0}, indent=1
    )

    assert [problem.split(":")[0] for problem in problems_of(text, "json")] == [
        "trial, line 5",  # sites
        "trial, line 2",  # the arrow out of the outcome
        "trial, line 2",  # the cycle
    ]


def test_a_problem_is_text_that_can_be_copied() -> None:
    problem = Problem.at("sites is 0", ("sites",))

    assert problem == "sites is 0"
    assert pickle.loads(pickle.dumps(problem)).about == (("sites",),)
    assert Problem.at(problem, ("other",)).about == (("sites",),)


class TestNamesApart:
    """Names of several words without quotes, each word of which becomes a node."""

    def test_dead_ends_beside_each_other_may_be_one_name(self) -> None:
        found = problems_of(changed("T -> {M N}", "T -> {M reading time N}"))

        assert found[0].startswith("trial, line 3: mediator 'reading' has no directed path to outcome 'Y'")
        assert found[0].endswith(
            "if 'reading' and 'time' are one name, write it in double quotes: \"reading time\""
        )
        assert "one name" not in found[1]

    def test_what_is_separated_by_commas_is_no_name(self) -> None:
        assert "one name" not in str(problems_of(changed("T -> {M N}", "T -> {M, reading, time, N}")))

    @pytest.mark.parametrize(
        "entry",
        [
            'mediators = ["reading time"]',
            '[labels]\n"reading time" = "minutes"',
            '[scales]\n"reading time" = "binary"',
        ],
    )
    def test_a_name_of_which_the_words_are_nodes_is_told(self, entry: str) -> None:
        graph = changed("M N", "M N reading time")
        (found,) = problems_of(f"{graph}{entry}\n")

        assert (
            "'reading time' is no node of the graph, but 'reading' and 'time' are; in graph too a name"
            in found
        )

    def noted(self, text: str, tmp_path) -> list[str]:
        path = tmp_path / "trial.toml"
        path.write_text(text)
        from_text(text, "toml")
        return [note.split("trial.toml, ")[1] for note in notes(path)]

    def test_words_that_stand_nowhere_else_are_doubted(self, tmp_path) -> None:
        text = changed("M N", "practice reading time") + '[labels]\npractice = "x"\n'

        assert self.noted(text, tmp_path) == [
            "line 3: 'reading' and 'time' are taken for 2 variables. If they are one, write its name in double quotes, "
            '"reading time"; if not, commas between them say so'
        ]

    @pytest.mark.parametrize(
        "text",
        [
            DESIGN,
            changed("M N", "practice, reading, time"),
            changed("M N", '"practice reading time" N'),
            changed("M N", "practice reading") + 'mediators = ["practice", "reading"]\n',
            changed("M N", "practice reading") + 'unobserved = "reading"\n',
            changed("M N", "practice reading") + "[plan.arrows]\n'T -> practice' = { mean = 0.2 }\n",
            changed("M N", "practice reading").replace("X -> M", "practice -> reading"),
        ],
    )
    def test_other_names_are_not(self, text: str, tmp_path) -> None:
        text = text.replace("X -> M\n", "") if "M N" not in text else text
        assert self.noted(text, tmp_path) == []
