"""The public names: all importable, each from its one home."""

from __future__ import annotations

import subprocess
import sys

import pytest

import identcheck


@pytest.mark.parametrize("name", identcheck.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What the package lists can be had from it and is documented."""
    assert getattr(identcheck, name).__doc__
    assert name in dir(identcheck)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelled name fails as it does in any module."""
    with pytest.raises(AttributeError, match="chek"):
        _ = identcheck.chek


def test_importing_the_package_alone_is_light() -> None:
    """Nothing heavy is loaded before it is used, not even by the command line's help."""
    code = "import sys, identcheck; print([m for m in ('sympy', 'jinja2', 'click', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
