"""Tables of numbers and words: declared once, shown in a terminal, written to files."""
