"""The pictures of the pages of docs/assumptions: what each assumption excludes, in numbers of the page's own example."""

from collections.abc import Callable
from fractions import Fraction

from diagrams import Box, diagram
from panels import BLUE, INK, RED, Curve, Panel, picture

import identcheck as ic

__all__ = ["PICTURES"]

TRIAL = 'graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 30'


def interference() -> str:
    """(i): arrows from one person to another."""
    boxes = {
        f"{short}{pupil}": Box(f"{pupil}'s {words}", x, y)
        for pupil, y in (("A", 35), ("B", 115))
        for short, words, x in (("t", "offer", 60), ("m", "tutoring", 212), ("y", "reading", 368))
    }
    own = [f"{a}{p} {b}{p}" for p in "AB" for a, b in ("tm", "my")]
    return diagram(
        "No arrow leads from one person to another", boxes, own, ["tA mB", "mA yB", "tB mA", "mB yA"], 180
    )


def exclusion() -> str:
    """(ii): an arrow around the mediators."""
    boxes = {
        "t": Box("offer", 50, 95),
        "m": Box("use of the voucher", 205, 30),
        "y": Box("mental health", 360, 95),
    }
    return diagram("No arrow leads around the mediator", boxes, ["t m", "m y"], ["t y"])


def parallel() -> str:
    """(v): an arrow between mediators."""
    boxes = {
        "t": Box("program", 55, 75),
        "h": Box("hours of work", 212, 30),
        "i": Box("income", 212, 120),
        "y": Box("child", 380, 75),
    }
    return diagram(
        "No arrow between mediators that is not drawn", boxes, ["t h", "t i", "h y", "i y"], ["h i"], 165
    )


def assignment() -> str:
    """(viii): a cause of assignment."""
    boxes = {"t": Box("offer", 50, 110), "m": Box("tutoring", 212, 110), "y": Box("reading", 375, 110),
             "u": Box("anything from before", 212, 30, dashed=True)}  # fmt: skip
    return diagram(
        "Nothing from before decides who is treated", boxes, ["t m", "m y", "u m", "u y"], ["u t"], 165
    )


def dose() -> str:
    """(iii): what a dose does, in proportion and levelling off."""
    kinds = {"In proportion to the dose": [4, 6, 8], "Levelling off": [4, 6, Fraction(13, 2)]}
    panels = [
        Panel(
            title,
            pts := list(enumerate(hours)),
            [Curve(pts, BLUE, "one pupil")],
            across="hours offered",
            up="hours of own study",
        )
        for title, hours in kinds.items()
    ]
    return picture("A dose that works in proportion, and one that levels off", panels, 2, 10)


def interaction() -> str:
    """(iv): what one mediator does at two levels of the other."""
    panels = []
    for title, product in (("Contributions add up", 0), ("The effect of study depends on tutoring", 1)):
        curves = [
            Curve([(study, study + tutored + product * study * tutored) for study in (0, 3)], colour, words)
            for tutored, colour, words in ((0, BLUE, "without tutoring"), (1, RED, "with tutoring"))
        ]
        panels.append(Panel(title, [], curves, across="hours of own study", up="reading"))
    return picture("Contributions that add up, and two mediators that interact", panels, 3, 8)


def _persons(title: str, **of: list[tuple[int, int]]) -> Panel:
    points = [point for persons in of.values() for point in persons]
    colours = [colour for persons, colour in zip(of.values(), (INK, RED), strict=False) for _ in persons]
    return Panel(title, points, colours=colours, across="what treatment does to a person's mediator",
                 up="what the mediator does for that person")  # fmt: skip


def persons() -> str:
    """(vi): compliance and effect from person to person in one site."""
    panels = [
        _persons("Unrelated within the site", site=[(g, d) for g in (1, 2, 3) for d in (1, 2, 3)]),
        _persons("Who is moved more gains more", site=[(1, 1), (2, 2), (3, 3)]),
    ]
    return picture("Persons of a site where (vi) holds, and where it fails", panels, 4, 4)


def pooled_persons() -> str:
    """(v.a): opposite relations in two sites, and the same in both."""
    panels = [
        _persons(
            "Opposite in two sites: (v.a) holds", one=[(1, 1), (2, 2), (3, 3)], other=[(1, 4), (2, 3), (3, 2)]
        ),
        _persons("Alike in both: it fails", one=[(1, 1), (2, 2), (3, 3)], other=[(1, 2), (2, 3), (3, 4)]),
    ]
    return picture("Persons of two sites where relations cancel, and where they do not", panels, 4, 5)


def pooled_sites() -> str:
    """(v.b): a relation without a trend, and one with a trend."""
    design = ic.Design.from_text(TRIAL)
    panels = []
    for title, effects in (
        ("No trend: (v.b) holds, (vii) does not", (1, 4, 1)),
        ("A trend: both fail", (1, 2, 3)),
    ):
        sites = list(zip((1, 2, 3), effects, strict=True))
        world = ic.Population(design, [ic.Site([{("T", "M"): g, ("M", "Y"): d}]) for g, d in sites])
        ratio = world.effect("T", "Y") / world.effect("T", "M")
        true = world.effect("M", "Y")
        lines = [
            Curve([(0, level), (4, level)], colour, f"{words}: {level}")
            for level, colour, words in ((true, BLUE, "average effect"), (ratio, RED, "pooled ratio"))
        ]
        panels.append(Panel(title, sites, lines, up="what the mediator does there"))
    return picture("Sites without and with a trend of effects in compliance", panels, 4, 6)


def rank() -> str:
    """(ix): compliances in different proportions, and in one."""
    kinds = {
        "Different proportions": [(1, 3), (2, 1), (3, 3), (3, 1), (1, 1)],
        "One proportion everywhere": [(1, 1), (2, 2), (3, 3)],
    }
    panels = [
        Panel(title, sites, across="what treatment does to the first mediator", up="… and to the second")
        for title, sites in kinds.items()
    ]
    return picture("Sites that tell two mediators apart, and sites that do not", panels, 4, 4)


def weights() -> str:
    """(x): sizes of sites unrelated to effects, and larger where effects are."""
    panels = []
    for title, sites in (
        ("Size tells nothing about the effect", [(1, 1), (1, 3), (3, 1), (3, 3)]),
        ("Effects are larger in large sites", [(1, 1), (3, 3)]),
    ):
        alike = Fraction(sum(d for _, d in sites), len(sites))
        by_size = Fraction(sum(n * d for n, d in sites), sum(n for n, _ in sites))
        lines = [
            Curve([(0, level), (4, level)], colour, f"average over {words}: {float(level):g}")
            for level, colour, words in ((alike, BLUE, "sites"), (by_size, RED, "persons"))
        ]
        radii = [4.5 * n**0.5 for n, _ in sites]
        panels.append(
            Panel(
                title,
                sites,
                lines,
                across="persons in the site, in hundreds",
                up="effect in the site",
                radii=radii,
            )
        )
    return picture("Sites whose size is unrelated to effects, and related", panels, 4, 6)


def moderation() -> str:
    """(xi): an effect that changes evenly, and one that does not."""
    panels = []
    for title, effects in (("It changes evenly", (1, 2, 3)), ("It does not", (1, 1, 3))):
        points = list(enumerate(effects))
        slope = Fraction(effects[2] - effects[0], 2)
        start = Fraction(sum(effects), 3) - slope
        line = Curve([(0, start), (2, start + 2 * slope)], BLUE, "what one product can follow")
        panels.append(
            Panel(
                title,
                points,
                [line],
                across="entry wages",
                up="effect of an hour",
                ticks=["low", "middling", "high"],
            )
        )
    return picture("An effect that changes evenly with the modifier, and one that does not", panels, 2, 5)


def instrument() -> str:
    """(vi) of one site: an offer that changes the mediator, and one that does not."""
    panels = [
        Panel(
            title,
            pts := [(0, low), (1, high)],
            [Curve(pts, BLUE, f"difference: {high - low} in 10")],
            across="",
            up="of 10 children, in preschool",
            ticks=["no offer", "offer"],
        )
        for title, low, high in (("The offer changes attendance", 2, 7), ("It does not", 5, 5))
    ]
    return picture("An offer that changes the mediator, and one that does not", panels, 1, 10)


PICTURES: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (interference, exclusion, parallel, assignment, dose, interaction, persons, pooled_persons,
                 pooled_sites, rank, weights, moderation, instrument)
}  # fmt: skip
"""The pictures by the names of their files."""
