"""The site that is made by shortcuts is the one that Sphinx makes without them."""

import subprocess
import sys
from pathlib import Path

import pytest

from sources import SITE

pytest.importorskip("furo", reason="make docs installs it")

PAGES = {
    "index": """
Index
=====

.. toctree::
   :caption: One

   a
   b

Below
-----

.. toctree::
   :hidden:

   Other name <c>

- :py:obj:`.same`, :py:obj:`.one.same`, :py:meth:`.Kind.same`, :py:obj:`same`, :py:func:`one.same()`, :py:obj:`.no`
- :py:class:`.Kind`, :py:attr:`~one.Kind.part`, :py:mod:`two`, :py:obj:`.two`
""",
    "a": """
First title
===========

.. py:module:: one

Heading
-------

.. toctree::

   d

.. py:function:: same(x: Kind) -> two.Kind

   Function.

.. py:class:: Kind

   .. py:method:: other() -> part

   .. py:attribute:: part
      :type: Kind

Heading
-------

Deeper
~~~~~~
""",
    "b": """
Second title
============

.. py:module:: two

.. py:class:: Other

   .. py:method:: same(x: .same, y: one.Kind, z: .Kind.part)
""",
    "c": "Third title\n===========\n\nHeading\n-------\n\nEnd.\n",
    "d": "Title below\n===========\n\n.. toctree::\n\n   e\n",
    "e": "Title at the end\n================\n\nHeading\n-------\n",
}


def site(source: Path, to: Path, *settings: str) -> dict[str, bytes]:
    """All pages, as Sphinx makes them with some settings, and what it warns of."""
    command = [sys.executable, "-m", "sphinx", "-q", "-C", "-b", "html", "-D", "html_theme=furo", *settings]
    command += ["-D", "html_last_updated_fmt=", "-d", str(to / "doctrees"), str(source), str(to / "html")]
    done = subprocess.run(command, cwd=SITE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pages = {str(page.relative_to(to)): page.read_bytes() for page in sorted(to.glob("html/**/*.html"))}
    return {**pages, "warnings": done.stderr.encode()}


def test_pages_are_the_same(tmp_path: Path) -> None:
    """The list of pages on each, whatever nests in it, and what each reference leads to."""
    source = tmp_path / "source"
    source.mkdir()
    for name, text in PAGES.items():
        (source / f"{name}.rst").write_text(text, encoding="utf-8")
    plain = site(source, tmp_path / "plain")
    assert b"Title at the end" in plain["html/c.html"]
    assert plain["html/index.html"].count(b'class="reference internal" href="a.html#one.') > 3
    assert b"more than one target" in plain["warnings"]
    assert site(source, tmp_path / "short", "-D", "extensions=shortcuts") == plain
