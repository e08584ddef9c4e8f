"""README.md and docs/: the blocks that pytest does not run by itself are run here; the links lead somewhere.

Python blocks run as tests of their own (see ``conftest.py``).
"""

import doctest
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.formats.toml import KEYS
from identcheck.formats.toml_plan import PLAN_KEYS
from tests.tools import REPOSITORY

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]+)\)")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def blocks(document: Path, language: str) -> list[str]:
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [block["text"] for block in found if block["language"] == language]


def commands(session: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output printed below it."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2], strict=True))


@every_document
def test_every_block_is_of_a_kind_that_is_run(document: Path) -> None:
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))

    assert {block["language"] for block in found} <= {"python", "pycon", "console", "toml"}


@every_document
def test_console_blocks_print_what_they_show(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)

    for command, shown in [pair for block in blocks(document, "console") for pair in commands(block)]:
        program, *arguments = shlex.split(command)
        printed = CliRunner().invoke(main, arguments).output
        assert program == "identcheck"
        assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed


@every_document
def test_links_to_files_lead_somewhere(document: Path) -> None:
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        assert (document.parent / link["target"]).exists(), link["target"]


def test_the_blocks_of_the_file_format_are_one_file_with_every_key() -> None:
    text = "\n".join(blocks(REPOSITORY / "docs" / "file-format.md", "toml"))
    design = ic.Design.from_text(text)

    assert set(tomllib.loads(text)) == set(KEYS)
    assert design.treatments == ("offer", "offer_stipend")
    assert design.baseline == ("motivation", "prior score")


def test_the_plan_on_that_page_has_every_key_and_is_possible(tmp_path: Path) -> None:
    text = "\n".join(blocks(REPOSITORY / "docs" / "file-format.md", "toml"))
    (tmp_path / "trial.toml").write_text(text, encoding="utf-8")

    assert set(tomllib.loads(text)["plan"]) == set(PLAN_KEYS)
    assert ic.Plan.from_toml(tmp_path / "trial.toml").sites == 24


def test_readme_names_every_example() -> None:
    readme = DOCUMENTS[0].read_text(encoding="utf-8")

    for path in (REPOSITORY / "examples").glob("*.toml"):
        assert f"`{path.stem}`" in readme
