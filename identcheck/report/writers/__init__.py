"""A report, or a card, as text: one writer for each format, all of them Jinja files of one macro for each kind of block."""
