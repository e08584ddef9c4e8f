"""A fault of a page that only one look has is told, once, and of that look."""

from __future__ import annotations

from pathlib import Path

from tests.looks import browser, faults
from tests.tools import require_program

PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title><meta name="viewport" content="width=device-width"><style>
body { color: #000; background: #fff }
button { display: none }
@media (prefers-color-scheme: dark) { body { background: #000; color: #eee } .pale { color: #333 } }
@media (max-width: 500px) { button { display: block } .long { width: 40rem } }
</style></head><body><main><h1>x</h1><p class="pale">pale in the dark</p><p class="pale">the same</p>
<button></button><p class="long">wide on a phone</p></main></body></html>"""


def test_what_only_one_look_has_is_told(tmp_path: Path) -> None:
    require_program("chromium")
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for path in pages:
        path.write_text(PAGE, encoding="utf-8")
    with browser() as page:
        seen: set[str] = set()
        first, second = (faults(page, path, seen) for path in pages)

    assert [fault.partition(": <")[0] for fault in first] == [
        "phone: button-name",
        "phone: wider than the window",
        "dark: color-contrast",
    ]
    assert second == first[:2]  # the texts look as those of the first page
