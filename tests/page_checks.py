"""What holds of every page, by its text alone: it is whole, asks for nothing, and its parts find each other."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Final

_EMPTY: Final = {"meta", "input", "br", "hr", "link", "img", "path", "rect", "line", "circle", "polygon", "use"}
# Attributes that lead somewhere: only links within the page are used, and those that a reader follows to a document.
_LEAD: Final = {"src", "href", "srcset", "action", "formaction", "poster", "data", "xlink:href", "ping", "background"}
_NAME: Final = {"aria-labelledby", "aria-describedby", "aria-controls", "for", "headers", "data-of"}


class PageReader(HTMLParser):
    """Reads a page as strictly as XML.

    Attributes:
        ids: of all elements, in their order.
        links: what is led to within the page.
        headings: the levels of the headings, in their order.
        wrong: what is not as it should be.
        tags: all elements.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ids, self.links, self.headings = list[str](), list[str](), list[int]()
        self.wrong, self.tags, self._open, self._texts = list[str](), list[str](), list[str](), dict[str, str]()
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        if len(given) < len(attrs):
            self.wrong.append(f"{tag} says something twice")
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{tag} has {name}, which the policy forbids")
            away = tag == "a" and value.startswith(("https://", "http://")) and given.get("rel") == "noreferrer"
            if name in _LEAD and not value.startswith("#") and not away:
                self.wrong.append(f"{tag} leads to {value}")
            if name in _NAME:
                self.links += value.split()
        self.links += [given["href"][1:]] if given.get("href", "").startswith("#") else []
        self.ids += [given["id"]] if "id" in given else []
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content", "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> within {self._open[-3:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self._texts[self._open[-1]] = self._texts.get(self._open[-1], "") + data

    def finish(self) -> None:
        """Look at the page as a whole."""
        self.close()
        self.wrong += [f"<{tag}> is never closed" for tag in self._open]
        self.wrong += [f"two elements are called {name}" for name in {x for x in self.ids if self.ids.count(x) > 1}]
        self.wrong += [f"nothing is called {name}" for name in self.links if name not in set(self.ids)]
        if self.headings.count(1) != 1 or self.headings[0] != 1:
            self.wrong.append("the page does not begin with its one title")
        jumps = zip(self.headings, self.headings[1:], strict=False)
        self.wrong += [f"a heading {low} below one of {high}" for high, low in jumps if low > high + 1]
        for kind in ("style", "script"):
            digest = base64.b64encode(hashlib.sha256(self._texts[kind].encode()).digest()).decode()
            if f"{kind}-src 'sha256-{digest}'" not in self.policy or self.tags.count(kind) != 1:
                self.wrong.append(f"the policy does not allow the {kind}, or there are two")
        if not self.policy.startswith("default-src 'none';"):
            self.wrong.append("the policy lets something in")


def wrong_with(page: str) -> list[str]:
    """What is wrong with a page; nothing where it is as it should be."""
    reader = PageReader()
    reader.feed(page)
    reader.finish()
    return reader.wrong


def read(page: str) -> PageReader:
    """A page that was read."""
    reader = PageReader()
    reader.feed(page)
    reader.finish()
    return reader
