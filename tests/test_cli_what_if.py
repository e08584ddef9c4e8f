"""The commands that ask what if: compare and robust."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.terminal import FIGURE_2, failed, file, flat, run


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bypassed(name: str = "bypassed.toml") -> str:
    """Figure 2 with an arrow from the offer to neighborhood poverty."""
    return file(FIGURE_2.replace("V -> Y", "V -> Y; T -> NP"), name)


class TestCompare:
    def test_worse_is_exit_code_1(self):
        result = run("compare", file(FIGURE_2), bypassed(), "--assume", "all")
        assert (result.exit_code, result.stderr) == (1, "")
        text = flat(result.stdout)
        assert "arrow added: T -> NP" in text
        assert (
            "Worse identified -> conditional total(V, Y) the total effect of use of the voucher on Y" in text
        )
        assert "Unchanged: 7 of 9 effects." in text

    def test_better_is_exit_code_0(self):
        result = run("compare", bypassed(), file(FIGURE_2), "-a", "all")
        assert result.exit_code == 0
        assert "arrow removed: T -> NP" in result.stdout
        assert "Better\n  conditional -> identified\n" in result.stdout

    def test_granting_nothing_only_conditions_change(self):
        result = run("compare", file(FIGURE_2), bypassed())
        assert result.exit_code == 0
        assert "Same verdict, other conditions" in result.stdout
        assert "granting nothing" in result.stdout

    def test_a_design_with_itself(self):
        result = run("compare", file(FIGURE_2), "trial.toml")
        assert result.exit_code == 0
        assert "What changes in the design\n  nothing\n" in result.stdout
        assert "Unchanged: 9 of 9 effects.\n" in result.stdout

    def test_all_names_the_unchanged(self):
        assert "itt()" not in run("compare", file(FIGURE_2), bypassed()).stdout
        assert "identified      itt()" in run("compare", file(FIGURE_2), bypassed(), "--all").stdout

    def test_json(self):
        result = run("compare", file(FIGURE_2), bypassed(), "--json", "-a", "all")
        assert (result.exit_code, result.stderr) == (1, "")
        data = json.loads(result.stdout)
        assert data["schema_version"] == 1
        assert data["design"] == [
            {"kind": "arrow added", "nodes": ["T", "NP"], "sentence": "arrow added: T -> NP"}
        ]
        effects = {effect["estimand"]: effect for effect in data["effects"]}
        assert effects["total(V, Y)"]["direction"] == "worse"
        assert effects["total(V, Y)"]["after"]["verdict"] == "conditional"
        assert [c["assumption"] for c in effects["total(V, Y)"]["after"]["missing"]] == [None]

    def test_missing_file(self):
        for words in (["nope.toml", file(FIGURE_2)], ["trial.toml", "nope.toml"]):
            assert (
                failed(run("compare", *words))
                == "error: cannot read 'nope.toml': no such file or directory\n"
            )
        assert run("compare", "trial.toml").exit_code == 2

    def test_no_effect_in_common(self):
        other = file('graph = "A -> B -> C"\ntreatment = "A"\noutcome = "C"\n', "other.toml")
        message = failed(run("compare", file(FIGURE_2), other))
        assert message.count("\n") == 1
        assert "the two designs have no effect in common" in message
        assert "'T', 'V', 'NP', 'Y'" in message
        assert "'A', 'B', 'C'" in message

    def test_another_outcome(self):
        """Effects on mediators can still be compared; those on the outcome are asked of one side only."""
        other = file(FIGURE_2.replace("Y", "Z"), "other.toml")
        result = run("compare", file(FIGURE_2), other)
        assert result.exit_code == 0
        text = flat(result.stdout)
        assert "the outcome is Z; before, it was Y" in text
        assert "Asked of the first design only" in text
        assert "Unchanged: 3 of 13 effects." in text

    def test_a_numeral_that_one_design_lacks(self):
        one_site = file('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 1\n', "one.toml")
        message = failed(run("compare", one_site, file(FIGURE_2), "-a", "ix"))
        assert "one.toml: there is no assumption 'ix' to grant" in message

    @pytest.mark.parametrize("label", ["a {b} %s <&> ⟨V⟩", "weighs 5 sites", "é ß 漢字", "a\\nb\\tc"])
    def test_labels_with_odd_characters(self, label):
        odd = [text.replace("use of the voucher", label) for text in (FIGURE_2, FIGURE_2 + 'NP = "⟨"\n')]
        one, two = file(odd[0], "one.toml"), file(odd[1], "two.toml")
        result = run("compare", one, two, "--all")
        assert result.exit_code == 0
        assert "Unchanged: 9 of 9 effects" in result.stdout
        assert flat(tomllib.loads(odd[0])["labels"]["V"]) in flat(result.stdout)

    def test_a_stop_by_the_user_is_no_crash(self, monkeypatch):
        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("identcheck.decide.identification.Identification.compare", stopped)
        result = run("compare", file(FIGURE_2), "trial.toml")
        assert result.exit_code == 130
        assert "interrupted" in result.stderr

    def test_lines_fit_the_terminal(self):
        for line in run("compare", file(FIGURE_2), bypassed(), "--all", "-a", "all").stdout.splitlines():
            assert len(line) <= 100, line


class TestRobust:
    def test_what_an_arrow_would_do(self):
        result = run("robust", file(FIGURE_2), "--assume", "all")
        assert (result.exit_code, result.stderr) == (0, "")
        text = flat(result.stdout)
        assert (
            "The effect of use of the voucher on NP is identified; an arrow T -> NP would make it conditional "
            "on the bypass." in text
        )
        assert "T -> NP worse: total(V, Y), direct(V, NP)" in text
        assert "itt() the total effect of T on Y: identified" in text

    def test_granting_nothing_says_what_to_grant(self):
        text = flat(run("robust", file(FIGURE_2)).stdout)
        assert "already conditional on (vi), (vii) and (ix)" in text
        assert "T -> NP changes no verdict" in text

    def test_what_is_not_tried_is_said(self):
        text = flat(run("robust", file(FIGURE_2), "--most", "1").stdout)
        assert "tried, one at a time: 1," in text
        assert "Not tried: 1 more absent arrow," in text
        assert "Not tried" not in run("robust", file(FIGURE_2), "--most", "2").stdout

    @pytest.mark.parametrize("most", ["0", "-3", "many"])
    def test_bad_most(self, most):
        result = run("robust", file(FIGURE_2), "--most", most)
        assert result.exit_code == 2
        assert "--most" in result.stderr

    def test_a_full_graph(self):
        full = FIGURE_2.replace("V -> Y", "V -> Y; T -> {NP Y}")
        assert "already has every arrow" in run("robust", file(full)).stdout

    def test_missing_file_and_numeral(self):
        assert failed(run("robust", "nope.toml")).startswith("error: cannot read 'nope.toml'")
        assert "no assumption 'vj'" in failed(run("robust", file(FIGURE_2), "-a", "vj"))

    def test_progress_on_a_terminal(self, monkeypatch):
        monkeypatch.setattr("identcheck.cli.what_if._watched", lambda: True)
        result = run("robust", file(FIGURE_2), "-a", "all")
        assert result.exit_code == 0
        assert "trying arrows" in result.stderr
        assert "trying arrows" not in result.stdout

    def test_a_stop_by_the_user_is_no_crash(self, monkeypatch):
        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("identcheck.decide.robustness.robustness", stopped)
        result = run("robust", file(FIGURE_2))
        assert result.exit_code == 130
        assert "interrupted" in result.stderr
