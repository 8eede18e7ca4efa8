"""Texts as offices keep them: encodings, separators, titles, headings, units, signs, years, unseen characters."""

import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from fact_files import ASKED, codes, read, small_rulebook
from haiten.scoring.reading.characters import BLANKS, parts_of_number, trimmed, visible
from haiten.scoring.reading.how import HowToRead
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.reading.years import is_of_year
from haiten.scoring.rulebook import Rulebook

HEAD = f"団体コード,団体名,年度,人口,変化率,{ASKED}"
ROWS = ["011002,札幌市,令和6年度,1000,-0.50,○", "131016,千代田区,令和6年度,2000,12.25,×"]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "facts.csv"
    path.write_bytes(text.encode(encoding))
    return path


def told(found: FactsRead) -> list[object]:
    """What became of a file: bodies, numbers and answers."""
    assert found.facts is not None, found.diagnostics
    numbers = [[column[i] for i in range(len(found.facts))] for column in found.facts.numbers.values()]
    answers = [truth.certain.tolist() for truth in found.facts.answers.values()]
    return [[(body.code, body.name) for body in found.facts.bodies], numbers, answers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["", "\x1a", "\r\n\x1a\r\n", "\ufeff"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_table_is_the_same_however_it_was_saved(
    rulebook: Rulebook, tmp_path: Path, encoding: str, separator: str, end: str, quote: str
) -> None:
    """UTF-8, CP932 and UTF-16, commas, tabs and semicolons, quotes, a final Ctrl-Z or BOM: the same facts, no word."""
    if encoding == "cp932" and end == "\ufeff":
        end = ""
    plain = read(rulebook, tmp_path, [HEAD, *ROWS])
    lines = [separator.join(f"{quote}{cell}{quote}" for cell in row.split(",")) for row in (HEAD, *ROWS)]
    found = rulebook.read_facts(write(tmp_path, "\r\n".join(lines) + end, encoding))
    assert found.diagnostics == ()
    assert told(found) == told(plain)


@pytest.mark.parametrize(
    ("above", "skipped"),
    [
        (["令和6年度 評価指標 回答一覧"], "1行目「令和6年度 評価指標 回答一覧」"),
        (["回答一覧", "", "（単位：人、%）,,"], "1行目「回答一覧」、3行目「（単位：人、%）」"),
        (["sep=,"], "1行目「sep=」"),
    ],
)
def test_titles_above_are_left_out_and_told(rulebook: Rulebook, tmp_path: Path, above: list[str], skipped: str) -> None:
    """The one row with 団体コード is the heading; what stood above is said, and rows keep their numbers."""
    found = read(rulebook, tmp_path, [*above, HEAD, *ROWS])
    assert [d.message for d in found.diagnostics] == [
        f"{len(above) + 1}行目を見出しとして読みました（その上は読み飛ばしました: {skipped}）"
    ]
    assert told(found) == told(read(rulebook, tmp_path, [HEAD, *ROWS]))
    wrong = read(rulebook, tmp_path, [*above, HEAD, ROWS[0].replace("1000", "多い")])
    assert [(d.code, d.span.row) for d in wrong.diagnostics[-1:]] == [("H806", len(above) + 2)]


def test_blank_rows_above_are_no_word_worth(rulebook: Rulebook, tmp_path: Path) -> None:
    """Empty rows and empty first columns mean nothing."""
    rows = [f",{row}" for row in (HEAD, *ROWS)]
    found = read(rulebook, tmp_path, ["", ",,,", *rows])
    assert found.diagnostics == ()
    assert told(found) == told(read(rulebook, tmp_path, [HEAD, *ROWS]))


def test_a_scale_above_the_table_is_an_error(rulebook: Rulebook, tmp_path: Path) -> None:
    """（単位：千人） may change every number: it is not passed over."""
    found = read(rulebook, tmp_path, ["（単位：千人）", HEAD, *ROWS])
    assert codes(found) == ["H837"]
    assert found.facts is None


def test_two_rows_that_may_be_headings(rulebook: Rulebook, tmp_path: Path) -> None:
    """Below a title, two rows with 団体コード are an error that names both; --header chooses."""
    found = read(rulebook, tmp_path, ["題", HEAD, ROWS[0], HEAD, ROWS[1]])
    assert [d.message for d in found.diagnostics] == [
        "見出しの行が1つに決まりません（2行目、4行目のどれにも「団体コード」があります）"
    ]
    chosen = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(header=4))
    assert codes(chosen) == ["H832"]
    assert told(chosen)[0] == [("131016", "千代田区")]
    (beyond,) = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(header=400)).diagnostics
    assert "400行目がありません" in beyond.message


def test_the_row_that_seems_to_be_the_heading_is_named(rulebook: Rulebook, tmp_path: Path) -> None:
    """Without 団体コード anywhere, the row with the most known names is offered."""
    (found,) = read(rulebook, tmp_path, ["題", "", HEAD.replace("団体コード", "コード番号"), *ROWS]).diagnostics[-1:]
    assert found.message == "「団体コード」の列がありません（見出しらしいのは3行目です）"


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("団体コード,団体名,年度,人口,変化率,推進.Ⅰ.(ⅰ).1", ",,,,,ア"),
        ("団体コード,団体名,年度,基礎,,推進.Ⅰ.(ⅰ).1", ",,,人口,変化率,ア"),
        (",,,,,推進.Ⅰ.(ⅰ).1", "団体コード,団体名,年度,人口,変化率,ア"),
    ],
)
def test_headings_in_two_rows(rulebook: Rulebook, tmp_path: Path, upper: str, lower: str) -> None:
    """A group and its parts make one name, where only one can be meant."""
    found = read(rulebook, tmp_path, [upper, lower, *ROWS])
    assert [d.message for d in found.diagnostics] == ["1行目と2行目を、2行の見出しとして合わせて読みました"]
    assert told(found) == told(read(rulebook, tmp_path, [HEAD, *ROWS]))


@pytest.mark.parametrize("lower", [",,,5,1.00,○", ",,,,,該当", ",合計,,,,", ",,,3000,,"])
def test_a_row_without_a_code_is_no_second_heading(rulebook: Rulebook, tmp_path: Path, lower: str) -> None:
    """Answers and values of a body whose code was forgotten stay a mistake."""
    found = read(rulebook, tmp_path, [HEAD, lower, *ROWS])
    assert found.facts is None
    assert not {"H833", "H834"} & set(codes(found))


def test_a_row_of_units(rulebook: Rulebook, tmp_path: Path) -> None:
    """Units that are the facts' own are left out with a note; others are an error, as nothing is converted."""
    for units in (",,,人,%,", "単位,,,（人）,（％）,", ",,,[人],,○×"):
        found = read(rulebook, tmp_path, [HEAD, units, *ROWS])
        assert [d.message for d in found.diagnostics] == [
            "2行目は単位の行なので、読み飛ばしました（事実の単位と同じです）"
        ]
        assert told(found) == told(read(rulebook, tmp_path, [HEAD, *ROWS]))
    wrong = read(rulebook, tmp_path, [HEAD, ",,,千人,%,", *ROWS])
    assert [d.message for d in wrong.diagnostics] == [
        "列「人口」の単位が違います（表には「千人」、評価指標では「人」）"
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "推進.Ⅰ.(ⅰ).1.ｱ",
        "推進．Ⅰ．（ⅰ）．１．ｱ",
        "\ufeff推進.Ⅰ.(ⅰ).1.ア\u200b",
        "推進.Ⅰ.(ⅰ).1.\nア",
        "推進.Ⅰ.(ⅰ).1.ア\u00a0",
    ],
)
def test_headings_in_other_characters(rulebook: Rulebook, tmp_path: Path, heading: str) -> None:
    """Half-width kana, full-width dots, line breaks and what nobody sees change no heading."""
    path = tmp_path / "facts.csv"
    path.write_text(f'団体コード,年度,"{heading}"\n011002,R6,○\n', encoding="utf-8")
    found = rulebook.read_facts(path)
    assert found.diagnostics == ()
    assert found.facts is not None
    assert set(found.facts.answers) == {ASKED}


def test_radicals_in_headings(rulebook: Rulebook, tmp_path: Path) -> None:
    """⼈⼝, copied from a PDF, is 人口; ｳ of another item leads to no third one."""
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,⼈⼝", "011002,R6,5"])) == []
    (found,) = read(rulebook, tmp_path, ["団体コード,年度,推進.Ⅰ.(ⅰ).1.ｵ", "011002,R6,○"]).diagnostics
    assert found.code == "H802"


@pytest.mark.parametrize("sign", [*"▲△－-−‐‑‒–—ーｰ", "▲ ", "△　", "－ "])
def test_what_is_below_zero(rulebook: Rulebook, tmp_path: Path, sign: str) -> None:
    """All signs that stand for minus are minus; together with another they are none."""
    found = read(rulebook, tmp_path, ["団体コード,年度,変化率", f"011002,R6,{sign}0.5"])
    assert found.facts is not None
    assert found.facts.numbers["変化率"][0] == Fraction(-1, 2)
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,変化率", f"011002,R6,{sign}-0.5"])) == ["H806"]
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,変化率", f"011002,R6,{sign}"])) == ["H806"]


@pytest.mark.parametrize("cell", ["1,234", "１，２３４", "1,234人", "1234", " 1,234 ", "1,234.0", "+1,234", "＋1234"])
def test_thousands(rulebook: Rulebook, tmp_path: Path, cell: str) -> None:
    """Commas part thousands."""
    found = read(rulebook, tmp_path, ["団体コード,年度,人口", f'011002,R6,"{cell}"'])
    assert found.facts is not None
    assert found.facts.numbers["人口"][0] == 1234


@pytest.mark.parametrize(
    "cell",
    [
        "0,52",
        "1,2,3",
        "15，5",
        "12,34",
        "1,2345",
        "1234,567",
        ",123",
        "0,123",
        "01,234",
        "1,234,56",
        "1,,234",
        "1.234,5",
        "1 234",
        "1\u00a0234",
        "(5)",
        "約5",
        "5以上",
        "1e3",
        "1/2",
        "五",
        "5千",
        "³",
    ],
)
def test_commas_elsewhere_and_other_writings_are_no_numbers(rulebook: Rulebook, tmp_path: Path, cell: str) -> None:
    """What is no number as people write them is told, never put together."""
    assert parts_of_number(cell) is None
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,人口", f'011002,R6,"{cell}"'])) == ["H806"]


@pytest.mark.parametrize(
    "written",
    [
        "令和6年度",
        "R6",
        "Ｒ６",
        "r6",
        "R06",
        "R.6",
        "6",
        "６",
        "令和６年度",
        "令和6",
        "令和 6 年度",
        "2024年度",
        "２０２４年度",
        "2024",
        "西暦2024年度",
        "FY2024",
        "㋿6年度",
        "令6",
        "平成36年度",
        "\u200b令和6年度\u00a0",
    ],
)
def test_writings_of_a_year(written: str) -> None:
    """All of them are 令和6年度."""
    assert is_of_year(written, "令和6年度")
    assert not is_of_year(written, "令和7年度")


def test_the_first_year_and_what_is_no_year() -> None:
    """元 is 1; a date, a range or nothing is no year."""
    assert all(is_of_year(written, "令和元年度") for written in ("令和元年度", "令和1年度", "R元", "2019年度", "元"))
    for written in ("", "令和", "6-7", "令和6・7年度", "2024-04-01", "X6", "年度", "令和六年度"):
        assert not is_of_year(written, "令和6年度")


def test_what_nobody_sees_is_shown_by_its_name(rulebook: Rulebook, tmp_path: Path) -> None:
    """Inside a cell it stays a mistake, and the message shows it."""
    (found,) = read(rulebook, tmp_path, ["団体コード,年度,人口", "011002,R6,1\u200b234"]).diagnostics
    assert found.message == "「1〔U+200B ゼロ幅スペース〕234」は数として読めません"
    assert visible("a\u00a0b\x1b\n") == "a〔U+00A0 ノーブレークスペース〕b〔U+001B〕〔改行〕"
    assert trimmed(BLANKS + "あ い" + BLANKS) == "あ い"


def test_a_pipe_is_read_once(rulebook: Rulebook, tmp_path: Path) -> None:
    """What gives its bytes only once is a table like any other."""
    expected = told(read(rulebook, tmp_path, [HEAD, *ROWS]))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = (tmp_path / "facts.csv").read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    found = rulebook.read_facts(pipe)
    writer.join()
    assert found.diagnostics == ()
    assert told(found) == expected
