"""Arrow notation: what it draws, and the place and wording of every mistake."""

import pytest
from hypothesis import given, strategies as st

from identcheck.errors import FormatError
from identcheck.formats.chains import parse_chains, write_edge
from identcheck.formats.tokens import place_in


class TestDrawing:
    @pytest.mark.parametrize(
        ("text", "edges"),
        [
            ("T -> V -> NP -> Y; V -> Y", ["T V", "V NP", "NP Y", "V Y"]),
            ("T -> V\nV -> Y\n", ["T V", "V Y"]),
            ("Y <- V <- T", ["V Y", "T V"]),
            ("V <- U -> Y", ["U V", "U Y"]),
            ("T->V->Y", ["T V", "V Y"]),
            ("T->V<-U", ["T V", "U V"]),
            ("T -> {M1 M2} -> Y", ["T M1", "T M2", "M1 Y", "M2 Y"]),
            ("T -> {M1, M2}", ["T M1", "T M2"]),
            ("{A,B C} <- { D }", ["D A", "D B", "D C"]),
            ("{A B} -> {C D}", ["A C", "A D", "B C", "B D"]),
            (" ;; T -> V ;\r\n\n; V -> Y;", ["T V", "V Y"]),
            ("# all of it\nT -> V # and -- this\n#", ["T V"]),
            ("T -> é -> 效果 -> _x.1", ["T é", "é 效果", "效果 _x.1"]),
            ("V -> V", ["V V"]),  # a loop is for Design to refuse
            ("T -> V; V -> T", ["T V", "V T"]),  # and so is a cycle
            ("", []),
        ],
    )
    def test_edges_come_in_the_order_they_are_drawn(self, text, edges):
        assert parse_chains(text).edges == tuple(tuple(edge.split()) for edge in edges)

    def test_quotes_hold_any_name(self):
        chains = parse_chains('"child health" -> "it\'s; a # -> {b}"')

        assert chains.edges == (("child health", "it's; a # -> {b}"),)

    def test_nodes_come_in_order_of_appearance_and_may_stand_alone(self):
        chains = parse_chains('X; T -> V; {A "B C"}; V; V -> Y')

        assert chains.nodes == ("X", "T", "V", "A", "B C", "Y")
        assert chains.edges == (("T", "V"), ("V", "Y"))


MISTAKES = [
    ("T - > V", 3, "found '- >', a broken arrow"),
    ("T < - V", 3, "found '< -', a broken arrow"),
    ("T -- V", 3, "found '--', an undirected edge"),
    ("T - V", 3, "found '-', an undirected edge"),
    ("T --- V", 3, "found '---', an undirected edge"),
    ("T <--> V", 3, "found '<-->', another kind of arrow; an edge between two that share a cause is '<->'"),
    ("T <- > V", 3, "found '<- >', another kind of arrow; an edge between two that share a cause is '<->'"),
    ("T ↔ V", 3, "found '↔', another kind of arrow; an edge between two that share a cause is '<->'"),
    ("V <-> Y; Y <-> V", 12, "the edge Y <-> V is drawn twice: here and at line 1, column 3; drop one"),
    ("T --> V", 3, "found '-->', another kind of arrow; write '->' or '<-'"),
    ("T <-- V", 3, "found '<--', another kind of arrow"),
    ("T => V", 3, "found '=>', another kind of arrow"),
    ("T → V", 3, "found '→', another kind of arrow"),
    ("job-search -> Y", 4, "found '-', a dash; an edge is written '->' or '<-', a name with"),
    ("T ->> V", 5, "found '>', half an arrow; write '->' or '<-'"),
    ("T –> V", 3, "found '–>', another kind of arrow; write '->' or '<-'"),
    ("T > V", 3, "found '>', half an arrow"),
    (
        "T -> (M, N)",
        6,
        "found '(', no sign of arrow notation; several nodes stand in braces, such as {M1 M2}",
    ),
    ("T -> M + N", 8, "found '+', no sign of arrow notation"),
    ("“child health” -> Y", 1, "found '“', a quote that is not a straight one"),
    ("T ->", 5, "found the end, expected a node after '->'"),
    ("T -> ; V", 6, "found ';', expected a node after '->'"),
    ("T -> -> V", 6, "found '->', expected a node after '->'"),
    ("-> V", 1, "found '->', expected a node: a statement stays on one line"),
    ("<- V", 1, "found '<-', expected a node: a statement stays on one line"),
    ("child health -> Y", 7, "found 'health', expected an arrow; a name with spaces is written"),
    ('"a" "b" -> Y', 5, "found 'b', expected an arrow"),
    ("T -> M1, M2", 8, "found ',', expected an arrow; a list of nodes is written in braces"),
    ("T ~ V", 3, "found '~', expected an arrow, ';' or the end of the line"),
    ("T -> V}", 7, "found '}', expected an arrow, ';' or the end of the line"),
    ("}", 1, "found '}', expected a node"),
    ("T -> V {A B}", 8, "found '{', expected an arrow"),
    ("T -> {}", 7, "found '}', expected a node inside the braces"),
    ("T -> {A {B}}", 9, "found '{', expected another node or '}'; braces do not go inside braces"),
    ("T -> {{A} B}", 7, "found '{', expected a node inside the braces"),
    ("T -> {A, }", 10, "found '}', expected a node after ','"),
    ("T -> {A,,B}", 9, "found ',', expected a node after ','"),
    ("T -> {A B", 10, "found the end, expected another node or '}', on the same line"),
    ("T -> {A B -> Y", 11, "found '->', expected another node or '}'"),
    ("T -> {A B A}", 11, "'A' stands twice in these braces"),
    ('T -> "child', 6, "found '\"', a double quote that is not closed on its line"),
    ('T -> ""', 6, "found '\"\"', an empty name"),
    ('T -> "  "', 6, "found '\"  \"', an empty name"),
    ("'a b' -> Y", 1, "found \"'a b'\", single quotes; a name with spaces is written in double"),
    ("T -> 2M", 6, "found '2M', a name that starts with a digit; write it in double quotes"),
    ("T -> V\x00", 7, "found '\\x00', expected an arrow"),
    ("T -> V; V <- T", 11, "the edge T -> V is drawn twice: here and at line 1, column 3"),
    ("T -> V -> {A B}; V -> B", 20, "the edge V -> B is drawn twice: here and at line 1, column 8"),
]


class TestMistakes:
    @pytest.mark.parametrize(("text", "column", "message"), MISTAKES)
    def test_every_mistake_has_its_place_and_its_words(self, text, column, message):
        with pytest.raises(FormatError) as caught:
            parse_chains(text)

        assert (caught.value.line, caught.value.column) == (1, column)
        assert caught.value.message.startswith(message)

    @pytest.mark.parametrize(("text", "column"), [mistake[:2] for mistake in MISTAKES])
    def test_lines_before_a_mistake_count(self, text, column):
        with pytest.raises(FormatError) as caught:
            parse_chains(f"A -> B # -- is fine here\r\n\n  {text}", source="mto.txt")

        assert (caught.value.line, caught.value.column) == (3, column + 2)
        assert caught.value.source == "mto.txt"

    @pytest.mark.parametrize("text", ["T ->\nV", "T -> V\n-> Y", "{A\nB} -> Y"])
    def test_a_statement_stays_on_its_line(self, text):
        with pytest.raises(FormatError, match="line"):
            parse_chains(text)

    def test_the_end_of_a_line_is_named(self):
        with pytest.raises(FormatError, match=r"line 1, column 5: found the end of the line, expe"):
            parse_chains("T ->\nV")

    def test_places_in_the_message_are_the_users(self):
        def place(offset):
            return 10, offset + 100

        with pytest.raises(FormatError, match=r"line 10, column 110: .* at line 10, column 102"):
            parse_chains("T -> V; T -> V", place)


names = st.text(min_size=1, max_size=200).filter(lambda name: name.strip() and not set(name) & set('"\n'))
edges = st.tuples(names | st.sampled_from(["T", "M1", "M2", "Y"]), names)


@given(st.lists(edges, unique=True))
def test_any_list_of_edges_written_is_read_back(drawn):
    for between in ("; ", "\n", " # and\n\n"):
        text = between.join(write_edge(*edge) for edge in drawn)

        assert parse_chains(text).edges == tuple(drawn)


@given(st.text() | st.text('T{} ,;-><"\n#12V'))
def test_any_text_is_read_or_refused_at_a_place_inside_it(text):
    lines = text.split("\n")
    try:
        chains = parse_chains(text)
    except FormatError as error:
        refused = error.line, error.column
    else:
        refused = 1, 1
        assert {node for edge in chains.edges for node in edge} <= set(chains.nodes)

    assert 1 <= refused[0] <= len(lines)
    assert 1 <= refused[1] <= len(lines[refused[0] - 1]) + 1


@given(st.text("ab\n"), st.integers(0, 20))
def test_places_count_lines_and_columns_from_one(text, offset):
    offset = min(offset, len(text))
    line, column = place_in(text)(offset)

    assert sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1 == offset
