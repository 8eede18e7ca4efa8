"""Positions of the protocol are places of the text, whatever ends its lines and however many units its signs have."""

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from haiten.compiler.source import Source
from haiten.editor.positions import changed, offset_at, position_at

TEXTS = st.text(st.sampled_from("ア𠮷a \n\r\u2028\x0c\x85\ud83d"), max_size=30)


def counted(text: str, offset: int) -> lsp.Position:
    """A position, reckoned sign by sign."""
    line = character = at = 0
    while at < offset:
        if text[at : at + 2] == "\r\n":
            line, character, at = line + 1, 0, at + 2
        elif text[at] in "\r\n":
            line, character, at = line + 1, 0, at + 1
        else:
            character += 2 if ord(text[at]) > 0xFFFF else 1
            at += 1
    return lsp.Position(line, character)


@given(TEXTS, TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_a_change_is_made_where_the_editor_made_it(text: str, new: str, one: int, other: int) -> None:
    """Between the two signs of a line end there is no place; a stretch may be empty, or all of the text."""
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or at == 0]
    start, end = sorted(places[at % len(places)] for at in (one, other))
    stretch = lsp.Range(counted(text, start), counted(text, end))
    told = lsp.TextDocumentContentChangePartial(stretch, new)
    assert changed(text, told) == text[:start] + new + text[end:]
    assert changed(text, lsp.TextDocumentContentChangeWholeDocument(new)) == new


@given(TEXTS, st.integers(0, 30))
def test_a_place_is_found_by_its_position(text: str, at: int) -> None:
    """There and back; beyond the end of a line is its end, beyond the text the text's."""
    source = Source("", text.replace("\r\n", "\n").replace("\r", "\n"))
    offset = at % (len(source.text) + 1)
    position = position_at(source, offset)
    assert position == counted(source.text, offset)
    assert offset_at(source, position) == offset
    beyond = lsp.Position(position.line, position.character + 1000)
    end = source.text.find("\n", offset)
    assert offset_at(source, beyond) == (len(source.text) if end < 0 else end)
    assert offset_at(source, lsp.Position(1000, 0)) == len(source.text)
