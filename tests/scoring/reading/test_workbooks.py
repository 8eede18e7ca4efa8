"""Workbooks of every kind: cells are what they show, what has no value is told, the sheet is the one meant."""

# ruff: noqa: E501 - XML is easier to check in one line

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from book_files import write_ods, write_xlsb, write_xlsx, xlsx_rows

from fact_files import ASKED, codes, small_rulebook
from haiten.scoring.reading.books.cells import cell_name, place_of
from haiten.scoring.reading.books.number_formats import shown_by
from haiten.scoring.reading.how import HowToRead
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.rulebook import Rulebook

DATA = Path(__file__).parents[2] / "data"
HEAD = ["団体コード", "団体名", "年度", "人口", "変化率", "過疎", ASKED, "属性.日"]
ROW: list[Any] = ["011002", "札幌市", "R6", 1000, -0.5, "○", "○", ""]
NEXT: list[Any] = ["012025", "函館市", "R6", 2000, 0.25, "×", "×", ""]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


def with_cell(name: str, cell: Any) -> list[list[Any]]:
    row = [cell if heading == name else value for heading, value in zip(HEAD, ROW, strict=True)]
    return [HEAD, row, NEXT]


def number(found: FactsRead, name: str, place: int = 0) -> Fraction | None:
    assert found.facts is not None, found.diagnostics
    return found.facts.numbers[name][place]


def read_xlsx(rulebook: Rulebook, folder: Path, rows: list[list[Any]], behind: str = "", **more: Any) -> FactsRead:
    return rulebook.read_facts(write_xlsx(folder / "facts.xlsx", {"事実": f"{xlsx_rows(rows)}|{behind}"}, **more))


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"])
@pytest.mark.parametrize("name", ["人口", "過疎", ASKED, "団体コード", "属性.日", "年度"])
def test_errors_of_xlsx_are_told(rulebook: Rulebook, tmp_path: Path, error: str, name: str) -> None:
    """Every error, in every kind of column, with sheet and cell; never a blank."""
    found = read_xlsx(rulebook, tmp_path, with_cell(name, f'<c t="e"><f>NA()</f><v>{error}</v></c>'))
    assert found.facts is None
    told = [d.message for d in found.diagnostics if d.code == "H848"]
    assert told == [f"シート「事実」のセル {cell_name(1, HEAD.index(name))} は {error} です"]


@pytest.mark.parametrize("cell", ["<c><f>500*2</f></c>", "<c><f>500*2</f><v/></c>", '<c t="n"><f>1</f><v></v></c>'])
def test_formulas_without_a_result(rulebook: Rulebook, tmp_path: Path, cell: str) -> None:
    """They are told; one that gave an empty text is blank, and one with a result is that."""
    found = read_xlsx(rulebook, tmp_path, with_cell("人口", cell))
    assert codes(found) == ["H848"]
    assert "D2 の数式の結果が、ファイルに保存されていません" in found.diagnostics[0].message
    blank = read_xlsx(rulebook, tmp_path, with_cell("人口", '<c t="str"><f>""</f><v></v></c>'))
    assert number(blank, "人口") is None
    known = read_xlsx(rulebook, tmp_path, with_cell("人口", "<c><f>500*2</f><v>1000</v></c>"))
    assert number(known, "人口") == 1000


def test_formulas_that_were_never_calculated(rulebook: Rulebook, tmp_path: Path) -> None:
    """XlsxWriter stores 0 for a result that it was not given, and asks for calculation; a result it was given counts."""
    for value, expected in ((None, ["H848"]), (1000, [])):
        path = tmp_path / "facts.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, ROW)
            sheet.write_formula(1, 3, "=500*2", None, *([] if value is None else [value]))
        assert codes(rulebook.read_facts(path)) == expected


def test_faults_that_nobody_reads_are_no_matter(rulebook: Rulebook, tmp_path: Path) -> None:
    """Errors beside the headings, over them, or in rows that are left out say nothing of a body."""
    error = '<c t="e"><v>#N/A</v></c>'
    rows = [["題", error], HEAD, ROW, ["010006", "北海道", "R6", error, error]]
    path = write_xlsx(tmp_path / "facts.xlsx", {"事実": xlsx_rows(rows)})
    assert codes(rulebook.read_facts(path, how=HowToRead(skip_others=True))) == ["H839", "H832"]


SHOWN = [
    ("0.00%", -0.0525, "-5.25"),
    ("0%", 0.12, "12"),
    ("0.0%", 0.07, "7"),
    ("0.0％", 0.07, "7"),
    ('0.00"%"', -0.52, "-0.52"),
    ("0.00\\%", -0.52, "-0.52"),
    ("#,##0.00;▲#,##0.00", -0.5, "-0.5"),
    ('0.00;"△"0.00', -0.5, "-0.5"),
    ("#,##0.00_);(#,##0.00)", -0.5, "-0.5"),
    ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', -0.5, "-0.5"),
    ("[Red]0.0", 1.25, "1.25"),
    ("General", 0.25, "0.25"),
    ("0.0", 1.25, "1.25"),
]


@pytest.mark.parametrize(("code", "value", "expected"), SHOWN)
def test_numbers_are_what_they_show(rulebook: Rulebook, tmp_path: Path, code: str, value: float, expected: str) -> None:
    """Per cent, real or as a text, accounting and ▲: the number that a reader sees, with all its decimals."""
    found = read_xlsx(rulebook, tmp_path, with_cell("変化率", f'<c s="1"><v>{value}</v></c>'), formats=[code])
    assert number(found, "変化率") == Fraction(expected)
    binary = write_xlsb(tmp_path / "facts.xlsb", with_cell("変化率", (value, 1)), [code])
    assert number(rulebook.read_facts(binary), "変化率") == Fraction(expected)


@pytest.mark.parametrize("code", ["0%", '0"%"', "0.0％"])
def test_per_cent_of_what_is_none_is_told(rulebook: Rulebook, tmp_path: Path, code: str) -> None:
    """A fact in 人 is not read from a cell that shows per cent."""
    found = read_xlsx(rulebook, tmp_path, with_cell("人口", '<c s="1"><v>12</v></c>'), formats=[code])
    assert codes(found) == ["H806"]


@pytest.mark.parametrize("code", ["#,##0,", "#,##0,,", '#,##0,"千円"', '0"千人"', '0.0,,"百万"', '[>=1000]#,##0,"千"'])
def test_numbers_that_show_as_others_are_told(rulebook: Rulebook, tmp_path: Path, code: str) -> None:
    """1,000 that shows as 1, or 1 that shows as 1千人, may mean two things."""
    found = read_xlsx(rulebook, tmp_path, with_cell("人口", '<c s="1"><v>1000</v></c>'), formats=[code])
    assert codes(found) == ["H848"]


@pytest.mark.parametrize(
    "code", ["000000", '"〒"000000', "#,##0", "0", "@", "yyyy/m/d", "¥#,##0", '#,##0"円"', '0"人"']
)
def test_formats_that_change_no_number(code: str) -> None:
    """What is put around a number by habit is not taken into it."""
    made = shown_by(code)
    assert made is None or made.text("11002").removeprefix("0") == "11002"


@pytest.mark.parametrize("value", [11002, 12025])
def test_codes_with_zeros_by_their_format(rulebook: Rulebook, tmp_path: Path, value: int) -> None:
    """000000 shows the zero, and so it is read, without a word; in every kind of workbook."""
    rows = [HEAD[:3], [f'<c s="1"><v>{value}</v></c>', "", "R6"]]
    books = [
        write_xlsx(tmp_path / "a.xlsx", {"事実": xlsx_rows(rows)}, formats=["000000"]),
        write_xlsb(tmp_path / "a.xlsb", [HEAD[:3], [(value, 1), "", "R6"]], ["000000"]),
        write_ods(
            tmp_path / "a.ods",
            [
                HEAD[:3],
                [
                    f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>0{value}</text:p></table:table-cell>',
                    "",
                    "R6",
                ],
            ],
        ),
    ]
    for path in books:
        found = rulebook.read_facts(path)
        assert found.diagnostics == (), path
        assert found.facts is not None
        assert found.facts.bodies[0].code == f"0{value}"


def test_rich_and_phonetic_texts(rulebook: Rulebook, tmp_path: Path) -> None:
    """Runs are one text; ふりがな does not leak into it."""
    rich = '<c t="inlineStr"><is><r><t>札幌</t></r><r><rPr><b/></rPr><t>市</t></r><rPh sb="0" eb="2"><t>サッポロ</t></rPh></is></c>'
    found = read_xlsx(rulebook, tmp_path, with_cell("団体名", rich))
    assert found.facts is not None
    assert found.facts.bodies[0].name == "札幌市"


def test_dates_times_and_booleans(rulebook: Rulebook, tmp_path: Path) -> None:
    """Dates are 2024-04-01, times 09:30:00, hours beyond a day 26:00:00, booleans answers; none of them is a number."""
    for code, value, text in (
        ("yyyy/m/d", 45383, "2024-04-01"),
        ("yyyy/m/d h:mm", 45383.5, "2024-04-01 12:00:00"),
        ("[h]:mm", 1.0833333333, "26:00:00"),
    ):
        found = read_xlsx(rulebook, tmp_path, with_cell("属性.日", f'<c s="1"><v>{value}</v></c>'), formats=[code])
        assert found.facts is not None
        assert found.facts.bodies[0].carried == {"属性.日": text}
        wrong = read_xlsx(rulebook, tmp_path, with_cell("人口", f'<c s="1"><v>{value}</v></c>'), formats=[code])
        assert codes(wrong) == ["H806"]
        assert text in wrong.diagnostics[0].message
    true = read_xlsx(rulebook, tmp_path, with_cell(ASKED, '<c t="b"><v>1</v></c>'))
    assert true.facts is not None
    assert true.facts.answers[ASKED].certain.tolist() == [True, False]


MERGED = [("人口", "D2:D3"), (ASKED, "G2:G3"), ("団体名", "B2:B3"), ("団体コード", "A2:A3"), ("変化率", "D2:E2")]


@pytest.mark.parametrize(("name", "area"), MERGED)
def test_merged_cells_of_bodies_are_told(rulebook: Rulebook, tmp_path: Path, name: str, area: str) -> None:
    """A value over several bodies or columns is nobody's in particular."""
    behind = f'<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    found = read_xlsx(rulebook, tmp_path, [HEAD, ROW, NEXT], behind)
    assert [d.code for d in found.diagnostics] == ["H849"]
    assert area in found.diagnostics[0].message
    (top, left), (bottom, right) = (place_of(cell) for cell in area.split(":"))
    binary = write_xlsb(tmp_path / "facts.xlsb", [HEAD, ROW, NEXT], (), [(top, left, bottom, right)])
    assert codes(rulebook.read_facts(binary)) == ["H849"]


def test_headings_that_are_merged_with_a_blank_row_below_are_headings(rulebook: Rulebook, tmp_path: Path) -> None:
    """As high headings are made; over a row with a body it is a value of nobody."""
    areas = [f"{cell_name(0, place)}:{cell_name(1, place)}" for place in range(len(HEAD))]
    behind = f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{area}{chr(34)}/>' for area in areas)}</mergeCells>"
    found = read_xlsx(rulebook, tmp_path, [HEAD, [], ROW, NEXT], behind)
    assert codes(found) == []
    assert found.facts is not None
    assert [body.code for body in found.facts.bodies] == ["011002", "012025"]
    plain = read_xlsx(rulebook, tmp_path, [HEAD, ROW, NEXT]).facts
    assert plain is not None
    assert [found.facts.numbers["人口"][i] for i in (0, 1)] == [plain.numbers["人口"][i] for i in (0, 1)]
    assert "H849" in codes(read_xlsx(rulebook, tmp_path, [HEAD, ROW, NEXT], behind))


def test_merged_labels_stand_in_every_row(rulebook: Rulebook, tmp_path: Path) -> None:
    """A prefecture, a year or an attribute merged over rows is that of each; merged titles and headings mean nothing."""
    head = ["団体コード", "都道府県", "年度", "属性.群", "人口"]
    rows = [["題"], head, ["011002", "北海道", "R6", "甲", 5], ["012025", "", "", "", 6], ["012033", "", "", "", 7]]
    areas = ("A1:E1", "B3:B5", "C3:C5", "D3:D4")
    behind = f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{area}{chr(34)}/>' for area in areas)}</mergeCells>"
    found = read_xlsx(rulebook, tmp_path, rows, behind)
    assert codes(found) == ["H832"]
    assert found.facts is not None
    assert [(body.prefecture, body.carried.get("属性.群")) for body in found.facts.bodies] == [
        ("北海道", "甲"),
        ("北海道", "甲"),
        ("北海道", None),
    ]


# Sheets


def sheets(folder: Path, content: dict[str, list[list[Any]]], **more: Any) -> Path:
    return write_xlsx(folder / "facts.xlsx", {name: xlsx_rows(rows) for name, rows in content.items()}, **more)


FACTS = [HEAD, ROW]
OTHER = [HEAD, NEXT]


def test_the_one_sheet_that_fits(rulebook: Rulebook, tmp_path: Path) -> None:
    """Notes and lists of names beside it do not count; hidden sheets neither."""
    for content in (
        {"説明": [["この表について"]], "回答": FACTS},
        {"名簿": [HEAD[:2], ROW[:2]], "回答": FACTS},
        {"回答": FACTS, "空": []},
        {"表紙": [["題"]], "回答": [["題"], [], *FACTS], "凡例": [["○", "該当"]]},
    ):
        found = rulebook.read_facts(sheets(tmp_path, content))
        assert found.facts is not None, found.diagnostics
        assert found.facts.bodies[0].code == "011002"
    for state in ("hidden", "veryHidden"):
        found = rulebook.read_facts(sheets(tmp_path, {"旧": OTHER, "今": FACTS}, state=state))
        assert found.facts is not None
        assert found.facts.bodies[0].code == "011002"


def test_sheets_that_are_not_plain(rulebook: Rulebook, tmp_path: Path) -> None:
    """Several that fit are listed; a hidden one is never taken unless it is named; a name that is not there is told."""
    path = sheets(tmp_path, {"北海道": FACTS, "函館": OTHER})
    (several,) = rulebook.read_facts(path).diagnostics
    assert (several.code, "「北海道」、「函館」" in several.message) == ("H829", True)
    chosen = rulebook.read_facts(path, how=HowToRead(sheet="函館"))
    assert chosen.facts is not None
    assert chosen.facts.bodies[0].code == "012025"
    (missing,) = rulebook.read_facts(path, how=HowToRead(sheet="青森")).diagnostics
    assert "シート「青森」はありません（あるもの: 「北海道」、「函館」）" in missing.message
    hidden = sheets(tmp_path, {"旧": OTHER, "説明": [["題"]]}, state="hidden")
    (only,) = rulebook.read_facts(hidden).diagnostics
    assert (only.code, "隠れたシートだけです（「旧」）" in only.message) == ("H829", True)
    named = rulebook.read_facts(hidden, how=HowToRead(sheet="旧"))
    assert named.facts is not None
    (text,) = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(sheet="旧")).diagnostics
    assert "シート" in text.message


# Other kinds


def test_open_documents(rulebook: Rulebook, tmp_path: Path) -> None:
    """Per cent, errors, formulas without a result and merged cells of .ods."""

    def cell(attributes: str, text: str = "") -> str:
        return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"

    def read(name: str, made: str) -> FactsRead:
        return rulebook.read_facts(write_ods(tmp_path / "facts.ods", with_cell(name, made)))

    percent = read("変化率", cell('office:value-type="percentage" office:value="-0.0525"', "-5.25%"))
    assert number(percent, "変化率") == Fraction("-5.25")
    literal = read("変化率", cell('office:value-type="float" office:value="-0.52"', "-0.52%"))
    assert number(literal, "変化率") == Fraction("-0.52")
    for made in (
        cell(
            'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "#N/A",
        ),
        cell(
            'table:formula="of:=1/0" office:value-type="float" office:value="0" calcext:value-type="error"', "#DIV/0!"
        ),
        cell('table:formula="of:=1/0" office:value-type="float" office:value="0"', "Err:502"),
        '<table:table-cell table:formula="of:=1+1"/>',
    ):
        assert codes(read("人口", made)) == ["H848"]
    assert codes(
        read("人口", cell('office:value-type="float" office:value="5" table:number-rows-spanned="2"', "5"))
    ) == ["H849"]


@pytest.mark.parametrize(("byte", "error"), [(0x2A, "#N/A"), (0x07, "#DIV/0!"), (0x0F, "#VALUE!")])
def test_errors_of_xlsb(rulebook: Rulebook, tmp_path: Path, byte: int, error: str) -> None:
    """Binary workbooks too."""
    found = rulebook.read_facts(write_xlsb(tmp_path / "facts.xlsb", with_cell("人口", bytes([byte]))))
    assert [d.message for d in found.diagnostics] == [f"シート「事実」のセル D2 は {error} です"]


def test_old_books(rulebook: Rulebook) -> None:
    """Codes, per cent, dates, times, booleans, merged labels and a hidden sheet of .xls; errors and open formulas."""
    found = rulebook.read_facts(DATA / "facts.xls")
    assert found.diagnostics == ()
    assert found.facts is not None
    first, second = found.facts.bodies
    assert (first.code, first.prefecture, first.carried) == (
        "011002",
        "北海道",
        {"属性.日": "2024-04-01", "属性.時": "09:30:00"},
    )
    assert (second.code, second.prefecture) == ("012025", "北海道")
    assert [number(found, "変化率", place) for place in (0, 1)] == [Fraction("-5.25"), Fraction("1.25")]
    assert [number(found, "人口", place) for place in (0, 1)] == [1000, 2000]
    assert found.facts.answers["過疎"].certain.tolist() == [True, False]
    faults = rulebook.read_facts(DATA / "faults.xls")
    assert sorted(d.message[-16:] for d in faults.diagnostics) == sorted(
        message[-16:]
        for message in (
            "シート「事実」のセル D2 は #N/A です",
            "シート「事実」のセル D3 は #DIV/0! です",
            "シート「事実」のセル E2 の数式の結果が、ファイルに保存されていません",
        )
    )


@pytest.mark.parametrize("name", ["A1", "E2", "Z9", "AA10", "XFD1048576"])
def test_names_of_cells(name: str) -> None:
    """There and back."""
    assert cell_name(*place_of(name)) == name


# Every command reads them alike

ALLOCATION = """言語 1
令和6年度 市町村 配分
出典 要綱 「要綱」
事実 v : 数 0以上 「v」〔要綱〕
予算 推進 「推進」〔要綱〕 1,000,000円〔要綱〕
配分 基本 「基本」〔要綱〕 推進 残り
  按分 v〔要綱〕
端数 1,000円未満 切捨て 残額 最大剰余〔推定〕
"""


def test_what_an_allocation_reads(tmp_path: Path) -> None:
    """The facts and last year's results of an allocation are read by the same reader: errors, sheets, rows, codes."""
    from haiten.allocation.tables import read_for_allocation
    from haiten.compiler.driver import compile_source
    from haiten.compiler.source import Source

    made = Rulebook(compile_source(Source("rules", ALLOCATION)))
    assert made.program is not None
    error = '<c t="e"><v>#N/A</v></c>'
    head = ["団体コード", "年度", "v"]
    good = write_xlsx(
        tmp_path / "good.xlsx", {"a": xlsx_rows([["題"], head, ["011002", "R6", 5], ["010006", "R6", 9]])}
    )
    told = read_for_allocation(good, made.program, "")
    assert [d.code for d in told.diagnostics] == ["H838", "H832"]
    left = read_for_allocation(good, made.program, "", how=HowToRead(skip_others=True))
    assert left.facts is not None
    assert [body.code for body in left.facts.bodies] == ["011002"]
    bad = write_xlsx(tmp_path / "bad.xlsx", {"a": xlsx_rows([head, ["011002", "R6", error]])})
    assert [d.code for d in read_for_allocation(bad, made.program, "").diagnostics] == ["H848"]
    before = write_xlsx(tmp_path / "before.xlsx", {"a": xlsx_rows([head[:2], ["011002", "R5"]])})
    last = write_xlsx(tmp_path / "last.xlsx", {"a": xlsx_rows([head, ["011002", "R5", error]])})
    now = write_xlsx(tmp_path / "now.xlsx", {"a": xlsx_rows([head, ["011002", "R6", 5]])})
    assert read_for_allocation(now, made.program, "", before).diagnostics == ()
    assert [d.code for d in read_for_allocation(now, made.program, "", last).diagnostics] == ["H848"]
    other = write_xlsx(tmp_path / "other.xlsx", {"a": xlsx_rows([head[:2], ["131016", "R5"]])})
    assert [d.code for d in read_for_allocation(now, made.program, "", other).diagnostics] == ["H847"]


def test_what_cases_read(rulebook: Rulebook, tmp_path: Path) -> None:
    """Cases may be a workbook under a title; an expectation that is an error is told."""
    from haiten.scoring.cases import run_cases

    head = ["団体コード", "年度", ASKED, "期待.全体", f"期待.{ASKED}"]
    rows = [["題"], head, ["99001", "R6", "○", "8-20", "4"], ["99002", "R6", "×", "0-12", "1"]]
    run = run_cases(rulebook, write_xlsx(tmp_path / "cases.xlsx", {"a": xlsx_rows(rows)}))
    assert (run.expectations, [(failure.row, failure.actual) for failure in run.failures]) == (4, [(4, "0")])
    rows[2][3] = '<c t="e"><v>#REF!</v></c>'
    wrong = run_cases(rulebook, write_xlsx(tmp_path / "cases.xlsx", {"a": xlsx_rows(rows)}))
    assert [d.code for d in wrong.diagnostics] == ["H832", "H848"]
