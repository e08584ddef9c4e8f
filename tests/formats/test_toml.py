"""Designs as TOML: every key, every problem at once, and places that are the file's own."""

import re

import networkx as nx
import pytest
from hypothesis import given, strategies as st

import identcheck.formats
from identcheck.describe.design import Design
from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError
from identcheck.formats.design_file import KEYS
from identcheck.formats.starter import STARTER
from identcheck.formats.toml import key_spans, string_offsets

MINIMAL = 'graph = "T -> V -> Y"\ntreatment = "T"\noutcome = "Y"\n'


def read(text):
    return identcheck.formats.from_text(text, "toml", "mto.toml")


def problems_of(text):
    with pytest.raises(InvalidDesignError) as caught:
        read(text)
    return list(caught.value.problems)


class TestReading:
    def test_every_key_reaches_the_design(self):
        design = read(
            '''
            title = "Moving"
            graph = """
            {T1 T2} -> V -> NP -> Y
            V -> Y; X -> NP; U -> {V Y}
            """
            treatment = ["T1", "T2"]
            outcome = "Y"
            sites = 5
            unobserved = ["U"]
            mediators = ["V", "NP"]
            baseline = "X"
            average = "persons"
            weights = "sites"
            labels.V = "use of the voucher"
            scales = { V = "binary", Y = "continuous" }
            varies = { "V -> NP" = "none", '{T1 T2} -> "V"' = "sites" }
            noncompliance = { "V <- T1" = "one-sided" }
            symbols = { V = "1", "V -> NP" = "Kappa_V" }
            justifications = { vi = "Because.", ix = "Also." }
            '''
        )

        graph = nx.DiGraph([("T1", "V"), ("T2", "V"), ("V", "NP"), ("NP", "Y"), ("V", "Y")])
        graph.add_edges_from([("X", "NP"), ("U", "V"), ("U", "Y")])
        graph.nodes["V"].update(role="mediator", symbol="1")
        graph.nodes["NP"].update(role="mediator")
        graph.nodes["X"].update(role="baseline")
        graph.edges["V", "NP"].update(varies="none", symbol="Kappa_V")
        graph.edges["T1", "V"].update(varies="sites", noncompliance="one-sided")
        graph.edges["T2", "V"].update(varies="sites")
        assert design == Design(
            graph,
            treatment=["T1", "T2"],
            outcome="Y",
            sites=5,
            unobserved=["U"],
            labels={"V": "use of the voucher"},
            scales={"V": "binary", "Y": "continuous"},
            justifications={"vi": "Because.", "ix": "Also."},
            title="Moving",
            average="persons",
            weights="sites",
        )

    def test_what_is_left_out_takes_the_defaults_of_the_design(self):
        graph = nx.DiGraph([("T", "V"), ("V", "Y")])

        assert read(MINIMAL) == Design(graph, treatment="T", outcome="Y")

    def test_byte_order_marks_and_windows_line_ends_are_accepted(self):
        assert read("\ufeff" + STARTER.replace("\n", "\r\n")) == read(STARTER)

    def test_a_node_may_be_named_like_a_key(self):
        design = read(
            'graph = "treatment -> labels -> outcome"\ntreatment = "treatment"\n'
            'outcome = "outcome"\n[labels]\noutcome = "health"\n'
        )

        assert design.label("outcome") == "health"


class TestStarter:
    def test_it_is_a_design_as_it_stands(self):
        design = read(STARTER)

        assert design.mediators == ("Effort", "Tutored")
        assert set(design.labels) == set(design.graph)

    def test_it_shows_every_key_with_a_comment(self):
        lines = STARTER.splitlines()
        for key in KEYS:
            at = next(n for n, line in enumerate(lines) if re.match(rf"\[?{key}\b", line))
            assert lines[at - 1].startswith("# ")

    def test_what_stands_in_it_as_a_comment_works_too(self):
        design = read(re.sub(r'^# (?=Tutored -> Effort|"T -> |Prices = |Grade = )', "", STARTER, flags=re.M))

        assert design.graph.has_edge("Tutored", "Effort")
        assert str(design.notation.edge("T", "Tutored")) == "Kappa_1"
        assert [modifier.name for modifier in design.modifiers] == ["Grade", "Prices"]


class TestProblems:
    @pytest.mark.parametrize(
        ("extra", "problem"),
        [
            ("lables = {}", "line 4: unknown key 'lables' (did you mean 'labels'?)"),
            ("[site]\nx = 1", "line 4: unknown key 'site' (did you mean 'sites'?)"),
            ("sites = 5.0", "line 4: 'sites' is a decimal number, expected a whole number"),
            ("sites = true", "line 4: 'sites' is true or false, expected a whole number"),
            ("sites = 1.200", "line 4: 'sites' is a decimal number, expected a whole number with no point"),
            ('sites = "5"', "line 4: 'sites' is text, expected a whole number without quotes"),
            ("title = 2020-01-01", "line 4: 'title' is a date or time, expected text in quotes"),
            ("labels = 'V'", "line 4: 'labels' is text, expected a table: write [labels] and its"),
            (
                "modifiers = 3",
                "line 4: 'modifiers' is a whole number, expected a table: write [modifiers] and its",
            ),
            (
                "modifiers = [[]]",
                "line 4: 'modifiers' is a list, expected a table: write [modifiers] and its",
            ),
            ("unobserved = ['V', 1]", "line 4: 'unobserved' is a list, expected a name or a list"),
            ("mediators = ['v']", "line 4: 'v' is no node of the graph (did you mean 'V'?)"),
            ("baseline = ['X']", "line 4: 'X' is no node of the graph; its nodes are T, V, Y"),
            (
                "mediators = ['V']\nbaseline = ['V']",
                "line 5: 'V' stands under two of 'mediators', 'baseline' and 'consequences'",
            ),
            ("[labels]\n\nW = 'w'", "line 6: 'W' is no node of the graph; its nodes are"),
            ("[labels]\nM.1 = 'm'", "line 5: 'labels.M' is a table, expected text; a name with a"),
            ("[labels]\nV = 1", "line 5: 'labels.V' is a whole number, expected text in quotes"),
            ("[scales]\nsites = 5", "line 5: the key 'sites' is not part of [scales]; move it"),
            ("[varies]\naverage = 'sites'", "line 5: the key 'average' is not part of [varies]"),
            (
                "[varies]\n'T -> Y' = 'none'",
                "line 5: T -> Y is no edge of the graph; its edges are",
            ),
            (
                "[varies]\n'Y -> V' = 'none'",
                "line 5: Y -> V is no edge of the graph; it has V -> Y",
            ),
            (
                "[varies]\n'A -> A' = 'none'",
                "line 5: 'A' is no node of the graph; its nodes are",
            ),
            ("[varies]\nV = 'none'", "line 5: the key 'V' is no edge; write it as in the graph"),
            ("[varies]\n'T -> V; Y' = 'none'", "line 5: the key 'T -> V; Y' is no edge; write it"),
            ("[varies]\n'T - > V' = 'none'", "line 5: the key 'T - > V' is no edge: found '- >'"),
            (
                "[varies]\n'T -> V' = 'none'\n'V <- T' = 'none'",
                "line 6: 'varies' is set twice for T -> V",
            ),
            ("[symbols]\nv = 'x'", "line 5: 'v' is no node of the graph (did you mean 'V'?)"),
            ("[symbols]\n'T -> V -> Y' = 'K'", "line 5: a symbol stands for one edge; give each"),
            ("symbols = { 'V - > Y' = 'K' }", "line 4: the key 'V - > Y' is no edge: found '- >'"),
        ],
    )
    def test_every_wrong_key_has_its_line(self, extra, problem):
        problems = problems_of(MINIMAL + extra)

        assert len(problems) == 1
        assert problems[0].startswith(f"mto.toml, {problem}")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "mto.toml: nothing is written here; 'identcheck init' writes a file to start"),
            ("# only this\n", "mto.toml: nothing is written here"),
            ('treatment = "T"', "mto.toml: no graph is drawn; write it as chains"),
            ('graph = " # T -> V"', "mto.toml, line 1: no graph is drawn"),
            ('graph = ["T -> V"]', "mto.toml, line 1: 'graph' is a list, expected text in quotes"),
            (MINIMAL + "sites = 0", "mto.toml, line 4: sites is 0"),
            (MINIMAL + "[varies]\n'T -> V' = 'none'\n'V -> Y' = 'x'", "mto.toml, line 6: edge 'V' -> 'Y'"),
            (MINIMAL.replace('"T"', '["T", 1]'), "mto.toml, line 2: 'treatment' is a list"),
        ],
    )
    def test_other_problems_are_one_error_too(self, text, problem):
        problems = problems_of(text)

        assert len(problems) == 1
        assert problems[0].startswith(problem)

    def test_all_are_listed_at_once_in_the_order_of_the_file_and_then_of_the_design(self):
        text = MINIMAL + 'titel = "x"\nsites = 0\naverage = 1\n[labels]\nW = "w"\n[varies]\na = "b"\n'

        starts = [problem.split(":")[0] for problem in problems_of(text)]
        assert starts == [f"mto.toml, line {line}" for line in (4, 6, 8, 10, 5)]


class TestFirstContact:
    """What people who do not know TOML write, and what they are told."""

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (
                "outcome = “Y”",
                'the quote “ is not a straight one; word processors put it there: write " in its place',
            ),
            ('outcome = "Y”', "the quote ” is not a straight one"),
            ("“V -> Y” = 'none'", "the quote “ is not a straight one"),
            ("outcome = `Y`", "the quote ` is not a straight one"),
            ('outcome\u00a0= "Y"', "the space here is not an ordinary one; delete it and type it anew"),
            ("outcome = Y", 'text stands in quotes: outcome = "Y"'),
            ('outcome: "Y"', 'write = between a key and its value: outcome = "Y"'),
            ('outcome "Y"', "write key = value; a key with spaces or signs"),
            ("V -> Y = 'none'", "a key that is an arrow stands in quotes: \"V -> Y\" = 'none'"),
            ("sites = twelve", "sites is a number, written in digits: sites = 12"),
            ("sites = NA", "there is no value here; where it is not known, leave out the line of sites"),
            ("* a comment of Stata", "a comment begins with #"),
            ("treated = 0,5", "a decimal number is written with a point, not a comma: treated = 0.5"),
            (
                "treated = 50%  # half",
                "a percentage is written as a share of 1, without the percent sign: treated = 0.5",
            ),
            ('mediators = "A", "B"', 'several names stand in square brackets: mediators = ["A", "B"]'),
            ("mediators = [A, B]", 'each name in a list stands in quotes: mediators = ["A", "B"]'),
            ('mediators = ["A" "B"]', "the items of a list stand between [ and ], with commas between them"),
            ("[labels", "the heading of a table stands between [ and ]"),
        ],
    )
    def test_a_line_is_explained(self, line, message):
        with pytest.raises(FormatError) as caught:
            read(f"title = 'It “quotes”' # a comment “here”\n{line}\nx = 1\n")

        assert caught.value.message.startswith(message)
        assert caught.value.line == 2

    def test_a_key_in_capitals_is_the_only_thing_told(self):
        for key in ("graph", "treatment", "outcome"):
            problems = problems_of(MINIMAL.replace(key, key.upper()))
            assert [problem.split(": ")[1] for problem in problems] == [
                f"unknown key {key.upper()!r} (did you mean {key!r}?)"
            ]

    def test_a_misspelt_node_leads_to_the_nearest_arrow(self):
        text = MINIMAL.replace("V", "Voucher") + "[varies]\n'T -> Voucer' = 'none'\n"
        graph = text.replace(
            '"T -> Voucher -> Y"', '"T -> Voucher -> Y; X -> Voucer -> Y; T -> Voucer"'
        ).replace("; T -> Voucer", "")
        assert any(
            "T -> Voucer is no edge of the graph; did you mean 'T -> Voucher'?" in p
            for p in problems_of(graph)
        )


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ('graph = "T - > V"', 1, 12, "found '- >'"),
            (
                "[labels]\nV = 'graph'\n\n  graph = 1 = 2",
                4,
                13,
                "the value has ended before this; quotes inside text need",
            ),
            ('graph = """\nT -> V -> Y\n  V -- Y\n"""', 3, 5, "found '--'"),
            ('graph = """T -> V\n\n  V -- Y\n"""', 3, 5, "found '--'"),
            ("graph = '''T -> V\r\n  V -- Y\r\n'''", 2, 5, "found '--'"),
            ("a = '''\ngraph = 'T'\n'''\ngraph = 'T -- V'", 4, 12, "found '--'"),
            ('"graph" = "T -> \\"a b\\" -> \\u0041 -- Y"', 1, 35, "found '--'"),
            ('graph = """T -> V \\\n   -> NP -> Y\n V -- Y"""', 3, 4, "found '--'"),
            ('graph = """\\\n  T -> V\\n  V -- Y"""', 2, 15, "found '--'"),
            ('graph = """T -> """', 1, 17, "found the end, expected a node"),
            ('a = ["]", # ]"\n]\ngraph = """T -> "V"""""', 3, 20, "found '\"', a double quote"),
            ("graph = T -> V", 1, 9, 'text stands in quotes: graph = "T -> V"'),
            ('graph = "T -> V\n', 1, 16, "a quote is not closed on its line; close it"),
            ('graph = "T -> "a b""', 1, 16, "the value has ended before this"),
            ('sites = 1\nsites = 2\n\nx = ""', 2, 10, "this key is set twice; keep one"),
            (
                'title = ""\ngraph = """\nT -> V\n',
                4,
                1,
                "the file ends too early; is the value of 'graph', begun at line 2",
            ),
            (
                "T -> V -> Y",
                1,
                1,
                "this looks like arrows alone, not like TOML; put them into a TOML file, between graph",
            ),
            ("a = [", 1, 6, "the file ends too early; is the value of 'a', begun at line 1"),
            (
                "a = " + "[" * 9999,
                1,
                105,
                "more than 100 braces, brackets or parts of a key inside each other",
            ),
            ("a = " + "1" * 9999, 1, 5, "a whole number has too many digits"),
        ],
    )
    def test_malformed_text_is_refused_at_its_place_in_the_file(self, text, line, column, message):
        with pytest.raises(FormatError) as caught:
            read(text)

        assert caught.value.message.startswith(message)
        assert (caught.value.line, caught.value.column) == (line, column)
        assert caught.value.source == "mto.toml"

    @given(st.text("[]{}='\"\\#.a\n ,") | st.text())
    def test_no_text_is_beyond_reading_or_refusing(self, text):
        assert all(0 <= start <= at <= len(text) for start, at in key_spans(text).values())
        with pytest.raises(IdentcheckError):
            read(text)

    @given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs", "Cc"])))
    def test_each_character_of_a_string_is_found(self, value):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        text = f'a = 1\ngraph = """\n\\\n {escaped.lstrip()}"""'

        offsets = string_offsets(text, key_spans(text)["graph",][1], value.lstrip())
        assert offsets is not None
        plain = "".join(text[at + 1 if text[at] == "\\" else at] for at in offsets[:-1])
        assert plain == value.lstrip()
