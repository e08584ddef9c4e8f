"""``identcheck doctor`` and ``identcheck completion``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from identcheck.cli import doctor
from identcheck.cli.doctor import EXTRAS, PDF, STYLES
from identcheck.errors import ReportError
from identcheck.report.writers import environment
from tests.terminal import run
from tests.tools import REPOSITORY, require_program

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(autouse=True)
def metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pyproject.toml says, whatever was written when this checkout was installed."""
    asked = list(PROJECT["dependencies"])
    for extra, packages in PROJECT["optional-dependencies"].items():
        asked += [f'{package}; extra == "{extra}"' for package in packages]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: asked)


def lines(output: str) -> dict[str, str]:
    """The state of each part."""
    rows = [
        line.split(None, 1)
        for line in output.splitlines()
        if line.startswith(("  ok", "  missing", "  broken"))
    ]
    return {what[:34].strip(): state for state, what in rows}


def test_everything_needed_is_there() -> None:
    done = run("doctor")
    assert done.exit_code == 0, done.output
    found = lines(done.stdout)
    for package in PROJECT["dependencies"]:
        assert found[package.split(">=")[0]] == "ok"
    assert found["templates of the reports"] == "ok"
    assert set(EXTRAS.values()) <= set(found)
    assert PDF in found
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in done.stdout


def test_the_manual_page_is_looked_for_where_the_wheel_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert lines(run("doctor").stdout)[doctor.BESIDE] == "missing"
    page = tmp_path / "share" / "man" / "man1" / "identcheck.1"
    page.parent.mkdir(parents=True)
    page.touch()
    assert lines(run("doctor").stdout)[doctor.BESIDE] == "ok"


def test_every_extra_of_the_package_is_in_the_table() -> None:
    assert set(EXTRAS) == set(PROJECT["optional-dependencies"]) - {"all", "dev", "docs", "test"}


def test_an_optional_part_that_is_missing_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ['no-such-package>=2; extra == "plots"'])
    monkeypatch.setattr(shutil, "which", lambda _: None)
    done = run("doctor")
    assert done.exit_code == 0
    shown = " ".join(done.stdout.split())
    assert (
        "missing pictures of the design in numbers without no-such-package get it by: pip install 'identcheck[plots]'"
        in shown
    )
    assert "missing reports as PDF none of latexmk, pdflatex, tectonic get it by:" in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("click>=999", "is too old; 999 is needed get it by: pip install --upgrade click"),
        ("no-such-package>=1", "broken no-such-package cannot be imported"),
    ],
)
def test_a_needed_package_that_is_missing_or_old_is_a_fault(
    asked: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda _: [asked])
    done = run("doctor")
    assert done.exit_code == 1
    assert told in " ".join(done.stdout.split())


def test_missing_templates_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise ReportError("the report templates are missing")

    monkeypatch.setattr(environment, "template_folder", nowhere)
    done = run("doctor")
    assert done.exit_code == 1
    assert lines(done.stdout)["templates of the reports"] == "broken"


def test_a_small_latex_lacks_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = tmp_path / "kpsewhich"
    asker.write_text("#!/bin/sh\necho /texmf/booktabs.sty\n")
    asker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    done = run("doctor")
    lacking = ", ".join(name for name in STYLES if name != "booktabs")
    assert f"LaTeX packages of the reports without {lacking} get it by:" in " ".join(done.stdout.split())
    assert done.exit_code == 0


def test_the_styles_are_those_of_the_preamble() -> None:
    preamble = (REPOSITORY / "templates" / "latex" / "preamble.tex.jinja").read_text(encoding="utf-8")
    assert all(name in preamble for name in STYLES)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_the_shell_can_read(shell: str, tmp_path: Path) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0
    assert "_IDENTCHECK_COMPLETE" in done.stdout
    if shell == "bash":
        require_program("bash")
        (tmp_path / "script").write_text(done.stdout)
        subprocess.run(["bash", "-n", str(tmp_path / "script")], check=True)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("identcheck rep", ["plain,report"]),
        (
            "identcheck check trial.toml --assume v",
            ["plain,v", "plain,v.a", "plain,v.b", "plain,vi", "plain,vii", "plain,viii"],
        ),
        ("identcheck check trial.toml --assume x", ["plain,x", "plain,xi"]),
        ("identcheck report tr", ["file,tr"]),
        ("identcheck report trial.toml -o t", ["file,t"]),
        ("identcheck report --templ", ["plain,--template", "plain,--templates"]),
    ],
)
def test_the_tab_key_completes(words: str, offered: list[str]) -> None:
    environment = {
        "_IDENTCHECK_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    code = "from identcheck.cli import main; main(prog_name='identcheck')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command,
        env=os.environ | environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert sorted(done.stdout.split()) == offered, done.stderr


def test_another_shell_is_refused_with_those_there_are() -> None:
    done = run("completion", "csh")
    assert done.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


def test_a_program_can_stand_in_for_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "INSTEAD", {"no-such-package": "pandoc"})
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ['no-such-package>=2; extra == "word"'])
    places = {"pandoc": "/opt/pandoc"}
    monkeypatch.setattr(shutil, "which", places.get)
    assert "ok       reports as Word documents" in run("doctor").stdout
    places.clear()
    assert "missing  reports as Word documents" in run("doctor").stdout


def test_what_a_program_stands_in_for_is_a_package_of_an_extra() -> None:
    asked = [line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]]
    names = {re.split("[<>=\\[]", line)[0].replace("_", "-") for line in asked}
    assert set(doctor.INSTEAD) <= names
