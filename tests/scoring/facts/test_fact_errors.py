"""Everything odd in a fact file is told at once, where it stands."""

from pathlib import Path

import pytest

import haiten
from fact_files import ASKED, codes, read, small_rulebook
from haiten.scoring.rulebook import Rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        ("人工", "3", "H802"),
        ("推進.Ⅰ.(ⅰ).1", "○", "H806"),
        ("根拠.推進.Ⅰ.(ⅰ).9", "文書", "H802"),
        ("人口", "多い", "H806"),
        ("人口", "0", "H807"),
        ("人口", "1.5", "H808"),
        ("変化率", "1.234", "H808"),
        ("変化率", "50.01", "H807"),
        ("変化率", "1e3", "H806"),
        ("変化率", "nan", "H806"),
        ("人口", "1" * 16, "H818"),
        (ASKED, "はい", "H805"),
        (ASKED, "*", "H805"),
        (ASKED, "2", "H805"),
        ("過疎", "△", "H805"),
    ],
)
def test_a_wrong_cell_or_heading_is_told(rulebook: Rulebook, tmp_path: Path, header: str, row: str, code: str) -> None:
    """The file, the row and the column are named, and no facts come of it."""
    found = read(rulebook, tmp_path, [f"団体コード,年度,{header}", f"011002,令和6年度,{row}"])
    assert codes(found) == [code]
    assert found.facts is None
    place = str(found.diagnostics[0].span)
    assert "facts.csv:" in place
    assert header in place


def test_a_column_without_heading_is_told(rulebook: Rulebook, tmp_path: Path) -> None:
    """Cells under an empty heading, or beyond the last one, are told; empty ones are not, and short rows are fine."""
    assert codes(read(rulebook, tmp_path, ["団体コード,,年度", "011002,5,令和6年度"])) == ["H802"]
    assert codes(read(rulebook, tmp_path, ["団体コード,年度", "011002,令和6年度,5"])) == ["H817"]
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,,", "011002,令和6年度,,,"])) == []
    assert codes(read(rulebook, tmp_path, ["団体コード,年度,人口", "011002,令和6年度"])) == []


def test_the_nearest_known_heading_is_offered(rulebook: Rulebook, tmp_path: Path) -> None:
    """A heading with a slip is answered with もしかして."""
    (found,) = read(rulebook, tmp_path, ["団体コード,年度,変化卒", "011002,令和6年度,1"]).diagnostics
    assert "もしかして: 変化率" in found.advice


def test_all_mistakes_at_once(rulebook: Rulebook, tmp_path: Path) -> None:
    """Every mistake of a file is told in one run, each with its row."""
    rows = [
        f"団体コード,年度,人口,{ASKED},変な列",
        "011002,令和6年度,x,○,1",
        "011002,令和6年度,5,？,2",
        "abc,令和7年度,,,",
        "012025,令和6年度,1,,,9",
    ]
    found = read(rulebook, tmp_path, rows)
    assert sorted(codes(found)) == ["H802", "H804", "H805", "H806", "H810", "H814", "H817"]


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (
            "変化卒,変化卒",
            ["011002,令和6年度,1,1"],
            [
                ":1: 列「変化卒」 見出し「変化卒」は、この評価指標の事実でも項目でもありません",
                ":1: 列「変化卒」 見出し「変化卒」が2つあります（3列目と4列目）",
            ],
        ),
        (
            "人口,変化率",
            ["011002,令和6年度,0,－50.01"],
            [
                ":2: 列「人口」 「0」は範囲の外です（1以上）",
                ":2: 列「変化率」 「－50.01」は範囲の外です（－50以上、50以下）",
            ],
        ),
        (
            "人口,変化率",
            ["011002,令和6年度,1.5,1.234"],
            [
                ":2: 列「人口」 「1.5」は小数の桁が多すぎます（整数）",
                ":2: 列「変化率」 「1.234」は小数の桁が多すぎます（小数2桁まで）",
            ],
        ),
        (
            "人口,過疎",
            ["011002,令和6年度," + "1" * 21 + ",△"],
            [
                ":2: 列「人口」 数「" + "1" * 20 + "…」の桁が多すぎます（15桁まで）",
                ":2: 列「過疎」 「△」は該当・非該当として読めません",
            ],
        ),
        (
            ",人口",
            ["011002,令和6年度,5"],
            [":1: 列「（3列目）」 見出し「」は、この評価指標の事実でも項目でもありません"],
        ),
        ("人口", ["011002,令和6年度,5,6"], [":2 列の数が見出しと違います（見出し 3 列、この行 4 列）"]),
        (
            "人口",
            ["abc,令和6年度", ",令和6年度,1", "011002,令和7年度", "01100,令和6年度", "131017,"],
            [
                ": 列「団体コード」 団体コードに5桁のものと6桁のものが混じっています",
                ":2: 列「団体コード」 団体コード「abc」は5桁か6桁の数字ではありません",
                ":3: 列「団体コード」 団体コードがありません",
                ":5: 列「団体コード」 団体コード 01100 が2回あります（4行目にもあります）",
                ":6: 列「団体コード」 団体コード 131017 の検査数字が合いません（計算では 131016）",
                ":4: 列「年度」 令和7年度の事実が1行ありますが、評価指標は令和6年度のものです",
                ":6: 列「年度」 年度不明の事実が1行ありますが、評価指標は令和6年度のものです",
            ],
        ),
        (
            f"{ASKED},{ASKED.replace('推進', '支援')}",
            ["011002,令和6年度,○,○", "131016,令和6年度,○,×"],
            [f":3: 列「支援.Ⅰ.(ⅰ).1.ア」 同じ項目の「支援.Ⅰ.(ⅰ).1.ア」と「{ASKED}」の値が違います（非該当 と 該当）"],
        ),
    ],
)
def test_what_is_said_of_a_wrong_file(
    rulebook: Rulebook, tmp_path: Path, header: str, rows: list[str], said: list[str]
) -> None:
    """Each mistake names its row and column, the cell, and what would be right."""
    found = read(rulebook, tmp_path, [f"団体コード,年度,{header}", *rows])
    assert [f"{str(d.span).removeprefix(str(tmp_path / 'facts.csv'))} {d.message}" for d in found.diagnostics] == said


def test_numbers_are_shown_how_they_are_written(rulebook: Rulebook, tmp_path: Path) -> None:
    """What is no number is answered with the unit and an example of as many decimals as there may be."""
    found = read(rulebook, tmp_path, ["団体コード,年度,人口,変化率", "011002,令和6年度,多い,多い"])
    assert [d.advice[0] for d in found.diagnostics] == [
        "「人」の数を書きます（例: 12）。不明なら空欄です。",
        "「%」の数を書きます（例: 12.33）。不明なら空欄です。",
    ]


def test_headings_without_a_column_of_their_own(rulebook: Rulebook, tmp_path: Path) -> None:
    """Without a code column a file is refused, and without a year column it is read with a note."""
    (missing,) = read(rulebook, tmp_path, ["年度", "令和6年度"]).diagnostics
    assert (missing.message, missing.span.row) == ("「団体コード」の列がありません", 1)
    (note,) = read(rulebook, tmp_path, ["団体コード,人口", "011002,5"]).diagnostics
    assert note.message == "「年度」の列がないので、令和6年度の事実として読みました"


def test_a_file_of_another_year_is_told_once(rulebook: Rulebook, tmp_path: Path) -> None:
    """Of all its rows, the first is shown; headings that the other year knows are told only beside one right row."""
    header = "団体コード,年度,昨年の項目"
    other = read(rulebook, tmp_path, [header, "011002,令和7年度,1", "131016,令和7年度,1"])
    assert [d.message for d in other.diagnostics] == ["令和7年度の事実が2行ありますが、評価指標は令和6年度のものです"]
    mixed = read(rulebook, tmp_path, [header, "011002,令和7年度,1", "131016,令和6年度,1"])
    assert codes(mixed) == ["H802", "H810"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"\n,,\n", "空"),
        (b"\x00\x01", "文字"),
        (b"\xfd\xff\x81", "UTF-8"),
        (b"\xff\xfe\x00\xd8\x00", "UTF-16"),
        (b'a,"b\n', "CSV"),
    ],
)
def test_unreadable_tables(rulebook: Rulebook, tmp_path: Path, content: bytes, words: str) -> None:
    """Empty, binary and broken tables are one clear diagnostic each."""
    path = tmp_path / "facts.csv"
    path.write_bytes(content)
    (found,) = rulebook.read_facts(path).diagnostics
    assert found.code == "H801"
    assert words in found.message
    (missing,) = rulebook.read_facts(tmp_path / "none.csv").diagnostics
    assert missing.code == "H801"


def test_the_python_face_raises_what_it_cannot_answer(tmp_path: Path) -> None:
    """Scoring with a wrong rulebook or fact file raises UnusableError, which carries the diagnostics."""
    wrong = tmp_path / "wrong.haiten"
    wrong.write_text("言語 1\n", encoding="utf-8")
    rulebook = haiten.compile(wrong)
    assert not rulebook.ok
    with pytest.raises(haiten.UnusableError) as caught:
        rulebook.score(tmp_path / "none.csv")
    assert caught.value.diagnostics == rulebook.diagnostics


def test_an_unusable_file_says_what_is_wrong_with_it(rulebook: Rulebook, tmp_path: Path) -> None:
    """The error's text has a line per diagnostic: place, message, code."""
    path = tmp_path / "facts.csv"
    path.write_text("団体コード,年度,人口,過疎\n011002,令和6年度,多い,△\n", encoding="utf-8")
    with pytest.raises(haiten.UnusableError) as caught:
        rulebook.score(path)
    assert str(caught.value) == (
        f"{path}:2: 列「人口」: 「多い」は数として読めません [H806]\n"
        f"{path}:2: 列「過疎」: 「△」は該当・非該当として読めません [H805]"
    )
