"""A report on Moving to Opportunity written by hand, with every kind of block, to judge the templates by."""

from dataclasses import replace

from identcheck.picture import Drawing, Edge, Node
from identcheck.report.blocks import (
    Beside,
    Blank,
    Block,
    Bullets,
    Equation,
    Equations,
    Fact,
    Facts,
    Fold,
    Graph,
    Item,
    Paragraph,
    Report,
    Section,
    Tabular,
)
from identcheck.symbols.written import Badge, Code, Soft, Strong, Text, Wanted
from identcheck.tables.table import Column, Table, table_of
from tests.report.sample_findings import NP, assumptions, derivations, f, questions, strategies


def picture() -> Drawing:
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
    return Drawing(tuple(nodes), tuple(edges))


def conditions() -> tuple[Tabular, ...]:
    """Conditions of two levels, one of them with two orders."""
    y = "mental health of the parent"
    return (
        table("Within sites, order 2",
        ("(vi)", y, (f(r"\operatorname{Cov}_s(\Gamma_V, \Delta_V)"),),
                     "The effect of the offer on use of the voucher is uncorrelated with the direct effect of use "
                     "of the voucher on mental health of the parent.", "to be justified"),
        ("(vi)", y,
                     (f(rf"\operatorname{{Cov}}_s(\Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"),
                      f(rf"\operatorname{{Cov}}_s(\Gamma_V, \Delta_{{{NP}}})")),
                     "Neither step of the path to neighborhood poverty is correlated with its effect.",
                     "to be justified"),
        ),
        table("Within sites, order 3",
        ("(vi)", y,
                     (f(rf"\mu_s(\Gamma_V, \Lambda_{{V,{NP}}}, \Delta_{{{NP}}})"),),
                     "The three effects have no third moment in common.",
                     "implied: V -> NP is the same for all persons of a site"),
        ),
        table("Between sites, all orders",
        ("(vii)", y,
                     (f(rf"\mathbb{{E}}[\delta_{{V,s}} \mid \gamma_{{V,s}}, \gamma_{{{NP},s}}]"
                        r" - \mathbb{E}[\delta_{V,s}]"),
                      f(rf"\mathbb{{E}}[\delta_{{{NP},s}} \mid \gamma_{{V,s}}, \gamma_{{{NP},s}}]"
                        rf" - \mathbb{{E}}[\delta_{{{NP},s}}]")),
                     "Sites that comply more do not have other effects.", "to be justified"),
        ("(vii)", "neighborhood poverty",
                     (f(rf"\operatorname{{Cov}}(\gamma_{{V,s}}, \lambda_{{V,{NP},s}})"),),
                     "Take-up does not go with the effect of moving on poverty.", "to be justified"),
        ),
    )  # fmt: skip


def table(title: str, *rows: tuple[Text, ...]) -> Tabular:
    return Tabular(
        table_of("conditions", title, ("Part of", "Equation of", "Formula", "In words", "Status"), rows)
    )


def symbols() -> Facts:
    return Facts((
        Fact((f(r"s"),), "a site; K of them in the trial, K = 5"),
        Fact((f(r"\Gamma_V"),), "a person's effect of offer of a voucher on use of the voucher"),
        Fact((f(rf"\Gamma_{{{NP}}}"),), "a person's effect of offer of a voucher on neighborhood poverty"
        ),
        Fact((f(rf"\Lambda_{{V,{NP}}}"),), "a person's effect of use of the voucher on neighborhood poverty"
        ),
        Fact((f(r"\Delta_V"),), "a person's direct effect of use of the voucher on mental health of the parent"
        ),
        Fact((f(rf"\gamma_{{V,s}}, \gamma_{{{NP},s}}, \delta_{{V,s}}"),), "the averages of these in site s"
        ),
        Fact((f(r"\operatorname{Cov}_s, \mu_s"),), "covariance and joint central moment within site s"),
    ))  # fmt: skip


def equations() -> Equations:
    tail = f(
        rf"+ \gamma_{{{NP},s}} \, \delta_{{{NP},s}} + \operatorname{{Cov}}_s(\Gamma_{{{NP}}}, \Delta_{{{NP}}})"
    )
    return Equations((
        Equation(number="9", formula=f(rf"B = \Gamma_V \, \Delta_V + \Gamma_{{{NP}}} \, \Delta_{{{NP}}}"),
                         note="By (i) to (iv) and the arrows of the graph."),
        Equation(number="10", formula=f(r"\beta_s = \gamma_{V,s} \, \delta_{V,s} + \operatorname{Cov}_s(\Gamma_V, \Delta_V)"),
                         note="The average of (9) over the persons of a site.", tail=(tail,)),
        Equation(number="11", formula=f(rf"\beta_s = \gamma_{{V,s}} \, \delta_V + \gamma_{{{NP},s}} \, \delta_{{{NP}}} + \omega_s"
                                 r" \quad \mathbb{E}[\omega_s \mid \gamma_{V,s}, \gamma_{\mathrm{NP},s}] = 0"),
                         note="By (vi), and for the mean by (vii)."),
    ))  # fmt: skip


def numbers() -> Table:
    columns = (("effect", None), ("se", 3), ("sites", None), ("note", None))
    rows = (
        ("total(V, Y)", 0.10949, 8, ""),
        ("direct(NP, Y)", float("inf"), None, "more persons do not help"),
    )
    return Table("precision", "Precision and power", tuple(Column(key, key, "", digits) for key, digits in columns), rows,
                 "To first order in 1/sites.")  # fmt: skip


def effects() -> Table:
    """A table of words, with every mark in its cells."""
    rows: tuple[tuple[Text, ...], ...] = (
        (("the effect of V ", Code("direct(V, Y)")), (f(r"\delta_{V}"), " per person"), (Badge("conditional"),), "Because."),
        ((Strong("the effect"), Soft(" of NP")), (f(r"\beta"),), (Badge("identified"),), (Wanted("why (vi) holds"),)),
    )  # fmt: skip
    return table_of("effects", "Effects", ("Effect", "Symbol", "Verdict", "Argument"), rows)


def told() -> tuple[Fact, ...]:
    return (Fact("(vii)", "Plot the site effects on Y against the effects on V: a curve speaks against it."),
            Fact("(ix)", "The matrix of estimated compliances shows its rank."))  # fmt: skip


def glance() -> tuple[Block, ...]:
    rows = (Fact("Treatment", "T: offer of a voucher, randomized within sites"),
            Fact("Outcome", "Y: mental health of the parent"),
            Fact("Sites", "5; each counts the same in every average"))  # fmt: skip
    variables = (Fact("T", "offer of a voucher; treatment, binary"),
                 Fact("X", "family background; determined before treatment, not observed; harmless here"))  # fmt: skip
    return Facts(rows), Section("variables", "Variables", (Facts(variables),))


def plain_blocks() -> tuple[Block, ...]:
    """What the other sections have none of."""
    items = (
        Item("If the test rejects, stop.", ("At 5 per cent.", "Of both sides.")),
        Item(("Take ", Code("total(V, Y)"), ".")),
    )
    return (
        Paragraph("If the test rejects, stop.", "Rule 1"),
        Paragraph("A remark.", soft=True),
        Bullets(items, "In order:", numbered=True),
        Bullets(items),
        Tabular(effects()),
        Tabular(numbers(), "se = standard error of the estimate."),
        Blank("the direction of the effect"),
        Blank(term="Justification"),
        Beside(Paragraph("The trial, on the left."), (Paragraph("Its size, on the right."), Bullets(items[:1]))),
        Fold("Every strategy", (Paragraph("Here it is."), Tabular(numbers()))),
        Section("deep", (Strong("Deep"), " in it"), (Section("deeper", "Deeper", (Paragraph("Here."),)),), "conditional"),
    )  # fmt: skip


def report() -> Report:
    """A report with every kind of block but pictures of numbers, which only HTML and LaTeX have."""
    meanings = (Fact((Badge("not identified"),), "two worlds with the same site effects differ in it"),
                Fact((Badge("conditional"),), "identified once what is missing is granted"))  # fmt: skip
    given = Facts((Fact("Attrition", "The offer does not change who is measured."),), narrow=False)
    counted = table_of(
        "counts", "", ("Part of", "Order", "How many"), (("(vi)", "2", "1,024"), ("", "3 to 5", "7"))
    )
    reference = (
        "Reardon, S. F., and Raudenbush, S. W. (2013). Under What Assumptions Do Site-by-Treatment Instruments Identify "
        "Average Causal Effects? Sociological Methods & Research 42(2), 143-163. https://doi.org/10.1177/0049124113494575"
    )
    sections = (
        Section("summary", "", (Paragraph("Of the three effects asked for, one is identified, one not at all."),)),
        Section("glance", "The design at a glance", glance()),
        Section("graph", "The causal graph", (Graph(picture(), "The causal graph. Each arrow carries an effect."),)),
        Section("symbols", "Symbols", (symbols(),)),
        Section("questions", "What is identified", (Paragraph("Nothing was granted."), Facts(meanings), *questions())),
        Section("decomposition", "Decomposition of the effect", (equations(),)),
        Section("assumptions", "Assumptions", (*assumptions(), Section("also-given", "Also taken as given", (given,)))),
        Section("conditions", "Conditions to be defended", (Paragraph("Each must be zero."), *conditions())),
        Section("checks", "What data can check", (Section("checkable", "Data can speak to", (Facts(told()),)),
                                                  Section("notes", "Limits", (Bullets((Item("No other estimators."),)),)))),
        Section("analysis", "Everything else", plain_blocks()),
        Section("references", "References", (Bullets((Item(reference),)),)),
        Section("strategies", "Strategies", (Paragraph("The least demanding first."), *strategies()), appendix=True),
        Section("derivations", "Derivations", derivations(), appendix=True),
        Section("expansions", "The conditions order by order", (conditions()[0], Tabular(counted)), appendix=True),
    )  # fmt: skip
    return Report("Moving to Opportunity: vouchers, poverty and mental health", "Assumption report, identcheck 0.1.0",
                  sections, version="0.1.0")  # fmt: skip


def holding(*blocks: Block) -> Report:
    """The report with nothing but these blocks."""
    return replace(report(), sections=(Section("analysis", "Here", blocks),))
