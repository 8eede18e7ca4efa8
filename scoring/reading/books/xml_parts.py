"""XML of workbooks. It has no document types: one could have entities that grow without end, so it is refused."""

from typing import IO, Any, NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

_BLOCK = 1 << 16


class PlainBuilder(ElementTree.TreeBuilder):
    """Builds elements, and refuses a document type before anything in it counts."""

    def doctype(self, *_: Any) -> NoReturn:
        """A document type begins."""
        raise ValueError("DOCTYPE")


def element_of(data: bytes) -> ElementTree.Element:
    """The root of a document.

    Raises:
        ParseError, ValueError: it is no XML, or has a document type.
    """
    return ElementTree.fromstring(data, ElementTree.XMLParser(target=PlainBuilder()))


def build(stream: IO[bytes], builder: PlainBuilder) -> None:
    """Run a builder through a document, a block at a time.

    Raises:
        ParseError, ValueError: it is no XML, or has a document type.
    """
    parser = ElementTree.XMLParser(target=builder)
    while block := stream.read(_BLOCK):
        parser.feed(block)
    parser.close()


def run(stream: IO[bytes], parser: expat.XMLParserType) -> None:
    """Run a parser with handlers through a document, a block at a time.

    Raises:
        expat.ExpatError, ValueError: it is no XML, or has a document type.
    """
    parser.StartDoctypeDeclHandler = PlainBuilder().doctype
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
    parser.Parse(b"", True)
