"""No label, title, source or file name is obeyed by the terminal or by a page; files keep what was written."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import networkx as nx
import pytest

from identcheck import Design, InvalidDesignError, check, load
from identcheck.describe.wording import one_line
from identcheck.errors.visible import json_text, obeyed_in, visible
from identcheck.formats import dumps
from tests.terminal import run

# Clears the screen, hides, rings, turns the direction of writing, sets the window's title, has no width, new lines.
OBEYED = "\x1b[2J\x1b[8m\x07\x08\r\x7f\x9b31m\u202e\u2066\u200b\ufeff\u2028\U000e0041\x1b]0;x\x07"
TEXT = f"quick {OBEYED} fox"
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\U000e0041]"
)
OURS = re.compile(r"\x1b\[(0|1|2|3[1-5])m")  # the colours of the command line itself


def quoted(text: str) -> str:
    return '"' + "".join(letter if letter.isalnum() else f"\\U{ord(letter):08X}" for letter in text) + '"'


TOML = f"""
treatment = "T"
outcome = "Y"
graph = "T -> V -> Y; T -> W -> Y"
sites = 12
title = {quoted(TEXT)}
[labels]
V = {quoted(TEXT)}
Y = {quoted(f"{TEXT} two")}
[justifications]
vii = {quoted(TEXT)}
[citations]
vii = {quoted(TEXT)}
[plan]
persons = 50
[plan.arrows]
"T -> V" = {{ mean = 0.5, between = 0.1 }}
"T -> W" = {{ mean = 0.5, between = 0.1 }}
"V -> Y" = {{ mean = 0.2 }}
"W -> Y" = {{ mean = 0.1 }}
"""


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    name = "tri\x1b[31m\u202eal.toml"
    Path(name).write_text(TOML, encoding="utf-8")
    return name


def shown(*words: str) -> int:
    """Run a command; what it prints is obeyed by no terminal."""
    done = run(*words, color=True)
    assert done.stdout or done.stderr
    assert not HARMFUL.search(OURS.sub("", done.stdout + done.stderr))
    return done.exit_code


@pytest.mark.parametrize(
    "words",
    [
        ("check", "FILE"),
        ("check", "FILE", "-a", "all", "-t", "total V Y"),
        ("compare", "FILE", "FILE", "--all"),
        ("compare", "FILE", "FILE", "--json"),
        ("robust", "FILE", "-a", "all"),
        ("plan", "FILE"),
        ("simulate", "FILE", "--reps", "20", "--seed", "1", "--level", "sites"),
        ("sweep", "FILE", "--vary", "sites=10,12", "--reps", "20", "--level", "sites"),
        ("falsify", "FILE", "--reps", "20"),
        ("show", "FILE"),
        ("code", "FILE", "--language", "r", "-t", "direct V Y"),
        ("report", "FILE", "-o", "-", "--format", "text"),
        ("report", "FILE", "-o", "-", "--format", "markdown"),
        ("report", "FILE", "-o", "-", "--format", "latex"),
        ("report", "FILE", "-o", "-", "--format", "html"),
        ("report", "FILE", "-o", "-", "--format", "json"),
        ("report", "FILE", "-o", "\x1b[1m.md"),
        ("report", "FILE", "-o", "plan.md", "--for", "preregistration", "--strict"),
        ("report", "FILE", "-o", "-", "--for", "preregistration", "--format", "text"),
        ("convert", "FILE", "-", "--format", "toml"),
        ("convert", "FILE", "-", "--format", "json"),
        ("convert", "FILE", "\x1b[1m.dot"),
        ("init", "\x1b[1m.toml"),
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode(),
)
def test_no_command_prints_what_a_terminal_obeys(trial: str, words: tuple[str, ...]) -> None:
    assert shown(*(trial if word == "FILE" else word for word in words)) in (0, 1)


def test_no_error_prints_what_a_terminal_obeys(trial: str) -> None:
    assert shown("check", trial, "-t", "total X\x1b[1m Y") == 2
    assert shown("plan", trial, "-o", trial) == 2
    assert shown("init", trial) == 2
    assert shown("check", "absent\x1b[1m\u202e.toml") == 2
    Path(trial).write_text("graph = 'T -> \\ -> Y'\n\u202e = 1", encoding="utf-8")
    assert shown("check", trial) == 2


def test_what_is_shown_in_python_is_harmless(trial: str) -> None:
    result = check(load(trial), "all")
    shown = [
        str(result),
        repr(result),
        *map(str, result),
        *map(repr, result),
        str(result.compare(check(load(trial)))),
        result.compare(check(load(trial))).json(),
        *(finding.words for finding in result.findings),
        *(finding.reason for finding in result.findings),
        *(str(c) for finding in result.findings for c in finding.missing),
        *(result.render(format) for format in ("text", "markdown", "latex", "html", "json")),
        result.design.label("V"),
    ]
    assert not [text for text in shown if HARMFUL.search(text)]
    assert "[U+001B]" in result.design.label("V")


def test_files_keep_the_characters(trial: str) -> None:
    design = load(trial)
    assert design.title == design.justifications["vii"] == TEXT
    assert design.labels["V"] == one_line(TEXT)
    for format in ("toml", "json"):
        written = dumps(design, format)
        assert Design.from_text(written, format=format) == design
        assert not HARMFUL.search(written)


@pytest.mark.parametrize(
    "letter", [*OBEYED.replace("[2J8m31]0;x", ""), "\n", "\t", "\u200d", "\xad", "\ud800"]
)
def test_a_name_has_no_such_character(letter: str) -> None:
    if letter.isascii() and letter.isprintable():
        return
    with pytest.raises(InvalidDesignError) as caught:
        Design(nx.DiGraph([("T", f"a{letter}b"), (f"a{letter}b", "Y")]), treatment="T", outcome="Y")
    assert f"U+{ord(letter):04X}" in str(caught.value)
    assert "write long words as the label" in str(caught.value)
    assert not HARMFUL.search(str(caught.value))


def test_every_character_of_these_kinds_is_shown_by_its_code() -> None:
    seen_although_of_a_kind = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2}
    seen_although_of_a_kind |= {0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    for code in range(0x110000):
        kind = unicodedata.category(chr(code))
        if kind in ("Cc", "Cf", "Cs", "Zl", "Zp") and code not in seen_although_of_a_kind:
            expected = chr(code) if chr(code) in "\n\t" else f"[U+{code:04X}]"
            assert visible(chr(code)) == expected
            assert obeyed_in(chr(code)) == [f"U+{code:04X}"]


def test_letters_of_all_scripts_stay() -> None:
    for text in (
        "Größe",
        "中文",
        "م\u200cخ",
        "👩\u200d🔬",
        "שלום",
        "e\u0301",
        "a\u00a0b",
        "two\nlines\tand a tab",
    ):
        assert visible(text) == text
    assert visible("ad\u200dmin") == "ad[U+200D]min"
    assert visible("windows\r\nbreak") == "windows\nbreak"


def test_json_escapes_them_and_nothing_else() -> None:
    written = json_text({"a": TEXT, "b": "Größe 中"})
    assert json.loads(written) == {"a": TEXT, "b": "Größe 中"}
    assert not HARMFUL.search(written)
    assert "Größe 中" in written
