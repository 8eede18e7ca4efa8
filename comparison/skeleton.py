"""A revision to begin with: next year's headings, and sentences that could stand in it, of items that the base has."""

import re
from collections.abc import Iterator
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression, quote
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.labels import label_number, label_of
from haiten.compiler.syntax.rulebook import Level
from haiten.compiler.syntax.years import year_after

_WORD: Final = re.compile("[一-鿿]{2,}")
_STEP: Final = re.compile("上位([2-9])割")


@frozen
class Sample:
    """A sentence that could stand in the revision.

    Attributes:
        about: what it does, in words.
        lines: as they would be written, each without its 「# 」.
    """

    about: str
    lines: tuple[str, ...]


def skeleton(base: Program, year: str | None = None) -> str:
    """The text of a revision that amends nothing yet; its examples stand in comments.

    Args:
        base: the rulebook that is amended.
        year: the year of the revision; the next one where it is not given.
    """
    wanted = year or year_after(base.year)
    title = base.syntax.title
    named = title.text.value.replace(base.year, wanted) if title is not None else f"{wanted}評価指標（{base.scope}）"
    lines = [
        f"# {base.year}からの改正。「#」の後ろは注釈で、例は「# 」を外すと改正文になる。",
        "言語 1",
        f"{wanted} {base.scope} 評価指標",
        f"{base.year} {base.scope} 評価指標 を次のように改正する。",
        f"題名 {quote(named)}",
        "",
        "# 出典: 引く文書をここに書き、値の後ろに〔要綱 p.5〕のように引く。どの資料にもない値は〔推定〕と書く。",
        f"# 出典 要綱 「{wanted} 評価指標（{base.scope}）」",
        "",
    ]
    for sample in samples(base):
        lines += [f"# {sample.about}", *(f"# {line}" for line in sample.lines), ""]
    return "\n".join(lines)


def samples(base: Program) -> Iterator[Sample]:
    """Sentences of the base's own items: each can stand alone in a revision that declares 出典 要綱."""
    leaves = [node for node in base.leaves if not node.is_shared and node.level is Level.ITEM and node.text]
    if (item := next((leaf for leaf in leaves if leaf.maximum > 1), None)) is not None:
        points = f"の配点「{item.maximum}点」を「{item.maximum - 1}点〔要綱〕」に改める。"
        yield Sample("配点を改める（理由も書ける）", (f"{item.path} {points}", "  理由 「…」〔要綱〕"))
    if (item := next((leaf for leaf in leaves if _word_of(leaf)), None)) is not None:
        word = _word_of(item)
        yield Sample("字句を改める", (f"{item.path} 中「{word}」を「{word}等」〔要綱〕に改める。",))
    if (item := next((leaf for leaf in leaves if _bar_of(leaf)), None)) is not None:
        yield Sample(
            "要件（段）を改める", (f"{item.path} の要件「{_old_bar(item)}」を「{_bar_of(item)}〔要綱〕」に改める。",)
        )
    yield from _of_an_indicator(base)
    year_cited = next((cited.name for node in base.nodes.values() for cited in node.citations if cited.name), None)
    if year_cited is not None:
        old = f"〔{base.year} {year_cited}〕"
        yield Sample("去年の文書を引いていた所を、今年の文書に付け替える", (f"全体 の出典{old}を〔要綱〕に改める。",))


def _of_an_indicator(base: Program) -> Iterator[Sample]:
    """Adding, deleting and moving, of the first indicator whose items nothing else speaks of."""
    for node in base.nodes.values():
        items = _plain_items(base, node)
        if node.level is Level.INDICATOR and not node.is_shared and len(items) == len(node.children) > 2:
            break
    else:
        return
    first, second, before, last = items[0], items[1], items[-2], items[-1]
    added = f"  {_next_label(last)} 「…」〔要綱〕 1点〔要綱〕"
    yield Sample("項目を加える", (f"{last.path} の次に次のように加える。", added))
    yield Sample("終わりの項目を削る", (f"{last.path} を削る。",))
    moved = f"{second.path}〜{last.label} を {first.path}〜{before.label} とする。"
    yield Sample("始めの項目を削り、後ろを繰り上げる", (f"{first.path} を削る。", moved))


def _plain_items(base: Program, indicator: Node) -> list[Node]:
    items = [base.nodes[child] for child in indicator.children]
    return [item for item in items if item.level is Level.ITEM and item.is_leaf and item.decl.requirement is None]


def _next_label(node: Node) -> str:
    number = label_number(node.level, node.label)
    assert number is not None
    label = label_of(node.level, number.successors[0])
    assert label is not None
    return label


def _word_of(node: Node) -> str | None:
    return next((word for word in _WORD.findall(node.text) if node.text.count(word) == 1), None)


def _old_bar(node: Node) -> str:
    assert node.decl.requirement is not None
    return print_expression(node.decl.requirement.condition)


def _bar_of(node: Node) -> str | None:
    """The requirement with a bar that is one step higher; None where it has none."""
    if node.decl.requirement is None:
        return None
    text = print_expression(node.decl.requirement.condition)
    found = _STEP.search(text)
    return None if found is None else f"{text[: found.start(1)]}{int(found[1]) - 1}{text[found.end(1) :]}"
