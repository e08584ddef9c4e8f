"""What is meant where a command line has more words than the command takes: mostly text that should stand in quotes."""

from __future__ import annotations

import os
from collections.abc import Iterator

__all__ = ["left_over"]

_OPTIONS = {
    "-t": ("--target", "an effect has several words and stands in quotes"),
    "-e": ("--effect", "an effect has several words and stands in quotes"),
    "-a": ("--assume", ""),
    "-v": ("--vary", "a field with its values stands in quotes where it has spaces"),
}
_BY_NAME = {long: (short, *said) for short, (long, *said) in _OPTIONS.items()}


def left_over(words: list[str]) -> str:
    """What is likely to be meant, for words after the name of a command; "" where that cannot be told."""
    for option, value, rest in _with_rest(words):
        short = option if option in _OPTIONS else _BY_NAME[option][0]
        if not rest:
            continue
        if short == "-a":
            return f"Several assumptions are written {option} {','.join([value, *rest])}"
        if " " not in value.strip() and "(" not in value:
            return f"{_OPTIONS[short][1].capitalize()}: {option} {_quoted(' '.join([value, *rest]))}"
    plain = [word for word in words if not word.startswith("-")]
    for start in range(len(plain)):
        for end in range(start + 2, len(plain) + 1):
            name = " ".join(plain[start:end])
            if os.path.exists(name):
                return f"The name of a file that has spaces stands in quotes: {_quoted(name)}"
    if sum(os.path.exists(word) for word in plain) > 1:
        return "It takes one file; run it once for each"
    return ""


def _with_rest(words: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Each such option with its value, and the words behind it up to the next option or file."""
    for place, word in enumerate(words):
        option, is_joined, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if option not in _OPTIONS and option not in _BY_NAME:
            continue
        behind = words[place + 1 :]
        if not is_joined:
            value, behind = (behind[0], behind[1:]) if behind else ("", [])
        rest = []
        for other in behind:
            if (other.startswith("-") and other != "->") or os.path.exists(other):
                break
            rest.append(other)
        yield option, value, rest


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'
