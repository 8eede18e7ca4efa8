"""Whether a site holds together: every link within it leads to a place that is there, and it loads nothing else.

``python docs/site/links.py FOLDER`` tells of each that does not, and ends with 1 then.
"""

import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import frozen

# What a page loads by itself, unlike a link that a reader follows.
_LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("object", "data"),
    ("source", "src"),
    ("link", "href"),
}


@frozen
class Page:
    """A page as a browser sees it.

    Attributes:
        places: where links may lead to within it.
        links: what it links to, as written.
        loaded: what it loads, as written.
    """

    places: frozenset[str]
    links: tuple[str, ...]
    loaded: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value)
            elif (tag, name) in _LOADED:
                self.loaded.append(value)
            elif tag == "a" and name == "href":
                self.links.append(value)


@cache
def read_page(path: Path) -> Page:
    """The links and places of a page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return Page(frozenset(reader.places), tuple(reader.links), tuple(reader.loaded))


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with the links of a site, a line for each."""
    for path in sorted(folder.rglob("*.html")):
        page, name = read_page(path), path.relative_to(folder)
        yield from (f"{name} loads {url} from elsewhere" for url in page.loaded if urlsplit(url).netloc)
        for link in dict.fromkeys((*page.links, *page.loaded)):
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            place = unquote(url.fragment)
            if not target.is_file():
                yield f"{name} links to {link}, which is not there"
            elif place and target.suffix == ".html" and place not in read_page(target).places:
                yield f"{name} links to {link}, a page without such a place"


def main() -> None:
    """Check the site in the folder that is named."""
    folder = Path(sys.argv[1])
    number = sum(1 for _ in folder.rglob("*.html"))
    found = list(faults(folder))
    print(*found, f"{number} pages, {len(found)} broken links", sep="\n")
    sys.exit(1 if found or not number else 0)


if __name__ == "__main__":
    main()
