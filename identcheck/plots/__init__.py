"""Pictures of the design in numbers, as matplotlib figures: ``pip install 'identcheck[plots]'``.

===========================  ==============================================  ================================
function                     takes                                           shows
===========================  ==============================================  ================================
``causal_graph``             ``Diagnosis``                                   the graph with anticipated effects
``compliance_scatter``       ``Diagnosis``                                   site effects against compliance
``bias_budget``              ``Diagnosis``                                   the causes of each bias
``power_curves``             ``Diagnosis``                                   power by sites and persons
``bias_contours``            ``Contour``                                     bias over two numbers
``sensitivity_bars``         ``Sensitivity``                                 shifts by failing conditions
``sampling_distributions``   ``Simulation``                                 estimators in simulated trials
===========================  ==============================================  ================================

Each gives a ``matplotlib.figure.Figure`` of its own, which is no part of pyplot: a notebook shows it by itself, as SVG;
change it, or write it with ``figure.savefig(path)``. ``svg_of``, ``inline_svg`` and ``pdf_of`` give the same bytes for
the same figure on any day; what users write in labels is printed as it stands, never read as mathematics. The picture of
the graph without numbers is drawn by the reports themselves, without matplotlib.
"""

from identcheck.plots.bias import bias_budget, bias_contours, sensitivity_bars
from identcheck.plots.estimates import power_curves, sampling_distributions
from identcheck.plots.files import inline_svg, pdf_of, svg_of
from identcheck.plots.graph import causal_graph
from identcheck.plots.scatter import compliance_scatter

__all__ = [
    "bias_budget",
    "bias_contours",
    "causal_graph",
    "compliance_scatter",
    "inline_svg",
    "pdf_of",
    "power_curves",
    "sampling_distributions",
    "sensitivity_bars",
    "svg_of",
]
