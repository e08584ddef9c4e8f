"""How far a condition may fail before the conclusion changes."""
