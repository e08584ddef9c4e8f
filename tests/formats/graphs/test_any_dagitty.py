"""Random dagitty code: what the reader draws is what its statements say, and what a small parser of its own reads."""

from __future__ import annotations

import re
from random import Random

import pytest

from identcheck import FormatError
from identcheck.formats.graphs.dagitty import draw

NAMES = ["T", "Y", "M1", "x.1", "2", "étude", "child health", 'say "so"', "subgraph", "a;b", "-> {"]
MARKS = {"exposure": "treatment", "outcome": "outcome", "latent": True, "l": True}


# A statement is ("node", name, mark), ("edge", [groups], [edges]) or ("group", word, name, [statements]); a group is a
# name or a "group" statement.


def statements(random, depth=0):
    return [statement(random, depth) for _ in range(random.randint(1, 4))]


def statement(random, depth):
    kind = random.choice(["node", "edge", "edge", "group" if depth < 3 else "edge"])
    if kind == "node":
        return (kind, random.choice(NAMES), random.choice([None, None, *MARKS]))
    if kind == "group":
        return group(random, depth)
    ends = [
        group(random, depth) if depth < 3 and random.random() < 0.35 else random.choice(NAMES)
        for _ in range(random.randint(2, 3))
    ]
    return (kind, ends, [random.choice(["->", "->", "<-", "<->"]) for _ in ends[1:]])


def group(random, depth):
    word = random.random() < 0.3
    name = random.choice(["g", "one two"]) if word and random.random() < 0.6 else None
    return ("group", word, name, statements(random, depth + 1))


def write(random, made):
    def blank():
        return random.choice(["", "", " ", "\n", " ; ", "\t", " # { ->\n", "// x\n", " /* } -> * */ "])

    def gap():
        return blank() or " "

    def name(text):
        plain = re.fullmatch(r"[\w.]+", text) and text != "subgraph"
        if plain and random.random() < 0.7:
            return text
        quoted = text.replace('"', '\\"')
        if len(text) > 2 and "\\" not in quoted and random.random() < 0.2:
            return f'"{quoted[:2]}"{blank().replace(";", "")}+{blank()}"{quoted[2:]}"'
        return f'"{quoted}"'

    def one(x):
        if isinstance(x, str):
            return name(x)
        if x[0] == "group":
            head = "subgraph" + gap() + (name(x[2]) + blank() if x[2] else "") if x[1] else ""
            return head + "{" + blank() + listed(x[3]) + blank() + "}"
        if x[0] == "node":
            marks = [x[2]] if x[2] else random.choice([None, [], ['pos="0,1"']])
            return name(x[1]) + ("" if marks is None else blank() + "[" + ",".join(marks) + "]")
        text = one(x[1][0])
        for edge, end in zip(x[2], x[1][1:], strict=True):
            text += blank() + edge + blank() + one(end)
        return text + random.choice(["", "", ' [beta=-.5,pos="1,2"]'])

    def listed(made):
        return gap().join(map(one, made))

    head = random.choice(["dag", "DAG", "graph", "dag g", "strict pdag", "digraph"])
    option = "bb=" + random.choice(["1", "-2", '"0,0"'])
    return blank() + head + blank() + "{" + blank() + option + " " + listed(made) + blank() + "}" + blank()


def meaning(made):
    nodes, arrows, pairs, marked = {}, set(), set(), set()

    def names(x):
        if isinstance(x, str):
            nodes[x] = None
            return [x]
        if x[0] == "node":
            nodes[x[1]] = None
            if x[2]:
                marked.add((x[1], MARKS[x[2]]))
            return [x[1]]
        if x[0] == "group":
            return [node for inner in x[3] for node in names(inner)]
        ends = [names(end) for end in x[1]]
        for left, edge, right in zip(ends, x[2], ends[1:], strict=False):
            for u in left:
                for v in right:
                    if edge == "<->":
                        pairs.add(frozenset((u, v)))
                    else:
                        arrows.add((u, v) if edge == "->" else (v, u))
        return [node for end in ends for node in end]

    for x in made:
        names(x)
    return set(nodes), arrows, pairs, marked


# -- the same text, read by a parser of a few lines ---------------------------


def reread(text):
    """Nodes, arrows and pairs: comments and attributes cut out, then one descent over the words."""
    pieces = re.findall(
        r'"(?:\\"|[^"])*"|#[^\n]*|//[^\n]*|/\*.*?\*/|\[|\]|<->|->|<-|[{}+=,]|-?[\w.]+', text, re.S
    )
    words = [piece for piece in pieces if not piece.startswith(("#", "//", "/*"))]
    words = words[words.index("{") + 1 :]
    nodes, arrows, pairs = set(), set(), set()

    def until_bracket():
        found = []
        while words[0] not in ("}", "]"):
            if words[0] == "bb":
                del words[:3]
                continue
            left = several()
            found += left
            while words[0] in ("->", "<-", "<->"):
                edge, right = words.pop(0), several()
                for u in left:
                    for v in right:
                        if edge == "<->":
                            pairs.add(frozenset((u, v)))
                        else:
                            arrows.add((u, v) if edge == "->" else (v, u))
                found += right
                left = right
            if words[0] == "[":
                del words[: words.index("]") + 1]
        del words[0]
        return found

    def several():
        if words[0] == "subgraph":
            del words[: words.index("{")]
        word = words.pop(0)
        if word == "{":
            return until_bracket()
        text = word[1:-1].replace('\\"', '"') if word[0] == '"' else word
        while words[0] == "+":
            text += words[1][1:-1].replace('\\"', '"')
            del words[:2]
        nodes.add(text)
        return [text]

    until_bracket()
    return nodes, arrows, pairs


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_random_code_means_what_its_statements_mean(start):
    for number in range(start, start + 250):
        random = Random(f"dagitty {number}")
        made = statements(random)
        text = write(random, made)
        nodes, arrows, pairs, marked = meaning(made)
        if len({mark for mark in marked if mark[1] in ("treatment", "outcome")}) > len(
            {name for name, mark in marked if mark in ("treatment", "outcome")}
        ):
            with pytest.raises(FormatError, match="both exposure and outcome"):
                draw(text)
            continue
        drawing = draw(text)
        joined = {frozenset(pair) for pair in drawing.confounded}
        said = {(n, x[k]) for n, x in drawing.nodes.items() for k in ("role", "unobserved") if k in x}
        assert (set(drawing.nodes), set(drawing.edges), joined, said) == (nodes, arrows, pairs, marked), text
        assert (nodes, arrows, pairs) == reread(text), text


@pytest.mark.parametrize(
    ("code", "edges", "nodes"),
    [
        (
            "dag{ T [exposure] Y [outcome]\nT -> M1\n{M2 W} -> Y\nT -> M2\nM1 -> Y }",
            "T>M1 T>M2 M1>Y M2>Y W>Y",
            "T Y M1 M2 W",
        ),
        ("dag { A -> B ; {C D} -> E }", "A>B C>E D>E", "A B C D E"),
        ("dag { A\n{C D} -> E }", "C>E D>E", "A C D E"),
        ("dag { A [latent] {C D} -> E }", "C>E D>E", "A C D E"),
        ("dag { A -> B {C} }", "A>B", "A B C"),
        ("dag { subgraph { C D } -> E }", "C>E D>E", "C D E"),
        ("dag { subgraph g { C D } -> subgraph {E F} }", "C>E D>E C>F D>F", "C D E F"),
        ('dag { "subgraph" {C D} -> E }', "C>E D>E", "subgraph C D E"),
        ("dag { subgraph -> A }", "subgraph>A", "subgraph A"),
    ],
)
def test_only_after_the_word_subgraph_may_a_brace_have_a_name(code, edges, nodes):
    drawing = draw(code)

    assert {f"{u}>{v}" for u, v in drawing.edges} == set(edges.split())
    assert set(drawing.nodes) == set(nodes.split())


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ('dagitty("dag { A -> B }")', 1, 1),
        ("library(dagitty)\ng <- dagitty('dag {\n A -> B }')", 2, 6),
        ('g <- dagitty::dagitty( "dag{A->B}" )', 1, 15),
        ('g <- "dag { A -> B }"', 1, 6),
        ("g = 'dag{\n A -> B\n}'", 1, 5),
        ('plot(graphLayout(dagitty("pdag { A -> B }")))', 1, 18),
    ],
)
def test_a_call_of_r_around_the_code_is_told(code, line, column):
    with pytest.raises(FormatError) as caught:
        draw(code)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(
        "found a call of R around the code; only what stands between its quotes"
    )
