"""README.md and docs/: the blocks that pytest does not run by itself are run here; the links lead somewhere.

Python blocks run as tests of their own (see ``conftest.py``). A TOML block whose first line is a comment with a file name
is written to that file, for the commands of later console blocks of the page; ", continued" behind the name adds to its end.
So is a table of data whose Python block begins with "# makes NAME.csv".
"""

import doctest
import re
import runpy
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.formats.design_file import KEYS
from identcheck.formats.plan_table import PLAN_KEYS
from tests.tools import REPOSITORY

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]*)(?:#(?P<heading>[^)]+))?\)")
NAMED = re.compile(r"# (?P<name>[\w-]+\.toml)(?P<more>, continued)?\n")
MAKES = re.compile(r"# makes [\w-]+\.csv\n")

every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY))
)


def blocks(document: Path, language: str) -> list[str]:
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [block["text"] for block in found if block["language"] == language]


def commands(session: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output printed below it."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2], strict=True))


def output(program: str, arguments: list[str]) -> str:
    """What a command prints: identcheck, or cat, which shows what it wrote."""
    if program == "cat":
        return "".join(Path(name).read_text(encoding="utf-8") for name in arguments)
    assert program == "identcheck"
    return CliRunner().invoke(main, arguments).output


OF_OTHERS = {"r", "bibtex"}
"""Shown and not run: what is written in other programs."""


@every_document
def test_every_block_is_of_a_kind_that_is_run(document: Path) -> None:
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))

    assert {block["language"] for block in found} <= {"python", "pycon", "console", "toml", *OF_OTHERS}


@every_document
def test_console_blocks_print_what_they_show(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)

    for block in BLOCK.finditer(document.read_text(encoding="utf-8")):
        if block["language"] == "toml" and (named := NAMED.match(block["text"])):
            with Path(named["name"]).open("a" if named["more"] else "w", encoding="utf-8") as file:
                file.write(block["text"])
        if block["language"] == "python" and MAKES.match(block["text"]):
            exec(block["text"], {})
        for command, shown in commands(block["text"]) if block["language"] == "console" else ():
            program, *arguments = shlex.split(command)
            printed = output(program, arguments)
            assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed


def anchors(document: Path) -> set[str]:
    """What a link can name of a document: its headings in lower case, hyphens for spaces, no other signs."""
    text = BLOCK.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        target = document.parent / link["target"] if link["target"] else document
        assert target.exists(), link["target"]
        assert not link["heading"] or link["heading"] in anchors(target), link[0]


@pytest.mark.parametrize("folder", ["assumptions", "how-to", "threads"])
def test_every_page_of_a_folder_is_in_its_index(folder: str) -> None:
    pages = {path.name for path in (REPOSITORY / "docs" / folder).glob("*.md")} - {"index.md"}
    index = (REPOSITORY / "docs" / folder / "index.md").read_text(encoding="utf-8")

    assert pages == {link["target"] for link in LINK.finditer(index)} & pages


def test_every_numeral_has_a_page() -> None:
    numerals = ["i", "ii", "iii", "iv", "v", "v.a", "v.b", "vi", "vii", "viii", "ix", "x"]
    folder = REPOSITORY / "docs" / "assumptions"

    for name, listed in [("{}.md", numerals), ("one-site-{}.md", ["v", "vi", "vii"])]:
        for numeral in listed:
            page = folder / name.format(numeral.replace(".", "-"))
            assert page.read_text(encoding="utf-8").startswith(f"# ({numeral}) ")


def file_of_the_format() -> str:
    """The blocks of that page as one file, but for those that are a file of their own."""
    found = blocks(REPOSITORY / "docs" / "file-format.md", "toml")
    return "\n".join(text for text in found if not NAMED.match(text))


def test_the_file_with_clusters_on_that_page_is_possible(tmp_path: Path) -> None:
    found = blocks(REPOSITORY / "docs" / "file-format.md", "toml")
    (text,) = (text for text in found if NAMED.match(text))
    (tmp_path / "districts.toml").write_text(text, encoding="utf-8")

    assert (
        ic.anticipate(
            ic.load(tmp_path / "districts.toml"), ic.Plan.from_toml(tmp_path / "districts.toml")
        ).unit_size
        == 50
    )


def test_the_blocks_of_the_file_format_are_one_file_with_every_key() -> None:
    text = file_of_the_format()
    design = ic.Design.from_text(text)

    assert set(tomllib.loads(text)) == set(KEYS) - {"interactions"}  # these do not go with normal(sites)
    assert design.treatments == ("offer", "offer_stipend")
    assert design.baseline == ("motivation", "prior score")


def test_the_plan_on_that_page_has_every_key_and_is_possible(tmp_path: Path) -> None:
    text = file_of_the_format()
    (tmp_path / "trial.toml").write_text(text, encoding="utf-8")

    clusters = {
        "clusters",
        "persons_per_cluster",
        "icc",
        "cluster_attrition",
    }  # these take the place of persons
    assert set(tomllib.loads(text)["plan"]) == set(PLAN_KEYS) - clusters
    assert ic.Plan.from_toml(tmp_path / "trial.toml").sites == 24


MADE = runpy.run_path(str(REPOSITORY / "docs" / "images" / "make.py"))
IMAGES = REPOSITORY / "docs" / "images"
IMAGE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<target>[^)]*images/[^)]*)\)")


@pytest.mark.parametrize("name", MADE["EXACT"])
def test_a_picture_is_the_one_that_is_drawn_now(name: str) -> None:
    found = (IMAGES / f"{name}.svg").read_text(encoding="utf-8")

    assert found == MADE["EXACT"][name](), "run python docs/images/make.py"


def test_rows_of_panels_have_a_form_for_narrow_screens() -> None:
    made = MADE["narrow"]()
    wide = {name for name, draw in MADE["EXACT"].items() if draw().count('class="panel"') > 1}

    assert {f"narrow/{name}" for name in wide} == {*made}
    for name, text in made.items():
        assert (IMAGES / f"{name}.svg").read_text(encoding="utf-8") == text, "run python docs/images/make.py"
        width, height = re.findall(r'viewBox="0 0 (\d+) (\d+)"', text)[0]
        assert int(width) < 350
        assert int(height) > int(width)


def test_pictures_of_numbers_show_the_plan_of_the_page() -> None:
    """Not sign by sign: another release of matplotlib places things otherwise."""
    for name, drawn in MADE["plan_pictures"]().items():
        there = (IMAGES / f"{name}.svg").read_text(encoding="utf-8")
        words = [re.findall(r"<text[^>]*>([^<]*)</text>", text) for text in (there, drawn)]
        assert words[0] == words[1] != [], "run python docs/images/make.py"


def test_every_picture_is_shown_and_described() -> None:
    shown = set()
    for document in DOCUMENTS:
        for image in IMAGE.finditer(document.read_text(encoding="utf-8")):
            shown.add((document.parent / image["target"]).resolve())
            assert len(image["words"].split()) > 12, image[0]

    assert shown == {path.resolve() for path in IMAGES.iterdir() if path.suffix in (".svg", ".png")}


@pytest.mark.parametrize(
    "page", sorted((REPOSITORY / "docs" / "assumptions").glob("*.md")), ids=lambda page: page.stem
)
def test_every_assumption_has_a_picture(page: Path) -> None:
    assert page.name == "index.md" or IMAGE.search(page.read_text(encoding="utf-8"))


def test_the_first_table_of_the_readme_has_the_verdicts_of_the_code_beside_it() -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) → (\w+).*?\| (.*) \| (.*) \| (.*) \|$", text, flags=re.MULTILINE)
    found: dict[str, Any] = {}
    exec(blocks(DOCUMENTS[0], "python")[0].replace("result.save", "print"), found)
    design = found["design"]
    equal = ic.Design.from_text(found["trial"] + '\n[varies]\n"use -> poverty" = "none"')
    answers = [ic.check(design), found["result"], ic.check(equal, "all")]

    assert len(rows) == 3
    for source, target, *shown in rows:
        asked = "itt" if source == "offer" else f"total {source} {target}"
        assert [word.strip("*") for word in shown] == [answer[asked].verdict.value for answer in answers]


def test_readme_names_every_example() -> None:
    readme = DOCUMENTS[0].read_text(encoding="utf-8")

    for path in (REPOSITORY / "examples").glob("*.toml"):
        assert f"`{path.stem}`" in readme


def test_the_notes_of_a_release_can_be_read() -> None:
    """At most 130 lines, in parts: what a merge of long lists brings back is found."""
    newest = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]

    assert newest.count("\n") <= 130
    assert newest.count("\n### ") >= 3
