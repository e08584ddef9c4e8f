"""How formulas look: LaTeX, Unicode, MathML; user text never becomes a command and is never lost."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import networkx as nx
import pytest
import sympy
from hypothesis import given, settings, strategies as st

from identcheck import Cov, Cov_s, Design, E, E_s, check, direct, mu, mu_s, total
from identcheck.symbols.notation import E_s_among
from identcheck.symbols.typeset import equation, escape_latex, latex, mathml, text_of, token, unicode
from identcheck.symbols.typeset.letters import _MATHS, _TEXTS, GREEK, letter_latex
from tests.drawn import FIGURE_1, FIGURE_2, drawn

NOTATION = drawn(FIGURE_1).notation
GAMMA, STAR, LAMBDA = NOTATION.edge("T", "M1"), NOTATION.edge("T", "M2"), NOTATION.edge("M1", "M2")
DELTA, TOTAL = NOTATION.edge("M2", "Y"), NOTATION.effect("M1", "Y", ())
ITT, BYPASS = NOTATION.effect("T", "Y", ()), NOTATION.effect("T", "Y", ("M1",))

FORMULAS = [
    (GAMMA, r"\Gamma_{1}", "Γ_1"),
    (STAR, r"\Gamma^{*}_{2}", "Γ*_2"),
    (LAMBDA, r"\Lambda_{12}", "Λ_12"),
    (DELTA, r"\Delta_{2}", "Δ_2"),
    (TOTAL, r"\Delta^{\mathrm{tot}}_{1}", "Δ^tot_1"),
    (ITT, "B", "B"),
    (E_s(ITT), r"\beta_{s}", "β_s"),
    (E(E_s(ITT)), r"\beta", "β"),
    (E_s(GAMMA), r"\gamma_{1s}", "γ_1s"),
    (E(E_s(GAMMA)), r"\gamma_{1}", "γ_1"),
    (E_s(STAR), r"\gamma^{*}_{2s}", "γ*_2s"),
    (E_s(TOTAL), r"\delta^{\mathrm{tot}}_{1s}", "δ^tot_1s"),
    (Cov_s(GAMMA, DELTA), r"\operatorname{Cov}_s(\Gamma_{1}, \Delta_{2})", "Cov_s(Γ_1, Δ_2)"),
    (Cov_s(GAMMA, GAMMA), r"\operatorname{Var}_s(\Gamma_{1})", "Var_s(Γ_1)"),
    (mu_s(GAMMA, LAMBDA, DELTA), r"\mu_s(\Gamma_{1}, \Lambda_{12}, \Delta_{2})", "μ_s(Γ_1, Λ_12, Δ_2)"),
    (Cov(E_s(GAMMA), E_s(DELTA)), r"\operatorname{Cov}(\gamma_{1s}, \delta_{2s})", "Cov(γ_1s, δ_2s)"),
    (Cov(E_s(GAMMA), E_s(GAMMA)), r"\operatorname{Var}(\gamma_{1s})", "Var(γ_1s)"),
    (mu(E_s(GAMMA), E_s(GAMMA), E_s(DELTA)), r"\mu(\gamma_{1s}, \gamma_{1s}, \delta_{2s})", "μ(γ_1s, γ_1s, δ_2s)"),
    (E(Cov_s(GAMMA, DELTA)), r"\mathbb{E}[\operatorname{Cov}_s(\Gamma_{1}, \Delta_{2})]", "E[Cov_s(Γ_1, Δ_2)]"),
    (E_s(GAMMA * DELTA), r"\mathbb{E}_s[\Gamma_{1} \, \Delta_{2}]", "E_s[Γ_1 Δ_2]"),
    (E_s_among(DELTA, GAMMA), r"\mathbb{E}_s[\Delta_{2} \mid \Gamma_{1} = 1]", "E_s[Δ_2 | Γ_1 = 1]"),
    (STAR + GAMMA * LAMBDA, r"\Gamma^{*}_{2} + \Gamma_{1} \, \Lambda_{12}", "Γ*_2 + Γ_1 Λ_12"),
    (GAMMA - DELTA, r"\Gamma_{1} - \Delta_{2}", "Γ_1 - Δ_2"),
    (-GAMMA, r"-\Gamma_{1}", "-Γ_1"),
    (-GAMMA - DELTA, r"-\Gamma_{1} - \Delta_{2}", "-Γ_1 - Δ_2"),
    (2 * GAMMA, r"2 \, \Gamma_{1}", "2 Γ_1"),
    (GAMMA**2, r"\Gamma_{1}^{2}", "Γ_1^2"),
    ((GAMMA + DELTA) * LAMBDA, r"\Lambda_{12} \, \left(\Gamma_{1} + \Delta_{2}\right)", "Λ_12 (Γ_1 + Δ_2)"),
    (E_s(ITT) / E_s(GAMMA), r"\frac{\beta_{s}}{\gamma_{1s}}", "β_s/γ_1s"),
    (1 / GAMMA, r"\frac{1}{\Gamma_{1}}", "1/Γ_1"),
    (sympy.Rational(1, 3) * GAMMA, r"\frac{\Gamma_{1}}{3}", "Γ_1/3"),
    (sympy.Integer(0), "0", "0"),
    (sympy.Rational(-2, 3), r"\frac{-2}{3}", "(-2)/3"),
]  # fmt: skip


class TestFormulas:
    @pytest.mark.parametrize(("expr", "tex", "_text"), FORMULAS, ids=[case[2] for case in FORMULAS])
    def test_latex(self, expr, tex, _text):
        assert latex(expr) == tex

    @pytest.mark.parametrize(("expr", "_tex", "text"), FORMULAS, ids=[case[2] for case in FORMULAS])
    def test_unicode(self, expr, _tex, text):
        assert text_of(expr) == text

    @pytest.mark.parametrize(("expr", "tex", "_text"), FORMULAS, ids=[case[2] for case in FORMULAS])
    def test_mathml_is_well_formed(self, expr, tex, _text):
        del expr
        root = ElementTree.fromstring(mathml(tex))
        assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
        assert "\\" not in "".join(root.itertext())

    def test_bypass_and_avoided_nodes(self):
        assert text_of(BYPASS) == "B^∖ 1"
        both = drawn(FIGURE_1).notation.effect("T", "Y", ("M1", "M2"))
        assert latex(both) == r"B^{\setminus 1,2}"

    def test_one_site_has_no_index(self):
        assert latex(E_s(GAMMA), one_site=True) == r"\gamma_{1}"
        assert latex(Cov_s(GAMMA, DELTA), one_site=True) == r"\operatorname{Cov}(\Gamma_{1}, \Delta_{2})"
        assert latex(E(E_s(GAMMA)), one_site=True) == r"\gamma_{1}"
        assert latex(E_s_among(DELTA, GAMMA), one_site=True) == r"\mathbb{E}[\Delta_{2} \mid \Gamma_{1} = 1]"

    def test_equation_and_numbers(self):
        assert equation(ITT, GAMMA * DELTA) == r"B = \Gamma_{1} \, \Delta_{2}"
        assert latex(3) == "3"
        assert latex(sympy.Rational(Fraction(1, 2))) == r"\frac{1}{2}"

    def test_display_mathml(self):
        assert 'display="block"' in mathml("B", display=True)
        assert 'display="inline"' in mathml("B")

    def test_what_cannot_be_printed_is_an_error(self):
        with pytest.raises(TypeError, match="no way to print"):
            latex(sympy.sin(GAMMA))

    def test_no_two_effects_of_a_design_look_alike(self):
        """Every formula of every strategy: equal in print only if equal."""
        for design in (
            drawn(FIGURE_1 + "; T -> Y"),
            drawn(FIGURE_2),
            drawn("{T1 T2} -> {M1 M2} -> Y; M1 -> x -> {M2 Y}", unobserved=["x"]),
            drawn("T -> {M1 M12 M2} -> Y; M1 -> M2 -> M12"),
            drawn("T -> {a b ab A B} -> Y; a -> b -> ab; A -> B"),
        ):
            seen: dict[str, sympy.Expr] = {}
            for finding in check(design).findings:
                for strategy in (*finding.strategies, *finding.ruled_out):
                    for condition in strategy.conditions:
                        for moment in condition.moments():
                            for part in (moment, *moment.args):
                                assert seen.setdefault(latex(part), part) == part

    def test_factors_stand_in_path_order(self):
        design = drawn("T -> Z -> A -> Y")
        path = [design.notation.edge(*e) for e in (("T", "Z"), ("Z", "A"), ("A", "Y"))]
        assert text_of(sympy.Mul(*path)) == "Γ_Z Λ_ZA Δ_A"


ODD = ["a b", "a_b", "50%", "$x$", "a&b", "#1", "{", "}", "{}", "\\", r"\input{x}", "^", "~", "<b>", "a'", '"', "`", "-",
       "--", "|", "é", "α", "Ω", "—", "²", "中文", "a;b", "=", "(", ",", "E", "s", "1", "10", "T'", "😀"]  # fmt: skip


class TestNames:
    @pytest.mark.parametrize("name", ODD)
    def test_token_keeps_the_name_and_no_command(self, name):
        tex = token(name)
        assert balanced(tex)
        assert tex.isascii() or tex.startswith(r"\text{")

    @pytest.mark.parametrize("name", [name for name in ODD if name != "²"])
    def test_every_formula_of_a_report_survives(self, name):
        design = Design(
            nx.DiGraph([("T", name), (name, "Y"), ("T", "M2"), ("M2", "Y"), (name, "M2")]),
            treatment="T",
            outcome="Y",
        )
        for finding in check(design).findings:
            for strategy in finding.strategies:
                for formula in (c.latex for c in strategy.conditions):
                    assert balanced(formula)
                    assert unicode(formula)
                    ElementTree.fromstring(mathml(formula))
        symbol = design.notation.edge(name, "Y")
        assert "".join(name.split()) in "".join(text_of(symbol).split())
        inside = "".join(ElementTree.fromstring(mathml(latex(symbol))).itertext())
        assert "".join(name.split()) in "".join(inside.split())

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("12", "12"), ("V", "V"), ("NP", r"\mathrm{NP}"), ("a b", r"\text{a b}"), ("x_1", r"\text{x\_1}")],
    )
    def test_token(self, name, expected):
        assert token(name) == expected

    def test_text_in_mathml_is_escaped_once(self):
        made = mathml(r"\Delta_{\text{a \& \textless{}b\textgreater{}}}")
        assert "a&amp;&lt;b&gt;" in "".join(made.replace("\xa0", "").split())
        assert "&amp;amp;" not in made


WORDS = """
    textbackslash textasciicircum textasciitilde textless textgreater textbar textquotedbl textasciigrave textquotesingle
    ensuremath mathbb mathrel textsuperscript textsubscript acute grave ddot tilde u r H v d c k b i j
"""
HARMLESS = {
    *(rf"\{sign}" for sign in "{}$&#%_`'^~=.!\""),
    *(rf"\{word}" for word in WORDS.split()),
    *(word for made in _TEXTS.values() for word in re.findall(r"\\[A-Za-z]+", made)),
    *(word for made in _MATHS.values() for word in re.findall(r"\\[A-Za-z]+", made)),
    *(letter_latex(letter, lower=lower) for letter in GREEK for lower in (True, False)),
}
"""Each of them prints something; none reads a file, defines anything or ends anything."""


class TestEscaping:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain", "plain"),
            ("50% & more", r"50\% \& more"),
            ("$a_b^c$", r"\$a\_b\textasciicircum{}c\$"),
            (r"\input{x}", r"\textbackslash{}input\{x\}"),
            ("a\nb\t c", "a b c"),
            ("#~", r"\#\textasciitilde{}"),
            ("<x>", r"\textless{}x\textgreater{}"),
            ("α", r"\ensuremath{\alpha}"),
            ("中", "[U+4E2D]"),
            ("\u200b", "[U+200B]"),
            ("a − b ≤ c", r"a \ensuremath{-} b \ensuremath{\leq} c"),
            ("x ≥ 0, p ≠ q", r"x \ensuremath{\geq} 0, p \ensuremath{\neq} q"),
            ("T → Y ⫫ U", r"T \ensuremath{\rightarrow} Y \ensuremath{\perp\!\!\!\perp} U"),
            ("ϑ ς ώ", r"\ensuremath{\vartheta} \ensuremath{\varsigma} \ensuremath{\acute{\omega}}"),
            ("x⁴ H₂O ₁", r"x\textsuperscript{4} H\textsubscript{2}O \textsubscript{1}"),
            (
                "„a“ \u2039b\u203a \u2010 \u2011 ―",
                r"\quotedblbase{}a“ \guilsinglleft{}b\guilsinglright{} {-} {-} —",
            ),
            ("ẽ ế ǎ ả", r"\~{e} \'{\^{e}} \v{a} a"),
            ("e\u0301", "é"),
            ("ﬁ \uff21 ⅓ ① 𝛽 \u211d", r"fi A 1/3 (1) \ensuremath{\beta} \ensuremath{\mathbb{R}}"),
            ("Школа", "Shkola"),
            ("カタカナ 한국", "katakana hangug"),
            ("סלם سلم საქმე", "slm slm sakme"),
            ("☃ 😀", "[snowman] [grinning face]"),
        ],
    )
    def test_known_characters(self, text, expected):
        assert escape_latex(text) == expected

    @settings(max_examples=300)
    @given(st.text(max_size=30))
    def test_no_command_gets_through(self, text):
        escaped = escape_latex(text)
        assert balanced(escaped)
        assert not HARMLESS & {
            r"\input",
            r"\write",
            r"\def",
            r"\csname",
            r"\catcode",
            r"\end",
            r"\begin",
            r"\par",
            r"\\",
        }
        for command in re.findall(r"\\(?:[A-Za-z]+|.)", escaped):
            assert command in HARMLESS
        assert "\n" not in escaped

    @settings(max_examples=300)
    @given(
        st.text(
            st.characters(codec="latin-1", exclude_categories=["Cc", "Cf", "Zs"]), min_size=1, max_size=20
        )
    )
    def test_unicode_undoes_it(self, text):
        assert unicode(r"\text{" + escape_latex(text) + "}") == text

    @settings(max_examples=100)
    @given(
        st.text(
            st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Cf"]),
            min_size=1,
            max_size=6,
        )
    )
    def test_plain_text_and_html_keep_every_character(self, text):
        """Only LaTeX has fonts to mind: elsewhere the user's own characters appear."""
        formula = r"\Delta_{" + token("x " + text) + "}"
        assert text in unicode(formula)
        assert text in "".join(ElementTree.fromstring(mathml(formula)).itertext())


def balanced(tex: str) -> bool:
    """Whether braces that are not escaped match."""
    depth, escaped = 0, False
    for character in tex:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth < 0:
                return False
    return depth == 0 and not escaped


def test_the_whole_vocabulary_of_the_examples_is_typeset() -> None:
    """Nothing that is printed anywhere is left as a LaTeX command in plain text."""
    for design in (
        drawn(FIGURE_1, sites=3),
        drawn(FIGURE_2),
        drawn("T -> M -> Y", sites=1),
        drawn("{T1 T2} -> M -> Y; T1 -> Y"),
    ):
        result = check(design, "all")
        formulas = [f for a in result.assumptions for f in (*a.formulas, *a.detail_formulas)]
        for asked in (direct, total):
            found = result[asked(design.mediators[0], "Y")]
            for strategy in found.strategies:
                formulas += [step.latex for step in strategy.derivation]
                formulas += [latex(bias) for bias in strategy.bias().values()]
        for formula in formulas:
            text = unicode(formula)
            assert "\\" not in text
            assert not [
                word for word in ("mathbb", "operatorname", "mathrm", "frac", "text{") if word in text
            ]
            ElementTree.fromstring(mathml(formula))
