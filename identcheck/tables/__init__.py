"""Tables of numbers: declared once, shown in a terminal, written to files."""
