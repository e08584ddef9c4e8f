"""A figure that a notebook shows by itself: matplotlib's own do so only once pyplot has been imported."""

from __future__ import annotations

from hashlib import sha256

from matplotlib.figure import Figure

from identcheck.homes import lead

__all__ = ["Picture"]


class Picture(Figure):
    """A matplotlib figure that displays itself as SVG, the same text for the same picture."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The picture as "image/svg+xml", and what it shows as "text/plain"."""
        del include, exclude  # a front end leaves out what it does not want
        words = _described(self)
        svg: str = lead("Picture.svg")(self, "picture", words)
        named = (
            f"picture-{sha256(svg.encode()).hexdigest()[:8]}"  # other pictures on the page have other names
        )
        svg = svg.replace('id="picture-', f'id="{named}-').replace("url(#picture-", f"url(#{named}-")
        svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return {"image/svg+xml": svg, "text/plain": words}


def _described(figure: Figure) -> str:
    """What the panels are about, from their titles and axes."""
    told = []
    for axes in figure.axes:
        words = (axes.get_title() or axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel())
        told.append(" ".join(", ".join(filter(None, words)).replace("\\$", "$").split()))
    named = "; ".join(dict.fromkeys(filter(None, told)))
    return f"Picture: {named}." if named else "Picture."
