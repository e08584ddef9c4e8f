"""check(): for each estimand of a design, is it identified under what is granted, and if not, why not.

The verdicts, their meaning, and what granting a numeral grants are those of theory section 12.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from identcheck.basics.display import Displayed
from identcheck.basics.once import once
from identcheck.basics.options import DataColumns, Language, Purpose, ReportFormat, SitesAre, TestName
from identcheck.decide.conditions import UNNUMBERED, Bypass, Condition, Product, is_kind
from identcheck.decide.estimands import Estimand, Target, estimand_of, resolve
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.granting import asked_for, numerals_granted, remarks
from identcheck.decide.lacking import granted_by_choice, lacks_but_one, least_lacking, meets_all
from identcheck.decide.primary import default_estimands, demand_stated, primary_effects
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.parts import find_strategies
from identcheck.decide.strategies.strategy import Strategy, levels_granted
from identcheck.decide.sums import SumFinding, sum_finding
from identcheck.derive.paths import effect_meant
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidQuestionError, UnknownEstimandError
from identcheck.errors.visible import visible
from identcheck.homes import lead
from identcheck.tables.table import Table, Tabled

if TYPE_CHECKING:
    from identcheck.decide.assumptions.base import Assumption
    from identcheck.decide.comparison.result import Comparison
    from identcheck.decide.mends import Mends
    from identcheck.decide.robustness import Robustness
    from identcheck.plan.inputs.plan import Plan
    from identcheck.report.documents import Document

__all__ = [
    "Finding",
    "Identification",
    "Verdict",
    "check",
    "counted_verdicts",
    "demand_result",
    "distinct",
    "meant",
    "primary_findings",
]


@dataclass(frozen=True)
class Identification(Displayed, Tabled):
    """The answers for a design: ``result[estimand]``, ``result.findings``, ``result.assumptions``.

    An estimand is one of ``direct(...)`` and its like, or text as on the command line, ``result["total V Y"]``. Iteration and
    ``len`` are over :attr:`findings`; ``in`` says whether the design has such an effect. Printed, it is an answer of one page.

    Attributes:
        design: the design, with everything that was declared of it.
        granted: the names that were granted: numerals, "bypass", "everywhere", "shared", "product"; and "justified" where that
            was asked.
        proved: whether its findings come with their proofs; if not, those without a strategy are pending.
    """

    design: Design
    granted: frozenset[str]
    proved: bool = True

    def __getitem__(self, estimand: Estimand | str) -> Finding:
        """The finding for any estimand of the design.

        Raises:
            UnknownEstimandError: where the design has no such effect; a KeyError too.
        """
        return self._finding(estimand_of(self.design, estimand))

    def combined(self, estimand: Estimand | str) -> SumFinding:
        """The answer for a sum or a difference of effects: ``result.combined(difference(direct("M1", "Y"), direct("M2", "Y")))``.

        Raises:
            UnknownEstimandError: where the design does not have one of the effects.
        """
        asked = estimand_of(self.design, estimand)
        parts = [part for _, part in asked.signed]

        def granting(names: frozenset[str]) -> list[Finding]:
            more = Identification(self.design, self.granted | names, False)
            return [more[part] for part in parts]

        return sum_finding(asked, [self[part] for part in parts], granting)

    @once
    def _finding(self, estimand: Estimand) -> Finding:
        found = _unproved(self.design, estimand, self.granted)
        return found.prove() if self.proved else found

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __contains__(self, asked: object) -> bool:
        """Whether the design has such an effect, as an estimand or as text; of a finding, whether it is one of these."""
        if isinstance(asked, Finding):
            return asked in self.findings
        try:
            resolve(self.design, estimand_of(self.design, asked))  # type: ignore[arg-type]  # it is refused there
        except UnknownEstimandError:
            return False
        return True

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each of :attr:`findings`, by the estimand's text: ``{"direct(V, Y)": Verdict.CONDITIONAL}``.

        UNDECIDED also where a finding is pending.
        """
        return {str(finding.estimand): finding.verdict for finding in self.findings}

    @property
    def table(self) -> Table:
        """A row for each of :attr:`findings`: effect, words, verdict, rests_on, missing."""
        return lead("Identification.table")(self)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The default ones: effects of mediators on the outcome, arrows between mediators, compliances, ITT and its parts."""
        return tuple(self[estimand] for estimand in default_estimands(self.design))

    def prove(self, told: Callable[[Finding], object] | None = None) -> Identification:
        """The same answers with their proofs: those of ``check(design, assume)``. These, where they have them already.

        Args:
            told: called with each finding that was pending, as soon as it is proved, in the order of :attr:`findings`. An
                exception that it raises ends the work between two effects.

        Whatever ends it, what is proved by then is kept, and asking again goes on from there.
        """
        for finding in self.findings:
            proved = finding.prove()
            if finding.pending and told is not None:
                told(proved)
        return self if self.proved else replace(self, proved=True)

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """What of all that is granted cannot hold together, one sentence each; empty where all of it can.

        No verdict rests on it: a strategy does not count where its rank (ix) cannot hold beside the conditions that are
        granted for other regressions.

        Source: theory section 7.
        """
        if not levels_granted(self.design, self.granted):
            return ()
        found = (text for finding in self.findings for text in finding.contradictions)
        return tuple(dict.fromkeys(found))

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        """The numbered assumptions in order, for this design."""
        from identcheck.decide.assumptions import assumption_list

        return assumption_list(self.design)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of numerals that were named and that nothing grants: (ii) and (v) are read off the graph."""
        return remarks(self.design, self.granted)

    def render(
        self,
        format: ReportFormat | None = None,
        plan: Plan | None = None,
        *,
        trials: int = 0,
        template: str | PathLike[str] | None = None,
        templates: str | PathLike[str] | None = None,
        document: Document | Purpose | None = None,
        full: bool = False,
    ) -> str:
        """The report as a string.

        Args:
            format: "text", "markdown", "latex", "html" or "json"; None for that of the template by its name
                (``short.html.jinja``), else text.
            plan: anticipated numbers; with them the report has a part "Design in numbers". Its pictures, in HTML, need
                matplotlib; LaTeX has them when it is saved.
            trials: how many trials that part simulates; 0 for none.
            template: a template of your own, as a path or a name in ``templates``.
            templates: a folder of templates for kinds of block, sections or the frame, each in place of identcheck's
                (docs/report-context.md).
            document: "preregistration", "grant" or "paper-appendix", or a ``Document``, for a document to submit in place
                of the report (docs/documents.md).
            full: whether the report has all its appendices: every effect, symbol, condition, strategy, derivation and
                expansion. JSON always has them.

        Raises:
            ReportError: no such format or document, or what is wrong with your template, with file and line.
            InvalidPlanError: numbers that are impossible, or fit nothing in the design.
        """
        return lead("Identification.render")(
            self,
            format,
            plan,
            trials=trials,
            template=template,
            templates=templates,
            document=document,
            full=full,
        )

    def save(
        self,
        path: str | PathLike[str],
        plan: Plan | None = None,
        *,
        trials: int = 0,
        template: str | PathLike[str] | None = None,
        templates: str | PathLike[str] | None = None,
        document: Document | Purpose | None = None,
        full: bool = False,
    ) -> None:
        """Write the report; the suffix decides: .txt .md .tex .html .json .pdf .docx.

        An existing file is replaced only by a complete report. The pictures of ``trial.tex`` are written to the folder
        ``trial_figures`` beside it.

        Args:
            path: the file.
            plan: anticipated numbers, for a part "Design in numbers".
            trials: how many trials that part simulates; 0 for none.
            template: a template of your own, as for ``render``.
            templates: a folder of your templates, as for ``render``.
            document: a document to submit in place of the report, as for ``render``.
            full: whether the report has all its appendices, as for ``render``.

        Raises:
            ReportError: unknown suffix, unwritable place, a PDF that could not be made, or what is wrong with your
                template.
            InvalidPlanError: numbers that are impossible, or fit nothing in the design.
        """
        lead("Identification.save")(
            self,
            path,
            plan,
            trials=trials,
            template=template,
            templates=templates,
            document=document,
            full=full,
        )

    def save_fragments(self, folder: str | PathLike[str]) -> tuple[Path, ...]:
        r"""Write pieces of LaTeX that a paper with its own preamble can ``\input``.

        They are assumptions.tex, conditions.tex, verdicts.tex and graph.tex; the top of each lists the packages that it
        needs (docs/documents.md).

        Args:
            folder: where they go; it is made if it is not there.

        Returns:
            The files written.

        Raises:
            ReportError: a place that cannot be written.
        """
        return lead("Identification.save_fragments")(self, folder)

    def code(
        self,
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
        """One script that estimates several effects: each regression once, and p values adjusted by Holm's method.

        Args:
            language: "python" (linearmodels), "r" (base R) or "stata" (ivregress).
            effects: the effects, each by the strategy that its verdict rests on; none for the primary ones.
            data: the data file that the code reads, comma-separated with one row per person.
            site: the column of the sites.
            threshold: the conditional F (theory, equation (11.13)) below which an effect is reported as not determined;
                None for that of the design's rules.
            brief: without the comments on assumptions, for a document that states them.
            covariates: columns of baseline covariates, as for :meth:`Finding.code`.
            cluster: the column of the clusters that are assigned, as there.
            tests: with a last part that tests the scatter of site effects, as ``examine`` does.
            test: of effects of mediators, as for :meth:`Finding.code`.
            sites_are: as there.
            columns: as there.

        Raises:
            InvalidQuestionError: no such language, or an effect that no regression gives.
        """
        given = {
            "data": data, "site": site, "threshold": threshold, "brief": brief, "covariates": covariates, "cluster": cluster,
            "tests": tests, "test": test, "sites_are": sites_are, "columns": columns,
        }  # fmt: skip
        return lead("Identification.code")(self, language, effects, **given)

    def unwritten(
        self, plan: Plan | None = None, *, document: Document | Purpose | None = None
    ) -> tuple[str, ...]:
        """What is still to be written in the report, or in a document to submit: every blank, wherever it stands.

        Args:
            plan: anticipated numbers; a document without them has blanks for what they would say.
            document: "preregistration", "grant" or "paper-appendix", or a ``Document``; None for the report.

        Returns:
            For each blank what it wants, and the key of the design file that fills it; empty where nothing is left, as
            ``identcheck report --strict`` demands.

        Raises:
            ReportError: no such document.
            InvalidPlanError: numbers that are impossible, or fit nothing in the design.
        """
        return lead("Identification.unwritten")(self, plan, document=document)

    def compare(self, other: Identification) -> Comparison:
        """What changes from this answer to another's: in the design, the verdicts and what they rest on."""
        return lead("Identification.compare")(self, other)

    def robustness(self, most: int = 60) -> Robustness:
        """Which verdicts one more arrow would change; ``most`` is how many absent arrows are tried."""
        return lead("Identification.robustness")(self, most=most)

    def mends(self, estimand: Estimand | str) -> Mends:
        """The smallest changes of the design under which an effect would be identified, all granted."""
        return lead("Identification.mends")(self, estimand)

    def _brief(self) -> str:
        title = f' "{visible(self.design.title):.60}"' if self.design.title else ""
        stated = primary_effects(self.design)
        shown = (f for f in self.findings if f.estimand.kind != "mediated" or f.estimand in stated)
        return f"Identification{title}: {counted_verdicts(distinct(shown))}"

    def __str__(self) -> str:
        return lead("Identification.text")(self)


def check(
    design: Design, assume: str | Declaration | Iterable[str | Declaration] = (), *, prove: bool = True
) -> Identification:
    """Find out which average effects of a design are identified.

    Args:
        design: the design.
        assume: what is granted: "all" (every numeral), a roman numeral such as "vi", "bypass", "everywhere", "shared" or
            "product" for the conditions that no numeral grants, "justified" for all that the design justifies, or several of
            these. Each grants every strategy's own condition of that name; "bypass" and "shared" only where no measured
            mediator could carry the bypass. (ii) and (v) are read off the graph: naming them changes nothing, as ``remarks``
            says. Declarations (``independent`` and its like) among the names are added to those of the design, and meet the
            conditions that follow from them.
        prove: whether an effect without a strategy comes with a proof, two worlds that no data tell apart. Without proofs the
            answer is quick, and such a finding UNDECIDED and :attr:`Finding.pending` until ``finding.prove()``, or
            ``result.prove()`` for all.

    Raises:
        InvalidQuestionError: for a numeral that this design's list does not have; for a bypass, a shared arrow or a product
            that a declaration contradicts; for an effect that ``primary`` or the rules name and the design does not have.
        InvalidDesignError: for declarations that contradict the design or one another.

    Source: theory section 12; the paper's sections 2 to 5.
    """
    demand_stated(demand_design(design))
    asked = asked_for(assume)
    granted = numerals_granted(design, [item for item in asked if not isinstance(item, Declaration)])
    declared = [item for item in asked if isinstance(item, Declaration)]
    result = Identification(design.declaring(*declared) if declared else design, granted, prove)
    if problems := _contradicted(result):
        raise InvalidQuestionError(problems)
    return result


@once
def _unproved(design: Design, estimand: Estimand, granted: frozenset[str]) -> Finding:
    """The answer by the strategy that lacks least; where there is none, it is pending.

    Kept with the design, so that every result for it has the same findings, and each is proved once.
    """
    target = resolve(design, estimand)
    search = find_strategies(design, target, granted)

    def found(verdict: Verdict, best: Strategy | Composed | None, pending: bool = False) -> Finding:
        return Finding(design, estimand, target, verdict, granted, best, search, pending)

    if target.empty:
        return found(Verdict.IDENTIFIED, None)
    if target.depends_on:
        return found(Verdict.NO_SINGLE_NUMBER, None)
    best = search.alone or least_lacking(search.regressions, granted)
    if best is None or not (
        search.settled(granted)
        or meets_all(best, granted)
        or (lacks_but_one(best, granted) and search.bypassed_twice)
    ):
        best = search.sole or least_lacking(search.strategies, granted)
        if best is None or not meets_all(best, granted):
            met = search.met_by_fewer(granted) or search.met_by_choice(granted_by_choice(granted))
            best = met or best
    if best is None:  # at levels that matter, no pair of worlds is looked for
        return found(Verdict.UNDECIDED, None, pending=not search.target.levels)
    return found(Verdict.IDENTIFIED if meets_all(best, granted) else Verdict.CONDITIONAL, best)


def _contradicted(result: Identification) -> list[str]:
    """What is granted by key although a declaration of a correlation contradicts it; what a drawn cause joins is not granted."""
    keys = result.granted & set(UNNUMBERED)
    if not keys or all(d.kind != "correlated" for d in result.design.declarations):
        return []
    conditions = (c for f in result.findings for s in f.search.strategies for c in s.conditions)
    found = (c for c in conditions if c.key in keys and c.violated and not _joined(c))
    return list(
        dict.fromkeys(
            f"{c.key!r} cannot be granted, it is contradicted ({c.violated}): {c.statement}" for c in found
        )
    )


def _joined(condition: Condition) -> bool:
    """Whether it is a drawn cause that excludes a condition."""
    return is_kind(condition, Product) or (is_kind(condition, Bypass) and bool(condition.joined))


def demand_result(value: object) -> Identification:
    """The answers that were handed over.

    Raises:
        InvalidQuestionError: it is something else.
    """
    if isinstance(value, Identification):
        return value
    if isinstance(value, Design):
        raise InvalidQuestionError(
            ["this is a design, where the answers for one are wanted; check it first: ic.check(design)"]
        )
    raise InvalidQuestionError(
        [f"it is {value!r:.60}, where the answers for a design are wanted; get them by ic.check(design)"]
    )


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Leave out a total effect that is the direct effect asked for before it."""
    kept: dict[object, Finding] = {}
    for finding in findings:
        kept.setdefault(meant(finding.design, finding.target), finding)
    return tuple(kept.values())


def meant(design: Design, target: Target) -> object:
    """What is asked, the same however it is named."""
    plain = target.plain(design)
    if plain is None:
        return tuple(effect_meant(design, *stretch) for stretch in target.stretches)
    effect = effect_meant(design, plain.source, plain.target, plain.avoiding)
    return effect, plain.route, plain.levels, plain.depends_on, plain.weighted


def primary_findings(result: Identification) -> tuple[Finding, ...]:
    """The findings that reports and documents are about.

    Those of the effects that the design states as primary, in that order, of a sum those that it is of; where it states none, the
    default effects that can be had: those with a regression or a contrast, and not zero by the graph. Where there are none of
    these, all. Parts of an intent-to-treat effect are among them only where they are stated.

    Raises:
        UnknownEstimandError: the design states an effect that it does not have.
    """
    if stated := primary_effects(result.design):
        return tuple(result[estimand] for estimand in stated)
    found = distinct(finding for finding in result.findings if finding.estimand.kind != "mediated")
    return tuple(finding for finding in found if finding.best is not None and not finding.zero) or found


def counted_verdicts(findings: Sequence[Finding]) -> str:
    """How many findings have each answer: "3 identified, 2 conditional, 1 zero by the graph"."""
    told = Counter(finding.answer for finding in findings)
    verdicts = [verdict.value for verdict in Verdict]
    return ", ".join(f"{told[said]} {said}" for said in (*verdicts, *(told.keys() - verdicts)) if told[said])
