"""Files: the suffix names the format, and what cannot be read is one clear error."""

import codecs
import os

import pytest

from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError
from identcheck.formats import from_text, load
from identcheck.formats.starter import STARTER


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def message_of(path):
    with pytest.raises(IdentcheckError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["mto.toml", "MTO.TOML", "with space.v2.toml"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_file_is_read_in_the_format_of_its_suffix(folder, name, mark):
    (folder / name).write_bytes(mark + STARTER.encode())

    assert load(name) == load(folder / name) == from_text(STARTER, "toml")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.toml", "cannot read 'none.toml': no such file or directory"),
        ("folder.toml", "cannot read 'folder.toml': is a directory"),
        ("", "cannot read '': is a directory"),
        ("nul\0.toml", "cannot read 'nul\\x00.toml': embedded null byte"),
        ("words.txt", "cannot read 'words.txt': the suffix '.txt' names no format; known are .toml, "),
        ("words", "cannot read 'words': the name has no suffix; known are .toml, "),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(folder, name, message):
    (folder / "folder.toml").mkdir()
    (folder / "words.txt").write_text("hello world")
    (folder / "words").write_text("hello world")

    assert message_of(name).startswith(message)


def test_a_file_without_permission_is_named(folder, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    (folder / "mto.toml").write_text(STARTER)
    monkeypatch.setattr("pathlib.Path.open", refuse)

    assert message_of("mto.toml") == "cannot read 'mto.toml': permission denied"


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (b'title = "caf\xe9"', 1, 13, "the byte 0xe9 is not UTF-8 text; save the file as UTF-8"),
        ("# é\ntitle = 'é".encode() + b"\xff'", 2, 11, "the byte 0xff is not UTF-8 text; save"),
        (codecs.BOM_UTF8 + b"ab\xff", 1, 3, "the byte 0xff is not UTF-8 text"),
        (
            b"PK\x03\x04 a document\xff",
            1,
            1,
            "this is no text but a document or an archive; save it as plain",
        ),
        (STARTER.encode("utf-16"), 1, 1, "this is UTF-16 text; save the file as UTF-8"),
    ],
)
def test_other_encodings_are_refused_at_their_place(folder, content, line, column, message):
    (folder / "mto.toml").write_bytes(content)

    with pytest.raises(FormatError) as caught:
        load("mto.toml")

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(message)


def test_a_file_below_the_working_directory_is_named_relative_to_it(folder):
    (folder / "deep").mkdir()
    file = folder / "deep" / "mto.toml"
    file.write_text("graph = 'T -- V'")

    assert message_of(file).startswith(f"{os.path.join('deep', 'mto.toml')}, line 1, column 12: ")


def test_an_empty_file_says_how_to_start(folder):
    (folder / "mto.toml").touch()

    with pytest.raises(InvalidDesignError, match=r"mto\.toml: nothing is written here; 'identcheck"):
        load("mto.toml")


def test_an_unknown_format_is_answered_with_those_that_are_known():
    with pytest.raises(IdentcheckError, match=r"unknown format 'tmol' \(did you mean 'toml'"):
        from_text(STARTER, "tmol")
