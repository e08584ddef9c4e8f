"""The wheel, built from the sdist, works without the checkout and with its dependencies alone."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tools import REPOSITORY, require_program

EPOCH = "1767225600"
"""The date of what is built: the same source gives the same files."""


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; a failure of the test, with all its output, if it exits in error."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | {
        "SOURCE_DATE_EPOCH": EPOCH
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        said = f"{done.stdout}\n{done.stderr}"
        pytest.fail(f"{' '.join(map(str, command))} exited with {done.returncode}:\n{said}")
    return done.stdout


def installed_closure(requirements: list[str]) -> list[metadata.Distribution]:
    """The distributions of this environment that these requirements need, directly or not."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and name not in found:
            found[name] = metadata.distribution(name)
            waiting.extend(map(Requirement, found[name].requires or ()))
    return list(found.values())


def link_into(site: Path, distribution: metadata.Distribution) -> None:
    """Make the files of an installed distribution visible in another site-packages."""
    names = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
    for name in names:
        if not (site / name).exists():
            (site / name).symlink_to(Path(str(distribution.locate_file(name))).resolve())


@dataclass(frozen=True)
class Home:
    """A virtual environment with identcheck's wheel, and a directory to work in; both far away."""

    root: Path
    desk: Path

    def run(self, program: str, *arguments: str) -> str:
        return run(self.root / "bin" / program, *arguments, cwd=self.desk)


def built(out: Path) -> dict[str, Path]:
    """The sdist, and the wheel from it, by suffix."""
    # Neither --sdist nor --wheel: the sdist is built first and the wheel from it.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, REPOSITORY, cwd=out)
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(dist: dict[str, Path]) -> Path:
    return dist[".whl"]


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The wheel in a clean environment.

    Its declared dependencies are linked in from this environment, so that the test needs no
    network and still notices one that is imported but not declared. The checkout, installed here
    as editable, is not among them.
    """
    root = tmp_path_factory.mktemp("home")
    desk = tmp_path_factory.mktemp("desk")
    venv.create(root, symlinks=True)
    python = root / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=desk)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", ask, cwd=desk).strip())
    (package,) = metadata.distributions(name="identcheck", path=[str(site)])
    for distribution in installed_closure(package.requires or []):
        link_into(site, distribution)
    return Home(root, desk)


def test_wheel_holds_the_package_the_templates_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = REPOSITORY / "templates"
    shipped = {
        f"identcheck/templates/{path.relative_to(templates).as_posix()}"
        for path in templates.rglob("*")
        if path.is_file()
    }

    assert shipped
    assert shipped <= names
    assert {"identcheck/py.typed", "identcheck/formats/design.schema.json"} <= names
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert {name.split("/")[0] for name in names} == {
        "identcheck",
        f"identcheck-{project['version']}.dist-info",
        f"identcheck-{project['version']}.data",
    }
    share = REPOSITORY / "share"
    beside = {path.relative_to(REPOSITORY).as_posix() for path in share.rglob("*") if path.is_file()}
    assert {name.partition(".data/data/")[2] for name in names if ".data/" in name} == beside


def test_installed_package_is_the_wheel_not_the_checkout(home: Home) -> None:
    where = home.run("python", "-c", "import identcheck; print(identcheck.__file__)")

    assert Path(where.strip()).resolve().is_relative_to(home.root.resolve())


def test_report_is_rendered_without_the_checkout(home: Home) -> None:
    home.run("identcheck", "init", "d.toml")
    home.run("identcheck", "report", "d.toml", "-o", "d.html")

    assert "(ix)" in (home.desk / "d.html").read_text("utf-8")


def test_a_second_build_gives_the_same_files(dist: dict[str, Path], tmp_path: Path) -> None:
    again = built(tmp_path)

    assert set(again) == {".whl", ".gz"}
    for suffix, path in again.items():
        assert sha256(path.read_bytes()).hexdigest() == sha256(dist[suffix].read_bytes()).hexdigest()


def test_the_manual_page_is_installed_beside_the_command(home: Home) -> None:
    assert (home.root / "share" / "man" / "man1" / "identcheck.1").is_file()
    assert "ok       manual page, tab completion" in home.run("identcheck", "doctor")


def test_the_installed_completion_completes(home: Home) -> None:
    require_program("bash")
    script = home.root / "share" / "bash-completion" / "completions" / "identcheck"
    words = "COMP_WORDS=(identcheck rep); COMP_CWORD=1"
    ask = f"source {script}; PATH={home.root / 'bin'}:$PATH; {words}; _identcheck_completion identcheck"
    told = run("bash", "-c", f'{ask}; echo "${{COMPREPLY[@]}}"', cwd=home.desk)

    assert told.split() == ["report"]


def test_every_package_that_comes_with_it_is_listed_with_its_licence() -> None:
    page = (REPOSITORY / "docs" / "installed.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([\w-]+)` \| (\w+) \|", page, flags=re.MULTILINE))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    found = {
        canonicalize_name(d.metadata["Name"]): d.metadata for d in installed_closure(project["dependencies"])
    }

    assert set(listed) >= set(found)  # old releases need fewer
    for name, licence in ((name, listed[name]) for name in found):
        told = [
            value
            for key in ("License-Expression", "License", "Classifier")
            for value in found[name].get_all(key) or ()
        ]
        assert licence in " ".join(told), name


def test_the_bill_of_materials_lists_what_is_shipped_and_required(wheel: Path, tmp_path: Path) -> None:
    """CycloneDX beside the wheel: each file with its hash, each package with a licence, and twice the same."""
    copy = Path(shutil.copy(wheel, tmp_path))
    script = REPOSITORY / "release" / "bill.py"
    made = Path(run(sys.executable, script, copy, cwd=tmp_path).strip())
    text = made.read_text(encoding="utf-8")
    told = json.loads(text)
    top, parts = told["metadata"]["component"], {part["name"]: part for part in told["components"]}

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert made.name == f"identcheck-{top['version']}.cdx.json"
    assert top["hashes"] == [{"alg": "SHA-256", "content": sha256(copy.read_bytes()).hexdigest()}]
    assert [part["name"] for part in top["components"]] == sorted(zipfile.ZipFile(copy).namelist())
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    closure = {canonicalize_name(d.metadata["Name"]) for d in installed_closure(project["dependencies"])}
    assert {name for name, part in parts.items() if part["scope"] == "required"} == closure
    assert parts["matplotlib"]["scope"] == "optional"
    assert parts["numpy"]["version"] == metadata.version("numpy")
    assert not {"pytest", "sphinx"} & set(parts)
    assert [name for name in closure if not parts[name]["licenses"]] == []
    references = {"identcheck", *parts}
    assert {entry["ref"] for entry in told["dependencies"]} == references
    assert {below for entry in told["dependencies"] for below in entry["dependsOn"]} <= references
    made.unlink()
    run(sys.executable, script, copy, cwd=tmp_path)
    assert made.read_text(encoding="utf-8") == text
