"""Numbers as people write them where a file wants digits and a point: with commas, percent signs, fractions, units."""

from __future__ import annotations

import re
import tomllib

from identcheck.formats.tokens import place_in

__all__ = ["misread_number", "read_anew"]

_QUOTED = r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
_TEXT_OF_LINES = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_BEHIND = r"(?=[^\S\n]*(?:[,;}\]\n#]|\Z))"
_ENTRY = re.compile(
    rf"""(?P<key>{_QUOTED}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]+)[ \t]*[=:][ \t]*
    (?P<value>(?P<sign>[+\-~<>\u2212\u2013])?(?P<digits>[.,]?\d(?:[\d.,'\u2019_]|[ ]\d{{3}}(?!\d))*(?<!,))
    (?P<rest>[ ]?%|[ ]?[-\u2013][ ]?\d+(?:\.\d+)?|[ ]?/[ ]?\d+|[ ]?[^\W\d][^\W\d ]*)?){_BEHIND}
    | {_QUOTED} | \#[^\n]*""",
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[,'\u2019 ]\d{3})+(?:\.\d+)?")
_WHOLE = ("sites", "persons")
_EFFECTS = ("mean", "between", "within")
MOST_MORE = 5
"""Further numbers of a file that a message names."""


def misread_number(text: str, line: int, column: int) -> tuple[int, int, str] | None:
    """What is wrong with a number at which reading stopped, and how it is written; None where it was something else.

    Args:
        text: the file, its line ends normalized.
        line: the line where reading stopped, from 1.
        column: its column, from 1.

    Returns:
        Line and column of the number, and a message, which names the other numbers of the file that are written so.
    """
    shown = _TEXT_OF_LINES.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    place = place_in(shown)
    found = {
        place(entry.start("value")): (entry["key"], remedy)
        for entry in _ENTRY.finditer(shown)
        if entry["key"] and (remedy := _remedy(entry))
    }
    stopped = [at for at in found if at[0] == line and at[1] <= column]
    if not stopped:
        return None
    first = stopped[0]
    more = [
        f"{key} in {'the same line' if at[0] == line else f'line {at[0]}'}"
        for at, (key, _) in found.items()
        if at != first
    ]
    rest = f" and {len(more) - MOST_MORE} more" if len(more) > MOST_MORE else ""
    others = f"; correct also {', '.join(more[:MOST_MORE])}{rest}" if more else ""
    return (*first, found[first][1] + others)


def read_anew(text: str) -> float | None:
    """The number that a text such as "0,47" or "47%" is likely to mean; None where that cannot be told."""
    number = text.strip().removesuffix("%").rstrip()
    decimal = re.fullmatch(r"[+-]?(?:0*,\d+|\d+,\d{1,2}|\d+,\d{4,})", number)
    try:
        found = float(number.replace(",", ".") if decimal else number)
    except ValueError:
        return None
    return found if number == text.strip() else round(found / 100, 12)


def _remedy(entry: re.Match[str]) -> str:
    """What is wrong with a number, and how it is written; "" for one that is right."""
    key, value = entry["key"], entry["value"]
    sign, digits, rest = entry["sign"] or "", entry["digits"], (entry["rest"] or "").strip()
    if _is_right(value):
        return ""
    if sign in ("\u2212", "\u2013"):
        return f"the minus sign here is not the one of the keyboard; write {key} = -{value[1:]}"
    if sign in ("~", "<", ">"):
        return f"a number stands without a sign before it: {key} = {value[1:].strip()}"
    if rest == "%":
        return _percent(key, sign + digits)
    if rest.startswith(("-", "\u2013")):
        one = {"persons": "; for sites of different sizes write persons = { mean = ..., cv = ... }"}.get(
            key.strip('"'), ""
        )
        return f"a range is no number; write one number: {key} = {sign}{digits}{one}"
    if rest.startswith("/"):
        return _fraction(key, value)
    if "," in digits or "'" in digits or "\u2019" in digits or " " in digits:
        return _parted(key, sign, digits) + (f", without {rest!r} behind it" if rest else "")
    if rest and _is_right(sign + digits):
        return f"a number stands alone, without {rest!r} behind it: {key} = {sign}{digits}"
    if digits.startswith(".") or digits.endswith("."):
        return f"a decimal number has digits on both sides of the point: {key} = {float(sign + digits):g}"
    if re.fullmatch(r"0\d+(?:\.\d+)?", digits):
        return f"a number does not begin with a zero: {key} = {sign}{digits.lstrip('0') if '.' not in digits else float(digits)}"
    return f"a number has one point at most; found {key} = {sign}{digits}" if digits.count(".") > 1 else ""


def _is_right(number: str) -> bool:
    try:
        tomllib.loads(f"x = {number}")
    except (tomllib.TOMLDecodeError, ValueError):
        return False
    return True


def _percent(key: str, digits: str) -> str:
    number = read_anew(f"{digits}%")
    if key.strip('"') in _WHOLE:
        return f"{key} is a whole number, and no percentage"
    if number is None:
        return f"a percentage is written as a share of 1, with a point and without the percent sign; found {digits}%"
    in_sds = (
        "; an effect on a continuous variable is written in its SDs" if key.strip('"') in _EFFECTS else ""
    )
    return f"a percentage is written as a share of 1, without the percent sign: {key} = {number:g}{in_sds}"


def _fraction(key: str, value: str) -> str:
    over, under = re.sub(r"[^\d/.+-]", "", value).split("/")
    try:
        worked = f": {key} = {float(over) / float(under):.4g}"
    except (ValueError, ZeroDivisionError):
        worked = ""
    return f"a fraction is written as a decimal number{worked}"


def _parted(key: str, sign: str, digits: str) -> str:
    """A comma, an apostrophe or a space inside a number."""
    whole = sign + re.sub(r"[,'\u2019 ]", "", digits)
    point = sign + digits.replace(",", ".").rstrip(".")
    if _THOUSANDS.fullmatch(digits):
        listed = [int(part) for part in digits.split(",")] if digits.replace(",", "").isdigit() else []
        if "," not in digits or key.strip('"') in _WHOLE or len(listed) != 2:
            several = key.strip('"') == "persons" and len(listed) > 1 and min(listed) > 3
            or_list = f"; one number for each site is a list, {key} = {listed}" if several else ""
            return f"a number is written without marks between the thousands: {key} = {whole}{or_list}"
        return f"a number has no comma: if it marks the decimals, write {key} = {point}; if the thousands, {key} = {whole}"
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        written = digits.replace(".", "").replace(",", ".")
        return f"a decimal number has a point, and no marks between the thousands: {key} = {sign}{written}"
    if digits.count(",") == 1 and "." not in digits and _is_right(point):
        return f"a decimal number is written with a point, not a comma: {key} = {point}"
    if digits.startswith(",") and digits[1:].isdigit():
        return f"a decimal number is written with a point, not a comma: {key} = {sign}0.{digits[1:]}"
    parts = digits.split(",")
    if len(parts) > 1 and all(map(_is_right, parts)):
        return f"several numbers stand in square brackets: {key} = [{', '.join(parts)}]; decimals stand behind a point"
    return f"a number is written in digits with at most one point; found {key} = {sign}{digits}"
