"""The server behind the page: on this machine only, for one person, one file and the fixed pages of the editor."""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.gate import FILES, HEADERS, refusal
from identcheck.drawing.workers import Engine
from identcheck.errors import IdentcheckError

__all__ = ["Server"]

REPORTS = 4
"""So many reports are kept for the browser to fetch."""
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


class Server(ThreadingHTTPServer):
    """The server of one design file.

    Args:
        file: the file.
        assume: what is granted when the page opens.
        port: the port; 0 for any that is free.
    """

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, file: DesignFile, assume: Iterable[str] = (), port: int = 0) -> None:
        self.file = file
        self.assume = list(assume)
        self.token = secrets.token_urlsafe(32)
        self.reports: dict[str, str] = {}
        self.engine = Engine()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """The address for the browser, with the token behind "#"."""
        return f"http://127.0.0.1:{self.server_port}/#{self.token}"

    def server_close(self) -> None:
        """End the server and its processes."""
        self.engine.close()
        super().server_close()

    def answers(self, request: dict[str, Any]) -> Generator[list[dict[str, Any]]]:
        """The answers to a request of the page, as many at a time as come together; those about the file are given here."""
        ask = request.get("ask")
        if ask == "open":
            yield [{"kind": "open", "assume": self.assume, **self.file.opened()}]
            return
        if ask == "save":
            yield [self._saved(request)]
            return
        if ask == "numbers":  # of the plan in the file; there is nothing to say where it has none
            request = request | {"text": self.file.planned(request.get("drawing"))}
            if not request["text"]:
                yield [{"revision": request.get("revision", 0), "kind": "done"}]
                return
        with closing(self.engine.answers(request)) as found:
            for answers in found:
                yield [*map(self._kept, answers)]

    def _saved(self, request: dict[str, Any]) -> dict[str, Any]:
        revision = {"revision": request.get("revision", 0)}
        try:
            return revision | self.file.save(request.get("drawing"), bool(request.get("keep")))
        except IdentcheckError as error:
            return revision | {"kind": "unsaved", "text": str(error)}

    def _kept(self, answer: dict[str, Any]) -> dict[str, Any]:
        """A report is put where the browser can fetch it, by an address that cannot be guessed."""
        if answer["kind"] != "report":
            return answer
        name = f"/report/{secrets.token_urlsafe(32)}"
        self.reports[name] = answer["html"]
        for old in list(self.reports)[:-REPORTS]:
            del self.reports[old]
        return {"revision": answer["revision"], "kind": "report", "address": name}


def _values(headers: Message, name: str) -> list[str]:
    """Every value of a header."""
    return headers.get_all(name, [])


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    timeout = 30
    disable_nagle_algorithm = True  # answers are small, and none waits until the one before it has arrived
    server_version = "identcheck"
    sys_version = ""

    def do_GET(self) -> None:
        """Serve a page of the editor."""
        if self._refused():
            return
        if self.path in FILES:
            name, kind = FILES[self.path]
            self._send(200, kind, (files("identcheck.drawing") / "static" / name).read_bytes())
        elif self.path in self.server.reports:
            html = self.server.reports[self.path].encode()
            self._send(200, "text/html; charset=utf-8", html, {"Content-Security-Policy": REPORT_POLICY})
        else:
            self._send(404, "text/plain; charset=utf-8", b"there is no such page")

    def do_POST(self) -> None:
        """Answer a request, a line of JSON for each answer."""
        if self._refused():
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            request = json.loads(body)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            self._send(400, "text/plain; charset=utf-8", b"the request is no JSON object")
            return
        self._head(200, "application/x-ndjson; charset=utf-8")
        with suppress(OSError), closing(self.server.answers(request)) as answers:  # the page may go
            for some in answers:
                self.wfile.write(b"".join(json.dumps(answer).encode() + b"\n" for answer in some))

    def _refused(self) -> bool:
        values = partial(_values, self.headers)
        told = refusal(self.command, self.path, values, self.server.token, self.server.server_port)
        if told is not None:
            self._send(told[0], "text/plain; charset=utf-8", told[1].encode())
        return told is not None

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(status, kind, {"Content-Length": str(len(body)), **(headers or {})})
        with suppress(OSError):
            self.wfile.write(body)

    def _head(self, status: int, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""
