"""How sentences of revisions end, go on and list, and what is done to quoted words, in rulebooks and allocations."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, assert_never

from haiten.compiler.printing.print_rulebook import print_citations, quote
from haiten.compiler.syntax.revision import WordEdit, WordVerb
from haiten.compiler.syntax.rulebook import Citation

CHANGED: Final = "に改める"
ADDED: Final = "を加える"
# How each verb ends a sentence, and how it goes on in one.
_VERBS: Final = {
    CHANGED: ("に改める。", "に改め、"),
    "を削る": ("を削る。", "を削り、"),
    ADDED: ("を加える。", "を加え、"),
    "とする": ("とする。", "とし、"),
    "と別に定める": ("と別に定める。", "と別に定め、"),
    "加える": ("加える。", "加え、"),
    "を次のように改める": ("を次のように改める。", "を次のように改め、"),
}
# Before the same verb they may go on without it.
_SHORT: Final = {CHANGED: "に、", ADDED: "を、"}


def print_ending(verb: str, following: str | None) -> str:
    """How a verb ends a sentence, or goes on in it.

    Args:
        verb: a verb of a sentence.
        following: None where it ends; else the verb behind it, where that may be said for both.
    """
    if following is None:
        return _VERBS[verb][0]
    return _SHORT[verb] if verb == following and verb in _SHORT else _VERBS[verb][1]


def listed(words: Sequence[str]) -> str:
    """Words one beside the other, with 及び before the last."""
    return " 及び ".join(filter(None, ("、".join(words[:-1]), words[-1])))


def print_words(edits: Sequence[WordEdit], citations: tuple[Citation, ...]) -> tuple[str, str]:
    """What becomes of quoted words, without the last verb; and that verb.

    The sources of the whole are given once, behind the last words that come.
    """
    said: list[str] = []
    groups = [list(group) for _, group in groupby(edits, lambda edit: (edit.verb, edit.new))]
    come = [number for number, (edit, *_) in enumerate(groups) if edit.verb is not WordVerb.DELETE]
    last = come[-1] if come else len(groups) - 1
    verb = ""
    for number, alike in enumerate(groups):
        first = alike[0]
        words = _quoted([edit.old for edit in alike])
        cited = print_citations(citations) if number == last else ""
        match first.verb:
            case WordVerb.REPLACE:
                what, following = f"{words}を{quote(first.new)}{cited}", CHANGED
            case WordVerb.DELETE:
                what, following = f"{words}{cited}", "を削る"
            case WordVerb.ADD_BELOW | WordVerb.ADD_AHEAD:
                what, following = f"{words}の{first.verb.value}に{quote(first.new)}{cited}", ADDED
            case _:
                assert_never(first.verb)
        said += [print_ending(verb, following)] if verb else []
        said.append(what)
        verb = following
    return "".join(said), verb


def _quoted(words: Sequence[str]) -> str:
    quoted = [quote(each) for each in words]
    return "及び".join(filter(None, ("、".join(quoted[:-1]), quoted[-1])))
