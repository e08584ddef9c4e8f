"""Code that fits a strategy, for Stata, R and Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from identcheck.basics.arguments import is_word
from identcheck.basics.options import DataColumns, Language, SitesAre, TestName
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding
from identcheck.decide.identification import Identification, primary_findings
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError, suggestion
from identcheck.report.code.effects import Wanted
from identcheck.report.code.regressions import code_of
from identcheck.report.writers.environment import environment

__all__ = ["LANGUAGES", "analysis_code", "estimation_code", "result_code"]

LANGUAGES = {"python": "code/python.py.jinja", "r": "code/r.R.jinja", "stata": "code/stata.do.jinja"}
"""The template of each language."""


def estimation_code(
    finding: Finding,
    language: Language,
    strategy: Strategy | Composed | None = None,
    *,
    data: str = "trial.csv",
    site: str = "site",
    threshold: float | None = None,
    covariates: Iterable[str] = (),
    cluster: str = "",
    tests: bool = False,
    test: TestName = "CR1",
    sites_are: SitesAre = "sample",
    columns: DataColumns | None = None,
) -> str:
    """The code that fits a strategy (see ``Finding.code``)."""
    known = _language(language)
    if not (strategy is None or isinstance(strategy, (Strategy, Composed))):
        raise InvalidQuestionError([f"{strategy!r:.60} is no strategy; take one of finding.strategies"])
    chosen = strategy or _best(finding)
    if chosen not in (finding.best, *finding.strategies, *finding.ruled_out):
        problem = f"{str(chosen)!r} is no strategy for {finding.estimand}; its strategies are those of finding.strategies"
        raise InvalidQuestionError([problem])
    beside = _columns(covariates, cluster)
    named, fixed = tuple((columns or {}).items()), _population(sites_are)
    wanted = ((finding, chosen),)
    return _written(
        Wanted(wanted, known, data, site, threshold, False, *beside, tests, _test(test), fixed, named)
    )


def analysis_code(
    findings: Iterable[Finding],
    language: Language,
    *,
    data: str = "trial.csv",
    site: str = "site",
    threshold: float | None = None,
    brief: bool = False,
    covariates: Iterable[str] = (),
    cluster: str = "",
    tests: bool = False,
    test: TestName = "CR1",
    sites_are: SitesAre = "sample",
    columns: DataColumns | None = None,
) -> str:
    """One script for several effects: each regression once, the conditional F of its mediators, p values adjusted by Holm.

    Args:
        findings: the effects, each estimated by the strategy that its verdict rests on.
        language: "python", "r" or "stata".
        data: the data file that the code reads.
        site: the column of the sites.
        threshold: the conditional F below which an effect is reported as not determined by the trial; None for that of the
            design's rules.
        brief: without the comments on assumptions, for a document that states them.
        covariates: columns of baseline covariates, centered by site, with slopes common to all sites.
        cluster: the column of the clusters that are assigned, whose means are analysed; "" where persons are assigned.
        tests: with a last part that tests the scatter of site effects.
        test: of effects of mediators, as a plan has it.
        sites_are: "population" where the average effect of these very sites is asked for.
        columns: of nodes that the data call otherwise their columns.

    Raises:
        InvalidQuestionError: no such language, no effect, or one that no regression gives.
    """
    known = _language(language)
    chosen = tuple((finding, _best(finding)) for finding in dict.fromkeys(findings))
    if not chosen:
        raise InvalidQuestionError(["there is no effect to write code for"])
    beside = _columns(covariates, cluster)
    named, fixed = tuple((columns or {}).items()), _population(sites_are)
    return _written(
        Wanted(chosen, known, data, site, threshold, brief, *beside, tests, _test(test), fixed, named)
    )


def _columns(covariates: Iterable[str], cluster: object) -> tuple[tuple[str, ...], str]:
    """The columns of covariates and of clusters.

    Raises:
        InvalidQuestionError: no names of columns.
    """
    named = (covariates,) if isinstance(covariates, str) else tuple(covariates)
    wrong = [f"covariates: {name!r:.60} is no name of a column" for name in named if not _is_name(name)]
    if len(set(map(str, named))) < len(named):
        wrong.append(f"covariates: {', '.join(map(str, named))} name a column twice; drop one")
    if cluster is not None and cluster != "" and not _is_name(cluster):
        wrong.append(f"cluster: {cluster!r:.60} is no name of a column")
    if wrong:
        raise InvalidQuestionError(wrong)
    return named, str(cluster or "")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip())


def result_code(
    result: Identification,
    language: Language,
    effects: Iterable[Estimand | str] = (),
    *,
    data: str = "trial.csv",
    site: str = "site",
    threshold: float | None = None,
    brief: bool = False,
    covariates: Iterable[str] = (),
    cluster: str = "",
    tests: bool = False,
    test: TestName = "CR1",
    sites_are: SitesAre = "sample",
    columns: DataColumns | None = None,
) -> str:
    """The code for several effects of one identification (see ``Identification.code``)."""
    asked = [effects] if isinstance(effects, (str, Estimand)) else list(effects)
    findings = [result[effect] for effect in asked]
    findings = findings or [finding for finding in primary_findings(result) if finding.best is not None]
    return analysis_code(
        findings,
        language,
        data=data,
        site=site,
        threshold=threshold,
        brief=brief,
        covariates=covariates,
        cluster=cluster,
        tests=tests,
        test=test,
        sites_are=sites_are,
        columns=columns,
    )


def _language(language: Language) -> str:
    wanted = language.lower() if isinstance(language, str) else language
    if not is_word(wanted, tuple(LANGUAGES)):
        known = f"{suggestion(language, LANGUAGES)}; there is {', '.join(LANGUAGES)}"
        order = (
            "; the language comes first, then the effects"
            if " " in str(language) or "(" in str(language)
            else ""
        )
        raise InvalidQuestionError([f"there is no estimation code in {language!r}{known}{order}"])
    return wanted


def _test(test: TestName) -> TestName:
    if not is_word(test, known := get_args(TestName)):
        raise InvalidQuestionError(
            [f"test is {test!r}{suggestion(str(test), known)}; it is one of {', '.join(known)}"]
        )
    return test


def _population(sites_are: SitesAre) -> bool:
    if not is_word(sites_are, known := get_args(SitesAre)):
        raise InvalidQuestionError(
            [
                f"sites_are is {sites_are!r}{suggestion(str(sites_are), known)}; it is one of {', '.join(known)}"
            ]
        )
    return sites_are == "population"


def _best(finding: Finding) -> Strategy | Composed:
    """The strategy that the verdict rests on."""
    if finding.best is None:
        none = f"is {finding.answer}, so there is no regression to write"
        verdict = "needs no regression" if finding.target.empty else none
        raise InvalidQuestionError([f"{finding.estimand} {verdict}: {finding.reason}"])
    return finding.best


def _written(wanted: Wanted) -> str:
    code = code_of(wanted)
    return environment("text").get_template(LANGUAGES[wanted.language]).render(code=code).strip("\n") + "\n"
