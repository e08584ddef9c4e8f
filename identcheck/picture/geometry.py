"""Plane geometry for the picture: cubic curves, segments and rectangles."""

from itertools import pairwise

from identcheck.picture.values import Curve, Point, Rect


def at(curve: Curve, t: float) -> Point:
    """The point of a cubic Bezier curve at parameter `t` in [0, 1]."""
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    return (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)


def between(p: Point, q: Point, t: float) -> Point:
    """The point a share `t` of the way from `p` to `q`."""
    return (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]))


def part(curve: Curve, first: float, last: float) -> Curve:
    """The piece of `curve` between two parameters (de Casteljau)."""
    tail = _split(curve, first)[1]
    return _split(tail, (last - first) / (1 - first))[0]


def _split(curve: Curve, t: float) -> tuple[Curve, Curve]:
    p, q, r, s = curve
    a, b, c = between(p, q, t), between(q, r, t), between(r, s, t)
    d, e = between(a, b, t), between(b, c, t)
    f = between(d, e, t)
    return (p, a, d, f), (f, e, c, s)


def is_straight(curve: Curve) -> bool:
    """Whether both control points lie on the chord (within a twentieth of a unit)."""
    (x0, y0), *controls, (x3, y3) = curve
    dx, dy = x3 - x0, y3 - y0
    chord = (dx * dx + dy * dy) ** 0.5 or 1.0
    return all(abs(dx * (y - y0) - dy * (x - x0)) / chord < 0.05 for x, y in controls)


def polyline(curve: Curve, pieces: int = 14) -> list[Point]:
    """Points along `curve`, ends included; a straight curve keeps only its ends."""
    if is_straight(curve):
        return [curve[0], curve[3]]
    return [at(curve, k / pieces) for k in range(pieces + 1)]


def inside(point: Point, rect: Rect) -> bool:
    """Whether `point` lies within `rect`."""
    return rect[0] < point[0] < rect[2] and rect[1] < point[1] < rect[3]


def inside_rounded(point: Point, rect: Rect, radius: float) -> bool:
    """Whether `point` lies within `rect` with its corners rounded."""
    if not inside(point, rect):
        return False
    dx = max(rect[0] + radius - point[0], point[0] - rect[2] + radius, 0.0)
    dy = max(rect[1] + radius - point[1], point[1] - rect[3] + radius, 0.0)
    return dx * dx + dy * dy < radius * radius or not dx or not dy


def segment_meets(p: Point, q: Point, rect: Rect) -> bool:
    """Whether the segment from `p` to `q` has a point within `rect` (Liang-Barsky)."""
    px, py = p
    qx, qy = q
    left, top, right, bottom = rect
    if (px < left and qx < left) or (px > right and qx > right):
        return False
    if (py < top and qy < top) or (py > bottom and qy > bottom):
        return False
    low, high = 0.0, 1.0
    for start, step, least, most in ((px, qx - px, left, right), (py, qy - py, top, bottom)):
        if step == 0:
            continue
        one, two = (least - start) / step, (most - start) / step
        low, high = max(low, min(one, two)), min(high, max(one, two))
    return low < high


def line_meets(points: list[Point], rect: Rect) -> bool:
    """Whether a polyline has a point within `rect`."""
    return any(segment_meets(p, q, rect) for p, q in pairwise(points))


def bounds(points: list[Point]) -> Rect:
    """The smallest rectangle around a polyline."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def segments_cross(p: Point, q: Point, r: Point, s: Point) -> bool:
    """Whether two segments cross at a point inside both."""
    (px, py), (qx, qy), (rx, ry), (sx, sy) = p, q, r, s
    if (px < rx and px < sx and qx < rx and qx < sx) or (px > rx and px > sx and qx > rx and qx > sx):
        return False
    if (py < ry and py < sy and qy < ry and qy < sy) or (py > ry and py > sy and qy > ry and qy > sy):
        return False
    x, y = qx - px, qy - py
    if (x * (ry - py) - y * (rx - px)) * (x * (sy - py) - y * (sx - px)) >= 0:
        return False
    x, y = sx - rx, sy - ry
    return (x * (py - ry) - y * (px - rx)) * (x * (qy - ry) - y * (qx - rx)) < 0


def crossings(one: list[Point], two: list[Point]) -> int:
    """How often two polylines cross."""
    left, top, right, bottom = bounds(two)
    return sum(
        segments_cross(p, q, r, s)
        for p, q in pairwise(one)
        if not (max(p[0], q[0]) < left or min(p[0], q[0]) > right)
        and not (max(p[1], q[1]) < top or min(p[1], q[1]) > bottom)
        for r, s in pairwise(two)
    )


def distance(point: Point, p: Point, q: Point) -> float:
    """Distance of `point` from the segment between `p` and `q`."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    square = dx * dx + dy * dy
    share = ((point[0] - p[0]) * dx + (point[1] - p[1]) * dy) / square if square else 0.0
    foot = between(p, q, min(1.0, max(0.0, share)))
    return float(((point[0] - foot[0]) ** 2 + (point[1] - foot[1]) ** 2) ** 0.5)
