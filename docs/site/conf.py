"""How Sphinx makes the site; sources.py lays out what it reads."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import haiten
from lexer import HaitenLexer

project = "haiten"
author = "haiten developers"
copyright = "2026 haiten developers"  # noqa: A001 - Sphinx's name
release = haiten.__version__
language = "ja"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"haiten {release}"
html_show_sphinx = False
html_copy_source = False
# The site is read without a network too: nothing is loaded from elsewhere.
html_theme_options = {"top_of_page_buttons": []}
html_static_path = ["_static"]
html_css_files = ["wide.css"]

myst_heading_anchors = 4  # as links within the pages count on
myst_enable_extensions = ["colon_fence"]

# Nitpicky about Markdown; names of types in docstrings that belong to libraries have no page here.
suppress_warnings = ["toc.not_included"]  # the page of each diagnostic is reached from the list of them

autodoc_default_options = {"members": True, "undoc-members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_inherit_docstrings = False  # those of libraries are written for other tools
autodoc_class_signature = "mixed"
add_module_names = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True


def setup(app: Sphinx) -> None:
    """Teach Sphinx the languages of the examples."""
    app.add_lexer("haiten", HaitenLexer)
    app.add_lexer("csv", TextLexer)
