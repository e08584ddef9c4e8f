"""From a tree of blocks to a format.

Texts are made by Jinja, with a macro for each kind of block; JSON is the tree itself; PDF and Word come from LaTeX and HTML.
"""
