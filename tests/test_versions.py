"""The versions of the documentation: one list, and a switcher that works from files and from a host."""

from __future__ import annotations

import importlib.util
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import identcheck
from tests.looks import browser
from tests.tools import REPOSITORY, require_program

DOCS = REPOSITORY / "docs"
SIGN = REPOSITORY / "docs" / "images" / "draw.png"
spec = importlib.util.spec_from_file_location("versions", DOCS / "_ext" / "versions.py")
assert spec is not None
assert spec.loader is not None
versions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(versions)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def page(root: Path, version: str, listed: list[str]) -> Path:
    """A page of a version, in a folder below its root."""
    static = root / version / "_static"
    static.mkdir(parents=True)
    (root / version / "how-to").mkdir()
    shutil.copy(DOCS / "_static" / "switch.js", static)
    shutil.copy(SIGN, static / "minus.png")
    (static / "versions.js").write_text(versions.script(listed), encoding="utf-8")
    (root / version / "index.html").write_text(f"<title>{version}</title>", encoding="utf-8")
    target = root / version / "how-to" / "late.html"
    target.write_text(
        '<!DOCTYPE html><html data-content_root="../"><script src="../_static/switch.js"></script>'
        f'<div class="versions"><a href="../releases.html">{version}</a></div></html>',
        encoding="utf-8",
    )
    return target


@pytest.fixture
def root(tmp_path: Path) -> Path:
    page(tmp_path, "0.1.0", ["0.1.0"])
    page(tmp_path, "0.2.0", ["0.3.0", "0.2.0", "0.1.0"])
    return tmp_path


@pytest.fixture(params=["file", "host"])
def base(request: pytest.FixtureRequest, root: Path) -> Iterator[str]:
    """The address of the folder of all versions."""
    require_program("chromium")
    if request.param == "file":
        yield root.as_uri()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_versions_that_are_there_are_offered(base: str) -> None:
    with browser() as shown:
        shown.goto(f"{base}/0.2.0/how-to/late.html")
        shown.click("summary")
        assert shown.locator("li").all_inner_texts() == ["0.1.0", "What is new"]
        shown.click("text=0.1.0")
        shown.wait_for_url("**/0.1.0/index.html")


def test_one_list_beside_the_folders_is_for_all(base: str, root: Path) -> None:
    page(root, "0.3.0", [])
    (root / "versions.js").write_text(versions.script(["0.3.0", "0.2.0", "0.1.0"]), encoding="utf-8")
    with browser() as shown:
        shown.goto(f"{base}/0.1.0/how-to/late.html")
        shown.click("summary")
        shown.wait_for_function("document.querySelectorAll('li').length === 3")
        assert shown.locator("li").all_inner_texts() == ["0.3.0", "0.2.0", "What is new"]


def test_a_version_alone_links_to_the_releases(root: Path) -> None:
    require_program("chromium")
    shutil.rmtree(root / "0.1.0")
    with browser() as shown:
        shown.goto((root / "0.2.0" / "how-to" / "late.html").as_uri())
        shown.wait_for_load_state("networkidle")
        assert shown.locator("summary").count() == 0
        assert shown.locator(".versions a").get_attribute("href") == "../releases.html"


def test_the_list_has_this_version() -> None:
    assert identcheck.__version__ in json.loads((DOCS / "versions.json").read_text(encoding="utf-8"))
