"""Slips of the hand: what was meant by a statement that cannot be read, held to the grammar.

Guesses (``slips.py``) are made one after the other in the lines around a mistake; one with which they read is
reported as もしかして, and reading goes on as if it had been written, so that a slip costs no second error. Where two
guesses lead to different readings both are reported, and none is made.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from attrs import field
from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from haiten.compiler.changing import evolve
from haiten.compiler.folding.fold import Folded
from haiten.compiler.folding.paths import BRANCHES, label_parts
from haiten.compiler.late import define, frozen
from haiten.compiler.parsing.revision_slips import revises
from haiten.compiler.parsing.slips import Guess, guesses, ordinal
from haiten.compiler.patterns import late_pattern
from haiten.compiler.syntax.labels import CIRCLED_SIGN, FIRST, KANA, LabelNumber
from haiten.grammar import load_parser, reserved_words

MOST_TRIALS: Final = 400  # in a file; its first mistakes are the ones that are mended
_LONGEST: Final = 600
_ALLOCATION: Final = late_pattern(r"年度[ \t]+\S+[ \t]+配分")
_REVISION: Final = late_pattern(r"を次の")
_OF_ALLOCATIONS: Final = frozenset(
    [
        "allocation",
        "based_on",
        "budget",
        "event",
        "pot",
        "split",
        "eligible",
        "frame",
        "pro_rata",
        "equal",
        "cushion",
        "unspent",
        "limit",
        "rounding_rule",
    ]
)
_OF_RULEBOOKS: Final = frozenset(
    [
        "rulebook",
        "since",
        "grant",
        "goal",
        "group",
        "indicator",
        "item",
        "subitem",
        "definition",
        "requirement",
        "timing",
        "remark",
        "undisclosed",
        "carry",
    ]
)
_DECLARED: Final = frozenset(["language", "title", "source", "fact", "classification", "constant"])
_LEVELS: Final = ("grant", "goal", "group", "indicator", "item", "subitem")
_FORGOTTEN: Final = (
    ("要件", late_pattern(r"\S.*(?:\sが\s|でない|のうち)|該当|\S+ (?:かつ|又は) ")),
    ("指標群", late_pattern(r"\(\S+\)\s*「")),
    ("指標", late_pattern(rf"[0-9]+{BRANCHES}\s*「")),
    ("目標", late_pattern(rf"[Ⅰ-Ⅻ]{BRANCHES}\s*「")),
    ("事実", late_pattern(r"\S+ : \S+")),
)
FARTHEST: Final = 20_000
_HEAD: Final = late_pattern(
    rf"(?P<indent>[ \t]*)(?:(?:交付金|別枠)\s+(?P<grant>\S+)|目標\s*(?P<goal>[Ⅰ-Ⅻ]{BRANCHES})|指標群\s*(?P<group>\S+)"
    rf"|指標\s*(?P<indicator>[0-9]+{BRANCHES})|(?P<item>[ア-ン]{BRANCHES})(?=\s*「)"
    rf"|(?P<subitem>{CIRCLED_SIGN}{BRANCHES}))"
)
_EDGE: Final = late_pattern(r"[\s「」〔〕()]")


def kind_of_file(text: str) -> tuple[bool, bool]:
    """What repairs go by that is said anywhere in a file: whether it is an allocation, and a revision."""
    return _ALLOCATION.search(text) is not None, revises(text)


@frozen
class Repair:
    """A change with which some lines read.

    Attributes:
        start, end: of what is changed, in the text of the file.
        text: what is written there instead.
        sure: nothing else can be meant.
        place: the stretch that is shown.
        found: the slip as it is quoted; ``offers``: what was meant, each as it is shown.
        first, last: the stretch of the file that was read anew.
        statements: what it reads as, their places those of the file.
    """

    start: int
    end: int
    text: str
    sure: bool
    place: tuple[int, int]
    found: str
    offers: tuple[str, ...]
    first: int
    last: int
    statements: tuple[Tree[Token], ...]


@define(eq=False)
class Mender:
    """Finds repairs for one file, within a bound of work."""

    folded: Folded
    trials: int = 0
    _allowed: frozenset[str] | None = field(init=False, default=None)

    def mend(self, last: Token | None, at: int) -> Repair | None:
        """What was meant where the parser stopped; None where nothing is found.

        Args:
            last: the token before it.
            at: where what does not fit begins.
        """
        seen: set[tuple[int, int]] = set()
        for first, end in self._stretches(last, at):
            if (first, end) in seen or end - first > _LONGEST:
                continue
            seen.add((first, end))
            near = last.start_pos if last is not None and last.start_pos is not None else at
            if repair := self._mend_stretch(first, end, (max(min(near, at), first), at)):
                return repair
        return None

    def _stretches(self, last: Token | None, at: int) -> Iterator[tuple[int, int]]:
        """The lines to be tried: the line of the mistake, that of the token before it, and the two together."""
        text = self.folded.text
        here = self._line(min(at, len(text) - 1))
        behind = self._line(last.start_pos or 0) if last is not None else here
        if behind != here and not _in_one_statement(text[behind[1] : here[1]]):
            yield behind
            yield here
        else:
            yield here
            if behind != here:
                yield behind
        yield behind[0], here[1]
        yield here[0], self._line(min(here[1] + 1, len(text) - 1))[1]
        # A statement of more than one line: 区分.
        head = text.rfind("\n区分", 0, here[0])
        if head >= 0 and here[0] - head < _LONGEST and "\n\n" not in text[head : here[0]]:
            tail = text.find("\n\n", here[1])
            yield head + 1, tail if tail >= 0 else here[1]

    def _line(self, at: int) -> tuple[int, int]:
        text = self.folded.text
        end = text.find("\n", at)
        return text.rfind("\n", 0, max(at, 0)) + 1, end if end >= 0 else len(text)

    def _mend_stretch(self, first: int, end: int, near: tuple[int, int]) -> Repair | None:
        text = self.folded.text[first:end]
        if not text.strip() or self._read(text) is not None:
            return None  # what reads as it stands is not at fault
        fitting: dict[str, tuple[int, Guess, list[Tree[Token]]]] = {}
        for source in (
            guesses(text),
            _forgotten(text, near[0] - first, near[1] - first),
            _alike(text, near[0] - first, near[1] - first),
        ):
            for guess in source:
                written = text[: guess.start] + guess.text + text[guess.end :]
                if written in fitting or (statements := self._read(written)) is None:
                    continue
                if guess.sure:
                    return self._repair(text, first, end, [guess], statements)
                if score := _continues(self.folded.text, first, first + guess.start, statements):
                    fitting[written] = score, guess, statements
            if fitting:
                break
        if not fitting:
            return None
        best = max(score for score, _, _ in fitting.values())
        found = [(guess, statements) for score, guess, statements in fitting.values() if score == best]
        return self._repair(text, first, end, [guess for guess, _ in found], found[0][1])

    def _repair(self, text: str, first: int, end: int, fitting: list[Guess], statements: list[Tree[Token]]) -> Repair:
        fitting = [_narrowed(text, guess) for guess in fitting]
        guess = fitting[0]
        for statement in statements:
            _move(statement, first, guess)
        start, stop, found, offers = _shown(text, fitting)
        return Repair(
            start=first + guess.start,
            end=first + guess.end,
            text=guess.text,
            sure=guess.sure or (guess.only and len(fitting) == 1),
            place=(first + start, first + stop),
            found=found,
            offers=offers[:3],
            first=first,
            last=end,
            statements=tuple(statements),
        )

    def _read(self, text: str) -> list[Tree[Token]] | None:
        """The statements of a text, where it reads and they belong into a file of this kind."""
        self.trials += 1
        if self.trials > MOST_TRIALS:
            return None
        try:
            tree = load_parser().parse(text)
        except UnexpectedInput:
            return None
        statements = [child for child in tree.children if isinstance(child, Tree)]
        return statements if all(statement.data in self.allowed for statement in statements) else None

    @property
    def allowed(self) -> frozenset[str]:
        """Kinds of statements that a file of this kind has; amendments are left to their own readers."""
        if self._allowed is None:
            kinds = _OF_ALLOCATIONS if kind_of_file(self.folded.text)[0] else _OF_RULEBOOKS
            self._allowed = kinds | _DECLARED
        return self._allowed


def _in_one_statement(between: str) -> bool:
    """Whether what stands between two places does not begin anything new on its last line."""
    return not re.search(r"\n[ \t]*(?:[^\s「]+[ \t]|[^\s「]+「)", between)


def _forgotten(text: str, last: int, at: int) -> Iterator[Guess]:
    """A word that is missing before what does not fit."""
    for word, behind in _FORGOTTEN:
        for place in (at, last, len(text) - len(text.lstrip())):
            if behind.match(text, max(place, 0)):
                yield Guess(place, place, f"{word} ", sure=False, only=True)


def _alike(text: str, last: int, at: int) -> Iterator[Guess]:
    """Words of the language that look like what stands there."""
    for place in dict.fromkeys((at, last)):
        if not 0 <= place < len(text):
            continue
        end = next((i for i in range(place, len(text)) if _EDGE.match(text, i)), len(text))
        word = text[place:end]
        if not 2 <= len(word) <= 12:
            continue
        ratio = {known: SequenceMatcher(None, word, known).ratio() for known in reserved_words()}
        for known in sorted(ratio, key=lambda known: -ratio[known])[:4]:
            if ratio[known] >= 0.5 and known != word:
                yield Guess(place, end, known, sure=False)


@frozen
class _Head:
    """A heading as its line shows it."""

    level: int
    number: LabelNumber | None
    column: int


def _heads_before(text: str, at: int) -> Iterator[_Head]:
    """The headings above a place, the nearest first."""
    for line in reversed(text[max(0, at - FARTHEST) : at].split("\n")):
        if found := _HEAD.match(line):
            level = next(i for i, key in enumerate(_LEVELS) if found[key] is not None)
            yield _Head(level, _number(found[_LEVELS[level]]), len(found["indent"]))


def _continues(text: str, first: int, at: int, statements: list[Tree[Token]]) -> int:
    """Whether the first heading among some statements counts on from those above: 0 no, 1 yes, 2 as indented, too."""
    heads = [s for s in statements if s.data in _LEVELS]
    if not heads:
        return 1
    label = next((str(t) for t in reversed(heads[0].children) if isinstance(t, Token)), "")
    number, level = _number(label), _LEVELS.index(heads[0].data)
    if number is None:
        return 1
    column = at - text.rfind("\n", 0, at) - 1
    for other in _heads_before(text, first):
        if other.level == level:
            due = other.number.successors if other.number else (FIRST,)
            return (number in due) * (1 + (column == other.column))
        if other.level < level:
            return (other.level == level - 1 and number == FIRST) * (1 + (column > other.column))
    return int(level == 0)


def _number(label: str) -> LabelNumber | None:
    """Which number a label is, however it is written."""
    sign, branches = label_parts(label)
    main = KANA.index(sign) + 1 if sign and sign in KANA else ordinal(sign)
    return None if main is None else LabelNumber(main, tuple(int(branch) for branch in branches.split("の")[1:]))


def _move(tree: Tree[Token], first: int, guess: Guess) -> None:
    """Give a tree the places that its parts have in the file."""
    growth = len(guess.text) - (guess.end - guess.start)

    def place(at: int, *, end: bool) -> int:
        if at <= guess.start:
            return first + at
        if at >= guess.start + len(guess.text):
            return first + at - growth
        return first + (guess.end if end else guess.start)

    for part in tree.iter_subtrees():
        if not part.meta.empty:
            part.meta.start_pos = place(part.meta.start_pos, end=False)
            part.meta.end_pos = place(part.meta.end_pos, end=True)
        for child in part.children:
            if isinstance(child, Token) and child.start_pos is not None and child.end_pos is not None:
                child.start_pos, child.end_pos = place(child.start_pos, end=False), place(child.end_pos, end=True)


def _narrowed(text: str, guess: Guess) -> Guess:
    """The guess without the words at its beginning and its end that it leaves as they are."""
    start, end, new = guess.start, guess.end, guess.text
    while (found := re.match(r"\s*\S+\s+", text[start:end])) and new.startswith(found[0]):
        start, new = start + len(found[0]), new[len(found[0]) :]
    while (found := re.search(r"\s+\S+\s*$", text[start:end])) and new.endswith(found[0]):
        end, new = end - len(found[0]), new[: -len(found[0])]
    return evolve(guess, start=start, end=end, text=new)


def _shown(text: str, fitting: list[Guess]) -> tuple[int, int, str, tuple[str, ...]]:
    """Where the slip is, how it is quoted, and what was meant; with its surroundings where a change says little."""
    start, end = min(g.start for g in fitting), max(g.end for g in fitting)
    telling = all(re.search(r"\w\w|[ア-ン①-⑳]", guess.text) for guess in fitting) and end > start
    if not telling:
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    shown = []
    for guess in fitting:
        written = text[min(start, guess.start) : guess.start] + guess.text + text[guess.end : max(end, guess.end)]
        shown.append(" ".join(written.split()) or "（この語を消す）")
    found = " ".join(text[start:end].split())
    return start, end, found, tuple(dict.fromkeys(shown))
