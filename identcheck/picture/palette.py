"""The colours of a picture, the same in SVG and TikZ as those of the documents around it."""

INK = "#22262B"
"""Boxes, arrows and words."""

LINE, TINT = "#1D4E79", "#E8EFF6"
"""The edge and the ground of the boxes of treatments and the outcome."""
