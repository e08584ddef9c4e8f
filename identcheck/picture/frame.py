"""The finishing of a layout: its legend, and moving everything to the origin."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from identcheck.picture.geometry import polyline
from identcheck.picture.text import LEGEND_LINE, LEGEND_SIZE, text_width
from identcheck.picture.values import BESIDE, Arrow, Box, Curve, Key, Layout, Pointer, Rect, Sign

KEY_SAMPLE = 34.0

_MARGIN = 8.0
_MEANING: dict[Sign, str] = {
    "persons": "effect differs between persons",
    "sites": "effect is the same for all persons of a site, differs between sites",
    "none": "effect is the same for everyone",
    "unobserved": "not measured",
    "baseline": "determined before treatment",
    "consequence": "consequence that does not lead to the outcome",
    "confounded": "share a cause that is not drawn",
    "modifier": "changes the effects that it points to",
}


def framed(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    notes: tuple[str, ...],
    explained: bool,
    pointers: Sequence[Pointer] = (),
) -> Layout:
    """The layout moved to the origin, with its legend below if it is to be explained there."""
    extent = _extent(boxes, arrows).inflated(_MARGIN)
    legend = _legend(boxes, arrows, extent.bottom - extent.top) if explained else ()
    keys = (key.x + KEY_SAMPLE + text_width(key.text, LEGEND_SIZE) + _MARGIN for key in legend)
    width = max([extent.right - extent.left, *keys])
    dx, dy = (width - extent.right - extent.left) / 2, -extent.top
    return Layout(
        tuple(replace(box, x=box.x + dx, y=box.y + dy) for box in boxes),
        tuple(_moved(arrow, dx, dy) for arrow in arrows),
        legend,
        width,
        extent.bottom - extent.top + LEGEND_LINE * len(legend) + (_MARGIN if legend else 0),
        notes,
        tuple(_shifted(pointer, dx, dy) for pointer in pointers),
    )


def _shifted(pointer: Pointer, dx: float, dy: float) -> Pointer:
    (x, y), (v, w) = pointer.line
    return replace(pointer, line=((x + dx, y + dy), (v + dx, w + dy)))


def _extent(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Rect:
    """The smallest rectangle around everything drawn."""
    rects = [box.rect for box in boxes]
    rects += [arrow.label.rect for arrow in arrows if arrow.label]
    rects += [Rect(x, y, x, y) for arrow in arrows for x, y in polyline(arrow.curve)]
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return Rect(min(lefts), min(tops), max(rights), max(bottoms))


def _moved(arrow: Arrow, dx: float, dy: float) -> Arrow:
    a, b, c, d = ((x + dx, y + dy) for x, y in arrow.curve)
    curve: Curve = (a, b, c, d)
    old = arrow.label
    return replace(arrow, curve=curve, label=old and replace(old, x=old.x + dx, y=old.y + dy))


def _legend(boxes: Iterable[Box], arrows: Iterable[Arrow], top: float) -> tuple[Key, ...]:
    """What the signs mean: line styles if there are several kinds, and unusual boxes."""
    styles = {arrow.edge.varies for arrow in arrows if arrow.edge.causal}
    signs: set[Sign] = set(styles) if styles - {"persons"} else set()
    for box in boxes:
        signs |= set() if box.node.observed else {"unobserved"}
        signs |= {box.node.role} if box.node.role in ("baseline", "consequence") else set()
        signs |= {"modifier"} if box.node.role in BESIDE else set()
    signs |= {"confounded"} if any(arrow.edge.both for arrow in arrows) else set()
    rows = [sign for sign in _MEANING if sign in signs]
    return tuple(
        Key(sign, _MEANING[sign], _MARGIN, top + LEGEND_LINE * (k + 0.5)) for k, sign in enumerate(rows)
    )
