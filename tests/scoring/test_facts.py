"""Fact files are read as Excel and people write them, and everything odd is told at once."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

import haiten
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.read_facts import FactsRead, check_digit
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Verdict

RULES = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 人口 : 人 1以上
事実 変化率 : % －50以上 50以下 小数2桁 小さいほど良い
事実 過疎 : 該当
交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「体制」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 10点
        ア 「答える」〔要綱〕 4点
        イ 「比べる」〔要綱〕 3点 要件 (変化率 － 前年度(変化率)) が 0%未満 かつ 人口 が 10人以上
        ウ 「過疎で答える」〔要綱〕 3点 要件 該当 かつ 過疎
交付金 支援 「支援」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 推進.Ⅰ に同じ
"""
ASKED, COMPARED, BOTH = (f"推進.Ⅰ.(ⅰ).1.{item}" for item in "アイウ")


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    made = Rulebook(compile_source(Source("rules", RULES)))
    assert made.ok, made.diagnostics
    return made


def read(rulebook: Rulebook, tmp_path: Path, rows: Sequence[str], encoding: str = "utf-8") -> FactsRead:
    path = tmp_path / "facts.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode(encoding))
    return rulebook.read_facts(path)


def codes(found: FactsRead) -> list[str]:
    return [d.code for d in found.diagnostics]


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


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        ("人工", "3", "H802"),
        ("推進.Ⅰ.(ⅰ).1", "○", "H802"),
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
    made = Rulebook(compile_source(Source("rules", RULES.replace("令和6年度", rules))))
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


def test_given_outcomes_win(rulebook: Rulebook, tmp_path: Path) -> None:
    """所与 wins over answer and values, and where it contradicts them a note says so."""
    rows = [f"団体コード,年度,過疎,{BOTH},所与.{BOTH}", "011002,令和6年度,○,○,×", "131016,令和6年度,○,○,"]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    scores = rulebook.score(found.facts)
    assert [scores.verdict(BOTH, i) for i in (0, 1)] == [Verdict.NOT_MET, Verdict.AWARDED]
    assert scores.run.given(BOTH).tolist() == [True, False]
    (note,) = scores.notes("facts.csv")
    assert note.code == "H813"
    assert "011002" in note.message


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


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空"), (b"\n,,\n", "空"), (b"\x00\x01", "文字"), (b"\xff\xfe\xfd\x81", "UTF-8"), (b'a,"b\n', "CSV")],
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
                ":4: 列「年度」 令和7年度の事実ですが、評価指標は令和6年度のものです",
                ":6: 列「年度」 年度不明の事実ですが、評価指標は令和6年度のものです",
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


def test_headings_without_a_column_of_their_own(tmp_path: Path) -> None:
    """Without a code column a file is refused, and without a year column it is read with a note."""
    made = Rulebook(compile_source(Source("rules", RULES)))
    (missing,) = read(made, tmp_path, ["年度", "令和6年度"]).diagnostics
    assert (missing.message, missing.span.row) == ("「団体コード」の列がありません", 1)  # type: ignore[union-attr]
    (note,) = read(made, tmp_path, ["団体コード,人口", "011002,5"]).diagnostics
    assert note.message == "「年度」の列がないので、令和6年度の事実として読みました"


def test_a_file_of_another_year_is_told_once(rulebook: Rulebook, tmp_path: Path) -> None:
    """Headings that another year's rulebook knows are not told beside the year; with one right row they are."""
    header = "団体コード,年度,昨年の項目"
    other = read(rulebook, tmp_path, [header, "011002,令和7年度,1", "131016,令和7年度,1"])
    assert codes(other) == ["H810", "H810"]
    mixed = read(rulebook, tmp_path, [header, "011002,令和7年度,1", "131016,令和6年度,1"])
    assert codes(mixed) == ["H802", "H810"]


def test_a_given_outcome_beside_an_answer_wins_in_either_order(rulebook: Rulebook, tmp_path: Path) -> None:
    """所与 and the outcome's own column may differ: the given one counts, and an empty one leaves the other."""
    given = f"所与.{COMPARED}"
    for header in (f"{given},{COMPARED}", f"{COMPARED},{given}"):
        cells = ("×,○", "○,", ",○") if header.startswith("所与") else ("○,×", ",○", "○,")
        rows = [f"{code},令和6年度,{cell}" for code, cell in zip(("011002", "131016", "271004"), cells, strict=True)]
        found = read(rulebook, tmp_path, [f"団体コード,年度,{header}", *rows])
        assert codes(found) == []
        assert found.facts is not None
        assert found.facts.outcomes[COMPARED].certain.tolist() == [False, True, True]
        assert found.facts.outcomes[COMPARED].known.all()


def test_notes_about_given_outcomes(rulebook: Rulebook, tmp_path: Path) -> None:
    """A note per leaf names the first row, both outcomes, and how many bodies differ; agreement needs none."""
    header = f"団体コード,年度,過疎,{BOTH},人口,変化率,前年度.変化率,所与.{BOTH},所与.{COMPARED}"
    rows = [
        header,
        "011002,令和6年度,○,○,10,1,2,○,○",
        "131016,令和6年度,○,○,10,1,2,×,",
        "271004,令和6年度,○,○,10,2,1,×,○",
        "012025,令和6年度,○,,10,1,,×,○",
    ]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    notes = rulebook.score(found.facts).notes("facts.csv")
    assert [(str(note.span), note.message) for note in notes] == [
        (
            f"facts.csv:4: 列「{COMPARED}」",
            f"「{COMPARED}」は 該当 と与えられましたが、値から計算すると 非該当 です（1団体。例: 271004）",
        ),
        (
            f"facts.csv:3: 列「{BOTH}」",
            f"「{BOTH}」は 非該当 と与えられましたが、値から計算すると 該当 です（2団体。例: 131016）",
        ),
    ]


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
