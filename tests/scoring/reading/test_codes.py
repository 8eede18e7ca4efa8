"""Codes of bodies: the list of them, lost zeros, rows that are no bodies, names of others, changed codes."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fact_files import codes, read, small_rulebook
from haiten.scoring.reading.codes import check_digit
from haiten.scoring.reading.how import HowToRead
from haiten.scoring.reading.municipalities import ListedBody, listed, plain_name
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.rulebook import Rulebook

TODAY = [entry for entry in listed().values() if not entry.until]
MUNICIPALITIES = [entry for entry in TODAY if entry.kind == "市町村"]
WARDS = [entry for entry in TODAY if entry.kind == "区"]
PREFECTURES = [entry for entry in TODAY if entry.kind == "都道府県"]
# 市町村 per prefecture, with the 23 特別区 (総務省).
SIZES = (
    *(179, 40, 33, 35, 25, 35, 59, 44, 25, 35, 63, 54, 62, 33, 30, 15, 19, 17, 27, 77, 42, 35, 54, 29),
    *(19, 26, 43, 41, 39, 30, 19, 19, 27, 23, 19, 24, 17, 20, 34, 60, 20, 21, 45, 18, 26, 43, 41),
)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


def rows_of(entries: list[ListedBody], *, zeros: bool = True, digits: int = 6) -> list[list[Any]]:
    """Rows with codes as texts, or as the numbers that a spreadsheet makes of them."""
    given = [entry.code[:digits] if zeros else int(entry.code[:digits]) for entry in entries]
    return [
        [code, entry.name, entry.prefecture, "令和6年度", 1000 + place]
        for place, (code, entry) in enumerate(zip(given, entries, strict=True))
    ]


HEAD = ["団体コード", "団体名", "都道府県", "年度", "人口"]


def table(rulebook: Rulebook, folder: Path, rows: list[list[Any]], kind: str = "utf-8", **how: Any) -> FactsRead:
    """Read rows that are written as a text of an encoding, or as a workbook."""
    if kind == "xlsx":
        path = folder / "facts.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([HEAD, *rows]):
                sheet.write_row(number, 0, row)
    else:
        path = folder / "facts.csv"
        text = "".join(",".join(str(cell) for cell in row) + "\r\n" for row in [HEAD, *rows])
        path.write_bytes(text.encode(kind))
    return rulebook.read_facts(path, how=HowToRead(**how))


def bodies(found: FactsRead) -> list[tuple[str, str]]:
    assert found.facts is not None, found.diagnostics[:5]
    return [(body.code, body.name) for body in found.facts.bodies]


def test_the_list_is_that_of_the_country() -> None:
    """47 prefectures, 1,741 municipalities in their numbers, 171 wards of 20 cities; every check digit is right."""
    assert (len(PREFECTURES), len(MUNICIPALITIES), len(WARDS)) == (47, 1741, 171)
    counted = Counter(entry.code[:2] for entry in MUNICIPALITIES)
    assert tuple(counted[f"{number:02}"] for number in range(1, 48)) == SIZES
    assert len({entry.code[:2] for entry in PREFECTURES}) == 47
    assert all(entry.code[5] == check_digit(entry.code) for entry in listed().values())
    cities = {entry.code[:5]: entry.name for entry in MUNICIPALITIES}
    assert len({city for entry in WARDS for city in cities.values() if entry.name.startswith(city)}) == 20
    assert {entry.name for entry in WARDS if entry.name.startswith("浜松市")} == {
        "浜松市中央区",
        "浜松市浜名区",
        "浜松市天竜区",
    }
    assert all(not listed()[entry.successor[:5]].until for entry in listed().values() if entry.successor)


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "cp932", "utf-16", "xlsx"])
def test_all_real_codes_and_names_go_round(rulebook: Rulebook, tmp_path: Path, kind: str) -> None:
    """1,741 bodies keep their codes and names, without a word."""
    found = table(rulebook, tmp_path, rows_of(MUNICIPALITIES), kind)
    assert found.diagnostics == ()
    assert bodies(found) == [(entry.code, entry.name) for entry in MUNICIPALITIES]
    prefectural = small_rulebook(scope="都道府県")
    found = table(prefectural, tmp_path, rows_of(PREFECTURES), kind)
    assert found.diagnostics == ()
    assert bodies(found) == [(entry.code, entry.name) for entry in PREFECTURES]


@pytest.mark.parametrize("kind", ["utf-8", "xlsx"])
@pytest.mark.parametrize("digits", [5, 6])
def test_zeros_of_the_whole_nation_are_put_back(rulebook: Rulebook, tmp_path: Path, kind: str, digits: int) -> None:
    """As numbers, 01–09 lose their zero: it is put back, told once and first, and no code is doubled."""
    found = table(rulebook, tmp_path, rows_of(MUNICIPALITIES, zeros=False, digits=digits), kind)
    assert [d.code for d in found.diagnostics] == ["H831"]
    lost = sum(entry.code < "1" for entry in MUNICIPALITIES)
    assert f"{lost}件" in found.diagnostics[0].message
    assert bodies(found) == [(entry.code[:digits], entry.name) for entry in MUNICIPALITIES]


@pytest.mark.parametrize("prefecture", [f"{number:02}" for number in range(1, 48)])
@pytest.mark.parametrize("digits", [5, 6])
def test_zeros_of_one_prefecture(rulebook: Rulebook, tmp_path: Path, prefecture: str, digits: int) -> None:
    """Each prefecture's codes are decided alone too, without names."""
    own = [entry for entry in MUNICIPALITIES if entry.code.startswith(prefecture)]
    rows = [[row[0], "", "", *row[3:]] for row in rows_of(own, zeros=False, digits=digits)]
    found = table(rulebook, tmp_path, rows)
    assert [code for code, _ in bodies(found)] == [entry.code[:digits] for entry in own]
    assert [d.code for d in found.diagnostics] == (["H831"] if prefecture < "10" else [])


def test_a_code_that_fits_both_ways(rulebook: Rulebook, tmp_path: Path) -> None:
    """12203 is 市川市's five digits and 012203 without its zero: the name decides, the rest of the file, or nobody."""

    def row(code: object, name: str = "", prefecture: str = "") -> list[object]:
        return [code, name, prefecture, "R6", 5]

    alone = table(rulebook, tmp_path, [row(12203)])
    assert [d.message for d in alone.diagnostics] == [
        "団体コード「12203」は、2通りに読めます（122033 市川市 と 012203 士別市）"
    ]
    assert bodies(table(rulebook, tmp_path, [row(12203, "士別市")]))[0][0] == "012203"
    assert bodies(table(rulebook, tmp_path, [row(12203, listed()["12203"].name)]))[0][0] == "12203"
    assert bodies(table(rulebook, tmp_path, [row(12203, "", "北海道")]))[0][0] == "012203"
    assert bodies(table(rulebook, tmp_path, [row(12203), row(11002)]))[0][0] == "012203"
    assert bodies(table(rulebook, tmp_path, [row(12203), row(13101)]))[0][0] == "12203"
    assert codes(table(rulebook, tmp_path, [row(12203), row(13101), row(11002)])) == ["H840", "H831", "H819"]


def test_a_zero_put_back_may_show_a_doubled_body(rulebook: Rulebook, tmp_path: Path) -> None:
    """11002 is 011002, which must not stand there twice."""
    found = read(rulebook, tmp_path, ["団体コード,年度", "011002,R6", "11002,R6"])
    assert codes(found) == ["H831", "H804"]


def test_made_up_codes_that_look_like_a_prefecture(rulebook: Rulebook, tmp_path: Path) -> None:
    """10006 is 010006 北海道 only beside other lost zeros, or by its name."""
    made_up = read(rulebook, tmp_path, ["団体コード,年度", *(f"{10_001 + n},R6" for n in range(90))])
    assert codes(made_up) == []
    for rows in (["11002,,R6", "10006,,R6"], ["10006,北海道,R6"]):
        assert codes(read(rulebook, tmp_path, ["団体コード,団体名,年度", *rows])) == ["H831", "H838"]


@pytest.mark.parametrize("code", ["99007", "99001", "50016", "990027", "9900001", "01800", "018201", "40999"])
def test_invented_bodies_and_unions_are_no_alarm(rulebook: Rulebook, tmp_path: Path, code: str) -> None:
    """Codes of no prefecture, local codes, and those of 広域連合 and 一部事務組合 pass."""
    whole = code if len(code) != 6 else code[:5] + check_digit(code)
    assert codes(read(rulebook, tmp_path, ["団体コード,団体名,年度", f"{whole},A広域連合,R6"])) == []


def test_a_code_that_nobody_has_is_told(rulebook: Rulebook, tmp_path: Path) -> None:
    """A number that could be a municipality's, and is not, is a warning: the list may be older than the file."""
    found = read(rulebook, tmp_path, ["団体コード,団体名,年度", "01101,,R6", "01299,X市,R6"])
    assert codes(found) == ["H838", "H842"]
    found = read(rulebook, tmp_path, ["団体コード,団体名,年度", "01299,X市,R6"])
    assert codes(found) == ["H842"]
    assert found.facts is not None


OTHERS = {
    "都道府県": PREFECTURES,
    "政令指定都市の区": [*WARDS, *(e for e in listed().values() if e.kind == "区" and e.until)],
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("where", ["before", "after", "between"])
def test_rows_of_others_are_told_or_left_out(rulebook: Rulebook, tmp_path: Path, kind: str, where: str) -> None:
    """47 prefectures or all wards among 1,741 bodies: one error; with the option, a note and points as without."""
    own, others = rows_of(MUNICIPALITIES), rows_of(OTHERS[kind])
    place = {"before": 0, "after": len(own), "between": 700}[where]
    mixed = [*own[:place], *others, *own[place:]]
    refused = table(rulebook, tmp_path, mixed)
    assert [d.code for d in refused.diagnostics] == ["H838"]
    assert refused.facts is None
    assert f"{kind}の行が{len(others)}行あります" in refused.diagnostics[0].message
    left = table(rulebook, tmp_path, mixed, skip_others=True)
    assert [d.code for d in left.diagnostics] == ["H839"]
    assert all(entry.code in left.diagnostics[0].message for entry in OTHERS[kind])
    plain = table(rulebook, tmp_path, own)
    assert bodies(left) == bodies(plain)
    assert left.facts is not None
    assert plain.facts is not None
    assert [left.facts.numbers["人口"][i] for i in range(1741)] == [plain.facts.numbers["人口"][i] for i in range(1741)]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("000000,全国,R6,99,", "合計や平均"),
        ("00000,,R6,99,", "合計や平均"),
        ("999999,平均,R6,99,", "合計や平均"),
        ("99999,全国計,R6,99,", "合計や平均"),
        ("049999,宮城県計,R6,99,", "合計や平均"),
        ("012999,市計,R6,99,", "合計や平均"),
        ("9999999,合計,R6,99,", "合計や平均"),
        (",合計,,99,", "合計や平均"),
        ("合計,,,99,", "合計や平均"),
        (",平均,,99.5,", "合計や平均"),
        (",県計,,多い,", "合計や平均"),
        ("※ 人口は4月1日現在,,,,", "注"),
        ("（注）速報値,,,,", "注"),
        (",注1) 速報値,,,", "注"),
        ("出典：国勢調査,,,,", "注"),
    ],
)
def test_totals_and_notes(rulebook: Rulebook, tmp_path: Path, row: str, kind: str) -> None:
    """What stands under a table is told once, whatever its cells hold, and left out by the option."""
    head, own = "団体コード,団体名,年度,人口,属性.a", "011002,札幌市,R6,5,"
    found = read(rulebook, tmp_path, [head, own, row])
    assert codes(found) == ["H838"]
    assert f"{kind}の行が1行あります" in found.diagnostics[0].message
    left = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(skip_others=True))
    assert codes(left) == ["H839"]
    assert bodies(left) == [("011002", "札幌市")]


def test_a_total_among_made_up_bodies(rulebook: Rulebook, tmp_path: Path) -> None:
    """Where all codes are invented, the name alone tells; the total of the wards is the city, whose code is known."""
    head = "団体コード,団体名,年度,人口"
    found = read(rulebook, tmp_path, [head, "9900001,A市,R6,5", "9900002,合計,R6,5"])
    assert codes(found) == ["H838"]
    assert "9900002 合計" in found.diagnostics[0].message
    city = read(rulebook, tmp_path, [head, "011002,札幌市計,R6,5"])
    assert bodies(city) == [("011002", "札幌市計")]


@pytest.mark.parametrize(
    "row", [",札幌市,R6,5,", ",,R6,5,", "abc,,R6,5,", ",,,,x", "覚え書き,,,,", ",計画中の村,R6,5,"]
)
def test_a_body_without_a_code_is_never_left_out(rulebook: Rulebook, tmp_path: Path, row: str) -> None:
    """Only what is plainly no body is left out."""
    read(rulebook, tmp_path, ["団体コード,団体名,年度,人口,属性.a", "131016,千代田区,R6,5,", row])
    left = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(skip_others=True))
    assert "H814" in codes(left)
    assert left.facts is None


def test_municipalities_in_a_prefectural_rulebook(tmp_path: Path) -> None:
    """They are no bodies there."""
    book = small_rulebook(scope="都道府県")
    found = table(book, tmp_path, rows_of([*PREFECTURES[:2], *MUNICIPALITIES[:3], *WARDS[:1]]))
    assert [d.message[:12] for d in found.diagnostics] == ["市町村の行が3行あります", "政令指定都市の区の行が1"]
    left = table(book, tmp_path, rows_of([*PREFECTURES[:2], *MUNICIPALITIES[:3]]), skip_others=True)
    assert [code for code, _ in bodies(left)] == ["010006", "020001"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("011002,函館市,,R6", "H841"),
        ("011002,府中市,,R6", "H841"),
        ("131016,東京都中央区,,R6", "H841"),
        ("011002,札幌市,東京都,R6", "H844"),
        ("04423,富谷町,宮城県,R6", "H843"),
        ("403059,那珂川町,,R6", "H843"),
    ],
)
def test_codes_that_speak_against_the_rest(rulebook: Rulebook, tmp_path: Path, row: str, code: str) -> None:
    """Another body's name or prefecture, or the code of what is no more, is an error that says both."""
    found = read(rulebook, tmp_path, ["団体コード,団体名,都道府県,年度", row])
    assert codes(found) == [code]


@pytest.mark.parametrize(
    "row",
    [
        "011002,札幌市,北海道,R6",
        "011002,北海道札幌市,X県,R6",
        "013048,石狩郡 新篠津村,,R6" if "01304" in listed() else "011002,札幌市,,R6",
        "394050,檮原町,高知県,R6",
        "394050,高岡郡梼原町,高知県,R6",
        "022012,A市,,R6",
        "023213,鰺ケ沢町,,R6",
        "132063,府中市,東京都,R6",
        "342084,府中市,広島県,R6",
        "261009,京 都 市,京都府,R6",
        "212032,高山市,岐阜県,R6",
    ],
)
def test_names_in_other_writings_are_right(rulebook: Rulebook, tmp_path: Path, row: str) -> None:
    """Prefectures and counties before a name, old characters, invented names: no word."""
    assert codes(read(rulebook, tmp_path, ["団体コード,団体名,都道府県,年度", row])) == []


def test_plain_names_of_the_list() -> None:
    """No municipality's name loses a part of itself: 郡山市, 蒲郡市, 大和郡山市 and 小郡市 keep theirs."""
    for entry in MUNICIPALITIES:
        assert plain_name(f"{entry.prefecture}{entry.name}", entry.prefecture) == plain_name(entry.name)
        if "郡" in entry.name:
            assert "郡" in plain_name(entry.name)


def test_changed_codes(rulebook: Rulebook, tmp_path: Path) -> None:
    """A file of pairs puts new codes in the place of old ones, with a note; what is no such file is told."""
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("旧コード,新コード\n04423,042161\n", encoding="utf-8")
    read(rulebook, tmp_path, ["団体コード,団体名,年度", "044237,富谷市,R6"])
    found = rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(codes=pairs))
    assert codes(found) == ["H845"]
    assert bodies(found) == [("042161", "富谷市")]
    for text in ("", "a,b\n", "04423\n", "04423,042161\n04423,011002\n", "04423,富谷市\n"):
        pairs.write_text(text, encoding="utf-8")
        assert codes(rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(codes=pairs))) == ["H846"]
    assert codes(rulebook.read_facts(tmp_path / "facts.csv", how=HowToRead(codes=tmp_path / "none.csv"))) == ["H846"]


@pytest.mark.parametrize("kind", ["utf-8", "xlsx"])
def test_prefectures_go_by_their_number(kind: str, tmp_path: Path) -> None:
    """Of prefectures the number of two digits (JIS X 0401) is a code; one that lost its zero is told once."""
    book = small_rulebook(scope="都道府県")
    names = {entry.code[:2]: entry for entry in PREFECTURES}
    rows = [[number, entry.name, entry.name, "令和6年度", 1000] for number, entry in names.items()]
    found = table(book, tmp_path, rows, kind)
    assert (bodies(found), found.diagnostics) == ([(e.code, e.name) for e in names.values()], ())
    assert found.facts is not None
    scores = book.score(found.facts)
    assert [scores.index(code) for code in ("04", "4", "04000", "040002", "99", "")] == [3, 3, 3, 3, None, None]
    cut = table(book, tmp_path, [[int(row[0]), *row[1:]] for row in rows], kind)
    assert (bodies(cut), codes(cut)) == (bodies(found), ["H831"])
    assert "9件" in str(cut.diagnostics[0].message)
    assert "H814" in codes(table(book, tmp_path, [["48", "", "", "令和6年度", 1000]], kind))


def test_a_number_of_two_digits_is_no_municipality(rulebook: Rulebook, tmp_path: Path) -> None:
    """Where bodies are municipalities, it is no code."""
    assert "H814" in codes(table(rulebook, tmp_path, [["04", "宮城県", "", "令和6年度", 1000]]))
