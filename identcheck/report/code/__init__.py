"""Code that fits a strategy, for Stata, R and Python."""

from __future__ import annotations

from identcheck.basics.arguments import is_word
from identcheck.basics.options import Language
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError, suggestion
from identcheck.report.code.regressions import code_of
from identcheck.report.writers.environment import environment

__all__ = ["LANGUAGES", "estimation_code"]

LANGUAGES = {"python": "code/python.py.jinja", "r": "code/r.R.jinja", "stata": "code/stata.do.jinja"}
"""The template of each language."""


def estimation_code(
    finding: Finding,
    language: Language,
    strategy: Strategy | Composed | None = None,
    *,
    data: str = "trial.csv",
    site: str = "site",
) -> str:
    """The code that fits a strategy (see ``Finding.code``)."""
    wanted = language.lower() if isinstance(language, str) else language
    if not is_word(wanted, tuple(LANGUAGES)):
        known = f"{suggestion(language, LANGUAGES)}; there is {', '.join(LANGUAGES)}"
        raise InvalidQuestionError([f"there is no estimation code in {language!r}{known}"])
    if not (strategy is None or isinstance(strategy, (Strategy, Composed))):
        raise InvalidQuestionError([f"{strategy!r:.60} is no strategy; take one of finding.strategies"])
    chosen, asked = finding.best if strategy is None else strategy, finding.estimand
    if chosen is None:
        none = f"is {finding.answer}, so there is no regression to write"
        verdict = "needs no regression" if finding.target.empty else none
        raise InvalidQuestionError([f"{asked} {verdict}: {finding.reason}"])
    if chosen not in (finding.best, *finding.strategies, *finding.ruled_out):
        problem = (
            f"{str(chosen)!r} is no strategy for {asked}; its strategies are those of finding.strategies"
        )
        raise InvalidQuestionError([problem])
    code = code_of(finding, chosen, wanted, data, site)
    return environment("text").get_template(LANGUAGES[wanted]).render(code=code).strip("\n") + "\n"
