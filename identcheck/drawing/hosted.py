"""The editor without a server: requests and answers as text, for Python that runs inside the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

from identcheck.drawing.answers import respond

__all__ = ["answers"]


def answers(request: str) -> Iterator[str]:
    """The answers to a request, each as JSON.

    Args:
        request: the request, as JSON.
    """
    for answer in respond(json.loads(request)):
        yield json.dumps(answer)
