"""Who may ask: only the page that the server itself has served, in the browser that was given the token.

The token is in the address behind "#", which browsers send nowhere; the page sends it as a header. Other pages cannot know it,
and their requests carry another ``Origin``. ``Host`` is compared whole, against names that lead here by a changed address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hmac import compare_digest

__all__ = ["FILES", "HEADERS", "MOST_BYTES", "refusal"]

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/draw.js": ("draw.js", "text/javascript; charset=utf-8"),
    "/draw.css": ("draw.css", "text/css; charset=utf-8"),
}
"""What is served, and nothing else."""

MOST_BYTES = 1_000_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""With every answer."""

Values = Callable[[str], Sequence[str]]


def refusal(method: str, target: str, values: Values, token: str, port: int) -> tuple[int, str] | None:
    """Why a request is refused, with its status; None where it is not.

    Args:
        method: "GET" or "POST".
        target: what is asked for, as the request says it.
        values: every value of a header, by its name.
        token: the token of this server.
        port: the port of this server.
    """
    hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]
    host = _one(values("Host"))
    if host not in hosts:
        return 403, "this address does not belong to the editor"
    if method == "GET":
        return None if target in FILES or target.startswith("/report/") else (404, "there is no such page")
    if method != "POST" or target != "/ask":
        return (405, "only POST /ask asks") if target == "/ask" else (404, "there is no such page")
    if _one(values("Origin")) != f"http://{host}":
        return 403, "another page asks"
    if not compare_digest(_one(values("X-Identcheck-Token")).encode(), token.encode()):
        return 403, "the token is missing or wrong"
    if any(value not in ("same-origin", "none") for value in values("Sec-Fetch-Site")):
        return 403, "another page asks"
    if _one(values("Content-Type")) != "application/json":
        return 415, "requests are application/json"
    length = _one(values("Content-Length"))
    if values("Transfer-Encoding") or not (length.isascii() and length.isdecimal()):
        return 411, "the length of the request is missing"
    if len(length) > 9 or int(length) > MOST_BYTES:
        return 413, f"a request has at most {MOST_BYTES:,} bytes"
    return None


def _one(values: Sequence[str]) -> str:
    """The value of a header that is there once; "" otherwise."""
    return values[0] if len(values) == 1 else ""
