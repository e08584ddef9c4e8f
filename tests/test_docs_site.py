"""The documentation site: it builds without a warning, its links lead somewhere, and theory and code cite each other."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from sphinx.search.en import SearchEnglish

import identcheck
from identcheck.tables.write import TABLES
from tests.looks import browser, faults, shows_something
from tests.tools import REPOSITORY, often, require_program

DOCS = REPOSITORY / "docs"
THEORY = DOCS / "theory.md"
EXAMPLES = sorted(path.stem for path in (REPOSITORY / "examples").glob("*.toml"))

BACKGROUND = {"2.1", "12.3"}
"""Equations of the theory page that explain and that no code works out."""

SOUGHT = """
attrition, drop-out, ICC, intraclass correlation, effect size, MDES, propensity, covariate, two-stage least squares, LATE,
CACE, TOT, ITT, indirect effect, natural direct effect, effect modification, moderation, moderator, mediation analysis,
sequential ignorability, weak instrument, conditional F, Anderson, overidentification, exclusion restriction, SUTVA,
spillover, noncompliance, monotonicity, multilevel, cluster, sample size, power, sensitivity analysis, measurement error,
selection bias, omitted variable, random effects, BibTeX, troubleshooting, pandoc, dagitty, lavaan, DeclareDesign, PowerUp,
world, contrast, bypass, strategy, general position, CWATE, reliability, heterogeneity
"""
"""What people type into a search box, in words of the field."""

spec = importlib.util.spec_from_file_location("equations", DOCS / "_ext" / "equations.py")
assert spec is not None
assert spec.loader is not None
equations = sys.modules["equations"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(equations)

NUMBERS = equations.numbers_of(THEORY)
CITED = equations.cited_by(REPOSITORY / "identcheck", NUMBERS)


class Anchors(HTMLParser):
    """The identifiers of a page, and what it links to or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value for key, value in attrs if value is not None}
        self.names.update(found[key] for key in ("id", "name") if key in found)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in ("script", "img", "link"):
            self.loaded += [found[key] for key in ("src", "href") if key in found]


def read(page: Path) -> Anchors:
    found = Anchors()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built afresh with warnings as errors: some 10 to 20 seconds, most of them for the gallery's reports."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-E", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(target / "doctrees"), str(DOCS), str(target / "html")],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target / "html"


def test_equations_are_numbered_once() -> None:
    assert len(NUMBERS) == len(set(NUMBERS))
    assert {str(n) for n in range(1, 12)} | {"10'"} <= set(NUMBERS)
    assert equations.sections_of(THEORY) == [str(n) for n in range(1, 19)]


def test_every_displayed_formula_of_the_theory_has_a_number() -> None:
    displayed = THEORY.read_text(encoding="utf-8").count("$$") / 2

    assert displayed == len(NUMBERS)


def test_an_extension_is_numbered_by_its_section() -> None:
    parts = re.split(r"^## (\d+)\. ", THEORY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        own = [n for n in equations.TAG.findall(text) if "." in n]
        assert own == [f"{number}.{place}" for place in range(1, len(own) + 1)]


def test_what_docstrings_cite_is_on_the_theory_page() -> None:
    sections = equations.sections_of(THEORY)
    for name, text in equations.docstrings(REPOSITORY / "identcheck"):
        for cited in equations.citations(" ".join(text.split())):
            known = NUMBERS if cited.kind == "equation" else sections
            assert cited.number in known, f"{name} cites {cited.kind} {cited.number}"


def test_every_equation_is_cited_by_the_code_that_uses_it() -> None:
    assert set(NUMBERS) - set(CITED) == BACKGROUND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Source: theory, equation (10').", {("equation", "10'")}),
        ("theory, equations (1) and (2), or (3)", {("equation", "1"), ("equation", "2"), ("equation", "3")}),
        ("theory sections 9 to 11", {("section", "9"), ("section", "11")}),
        ("the paper's section 4; 10 (2)", set()),
    ],
)
def test_citations_are_found_in_lists_and_ranges(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(c.kind, c.number) for c in equations.citations(text)} == expected


def test_a_range_stands_for_what_lies_between() -> None:
    assert equations.with_ranges("equations (1) to (3)", ["1", "1.5", "2", "3", "4"]) == {"1", "2", "3"}


def test_every_public_name_is_on_one_page_of_the_reference() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference" / "api").glob("*.md"))
    named = re.findall(r"^\.\. auto\w+:: identcheck\.(\w+)$", pages, flags=re.MULTILINE)

    assert sorted(named) == sorted(identcheck.__all__)


def test_the_gallery_shows_every_example_with_its_report(site: Path) -> None:
    page = (site / "gallery.html").read_text(encoding="utf-8")

    assert page.count('<figure class="graph">') == len(EXAMPLES)
    for name in EXAMPLES:
        assert f'href="gallery/{name}.html"' in page
        assert "</html>" in (site / "gallery" / f"{name}.html").read_text(encoding="utf-8")
        assert (site / "gallery" / f"{name}.toml").is_file()


def test_equations_of_the_site_are_mathml_with_a_place_of_their_own(site: Path) -> None:
    page = (site / "theory.html").read_text(encoding="utf-8")

    for number in NUMBERS:
        assert f'id="{equations.anchor_of("equation", number)}"' in page
    assert page.count('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">') == len(NUMBERS)
    assert "\\tag" not in page


def test_the_reference_links_to_the_theory(site: Path) -> None:
    links = read(site / "reference" / "api" / "describe.html").links

    assert "../../theory.html#equation-6-1" in links


def test_the_first_page_has_the_editor(site: Path) -> None:
    require_program("node", "npm")
    page = (site / "index.html").read_text(encoding="utf-8")

    assert 'class="live' in page
    assert "_static/live.js" in page
    assert 'href="draw/index.html"' in page
    for name in ("index.html", "draw.js", "worker.mjs", "engine.xz", "pyodide/pyodide.asm.wasm"):
        assert (site / "draw" / name).is_file()


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    pages = {path: read(path) for path in site.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages[target].names if target in pages else None
            if not target.exists() or (parts.fragment and there is not None and parts.fragment not in there):
                broken.append(f"{path.relative_to(site)}: {link}")

    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert [item for item in read(path).loaded if urlsplit(item).netloc] == []


def test_the_citation_file_is_of_this_version() -> None:
    found = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))

    assert {"cff-version", "message", "title", "authors"} <= set(found)
    assert found["version"] == identcheck.__version__
    assert found["license"] == "MIT"
    assert found["references"][0]["year"] == 2013


def test_every_table_of_results_is_in_the_reference(site: Path) -> None:
    page = (site / "reference" / "api" / "plan.html").read_text(encoding="utf-8")

    for key in {*TABLES} - {"formulas"}:  # which is no part of a result's tables
        assert f'<span class="pre">{key}</span>' in page


def test_the_search_finds_what_people_look_for(site: Path) -> None:
    """Each word of a term leads to a page that has all of them, as the page's own search looks: by stems and titles."""
    index = json.loads((site / "searchindex.js").read_text(encoding="utf-8")[len("Search.setIndex(") : -1])
    stem = SearchEnglish({}).stem
    wanted = [term.strip() for term in SOUGHT.split(",")]
    missing = []
    for term in wanted:
        found: list[set[int]] = []
        for word in re.findall(r"\w+", term.lower()):
            if word in SearchEnglish.stopwords or len(word) < 2:
                continue
            places = [index[key].get(stem(word), []) for key in ("terms", "titleterms")]
            found.append(
                {page for place in places for page in ([place] if isinstance(place, int) else place)}
            )
        if not found or not set.intersection(*found):
            missing.append(term)

    assert len(wanted) >= 40
    assert missing == []


FEW = {
    "index",
    "gallery",
    "start",
    "semantics",
    "assumptions/vi",
    "threads/econometrician",
    "reference/api/ask",
}
"""A page of each kind; `make long` looks at every page."""
WORDS = (
    "changelog",
    "faq",
    "glossary",
    "genindex",
    "py-modindex",
    "search",
    "reference/",
    "gallery/",
    "draw/",
)
"""Pages of words alone, and the editor; every other shows a picture, code, a table or a formula on its first screen."""


def test_pages_keep_no_reader_out(site: Path) -> None:
    """axe-core finds nothing, in light, dark and on a phone, and no page is wider than its window.

    In wide windows the structure of a page of each kind is looked at, on a phone that of every page.
    """
    require_program("chromium")
    every = often(0, 1)
    seen: set[str] = set()
    told = []
    with browser() as page:
        for path in sorted(site.rglob("*.html")):
            name = path.relative_to(site).with_suffix("").as_posix()
            if name in FEW or (every and not name.startswith("_static/")):
                told += [f"{name}, {fault}" for fault in faults(page, path, seen, wide=name in FEW)]
                if not (name.startswith(WORDS) or shows_something(page)):
                    told.append(f"{name}: nothing but words on the first screen")

    assert told == [], "\n".join(told)
