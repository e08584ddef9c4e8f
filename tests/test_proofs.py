"""Verdicts before their proofs: ``check(prove=False)``, proofs one by one, and proofs that are interrupted."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck import Verdict
from identcheck.decide import findings as findings_module, witness as witness_module
from identcheck.decide.findings import Finding
from identcheck.decide.identification import Identification
from identcheck.decide.population import Population
from identcheck.decide.witness import Witness
from identcheck.formats.chains import parse_chains
from tests.drawn import FIGURE_1, drawn, drawn_graph
from tests.exact.worlds import random_design
from tests.terminal import file, flat, run
from tests.tools import often

MANY = often(80, 200)

HIDDEN = """\
graph = "T -> {M1 M2} -> Y; M1 -> M2"
treatment = "T"
outcome = "Y"
sites = 6
unobserved = ["M1"]
"""


def design(number: int) -> ic.Design:
    """A random design of its own at every call, so that it knows nothing yet; some with declarations."""
    random = Random(f"proofs {number}")
    made = random_design(random, sites=random.choice([None, 1, 2, 3, 6]))
    edges = list(made.causal.edges)
    if number % 3 or len(edges) < 2:
        return made
    return made.declaring(
        ic.uncorrelated(*random.sample(edges, 2), level=random.choice(["persons", "sites"]))
    )


def granted(number: int) -> tuple[str, ...]:
    return ((), ("all",), ("vi", "vii"))[number % 3]


def hidden() -> ic.Design:
    return drawn(FIGURE_1, sites=6, unobserved=["M1"])


def told(value: object) -> object:
    """A finding or a witness by its fields, populations by their design and sites: equal where all that is said is."""
    if isinstance(value, Population):
        return value.design, value.sites
    if isinstance(value, (Finding, Witness)):
        return {f.name: told(getattr(value, f.name)) for f in fields(value)}
    return [told(finding) for finding in value] if isinstance(value, Identification) else value


class Stop(BaseException):
    """What a user, or an editor, raises in mid-search."""


@contextmanager
def no_search() -> Iterator[None]:
    """Inside, looking for two worlds is an error."""
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("two worlds were looked for")

        patch.setattr(witness_module, "find_witness", refuse)
        patch.setattr(findings_module, "find_witness", refuse, raising=False)
        yield


def calls(job: Callable[[], object], most: int | None = None) -> int:
    """How many functions a job calls; with ``most`` it is stopped at that call."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"
        if made == most:
            raise Stop

    sys.setprofile(count)
    try:
        job()
    except Stop:
        assert most is not None
    finally:
        sys.setprofile(None)
    return made


class TestPending:
    def test_without_a_strategy_and_nothing_else_is_pending(self):
        seen = Counter()
        for number in range(MANY):
            with no_search():
                result = ic.check(design(number), granted(number), prove=False)
                for finding in result.findings:
                    assert finding.pending == (finding.best is None and not finding.zero)
                    assert (finding.verdict is Verdict.UNDECIDED) == finding.pending
                    assert finding.verdict is not Verdict.NOT_IDENTIFIED
                    assert not finding.pending or finding.witness() is None
                    seen[finding.pending] += 1
        assert min(seen[True], seen[False]) > MANY

    def test_its_proof_is_what_check_answers_in_every_field(self):
        seen = Counter()
        for number in range(MANY):
            now = ic.check(design(number), granted(number))
            later = ic.check(design(number), granted(number), prove=False)
            for old in later.findings:
                new, expected = old.prove(), now[old.estimand]
                assert told(new) == told(expected), (number, old)
                if old.pending:
                    assert (new.reason, told(new.witness())) == (expected.reason, told(expected.witness()))
                assert not new.pending
                assert old.prove() is new
                assert new.prove() is new
                seen[old.pending, new.verdict] += 1
            assert told(later.prove()) == told(now)
        assert seen[True, Verdict.NOT_IDENTIFIED] > MANY

    def test_one_for_which_no_worlds_are_found_is_undecided_and_no_longer_pending(self):
        """A finite set of persons who differ is not normal."""
        known = [ic.normal("persons"), ic.correlated(("T", "M1"), ("T", "M2"), "persons")]
        made = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        before = ic.check(made, ["all", *known], prove=False)["direct M1 Y"]
        finding = before.prove()

        assert (before.pending, finding.pending) == (True, False)
        assert before.verdict is finding.verdict is Verdict.UNDECIDED
        assert (before.answer, finding.answer) == ("pending", "undecided")
        assert "worlds" not in before.reason
        assert "nor were two worlds found" in finding.reason

    def test_results_for_one_design_share_their_proofs(self):
        made = hidden()
        quick = ic.check(made, "all", prove=False)
        finding = quick["direct M1 Y"].prove()

        with no_search():
            assert ic.check(made, "all")["direct M1 Y"] is finding
            assert quick["direct M1 Y"].prove() is finding

    def test_all_of_them_one_by_one(self):
        result, seen = ic.check(hidden(), prove=False), []

        def tell(finding: Finding) -> None:
            seen.append(finding)
            if len(seen) == 2:
                raise Stop

        with pytest.raises(Stop):
            result.prove(tell)
        whole = result.prove(seen.append)

        assert all(again is first for again, first in zip(seen[2:4], seen[:2], strict=True))
        assert [f.estimand for f in seen[2:]] == [f.estimand for f in result.findings if f.pending]
        assert told(whole) == told(ic.check(hidden()))
        assert whole.prove() is whole


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # stopped as a generator is closed
class TestInterrupted:
    def test_asked_again_it_ends_as_if_nothing_had_been(self):
        stopped = 0
        for number in range(40):
            random = Random(f"interrupted {number}")
            expected = ic.check(design(number), granted(number))
            result = ic.check(design(number), granted(number), prove=False)
            for finding in result.findings:
                if finding.pending:
                    again = ic.check(design(number), granted(number), prove=False)[finding.estimand]
                    whole = calls(again.prove)
                    for _ in range(3):
                        at = random.randint(1, 1 + whole // 2)
                        stopped += calls(finding.prove, at) == at
                    assert told(finding.prove()) == told(expected[finding.estimand])
        assert stopped > 100

    def test_so_with_the_verdicts_themselves(self):
        for number in range(20):
            random = Random(f"stopped {number}")
            expected = ic.check(design(number), granted(number))
            first = ic.check(design(number), granted(number))
            whole = calls(lambda first=first: first.findings)
            for _ in range(3):
                result = ic.check(design(number), granted(number))
                at = random.randint(1, whole // 2)
                assert calls(lambda result=result: result.findings, at) == at
                assert told(ic.check(result.design, granted(number))) == told(expected)


class TestShown:
    @pytest.fixture
    def result(self) -> Identification:
        return ic.check(hidden(), prove=False)

    def test_in_text_and_tables(self, result):
        finding = result["direct M1 Y"]

        assert repr(finding) == "<Finding direct(M1, Y): pending>"
        assert "pending" in repr(result)
        assert "not proved yet" in flat(str(finding))
        assert "finding.prove()" in str(finding)
        assert "result.prove()" in str(result)
        assert "pending" in [row["verdict"] for row in result.records()]
        assert result.verdicts["direct(M1, Y)"] is Verdict.UNDECIDED
        assert "not identified" not in str(result)

    @pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
    def test_in_reports_without_a_search(self, result, format):
        with no_search():
            said = flat(result.render(format, full=True))

        assert "pending" in said.lower()
        assert "not proved yet" in said
        assert "No two worlds were looked for" in said
        if format == "json":
            assert '"verdict": "pending"' in flat(json.dumps(json.loads(said)))

    def test_in_comparisons(self, result):
        proved, same = result.prove(), result.compare(ic.check(hidden(), prove=False))
        change = result.compare(proved)

        assert same.empty
        assert change.pending
        assert not change.worse
        assert not change.better
        assert "pending -> not identified" in str(change)
        assert "pending" in {row["change"] for row in change.records()}
        assert '"verdict": "pending"' in change.json()

    def test_in_robustness_and_mends_without_a_search(self, result):
        with no_search():
            robustness = ic.robustness(result)
            mended = result.mends("direct M1 Y")

        assert "not proved yet" in flat(str(robustness))
        assert mended == ic.check(hidden()).mends("direct M1 Y")
        assert mended

    def test_what_is_lost_with_one_more_arrow_is_pending_too(self):
        robustness = ic.robustness(
            ic.check(drawn("T -> M1 -> Y; M1 -> M2 -> Y", sites=1), "all", prove=False)
        )
        rows = [row for row in robustness.records() if row["after"] == "pending"]

        assert rows
        assert all(
            shift.worse for arrow in robustness.arrows for shift in arrow.shifts if shift.after.pending
        )

    def test_at_the_command_line(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        name = file(HIDDEN)
        with no_search():
            quick = run("check", name, "--no-proofs")
            one = run("check", name, "--no-proofs", "--target", "direct M1 Y")
            other = run("check", name, "--no-proofs", "--target", "itt")

        assert (quick.exit_code, one.exit_code, other.exit_code) == (1, 1, 0)
        assert "pending" in quick.stdout
        assert "not proved yet" in quick.stdout
        assert "Without --no-proofs" in flat(quick.stdout)
        assert "Without --no-proofs" in flat(one.stdout)
        assert "pending" not in run("check", name).stdout


def renamed(arrows: str, of: str, seed: int, **options) -> tuple[ic.Design, dict[str, str]]:
    """A drawing under other names, in random order; with an unmeasured cause of the effects of some arrows, if any."""
    random = Random(seed)
    plain = drawn_graph(arrows)
    letters = random.sample("ABCDEFGHIJKL", len(plain))
    names = dict(zip(sorted(plain), letters, strict=True))
    graph: nx.DiGraph[str] = nx.DiGraph()
    varies = options.pop("varies")
    for edge in random.sample(list(plain.edges), len(plain.edges)):
        graph.add_edge(*map(names.__getitem__, edge), varies=varies.get(" -> ".join(edge), "persons"))
    moved = [tuple(map(names.__getitem__, edge)) for edge in parse_chains(of).edges] if of else []
    causes = [ic.Modifier("wages", moved, scale="binary", measured=False)] if of else []
    arms = [names[node] for node in sorted(plain) if node.startswith("T")]
    hidden = [names[node] for node in options.pop("unobserved", [])]
    options |= {"treatment": arms, "outcome": names["Y"], "modifiers": causes, "unobserved": hidden}
    return ic.Design(graph, **options), names


class TestNames:
    """Which arrow gets which of the numbers that are drawn goes by names first; what is found must not."""

    @pytest.mark.parametrize("seed", range(8))
    def test_a_drawn_cause(self, seed):
        varies = {"T -> M0": "sites", "T -> M1": "none", "T -> M2": "none"}
        arrows = "T -> {M0 M1 M2}; M0 -> {M1 M2}; M1 -> {M2 Y}; M2 -> Y"
        design, names = renamed(arrows, "M2 -> Y; T -> M0", seed, varies=varies)
        finding = ic.check(design, ["vi", "ix", "everywhere"])[ic.path(names["M1"], names["Y"])]
        assert finding.verdict is ic.Verdict.NOT_IDENTIFIED
        assert finding.witness().verify()
        assert finding.witness().first.design == design

    @pytest.mark.parametrize("seed", range(8))
    def test_two_arms_and_an_unmeasured_mediator(self, seed):
        arrows = "T0 -> {M0 M1 M2 M3}; T1 -> {M0 M2 M3}; M0 -> {M1 Y}; M1 -> {M2 Y}; M2 -> {M3 Y}; M3 -> Y"
        sites = ("T0 -> M2", "M0 -> M1", "T1 -> M2")
        varies = dict.fromkeys(sites, "sites") | dict.fromkeys(
            ("M0 -> Y", "T1 -> M0", "M1 -> M2", "M2 -> Y"), "none"
        )
        design, names = renamed(arrows, "", seed, varies=varies, unobserved=["M3"], sites=2)
        finding = ic.check(design, ["all", "bypass"])[ic.direct(names["M1"], names["Y"])]
        assert finding.verdict is ic.Verdict.NOT_IDENTIFIED
        assert finding.witness().verify()
