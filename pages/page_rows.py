"""The rows of a page: nodes in the official order with their words, and the numbers that are asked for."""

from collections.abc import Iterator
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.fact_columns import GIVEN
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level
from haiten.pages.page_data import PageDraft, cell_text, columns_data
from haiten.scoring.explaining.explain import Cited, cite, titles_of
from haiten.scoring.reading.survey_layout import GROUND, NOTE, number_rows

# The heading of a level; items have none.
_HEADINGS: Final = {Level.GRANT: 2, Level.GOAL: 3, Level.GROUP: 4, Level.INDICATOR: 5}


@frozen
class PageRow:
    """A node in the page.

    Attributes:
        place: among the nodes of the program.
        heading: the level of its heading in HTML; 0 for what is listed as an item.
        column: what its answer is called in a fact file; empty where nothing is asked.
        asked: whether the body answers; else the outcome that the ministry told may be put in.
        words: 留意, 時点 and 要件, by what they are.
        last: what the body answered the year before; empty where that is not known.
        ends: how many lists of items end behind it.
    """

    place: int
    node: Node
    heading: int
    column: str
    asked: bool
    words: tuple[tuple[str, str], ...]
    cited: tuple[Cited, ...]
    place_in_file: str
    last: str
    ground: str
    note: str


@frozen
class PageNumber:
    """A number, or a yes/no fact, that is asked for."""

    place: int
    column: str
    is_yes_no: bool
    unit: str
    decimals: int
    bounds: str
    text: str
    last: str


def rows_of(draft: PageDraft) -> list[PageRow]:
    """All nodes, in the order of the document."""
    program = draft.rulebook.program
    titles = titles_of(program.syntax.sources)
    return [
        PageRow(
            place=place,
            node=node,
            heading=0 if node.is_leaf else _HEADINGS.get(node.level, 0),
            column="" if node.is_shared or not node.is_leaf else node.path if node.answered else GIVEN + node.path,
            asked=node.answered,
            words=tuple(_words(program, node)),
            cited=tuple(dict.fromkeys(cite(each, titles) for each in (*node.text_citations, *node.citations))),
            place_in_file=f"{_file_of(node)}:{node.span.line}",
            last=_last_answer(draft, node),
            ground=GROUND + node.path,
            note=NOTE + node.path,
        )
        for place, node in enumerate(program.nodes.values())
    ]


def _file_of(node: Node) -> str:
    return node.span.source.name.replace("\\", "/").rpartition("/")[2]


def _words(program: Program, node: Node) -> Iterator[tuple[str, str]]:
    above = program.nodes[node.parent] if node.parent is not None else None
    if node.timing is not None and (above is None or above.timing != node.timing):
        yield "時点", node.timing
    for remark in node.decl.remarks:
        yield "留意", remark.text.value
    if node.decl.requirement is not None:
        yield "要件", print_expression(node.decl.requirement.condition)


def _last_answer(draft: PageDraft, node: Node) -> str:
    body = draft.answers.body
    if draft.last is None or body is None or not node.is_leaf or node.is_shared:
        return ""
    answer = draft.last.leaf(body.code, node.path)
    return "" if answer is None else "該当" if answer else "非該当"


def numbers_of(draft: PageDraft) -> list[PageNumber]:
    """The numbers and yes/no facts that are asked for."""
    program, body = draft.rulebook.program, draft.answers.body
    columns = columns_data(program)["numbers"]
    return [
        PageNumber(
            place,
            row.column,
            row.is_yes_no,
            row.unit,
            row.decimals,
            "" if row.is_yes_no else columns[row.column]["bounds"],
            row.text,
            "" if draft.last is None or body is None else cell_text(draft.last.number(body.code, row.column)),
        )
        for place, row in enumerate(number_rows(program).values())
    ]
