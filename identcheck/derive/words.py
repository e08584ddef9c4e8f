"""Plain words for effects, in the user's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from identcheck.derive.paths import inner_nodes, reaches
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.describe.protocol import plural

__all__ = [
    "FEW",
    "MOST_NAMED",
    "agree",
    "assigned_unit",
    "assignment",
    "averaged",
    "bare",
    "brief",
    "briefs",
    "by_declaration",
    "capital",
    "carried_out",
    "compliances",
    "counted",
    "declared_words",
    "effect_words",
    "in_brackets",
    "is_plural",
    "listed",
    "one_site_words",
    "part_words",
    "singular",
    "site_count",
    "some",
    "through_words",
    "zero_words",
]

FEW = 3
MOST_NAMED = 12
"""Of more names in one list the first FEW are given and the rest counted, where nothing hangs on each of them."""

_HEAD_ENDS = re.compile(
    r"(?<![\w-])(?:of|in|at|to|for|on|with|without|from|by|per|during|after|before|since|among|between|"
    r"that|which|who|whose|where|when|about|through|until|under|within|over)(?![\w-])|[,;:(\[]"
)
_PLURALS = frozenset(["children", "people", "men", "women", "persons", "data", "criteria", "teeth", "feet"])
_SINGULARS = frozenset(["always", "bias", "diabetes", "gas", "lens", "news", "series", "species"])
_ACTIVITIES = re.compile(
    r"(?:ing|ment|tion|care|program|programme|offer|course|campaign|reform|policy|therapy|project|scheme|lottery)s?$",
    re.I,
)
"""How nouns end that name something one carries out."""
_PERSONS = frozenset(["person", "individual", "participant", "subject", "respondent"])
_ASSIGNED = re.compile(
    r"\b(?:assignment|randomization) of (?:(?:the|a|an|each|every|whole|entire) )*(\w[\w-]*(?: \w[\w-]*)?) to\b",
    re.I,
)
"""What a label says is assigned: "the assignment of the classroom to literacy coaching"."""
_LATER = re.compile(r" (?:[\w-]+ )?(?:day|week|month|year)s? (?:later|earlier|ago)$", re.I)
_PARTICIPLE = re.compile(
    r"(?:[^e]ed|written|taken|given|done|made|kept|spent|seen|held|paid|lost|drawn|chosen|eaten|read|sent|met|sold|bought)$"
)
_GERUND = re.compile(r"(?:being|having|getting|receiving|attending) ", re.I)


def is_plural(label: str) -> bool:
    """Whether a label takes a verb in the plural: "days attended" and "primary care visits" do, "distress" does not."""
    head = _HEAD_ENDS.split(_LATER.sub("", label.strip()), maxsplit=1)[0].split()
    if head and head[-1].isupper():  # an abbreviation, such as SES
        return False
    words = [word.lower() for word in head]
    if len(words) > 1 and _GERUND.match(" ".join(words)):
        return False
    if "and" in words[1:-1]:
        return True
    if len(words) > 1 and _PARTICIPLE.search(words[-1]) and words[-2].endswith("s"):
        words = words[:-1]
    last = words[-1] if words else ""
    if last in _PLURALS:
        return True
    return (
        len(last) > 2
        and last.endswith("s")
        and not re.search(r"(ss|us|is|ics)$", last)
        and last not in _SINGULARS
        and re.search(r"[aeiouy]", last) is not None
    )


def agree(design: Design, nodes: Sequence[str], one: str, many: str, word: str = "and") -> str:
    """The verb that agrees with nodes as a sentence names them; joined by "or", with the last of them."""
    return many if (len(nodes) > 1 and word == "and") or _is_many(design, nodes[-1]) else one


def _is_many(design: Design, node: str) -> bool:
    """Whether a node is a plural as it is shown; a name that is no word of its label is one only where the label is."""
    shown, label = brief(design, node), design.label(node)
    as_named = node not in design.short and shown.removeprefix("the ") == node != label
    word_of_it = re.search(rf"\b{re.escape(node)}\b", label, re.I)
    return is_plural(label if as_named and not word_of_it else shown)


def singular(word: str) -> str:
    """A regular plural in the singular: "classrooms" to "classroom", "families" to "family", "classes" to "class"."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return re.sub(r"(?<=ss|ch|sh)es$|(?<=x|z)es$|s$", "", word, count=1)


def brief(design: Design, node: str) -> str:
    """A node within a sentence, once its label has been given: its short label, with the article that its label has.

    "the offer of a health voucher" is "the voucher" where the node is called so, "the offer of tutoring" is "the tutor offer";
    "literacy coaching" is "coaching", and "training" is that of "attending the training course". Of "the assignment of the
    clinic to training" it is "training" that has effects.
    """
    short, label = design.short_label(node), design.label(node)
    if short == label or re.match(r"(the|a|an) ", short):
        return short
    own = re.match(r"(the|a|an) ", label)
    if own and re.match(own[0] + re.escape(short), label):
        return f"{own[0]}{short}"
    if _HEAD_ENDS.search(short):
        return short
    noun = re.search(rf".*\b(?:the|a|an) ((?:[\w-]+ )*?){re.escape(short.split()[-1])}\b(.*)", label)
    whole = (
        noun and not _HEAD_ENDS.search(noun[1]) and (not noun[2].strip() or _HEAD_ENDS.match(noun[2].strip()))
    )
    return f"the {short}" if whole else short


def bare(design: Design, node: str) -> str:
    """A node as :func:`brief` has it, without an article: for "whose use of the voucher"."""
    return re.sub(r"^(the|an?) ", "", brief(design, node))


def assignment(design: Design, arms: Sequence[str]) -> str:
    """Such as "assignment to coaching"; of "being offered coaching" it is "assignment" alone."""
    named = not any(_GERUND.match(brief(design, arm)) for arm in arms)
    return f"assignment to {listed([brief(design, arm) for arm in arms], 'or')}" if named else "assignment"


def carried_out(design: Design, arms: Sequence[str], word: str = "or") -> str:
    """Such as "how coaching is carried out"; "" where an arm is no activity, as "being offered ..." is none."""
    for arm in arms:
        said = brief(design, arm)
        head = _HEAD_ENDS.split(said, maxsplit=1)[0].split()
        active = bool(head) and _ACTIVITIES.search(head[-1])
        if _GERUND.match(said) or not (active or design.label(arm) == arm):
            return ""
    return f"how {briefs(design, arms, word)} {agree(design, arms, 'is', 'are', word)} carried out"


def briefs(design: Design, nodes: Sequence[str], word: str = "and") -> str:
    """Nodes within a sentence; more than three regressors or mediators are not listed one by one."""
    if len(nodes) <= FEW:
        return listed([brief(design, node) for node in nodes], word)
    every = set(nodes) == set(
        design.observed_mediators if set(nodes) - set(design.treatments) else design.treatments
    )
    kind = "mediators" if set(nodes) - set(design.treatments) else "arms"
    some_unseen = not design.unobserved.isdisjoint(design.mediators)
    if kind == "mediators" and some_unseen and design.unobserved.isdisjoint(nodes):
        kind = "measured mediators"
    which = "the" if every else f"{len(nodes)} of the"
    return f"any of {which} {kind}" if word == "or" else f"{which} {kind}"


def assigned_unit(design: Design) -> str:
    """What is assigned to arms where that is not a person, in the plural: "classrooms"; "" where persons are assigned.

    Taken from the words of the trial, else from a label such as "the assignment of the classroom to literacy coaching".
    """
    found = (_ASSIGNED.search(design.label(arm)) for arm in design.treatments)
    said = design.words.get("assigned") or next((match[1] for match in found if match), "")
    unit = said if not said or is_plural(said) else plural(said)
    persons = {design.word("persons"), *map(plural, _PERSONS), "persons", "people"}
    return "" if unit.lower() in persons else unit


def effect_words(
    design: Design, u: str, v: str, avoiding: Iterable[str] = (), *, at_zero: bool = True
) -> str:
    """The effect of u on v avoiding nodes, as a noun phrase: "the direct effect of A on B".

    Where mediators interact it is that where the others are 0, which is said unless ``at_zero`` is False.
    """
    if u in design.products:
        return _interaction_words(design, u, v)
    itself = {product for product, factor in design.same.items() if factor == u}
    whole = inner_nodes(design, u, v, avoiding)
    surviving = whole - itself
    dropped = inner_nodes(design, u, v) - surviving - itself
    level = zero_words(design, u, v, surviving) if design.interactions and at_zero else ""
    if at_zero and whole & itself:
        others = [node for product in whole & itself for node in design.products[product] if node != u]
        level = f" where {briefs(design, sorted(others))} {agree(design, others, 'is', 'are')} 1"
    return f"{_kind_of_effect(design, (u, v), surviving, dropped)}{level}"


def _kind_of_effect(
    design: Design, ends_: tuple[str, str], surviving: frozenset[str], dropped: frozenset[str]
) -> str:
    u, v = ends_
    ends = f"effect of {brief(design, u)} on {brief(design, v)}"
    if not surviving and dropped:
        return f"the direct {ends}"
    if not dropped:
        return f"the total {ends}" if surviving else f"the {ends}"
    around = sorted(
        (node for node in dropped if reaches(design, u, node, dropped - {node})), key=design.order.__getitem__
    )
    return f"the {ends} that does not run through {briefs(design, around, 'or')}"


def part_words(design: Design, arm: str, last: str) -> str:
    """A part of an intent-to-treat effect, as a noun phrase: "the part of the effect of T on Y that goes through M last"."""
    ends = f"effect of {brief(design, arm)} on {brief(design, design.outcome)}"
    return f"the part of the {ends} that goes through {through_words(design, last)}"


def through_words(design: Design, last: str, placed: bool = True) -> str:
    """What a part goes through: "M last", "the interaction of A and B"; of a mediator that interacts "A, by its own coefficient".

    Args:
        design: the design.
        last: the mediator, or the product.
        placed: whether it is said that others may come before it.
    """
    if last in design.products:
        k, other = (brief(design, node) for node in design.products[last])
        return f"the curvature of the effect of {k}" if k == other else f"the interaction of {k} and {other}"
    measured = frozenset(design.observed_mediators)
    onward = placed and any(reaches(design, last, m) for m in measured - {last})
    own = ", by its own coefficient" if any(last in pair for pair in design.interactions) else ""
    return f"{brief(design, last)}{' last' if onward else ''}{own}"


def _interaction_words(design: Design, product: str, outcome: str) -> str:
    """The coefficient of a product in the outcome's equation: "the interaction of A and B in Y"."""
    k, other = design.products[product]
    if k == other:
        return f"the curvature of the effect of {brief(design, k)} on {brief(design, outcome)}"
    return f"the interaction of {brief(design, k)} and {brief(design, other)} in {brief(design, outcome)}"


def zero_words(design: Design, u: str, v: str, surviving: frozenset[str]) -> str:
    """At which levels of mediators that interact the effect is meant: " where B is 0"."""
    if v != design.outcome or u in design.treatments:
        return ""
    pairs = [pair for pair in design.interactions if not surviving.union({u}).isdisjoint(pair)]
    if surviving and pairs:
        return ", interactions apart"
    others = dict.fromkeys(node for pair in pairs for node in (pair if pair[0] == pair[1] else {*pair} - {u}))
    named = sorted(others, key=design.order.__getitem__)
    if not named:
        return ""
    return f" where {briefs(design, named)} {agree(design, named, 'is', 'are')} 0"


def compliances(design: Design, nodes: Sequence[str], arms: Sequence[str]) -> str:
    """The effects of treatment on mediators: "the effects of T on A and on B"."""
    source = listed([brief(design, arm) for arm in arms])
    targets = listed([f"on {brief(design, node)}" for node in nodes])
    many = len(nodes) > 1 or len(arms) > 1
    return f"the {'effects' if many else 'effect'} of {source} {targets}"


def averaged(effects: str) -> str:
    """Effects as averages within sites: "the total effect of T on A" to "the average total effect of T on A"."""
    return re.sub(r"^the ", "the average ", effects)


def one_site_words(design: Design) -> str:
    """Why nothing is asked between sites where there is one."""
    return f"with one {design.word('site')}, nothing can differ between {design.word('sites')}"


def listed(items: Sequence[str], word: str = "and") -> str:
    """Join items into "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def some(items: Sequence[str], comma: str = ", ") -> str:
    """Join items as :func:`listed` does; of many only the first few, and the number of the others.

    With another comma than ", " there is no "and" before the last where all are named.
    """
    if len(items) <= MOST_NAMED:
        return listed(items) if comma == ", " else comma.join(items)
    return f"{comma.join(items[:FEW])} and {len(items) - FEW:,} more"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 arrow", "12 arrows"."""
    return f"{number:,} {one if number == 1 else many}"


def in_brackets(numerals: Iterable[str]) -> list[str]:
    """Numerals of assumptions as they are printed: "(vi)", "(vii)"."""
    return [f"({numeral})" for numeral in numerals]


def capital(sentence: str, design: Design | None = None) -> str:
    """The sentence with a capital first letter; a node without a label keeps the case of its name."""
    if design is not None:
        first = re.match(r"[\w.]+", sentence)
        if first and first.group() in design.order and first.group() not in design.labels:
            return sentence
    return sentence[:1].upper() + sentence[1:]


def site_count(design: Design) -> str:
    """Name the sites, in the trial's word: "the 5 districts", "the one district" or "the districts"."""
    if design.sites is None:
        return f"the {design.word('sites')}"
    return (
        f"the one {design.word('site')}"
        if design.sites == 1
        else f"the {design.sites} {design.word('sites')}"
    )


def declared_words(design: Design) -> list[str]:
    """Everything that a design declares of effects: its declarations, and that treatment works in every site."""
    sites = [f"compliance in every {design.word('site')}"] if design.works_everywhere else []
    return [*map(str, design.declarations), *sites]


def by_declaration(declarations: Sequence[Declaration]) -> str:
    """Why a condition holds, in words; "" without declarations."""
    return f"declared: {listed([str(d) for d in declarations])}" if declarations else ""
