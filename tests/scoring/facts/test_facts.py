"""Fact files are read as Excel and people write them."""

from fractions import Fraction
from pathlib import Path

import pytest

from fact_files import ASKED, COMPARED, codes, read, small_rulebook
from haiten.scoring.reading.codes import check_digit
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Verdict


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings_of_excel(rulebook: Rulebook, tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without BOM and CP932 read the same."""
    rows = [f"団体コード,団体名,年度,人口,{ASKED}", "011002,札幌市,令和6年度,1000,○"]
    found = read(rulebook, tmp_path, rows, encoding)
    assert codes(found) == []
    assert found.facts is not None
    assert found.facts.bodies[0].name == "札幌市"
    assert found.facts.numbers["人口"][0] == 1000


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *((cell, True) for cell in ("該当", "○", "〇", "◯", "1", "１", "TRUE", "true")),
        *((cell, False) for cell in ("非該当", "×", "0", "FALSE")),
        *((cell, None) for cell in ("", " ", "　")),
    ],
)
def test_yes_and_no(rulebook: Rulebook, tmp_path: Path, cell: str, expected: bool | None) -> None:
    """Every usual way to write yes and no is understood; blank is unknown."""
    found = read(rulebook, tmp_path, [f"団体コード,年度,{ASKED}", f"011002,令和6年度,{cell}"])
    assert found.facts is not None
    truth = found.facts.answers[ASKED]
    assert (bool(truth.certain[0]), bool(truth.possible[0])) == (expected is True, expected is not False)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.34", "12.34"),
        ("－3.5", "-3.5"),
        ("-3.50", "-3.5"),
        ("３３．１７", "33.17"),
        ("33.17%", "33.17"),
        (".5", "0.5"),
        ("1.00", "1"),
        ("0", "0"),
        ("５％", "5"),
    ],
)
def test_numbers(rulebook: Rulebook, tmp_path: Path, cell: str, expected: str) -> None:
    """Numbers are exact, in any width, with or without their unit."""
    found = read(rulebook, tmp_path, ["団体コード,年度,変化率", f"011002,令和6年度,{cell}"])
    assert found.facts is not None
    assert found.facts.numbers["変化率"][0] == Fraction(expected)


def test_separators_in_quoted_numbers(rulebook: Rulebook, tmp_path: Path) -> None:
    """1,234 in quotes is one number."""
    found = read(rulebook, tmp_path, ["団体コード,年度,人口", '011002,令和6年度,"1,234"'])
    assert found.facts is not None
    assert found.facts.numbers["人口"][0] == 1234


def test_headings_are_folded(rulebook: Rulebook, tmp_path: Path) -> None:
    """Full-width brackets and plain small numerals in a heading name the same item."""
    found = read(rulebook, tmp_path, ["団体コード,年度,推進．Ⅰ．（i）．１．ア", "011002,R6,○"])
    assert codes(found) == []
    assert found.facts is not None
    assert bool(found.facts.answers[ASKED].certain[0])


def test_what_may_pass_through(rulebook: Rulebook, tmp_path: Path) -> None:
    """属性. 備考. 根拠. columns are carried along."""
    rows = [f"団体コード,年度,属性.担当,根拠.{ASKED},備考.{ASKED}", "011002,令和6年度,高齢課,議事録,要確認"]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    assert found.facts.bodies[0].carried == {
        "属性.担当": "高齢課",
        f"根拠.{ASKED}": "議事録",
        f"備考.{ASKED}": "要確認",
    }


def test_years(rulebook: Rulebook, tmp_path: Path) -> None:
    """A sheet of another year is refused; one that does not say is read with a note."""
    assert codes(read(rulebook, tmp_path, ["団体コード,年度", "011002,令和7年度"])) == ["H810"]
    assert codes(read(rulebook, tmp_path, ["団体コード,年度", "011002,"])) == ["H810"]
    found = read(rulebook, tmp_path, ["団体コード,人口", "011002,5"])
    assert codes(found) == ["H811"]
    assert found.facts is not None


@pytest.mark.parametrize(
    ("rules", "cell", "right"),
    [
        ("令和6年度", "R6", True),
        ("令和6年度", "6", True),
        ("令和6年度", "令和６年度", True),
        ("令和6年度", "平成6年度", False),
        ("令和6年度", "H6", False),
        ("平成30年度", "平成30年度", True),
        ("平成30年度", "令和6年度", False),
        ("平成30年度", "いつか", False),
        ("令和元年度", "R1", True),
    ],
)
def test_eras(tmp_path: Path, rules: str, cell: str, right: bool) -> None:
    """A year is its era and its number, in the usual short forms too."""
    made = small_rulebook(rules)
    assert codes(read(made, tmp_path, ["団体コード,年度", f"011002,{cell}"])) == ([] if right else ["H810"])


def test_check_digits(rulebook: Rulebook, tmp_path: Path) -> None:
    """A wrong check digit is a note; five digits need none, but beside six they are noted: Excel drops zeros."""
    assert [code + check_digit(code) for code in ("01100", "13101", "27100", "07402")] == [
        "011002",
        "131016",
        "271004",
        "074021",
    ]
    found = read(rulebook, tmp_path, ["団体コード,年度", "011003,令和6年度", "13101,令和6年度"])
    assert codes(found) == ["H819", "H812"]
    assert found.facts is not None


def test_shared_items_are_aliases(rulebook: Rulebook, tmp_path: Path) -> None:
    """Either column of a shared item will do; two that differ are told."""
    other = ASKED.replace("推進", "支援")
    found = read(rulebook, tmp_path, [f"団体コード,年度,{other}", "011002,令和6年度,○"])
    assert found.facts is not None
    scores = rulebook.score(found.facts)
    assert scores.points("推進", 0).certain == scores.points("支援", 0).certain == 4
    assert codes(read(rulebook, tmp_path, [f"団体コード,年度,{ASKED},{other}", "011002,令和6年度,○,×"])) == ["H809"]
    assert codes(read(rulebook, tmp_path, [f"団体コード,年度,{ASKED},{other}", "011002,令和6年度,○,"])) == []


def test_last_years_values(rulebook: Rulebook, tmp_path: Path) -> None:
    """前年度. columns hold last year's values; without one the difference is unknown."""
    rows = [
        "団体コード,年度,人口,変化率,前年度.変化率",
        "011002,令和6年度,10,1.25,1.26",
        "131016,令和6年度,10,1.25,",
        "271004,令和6年度,9,1.25,",
    ]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    scores = rulebook.score(found.facts)
    expected = [Verdict.AWARDED, Verdict.UNANSWERED, Verdict.NOT_MET]  # false かつ unknown is false
    assert [scores.verdict(COMPARED, i) for i in range(3)] == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(rulebook: Rulebook, tmp_path: Path, end: str) -> None:
    """Lines end as they do on Windows, Unix and old Macs; who a body is stands in columns that may be left out."""
    path = tmp_path / "facts.csv"
    lines = ["団体コード,都道府県,団体名,年度", "011002, 北海道 , 札幌市,令和6年度", "131016,,,令和6年度", ""]
    path.write_bytes(end.join(lines).encode())
    found = rulebook.read_facts(path)
    assert codes(found) == []
    assert found.facts is not None
    assert [(body.code, body.prefecture, body.name, body.row) for body in found.facts.bodies] == [
        ("011002", "北海道", "札幌市", 2),
        ("131016", "", "", 3),
    ]
    plain = read(rulebook, tmp_path, ["団体コード,年度", "011002,令和6年度"])
    assert plain.facts is not None
    assert (plain.facts.bodies[0].prefecture, plain.facts.bodies[0].name) == ("", "")
