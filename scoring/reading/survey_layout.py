"""The survey sheet of a rulebook: which sheets it has, what stands in which row and column (docs/sheets.md).

Whoever writes a survey sheet and whoever reads it back look here; rows and columns count from 0, headings are row 0.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import definition_text, print_expression
from haiten.compiler.program.fact_columns import CARRIED, CODE, GIVEN, NAME, PREFECTURE, schema_of
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import Condition, FactHolds, FactValue, PreviousScore
from haiten.compiler.program.walk import conditions_in, values_in

FORMAT: Final = "haiten-survey-1"
COVER: Final = "表紙"
NUMBERS: Final = "数値"
ABOUT: Final = "調査票の情報"
YES: Final = "該当"
NO: Final = "非該当"

# The columns of a sheet of items, by what they hold.
PATH, KIND, TEXT, MAXIMUM, ANSWER, OUTCOME, BEFORE = range(7)
VERDICT, CERTAIN, POSSIBLE, DONE, WANTED, EVIDENCE, REMARK = range(7, 14)
ITEM_HEADINGS: Final = (
    *("番号", "区分", "項目", "配点", "答え", "結果の通知", "前年度", "判定", "得点", "あり得る最大"),
    *("記入済み", "記入する数", "根拠資料", "備考"),
)
# Those of the sheet of numbers.
COLUMN, MEANING, UNIT, LEAST, MOST, DECIMALS, NUMBER, LAST, STATE, NUMBER_EVIDENCE, NUMBER_REMARK = range(11)
NUMBER_HEADINGS: Final = (
    *("列名", "意味", "単位", "最小", "最大", "小数の桁", "値", "前年度", "記入", "根拠資料", "備考"),
)
ABOUT_HEADINGS: Final = ("情報", "値")
# What the sheet says of itself.
FORM, YEAR, SCOPE, TITLE, RULES, WORDS, BODY, MADE_BY = (
    *("調査票の形式", "年度", "対象", "題名", "規則の指紋", "文の指紋", "配った団体の団体コード", "作成"),
)
ABOUT_KEYS: Final = (FORM, YEAR, SCOPE, TITLE, RULES, WORDS, BODY, MADE_BY)
# The list of the sheets that were sent, which lies beside them.
SENT: Final = "配布一覧.csv"
# The cover: labels in the first column, what is filled in beside them, between two headings.
LABEL, ENTRY = 0, 1
WHO: Final = "団体と連絡先"
HOW: Final = "記入のしかた"
ATTRIBUTE, NOTE, GROUND = CARRIED
SUBMITTED: Final = f"{ATTRIBUTE}提出日"
CONTACTS: Final = tuple(ATTRIBUTE + name for name in ("提出日", "担当課", "担当者", "電話", "メール", "連絡事項"))
IDENTITY: Final = (CODE, NAME, PREFECTURE)
# Where a number rests on, which no column of a fact file but an attribute can hold.
NUMBER_GROUND: Final = f"{ATTRIBUTE}根拠."
NUMBER_NOTE: Final = f"{ATTRIBUTE}備考."

_LONGEST: Final = 31  # of the name of a sheet
# A row is at most 409 points high: longer words go on in the row below.
_MOST_SIGNS: Final = 500
_NEVER: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@frozen(eq=False)
class ItemRow:
    """A row of a sheet of items: a node, or what is to be said of the node above it.

    Attributes:
        node: None for a row of words.
        kind: what the official documents call it (指標, 項目), or 時点, 留意, 定義, 要件.
        text: its words.
        depth: how far below its grant it stands.
    """

    node: Node | None
    kind: str
    text: str
    depth: int

    @property
    def key(self) -> str:
        """The path of its node; empty for a row of words."""
        return self.node.path if self.node is not None else ""


@frozen(eq=False)
class ItemSheet:
    """The sheet of a grant, its rows in the order of the rulebook; the first stands below the headings."""

    name: str
    grant: Node
    rows: tuple[ItemRow, ...]


def item_sheets(program: Program) -> tuple[ItemSheet, ...]:
    """A sheet for each grant, in the order of the rulebook."""
    taken = {COVER, NUMBERS, ABOUT}
    made: list[ItemSheet] = []
    for grant in program.grants:
        name = _sheet_name(grant.label, taken)
        taken.add(name.casefold())
        made.append(ItemSheet(name, grant, tuple(_rows(program, grant, 0))))
    return tuple(made)


def _sheet_name(label: str, taken: set[str]) -> str:
    """A name that every spreadsheet takes: short, without signs of references, and not there yet."""
    plain = _NEVER.sub("_", label).strip("'")[:_LONGEST] or "_"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST - 1 - len(str(number))]}_{number}"
    return name


def _rows(program: Program, node: Node, depth: int) -> Iterator[ItemRow]:
    first, *more = _parts(node.text)
    yield ItemRow(node, node.kind, first, depth)
    yield from (ItemRow(None, "続き", part, depth) for part in more)
    above = program.nodes[node.parent] if node.parent is not None else None
    if node.is_shared:
        if above is None or not above.is_shared:
            yield ItemRow(None, "同じ", f"{node.same_as} に同じ（答えはそちらに記入する）", depth)
    else:
        for kind, text in _words(node, above):
            yield from (ItemRow(None, kind, part, depth) for part in _parts(text))
    for child in node.children:
        yield from _rows(program, program.nodes[child], depth + 1)


def _parts(text: str) -> list[str]:
    """A text in parts that a row shows whole."""
    return [text[start : start + _MOST_SIGNS] for start in range(0, max(len(text), 1), _MOST_SIGNS)]


def _words(node: Node, above: Node | None) -> Iterator[tuple[str, str]]:
    if node.timing is not None and (above is None or above.timing != node.timing):
        yield "時点", node.timing
    for remark in node.decl.remarks:
        yield "留意", remark.text.value
    for definition in node.decl.definitions:
        yield "定義", definition_text(definition)
    if node.decl.requirement is not None:
        yield "要件", print_expression(node.decl.requirement.condition)


def is_input(node: Node, place: int) -> bool:
    """Whether a cell of a node's row is filled in by the body."""
    if place in (EVIDENCE, REMARK):
        return True
    if not node.is_leaf or node.is_shared:
        return False
    return place == ANSWER if node.answered else place == OUTCOME


def column_of(node: Node, place: int) -> str:
    """The column of a fact file that a cell of a node's row is."""
    return {ANSWER: "", OUTCOME: GIVEN, EVIDENCE: GROUND, REMARK: NOTE}[place] + node.path


# Numbers


@frozen
class NumberRow:
    """A row of the sheet of numbers.

    Attributes:
        column: of a fact file.
        is_yes_no: whether it is answered by 該当 or 非該当.
        unit: what the number counts; ``text`` what it means.
        decimals: digits behind the point.
    """

    column: str
    is_yes_no: bool
    unit: str
    text: str
    decimals: int


def number_rows(program: Program) -> dict[str, NumberRow]:
    """The rows of the sheet of numbers that a rulebook reads or declares, by column."""
    schema, rows = schema_of(program), dict[str, NumberRow]()
    for name, fact in program.facts.items():
        text = fact.decl.text.value if fact.decl.text else ""
        rows[name] = NumberRow(name, fact.is_yes_no, fact.decl.unit, text, fact.decimals)
    for column in read_columns(program):
        if column not in rows and column in schema.numbers:
            rows[column] = number_row(program, column)
    return rows


def number_row(program: Program, column: str) -> NumberRow:
    """The row of a column of numbers."""
    known = schema_of(program).numbers[column]
    if known.fact is None:
        return NumberRow(column, False, known.unit, f"{column.partition('.')[0]}の得点から計算した値", 0)
    text = known.fact.decl.text.value if known.fact.decl.text else known.fact.name
    return NumberRow(column, False, known.fact.decl.unit, f"{column.partition('.')[0]}の値: {text}", known.decimals)


def read_columns(program: Program, *, money: bool = True) -> list[str]:
    """The columns of numbers and of yes/no facts that conditions read, each once.

    Args:
        program: the rulebook.
        money: those that its allocation reads, too.
    """
    found: dict[str, None] = {}
    for condition in _conditions(program, money=money):
        for part in conditions_in(condition):
            if isinstance(part, FactHolds):
                found[part.fact.name] = None
        for value in values_in(condition):
            if isinstance(value, FactValue | PreviousScore):
                found[value.column] = None
    if money and program.allocation is not None:
        for value in program.allocation.all_values:
            if isinstance(value, FactValue | PreviousScore):
                found[value.column] = None
    return list(found)


def _conditions(program: Program, *, money: bool) -> Iterator[Condition]:
    yield from (leaf.condition for leaf in program.leaves if leaf.condition is not None)
    if money and program.allocation is not None:
        yield from program.allocation.conditions


# The cover


def label_of(column: str) -> str:
    """What stands before an entry of the cover."""
    name = column.removeprefix(ATTRIBUTE)
    return column if name in IDENTITY or name in (WHO, HOW) or name.startswith(ATTRIBUTE) or not name else name


def column_of_label(label: str) -> str:
    """The column of a fact file that an entry of the cover is."""
    return label if label in IDENTITY or label.startswith(ATTRIBUTE) else ATTRIBUTE + label


def about_of(cells: list[list[str]]) -> Mapping[str, tuple[int, str]]:
    """What a sheet says of itself: by key, the row and the value."""
    padded = ((number, [*row, "", ""]) for number, row in enumerate(cells))
    return {row[0].strip(): (number, row[1].strip()) for number, row in padded if row[0].strip()}
