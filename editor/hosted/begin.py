"""What answers requests inside the browser: the value of this script, which engine.mjs runs where the engine's files are."""

import sys

sys.path.insert(0, "/engine")

from identcheck.decide import findings, identification, mends, witness, worlds  # noqa: F401
from identcheck.drawing.hosted import answers  # noqa: F401
