"""The colours and corners of a picture, the same in SVG and TikZ as those of the documents around it."""

INK = "#22262B"
"""Boxes, arrows and words."""

LINE, TINT = "#1D4E79", "#E8EFF6"
"""The edge and the ground of the boxes of treatments and the outcome."""

MOVE, GLOW = "#9A6B12", "#FBF3E0"
"""The edge and the ground of modifiers, and their arrows."""

ROUND = 15.0
"""The most by which the corners of a modifier's box are rounded, in units of 1/96 inch."""
