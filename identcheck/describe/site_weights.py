"""The sites' weights as a modifier: the one of the fixed name ``weights``, in the graph of heterogeneity.

It stands for what makes sites count differently, in the estimator or in the average that is wanted: their number of persons and
the share treated. Drawing it says what it moves (``weights => (M -> Y)``) and what causes it (``wages -> weights``).

Source: theory section 14.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from identcheck.basics.arguments import is_word

__all__ = ["SITE_WEIGHTS", "weights_problems"]

SITE_WEIGHTS = "weights"
"""The name of the modifier that stands for the weights of the sites."""

_MEANT = (
    "it stands for the weights of the sites, in the estimator or in the average wanted; give another characteristic a name "
    "of its own"
)


def weights_problems(key: str, said: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be said of the modifier ``weights``: it is known, continuous, and of the sites.

    Args:
        key: the key that is looked at.
        said: what is said of the modifier, by key.
    """
    if not is_word(said["name"], (SITE_WEIGHTS,)):
        return
    if key == "level" and is_word(said["level"], ("persons",)):
        yield f"level is 'persons', but {_MEANT}, or leave level out"
    elif key == "measured" and said["measured"] is False:
        yield f"measured is False, but the weights of the sites are always known; leave measured out: {_MEANT}"
    elif key == "scale" and is_word(said["scale"], ("binary", "categorical")):
        yield f"scale is {said['scale']!r}, but weights are continuous; leave scale out: {_MEANT}"
