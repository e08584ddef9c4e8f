"""The graph of heterogeneity, and what is read off it: independence, what to hold fixed, and the open way (theory section 14)."""

from identcheck.derive.heterogeneity.bundles import Reading, Shape, moved_bundles, readings
from identcheck.derive.heterogeneity.open_ways import Route, open_route
from identcheck.derive.heterogeneity.separation import (
    SELECTED,
    Heterogeneous,
    asked_of_weights,
    common_causes,
    heterogeneity,
    moved_by,
    selected,
    separated,
    weights_drawn,
)
from identcheck.derive.heterogeneity.separators import (
    Demand,
    Separators,
    Term,
    columns,
    measured_modifiers,
    products,
    separators,
    terms_for,
)

__all__ = [
    "SELECTED",
    "Demand",
    "Heterogeneous",
    "Reading",
    "Route",
    "Separators",
    "Shape",
    "Term",
    "asked_of_weights",
    "columns",
    "common_causes",
    "heterogeneity",
    "measured_modifiers",
    "moved_bundles",
    "moved_by",
    "open_route",
    "products",
    "readings",
    "selected",
    "separated",
    "separators",
    "terms_for",
    "weights_drawn",
]
