"""A layout as one inline SVG element: no script, no style sheet, no font from elsewhere."""

import re
from html import escape

from identcheck.errors.visible import visible
from identcheck.picture.frame import KEY_SAMPLE
from identcheck.picture.geometry import is_straight
from identcheck.picture.palette import GLOW, INK, LINE, MOVE, ROUND, TINT
from identcheck.picture.text import (
    CAPTION_LINE,
    CAPTION_SIZE,
    LABEL_SIZE,
    LEGEND_SIZE,
    NAME_LINE,
    NAME_SIZE,
    SCRIPT_SIZE,
)
from identcheck.picture.values import BESIDE, Arrow, Box, Key, Label, Layout, Point, Pointer, Run

_LEAST_WIDTH = 680.0
_GREY, _PALE = "#707070", "#9a9a9a"
_DASHES = {"persons": "", "sites": ' stroke-dasharray="7 4"', "none": ' stroke-dasharray="1.5 3"'}
_SHARED = ' stroke-dasharray="4 2.5"'
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SERIF = "font-family=\"Cambria, 'Times New Roman', serif\""
_HEAD_LENGTH, _HEAD_HALF = 9.0, 3.4


def svg(layout: Layout) -> str:
    """The picture as an `<svg>` element, as wide as its container.

    It carries a title and a description of every arrow in words. All text from the user is
    escaped; characters that XML forbids become the replacement character.
    """
    spare = max(0.0, _LEAST_WIDTH - layout.width)
    view = f"{_n(-spare / 2)} 0 {_n(layout.width + spare)} {_n(layout.height)}"
    early = [arrow for arrow in layout.arrows if not arrow.edge.causal]
    causal = [arrow for arrow in layout.arrows if arrow.edge.causal]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{view}" width="100%"'
        f' color="{INK}" font-family="Helvetica, Arial, sans-serif" text-anchor="middle">',
        "<title>Causal graph of the design</title>",
        f"<desc>{_text(describe(layout))}</desc>",
        f'<rect x="{_n(-spare / 2)}" y="0" width="{_n(layout.width + spare)}"'
        f' height="{_n(layout.height)}" fill="white"/>',
        *map(_arrow, early + causal),
        *map(_pointer, layout.pointers),
        *map(_box, layout.boxes),
        *(_label(arrow.label) for arrow in causal if arrow.label),
        *map(_key, layout.legend),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def describe(layout: Layout) -> str:
    """The picture in words: its nodes, then its arrows."""
    nodes = "; ".join(_node_in_words(box) for box in layout.boxes)
    arrows = "; ".join(
        [*map(_arrow_in_words, layout.arrows), *(_pointer_in_words(pointer) for pointer in layout.pointers)]
    )
    return f"Nodes: {nodes}. Arrows: {arrows or 'none'}."


def _node_in_words(box: Box) -> str:
    node = box.node
    told = " ".join(node.caption.split())
    meaning = f", {told}" if told and told != node.name else ""
    return f"{node.name}{meaning} ({node.role}{'' if node.observed else ', not measured'})"


def _arrow_in_words(arrow: Arrow) -> str:
    edge = arrow.edge
    label = f", labeled {edge.label_text}" if arrow.label else ""
    if edge.both:
        return f"{edge.source} and {edge.target} share a cause that is not drawn"
    return f"from {edge.source} to {edge.target}{label}"


def _pointer_in_words(pointer: Pointer) -> str:
    source, target = pointer.influence.on
    return f"from {pointer.influence.source} to the arrow from {source} to {target}, whose effect it changes"


def _n(number: float) -> str:
    """A number with at most one decimal."""
    return f"{round(round(number, 6), 1) + 0.0:.1f}".removesuffix(".0")


def _text(words: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", visible(words)), quote=False)


def _xy(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _arrow(arrow: Arrow) -> str:
    start, one, two, end = arrow.curve
    colour, width = ("currentColor", "1.3") if arrow.edge.causal else (_PALE, "0.9")
    dashes = _SHARED if arrow.edge.both else _DASHES[arrow.edge.varies] if arrow.edge.causal else ""
    colour = MOVE if arrow.edge.beside else colour
    scale = 1.0 if arrow.edge.causal else 0.75
    neck, head = _head(two, end, scale)
    heads = [f'<path d="M{_xy(end)} L{_xy(head[0])} L{_xy(head[1])} Z" fill="{colour}"/>']
    if arrow.edge.both:
        tip = start
        start, head = _head(one, tip, scale)
        heads.append(f'<path d="M{_xy(tip)} L{_xy(head[0])} L{_xy(head[1])} Z" fill="{colour}"/>')
    run = f"L{_xy(neck)}" if is_straight(arrow.curve) else f"C{_xy(one)} {_xy(two)} {_xy(neck)}"
    line = f'<path d="M{_xy(start)} {run}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'
    return "\n".join([line, *heads])


def _pointer(pointer: Pointer) -> str:
    """An arrow that ends on another."""
    start, tip = pointer.line
    neck, head = _head(start, tip, 0.75)
    return (
        f'<path d="M{_xy(start)} L{_xy(neck)}" fill="none" stroke="{MOVE}" stroke-width="0.9"/>\n'
        f'<path d="M{_xy(tip)} L{_xy(head[0])} L{_xy(head[1])} Z" fill="{MOVE}"/>'
    )


def _head(back_to: Point, tip: Point, scale: float) -> tuple[Point, tuple[Point, Point]]:
    """Where the line ends inside a head at a tip, and the two back corners of the head."""
    (px, py), (qx, qy) = back_to, tip
    length = ((qx - px) ** 2 + (qy - py) ** 2) ** 0.5 or 1.0
    ux, uy = (qx - px) / length, (qy - py) / length
    back, half = _HEAD_LENGTH * scale, _HEAD_HALF * scale
    bx, by = qx - ux * back, qy - uy * back
    neck = (qx - ux * back * 0.8, qy - uy * back * 0.8)
    return neck, ((bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half))


def _box(box: Box) -> str:
    early = box.node.role in ("baseline", "consequence")
    ends = box.node.role in ("treatment", "outcome")
    colour, ink = (_PALE, _GREY) if early else (LINE if ends else "currentColor", "currentColor")
    ground, corner = (TINT if ends else "white"), 6.0
    if box.node.role in BESIDE:
        colour, ground, corner = MOVE, GLOW, min(box.height / 2, ROUND)
    dashes = "" if box.node.observed else ' stroke-dasharray="5 3"'
    rect = box.rect
    top = rect.top + (box.height - NAME_LINE * len(box.name_lines)) / 2
    top -= CAPTION_LINE * len(box.caption_lines) / 2
    lines = [
        _line(box.x, top + NAME_LINE * (k + 0.5), NAME_SIZE, line, ' font-weight="bold"')
        for k, line in enumerate(box.name_lines)
    ]
    top += NAME_LINE * len(box.name_lines)
    lines += [
        _line(box.x, top + CAPTION_LINE * (k + 0.5), CAPTION_SIZE, line)
        for k, line in enumerate(box.caption_lines)
    ]
    return "\n".join(
        [
            f'<g fill="{ink}">',
            f"<title>{_text(_node_in_words(box))}</title>",
            f'<rect x="{_n(rect.left)}" y="{_n(rect.top)}" width="{_n(box.width)}"'
            f' height="{_n(box.height)}" rx="{_n(corner)}" fill="{ground}" stroke="{colour}"'
            f' stroke-width="1.2"{dashes}/>',
            *lines,
            "</g>",
        ]
    )


def _line(x: float, y: float, size: float, words: str, more: str = "") -> str:
    """A line of text whose middle is at height `y`."""
    where = f'x="{_n(x)}" y="{_n(y + 0.35 * size)}"'
    return f'<text {where} font-size="{_n(size)}"{more}>{_text(words)}</text>'


def _label(label: Label) -> str:
    rect = label.rect
    return (
        f'<rect x="{_n(rect.left)}" y="{_n(rect.top)}" width="{_n(label.width)}"'
        f' height="{_n(label.height)}" fill="white"/>\n'
        f'<text x="{_n(label.x)}" y="{_n(label.y + 0.3 * LABEL_SIZE)}" fill="currentColor"'
        f' font-size="{_n(LABEL_SIZE)}" {_SERIF}>{"".join(_spans(label.runs))}</text>'
    )


def _spans(runs: tuple[Run, ...]) -> list[str]:
    """The runs of a label; each shifted run is undone by the next one's `dy`."""
    depth = {"base": 0.0, "sub": 4.0, "sup": -5.5}
    spans, level = [], 0.0
    for run in runs:
        dy = depth[run.shift] - level
        level = depth[run.shift]
        size = LABEL_SIZE if run.shift == "base" else SCRIPT_SIZE
        shift = f' dy="{_n(dy)}"' if dy else ""
        spans.append(f'<tspan{shift} font-size="{_n(size)}">{_text(run.text)}</tspan>')
    return spans


def _key(key: Key) -> str:
    end, sample = key.x + KEY_SAMPLE - 8, ""
    if key.sign == "confounded":
        tips = "".join(
            f'<path d="M{_n(x)} {_n(key.y)} l{_n(way * 6.8)} -2.6 v5.2 Z" fill="{_PALE}"/>'
            for x, way in ((key.x, 1), (end, -1))
        )
        sample = (
            f'<path d="M{_n(key.x + 5)} {_n(key.y)} H{_n(end - 5)}" fill="none" stroke="{_PALE}"'
            f' stroke-width="0.9"{_SHARED}/>{tips}'
        )
    elif key.sign in _DASHES:
        sample = (
            f'<path d="M{_n(key.x)} {_n(key.y)} H{_n(end)}" fill="none" stroke="currentColor"'
            f' stroke-width="1.3"{_DASHES[key.sign]}/>'
        )
    else:
        dashes = ' stroke-dasharray="5 3"' if key.sign == "unobserved" else ""
        colour = {"unobserved": "currentColor", "modifier": MOVE}.get(key.sign, _PALE)
        ground = GLOW if key.sign == "modifier" else "white"
        sample = (
            f'<rect x="{_n(key.x)}" y="{_n(key.y - 5)}" width="{_n(end - key.x)}" height="10"'
            f' rx="{5 if key.sign == "modifier" else 3}" fill="{ground}" stroke="{colour}" stroke-width="1.2"{dashes}/>'
        )
    words = _line(
        key.x + KEY_SAMPLE, key.y, LEGEND_SIZE, key.text, ' text-anchor="start" fill="currentColor"'
    )
    return f"{sample}\n{words}"
