"""docs/limits.md lists every limit of the package, with its reason and the way on.

After a change of ``identcheck/errors/limits.py`` write the page anew: ``.venv/bin/python tests/test_limits.py``.
"""

from __future__ import annotations

from pathlib import Path

from identcheck.errors.limits import every_limit

PAGE = Path(__file__).parents[1] / "docs" / "limits.md"
INTRODUCTION = """\
# Limits

What identcheck refuses or cuts short, why, and what to do instead. An input beyond a limit is refused with one sentence, and a
result that stopped at a limit says so.

| what | most | because | instead |
|---|---|---|---|
"""


def page() -> str:
    rows = (f"| {x.what} | {x.most:,} | {x.reason} | {x.way_on} |\n" for x in every_limit().values())
    return INTRODUCTION + "".join(rows)


def test_the_page_lists_every_limit() -> None:
    assert PAGE.read_text() == page(), "write it anew: .venv/bin/python tests/test_limits.py"


def test_a_refusal_names_size_limit_reason_and_way_on() -> None:
    for limit in every_limit().values():
        said = limit.refusal(10**12)
        assert all(
            part in said for part in ("1,000,000,000,000", f"{limit.most:,}", limit.reason, limit.way_on)
        )


if __name__ == "__main__":
    PAGE.write_text(page())
