"""Survey sheets that come back wrong: every mistake at once, with sheet and cell; and a folder of them gathered."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection
from real_commands import ROOT, haiten

import haiten as package
from haiten.scoring.rulebook import Rulebook
from survey_sheets import WHO, blank, fill_in_file

EXAMPLE = ROOT / "examples" / "survey" / "rules.haiten"
RETURNED = ROOT / "examples" / "survey" / "returned"
ITEM = "推進.Ⅰ.(ⅰ).1.ア"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return package.compile(EXAMPLE)


@pytest.fixture(scope="module")
def answered(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet that is filled in rightly."""
    folder = tmp_path_factory.mktemp("answered")
    cells = WHO | {ITEM: "該当", "参加率": 6.5, "高齢者人口": 1000}
    return fill_in_file(blank(rulebook, folder / "x.xlsx"), folder / "y.xlsx", rulebook.program, cells)


def changed(source: Path, to: Path, change: Callable[[Any], object]) -> Path:
    book = openpyxl.load_workbook(source)
    change(book)
    book.save(to)
    return to


def set_cell(sheet: str, cell: str, value: object) -> Callable[[Any], object]:
    return lambda book: setattr(book[sheet][cell], "value", value)


def swap(book: Any) -> None:
    """Two rows of a sheet change places."""
    sheet = book["推進"]
    for column in range(1, 15):
        one, other = sheet.cell(7, column), sheet.cell(9, column)
        one.value, other.value = other.value, one.value


def copy_down(book: Any) -> None:
    book["推進"]["A9"].value = book["推進"]["A7"].value


def of_other_code(book: Any) -> None:
    book["調査票の情報"]["B8"].value = "990027"


CHANGES: list[tuple[str, Callable[[Any], object], str, str]] = [
    ("an answer of one's own", set_cell("推進", "E7", "○"), "H886", "シート「推進」のセル E7"),
    ("an answer with a blank", set_cell("推進", "E7", "該当 "), "H886", "シート「推進」のセル E7"),
    ("an outcome of one's own", set_cell("推進", "F16", "yes"), "H886", "シート「推進」のセル F16"),
    ("a number in words", set_cell("数値", "G2", "約千人"), "H806", "シート「数値」のセル G2"),
    ("a number out of range", set_cell("数値", "G2", 0), "H807", "シート「数値」のセル G2"),
    ("a number too fine", set_cell("数値", "G3", 6.55), "H808", "シート「数値」のセル G3"),
    ("a number too long", set_cell("数値", "G2", 10**15), "H848", "シート「数値」のセル G2"),
    ("an error", set_cell("数値", "G2", "#N/A"), "H848", "シート「数値」のセル G2"),
    ("a formula without result", set_cell("数値", "G2", "=1+1"), "H848", "シート「数値」のセル G2"),
    ("an answer for a whole indicator", set_cell("推進", "E6", "該当"), "H887", "シート「推進」のセル E6"),
    ("words beside the table", set_cell("推進", "P8", "メモ"), "H887", "シート「推進」のセル P8"),
    ("words under a row of words", set_cell("推進", "N5", "メモ"), "H887", "シート「推進」のセル N5"),
    ("words beside the entries", set_cell("表紙", "D5", "メモ"), "H887", "シート「表紙」のセル D5"),
    ("another heading", set_cell("推進", "E1", "回答"), "H885", "シート「推進」のセル E1"),
    ("other points", set_cell("推進", "D7", 9), "H885", "シート「推進」のセル D7"),
    ("another text", set_cell("推進", "C7", "ほかの文"), "H885", "シート「推進」のセル C7"),
    ("a row twice", copy_down, "H885", "シート「推進」のセル A9"),
    ("rows in another order", swap, "H885", "シート「推進」のセル A7"),
    ("a column more", lambda book: book["推進"].insert_cols(4), "H885", "シート「推進」のセル D1"),
    ("a row less", lambda book: book["推進"].delete_rows(7), "H885", "シート「推進」"),
    ("no number any more", lambda book: book["数値"].delete_rows(3), "H885", "シート「数値」"),
    ("a sheet less", lambda book: book.remove(book["推進"]), "H885", "シート「推進」"),
    ("no word of what it is", lambda book: book.remove(book["調査票の情報"]), "H885", "シート「調査票の情報」"),
    ("another name of a sheet", lambda book: setattr(book["推進"], "title", "推進2"), "H885", "シート「推進」"),
    ("a sheet more", lambda book: book.create_sheet("補足").append(["大切なこと"]), "H885", "シート「補足」"),
    ("a hidden sheet", lambda book: setattr(book["数値"], "sheet_state", "hidden"), "H885", "シート「数値」"),
    ("merged cells", lambda book: book["推進"].merge_cells("E7:F7"), "H885", "シート「推進」のセル E7"),
    ("another year", set_cell("調査票の情報", "B3", "令和7年度"), "H884", "シート「調査票の情報」のセル B3"),
    ("another scope", set_cell("調査票の情報", "B4", "都道府県"), "H884", "シート「調査票の情報」のセル B4"),
    ("another rulebook", set_cell("調査票の情報", "B6", "0" * 64), "H884", "シート「調査票の情報」のセル B6"),
    ("another form", set_cell("調査票の情報", "B2", "haiten-survey-9"), "H884", "シート「調査票の情報」のセル B2"),
    ("another body", of_other_code, "H884", "シート「表紙」のセル B5"),
    ("no code", set_cell("表紙", "B5", None), "H814", "シート「表紙」のセル B5"),
    ("a name of another body", set_cell("表紙", "B5", "074021"), "H841", "シート「表紙」のセル B6"),
]


@pytest.mark.parametrize(("change", "code", "place"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_mistake_is_told_with_its_sheet_and_cell(
    change: Callable[[Any], object], code: str, place: str, answered: Path, tmp_path: Path, rulebook: Rulebook
) -> None:
    """Nothing is scored, and nothing but the mistake is told."""
    if code == "H841":
        base = change
        change = lambda book: (base(book), setattr(book["表紙"]["B6"], "value", "東川町"))  # noqa: E731
    read = rulebook.read_facts(changed(answered, tmp_path / "z.xlsx", change))
    assert read.facts is None
    assert {d.code for d in read.diagnostics} - {"H812"} == {code}, [str(d.message) for d in read.diagnostics]
    assert any(str(d.span).endswith(place) for d in read.diagnostics), [str(d.span) for d in read.diagnostics]


def test_all_mistakes_of_all_sheets_are_told_at_once(answered: Path, tmp_path: Path, rulebook: Rulebook) -> None:
    """Of several files, each with several mistakes, and one that is no workbook at all."""
    files = []
    for number in range(3):
        book = openpyxl.load_workbook(answered)
        book["表紙"]["B5"].value = f"9900{number}"
        book["推進"]["E7"].value, book["数値"]["G2"].value, book["推進"]["E6"].value = "?", -5, "x"
        book.save(tmp_path / f"{number}.xlsx")
        files.append(tmp_path / f"{number}.xlsx")
    (tmp_path / "9.xlsx").write_bytes(b"PK broken")
    read = rulebook.read_facts([*files, tmp_path / "9.xlsx"])
    assert read.facts is None
    told = sorted((str(d.span).split(":")[0].rpartition("/")[2], d.code) for d in read.diagnostics)
    expected = [(f"{n}.xlsx", code) for n in range(3) for code in ("H807", "H886", "H887")]
    assert [each for each in told if each[1] != "H880"] == expected
    assert ("9.xlsx", "H880") in told
    folder = rulebook.read_facts(tmp_path)
    assert sorted(d.code for d in folder.diagnostics) == sorted(d.code for d in read.diagnostics)


def test_a_sheet_of_another_name_and_place_is_the_same(answered: Path, tmp_path: Path, rulebook: Rulebook) -> None:
    """Saved anew, its cells unprotected, its sheets in another order, columns wider: what is filled in counts."""

    def harmless(book: Any) -> None:
        book.move_sheet("推進", offset=-2)
        book["推進"].column_dimensions["C"].width = 90
        book["推進"].protection.sheet = False
        book["推進"]["A8"].protection = Protection(locked=False)
        book["推進"].row_dimensions[8].height = 100

    read = rulebook.read_facts(changed(answered, tmp_path / "z.xlsx", harmless))
    assert read.facts is not None, read.diagnostics
    assert read.facts.numbers["参加率"][0] is not None


def test_a_named_sheet_is_read_as_any_table(answered: Path) -> None:
    """--sheet means a table of facts; a survey sheet has none."""
    done = haiten("score", EXAMPLE, answered, "--sheet", "数値")
    assert done.returncode == 1
    assert "[H814]" in done.stderr
    both = haiten("score", EXAMPLE, answered, answered, "--sheet", "数値")
    assert "「--sheet」と「--header」は使えません" in both.stderr


# Several


def sent(folder: Path) -> Path:
    done = haiten("sheet", EXAMPLE, ROOT / "examples/survey/facts.csv", "--each-body", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_each_body_gets_its_own(tmp_path: Path, rulebook: Rulebook) -> None:
    """A file for each body, and the list of them; as they are sent they score as the facts do."""
    folder = sent(tmp_path / "sent")
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["990019_いろは町.xlsx", "990027_にほへ村.xlsx", "990035_とちり町.xlsx", "配布一覧.csv"]
    plain, made = (rulebook.score(given).total() for given in (ROOT / "examples/survey/facts.csv", folder))
    assert [column.tolist() for column in plain] == [column.tolist() for column in made]
    with (folder / "配布一覧.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["ファイル"] for row in csv.DictReader(file)] == names[:3]


def test_names_of_bodies_lead_nowhere(tmp_path: Path) -> None:
    """A name with signs of paths makes a file in the folder, and no other."""
    rows = ("団体コード,団体名,年度", '990019,"../../a/b\\c:d?*",R8', "990027,..,R8", f"990035,{'長' * 200},R8")
    (tmp_path / "facts.csv").write_text("\n".join(rows), encoding="utf-8")
    done = haiten("sheet", EXAMPLE, "facts.csv", "--each-body", "sent", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file())
    assert made[:3] == ["facts.csv", "sent/990019_abcd.xlsx", "sent/990027.xlsx"]
    assert len(made) == 5
    assert len(made[3].encode()) < 255


def collect(folder: Path, *more: object) -> Any:
    return haiten("collect", folder, "--rules", EXAMPLE, "--to", folder.parent / "facts.csv", *more)


def test_returned_sheets_become_one_fact_file(tmp_path: Path, rulebook: Rulebook) -> None:
    """What was told in sheets is told in the file; who is missing and late is told."""
    done = haiten("collect", RETURNED, "--rules", EXAMPLE, "--to", tmp_path / "facts.csv", "--due", "2026-06-30")
    assert (done.returncode, done.stderr) == (0, "")
    assert "まだの団体 1団体\n  990035 とちり町" in done.stdout
    assert "期限（2026-06-30）に遅れた団体 1団体\n  990027 にほへ村  提出日 2026-07-03" in done.stdout
    wide = haiten(
        "collect", RETURNED, "--rules", EXAMPLE, "--to", tmp_path / "wide.csv", "--due", "２０２６－０６－３０"
    )
    assert (wide.returncode, wide.stdout) == (0, done.stdout)
    one, other = rulebook.read_facts(tmp_path / "facts.csv").facts, rulebook.read_facts(RETURNED).facts
    assert one is not None
    assert other is not None
    assert [body.carried for body in one.bodies] == [body.carried for body in other.bodies]
    for made, plain in zip(rulebook.score(one).total(), rulebook.score(other).total(), strict=True):
        assert made.tolist() == plain.tolist()


def test_the_later_version_counts_and_differences_are_told(tmp_path: Path, rulebook: Rulebook) -> None:
    """By the days on the covers; every cell that differs is listed."""
    folder = sent(tmp_path / "sent")
    source = folder / "990019_いろは町.xlsx"
    for name, day, answer in (("old", "2026-06-01", "非該当"), ("new", "2026-06-09", "該当")):

        def change(book: Any, day: str = day, answer: str = answer) -> None:
            book["表紙"]["B8"].value, book["推進"]["E10"].value = day, answer
            book["推進"]["N7"].value = f"{answer}の説明"

        changed(source, folder / f"a_{name}.xlsx", change)
    source.unlink()
    done = collect(folder)
    assert done.returncode == 0, done.stderr
    assert "使うのは a_new.xlsx" in done.stdout
    assert "推進.Ⅰ.(ⅰ).1.ウ: 非該当 → 該当" in done.stdout
    assert f"備考.{ITEM}: 非該当の説明 → 該当の説明" in done.stdout
    assert "1つも記入のない調査票 2団体" in done.stdout
    facts = rulebook.read_facts(tmp_path / "facts.csv").facts
    assert facts is not None
    assert sorted(body.code for body in facts.bodies) == ["990019", "990027", "990035"]
    assert next(body for body in facts.bodies if body.code == "990019").carried["備考." + ITEM] == "該当の説明"


def test_versions_of_one_day_are_not_settled(tmp_path: Path) -> None:
    """The date of a file changes when it is copied, so that it settles nothing: no file is written."""
    folder = sent(tmp_path / "sent")
    source = folder / "990019_いろは町.xlsx"
    changed(source, folder / "again.xlsx", set_cell("推進", "E10", "該当"))
    os.utime(folder / "again.xlsx", (2_000_000_000, 2_000_000_000))
    done = collect(folder)
    assert (done.returncode, (tmp_path / "facts.csv").exists()) == (1, False)
    assert "[H892]" in done.stderr
    same = sent(tmp_path / "same")
    (same / "copy.xlsx").write_bytes((same / "990019_いろは町.xlsx").read_bytes())
    done = collect(same)
    assert (done.returncode, (tmp_path / "facts.csv").exists()) == (0, True), done.stderr
    assert "答えは同じです" in done.stdout


def test_mistakes_of_a_version_that_does_not_count_are_told(tmp_path: Path) -> None:
    """Nobody knows before what the mistake was."""
    folder = sent(tmp_path / "sent")
    source = folder / "990019_いろは町.xlsx"

    def older(book: Any) -> None:
        book["表紙"]["B8"].value, book["推進"]["E10"].value = "2026-06-01", "たぶん"

    changed(source, folder / "old.xlsx", older)
    changed(source, source, set_cell("表紙", "B8", "2026-06-02"))
    done = collect(folder)
    assert done.returncode == 1
    assert "old.xlsx: シート「推進」のセル E10" in done.stderr


def test_missing_bodies_by_a_list_of_ones_own(tmp_path: Path) -> None:
    """A list that lost its zeros in a spreadsheet, and bodies that nobody asked."""
    (tmp_path / "bodies.csv").write_text("団体コード,団体名\n990019,いろは町\n14583,東川町\n", encoding="utf-8")
    done = haiten(
        *("collect", RETURNED, "--rules", EXAMPLE, "--to", tmp_path / "facts.csv"),
        *("--bodies", tmp_path / "bodies.csv"),
    )
    assert done.returncode == 0, done.stderr
    assert "まだの団体 1団体\n  014583 東川町" in done.stdout
    (tmp_path / "none.csv").write_text("名前\nx\n", encoding="utf-8")
    done = haiten(
        *("collect", RETURNED, "--rules", EXAMPLE, "--to", tmp_path / "y.csv", "--bodies", tmp_path / "none.csv")
    )
    assert (done.returncode, (tmp_path / "y.csv").exists()) == (1, False)


def test_the_rulebook_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    """Of those that came with haiten; sheets of two of them are told apart."""
    folder = tmp_path / "sent"
    folder.mkdir()
    r6, r7 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7"))
    facts = ROOT / "examples" / "kitashiobara_r7.csv"
    assert haiten("sheet", r7, facts, "--body", "074021", "--to", folder / "a.xlsx").returncode == 0
    done = haiten("collect", folder, "--to", tmp_path / "facts.csv")
    assert done.returncode == 0, done.stderr
    score = haiten("score", r7, tmp_path / "facts.csv")
    assert "339/800点" in score.stdout
    assert haiten("sheet", r6, "--to", folder / "b.xlsx").returncode == 0
    done = haiten("collect", folder, "--to", tmp_path / "facts.csv")
    assert done.returncode == 1
    assert "[H893]" in done.stderr


def test_texts_are_harmless_on_request(tmp_path: Path) -> None:
    """In the CSV as written, or with an apostrophe; on the terminal without control signs."""
    folder = sent(tmp_path / "sent")
    for name, words in (("a", "=1+1"), ("b", "\u202e@x")):

        def change(book: Any, name: str = name, words: str = words) -> None:
            book["表紙"]["B8"].value = f"2026-06-0{1 + (name == 'b')}"
            book["推進"]["N7"].value = words
            book["推進"]["N7"].data_type = "s"

        changed(folder / "990019_いろは町.xlsx", folder / f"{name}.xlsx", change)
    (folder / "990019_いろは町.xlsx").unlink()
    done = collect(folder)
    assert done.returncode == 0, done.stderr
    assert "\u202e" not in done.stdout
    (folder / "b.xlsx").unlink()
    for more, cell in (((), "=1+1"), (("--csv-safe",), "'=1+1")):
        assert collect(folder, *more).returncode == 0
        with (tmp_path / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
            (row,) = [row for row in csv.DictReader(file) if row["団体コード"] == "990019"]
        assert row["備考." + ITEM] == cell


def test_what_is_no_folder_of_sheets_is_told(tmp_path: Path) -> None:
    """A file, nothing, and a folder without sheets."""
    (tmp_path / "x.csv").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name, told in (("x.csv", "フォルダではありません"), ("no", "ファイルがありません"), ("empty", "[H889]")):
        done = haiten("collect", tmp_path / name, "--to", tmp_path / "y.csv")
        assert (done.returncode, (tmp_path / "y.csv").exists()) == (1, False)
        assert told in done.stderr
