"""The editor as a hosted page: Python inside the browser answers as it does here, and the page needs no network twice."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import identcheck as ic
from identcheck.drawing.edit import drawing_of
from identcheck.drawing.hosted import answers
from tests.drawing.pages import named, thing
from tests.tools import REPOSITORY, require_program

MOST_BYTES = 10_000_000
"""Over the wire, by a server that compresses."""
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))

sys.path.insert(0, str(REPOSITORY / "docs" / "_ext"))

import hosted  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_program("node", "npm")
    target = tmp_path_factory.mktemp("hosted")
    hosted.build(target)
    return target


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def page(folder: Path, browser: Browser) -> Iterator[Page]:
    """The page, from a server of files; nothing else was asked, and no script failed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}/"
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1200, "height": 800}, base_url=here)
    found = context.new_page()
    found.on(
        "request", lambda r: None if r.url.startswith((here, "blob:", "data:")) else faults.append(r.url)
    )
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield found
    context.close()
    server.shutdown()
    server.server_close()
    assert faults == []


def whole(page: Page) -> None:
    """Wait for the engine, then for the verdicts of the last edit."""
    body = page.locator("body")
    expect(body).to_have_attribute("data-engine", "ready", timeout=120_000)
    expect(body).to_have_attribute("data-checked", body.get_attribute("data-revision") or "0")


def test_the_page_is_light(folder: Path) -> None:
    """Archives are as they are; everything else is counted as a server sends it."""
    sizes = {
        path.name: path.stat().st_size
        if path.suffix in (".zip", ".xz")
        else len(gzip.compress(path.read_bytes(), 6))
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_the_licences_of_others_are_handed_on(folder: Path) -> None:
    text = (folder / "licences.txt").read_text(encoding="utf-8")
    assert text.count("Redistribution and use in source and binary forms") >= 3
    for package in hosted.PACKAGES:
        assert package in text.lower()


def test_every_example_is_answered_as_it_is_here(folder: Path) -> None:
    """Verdicts with their reasons, granting nothing and granting every numeral, and the report; by the memory that is kept."""
    requests = []
    for path in EXAMPLES:
        drawing = drawing_of(ic.load(path))
        for assume in ([], list(ic.check(ic.load(path), "all").granted)):
            of = {"protocol": 1, "revision": 1, "drawing": drawing, "assume": assume}
            requests.append(json.dumps({**of, "ask": "check"}))
    requests.append(json.dumps({**of, "ask": "report", "format": "latex"}))
    done = subprocess.run(
        ["node", str(REPOSITORY / "editor" / "hosted" / "answer.mjs"), str(folder)],
        input="".join(f"{request}\n" for request in requests),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    expected = [[json.loads(answer) for answer in answers(request)] for request in requests]
    assert sum(answer["kind"] in ("finding", "proof") for each in expected for answer in each) > 100
    assert told[:-1] == expected[:-1]
    assert told[-1][0]["latex"].count("\n") == expected[-1][0]["latex"].count("\n") > 100


def test_a_trial_is_drawn_granted_and_reported(page: Page) -> None:
    page.goto("")
    expect(page.locator(".card")).not_to_have_count(0)
    expect(page.locator("#planned")).to_contain_text("installed program")
    thing(page, "V,").focus()
    page.keyboard.press("n")
    named(page, "job search")
    expect(thing(page, "Search")).to_have_count(1, timeout=120_000)
    whole(page)
    card = page.locator(".card").filter(has_text="job search").filter(has_text="conditional").first
    expect(card).to_be_visible()
    page.get_by_role("button", name="Grant every numeral").click()
    expect(page.locator(".card").filter(has_text="◐ conditional")).to_have_count(0)
    expect(page.locator(".card").filter(has_text="identified").first).to_be_visible()

    page.get_by_role("button", name="Report").click()
    report = page.frame_locator("iframe.report")
    expect(report.locator("h1").first).to_be_visible()
    expect(report.locator("body")).to_contain_text("job search")
    with page.expect_download() as taken:
        page.get_by_role("button", name="LaTeX").click()
    assert "\\documentclass" in Path(taken.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Close").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Save file").click()
    assert "Search" in ic.Design.from_text(Path(taken.value.path()).read_text(encoding="utf-8")).mediators

    page.context.set_offline(True)
    page.reload()
    expect(thing(page, "Search")).to_have_count(1, timeout=120_000)
    whole(page)
    expect(page.locator(".card").filter(has_text="job search").first).to_be_visible()
    page.context.set_offline(False)


def test_it_begins_with_the_memory_it_had(page: Page) -> None:
    """And without it where that is of no use."""
    begun = page.locator("body[data-engine='ready']")
    ours = "caches.keys().then(([name]) => caches.open(name))"
    page.goto("")
    expect(begun).to_be_visible(timeout=120_000)
    kept = "then((all) => all.match('kept/memory')).then((found) => found?.arrayBuffer())"
    while not (size := page.evaluate(f"{ours}.{kept}.then((bytes) => bytes?.byteLength ?? 0)")):
        page.wait_for_timeout(100)
    assert 20_000_000 < size < 60_000_000
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url.rpartition("/")[2]))
    page.reload()
    expect(begun).to_be_visible(timeout=120_000)
    assert "engine.xz" not in asked
    assert "pyodide.mjs" in asked
    page.evaluate(f"{ours}.then((all) => all.put('kept/memory', new Response('nothing')))")
    page.reload()
    expect(begun).to_be_visible(timeout=120_000)
    assert "engine.xz" in asked


def test_in_a_frame_the_engine_waits_until_it_is_wanted(page: Page, folder: Path) -> None:
    (folder / "front.html").write_text(
        '<link rel="icon" href="data:,"><iframe src="index.html" width="1000" height="700"></iframe>'
    )
    page.goto("front.html")
    editor = page.frame_locator("iframe")
    expect(editor.locator(".card")).not_to_have_count(0)
    assert editor.locator("body").get_attribute("data-engine") is None
    editor.get_by_role("button", name="New variable").click()
    expect(editor.locator("body")).to_have_attribute("data-engine", "ready", timeout=120_000)


def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(hosted.MissingToolError, match="not on PATH: node, npm"):
        hosted.build(tmp_path)
