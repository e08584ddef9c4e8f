"""semopy: the model fitted to 5,000 persons drawn from it, every effect 0.5; does it say that there is no one answer?"""

import contextlib
import io
import json
import logging
import sys
import warnings
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd
import semopy


class Heard(logging.Handler):
    """What is logged while a model is fitted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text."""
        self.texts.append(record.getMessage())


def drawn(question: dict) -> pd.DataFrame:
    """Persons of a linear model with the graph."""
    random, causes_of = np.random.default_rng(1), dict[str, list[str]]()
    for cause, effect in question["arrows"]:
        causes_of.setdefault(effect, []).append(cause)
    shared = [(random.normal(size=5000), pair) for pair in question["shared"]]
    found: dict[str, np.ndarray] = {}
    for node in TopologicalSorter(causes_of).static_order():
        found[node] = random.normal(size=5000) + sum(0.5 * found[cause] for cause in causes_of.get(node, []))
        found[node] = found[node] + sum(0.7 * cause for cause, pair in shared if node in pair)
    return pd.DataFrame(found)


def answer(question: dict) -> str:
    """The coefficient of the arrow with its standard error, and whether it was warned of."""
    cause, outcome = question["cause"], question["outcome"]
    if [cause, outcome] not in question["arrows"]:
        return "no coefficient of its own"
    lines = [f"{to} ~ {of}" for of, to in question["arrows"]]
    lines += [f"{one} ~~ {other}" for one, other in question["shared"]]
    heard = Heard()
    logging.getLogger().addHandler(heard)
    with warnings.catch_warnings(record=True), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        model = semopy.Model("\n".join(lines))
        model.fit(drawn(question))
        rows = model.inspect()
    logging.getLogger().removeHandler(heard)
    row = rows[(rows["lval"] == outcome) & (rows["op"] == "~") & (rows["rval"] == cause)].iloc[0]
    warned = any("not PD" in text for text in heard.texts)
    told = f"estimate {row['Estimate']:.2f} (SE {row['Std. Err']:.2f})"
    return told + (", warns: information matrix not positive definite" if warned else "")


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
