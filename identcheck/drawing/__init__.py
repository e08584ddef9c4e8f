"""The editor: a causal graph drawn in the browser, with the verdicts at every edit.

``answers.respond`` is what is asked, ``server`` the door to the browser, ``autosave`` the way back to the design file. The page
itself is in ``static``; its sources are in ``editor/`` at the top of the repository.
"""
