"""Survey sheets: what they hold, how they are made, and that filled in they score as a fact file does."""

import csv
import io
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from real_commands import ROOT, haiten

import haiten as package
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.fact_columns import GIVEN
from haiten.compiler.source import Source
from haiten.forms.entries import FORMULA_LENGTH, MESSAGE_LENGTH, TITLE_LENGTH
from haiten.forms.write_sheet import SurveyDraft, write_survey
from haiten.scoring.facts.facts import Facts, facts_from
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from haiten.views.console.printable import in_one_direction
from survey_sheets import (
    WHO,
    blank,
    blind_run,
    cells_of,
    fill_in_file,
    filled,
    points_in,
    points_of,
    random_sheet,
    totals_in,
)

EXAMPLE = ROOT / "examples" / "survey" / "rules.haiten"
YEARS = ("r6", "r7", "r8")
# Functions of Excel 2007, which every program calculates alike.
FUNCTIONS = {"ABS", "AND", "COUNTIF", "IF", "ISNUMBER", "MAX", "MIN", "NOT", "OR", "ROUND", "SIGN", "SUM"}
FORMULA = re.compile(r"<c r=\"([A-Z]+[0-9]+)\"[^>]*><f>(.*?)</f><v>(.*?)</v></c>")


def rules(year: str) -> Rulebook:
    return package.compile(ROOT / "rules" / year / "municipal.haiten")


@pytest.fixture(scope="module", params=YEARS)
def year(request: pytest.FixtureRequest) -> Rulebook:
    return rules(request.param)


def sheets_of(path: Path) -> dict[str, str]:
    """The XML of every sheet, by its name."""
    with zipfile.ZipFile(path) as book:
        names = re.findall(r'<sheet name="(.*?)"', book.read("xl/workbook.xml").decode())
        return {name: book.read(f"xl/worksheets/sheet{n}.xml").decode() for n, name in enumerate(names, start=1)}


# What it holds


def test_it_has_a_sheet_for_each_grant_in_the_words_of_the_rulebook(year: Rulebook, tmp_path: Path) -> None:
    """Cover, numbers, grants, what it is of; every node with its path, words, points; every 時点 and 留意."""
    program = year.program
    book = openpyxl.load_workbook(blank(year, tmp_path / "x.xlsx"))
    grants = [grant.label for grant in program.grants]
    assert book.sheetnames == [layout.COVER, layout.NUMBERS, *grants, layout.ABOUT]
    rows = [[cell.value for cell in row] for grant in grants for row in book[grant].iter_rows(min_row=2)]
    paths = [row[0] for row in rows if row[0]]
    assert paths == list(program.nodes)
    by_path = {row[0]: row for row in rows if row[0]}
    for path, node in program.nodes.items():
        assert by_path[path][1:4] == [node.kind, node.text or None, node.maximum]
    words = [(row[1], row[2]) for row in rows if not row[0]]
    remarks = [r.text.value for n in program.nodes.values() if not n.is_shared for r in n.decl.remarks]
    assert [text for kind, text in words if kind == "留意"] == remarks
    assert {text for kind, text in words if kind == "時点"} == {n.timing for n in program.nodes.values() if n.timing}
    numbers = {row[0].value: row for row in book[layout.NUMBERS].iter_rows(min_row=2)}
    assert set(program.facts) <= set(numbers)
    for name, fact in program.facts.items():
        assert numbers[name][layout.UNIT].value == fact.decl.unit
        assert numbers[name][layout.DECIMALS].value == fact.decimals
    about = dict(tuple(cell.value for cell in row) for row in book[layout.ABOUT].iter_rows(min_row=2))
    assert about[layout.RULES] == year.fingerprint.rules
    assert (about[layout.YEAR], about[layout.SCOPE]) == (program.year, str(program.scope))


def test_only_entries_are_open_and_each_is_checked(tmp_path: Path) -> None:
    """Protected but for the inputs; answers from a list, numbers by range and decimals."""
    rulebook = rules("r6")
    book = openpyxl.load_workbook(blank(rulebook, tmp_path / "x.xlsx"))
    program = rulebook.program
    open_cells: set[tuple[str, int, int]] = set()
    for sheet in book:
        assert sheet.protection.sheet
        assert not sheet.merged_cells.ranges
        open_cells |= {
            (sheet.title, cell.row, cell.column)
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked and cell.has_style
        }
    from survey_sheets import places

    assert {cell for cell in open_cells if cell[0] != layout.COVER} == set(places(program).values())
    assert len([cell for cell in open_cells if cell[0] == layout.COVER]) == 9
    for column, place in places(program).items():
        sheet, row, at = place
        checks = [c for c in book[sheet].data_validations.dataValidation if covers(c, row, at)]
        if column in layout.number_rows(program):
            (check,) = checks
            assert check.type == "custom"
            assert f"{program.facts[column.removeprefix('前年度.')].decimals}" in check.formula1
        elif sheet != layout.NUMBERS and at - 1 in (layout.ANSWER, layout.OUTCOME):
            (check,) = checks
            assert (check.type, check.formula1) == ("list", f'"{layout.YES},{layout.NO}"')


def covers(check: Any, row: int, column: int) -> bool:
    for area in str(check.sqref).split():
        left, top, right, bottom = range_boundaries(area)
        if left <= column <= right and top <= row <= bottom:
            return True
    return False


def test_it_prints_on_a4_with_its_headings_on_every_page(tmp_path: Path) -> None:
    """As wide as a page, and every row as high as its words."""
    book = openpyxl.load_workbook(blank(rules("r8"), tmp_path / "x.xlsx"))
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.title != layout.COVER:
            assert sheet.print_title_rows == "$1:$1"
            for row in range(1, sheet.max_row + 1):
                assert sheet.row_dimensions[row].height, (sheet.title, row)
    long = next(row for row in book["推進"].iter_rows(min_row=2) if len(str(row[layout.TEXT].value)) > 50)
    assert book["推進"].row_dimensions[long[0].row].height > 40


def test_formulas_are_those_that_every_program_calculates(year: Rulebook, tmp_path: Path) -> None:
    """No function newer than Excel 2016, none that is not ours, each with its value; none may be too long."""
    count = 0
    for text in sheets_of(blank(year, tmp_path / "x.xlsx")).values():
        assert text.count("<f>") == len(FORMULA.findall(text))
        for _, formula, value in FORMULA.findall(text):
            assert set(re.findall(r"([A-Z][A-Z0-9_.]*)\(", formula)) <= FUNCTIONS
            assert value != "" or "IF(" in formula
            assert len(formula) < 8_192
            count += 1
    assert count > 1_000


@pytest.mark.parametrize("source", sorted((ROOT / "examples").glob("*_r[678].csv")), ids=lambda path: path.stem)
def test_viewers_that_do_not_calculate_show_what_is_right(source: Path, tmp_path: Path) -> None:
    """The stored results of a sheet that is filled in are the published points."""
    rulebook = rules(source.stem[-2:])
    scores = rulebook.score(source)
    for place, body in enumerate(scores.bodies):
        path = filled(rulebook, scores.run.facts, place, tmp_path / f"{body.code}.xlsx")
        assert points_in(path, rulebook.program) == points_of(scores.run, rulebook.program, place)
        certain, possible = (int(column[place]) for column in scores.total())
        assert totals_in(path)["計"][:3] == (rulebook.program.maximum, certain, possible)


@pytest.mark.parametrize("seed", range(6))
def test_stored_results_are_ranges_while_answers_are_missing(seed: int, tmp_path: Path) -> None:
    """Certain and possible points of every node, of random sheets, where no rank is known."""
    rulebook = rules(YEARS[seed % 3])
    program = rulebook.program
    facts = facts_from(program, [random_sheet(program, seed)])
    expected = points_of(blind_run(program, facts), program, 0)
    assert points_in(filled(rulebook, facts, 0, tmp_path / "x.xlsx"), program) == expected


@pytest.mark.parametrize("seed", range(15))
def test_any_rulebook_makes_a_sheet_whose_ranges_hold(seed: int, tmp_path: Path) -> None:
    """Random rulebooks of all conditions and values: ranges are the evaluator's or wider, never narrower."""
    compilation = compile_source(Source("random", print_rulebook(grow(seed))))
    rulebook = Rulebook(compilation)
    program = rulebook.program
    sheets = [random_sheet(program, seed + number) for number in range(3)]
    facts = facts_from(program, sheets)
    run = blind_run(program, facts)
    for place in range(len(sheets)):
        shown = points_in(filled(rulebook, facts, place, tmp_path / f"{place}.xlsx"), program)
        for path, (certain, possible) in points_of(run, program, place).items():
            assert shown[path][0] <= certain <= possible <= shown[path][1], (path, print_rulebook(grow(seed)))


# Traps


def test_long_words_are_neither_dropped_nor_cut(tmp_path: Path) -> None:
    """Words, units and names longer than any message or cell on a page: no warning, and all of it is there."""
    remark = "留意する事項" * 200
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("見える化システムなどの既存の統計でもよい", remark)
    text = text.replace("事実 参加率 : % 0以上 100以下", f"事実 参加率 : % -{'9' * 14}以上 {'9' * 14}以下")
    rulebook = Rulebook(compile_source(Source("long", text)))
    assert rulebook.ok, rulebook.diagnostics
    path = blank(rulebook, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    rows = [row for row in book["推進"].iter_rows(min_row=2) if row[layout.KIND].value == "留意"]
    assert "".join(str(row[layout.TEXT].value) for row in rows) == remark
    assert len(rows) > 1
    for sheet in book:
        for check in sheet.data_validations.dataValidation:
            assert len(check.errorTitle or "") <= TITLE_LENGTH
            assert len(check.promptTitle or "") <= TITLE_LENGTH
            assert len(check.error or "") <= MESSAGE_LENGTH
            assert len(check.prompt or "") <= MESSAGE_LENGTH
            assert len(check.formula1) <= FORMULA_LENGTH
    done = rulebook.read_facts(fill_in_file(path, tmp_path / "y.xlsx", rulebook.program, WHO | {"参加率": 5.5}))
    assert done.facts is not None, done.diagnostics


def test_names_of_grants_become_names_of_sheets(tmp_path: Path) -> None:
    """What no spreadsheet takes in the name of a sheet, and a grant called as a sheet that is there already."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("交付金 推進", "交付金 表紙").replace("推進.", "表紙.")
    rulebook = Rulebook(compile_source(Source("names", text)))
    assert rulebook.ok, rulebook.diagnostics
    path = fill_in_file(blank(rulebook, tmp_path / "x.xlsx"), tmp_path / "y.xlsx", rulebook.program, WHO)
    assert openpyxl.load_workbook(path).sheetnames == ["表紙", "数値", "表紙_2", "調査票の情報"]
    assert rulebook.read_facts(path).facts is not None


EVIL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|'/c calc'!A1",
    "<b>x</b>&amp;",
    "\x1b[31m赤",
    "abc\u202etxt",
    "'x",
    "http://x.jp/",
)


def test_texts_of_others_stay_texts(tmp_path: Path) -> None:
    """Names, words and evidence that begin like formulas, or hold markup, ANSI and bidi signs: inert, and kept."""
    for number, evil in enumerate(EVIL):
        text = EXAMPLE.read_text(encoding="utf-8").replace("推進交付金", evil.replace("\x1b", "").replace("\u202e", ""))
        (tmp_path / "rules.haiten").write_text(text, encoding="utf-8")
        rows = [
            ["団体コード", "団体名", "都道府県", "年度", "属性.群", "根拠.推進.Ⅰ.(ⅰ).1.ア", "備考.推進"],
            ["990019", evil.strip("\x1b"), "架空県", "令和8年度", evil, evil, evil],
        ]
        with (tmp_path / "facts.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        to = f"{number}.xlsx"
        done = haiten("sheet", "rules.haiten", "facts.csv", "--body", "990019", "--to", to, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        for text in sheets_of(tmp_path / to).values():
            assert "hyperlink" not in text
            for _, formula, _ in FORMULA.findall(text):
                assert "cmd" not in formula
                assert "1+1" not in formula
        rulebook = package.compile(tmp_path / "rules.haiten")
        read = rulebook.read_facts(tmp_path / to)
        assert read.facts is not None, read.diagnostics
        carried = read.facts.bodies[0].carried
        plain = rulebook.read_facts(tmp_path / "facts.csv").facts
        assert plain is not None
        # What turns the direction of writing stands as an escape in a workbook.
        assert carried == {name: in_one_direction(told) for name, told in plain.bodies[0].carried.items()}


# Round trip


def told(facts: Facts) -> dict[str, object]:
    """What facts say of their first body."""
    numbers = {name: column[0] for name, column in facts.numbers.items() if column[0] is not None}
    truths = {
        start + name: bool(truth.certain[0])
        for start, kind in (("", facts.answers), (GIVEN, facts.outcomes))
        for name, truth in kind.items()
        if truth.certain[0] == truth.possible[0]
    }
    return {**numbers, **truths, **facts.bodies[0].carried}


@pytest.mark.parametrize("seed", range(9))
def test_what_is_filled_in_comes_back(seed: int, tmp_path: Path) -> None:
    """Every answer, number and outcome, evidence and remarks, by openpyxl; and it scores as the same facts do."""
    rulebook = rules(YEARS[seed % 3])
    program = rulebook.program
    sheet = random_sheet(program, seed)
    chance = random.Random(seed)
    noted = {
        f"{kind}{path}": f"{kind}{path}の資料.pdf"
        for path in chance.sample(list(program.nodes), 40)
        for kind in ("根拠.", "備考.")
    }
    noted |= {"属性.担当課": "高齢福祉課", "属性.連絡事項": "改行\nのある文", "属性.根拠.高齢者人口": "住民基本台帳"}
    path = fill_in_file(
        blank(rulebook, tmp_path / "x.xlsx"), tmp_path / "y.xlsx", program, WHO | cells_of(sheet, program) | noted
    )
    read = rulebook.read_facts(path)
    assert read.facts is not None, read.diagnostics
    facts = facts_from(program, [sheet])
    assert told(read.facts) == told(facts) | noted
    again, plain = rulebook.score_checked(read.facts), rulebook.score_checked(facts)
    assert points_of(again.run, program, 0) == points_of(plain.run, program, 0)
    # And what came back makes the same sheet once more.
    second = rulebook.read_facts(filled(rulebook, read.facts, 0, tmp_path / "z.xlsx"))
    assert second.facts is not None, second.diagnostics
    assert told(second.facts) == told(read.facts)


def test_every_command_that_reads_facts_reads_sheets(tmp_path: Path) -> None:
    """One sheet, several, or a folder of them, wherever a fact file may stand."""
    returned = ROOT / "examples" / "survey" / "returned"
    both = sorted(returned.glob("*.xlsx"))
    body = ("--body", "990019")
    for words in (
        ("score", EXAMPLE, returned),
        ("score", EXAMPLE, *both),
        ("stats", EXAMPLE, *both),
        ("gaps", EXAMPLE, *both, *body),
        ("gaps", EXAMPLE, returned, *body),
        ("whatif", EXAMPLE, *both, *body, "--set", "推進.Ⅰ.(ⅰ).1.ウ=○"),
        ("sweep", EXAMPLE, *both, "--points", "推進.Ⅰ.(ⅰ).1.ア=1..2"),
        ("impact", EXAMPLE, EXAMPLE, *both),
        ("explain", EXAMPLE, returned, "推進.Ⅰ.(ⅰ).1", *body),
        ("explain", EXAMPLE, both[0], *body),
        ("sql", EXAMPLE, "--dialect", "duckdb", "--facts", both[0]),
        ("sheet", EXAMPLE, returned, *body, "--to", tmp_path / "x.xlsx"),
    ):
        done = haiten(*words)
        assert done.returncode == 0, (words, done.stderr)
    scores = rulebook_scores(both)
    assert scores == rulebook_scores(returned)
    assert scores == [(14, 16), (0, 10)]


def rulebook_scores(given: object) -> list[tuple[int, int]]:
    certain, possible = package.compile(EXAMPLE).score(given).total()
    return list(zip(certain.tolist(), possible.tolist(), strict=True))


def test_allocations_read_sheets(tmp_path: Path) -> None:
    """A sheet made of an allocation asks for what it reads besides; one of its rulebook will do, too."""
    money = ROOT / "rules" / "r6" / "allocation.haiten"
    done = haiten("sheet", money, "--to", tmp_path / "x.xlsx")
    assert done.returncode == 0, done.stderr
    rulebook = package.compile(money)
    path = fill_in_file(tmp_path / "x.xlsx", tmp_path / "y.xlsx", rulebook.program, WHO)
    rows = {row[0].value for row in openpyxl.load_workbook(path)[layout.NUMBERS].iter_rows()}
    assert set(rulebook.program.facts) <= rows
    assert rulebook.read_facts(path).facts is not None
    plain = rules("r6")
    file = fill_in_file(blank(plain, tmp_path / "z.xlsx"), tmp_path / "w.xlsx", plain.program, WHO)
    assert rulebook.read_facts(file).facts is not None


# Last year


def test_last_years_answers_stand_beside(tmp_path: Path) -> None:
    """By identity, as impact carries them: what moved is found under its new number, what is new is empty."""
    old, new = ROOT / "rules" / "r6" / "municipal.haiten", ROOT / "rules" / "r7" / "municipal.haiten"
    facts = ROOT / "examples" / "kitashiobara_r6.csv"
    done = haiten("sheet", new, "--previous", old, facts, "--body", "074021", "--to", tmp_path / "x.xlsx")
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["支援"]
    shown = {row[0].value: row[layout.BEFORE].value for row in sheet.iter_rows(min_row=2) if row[0].value}
    (answers,) = csv.DictReader(io.StringIO(facts.read_text(encoding="utf-8-sig")))
    words = {"○": layout.YES, "×": layout.NO}
    assert shown["支援.Ⅰ.(ⅰ).4.オ"] == words[answers["支援.Ⅰ.(ⅰ).4.エ"]]
    assert shown["支援.Ⅰ.(ⅰ).4.ア"] == words[answers["支援.Ⅰ.(ⅰ).4.ア"]]
    assert shown["支援.Ⅱ.(ⅰ).3.ア"] is None
    assert shown["支援.Ⅰ.(ⅱ).1.ア"] == words[answers["支援.Ⅰ.(ⅱ).1.ア"]]
    wrong = haiten("sheet", old, "--previous", new, facts, "--body", "074021", "--to", tmp_path / "y.xlsx")
    assert wrong.returncode == 1
    assert not (tmp_path / "y.xlsx").exists()


def test_a_draft_is_made_of_nothing_but_its_rulebook(tmp_path: Path) -> None:
    """The same rulebook makes the same sheet, sign by sign but for the day."""
    rulebook = package.compile(EXAMPLE)
    for name in ("a.xlsx", "b.xlsx"):
        write_survey(tmp_path / name, SurveyDraft(rulebook.program, rulebook.fingerprint))
    assert sheets_of(tmp_path / "a.xlsx") == sheets_of(tmp_path / "b.xlsx")


# Usage


@pytest.mark.parametrize(
    ("arguments", "told_of"),
    [
        ((EXAMPLE,), "書き込む先を"),
        ((EXAMPLE, "--body", "990019", "--to", "x.xlsx"), "団体のある事実ファイル"),
        ((EXAMPLE, ROOT / "examples/survey/facts.csv", "--to", "x.xlsx"), "--body か --each-body"),
        ((EXAMPLE, "--to", "x.csv"), "形が分かりません"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[object, ...], told_of: str, tmp_path: Path) -> None:
    """Before any work, with status 2."""
    done = haiten("sheet", *arguments, cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, []), done.stderr
    assert told_of in done.stderr


def test_an_unknown_body_is_told(tmp_path: Path) -> None:
    """With those that there are."""
    facts = ROOT / "examples/survey/facts.csv"
    done = haiten("sheet", EXAMPLE, facts, "--body", "123456", "--to", tmp_path / "x.xlsx")
    assert done.returncode == 1
    assert "990019、990027" in done.stderr
