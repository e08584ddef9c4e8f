"""How Sphinx builds the documentation site: `make docs`, or the test `tests/test_docs_site.py`.

The pages are Markdown that a forge shows as well; what only the site has (numbered equations with anchors,
links from the code's docstrings to the theory, the gallery) is made by the extensions in `_ext`.
"""

import sys
from pathlib import Path

import identcheck

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "identcheck"
author = "The identcheck developers"
project_copyright = author
version = release = identcheck.__version__

extensions = [
    "myst_nb",  # Markdown pages, and notebooks as they were executed
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
    "folders",
    "mathml",
    "theory_links",
    "public_names",
    "gallery",
    "front",
    "draw_page",
    "result_tables",
    "command_line",
    "accessible",
    "versions",
    "narrow",
]

exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
nitpicky = True
# What other packages, the standard library and identcheck's own inner modules define has no page here.
nitpick_ignore_regex = [("py:.*", r"(?!identcheck\.[A-Za-z_]+$).*")]

myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
nb_execution_mode = "off"  # the tests execute the notebooks

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
napoleon_numpy_docstring = False
napoleon_use_ivar = True

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The theme of NumPy, pandas and NetworkX, which readers of scientific documentation know.
html_theme = "pydata_sphinx_theme"
html_title = "identcheck"
html_math_renderer = "mathml"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["identcheck.css"]
html_js_files = ["scroll.js", "switch.js"]
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {
    page: [] for page in ("index", "gallery", "comparison", "cite", "releases", "changelog")
}  # no pages below them
html_theme_options = {
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navbar_end": ["versions", "theme-switcher", "navbar-icon-links"],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "show_prev_next": True,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}
