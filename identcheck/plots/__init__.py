"""Pictures of the design in numbers and of the data, as matplotlib figures: ``pip install 'identcheck[plots]'``.

===========================  ==============================================  ================================
function                     takes                                           shows
===========================  ==============================================  ================================
``causal_graph``             ``Diagnosis``                                   the graph with anticipated effects
``compliance_scatter``       ``Diagnosis``                                   site effects against compliance
``bias_budget``              ``Diagnosis``                                   the causes of each bias
``power_curves``             ``Diagnosis``                                   power by sites and persons
``power_and_bias``           ``Diagnosis``                                   both by sites, clusters and persons
``modifiers_held``           ``Diagnosis``                                   what measuring modifiers buys
``effect_parts``             ``Diagnosis``                                   the intent-to-treat effect and its parts
``bias_contours``            ``Contour``                                     bias over two numbers
``sensitivity_bars``         ``Sensitivity``                                 shifts by failing conditions
``sampling_distributions``   ``Simulation``                                 estimators in simulated trials
``site_scatter``             ``Evidence``                                   site effects found, with the fitted line
``site_forest``              ``Evidence``                                   effects site by site, with intervals
``site_funnel``              ``Evidence``                                   site effects against their standard errors
``sites_left_out``           ``Evidence``                                   the estimate without each site
``anderson_rubin_curve``     ``Evidence``                                   values that the data do not reject
``planned_and_found``        ``Evidence``                                   the plan's numbers beside those found
===========================  ==============================================  ================================

Each gives a ``matplotlib.figure.Figure`` of its own, which is no part of pyplot: a notebook shows it by itself, as SVG;
change it, or write it with ``figure.savefig(path)``. ``svg_of``, ``inline_svg`` and ``pdf_of`` give the same bytes for
the same figure on any day; what users write in labels is printed as it stands, never read as mathematics. The picture of
the graph without numbers is drawn by the reports themselves, without matplotlib.
"""

from identcheck.plots.bias import bias_budget, bias_contours, sensitivity_bars
from identcheck.plots.estimates import power_curves, sampling_distributions
from identcheck.plots.files import inline_svg, pdf_of, svg_of
from identcheck.plots.funnel import site_funnel
from identcheck.plots.graph import causal_graph
from identcheck.plots.held import modifiers_held
from identcheck.plots.parts import effect_parts
from identcheck.plots.planned import planned_and_found
from identcheck.plots.scatter import compliance_scatter
from identcheck.plots.site_rows import site_forest, sites_left_out
from identcheck.plots.site_scatter import site_scatter
from identcheck.plots.sizes import power_and_bias
from identcheck.plots.weak import anderson_rubin_curve

__all__ = [
    "anderson_rubin_curve",
    "bias_budget",
    "bias_contours",
    "causal_graph",
    "compliance_scatter",
    "effect_parts",
    "inline_svg",
    "modifiers_held",
    "pdf_of",
    "planned_and_found",
    "power_and_bias",
    "power_curves",
    "sampling_distributions",
    "sensitivity_bars",
    "site_forest",
    "site_funnel",
    "site_scatter",
    "sites_left_out",
    "svg_of",
]
