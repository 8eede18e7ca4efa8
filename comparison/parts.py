"""Two versions of a clause, part by part: what an amendment would have to say."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import evolve

from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.bare import without_comments
from haiten.compiler.syntax.revision import (
    Declared,
    Manner,
    Part,
    QuotedFigure,
    Replace,
    Revalue,
    WordEdit,
    WordVerb,
    declaration_word,
    declared_name,
)
from haiten.compiler.syntax.rulebook import Citation, ConstantDecl, Declaration, FactDecl, NodeDecl, Text

NOWHERE: Final = Span(Source("derived", ""), 0, 0)
_WORD: Final = re.compile(r"[一-鿿々〇A-Za-zＡ-Ｚａ-ｚ0-9０-９%％.,・]")
_KATAKANA: Final = re.compile("[ァ-ヺー]")
_HIRAGANA: Final = re.compile("[ぁ-ゖ]")
_FIGURES: Final = re.compile("[0-9０-９.,%％]+")
_BOUND: Final = re.compile(r"[0-9０-９]\w*(?:以上|以下|未満|以内)\Z")  # 年1回以上, whatever word comes next
_MOST_QUOTED: Final = 2 / 3  # of a text; beyond that it is quoted as a whole


def can_be_told(old: NodeDecl, new: NodeDecl) -> bool:
    """Whether all that differs in two headings can be said part by part."""
    a, b = old.heading, new.heading
    same = (a.special, a.same_as) == (b.special, b.same_as) and (a.points is None) == (b.points is None)
    ordered = [d.name for d in old.definitions if d.name in {n.name for n in new.definitions}]
    names = [d.name for d in new.definitions]
    known = [r.text.value for r in new.remarks]
    remarks = [r for r in old.remarks if r.text.value in known]
    return (
        same
        and names[: len(ordered)] == ordered
        and [r.text.value for r in new.remarks][: len(remarks)] == [r.text.value for r in remarks]
        and len(set(known)) == len(known)
        and len({r.text.value for r in old.remarks}) == len(old.remarks)
    )


def part_changes(old: NodeDecl, new: NodeDecl) -> Iterator[tuple[Part | None, Part | None]]:
    """What each part of a clause was and is, of the parts that differ; None where there is none."""
    a, b = old.heading, new.heading
    pairs: list[tuple[Any, Any]] = [(a.text, b.text), (a.points, b.points)]
    if (a.mode, _cap(a.cap)) != (b.mode, _cap(b.cap)):
        yield Manner(a.mode, a.cap, NOWHERE), Manner(b.mode, b.cap, NOWHERE)
    pairs += [(old.timing, new.timing), (old.undisclosed, new.undisclosed)]
    mine, theirs = ({d.name: d for d in node.definitions} for node in (old, new))
    pairs += [(mine.get(name), theirs.get(name)) for name in [*mine, *(n for n in theirs if n not in mine)]]
    noted, notes = ({r.text.value: r for r in node.remarks} for node in (old, new))
    pairs += [(noted.get(v), notes.get(v)) for v in [*noted, *(v for v in notes if v not in noted)]]
    pairs.append((old.requirement, new.requirement))
    yield from ((before, after) for before, after in pairs if before != after)


def _cap(points: Any) -> int | None:
    return points.value if points else None


def declaration_change(old: Declaration, new: Declaration) -> Replace | Revalue:
    """What makes one declaration of another of its kind and name: by its value alone, where nothing else changed."""
    target = Declared(declaration_word(new), declared_name(new), NOWHERE)
    if isinstance(old, ConstantDecl) and isinstance(new, ConstantDecl) and old.value != new.value:
        was, now = (QuotedFigure(each.value, each.citations, NOWHERE) for each in (old, new))
        if evolve(old, value=new.value, citations=new.citations) == new:
            return Revalue(target, evolve(was, citations=()), now)
    return Replace(target, (without_comments(new),))


def small_edit(before: Part | None, after: Part | None) -> tuple[str, str] | None:
    """Old and new words of a text of which only a little changed, where the old ones stand in it once."""
    if not isinstance(before, Text) or not isinstance(after, Text) or before.value == after.value:
        return None
    a, b = before.value, after.value
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    if not start and not end:
        return None
    # Grow to whole phrases until the words are there once and read by themselves.
    while True:
        words, instead = a[start : len(a) - end], b[start : len(b) - end]
        if not (_breaks(a, start) and _breaks(b, start)):
            start -= 1
        elif not (_breaks(a, len(a) - end) and _breaks(b, len(b) - end)):
            end -= 1
        elif _continues(a, start):
            start -= 1
        elif _can_be_quoted(words, a) and _balanced(instead):
            break
        elif start:
            start -= 1
        elif end:
            end -= 1
        else:
            return None
    return (words, instead) if len(words) <= len(a) * _MOST_QUOTED and instead else None


def word_edit(before: Text, after: Text) -> tuple[WordEdit, tuple[Citation, ...]] | None:
    """How a text of which only a little changed is reworded, as officials say it, and what the sentence cites."""
    small = small_edit(before, after)
    if small is None:
        return None
    words, instead = small
    if instead.startswith(words):
        return WordEdit(WordVerb.ADD_BELOW, words, instead[len(words) :]), after.citations
    if instead.endswith(words):
        return WordEdit(WordVerb.ADD_AHEAD, words, instead[: -len(words)]), after.citations
    gone = words.removesuffix(instead) if words.endswith(instead) else words.removeprefix(instead)
    same = after.citations == before.citations
    # What is only taken away keeps its sources where none are given.
    alone = gone != words and len(gone) > 1 and before.value.count(gone) == 1 and _balanced(gone)
    if alone and (same or after.citations):
        return WordEdit(WordVerb.DELETE, gone), () if same else after.citations
    return WordEdit(WordVerb.REPLACE, words, instead), after.citations


def _breaks(text: str, at: int) -> bool:
    """Whether one phrase ends and another begins at a place in a text."""
    if not 0 < at < len(text):
        return True
    return _kind(text[at - 1]) != _kind(text[at]) or bool(_BOUND.search(text, 0, at))


def _continues(text: str, at: int) -> bool:
    """Whether what begins at a place only goes on with the word before it: の数 after 通いの場."""
    before, first = text[at - 1 : at], text[at : at + 1]
    return bool(_HIRAGANA.match(first) and (_WORD.match(before) or _KATAKANA.match(before)))


def _kind(sign: str) -> str:
    """What a sign makes runs with: words of kanji and figures, katakana, or hiragana; other signs stand alone."""
    kinds = (_WORD, _KATAKANA, _HIRAGANA)
    return next((str(number) for number, kind in enumerate(kinds) if kind.match(sign)), f"sign {sign}")


def _can_be_quoted(words: str, text: str) -> bool:
    """Whether words occur in a text once, and say by themselves what is meant."""
    once = bool(words) and text.find(words) == text.rfind(words)
    says = len(words) > 1 and (_WORD.search(words) or _KATAKANA.search(words)) and _FIGURES.fullmatch(words) is None
    return once and bool(says) and _balanced(words)


def _balanced(words: str) -> bool:
    """Whether no bracket is cut; those around quoted words may not stand in them at all."""
    pairs = (words.count("（") == words.count("）"), words.count("(") == words.count(")"))
    return all(pairs) and not any(mark in words for mark in "「」『』")


def declared_pairs(
    before: Iterable[FactDecl | ConstantDecl], after: Iterable[FactDecl | ConstantDecl]
) -> list[tuple[tuple[Citation, ...], tuple[Citation, ...]]]:
    """What declarations of one name cite in both rulebooks."""
    now = {decl.name: decl.citations for decl in after}
    return [(decl.citations, now[decl.name]) for decl in before if decl.name in now]


def cited_pairs(old: NodeDecl, new: NodeDecl | None) -> Iterator[tuple[tuple[Citation, ...], tuple[Citation, ...]]]:
    """Citations of the parts that say the same in both; those of a node that is gone constrain nothing."""
    if new is None:
        return
    before, after = old.heading, new.heading
    if before.text and after.text and before.text.value == after.text.value:
        yield before.text.citations, after.text.citations
    if before.points and after.points and before.points.value == after.points.value:
        yield before.points.citations, after.points.citations
    for mine, theirs in zip(old.remarks, new.remarks, strict=False):
        if mine.text.value == theirs.text.value:
            yield mine.text.citations, theirs.text.citations
