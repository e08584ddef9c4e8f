"""Anticipated numbers: read, checked and made definite."""
