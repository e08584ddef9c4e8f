"""The words that options take, as types: an editor offers them, and a type checker refuses others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

__all__ = [
    "AverageOver",
    "DataColumns",
    "DesignFormat",
    "Estimator",
    "Language",
    "LevelName",
    "ModifierScale",
    "Purpose",
    "ReportFormat",
    "Role",
    "Scale",
    "SitesAre",
    "Spread",
    "TestName",
    "Varies",
    "Weights",
]

LevelName: TypeAlias = Literal["persons", "sites"]
"""Within sites, or between them."""
Role: TypeAlias = Literal["treatment", "mediator", "outcome", "baseline", "consequence"]
Varies: TypeAlias = Literal["persons", "sites", "none"]
"""Over whom the coefficient of an arrow may differ."""
Scale: TypeAlias = Literal["binary", "continuous"]
ModifierScale: TypeAlias = Literal["binary", "categorical", "continuous"]
AverageOver: TypeAlias = Literal["sites", "persons"]
Weights: TypeAlias = Literal["precision", "sites", "persons"]
DesignFormat: TypeAlias = Literal["toml", "json", "dagitty", "lavaan", "dot", "graphml", "gexf", "node-link"]
"""Formats of design files and of other programs."""
ReportFormat: TypeAlias = Literal["text", "markdown", "latex", "html", "json"]
Purpose: TypeAlias = Literal["preregistration", "grant", "paper-appendix"]
"""What a document is for."""
Language: TypeAlias = Literal["python", "r", "stata"]
"""Of the code that estimates an effect."""
Estimator: TypeAlias = Literal[
    "2SLS", "2SLS with intercept", "LIML", "moment-corrected", "pooled", "OLS", "site by site"
]
TestName: TypeAlias = Literal["CR1", "CR2", "CR3", "bootstrap"]
"""Of an effect, over sites."""
Among: TypeAlias = Literal["control", "total"]
SitesAre: TypeAlias = Literal["sample", "population"]
"""Whether the sites of a trial stand for others, or the average effect that is asked for is theirs."""
DataColumns: TypeAlias = Mapping[str, str | tuple[str, object]]
"""Of a node, or a modifier, the column of the data; of an arm also the column of all arms with its value there."""
ThirdLaw: TypeAlias = Literal["signs", "quadratic"]
"""The law of effects that have third moments."""
Spread: TypeAlias = Literal["small", "modest", "substantial"]
"""The default variation of effects across sites."""
