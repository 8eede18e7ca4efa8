"""The cover of a survey sheet: who fills it in, how, and what it comes to."""

from collections.abc import Sequence
from typing import Any, Final

from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level
from haiten.forms.answers import Answers
from haiten.forms.entries import Entries, protect, set_up_print
from haiten.forms.formulas import CellFormula, total
from haiten.forms.looks import Looks, height_of
from haiten.forms.model import Model
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.survey_layout import NO, YES

_WIDTHS: Final = (24, 64, 10, 10, 12, 10, 12)
_TOTALS: Final = ("番号", "交付金・目標", "満点", "得点", "あり得る最大", "記入済み", "記入する数")
_STEPS: Final = (
    "太い枠の欄だけに記入します。ほかのセルは保護してあります（行の高さと列の幅は変えられます）。",
    f"「答え」は一覧から「{YES}」か「{NO}」を選びます。分からないもの、答えていないものは空欄のままにします。",
    "「数値」のシートには、単位と小数の桁に合わせて数を入れます。数は1か所に1度だけ書きます。",
    "「結果の通知」には、国から通知された該当・非該当があれば選びます。順位で決まる項目は、通知があるまで空欄にします。",
    "「根拠資料」には資料の名やファイルの名、「備考」には説明を書きます。どの行にも書けます。",
    "「得点」は確実な点、「あり得る最大」は空欄と順位で決まる項目が全て該当したときの点です。",
    "長い文が隠れるときは、行の高さを広げます。",
    "「判定」に「誤り」とあるときは、一覧にない答えです。選び直してください。",
    "シートの名、行、列、見出しは変えないでください。ファイルの名は変えてもかまいません。",
)


def write_cover(sheet: Any, program: Program, model: Model, answers: Answers, looks: Looks) -> None:
    """Write the cover."""
    about = f"{program.year} {program.scope} 調査票"
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, about, looks(bold=True, font_size=18))
    title = program.syntax.title.text.value if program.syntax.title else ""
    sheet.write_string(1, 0, title, looks(font_size=11))
    row = _write_who(sheet, 3, answers, looks)
    row = _write_steps(sheet, row + 1, looks)
    _write_totals(sheet, row + 1, program, model, looks)
    set_up_print(sheet, about, repeat=False)
    protect(sheet)


def _write_who(sheet: Any, row: int, answers: Answers, looks: Looks) -> int:
    """Write the entries about the body; the row after them."""
    entries = Entries(sheet, looks)
    sheet.write_string(row, layout.LABEL, layout.WHO, looks(bold=True, font_size=12))
    columns = [*layout.IDENTITY, *dict.fromkeys((*layout.CONTACTS, *answers.attributes()))]
    for column in columns:
        row += 1
        sheet.write_string(row, layout.LABEL, layout.label_of(column), looks.plain(Level.INDICATOR, text_wrap=True))
        known = answers.cell(column)
        words = ((layout.label_of(column), _WIDTHS[layout.LABEL], 0), (str(known or ""), _WIDTHS[layout.ENTRY], 0))
        sheet.set_row(row, height_of(words))
        if column in layout.IDENTITY and known is not None:
            # Whose sheet it is was settled by who sent it.
            sheet.write_string(row, layout.ENTRY, str(known), looks.plain(Level.ITEM, num_format="@"))
        elif column == layout.SUBMITTED:
            entries.date(row, layout.ENTRY, known)
        else:
            entries.text(row, layout.ENTRY, known)
    return row + 1


def _write_steps(sheet: Any, row: int, looks: Looks) -> int:
    """Write how to fill it in; the row after it."""
    sheet.write_string(row, layout.LABEL, layout.HOW, looks(bold=True, font_size=12))
    for number, step in enumerate(_STEPS, start=1):
        sheet.write_string(row + number, 0, f"{number}. {step}", looks())
    return row + len(_STEPS) + 1


def _write_totals(sheet: Any, row: int, program: Program, model: Model, looks: Looks) -> None:
    sheet.write_string(row, 0, "得点と記入の状況", looks(bold=True, font_size=12))
    row += 1
    for place, heading in enumerate(_TOTALS):
        sheet.write_string(row, place, heading, looks.heading())
    counted: list[tuple[CellFormula, CellFormula]] = []
    progress: list[tuple[CellFormula, int]] = []
    for grant in program.grants:
        for node in (grant, *(program.nodes[child] for child in grant.children if not grant.is_shared)):
            if node.level not in (Level.GRANT, Level.GOAL):
                continue
            row += 1
            points = model.points_at(node.path, layout.COVER)
            wanted = model.wanted(node.path)
            done = model.done_at(node.path, layout.COVER) if wanted else None
            text = f"{node.text}（計に入らない）" if node is grant and node.special else node.text
            _write_line(sheet, row, (node.path, text), node, points, done, wanted, looks)
            if node is grant:
                if not node.special:
                    counted.append(points)
                if done is not None:
                    progress.append((done, wanted))
    row += 1
    together = total([one for one, _ in counted]), total([other for _, other in counted])
    done = total([each for each, _ in progress])
    _write_line(sheet, row, ("計", ""), None, together, done, sum(n for _, n in progress), looks, program.maximum)
    row += 1
    numbers = model.numbers_done()
    _write_line(sheet, row, (layout.NUMBERS, "数値の記入"), None, None, numbers, len(model.numbers), looks)


def _write_line(
    sheet: Any,
    row: int,
    words: Sequence[str],
    node: Node | None,
    points: tuple[CellFormula, CellFormula] | None,
    done: CellFormula | None,
    wanted: int,
    looks: Looks,
    maximum: int | None = None,
) -> None:
    level = node.level if node is not None else Level.GRANT
    plain, figures = looks.plain(level, text_wrap=True), looks.plain(level, num_format="#,##0")
    sheet.set_row(row, height_of((word, _WIDTHS[place], 0) for place, word in enumerate(words)))
    for place, word in enumerate(words):
        sheet.write_string(row, place, word, plain)
    most = node.maximum if node is not None else maximum
    cells: list[CellFormula | int | None] = [
        most,
        *(points or (None, None)),
        done,
        wanted if done is not None else None,
    ]
    for place, cell in enumerate(cells, start=len(words)):
        if isinstance(cell, CellFormula):
            sheet.write_formula(row, place, f"={cell.text}", figures, cell.value)
        elif cell is None:
            sheet.write_blank(row, place, None, figures)
        else:
            sheet.write_number(row, place, cell, figures)
