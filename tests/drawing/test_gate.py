"""Only the page that the server itself has served may ask: hostile requests, each refused, by the gate and through a socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.gate import MOST_BYTES, refusal
from identcheck.drawing.server import Server
from tests.drawing.drawings import trial

TOKEN, PORT = "t" * 43, 8123
RIGHT = {
    "Host": ["127.0.0.1:8123"],
    "Origin": ["http://127.0.0.1:8123"],
    "X-Identcheck-Token": [TOKEN],
    "Content-Type": ["application/json"],
    "Content-Length": ["2"],
}
HOSTILE: list[tuple[int, str, str, dict[str, list[str]]]] = [
    *((403, "POST", "/ask", {"Host": [host], "Origin": [f"http://{host}"]}) for host in (
        "evil.example:8123", "127.attacker.example:8123", "127.0.0.1.evil.example:8123", "127.0.0.1", "127.0.0.1:80",
        "127.0.0.1:81230", "localhost.evil.example:8123", "localhost", "0.0.0.0:8123", "[::1]:8123", "evil@127.0.0.1:8123",
        "127.0.0.1:8123 ", "LOCALHOST:8123x", "2130706433:8123", "",
    )),
    (403, "POST", "/ask", {"Host": []}),
    (403, "POST", "/ask", {"Host": ["127.0.0.1:8123", "evil.example"]}),
    (403, "GET", "/", {"Host": ["evil.example:8123"]}),
    (403, "GET", "/draw.js", {"Host": ["evil.example:8123"]}),
    *((403, "POST", "/ask", {"Origin": [origin]}) for origin in (
        "http://evil.example", "null", "", "https://127.0.0.1:8123", "http://127.0.0.1", "http://127.0.0.1:8124",
        "http://127.0.0.1:8123.evil.example", "http://localhost:8123", "http://127.0.0.1:8123/", "file://",
    )),
    (403, "POST", "/ask", {"Origin": []}),
    (403, "POST", "/ask", {"Origin": ["http://127.0.0.1:8123", "http://evil.example"]}),
    *((403, "POST", "/ask", {"X-Identcheck-Token": said}) for said in (
        [], [""], ["t"], [TOKEN + "t"], [TOKEN[:-1]], [TOKEN, TOKEN], ["ü" * 43],
    )),
    (403, "POST", "/ask", {"Sec-Fetch-Site": ["cross-site"]}),
    (403, "POST", "/ask", {"Sec-Fetch-Site": ["same-site"]}),
    *((415, "POST", "/ask", {"Content-Type": said}) for said in (
        [], ["text/plain"], ["application/x-www-form-urlencoded"], ["multipart/form-data"], ["text/plain; application/json"],
        ["application/json; charset=utf-16"],
    )),
    *((411, "POST", "/ask", {"Content-Length": said}) for said in ([], ["-1"], ["x"], ["2", "2"], ["٣"])),
    (411, "POST", "/ask", {"Transfer-Encoding": ["chunked"]}),
    (413, "POST", "/ask", {"Content-Length": [str(MOST_BYTES + 1)]}),
    (413, "POST", "/ask", {"Content-Length": ["9" * 40]}),
    *((404, "GET", target, {}) for target in (
        "/../pyproject.toml", "/..%2fpyproject.toml", "/draw.js/../../answers.py", "//evil.example/", "/?x", "/index.html",
        "/draw.js?x", "/static/draw.js", "http://evil.example/", "/etc/passwd", "/%2e%2e/answers.py",
    )),
    (405, "GET", "/ask", {}), (404, "POST", "/", {}), (404, "POST", "/ask?x", {}), (405, "PUT", "/ask", {}),
    (405, "DELETE", "/ask", {}), (405, "OPTIONS", "/ask", {}), (404, "TRACE", "/", {}),
]  # fmt: skip


def test_the_page_itself_may_ask() -> None:
    assert refusal("POST", "/ask", lambda name: RIGHT.get(name, []), TOKEN, PORT) is None
    assert refusal("GET", "/", lambda name: RIGHT.get(name, []), TOKEN, PORT) is None


@pytest.mark.parametrize(("status", "method", "target", "said"), HOSTILE)
def test_hostile_requests_are_refused(
    status: int, method: str, target: str, said: dict[str, list[str]]
) -> None:
    headers = RIGHT | said
    found = refusal(method, target, lambda name: headers.get(name, []), TOKEN, PORT)
    assert found is not None
    assert found[0] == status or (method, target) == ("GET", "/ask")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(DesignFile(tmp_path_factory.mktemp("gate") / "trial.toml"))
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def sent(server: Server, body: bytes, **said: str) -> tuple[int, bytes, dict[str, str]]:
    here = f"127.0.0.1:{server.server_port}"
    headers = {
        "Origin": f"http://{here}",
        "X-Identcheck-Token": server.token,
        "Content-Type": "application/json",
    }
    connection = http.client.HTTPConnection(here, timeout=60)
    connection.request(
        "POST", "/ask", body, headers | {key.replace("_", "-"): value for key, value in said.items()}
    )
    answer = connection.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return found


def asked(server: Server, **request: object) -> list[dict[str, object]]:
    status, body, _ = sent(server, json.dumps({"protocol": 1, **request}).encode())
    assert status == 200
    return [json.loads(line) for line in body.splitlines()]


def test_it_answers_through_a_socket_with_its_policy(server: Server) -> None:
    answers = asked(server, ask="check", drawing=trial(2), assume=[])
    assert [a["kind"] for a in answers][:2] == ["start", "verdicts"]
    assert answers[-1]["kind"] == "done"
    _, _, headers = sent(server, b"{}")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"\xff\xfe", b"[" * 5000, b'{"a":1}{'])
def test_nonsense_gives_an_error_of_the_client(server: Server, body: bytes) -> None:
    assert sent(server, body)[0] == 400


def test_through_a_socket_strangers_are_refused(server: Server) -> None:
    assert sent(server, b"{}", X_Identcheck_Token="x")[0] == 403
    assert sent(server, b"{}", Origin="http://evil.example")[0] == 403
    assert sent(server, b"{}", Host=f"evil.example:{server.server_port}")[0] == 403
    assert sent(server, b"{}", Content_Type="text/plain")[0] == 415


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 43
    assert f"/#{server.token}" in server.address


def test_a_report_is_fetched_by_an_address_that_cannot_be_guessed(server: Server) -> None:
    address = next(
        a["address"]
        for a in asked(server, ask="report", drawing=trial(1), assume=[])
        if a["kind"] == "report"
    )
    connection = http.client.HTTPConnection(f"127.0.0.1:{server.server_port}", timeout=60)
    connection.request("GET", str(address))
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"<html" in answer.read()
    assert "script-src" not in str(answer.getheader("Content-Security-Policy"))
    connection.request("GET", "/report/" + "x" * 43)
    assert connection.getresponse().status == 404


def test_a_newer_edit_ends_the_work_on_an_older_one(server: Server) -> None:
    hard = trial(12)
    hard["nodes"][3]["hidden"] = True
    hard["arrows"][2]["varies"] = "none"
    kinds: list[object] = []
    first = threading.Thread(
        target=lambda: kinds.extend(
            a["kind"] for a in asked(server, ask="check", drawing=hard, assume=[], revision=1)
        )
    )
    first.start()
    for revision in range(2, 5):
        threading.Event().wait(0.05)
        last = asked(server, ask="check", drawing=trial(2), assume=[], revision=revision)
        assert last[-1] == {"revision": revision, "kind": "done"}
    first.join(60)
    assert kinds[-1] in ("superseded", "done")


def test_an_older_request_that_arrives_late_ends_no_newer_one(server: Server) -> None:
    hard = trial(12)
    hard["nodes"][3]["hidden"] = True
    hard["arrows"][2]["varies"] = "none"
    newer = server.engine.answers(
        {"protocol": 1, "revision": 2, "ask": "check", "drawing": hard, "assume": []}
    )
    assert next(newer)[0]["kind"] == "start"
    late = {"protocol": 1, "revision": 1, "ask": "check", "drawing": trial(2), "assume": []}
    assert list(server.engine.answers(late)) == [[{"revision": 1, "kind": "superseded"}]]
    *_, other = server.engine.answers(late | {"page": "another"})
    assert other[-1]["kind"] == "done"
    *_, last = newer
    assert last[-1] == {"revision": 2, "kind": "done"}


def test_a_slow_client_does_not_hold_the_server(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as slow:
        slow.sendall(b"POST /ask HTTP/1.1\r\n")
        assert asked(server, ask="place", drawing=trial(1))[0]["kind"] == "place"


def test_the_page_asks_nobody_else() -> None:
    static = Path(__file__).resolve().parents[2] / "identcheck" / "drawing" / "static"
    for file in static.iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "innerHTML" not in text
        assert "eval(" not in text
