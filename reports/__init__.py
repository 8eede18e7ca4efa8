"""Pages: scores, rulebooks and comparisons as one HTML file each, to be read, searched, printed and handed out.

In: what the rooms below know (scores, populations, gaps, comparisons). Out: the text of a page that asks for nothing
from anywhere and can be read without a script. ``page.py`` alone makes pages: it escapes every text, says what the page
may do, and puts in the styles and scripts that lie beside the templates. A page has a module that gathers what it says
(``diff_page.py``) and a template (``templates/diff.html``) that lays it out; no template computes a figure. Not here:
any figure that a command without pages could not say.
"""
