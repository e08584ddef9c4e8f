"""The tests; a package of its own, as some distributions install one called `tests` too."""
