"""lavaan model syntax: regressions, what rides along, and what is refused."""

from __future__ import annotations

import warnings

import pytest

import identcheck as ic
from identcheck import FormatError, InvalidDesignError
from identcheck.drawing.pasted import pasted
from identcheck.errors import LeftOutWarning
from identcheck.formats import dumps, from_text
from identcheck.formats.graphs.lavaan import draw
from tests.terminal import flat, run

HEADER = "# treatment: T\n# outcome: Y\n"
MODEL = HEADER + "Y ~ b1*M1 + b2*M2 + c*T\nM1 + M2 ~ a*T\nM1 ~~ M2\n"


def arrows(text):
    return {f"{u}>{v}" for u, v in draw(text).edges}


def test_regressions_labels_and_shared_causes_are_read_and_written():
    design = from_text(MODEL, "lavaan")

    assert (design.treatments, design.outcome, design.mediators) == (("T",), "Y", ("M1", "M2"))
    assert design.confounded == (("M1", "M2"),)
    assert {edge: data["label"] for edge, data in design.graph.edges.items()} == {
        ("M1", "Y"): "b1",
        ("M2", "Y"): "b2",
        ("T", "Y"): "c",
        ("T", "M1"): "a",
        ("T", "M2"): "a",
    }
    assert dumps(design, "lavaan") == HEADER + "Y ~ c*T + b1*M1 + b2*M2\nM2 ~ a*T\nM1 ~ a*T\nM1 ~~ M2\n"


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("Y ~ M + T", "M>Y, T>Y"),
        ("Y ~ M +\n T", "M>Y, T>Y"),
        ("Y ~\n\n M", "M>Y"),
        ("Y ~ M\n + T", "M>Y, T>Y"),
        ("Y ~ M; M ~ T", "M>Y, T>M"),
        ("Y ~ M # comment\nM ~ T ! another", "M>Y, T>M"),
        ("Y ~ 1 + M\nY ~ 1\nM ~ a*1 + T", "M>Y, T>M"),
        ("Y ~ start(0.3)*M + c(a, b)*T", "M>Y, T>Y"),
        ("Y ~ 0.5*M + NA*T", "M>Y, T>Y"),
        ("Y ~ M\nY ~~ Y\nab := a*b\na == b\na > 0", "M>Y"),
        ("Y ~ M\nM ~ T\ntotal := c + (a*b)\nr := a^2/(a - sqrt(b*c))\nb <-1", "M>Y, T>M"),
        ("Y ~ M + 0*T\nY ~ 0.0*Z + c(0,0)*W", "M>Y"),
        ("école ~ .x + a_b.c1", ".x>école, a_b.c1>école"),
        ("Y ~ M\r\nM ~ T\r\n", "M>Y, T>M"),
        ("  Y~M+T", "M>Y, T>Y"),
    ],
)
def test_every_form_of_a_regression_is_read(text, edges):
    assert arrows(text) == set(edges.split(", "))


def test_a_coefficient_fixed_at_zero_is_no_arrow_and_no_shared_cause():
    drawing = draw("Y ~ M + 0*T\nM ~ T\nM ~~ 0*Y")

    assert ("T", "Y") not in drawing.edges
    assert drawing.confounded == ()
    assert set(drawing.nodes) == {"Y", "M", "T"}


def test_an_unmeasured_mediator_is_named_in_a_comment():
    design = from_text("# treatment: T\n# outcome: Y\n# unobserved: M\nY ~ M\nM ~ T", "lavaan")

    assert design.unobserved == {"M"}


def test_a_comment_names_roles_in_capitals_too():
    assert from_text("! Treatment: T\n# OUTCOME: Y\nY ~ M\nM ~ T", "lavaan").outcome == "Y"


def test_a_node_without_edges_is_written_as_its_variance():
    design = from_text(HEADER + "Y ~ M\nM ~ T\nX ~~ X", "lavaan")

    assert design.baseline == ("X",)
    assert "X ~~ X" in dumps(design, "lavaan")


def test_names_that_lavaan_does_not_take_come_back():
    design = from_text('dag { "the offer" [e] TRUE [o] "the offer" -> "2nd" -> TRUE }', "dagitty")
    text = dumps(design, "lavaan")

    assert "vTRUE ~ v2nd" in text
    assert from_text(text, "lavaan") == design


def test_roles_that_are_not_named_are_not_guessed():
    with pytest.raises(InvalidDesignError) as caught:
        from_text("Y ~ M\nM ~ T", "lavaan", "m.lavaan")

    assert caught.value.problems == (
        "m.lavaan: no treatment is marked; add a line '# treatment: its name', or say treatment=... in load() or "
        "--treatment to 'identcheck convert' (nodes without arrows into them: 'T')",
        "m.lavaan: no outcome is marked; add a line '# outcome: its name', or say outcome=... in load() or --outcome "
        "to 'identcheck convert' (nodes without arrows out of them: 'Y')",
    )


def test_roles_may_be_given_beside_the_file():
    assert from_text("Y ~ M\nM ~ T", "lavaan", treatment="T", outcome="Y").mediators == ("M",)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (
            "Y ~ f\nf =~ x1 + x2",
            2,
            3,
            "found '=~', a measurement model; these are not read: name the latent variable",
        ),
        ("f <~ x1", 1, 3, "found '<~', a composite"),
        ("x | t1", 1, 3, "found '|', thresholds"),
        ("x ~*~ x", 1, 3, "found '~*~', scaling factors"),
        ("Y ~ M +", 1, 8, "found the end of the text, expected the name of a variable after '+'"),
        ("Y ~", 1, 4, "found the end of the text, expected the name of a variable after '~'"),
        ("Y ~ M T", 1, 7, "found 'T', expected '+', or the end of the statement"),
        ("Y M", 1, 3, "found 'M', expected '~' or '~~'"),
        ("Y", 1, 2, "found the end of the text, expected '~' or '~~'"),
        ("~ M", 1, 1, "found '~', expected the name of a variable"),
        ("Y ~ M:T", 1, 6, "found ':', a product of variables"),
        ("group: 1\nY ~ M", 1, 6, "found ':', a block or a product"),
        ("Y <- M\nM ~ T", 1, 3, "found '<-', an arrow"),
        ("Y ~ child-health", 1, 10, "found '-', a dash"),
        ("Y = M", 1, 3, "found '=', an equals sign"),
        ("Y ~ (M + T)", 1, 5, "found '(', a parenthesis"),
        ("Y ~ M\nM ~ T + M", 2, 9, "'M' is regressed on itself"),
        ('Y ~ "M', 1, 5, "found '\"', a double quote that is not closed"),
        ("# identcheck sites: [\nY ~ T", 1, 1, "what follows 'identcheck sites:' cannot be read"),
    ],
)
def test_a_mistake_is_named_at_its_place(text, line, column, message):
    with pytest.raises(FormatError) as caught:
        from_text(text, "lavaan", "m.lavaan")

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(message)


LEFT_OUT = """# treatment: T
# outcome: Y
Y ~ b*M + 0*T + 1
M ~ 1 + a*T + z*T
ab := a*b
a == b; b > 0
z == 0
"""
REMARKS = [
    "lines 3, 4: intercepts (~ 1) are left out",
    "line 5: definitions (:=) are left out",
    "line 6: constraints (==, <, >) are left out",
]


def test_what_a_design_does_not_have_is_told_where_it_is_read(tmp_path):
    """In Python, at the command line and where it is pasted; not what takes an arrow away, which is read."""
    model = tmp_path / "model.lavaan"
    model.write_text(LEFT_OUT)
    with pytest.warns(LeftOutWarning) as told:
        ic.load(model)
    assert [
        f"{model}, {remark}:" in str(each.message) for each, remark in zip(told, REMARKS, strict=True)
    ] == [True] * 3
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        printed = flat(run("check", str(model)).stderr)
    assert all(f"model.lavaan, {remark}:" in printed for remark in REMARKS)
    for text in (LEFT_OUT, LEFT_OUT.replace("# outcome", "#")):  # a design, and none
        assert [remark.partition(": ")[0] for remark in pasted(text).remarks] == [
            r.partition(": ")[0] for r in REMARKS
        ]
    more = "".join(f"e{at} := a*b\n" for at in range(20))
    assert "lines 5, 8, 9, 10, 11 and 16 more: definitions" in pasted(LEFT_OUT + more).remarks[1]
