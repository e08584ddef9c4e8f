"""A trial as it is described; nothing is worked out here."""
