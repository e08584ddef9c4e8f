"""The command line as a person meets it: what is printed where, exit codes 0, 1 and 2, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import identcheck as ic
from identcheck import __version__
from tests.terminal import FIGURE_2, failed, file, flat, run

FIGURE_1 = 'graph = "T -> {M1 M2} -> Y; M1 -> M2"\ntreatment = "T"\noutcome = "Y"\nsites = 6\n'
THREE = 'graph = "T -> {M1 M2 M3} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 2\n'
ARMS = 'graph = "{T1 T2} -> M -> Y; T1 -> Y"\ntreatment = ["T1", "T2"]\noutcome = "Y"\nsites = 4\n'
SHARED = 'graph = "T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}"\ntreatment = "T"\noutcome = "Y"\nsites = 6\nunobserved = ["x"]\n'
ANSI = "\x1b["


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestHelp:
    @pytest.mark.parametrize("words", [["--help"], ["-h"]])
    def test_teaches_the_commands(self, words):
        result = run(*words)
        assert result.exit_code == 0
        for line in (
            "identcheck init trial.toml        write a starter file; edit it",
            "identcheck check trial.toml       verdicts, and what is missing for each",
            "identcheck compare trial.toml other.toml",
            "identcheck robust trial.toml -a all",
        ):
            assert any(printed.strip() == line for printed in result.stdout.splitlines()), result.stdout

    @pytest.mark.parametrize("command", ["check", "compare", "report", "robust", "show", "init"])
    def test_of_a_command(self, command):
        result = run(command, "--help")
        assert result.exit_code == 0
        assert "Usage:" in result.stdout
        assert r"\b" not in result.stdout

    @pytest.mark.parametrize(
        ("command", "example"),
        [
            ("check", "identcheck check trial.toml --assume vi --assume vii"),
            ("check", "identcheck check trial.toml --assume all --target 'total V Y'"),
            ("report", "identcheck report trial.toml -o trial.html --assume all"),
            ("show", "identcheck show trial.toml --effect 'V Y'"),
            ("compare", "identcheck compare trial.toml with_arrow.toml --assume all"),
            ("robust", "identcheck robust trial.toml --assume all"),
        ],
    )
    def test_examples_stand_on_lines_of_their_own(self, command, example):
        assert any(line.strip() == example for line in run(command, "--help").stdout.splitlines())

    @pytest.mark.parametrize("command", ["check", "compare"])
    def test_exit_codes_are_documented(self, command):
        text = flat(run(command, "--help").stdout)
        assert "Exit code 1" in text
        assert "Exit code 2" in text

    def test_version(self):
        result = run("--version")
        assert result.exit_code == 0
        assert result.stdout.endswith(f", version {__version__}\n")

    def test_unknown_command_and_option(self):
        for words, hint in ((["chek", "x"], "check"), (["check", "x", "--asume", "vi"], "--assume")):
            result = run(*words)
            assert result.exit_code == 2
            assert hint in result.stderr

    def test_no_command_shows_help(self):
        result = run()
        assert result.exit_code == 2
        assert "Commands:" in result.output


class TestCheck:
    def test_nothing_granted(self):
        result = run("check", file(FIGURE_1))
        assert result.exit_code == 0
        assert result.stderr == ""
        text = flat(result.stdout)
        assert "Verdicts, granting nothing" in text
        assert "missing: (vi), (vii) and (ix)" in text
        assert "Still missing" in text

    def test_random_assignment_is_taken_as_given_only_where_the_graph_does_not_contradict_it(self):
        plain = 'graph = "T -> M -> Y{}"\ntreatment = "T"\noutcome = "Y"\nsites = 6\n'
        end = "Every verdict takes the model itself, (i), (iii), (iv), and random assignment"
        assert f"{end} as given." in flat(run("check", file(plain.format(""))).stdout)
        shared = flat(run("check", file(plain.format("; T <-> Y"))).stdout)
        assert f"{end} (where the graph does not contradict it) as given." in shared

    def test_says_what_is_still_missing(self):
        result = run("check", file(FIGURE_1), "--assume", "vi", "--assume", "vii")
        assert run("check", file(FIGURE_1), "-a", "vi,vii").stdout == result.stdout
        said = "(ii) and (v) are read off the graph: an arrow that is not drawn is claimed not to be."
        assert said in flat(run("check", file(FIGURE_1), "-a", "ii,v").stdout)
        assert said not in flat(run("check", file(FIGURE_1), "-a", "all").stdout)
        assert run("check", file(FIGURE_1), "-a", "vi, vii").stdout == result.stdout
        assert "there is no assumption ''" in failed(run("check", file(FIGURE_1), "-a", ""))
        text = flat(result.stdout)
        assert "Verdicts, granting (vi) and (vii)" in text
        assert "missing: (ix)" in text
        assert "(ix) T changes M1 and M2 in different proportions from site to site." in text
        still = text.partition("Still missing")[2].partition("Assumptions")[0]
        assert "(vi)" not in still
        assert "(vii)" not in still
        assert "(ix)" in still

    def test_all_granted_leaves_the_bypass(self):
        text = flat(run("check", file(FIGURE_1), "--assume", "all").stdout)
        assert "conditional total(M1, Y)" in text
        assert "missing: the bypass" in text
        assert (
            "bypass What T does to M2 other than through M1 is unrelated, from site to site, to what it does to M1"
            in text
        )

    def test_primary_effects_come_first_and_are_marked(self):
        primary = 'primary = ["path M1 M2 Y", "total M2 Y", "direct T Y"]\n'
        result = run("check", file(FIGURE_1 + primary))
        verdicts = result.stdout.partition("Verdicts")[2].partition("\n  * ")[0].splitlines()[1:]
        rows = [re.split(r"  +", line.strip()) for line in verdicts]
        assert [row[1] for row in rows[:2]] == ["path(M1, M2, Y) *", "total(M2, Y) *"]
        assert rows[2] == ["zero by the graph direct(T, Y) *"]
        assert not any("M2, Y)" in row[1] for row in rows[3:] if len(row) > 1)
        starts = {re.search(r"\w+\(", line).start() for line in verdicts}
        assert len(starts) == 1
        assert "* primary: what the trial is for" in result.stdout
        assert "primary" not in run("check", file(FIGURE_1)).stdout

    def test_the_pooled_ratio_has_assumptions_of_its_own(self):
        one = file('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 6\n')
        text = run("check", one).stdout
        assert (
            "(v.a)   No average within-site compliance-effect covariance: only for the pooled ratio" in text
        )
        assert "(v.b)   No between-site compliance-effect covariance: only for the pooled ratio" in text

    def test_a_shared_arrow_is_not_called_a_bypass(self):
        text = flat(run("check", file(SHARED), "--assume", "all", "--target", "direct M2 Y").stdout)
        assert "The average effect along the arrow M1 -> x is the same in all sites" in text
        assert text.count("A shared arrow carries treatment to a mediator of the regression") == 1
        assert "missing: a shared arrow" in text.partition("Still missing")[0]

    def test_identified(self):
        result = run("check", file(FIGURE_2), "-a", "all")
        assert result.exit_code == 0
        assert "Still missing" not in result.stdout
        assert "use of the voucher" in result.stdout
        assert result.stdout.startswith("Vouchers\n")

    def test_not_identified_is_exit_code_1_with_a_witness(self):
        result = run("check", file(THREE))
        assert result.exit_code == 1
        assert result.stderr == ""
        text = flat(result.stdout)
        reason = "he matrix for M1, M2 and M3 has rank 2 with 2 sites; it takes at least 3 sites."
        assert f"direct(M1, Y), direct(M2, Y) and direct(M3, Y): t{reason}" in text
        assert text.count(reason) == 1
        assert "Two worlds" not in text
        shown = flat(run("check", file(THREE), "-t", "direct M1 Y").stdout)
        assert f"T{reason}" in shown
        assert "and give the same site effects, but the effect of M1 on Y is" in shown

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["--target", "total V Y"], 1),
            (["--target", "total V Y", "--assume", "all"], 0),
            (["--target", "total(V, Y)", "--assume", "all"], 0),
            (["--target", "itt"], 0),
            (["--target", "compliance NP"], 0),
            (["--target", "path T V Y", "--assume", "all"], 0),
            (["--target", "itt", "--target", "direct NP Y"], 1),
            (["-t", "direct T -> Y"], 1),
        ],
        ids=str,
    )
    def test_target(self, words, code):
        result = run("check", file(FIGURE_2), *words)
        assert result.exit_code == code
        assert "Assumptions\n" not in result.stdout

    def test_one_path_is_not_called_the_total_effect(self):
        text = run("check", file(FIGURE_1), "-t", "path M1 M2 Y").stdout
        verdict = text.partition("Verdicts")[2].strip().splitlines()[1]
        assert "total effect" not in verdict
        assert "M1 -> M2 -> Y" in verdict

    def test_arms(self):
        assert run("check", file(ARMS), "-t", "itt arm=T2").exit_code == 0
        assert "several arms, 'T1', 'T2'" in failed(run("check", file(ARMS), "-t", "itt"))

    @pytest.mark.parametrize("text", [FIGURE_1, FIGURE_2, THREE, ARMS, SHARED])
    def test_lines_fit_the_terminal(self, text):
        for line in run("check", file(text), "-a", "all").stdout.splitlines():
            assert len(line) <= 100, line

    def test_baseline_nodes_are_mentioned(self):
        result = run("check", file(FIGURE_2.replace("V -> Y", "V -> Y; U -> {V Y}")))
        assert "Fixed before treatment, harmless for identification here: U." in result.stdout


class TestShow:
    def test_equations(self):
        result = run("show", file(FIGURE_1))
        assert result.exit_code == 0
        text = flat(result.stdout)
        assert "Γ_2 = Γ*_2 + Γ_1 Λ_12" in text
        assert "β_s = γ_1s δ_1 + γ_2s δ_2 + ω_s" in text

    def test_effect(self):
        result = run("show", file(FIGURE_2), "--effect", "V Y", "-e", "T -> NP")
        assert result.stdout.splitlines() == ["Δ^tot_V = Δ_V + Λ_{V,NP} Δ_NP", "Γ_NP = Γ_V Λ_{V,NP}"]

    def test_latex(self):
        result = run("show", file(FIGURE_2), "-e", "T NP", "--latex")
        assert result.stdout == "\\Gamma_{\\mathrm{NP}} = \\Gamma_{V} \\, \\Lambda_{V,\\mathrm{NP}}\n"

    def test_bad_effect(self):
        assert "give two nodes, such as 'V Y'" in failed(run("show", file(FIGURE_2), "-e", "V"))
        assert "no variable 'Q'" in failed(run("show", file(FIGURE_2), "-e", "V Q"))

    def test_one_site(self):
        result = run("show", file('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 1\n'))
        assert "(CWATE)" in result.stdout


class TestReport:
    def test_to_the_terminal(self):
        result = run("report", file(FIGURE_2))
        assert result.exit_code == 0
        assert result.stdout.startswith("Vouchers\n")
        assert run("report", file(FIGURE_2), "-o", "-").stdout == result.stdout

    @pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
    def test_formats(self, format):
        result = run("report", "-o", "-", "-f", format, file(FIGURE_2))
        assert result.exit_code == 0
        if format == "json":
            assert json.loads(result.stdout)

    @pytest.mark.parametrize("suffix", ["txt", "md", "tex", "html", "json", "HTML"])
    def test_to_a_file(self, suffix):
        result = run("report", file(FIGURE_2), "-o", f"out.{suffix}", "--assume", "all")
        assert (result.exit_code, result.stdout) == (0, f"wrote out.{suffix}\n")
        assert "Vouchers" in Path(f"out.{suffix}").read_text(encoding="utf-8")

    def test_bad_outputs(self):
        name = file(FIGURE_2)
        assert "there is no directory 'missing'" in failed(run("report", name, "-o", "missing/out.html"))
        assert "cannot tell the format of 'out.htm'" in failed(run("report", name, "-o", "out.htm"))
        Path("folder.html").mkdir()
        assert "it is a directory" in failed(run("report", name, "-o", "folder.html"))
        assert "no report format 'htlm' (did you mean 'html'?)" in failed(run("report", name, "-f", "htlm"))

    def test_format_goes_with_the_terminal(self):
        result = run("report", file(FIGURE_2), "-o", "out.html", "-f", "html")
        assert result.exit_code == 2
        assert "--format goes with" in result.stderr
        assert not Path("out.html").exists()

    def test_a_failed_run_leaves_the_old_report(self):
        Path("out.html").write_text("precious")
        Path("out.pdf").write_bytes(b"%PDF precious")
        broken = file(FIGURE_2.replace("sites = 5", "sites = 0"), "broken.toml")
        failed(run("report", broken, "-o", "out.html"))
        failed(run("report", file(FIGURE_2), "-o", "out.html", "--assume", "xii"))
        without_tex = {"PATH": str(Path.cwd())}
        failed(run("report", file(FIGURE_2), "-o", "out.pdf", env=without_tex))
        assert Path("out.html").read_text() == "precious"
        assert Path("out.pdf").read_bytes() == b"%PDF precious"

    def test_without_tex_the_source_is_kept_and_named(self):
        message = failed(run("report", file(FIGURE_2), "-o", "out.pdf", env={"PATH": str(Path.cwd())}))
        assert "out.tex" in message
        assert not Path("out.pdf").exists()
        assert r"\documentclass" in Path("out.tex").read_text(encoding="utf-8")

    def test_no_drafts_are_left(self):
        run("report", file(FIGURE_2), "-o", "out.md")
        assert sorted(path.name for path in Path().iterdir()) == ["out.md", "trial.toml"]


class TestInit:
    def test_writes_a_file_that_works(self):
        result = run("init")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "wrote design.toml; edit it, then run: identcheck check design.toml\n"
        assert run("check", "design.toml").exit_code == 0
        assert run("check", "design.toml", "--assume", "all").exit_code == 0
        assert run("show", "design.toml").exit_code == 0
        for out in ("design.txt", "design.html", "design.tex"):
            assert run("report", "design.toml", "-o", out).exit_code == 0

    def test_never_overwrites(self):
        file("precious", "design.toml")
        assert "design.toml exists; choose another name, or say --force to replace it" in failed(run("init"))
        assert Path("design.toml").read_text() == "precious"
        assert run("init", "--force").exit_code == 0
        assert Path("design.toml").read_text() != "precious"

    def test_another_name(self):
        assert run("init", "mine.toml").exit_code == 0
        assert run("check", "mine.toml").exit_code == 0

    def test_where_nothing_can_be_written(self):
        assert "cannot write 'missing/design.toml'" in failed(run("init", "missing/design.toml"))
        Path("folder.toml").mkdir()
        assert "is a directory" in failed(run("init", "folder.toml", "--force"))

    @pytest.mark.parametrize("name", ["trial", "trial.json", "trial.dagitty"])
    def test_it_is_a_toml_file(self, name):
        assert "name it 'trial.toml'" in failed(run("init", name))
        assert not Path(name).exists()


class TestBadInput:
    @pytest.mark.parametrize("command", ["check", "report", "show"])
    def test_missing_file_and_directory(self, command):
        assert (
            failed(run(command, "nope.toml")) == "error: cannot read 'nope.toml': no such file or directory\n"
        )
        Path("folder.toml").mkdir()
        assert failed(run(command, "folder.toml")) == "error: cannot read 'folder.toml': is a directory\n"

    def test_unknown_suffix(self):
        assert "the suffix '.txt' names no format" in failed(run("check", file(FIGURE_2, "trial.txt")))

    @pytest.mark.parametrize(
        ("text", "place", "message"),
        [
            (
                'graph = "T -> M -> Y\ntreatment = "T"\n',
                "line 1, column 21",
                "a quote is not closed on its line",
            ),
            ('graph = "T -> M -> Y"\ntreatment = T\n', "line 2, column 13", "text stands in quotes"),
            (
                'graph = "T => M"\n',
                "line 1, column 12",
                "found '=>', another kind of arrow; write '->' or '<-'",
            ),
            ('sites = 3\ngraph = """\nT -> M -> Y\nM -- Y\n"""\n', "line 4, column 3", "an undirected edge"),
            ('graph = "T -> -> Y"\n', "line 1, column 15", "found '->'"),
        ],
        ids=["quote", "value", "arrow", "undirected", "chain"],
    )
    def test_malformed_text_has_line_and_column(self, text, place, message):
        stderr = failed(run("check", file(text)))
        assert stderr.startswith(f"error: trial.toml, {place}: ")
        assert message in stderr

    def test_every_wrong_key_is_listed_with_its_line(self):
        text = FIGURE_2.replace("treatment =", "treatmnt =").replace("[labels]", "[lables]")
        stderr = failed(run("check", file(text)))
        assert "trial.toml, line 3: unknown key 'treatmnt' (did you mean 'treatment'?)" in stderr
        assert "trial.toml, line 6: unknown key 'lables' (did you mean 'labels'?)" in stderr

    def test_problems_of_the_design(self):
        text = FIGURE_2.replace("sites = 5", 'sites = 0\nscales = {V = "binry"}')
        stderr = failed(run("check", file(text)))
        assert "sites is 0; a trial has at least 1" in stderr
        assert "did you mean 'binary'?" in stderr

    def test_unknown_numeral(self):
        stderr = failed(run("check", file(FIGURE_2), "--assume", "vj", "--assume", "viiii"))
        assert "there is no assumption 'vj' to grant (did you mean" in stderr
        assert "there is no assumption 'viiii' to grant (did you mean 'viii'?)" in stderr

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            ("total NV Y", "no variable 'NV' in this design (did you mean 'V'?)"),
            ("totl V Y", "'totl V Y' is no estimand; write 'direct V Y'"),
            ("total V", "'total V' is no estimand"),
            ("", "'' is no estimand"),
            ("path T Y", "there is no arrow 'T' -> 'Y' in the graph"),
            ("total V V", "the effect of 'V' on itself is not a question"),
            ("compliance V arm=Q", "'Q'"),
        ],
    )
    def test_unknown_estimand(self, target, message):
        assert message in failed(run("check", file(FIGURE_2), "--target", target))

    @pytest.mark.parametrize(
        "content",
        [b"", b"\xff\xfe\x00", "graph = 'é'".encode("latin-1"), b"graph = 3", b"\x00", b"[[graph]]", b"graph = []",
         b'graph = "T"\n', b"sites = 1e999\n", b"graph = {a = 1}\ntreatment = 2\noutcome = 3.5\nlabels = 1\n"],
        ids=range(10),
    )  # fmt: skip
    def test_odd_files(self, content):
        Path("odd.toml").write_bytes(content)
        for command in ("check", "report", "show"):
            failed(run(command, "odd.toml"))

    def test_a_stop_by_the_user_is_no_crash(self, monkeypatch):
        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("identcheck.check", stopped)
        result = run("check", file(FIGURE_2))
        assert result.exit_code == 130
        assert "interrupted" in result.stderr


class TestColours:
    def test_none_where_nobody_looks(self):
        for words in (["check"], ["show"], ["report"]):
            assert ANSI not in run(*words, file(THREE)).output
        assert ANSI not in run("check", "nope.toml").output

    def test_on_a_terminal(self):
        assert ANSI in run("check", file(THREE), color=True).output
        assert ANSI in run("check", "nope.toml", color=True).output

    def test_colours_change_no_word(self):
        plain, coloured = run("check", file(THREE)).output, run("check", file(THREE), color=True).output
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


class TestCare:
    @pytest.mark.parametrize(
        "words",
        [
            ("report", "-o"),
            ("convert",),
            ("code", "-l", "r", "-t", "direct M1 Y", "-o"),
            ("plan", "-o"),
        ],
    )
    def test_the_file_that_is_read_is_not_written_over(self, room, words):
        run("convert", file(FIGURE_1), "trial.json")
        before = (room / "trial.json").read_bytes()
        command, *options = words
        result = run(command, "trial.json", *options, "./trial.json")
        assert failed(result) == (
            "error: cannot write './trial.json': it is the file that is read; choose another name\n"
        )
        assert (room / "trial.json").read_bytes() == before

    @pytest.mark.parametrize("epoch", ["abc", "1.5", "-1", "9" * 20, "253402300800"])
    def test_an_odd_day_is_an_error(self, monkeypatch, epoch):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert f"SOURCE_DATE_EPOCH is {epoch!r}" in failed(run("check", file(FIGURE_1)))

    def test_an_empty_day_is_none(self, monkeypatch):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
        assert run("check", file(FIGURE_1)).exit_code == 0


def spawn(*words: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "identcheck", *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False, **options)


class TestProcess:
    """A few real processes: start-up, pipes, encodings, exit codes."""

    def test_python_m_identcheck(self):
        done = spawn("--version")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(f"identcheck, version {__version__}\n")

    def test_pipe_and_exit_codes(self):
        done = spawn("check", file(THREE))
        assert done.returncode == 1
        assert ANSI not in done.stdout
        assert done.stderr == ""
        done = spawn("check", "nope.toml")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "error: cannot read 'nope.toml': no such file or directory\n"

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
    def test_a_terminal_without_greek_letters(self, encoding):
        """Formulas have Greek letters; where they cannot be printed the run must not crash."""
        command = [sys.executable, "-m", "identcheck", "show", file(FIGURE_1)]
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr

    def test_a_reader_that_stops_early(self):
        line = f"{sys.executable} -m identcheck report {file(FIGURE_1)} | head -n 1"
        done = subprocess.run(
            line, shell=True, capture_output=True, encoding="utf-8", timeout=120, check=False
        )
        assert done.stderr == ""


def test_how_an_effect_divides_is_told_beside_names_of_any_length(tmp_path, monkeypatch):
    """What stands behind a long name is not printed letter by letter, at the command line and in Python."""
    monkeypatch.chdir(tmp_path)
    name = "a_name_without_any_blank_in_it_that_goes_on_" * 2
    text = f'graph = "T -> {{{name} M2}} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 5\n'
    printed = run("check", file(text)).stdout
    for lines in (printed, str(ic.check(ic.Design.from_text(text)))):
        told = lines.split("divides")[1].split("\n\n")[0]
        assert "through M2; missing: (vi), (vii) and (ix)" in flat(told)
        assert told.count("\n") < 20
