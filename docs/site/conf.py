"""How Sphinx makes the site; sources.py lays out what it reads."""

import ast
import sys
from importlib import import_module
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.locale import translators

import haiten
from lexer import HaitenLexer, JapaneseSqlLexer
from sources import packages

project = "haiten"
author = "haiten developers"
copyright = "2026 haiten developers"  # noqa: A001 - Sphinx's name
release = haiten.__version__
language = "ja"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "shortcuts"]
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
autodoc_use_type_comments = False  # there are none, and looking for them takes long
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_inherit_docstrings = False  # those of libraries are written for other tools
autodoc_class_signature = "mixed"
add_module_names = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True


def import_for_types(name: str) -> bool:
    """Import into a loaded module what it imports for type checkers alone, so that its annotations mean something.

    Returns:
        Whether all of it could be: what another module has for type checkers alone is there only after that one.
    """
    module = sys.modules[name]
    for node in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            try:
                exec(compile(ast.Module(node.body, []), name, "exec"), vars(module))
            except ImportError:
                return False
    return True


def mend_translation(_: Sphinx) -> None:
    """Put a blank behind the name in Sphinx's Japanese for "alias of", without which the name is no markup."""
    translators["general", "sphinx"]._catalog["alias of %s"] = "%s の別名です。"  # gettext has no other way


def setup(app: Sphinx) -> None:
    """Teach Sphinx the languages of the examples, and load all that has a place in the API."""
    modules = [name for package, those in packages().items() for name in (package, *those)]
    for name in modules:
        import_module(name)
    while modules:
        left = [name for name in modules if not import_for_types(name)]
        if left == modules:
            raise ImportError(f"the imports for type checkers of {', '.join(left)}")
        modules = left
    app.connect("builder-inited", mend_translation)
    app.add_lexer("haiten", HaitenLexer)
    app.add_lexer("sql", JapaneseSqlLexer)
    app.add_lexer("csv", TextLexer)
