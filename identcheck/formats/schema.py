"""The JSON Schema of a design file, TOML or JSON, made from the key lists of the readers.

It says which keys there are and of what type; what only the graph can tell, the reader checks.
"""

from __future__ import annotations

import json
from typing import Any, get_args

from identcheck.basics.options import TestName
from identcheck.describe.declarations import LEVELS as DECLARED_LEVELS
from identcheck.describe.modifiers import MODIFIER_KEYS, MODIFIER_SCALES
from identcheck.describe.protocol import AS_PROPOSED, DIRECTIONS, MULTIPLICITY, WORDS
from identcheck.describe.validation.declared import SHORT_LETTERS
from identcheck.describe.validation.values import AVERAGES, EVERY_NUMERAL, SCALES, UNNUMBERED, VARIES, WEIGHTS
from identcheck.formats.data_table import DATA_KEYS
from identcheck.formats.declarations_table import SIDES
from identcheck.formats.design_file import KEYS
from identcheck.formats.json_design import SCHEMA_KEY
from identcheck.formats.plan_keys import COUNTS
from identcheck.formats.plan_table import ARROW_KEYS, LEVELS, PLAN_KEYS, SIZE_KEYS, SOURCED
from identcheck.formats.rules_table import RULE_KEYS

__all__ = ["schema", "schema_text"]

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer", "minimum": 1}
SHARE: Schema = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
READABLE: Schema = {"type": "string", "pattern": "\\S"}
BRIEF: Schema = {"type": "string", "pattern": "\\S", "maxLength": SHORT_LETTERS}
EFFECTS: Schema = {"anyOf": [READABLE, {"type": "array", "items": READABLE}]}
NAMES: Schema = {"anyOf": [READABLE, {"type": "array", "items": READABLE, "uniqueItems": True}]}
ARMS: Schema = {"anyOf": [READABLE, {"type": "array", "items": READABLE, "uniqueItems": True, "minItems": 1}]}


def schema() -> Schema:
    """The schema (JSON Schema, draft 2020-12) as nested dicts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A design for identcheck",
        "description": "The causal graph of a multi-site trial, what is known of it, and anticipated numbers.",
        **_closed({SCHEMA_KEY: TEXT} | {key: _ABOUT[key] for key in KEYS}, ("graph", "treatment", "outcome")),
    }


def schema_text() -> str:
    """The schema as the file that is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _said(of: Schema, description: str) -> Schema:
    return {"description": description, **of}


def _one_of(words: tuple[str, ...]) -> Schema:
    return {"enum": list(words)}


def _table(values: Schema, keys: Schema | None = None) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": values}
    return found | {"propertyNames": keys} if keys else found


def _closed(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """An object with these keys and no others."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | {"required": list(required)} if required else found


def _one_or_more(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "array", "items": of}]}


ARROW = {"pattern": "<-|->"}
ARROWS: Schema = {"type": "string", **ARROW}
SIDE: Schema = {"anyOf": [ARROWS, {"type": "array", "items": ARROWS, "minItems": 1}]}
LEVEL = _one_of(DECLARED_LEVELS)
BY_NUMERAL = _table(TEXT, _one_of((*EVERY_NUMERAL, *UNNUMBERED)))
SHARES: Schema = {"anyOf": [NUMBER, {"type": "array", "items": NUMBER, "minItems": 1}]}
NUMBERS = _closed(dict.fromkeys(ARROW_KEYS, NUMBER) | {"source": TEXT, "takeup": SHARES, "crossover": SHARES})


def _declared(sides: tuple[str, ...]) -> Schema:
    keys = (*sides, "level")
    return _one_or_more(_closed(dict.fromkeys(sides, SIDE) | {"level": LEVEL}, keys))


def _by_level(key: str) -> Schema:
    """Numbers by pair or triple of arrows joined by ``~``, at each level."""
    joined = "^[^~]*~[^~]*~" if key == "third_moments" else "~"
    return _closed({level: _table(NUMBER, {"pattern": joined}) for level in LEVELS[key]})


PART: Schema = {"type": "number", "minimum": 0, "maximum": 1}
BY_SITE: list[Schema] = [SHARE, {"type": "array", "items": SHARE, "minItems": 1}]
LOST: list[Schema] = [PART, {"type": "array", "items": PART, "minItems": 1}]
COUNT: Schema = {
    "anyOf": [
        WHOLE,
        {"type": "array", "items": WHOLE, "minItems": 1},
        _closed(dict.fromkeys(SIZE_KEYS, NUMBER), ("mean",)),
    ]
}
BY_LEVEL: Schema = {"anyOf": [NUMBER, _closed({"persons": NUMBER, "clusters": NUMBER})]}

_PLAN = {
    "sites": _said(WHOLE, "Number of sites; that of the design where it is left out."),
    "sites_are": _said(
        {"enum": ["sample", "population"]},
        "Whether the sites are a sample of others, or all whose average effect is asked for.",
    ),
    "persons": _said(
        COUNT, "Persons per site: one number, one for each site, or their mean and coefficient of variation."
    ),
    "treated": _said(
        {"anyOf": [*BY_SITE, _table({"anyOf": BY_SITE})]},
        "Share of a site's persons, or clusters, who are treated; by site, or by arm.",
    ),
    "clusters": _said(COUNT, "Clusters per site, as persons, where whole clusters are assigned."),
    "persons_per_cluster": _said(
        COUNT, "Persons per cluster, as persons; with a cv they differ within sites."
    ),
    "attrition": _said(
        {"anyOf": [*LOST, _table({"anyOf": LOST})]},
        'Share of persons who drop out; by site, or by arm and "control".',
    ),
    "cluster_attrition": _said(
        {"anyOf": [*LOST, _table({"anyOf": LOST})]},
        "Share of whole clusters that drop out, as attrition.",
    ),
    "variation": _said({"anyOf": [TEXT, NUMBER]}, "Default for the SD of effects across sites."),
    "alpha": _said(SHARE, "Level of tests."),
    "sides": _said({"enum": [1, 2]}, "Sides of tests: 1 or 2."),
    "test": _said({"enum": [*get_args(TestName)]}, "Kind of the tests of effects of mediators."),
    "power": _said(SHARE, "Power that is aimed at."),
    "arrows": _said(_table(NUMBERS, ARROW), 'The effect along each arrow, such as "T -> M".'),
    "suspected": _said(_table(NUMBERS, ARROW), "Arrows that the graph leaves out but that may exist."),
    "correlations": _said(_by_level("correlations"), "Correlations of two arrows' effects, joined by ~."),
    "third_moments": _said(_by_level("third_moments"), "Third moments of three arrows' effects, in SDs."),
    "third_law": _said({"enum": ["signs", "quadratic"]}, "The law of effects that have third moments."),
    "modifiers": _said(
        _table(_table(NUMBER)),
        "By modifier: the change of what it moves, in SDs per SD; of one of persons also its icc; mean and sd in its own units.",
    ),
    "residuals": _said(_table(NUMBER), "SD within arms of what is left of a node, by node."),
    "sds": _said(_table(NUMBER), "SD of a node as it is observed, by node; its residual SD follows."),
    "sds_of": _said({"enum": ["control", "total"]}, "Among whom sds are: control persons, or all of a site."),
    "standardized": _said({"type": "boolean"}, "Whether numbers of arrows are in these SDs."),
    "prevalence": _said(
        _table(SHARE), "Share of persons for whom a binary node is 1, by node; its SD follows."
    ),
    "icc": _said(_table(PART), "Share of a residual's variance that lies between clusters, by node."),
    "r2": _said(_table(BY_LEVEL), "Share of a residual's variance that covariates explain, by node."),
    "reliability": _said(
        _table(PART), "Share of a node's variance that is no error of measurement, by node."
    ),
    "confounding": _said(
        _table(BY_LEVEL, {"pattern": "~"}), "Correlations of two residuals, joined by ~, or by level."
    ),
    "costs": _said(
        _closed({name: {"type": "number", "minimum": 0} for name in ("site", "cluster", "person")}),
        "What one more site, cluster and person cost, in any one currency.",
    ),
    "bounds": _said(
        _closed({name: _closed(dict.fromkeys(("least", "most"), WHOLE)) for name in ("sites", *COUNTS)}),
        "The least and the most that is possible, in a search for the cheapest trial.",
    ),
    "units": _said(_table(TEXT), "The unit of a node in words, by node."),
    "sources": _said(
        _closed(
            {
                key: {"anyOf": [TEXT, _closed(dict.fromkeys(LEVELS[key], TEXT))]} if key in LEVELS else TEXT
                for key in SOURCED
            }
        ),
        "Where numbers are from, by key of the plan.",
    ),
}

_NAMES: Schema = {"type": "array", "items": TEXT}

_DATA: dict[str, Schema] = {
    "site": _said(TEXT, "The column of the sites."),
    "arm": _said(TEXT, "The column of the arms, where there are several."),
    "effects": _said(
        _table(_NAMES), "Of a table of site effects, by node: the columns of the effect and of its SE."
    ),
    "covariances": _said(
        _table(TEXT), 'The columns of sampling covariances, by pair of nodes, such as "M, Y".'
    ),
    "weights": _said(TEXT, "precision, persons, sites, or a column."),
    "persons": _said(_NAMES, "The columns of the numbers of persons in the arm and in control."),
    "modifiers": _said(_table(TEXT), "The columns of characteristics of sites, by modifier."),
    "nodes": _said(_table(TEXT), "Of persons' data, the column of each node."),
    "treatment": _said(
        {"anyOf": [TEXT, _table({})]},
        "Of persons' data, a 0/1 column; or by arm its value in the column arm.",
    ),
    "covariates": _said(_NAMES, "Of persons' data, the columns of baseline variables."),
    "cluster": _said(TEXT, "Of persons' data, the column of the clusters that were assigned."),
}

_RULES: dict[str, Schema] = {
    "primary": _said(EFFECTS, "The effects that the trial is for, if not named before the tables."),
    "direction": _said(
        {"anyOf": [_one_of(DIRECTIONS), _table(_one_of(DIRECTIONS))]},
        'The direction that theory expects, of all effects or by effect; the key "all" speaks of the others.',
    ),
    "multiplicity": _said(_one_of(MULTIPLICITY), "How the tests of the primary effects are adjusted."),
    "tests": _said(_one_of(MULTIPLICITY), "How the tests that speak against the regressions are adjusted."),
    "conditional_f": _said(
        {"type": "number", "exclusiveMinimum": 0},
        "A mediator's effect is not determined if its F is below.",
    ),
    "decisions": _said(
        _one_or_more(READABLE), f'The decision rules; "{AS_PROPOSED}" adopts those that identcheck proposes.'
    ),
    "missing_data": _said(TEXT, "How missing data are handled."),
    "protocol": _said(_table(READABLE), 'Identifiers of the trial, by name: ISRCTN = "12345678".'),
}

_MODIFIER: dict[str, Schema] = {
    "of": _said(
        {"anyOf": [ARROWS, {"type": "array", "items": ARROWS}]}, "The arrows whose effects it changes."
    ),
    "level": _said(LEVEL, "Whether it is a characteristic of sites or of persons."),
    "measured": _said({"type": "boolean"}, "Whether it will be measured."),
    "scale": _said(_one_of(MODIFIER_SCALES), "Binary, categorical or continuous."),
    "levels": _said({"type": "integer", "minimum": 2}, "How many categories a categorical one has."),
    "balanced": _said({"type": "boolean"}, "Of persons: distributed alike in all sites."),
    "causes": _said(NAMES, "The modifiers that cause it."),
    "label": _said(READABLE, "Words for the report."),
    "citation": _said(TEXT, "The literature behind it."),
}

_ABOUT: dict[str, Schema] = {
    "title": _said(TEXT, "The heading of the report."),
    "graph": _said(READABLE, "The causal graph in arrow notation: T -> {M1 M2} -> Y; M1 <-> Y."),
    "treatment": _said(ARMS, "What is randomized within sites; a list of arms against one control."),
    "outcome": _said(READABLE, "What the effects are on."),
    "sites": _said(WHOLE, "Number of sites or strata."),
    "unobserved": _said(NAMES, "Nodes that will not be measured."),
    "interactions": _said(
        _one_or_more({"type": "string", "pattern": r"[*×²]|\^2"}),
        'Products of mediators in the outcome, such as "V * NP"; "V * V" is the square of one.',
    ),
    "mediators": _said(NAMES, "Nodes that treatment must reach, for checking the graph."),
    "baseline": _said(NAMES, "Nodes that treatment must not reach, for checking the graph."),
    "consequences": _said(NAMES, "Nodes that follow from treatment and do not lead to the outcome."),
    "average": _said(_one_of(AVERAGES), "What the target effect is averaged over."),
    "weights": _said(_one_of(WEIGHTS), "How the estimator weights the sites."),
    "works_everywhere": _said(
        {"type": "boolean"},
        "Whether treatment moves the mediators in every site, so that effects can be had site by site.",
    ),
    "labels": _said(_table(READABLE), "Words for the report, by node."),
    "primary": _said(
        EFFECTS, 'The effects that the trial is for, such as "direct(M, Y)"; reports are about these.'
    ),
    "short": _said(
        _table(BRIEF), "A word or two for a node or modifier, used where its label has been given."
    ),
    "words": _said(_table(BRIEF, _one_of(WORDS)), 'What persons and sites are called: person = "pupil".'),
    "scales": _said(_table(_one_of(SCALES)), "Binary or continuous, by node."),
    "varies": _said(_table(_one_of(VARIES), ARROW), "Over whom an effect may differ, by arrow."),
    "noncompliance": _said(_table(_one_of(("one-sided",)), ARROW), '"one-sided", by arrow.'),
    "symbols": _said(_table({"type": "string", "pattern": "^[A-Za-z0-9_]+$"}), "Symbols, by node or arrow."),
    "modifiers": _said(
        _table(_closed({key: _MODIFIER[key] for key in MODIFIER_KEYS})),
        "Causes of heterogeneity by name: which arrows' effects they change. `weights` is the name of the weights of the sites.",
    ),
    "declarations": _said(
        _closed({kind: _declared(sides) for kind, sides in SIDES.items()} | {"normal": _one_or_more(LEVEL)}),
        "What is known of the effects along the arrows.",
    ),
    "justifications": _said(BY_NUMERAL, "Your own argument for an assumption, by its numeral."),
    "citations": _said(BY_NUMERAL, "The literature behind an assumption, by its numeral."),
    "rules": _said(_closed({key: _RULES[key] for key in RULE_KEYS}), "What a pre-registration settles."),
    "positions": _said(
        _table({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}),
        "Where the editor (identcheck draw) has put the boxes; no part of the design.",
    ),
    "plan": _said(_closed({key: _PLAN[key] for key in PLAN_KEYS}), "Anticipated numbers."),
    "data": _said(
        _closed({key: _DATA[key] for key in DATA_KEYS}), "The columns of the data, once there are some."
    ),
}
