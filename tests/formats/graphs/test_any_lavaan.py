"""Random lavaan models: what the reader draws is what a small parser of its own finds in the same text."""

from __future__ import annotations

import re
from random import Random

import pytest

from identcheck import FormatError, InvalidDesignError
from identcheck.formats import from_text
from identcheck.formats.graphs.lavaan import draw

NAMES = ["T", "M1", "M2", "Y", "x.1", "étude", ".z"]
FREE = [
    "a",
    "b1",
    "NA",
    "start(0)",
    "start(0.3)",
    'label("q")',
    'equal("Y~T")',
    "c(a, b)",
    "c(0, 1)",
    "c(NA,0)",
    '"w"',
]
ZERO = ["0", "0.0", "-0", "0e3", "c(0,0)", "c( 0.0 , 0 )", "rep(0, 2)", ".0"]
FIXED = ["1", "0.5", "-2", "c(1,1)"]


def term(random, names):
    kind = random.choice(["", "", "", "free", "zero", "fixed", "intercept"])
    if kind == "intercept":
        return random.choice(["1", "0", "0*1", "a*1"])
    said = {"": None, "free": FREE, "zero": ZERO, "fixed": FIXED}[kind]
    space = random.choice(["", " "])
    return (f"{random.choice(said)}{space}*{space}" if said else "") + random.choice(names)


def model(random):
    lines = []
    for _ in range(random.randint(1, 6)):
        left = random.sample(NAMES, random.choice([1, 1, 2]))
        op = random.choice(["~", "~", "~", "~~"])
        others = [name for name in NAMES if name not in left] if op == "~" else NAMES
        plus = random.choice([" + ", "+", " +\n   ", "\n + ", " + # more\n"])
        right = plus.join(term(random, others) for _ in range(random.randint(1, 4)))
        lines.append(f"{' + '.join(left)}{random.choice([' ', ''])}{op}{random.choice([' ', ''])}{right}")
        lines.append(
            random.choice(
                ["", "", "# Treatment: effect of T on Y", "! note: M1", "tot := a*b", "a == b1", "b1 == 0"]
            )
        )
    ends = random.choice(["\n", "\n\n", "\n# end\n"])
    return ends.join(lines)


def reread(text):
    """Nodes, arrows and pairs, or None where one coefficient is fixed at two values."""
    text = re.sub(r"[#!][^\n]*", "", text)
    text = re.sub(r"\s*\n\s*(?=[+*])", " ", re.sub(r"([+*~])\s*\n\s*", r"\1 ", text))
    zeros = {
        line.split("==")[0].strip() for line in text.split("\n") if re.fullmatch(r"\s*\w+ == 0\s*", line)
    }
    nodes, said = set(), {}
    for line in text.split("\n"):
        if not line.strip() or ":=" in line or "==" in line:
            continue
        op = "~~" if "~~" in line else "~"
        left, right = re.split(r"~~|(?<!\")~(?!T)|~(?=T\b(?!\"))", line, maxsplit=1)
        for one in left.split("+"):
            nodes.add(one.strip())
            for part in right.split("+"):
                *modifiers, name = (x.strip() for x in re.split(r"\*", part))
                if re.fullmatch(r"\d", name):
                    continue
                nodes.add(name)
                if name == one.strip():
                    continue
                key = (op, frozenset((one.strip(), name)) if op == "~~" else (name, one.strip()))
                said.setdefault(key, []).extend(modifiers)
    arrows, pairs = set(), set()
    for (op, key), modifiers in said.items():
        values = {value for value in map(fixed, modifiers) if value}
        if len(values) > 1:
            return None
        labels = [x for modifier in modifiers for x in label(modifier)]
        if values == {(0.0,)} or (labels and set(labels) <= zeros):
            continue
        (arrows if op == "~" else pairs).add(key)
    return nodes, arrows, pairs


def fixed(modifier):
    """What a modifier fixes, one value for all groups or one each; () for nothing."""
    inner = modifier[modifier.index("(") + 1 : -1] if modifier.startswith(("c(", "rep(")) else modifier
    entries = [x.strip() for x in inner.split(",")][: 1 if modifier.startswith("rep") else None]
    try:
        values = tuple("NA" if x == "NA" else float(x) for x in entries)
    except ValueError:
        return ()
    return values[:1] if len(set(values)) == 1 else values


def label(modifier):
    return {"a": ["a"], "b1": ["b1"], 'label("q")': ["q"], '"w"': ["w"], "c(a, b)": ["a", "b"]}.get(
        modifier, []
    )


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_random_models_mean_what_a_small_parser_reads(start):
    for number in range(start, start + 250):
        text = model(Random(f"lavaan {number}"))
        expected = reread(text)
        if expected is None:
            with pytest.raises(FormatError, match="the coefficient of"):
                draw(text)
            continue
        drawing = draw(text)
        found = set(drawing.nodes), set(drawing.edges), {frozenset(pair) for pair in drawing.confounded}
        assert found == expected, text


@pytest.mark.parametrize(
    "text",
    [
        "Y ~ 0*M + a*M",
        "Y ~ a*M + 0*M",
        "Y ~ a*M\nY ~ T + 0*M",
        "Y ~ start(0.3)*M + 0*M",
        "Y ~ c(0,0)*M + c(a,b)*M",
        "Y ~ c(0, 0)*M",
        "Y ~ rep(0, 3)*M",
        'Y ~ 0*M + label("a")*M + equal("b")*M',
        "Y ~ -0.0*M",
        "Y ~ a*M\na == 0",
        'Y ~ label("a")*M\n0 == a',
        "M ~~ 0*Y\nY ~~ a*M",
    ],
)
def test_a_coefficient_fixed_at_zero_is_nothing_however_it_is_said(text):
    drawing = draw(text)

    assert ("M", "Y") not in drawing.edges
    assert not drawing.confounded


@pytest.mark.parametrize(
    "text",
    [
        "Y ~ start(0)*M",
        "Y ~ c(0,1)*M",
        "Y ~ c(0,NA)*M",
        'Y ~ equal("0")*M',
        "Y ~ a*M\na == b",
        "Y ~ c(a,b)*M\na == 0",
        "Y ~ NA*M",
        'Y ~ "0"*M',
    ],
)
def test_one_that_is_not_fixed_at_zero_is_an_arrow(text):
    assert ("M", "Y") in draw(text).edges


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (
            "Y ~ 0*M + 1*M",
            13,
            "the coefficient of 'Y ~ M' is fixed at 1 here, and fixed at 0 before; keep one",
        ),
        ("Y ~ NA*M + 0*M", 14, "the coefficient of 'Y ~ M' is fixed at 0 here, and left free before"),
        ("Y ~ 1*M + c(1,0)*M", 18, "the coefficient of 'Y ~ M' is fixed at 1 and fixed at 0 by group here"),
        ("Y ~ strt(0)*M", 5, "found 'strt(0)', which is no modifier (did you mean 'start'?)"),
        (
            "m <- '\n Y ~ M'",
            6,
            'found "\'", a call of R around the model; only what stands between its quotes',
        ),
        ('m <- "Y ~ M"', 1, "found 'm', a call of R around the model; only what stands between its quotes"),
        ("fit = sem('Y ~ M')", 5, "found '=', an equals sign"),
    ],
)
def test_what_contradicts_itself_is_told_at_its_place(text, column, message):
    with pytest.raises(FormatError) as caught:
        draw(text)

    assert (caught.value.line, caught.value.column) == (1, column)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    "comment",
    [
        "# Treatment: effect of the offer on use",
        "# outcome: health, measured after a year",
        "# Unobserved: none",
        "# unobserved: income of the parents",
        "# treatment: offer -> use",
        "# identcheck was here: yes",
        "## Treatment: two arms",
        "! outcome: see the protocol",
    ],
)
def test_an_ordinary_comment_is_no_header(comment):
    model = f"{comment}\nhealth ~ use\nuse ~ offer"
    given = from_text(model, "lavaan", treatment="offer", outcome="health")
    named = from_text(f"# treatment: offer\n{model}\n# outcome: health", "lavaan")

    assert given == named
    assert not given.unobserved


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (
            "# treatment: Offer\nY ~ M\nM ~ offer",
            "line 1: the treatment is named 'Offer', but the model has no such variable",
        ),
        (
            "\n# treatment: voucher\nY ~ M\nM ~ offer",
            "line 2: the treatment is named 'voucher', but the model has no such",
        ),
        (
            "# unobserved: stres\nY ~ stress\nstress ~ T",
            "line 1: an unobserved variable is named 'stres', but",
        ),
        ("# unobserved: M1, Mx\nY ~ M1\nM1 ~ T", "line 1: an unobserved variable is named 'Mx', but"),
        ("# unobserved: M1 Mx\nY ~ M1\nM1 ~ T", "line 1: an unobserved variable is named 'Mx', but"),
    ],
)
def test_what_comes_near_to_a_header_is_told_where_the_role_is_not_said(model, problem):
    with pytest.raises(InvalidDesignError) as caught:
        from_text(model, "lavaan", "m.lavaan")

    assert any(found.startswith(f"m.lavaan: {problem}") for found in caught.value.problems)


def test_several_modifiers_of_one_variable_are_written_one_a_term():
    from identcheck.formats import dumps

    model = "# treatment: T\n# outcome: Y\nY ~ start(0.3)*M + a*M\nM ~ T\n"
    design = from_text(model, "lavaan")

    assert dumps(design, "lavaan") == model
