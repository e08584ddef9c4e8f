"""The verdicts and the assumptions of the sample report."""

from identcheck.report.context import (
    Asked,
    AssumptionEntry,
    Derivation,
    DerivationStep,
    EffectStrategies,
    Fact,
    Formula,
    MendEntry,
    Question,
    StrategyEntry,
    WitnessTable,
)

NP = r"\mathrm{NP}"
SUM = (
    rf"\operatorname{{Cov}}_s(\Gamma_{{{NP}}}, \Delta_{{{NP}}})"
    rf" = \gamma_{{V,s}} \, \operatorname{{Cov}}_s(\Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"
    rf" + \lambda_{{V,{NP},s}} \, \operatorname{{Cov}}_s(\Gamma_V, \Delta_{{{NP}}})"
    rf" + \mu_s(\Gamma_V, \Lambda_{{V,{NP}}}, \Delta_{{{NP}}}) = 0 \quad \text{{for all }} s"
)


def f(latex: str) -> Formula:
    return Formula(latex)


def questions() -> tuple[Question, ...]:
    witness = WitnessTable(
        sentence="Both worlds give the same site effects of the offer, and different average direct effects.",
        columns=("", "site 1", "sites 2 and 4", "site 3", "site 5", "site 6"),
        rows=(
            ("effect of T on V", "1/2", "1/3", "1", "2", "3"),
            ("effect of T on NP", "-1/4", "-1/6", "-1/2", "-1", "-3/2"),
            ("NP -> Y, first world", "1", "1", "1, 2", "1", "1"),
            ("NP -> Y, second world", "1/2", "1/2", "1/2", "1/2", "1/2"),
        ),
        note="Effects are constant within sites, so no data of this kind can tell the two worlds apart.",
    )
    return (
        Question(
            heading="not identified",
            effects=(
                Asked(
                    key="direct(NP, Y)",
                    text="the direct effect of neighborhood poverty on mental health of the parent",
                    formula=f(rf"\mathbb{{E}}[\Delta_{{{NP}}}]"),
                ),
            ),
            verdict="not identified",
            reason="The effects of T on V and on NP are proportional in every site, so the matrix of "
            "compliances has rank 1, whatever the number of sites.",
            rests_on="",
            missing=("(ix) Rank: no more than one of the two columns of compliances is of use.",),
            alternatives=(),
            witness=witness,
        ),
        Question(
            heading="conditional",
            effects=(
                Asked(
                    key="direct(V, Y)",
                    text="the direct effect of use of the voucher on mental health of the parent",
                    formula=f(r"\mathbb{E}[\Delta_V]"),
                ),
            ),
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
            alternatives=("regress Y on V with an intercept; this needs the bypass through NP to be unrelated "
                          "to take-up",),
            witness=None,
        ),
        Question(
            heading="identified",
            effects=(
                Asked(
                    key="total(V, Y)",
                    text="the total effect of use of the voucher on mental health of the parent",
                    formula=f(rf"\mathbb{{E}}[\Delta_V + \Lambda_{{V,{NP}}} \, \Delta_{{{NP}}}]"),
                ),
            ),
            verdict="identified",
            reason="Every path from the offer to the outcome runs through use of the voucher.",
            rests_on="(i), (ii), (iii), (iv), (vi), (vii), (viii), (ix)",
            missing=(),
            alternatives=(),
            witness=None,
        ),
    )  # fmt: skip


def entry(numeral: str, title: str, status: str, check: str, **more: object) -> AssumptionEntry:
    values: dict[str, object] = {
        "statement": "The value of use of the voucher for a family depends on the offer made to that family "
        "alone, and mental health of the parent on the offer and the values of that family alone.",
        "formulas": (f(r"M_{i}(t_1, \ldots, t_N) = M_{i}(t_i)"),),
        "details": (),
        "detail_formulas": (),
        "reason": "Without it a family has no single effect of the offer, and equation (9) has no terms.",
        "status_text": "Neither the graph nor randomisation gives it; families who move may meet.",
        "check_text": "Offers drawn at different saturation in different buildings would show spill-over.",
        "breaks": "Families who use their voucher move together, and a mother's health depends on whether "
        "her sister's family moved too.",
        "justification": "",
        "remarks": (),
        "needs_justification": status == "to be justified",
    }
    values.update(more)
    return AssumptionEntry(numeral=numeral, title=title, status=status, check=check, **values)  # type: ignore[arg-type]


def assumptions() -> tuple[AssumptionEntry, ...]:
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
