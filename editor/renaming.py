"""Another name for a 事実, 区分, 定数 or local name, in all files of its chain of years at once.

Files that are no rulebooks (facts, sheets) keep the old name; who renames is told.
"""

import re
from pathlib import Path
from typing import Final

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Edit, has_errors
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.source import Source
from haiten.editor.addresses import years_beside
from haiten.editor.desk import Desk
from haiten.editor.symbols import Kind, Occurrence
from haiten.grammar import reserved_words
from haiten.scoring.proving.workspace import Workspace

_NAME: Final = re.compile(r"(?:[^\W\d①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ])(?:[^\W①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ・])*")


@frozen
class Renaming:
    """What becomes of a wish for another name.

    Attributes:
        edits: by file; empty where it is refused.
        refusal: why it cannot be; None where it can.
    """

    edits: dict[Path, tuple[Edit, ...]]
    refusal: str | None = None


def may_rename(place: Occurrence | None) -> str | None:
    """Why what stands at a place has no other name to be given; None where it has."""
    if place is None:
        return "ここには名前がありません"
    if place.symbol.kind is Kind.NODE:
        return "項目の番号は名前ではありません。改正文（ア を イ とする。）で変えてください"
    if place.symbol.kind is Kind.FRAME:
        return "枠の見出しは名前ではありません。改正文（配分 … の枠 ア を イ とする。）で変えてください"
    return None


def rename(desk: Desk, path: Path, place: Occurrence, name: str) -> Renaming:
    """The changes that give a name in its place, and everywhere in its chain of years, another one.

    A name that was changed by a sentence of a revision (事実 甲 を 乙 とする。) is another word before it: only the
    word that stands at the place is replaced. It is refused where a file would then read otherwise than before.
    """
    old = place.span.text.translate(FOLDINGS)
    name = name.strip().translate(FOLDINGS)
    if (refusal := may_rename(place) or _bad_name(name)) is not None:
        return Renaming({}, refusal)
    for page in desk.family(path):
        if not page.is_legible and (source := page.compilation.source) is not None and old in source.text:
            return Renaming(
                {}, f"{page.path.name} に誤りがあって、そこの「{old}」が何か分かりません。先に直してください"
            )
    edits: dict[Path, list[Edit]] = {}
    for found in desk.mentions(path, place.symbol):
        if found.span.text.translate(FOLDINGS) == old:
            file = Path(found.span.source.name).absolute()
            edits.setdefault(file, []).append(Edit(found.span, name))
    made = {file: tuple(dict.fromkeys(changes)) for file, changes in edits.items()}
    return _held(desk, made, old, name)


def _bad_name(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return f"「{name}」は名前になりません（文字で始まる一語にしてください）"
    return f"「{name}」は言語の言葉です" if name in reserved_words() else None


def _held(desk: Desk, edits: dict[Path, tuple[Edit, ...]], old: str, name: str) -> Renaming:
    """The changes, where all files still mean what they meant."""
    before = {file: desk.page(file).compilation for file in edits}
    trial = Workspace()
    for file, changes in edits.items():
        source = before[file].source
        assert source is not None
        trial.open(Source(source.name, changed(source.text, changes)), years_beside(file, desk.roots))
    for file, was in before.items():
        now = trial.compile(file)
        if has_errors(now.diagnostics) and not has_errors(was.diagnostics):
            first = next(each for each in now.diagnostics if each.severity == "error")
            return Renaming({}, f"{file.name} に誤りが生じます: {first.message}")
        if not _same_shape(was, now, old, name):
            return Renaming({}, f"{file.name} の意味が変わります（「{name}」はほかのものの名です）")
    return Renaming(edits)


def _same_shape(was: Compilation, now: Compilation, old: str, name: str) -> bool:
    """Whether two compilations differ in a name alone: as many facts, nodes and names, each at its place."""
    if was.program is None or now.program is None:
        return was.program is now.program
    before, after = was.program, now.program

    def renamed(word: str) -> str:
        return name if word == old else word

    return (
        list(before.nodes) == list(after.nodes)
        and len(before.facts) == len(after.facts)
        and {renamed(each) for each in before.facts} >= set(after.facts) - set(before.facts)
        and len(before.classes) == len(after.classes)
        and len(before.constants) == len(after.constants)
        and [len(node.locals) for node in before.nodes.values()] == [len(node.locals) for node in after.nodes.values()]
    )


def changed(text: str, edits: tuple[Edit, ...]) -> str:
    """A text with some changes made."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
