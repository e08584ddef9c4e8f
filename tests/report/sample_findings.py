"""The verdicts and the assumptions of the sample report."""

from dataclasses import replace

from identcheck.report.blocks import (
    Asked,
    Assumption,
    Derivation,
    Fact,
    Mend,
    Step,
    Strategies,
    StrategyEntry,
    Verdict,
    Worlds,
)
from identcheck.symbols.written import Formula

NP = r"\mathrm{NP}"
SUM = (
    rf"\operatorname{{Cov}}_s(\Gamma_{{{NP}}}, \Delta_{{{NP}}})"
    rf" = \gamma_{{V,s}} \, \operatorname{{Cov}}_s(\Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"
    rf" + \lambda_{{V,{NP},s}} \, \operatorname{{Cov}}_s(\Gamma_V, \Delta_{{{NP}}})"
    rf" + \mu_s(\Gamma_V, \Lambda_{{V,{NP}}}, \Delta_{{{NP}}}) = 0 \quad \text{{for all }} s"
)


def f(latex: str) -> Formula:
    return Formula(latex)


def questions() -> tuple[Verdict, ...]:
    witness = Worlds(
        sentence="Both worlds give the same site effects of the offer, and different average direct effects.",
        columns=("", "site 1", "sites 2 and 4", "site 3", "site 5", "site 6"),
        rows=(
            ("effect of T on V", "1/2", "1/3", "1", "2", "3"),
            ("effect of T on NP", "-1/4", "-1/6", "-1/2", "-1", "-3/2"),
            ("NP -> Y, first world", "1", "1", "1, 2", "1", "1"),
            ("NP -> Y, second world", "1/2", "1/2", "1/2", "1/2", "1/2"),
        ),
        note="Effects are constant within sites, so no data of this kind can tell the two worlds apart.",
        effects=(("the effect of poverty on mental health", "11/2", "-1/3"),),
    )
    return (
        Verdict(
            heading="not identified",
            effects=(
                Asked(
                    key="direct(NP, Y)",
                    text="the direct effect of neighborhood poverty on mental health of the parent",
                    formula=f(rf"\mathbb{{E}}[\Delta_{{{NP}}}]"),
                ),
            ),
            more="",
            verdict="not identified",
            reason="The effects of T on V and on NP are proportional in every site, so the matrix of "
            "compliances has rank 1, whatever the number of sites.",
            rests_on="",
            missing=("(ix) Rank: no more than one of the two columns of compliances is of use.",),
            tried="",
            witnesses=(witness,),
            mends=(Mend("leave neighborhood poverty out of the graph", "the direct effect of use if (vi) can be argued",
                             "it claims that poverty is on no way to mental health"),
                   Mend("6 sites instead of 5", "conditional if (vii) can be argued", "")),
            mends_note="Tried: up to 6 sites, and each arrow by itself.",
        ),
        Verdict(
            heading="conditional",
            effects=(
                Asked(
                    key="direct(V, Y)",
                    text="the direct effect of use of the voucher on mental health of the parent",
                    formula=f(r"\mathbb{E}[\Delta_V]"),
                    others="1 other way in the appendix",
                ),
            ),
            more="and 2 more: 3 arrows from mediators to mental health in all",
            verdict="conditional",
            reason="The regression of the effects on Y on the effects on V and NP identifies it, "
            "if what is missing below is granted.",
            rests_on="(i), (ii), (iii), (iv), (viii), (ix)",
            missing=(
                "(vi) Within every site, the effect of the offer on use of the voucher is uncorrelated with the "
                "direct effect of use of the voucher on mental health of the parent.",
                "(vii) Across sites, the average direct effects on mental health of the parent do not "
                "depend on how strongly the offer moves use of the voucher and neighborhood poverty.",
            ),
            tried="",
            witnesses=(Worlds("Without what is missing, the data do not decide.", (), (), ""),),
            mends=(),
            mends_note="",
        ),
        Verdict(
            heading="identified",
            effects=(
                Asked(
                    key="total(V, Y)",
                    text="the total effect of use of the voucher on mental health of the parent",
                    formula=f(rf"\mathbb{{E}}[\Delta_V + \Lambda_{{V,{NP}}} \, \Delta_{{{NP}}}]"),
                ),
            ),
            more="",
            verdict="identified",
            reason="Every path from the offer to the outcome runs through use of the voucher.",
            rests_on="(i), (ii), (iii), (iv), (vi), (vii), (viii), (ix)",
            missing=(),
            tried="Tried: every regression; none serves.",
            witnesses=(),
            mends=(),
            mends_note="",
        ),
    )  # fmt: skip


def strategies() -> tuple[Strategies, ...]:
    effect = Asked("direct(V, Y)", "the direct effect of use of the voucher on mental health of the parent",
                   f(r"\mathbb{E}[\Delta_V]"))  # fmt: skip
    return (
        Strategies(
            (effect,),
            (StrategyEntry(
                "site effects on mental health of the parent regressed on those on use of the voucher",
                "the verdict rests on it; it lacks (vi)", ("(vi) for V and NP", "the bypass"),
                ("(ii): no path leads around them",), "3", "2", ("V -> NP", "T -> V"), (), "D1"),
             StrategyEntry("composed: of two effects", "it lacks a product of averages", (), (), "", "", (),
                           ("the effect of V on NP, by a regression", "the effect of NP on Y, by another"), "D2"),
             StrategyEntry("the contrast of the offer with no offer", "all its conditions are met",
                           (), (), "", "", (), (), "")),
            "4 more strategies are not shown.",
        ),
    )  # fmt: skip


def derivations() -> tuple[Derivation, ...]:
    first = Step("1", f(rf"B = \Gamma_V \, \Delta_V + \Gamma_{{{NP}}} \, \Delta_{{{NP}}}"), (), "9",
                           "every path is split at the last mediator on it", "(i) and (ii)")  # fmt: skip
    second = Step("2", f(r"\beta_s = \gamma_{V,s} \, \delta_V + \omega_s"),
                            (f(r"\mathbb{E}[\omega_s \mid \gamma_{V,s}] = 0"),), "11",
                            "averages become slopes", "(vii)")  # fmt: skip
    return (
        Derivation("D1", "Site effects on mental health regressed on those on use", "", (first, second),
                   "And 3 more normal equations."),
        Derivation("D2", "Composed: of two effects", "D1", (replace(first, numerals=""),), ""),
    )  # fmt: skip


def entry(numeral: str, title: str, status: str, check: str, **more: object) -> Assumption:
    values: dict[str, object] = {
        "statement": "The value of use of the voucher for a family depends on the offer made to that family "
        "alone, and mental health of the parent on the offer and the values of that family alone.",
        "formulas": (f(r"M_{i}(t_1, \ldots, t_N) = M_{i}(t_i)"),),
        "details": (),
        "detail_formulas": (),
        "reason": "Without it a family has no single effect of the offer, and equation (9) has no terms.",
        "status_text": "Neither the graph nor randomization gives it; families who move may meet.",
        "check_text": "Offers drawn at different saturation in different buildings would show spill-over.",
        "breaks": "Families who use their voucher move together, and a mother's health depends on whether "
        "her sister's family moved too.",
        "justification": "",
        "remarks": (),
        "needs_justification": status == "to be justified",
    }
    values.update(more)
    return Assumption(numeral=numeral, title=title, status=status, check=check, **values)  # type: ignore[arg-type]


def assumptions() -> tuple[Assumption, ...]:
    can, cannot, verify = "can be falsified", "cannot be checked with data", "can be verified"
    return (
        entry("i", "Stable unit treatment values", "to be justified", can),
        entry("ii", "Exclusion restriction", "encoded in the graph", can,
              statement="The offer changes mental health of the parent only by way of use of the voucher and "
              "neighborhood poverty.", formulas=(f(rf"Y(t, m_V, m_{{{NP}}}) = Y(m_V, m_{{{NP}}})"),)),
        entry("iii", "Person-specific linearity in treatment", "holds by design", verify,
              status_text="Treatment is binary.", breaks="Nothing can: two points lie on a line.",
              statement="Each mediator changes in proportion to the treatment.",
              formulas=(f(r"M_V(t) = M_V(0) + t \, \Gamma_V"),)),
        entry("v", "Parallel mediators, replaced by the arrows of the graph", "violated", cannot,
              statement="Use of the voucher changes neighborhood poverty, so the mediators are not parallel.",
              details=("Present: V -> NP.", "Absent, and so assumed to be without effect: NP -> V; T -> NP."),
              formulas=(), status_text="The graph has the arrow V -> NP."),
        entry("vi", "No covariance of compliance and effect within sites", "to be justified", cannot,
              statement="Within every site, families whose use of the voucher is moved more by the offer do not "
              "differ in the effects of use of the voucher and neighborhood poverty on their health.",
              formulas=(f(r"\operatorname{Cov}_s(\Gamma_V, \Delta_V) = 0 \quad \text{for all } s"),
                        f(rf"\operatorname{{Cov}}_s(\Gamma_{{{NP}}}, \Delta_{{{NP}}}) = 0 \quad "
                          r"\text{for all } s")),
              details=("Along the path T -> V -> NP the second covariance expands to:",),
              detail_formulas=(f(SUM),),
              justification="Counsellors were told to treat all families alike; take-up followed the local "
              "housing market, not health.",
              remarks=(Fact("If it fails",
                            "The ratio estimates an average weighted by compliance, not the plain average."),
                       Fact("A weaker assumption than it seems",
                            "A correlation of the baseline level of a mediator with its effect does no harm."))),
        entry("vii", "Independence of compliance and effect between sites", "to be justified", can,
              statement="The average effects of a site do not depend on its average compliances.",
              formulas=(f(rf"\mathbb{{E}}[\delta_{{V,s}} \mid \gamma_{{V,s}}, \gamma_{{{NP},s}}]"
                          r" = \mathbb{E}[\delta_{V,s}]"),)),
    )  # fmt: skip
