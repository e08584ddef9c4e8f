"""The manual page and the completions that the wheel installs: made from the commands, and current.

Run as a script it makes them anew: python -m tests.test_manual
"""

import re
from collections.abc import Iterator
from textwrap import dedent, indent

import click
import pytest
from click.shell_completion import get_completion_class

from identcheck.cli import main
from tests.tools import REPOSITORY

SHARE = REPOSITORY / "share"
PAGE = SHARE / "man" / "man1" / "identcheck.1"
COMPLETIONS = {
    "bash": SHARE / "bash-completion" / "completions" / "identcheck",
    "zsh": SHARE / "zsh" / "site-functions" / "_identcheck",
    "fish": SHARE / "fish" / "vendor_completions.d" / "identcheck.fish",
}
EXTRA = re.compile(r"  \[[^]\n]*\]")
EXITS = {
    "0": "all went well",
    "1": "an effect asked for is not identified under what was granted, or a comparison found a verdict that is worse",
    "2": "the input is wrong, or what is printed cannot be written",
    "130": "stopped by Ctrl-C; 143 where the system ended it, 141 where nobody reads what is printed",
}


def escaped(text: str) -> str:
    """Text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in text.split("\n"))


def paragraphs(text: str) -> Iterator[str]:
    """The text of a help; what it keeps line by line stays so."""
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        first, *rest = part.split("\n")
        if first.strip() == "\b":
            kept = indent(
                dedent("\n".join(rest)).strip("\n"), "  "
            )  # releases of Python indent docstrings differently
            yield ".PP\n.nf\n" + escaped(kept) + "\n.fi"
        else:
            yield ".PP\n" + escaped(" ".join(line.strip() for line in [first, *rest]).strip())


def options(command: click.Command) -> Iterator[str]:
    """Each option of a command with what it does."""
    context = click.Context(command, info_name="identcheck")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None and "--help" not in parameter.opts:  # which every command has
            names, does = record
            yield f".TP\n.B {escaped(names)}\n{escaped(does)}"


def manual() -> str:
    """The manual page of the command line, as roff."""
    context = click.Context(main, info_name="identcheck")
    parts = [
        '.TH IDENTCHECK 1 "" "identcheck" "User Commands"',
        ".SH NAME\nidentcheck \\- which average effects a multi\\-site trial identifies, and under which assumptions",
        ".SH SYNOPSIS\n.B identcheck\n.I COMMAND\n[options] [arguments]",
        ".SH DESCRIPTION",
        *paragraphs(main.help or ""),
        ".PP\nEach command has the option \\-\\-help.",
        ".SH COMMANDS",
    ]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=name)))
        parts += [f".SS identcheck {escaped(name)} {escaped(usage)}", *paragraphs(command.help or "")]
        parts += options(command)
    parts.append(".SH EXIT STATUS")
    parts += (f".TP\n.B {code}\n{meaning}" for code, meaning in EXITS.items())
    return "\n".join(parts) + "\n"


def completion(shell: str) -> str:
    """The script that `identcheck completion` prints."""
    found = get_completion_class(shell)
    assert found is not None
    return found(main, {}, "identcheck", "_IDENTCHECK_COMPLETE").source()


def test_the_manual_page_is_of_these_commands() -> None:
    """But for defaults and ranges, which releases of click write differently."""
    there, now = (EXTRA.sub("", text) for text in (PAGE.read_text(encoding="utf-8"), manual()))

    assert there == now, "run python -m tests.test_manual"


def test_the_manual_page_has_every_command_and_option() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("\\-", "-")
    for name, command in (
        (n, main.get_command(click.Context(main), n)) for n in main.list_commands(click.Context(main))
    ):
        assert f".SS identcheck {name}" in text
        assert command is not None
        for parameter in command.params:
            for written in parameter.opts if isinstance(parameter, click.Option) else ():
                assert written in text


def test_the_manual_page_is_roff() -> None:
    requests = set(re.findall(r"^([.'].*?)(?: .*)?$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert requests == {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".nf", ".fi"}


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_the_completions_are_those_that_are_printed(shell: str) -> None:
    """But for what another release of click writes otherwise: which variable asks, and for which command."""
    there, now = COMPLETIONS[shell].read_text(encoding="utf-8"), completion(shell)
    named = re.compile(r"_IDENTCHECK_COMPLETE|_identcheck_completion|\bidentcheck\b")

    assert set(named.findall(there)) == set(named.findall(now)) != set()


if __name__ == "__main__":
    for path, text in {
        PAGE: manual(),
        **{path: completion(shell) for shell, path in COMPLETIONS.items()},
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
