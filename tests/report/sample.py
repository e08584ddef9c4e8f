"""A report on Moving to Opportunity as a context written by hand, to judge the templates by."""

from identcheck.picture import Edge, Layout, Node, layout
from identcheck.report.context import (
    ConditionCount,
    ConditionRow,
    Fact,
    NumberedEquation,
    ReportContext,
    SymbolEntry,
)
from tests.report.sample_findings import NP, assumptions, derivations, f, questions, strategies


def picture() -> Layout:
    nodes = [
        Node("T", "offer of a voucher", "treatment"),
        Node("V", "use of the voucher", "mediator"),
        Node("NP", "neighborhood poverty", "mediator"),
        Node("Y", "mental health of the parent", "outcome"),
        Node("X", "family background", "baseline", observed=False),
    ]
    edges = [
        Edge("T", "V", r"\Gamma_V", "Γ_V"),
        Edge("V", "NP", rf"\Lambda_{{V,{NP}}}", "Λ_{V,NP}", "sites"),
        Edge("V", "Y", r"\Delta_V", "Δ_V"),
        Edge("NP", "Y", rf"\Delta_{{{NP}}}", "Δ_{NP}"),
        Edge("X", "NP", "", "", causal=False),
        Edge("X", "Y", "", "", causal=False),
    ]
    return layout(nodes, edges)


def conditions() -> tuple[ConditionRow, ...]:
    within, between, y = "within sites", "between sites", "mental health of the parent"
    return (
        ConditionRow(within, "2", "vi", y, (f(r"\operatorname{Cov}_s(\Gamma_V, \Delta_V)"),),
                     "The effect of the offer on use of the voucher is uncorrelated with the direct effect of use "
                     "of the voucher on mental health of the parent.", "to be justified"),
        ConditionRow(within, "2", "vi", y,
                     (f(rf"\operatorname{{Cov}}_s(\Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"),
                      f(rf"\operatorname{{Cov}}_s(\Gamma_V, \Delta_{{{NP}}})")),
                     "Neither step of the path to neighborhood poverty is correlated with its effect.",
                     "to be justified"),
        ConditionRow(within, "3", "vi", y,
                     (f(rf"\mu_s(\Gamma_V, \Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"),),
                     "The three effects have no third moment in common.",
                     "implied: V -> NP is the same for all persons of a site"),
        ConditionRow(between, "all", "vii", y,
                     (f(rf"\mathbb{{E}}[\delta_{{V,s}} \mid \gamma_{{V,s}}, \gamma_{{{NP},s}}]"
                        r" - \mathbb{E}[\delta_{V,s}]"),
                      f(rf"\mathbb{{E}}[\delta_{{{NP},s}} \mid \gamma_{{V,s}}, \gamma_{{{NP},s}}]"
                        rf" - \mathbb{{E}}[\delta_{{{NP},s}}]")),
                     "Sites that comply more do not have other effects.", "to be justified"),
        ConditionRow(between, "2", "vii", "neighborhood poverty",
                     (f(rf"\operatorname{{Cov}}(\gamma_{{V,s}}, \lambda_{{V,{NP},s}})"),),
                     "Take-up does not go with the effect of moving on poverty.", "to be justified"),
    )  # fmt: skip


def symbols() -> tuple[SymbolEntry, ...]:
    return (
        SymbolEntry(f(r"s"), "a site; K of them in the trial, K = 5"),
        SymbolEntry(f(r"\Gamma_V"), "a person's effect of offer of a voucher on use of the voucher"),
        SymbolEntry(
            f(rf"\Gamma_{{{NP}}}"), "a person's effect of offer of a voucher on neighborhood poverty"
        ),
        SymbolEntry(
            f(rf"\Lambda_{{V,{NP}}}"), "a person's effect of use of the voucher on neighborhood poverty"
        ),
        SymbolEntry(
            f(r"\Delta_V"), "a person's direct effect of use of the voucher on mental health of the parent"
        ),
        SymbolEntry(
            f(rf"\gamma_{{V,s}}, \gamma_{{{NP},s}}, \delta_{{V,s}}"), "the averages of these in site s"
        ),
        SymbolEntry(f(r"\operatorname{Cov}_s, \mu_s"), "covariance and joint central moment within site s"),
    )


def equations() -> tuple[NumberedEquation, ...]:
    tail = f(
        rf"+ \gamma_{{{NP},s}} \, \delta_{{{NP},s}} + \operatorname{{Cov}}_s(\Gamma_{{{NP}}}, \Delta_{{{NP}}})"
    )
    return (
        NumberedEquation("9", f(rf"B = \Gamma_V \, \Delta_V + \Gamma_{{{NP}}} \, \Delta_{{{NP}}}"),
                         "By (i) to (iv) and the arrows of the graph."),
        NumberedEquation("10", f(r"\beta_s = \gamma_{V,s} \, \delta_{V,s} + \operatorname{Cov}_s(\Gamma_V, \Delta_V)"),
                         "The average of (9) over the persons of a site.", (tail,)),
        NumberedEquation("11", f(rf"\beta_s = \gamma_{{V,s}} \, \delta_V + \gamma_{{{NP},s}} \, \delta_{{{NP}}} + \omega_s"
                                 r" \quad \mathbb{E}[\omega_s \mid \gamma_{V,s}, \gamma_{\mathrm{NP},s}] = 0"),
                         "By (vi), and for the mean by (vii)."),
    )  # fmt: skip


def context() -> ReportContext:
    """A report with every part filled."""
    return ReportContext(
        title="Moving to Opportunity: vouchers, poverty and mental health",
        summary=("Of the three effects asked for, one is identified, one on conditions, one not at all.",
                 "What remains to be defended are assumptions (i), (vi) and (vii)."),
        glance=(Fact("Treatment", "T: offer of a voucher, randomised within sites"),
                Fact("Outcome", "Y: mental health of the parent"),
                Fact("Mediators", "V: use of the voucher; NP: neighborhood poverty"),
                Fact("Sites", "5; each counts the same in every average"),
                Fact("Instruments", "offer by site, 5 of them")),
        variables=(Fact("T", "offer of a voucher; treatment, binary"),
                   Fact("V", "use of the voucher; mediator, binary"),
                   Fact("NP", "neighborhood poverty; mediator, continuous"),
                   Fact("Y", "mental health of the parent; outcome"),
                   Fact("X", "family background; determined before treatment, not observed; harmless here")),
        picture=picture(),
        picture_caption="The causal graph. Each arrow carries the person-specific effect it stands for.",
        symbols=symbols(),
        questions=questions(),
        granted="Nothing was granted beyond what the design and the graph give.",
        verdict_meanings=(Fact("not identified", "two worlds with the same site effects differ in it"),
                          Fact("conditional", "identified once what is missing is granted"),
                          Fact("identified", "the site effects determine it")),
        equations=equations(),
        assumptions=assumptions(),
        also_given=(Fact("Attrition", "The offer does not change who is measured."),
                    Fact("Sites", "The five sites are the population of interest.")),
        conditions=conditions(),
        conditions_note="Each expression must be zero. Orders above 3 do not arise in this graph.",
        strategies_note="The least demanding first.",
        strategies=strategies(),
        derivations_note="Each goes from the effect on one person to the regression.",
        derivations=derivations(),
        expansions_note="Order by order.",
        expansions=conditions()[:2],
        counts=(ConditionCount("mental health of the parent on V and NP", "vi", "2", "1,024"),
                ConditionCount("mental health of the parent on V and NP", "", "3 to 5", "7")),
        checkable=(Fact("(vii)", "Plot the site effects on Y against the effects on V: a curve speaks against it."),
                   Fact("(ix)", "The matrix of estimated compliances shows its rank.")),
        uncheckable=(Fact("(vi)", "A person is seen under one offer only; no data show both effects."),),
        notes=("Other estimators than regressions of site effects were not searched.",),
        references=("Reardon, S. F., and Raudenbush, S. W. (2013). Under What Assumptions Do Site-by-Treatment "
                    "Instruments Identify Average Causal Effects? Sociological Methods & Research 42(2), 143-163. "
                    "https://doi.org/10.1177/0049124113494575",),
        version="0.1.0",
    )  # fmt: skip
