"""The editor as one document, to stand in a frame."""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["page", "static"]

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""Of the document: nothing is loaded, and nothing is sent but to the frame's owner. No text of the user's is in it."""


def static(name: str) -> str:
    """A file of the editor's page."""
    return (files("identcheck.drawing") / "static" / name).read_text(encoding="utf-8")


def page() -> str:
    """The editor's page with its style and its script inside; it asks whoever made the frame, by messages."""
    script = static("draw.js").replace("</script", "<\\/script")
    parts = {
        '<html lang="en">': '<html lang="en" data-embedded="yes">',
        '<link rel="icon" href="data:,">': f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<link rel="stylesheet" href="/draw.css">': f"<style>\n{static('draw.css')}</style>",
        '<script type="module" src="/draw.js"></script>': f'<script type="module">\n{script}</script>',
    }
    return re.sub("|".join(map(re.escape, parts)), lambda found: parts[found[0]], static("index.html"))
