r"""A layout as a TikZ picture; the document loads tikz and its library arrows.meta."""

from collections.abc import Callable

from identcheck.picture.frame import KEY_SAMPLE
from identcheck.picture.geometry import is_straight
from identcheck.picture.palette import GLOW, INK, LINE, MOVE, ROUND, TINT
from identcheck.picture.values import BESIDE, Arrow, Box, Key, Layout, Point, Pointer

_UNIT_PT = 0.75
_PT_PER_CM = 72.27 / 2.54
_COLOURS = {"ink": INK[1:], "line": LINE[1:], "tint": TINT[1:], "move": MOVE[1:], "glow": GLOW[1:]}


def tikz(
    layout: Layout, escape: Callable[[str], str], width_cm: float = 16.0, height_cm: float = 20.0
) -> str:
    """The picture as a `tikzpicture` no wider and no taller than given.

    Text from the user passes through `escape`, a line at a time; labels are set as maths from
    `label_latex`. A picture that is too large is scaled down as a whole, text included.
    """
    natural = _UNIT_PT / _PT_PER_CM
    scale = min(1.0, width_cm / (layout.width * natural), height_cm / (layout.height * natural))
    shrink = "" if scale == 1.0 else f", scale={scale:.4f}, transform shape"
    early = [arrow for arrow in layout.arrows if not arrow.edge.causal]
    causal = [arrow for arrow in layout.arrows if arrow.edge.causal]
    parts = [
        f"\\begin{{tikzpicture}}[x={_UNIT_PT}pt, y=-{_UNIT_PT}pt{shrink},",
        *_styles(max(scale, 0.4)),
        *(rf"\definecolor{{ic {name}}}{{HTML}}{{{colour}}}%" for name, colour in _COLOURS.items()),
        rf"\useasboundingbox (0,0) rectangle ({_n(layout.width)},{_n(layout.height)});",
        *map(_arrow, early + causal),
        *map(_pointer, layout.pointers),
        *(_box(box, escape) for box in layout.boxes),
        *(_label(arrow) for arrow in causal if arrow.label),
        *(_key(key, escape) for key in layout.legend),
        r"\end{tikzpicture}",
    ]
    return "\n".join(parts) + "\n"


def _styles(scale: float) -> list[str]:
    """The style of every part; TikZ does not scale pens and arrow heads by itself."""
    pen, thin, dots = (f"line width={width * scale:.2f}pt" for width in (0.6, 0.4, 0.9))
    head, small = (
        f"-{{Stealth[length={length * scale:.2f}pt, width={0.75 * length * scale:.2f}pt]}}"
        for length in (5.5, 4.0)
    )
    return [
        "  ic variable/.style={draw=ic ink, rounded corners=3pt, inner sep=0pt, align=center,",
        rf"    fill=white, font=\sffamily{_size(8)}, {pen}}},",
        "  ic end/.style={fill=ic tint, draw=ic line},",
        "  ic unobserved/.style={dashed}, ic baseline/.style={draw=gray!70, text=gray!80!black},",
        f"  ic effect/.style={{{head}, {pen}, draw=ic ink}},",
        f"  ic influence/.style={{{small}, {thin}, draw=gray!70}},",
        r"  ic modifier/.style={fill=ic glow, draw=ic move},",
        f"  ic moves/.style={{{small}, {thin}, draw=ic move}},",
        f"  ic confounded/.style={{{small.replace('-', '', 1)}{small}, {thin}, draw=gray!70, dashed}},",
        "  ic persons/.style={solid}, ic sites/.style={dashed},",
        f"  ic none/.style={{dotted, {dots}}},",
        rf"  ic coefficient/.style={{fill=white, inner sep=1.2pt, font={_size(9.5)}}},",
        rf"  ic legend/.style={{anchor=west, inner sep=0pt, text=gray!60!black, font=\sffamily{_size(7.5)}}}]",
    ]


def _size(points: float) -> str:
    """A print of this size, whatever that of the document."""
    return rf"\fontsize{{{points:g}}}{{{1.2 * points:g}}}\selectfont"


def _n(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


def _xy(point: Point) -> str:
    return f"({_n(point[0])},{_n(point[1])})"


def _arrow(arrow: Arrow) -> str:
    start, one, two, end = arrow.curve
    style = f"ic effect, ic {arrow.edge.varies}" if arrow.edge.causal else "ic influence"
    style = "ic confounded" if arrow.edge.both else "ic moves" if arrow.edge.beside else style
    way = "--" if is_straight(arrow.curve) else f".. controls {_xy(one)} and {_xy(two)} .."
    return rf"\draw[{style}] {_xy(start)} {way} {_xy(end)};"


def _pointer(pointer: Pointer) -> str:
    start, tip = map(_xy, pointer.line)
    return rf"\draw[ic moves] {start} -- {tip};"


def _box(box: Box, escape: Callable[[str], str]) -> str:
    style = "ic variable"
    style += "" if box.node.observed else ", ic unobserved"
    style += ", ic baseline" if box.node.role in ("baseline", "consequence") else ""
    style += ", ic end" if box.node.role in ("treatment", "outcome") else ""
    if box.node.role in BESIDE:
        style += f", ic modifier, rounded corners={_pt(min(box.height / 2, ROUND))}"
    size = f"minimum width={_pt(box.width)}, minimum height={_pt(box.height)}"
    lines = [rf"{{{_size(9)}\bfseries {escape(line)}}}" for line in box.name_lines]
    lines += [f"{{{escape(line)}}}" for line in box.caption_lines]
    text = r"\\".join(lines)
    return rf"\node[{style}, {size}] at {_xy((box.x, box.y))} {{{text}}};"


def _pt(units: float) -> str:
    return f"{units * _UNIT_PT:.1f}pt"


def _label(arrow: Arrow) -> str:
    assert arrow.label is not None
    where = _xy((arrow.label.x, arrow.label.y))
    return rf"\node[ic coefficient] at {where} {{${arrow.edge.label_latex}$}};"


def _key(key: Key, escape: Callable[[str], str]) -> str:
    end = key.x + KEY_SAMPLE - 8
    words = rf"\node[ic legend] at {_xy((key.x + KEY_SAMPLE, key.y))} {{{escape(key.text)}}};"
    if key.sign in ("unobserved", "baseline", "consequence", "modifier"):
        corners = f"{_xy((key.x, key.y - 5))} rectangle {_xy((end, key.y + 5))}"
        style = f"ic {'baseline' if key.sign == 'consequence' else key.sign}"
        return rf"\draw[rounded corners=2pt, line width=0.6pt, {style}] {corners}; {words}"
    line = f"{_xy((key.x, key.y))} -- {_xy((end, key.y))}"
    return rf"\draw[line width=0.6pt, ic {key.sign}] {line}; {words}"
