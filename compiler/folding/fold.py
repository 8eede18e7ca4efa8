"""Text → folded text and comments: what is done before the grammar reads a file.

Full-width and look-alike forms are folded to one, outside texts, by a fixed table (language.md, design rule 2). The
table maps single characters to single characters, so that every offset stays what it was. NFKC is never used: it would
turn Ⅰ into I and ① into 1.
"""

from typing import Final

from haiten.compiler.diagnostics import Diagnostic, StrayControlCharacter, UnclosedText
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.folding.stray import has_stray, in_text, outside_texts, without_conflicts
from haiten.compiler.late import dense, frozen
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Source, Span

_PIECES: Final = late_pattern(
    # A quoted part of a clause in an amendment is code, not text: の要件「…」を「…」に改める.
    r"(?P<code>の(?:配点|方式|要件|定義|時点|未公表)\s*「|に(?:要件|定義|時点|未公表)\s*「"
    # Names may end so (対象者の値「…」): what an amendment quotes stands apart from them.
    r"|(?<=\s)(?:の(?:[額値]|対象|按分|激変緩和)|に対象)\s*「|」\s*を\s*「)"
    r"|(?P<text>「(?:[^「」\n]|「[^「」\n]*」)*」|『[^『』\n]*』)"
    r"|(?P<open>[「『][^\n]*)"
    r"|(?P<url>https?://[^\s「」〔〕]+)"
    r"|(?P<comment>[#＃※][^\n]*)"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+)"
)
# What usually follows a heading's text; where it begins is where a forgotten 」 most likely belongs.
_TAIL: Final = late_pattern(
    r"(?:\s*〔[^〔〕\n]*〕)+\s*(?:[0-9０-９][0-9０-９,，]*点.*)?$|\s+[0-9０-９][0-9０-９,，]*点.*$|\s*$"
)

# A text that was closed on one of the next lines, and on how many of them it may be.
MOST_LINES: Final = 3
_BROKEN: Final = late_pattern(rf"「[^「」\n]*(?:\n[^「」\n]*){{1,{MOST_LINES}}}」")
_LONGEST_GUESS: Final = 2_000  # beyond this, looking for the tail would cost more than the guess is worth
_INNER_BRACKETS: Final = str.maketrans("「」『』", "・・・・")


@dense
class Comment:
    """A comment with its sign (``#``, ``＃`` or ``※``), and whether it has its line to itself."""

    text: str
    span: Span
    own_line: bool

    def at(self, span: Span) -> "Comment":
        """The same at another place."""
        return Comment(self.text, span, self.own_line)


@frozen
class Folded:
    """A source made ready for the grammar; ``text`` has the length of the source's text."""

    source: Source
    text: str
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def fold(source: Source) -> Folded:
    """Fold characters, take comments out, and close texts that were left open.

    An open text is reported and closed where its heading most likely goes on, so that the rest of the file reads as
    its author meant it.
    """
    text, conflicts = without_conflicts(source)
    folded, comments, told = fold_lines(text, source, 0, len(text), stray=has_stray(text))
    return Folded(source, folded, comments, (*conflicts, *told))


def fold_lines(
    text: str, source: Source, first: int, behind: int, *, stray: bool
) -> tuple[str, tuple[Comment, ...], tuple[Diagnostic, ...]]:
    """Fold some lines of a text.

    Args:
        text: the whole text, merge marks taken out.
        source: where it came from.
        first: where they begin.
        behind: where they end.
        stray: whether they may hold what nobody meant to write.
    """
    parts: list[str] = []
    comments: list[Comment] = []
    diagnostics: list[Diagnostic] = []
    done = first

    def plain(start: int, end: int) -> str:
        """A stretch outside texts."""
        if not stray:
            return text[start:end].translate(FOLDINGS)
        seen, told = outside_texts(text, source, start, end)
        diagnostics.extend(told)
        return seen.translate(FOLDINGS)

    while piece := _PIECES.search(text, done, behind):
        start, end = piece.span()
        parts.append(plain(done, start))
        match piece.lastgroup:
            case "comment":
                before = text[text.rfind("\n", 0, start) + 1 : start]
                comments.append(Comment(piece[0].rstrip(), Span(source, start, end), own_line=not before.strip()))
                parts.append(" " * (end - start))
            case "open":
                broken = _BROKEN.match(text, start)
                closed = broken[0].replace("\n", " ") if broken else _close(piece[0])
                end = start + len(closed)
                diagnostics.append(UnclosedText(Span(source, start, end)))
                parts.append(closed)
            case "control":
                diagnostics.append(StrayControlCharacter(Span(source, start, end)))
                parts.append(" " * (end - start))
            case "code":
                parts.append(piece[0].translate(FOLDINGS))
            case _:
                if stray:
                    diagnostics.extend(in_text(source, start, end))
                parts.append(piece[0])
        done = end
    parts.append(plain(done, behind))
    return "".join(parts), tuple(comments), tuple(diagnostics)


def _close(line: str) -> str:
    """The text that opens ``line``, closed without growing: 」 takes a blank's place, or the last character's."""
    tail = _TAIL.search(line, 1) if len(line) < _LONGEST_GUESS else None
    end = tail.start() if tail else len(line)
    if end < len(line) and line[end].isspace():
        end += 1
    inner = line[1 : end - 1].translate(_INNER_BRACKETS)
    return f"「{inner}」" if end > 1 else " "
