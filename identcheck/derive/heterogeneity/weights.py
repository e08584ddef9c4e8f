"""The weights of the sites in the graph of heterogeneity: what a weighted regression asks beyond an unweighted one.

Where the estimator's weights w are not those of the average wanted, the effects are to be independent of compliances AND weights:
E[d | r, w, Z] = E[d | Z]. Then the regression has the same target under any weights. Where both are the same, and sites differ in
them, the average is that of sites as they are weighted. Weighting by w is drawing sites with probability proportional to w: what
is read off the graph is then read with the drawing, a consequence of w, held fixed. It opens ways that meet at the weights.

Source: theory, equation (14.5).
"""

from __future__ import annotations

from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS

SELECTED = "sites as they are weighted"
"""In the graph of heterogeneity, that sites are drawn by their weights: a consequence of the weights, always held fixed."""


def weights_drawn(design: Design) -> bool:
    """Whether the sites' weights are drawn, and there are several sites to weight."""
    return design.sites != 1 and any(modifier.name == SITE_WEIGHTS for modifier in design.modifiers)


def asked_of_weights(design: Design) -> frozenset[str]:
    """The weights, where effects are to be independent of them: drawn, and others than those of the average wanted."""
    wanted = weights_drawn(design) and design.weights != design.average
    return frozenset({SITE_WEIGHTS}) if wanted else frozenset()


def selected(design: Design) -> bool:
    """Whether the average is over sites as they are weighted: drawn weights, unequal, the same in estimator and average."""
    return weights_drawn(design) and design.weights == design.average != "sites"
