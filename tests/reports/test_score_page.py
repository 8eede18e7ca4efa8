"""The page of a body's scores: its figures are those of the commands, and what is unknown is said to be unknown."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

import haiten as library
from haiten.views.console.terminal import show_range
from page_checks import wrong_with

RULES = {year: ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8")}
VILLAGE = {year: ROOT / "examples" / f"kitashiobara_{year}.csv" for year in ("r6", "r7")}
TOWNS = {year: ROOT / "examples" / f"higashikawa_biei_{year}.csv" for year in ("r6", "r7", "r8")}
EVIL = "</script><script>alert(1)</script>=1+1<b onclick=x>&\"'\x1b[31m\u202e\u2066名"


def made(*arguments: object, status: int = 0) -> str:
    """A page by the command."""
    done = haiten("report", "score", *arguments)
    assert done.returncode == status, done.stderr
    return done.stdout


def plain(page: str) -> str:
    """What a page says, without markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def summary_of(page: str, path: str) -> str:
    """The line of a node: its summary, or its heading."""
    found = re.search(rf'id="{re.escape(path)}"[^>]*>\s*(.*?)</(?:summary|h\d)>', page, re.DOTALL)
    assert found, path
    return plain(found[1])


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A nation of 60 bodies for R7, of which the village is one, and its cut-offs."""
    folder = tmp_path_factory.mktemp("nation")
    head, row = VILLAGE["r7"].read_text(encoding="utf-8-sig").strip().splitlines()
    cells = row.split(",")
    code, name, prefecture = (head.split(",").index(word) for word in ("団体コード", "団体名", "都道府県"))
    rows = []
    for number in range(60):
        # The answers of every third body are turned; codes of ten digits are those of bodies that are made up.
        turn = {"1": "0", "0": "1"} if number % 3 == 0 else {}
        made_up = [turn.get(cell, cell) for cell in cells]
        made_up[code], made_up[name] = f"99{number:08d}", f"団体{number}"
        made_up[prefecture] = f"県{number % 2}"
        rows.append(",".join(made_up))
    whole = folder / "nation.csv"
    whole.write_text("\n".join([head, row, *rows]) + "\n", encoding="utf-8")
    cutoffs = folder / "cutoffs.json"
    assert haiten("score", RULES["r7"], whole, "--save-cutoffs", cutoffs).returncode == 0
    return {"facts": whole, "cutoffs": cutoffs}


@pytest.fixture(scope="module")
def village() -> str:
    return made(RULES["r7"], VILLAGE["r7"], "--previous", RULES["r6"], VILLAGE["r6"])


def test_every_node_has_its_place_and_its_points(village: str) -> None:
    """Under its path, which a link leads to: the points and verdicts of the evaluator."""
    scores = library.compile(RULES["r7"]).score(VILLAGE["r7"])
    for path, node in scores.program.nodes.items():
        said = summary_of(village, path)
        assert show_range(scores.points(path, 0)) in said, path
        if node.is_leaf:
            assert scores.verdict(path, 0).japanese in said, path
    assert wrong_with(village) == []
    assert len(village.encode()) < 2_000_000


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
def test_pages_of_all_years_are_sound(year: str) -> None:
    """With and without the year before; the page says which it is of."""
    last = {"r6": [], "r7": ["r6"], "r8": ["r7"]}[year]
    before = [part for then in last for part in ("--previous", RULES[then], TOWNS[then])]
    page = made(RULES[year], TOWNS[year], "--body", "014583", *before)
    assert wrong_with(page) == []
    assert f"東川町　令和{year[1]}年度の評価結果" in page
    assert len(page.encode()) < 2_000_000


def test_what_is_lost_adds_up(village: str) -> None:
    """The indicators in the list of losses come to 満点 − 得点, the greatest first."""
    table = village.split('id="losses"')[1].split("</table>")[0]
    lost = [int(number) for number in re.findall(r"<strong>(\d+)点</strong>", table)]
    assert sum(lost) == 800 - 339
    assert lost == sorted(lost, reverse=True)
    assert "失点は全部で461点（満点800点 － 得点339点）" in plain(village)


def test_what_moved_is_the_difference_of_two_scores(village: str) -> None:
    """An item that moved names its place of then; one that is gone or new says so."""
    text = plain(village)
    assert "令和6年度の295点（満点800点）から、令和7年度の339点へ。+44点" in text
    assert "-20点（20点 → なし、廃止）" in text
    assert "（当時は 支援.Ⅰ.(ⅰ).4.エ）" in text
    assert "この項目はなかった" in text


def test_why_points_moved_is_what_why_says(village: str) -> None:
    """The parts on the front page are those of ``haiten why``, and add up to the difference."""
    said = plain(village).split("内訳は、")[1].split("（")[0]
    parts = [int(number) for number in re.findall(r"([-+]?\d+)点", said)]
    assert sum(parts) == 339 - 295
    told = json.loads(haiten("why", RULES["r6"], VILLAGE["r6"], RULES["r7"], VILLAGE["r7"], "--json").stdout)
    whole = told["nodes"][0]["parts"]
    assert parts == [whole[name]["certain"] for name in told["order"] if name not in told["inert"]]
    assert 'id="why-moved"' in village


def test_the_amendment_that_last_touched_an_item_is_told(village: str) -> None:
    """With its reason and its place, as ``history`` tells it."""
    item = village.split('id="支援.Ⅰ.(ⅰ).4.ウ"')[1].split("</details>")[0]
    assert "令和7年度 配点の変更: 意見を聴く相手を、外部の関係者と参加者に分ける" in plain(item)
    assert "r7/municipal.haiten:36:1" in item
    assert "令和7年度 新設" in plain(village.split('id="支援.Ⅰ.(ⅰ).4.エ"')[1].split("</details>")[0])


def test_a_nation_that_is_not_known_has_no_figures(village: str) -> None:
    """No mean, no rank, no share: they are unknown, and why is said."""
    text = plain(village)
    assert "全国順位不明全国の得点がないため" in text.replace(" ", "")
    assert "全国の平均・順位・該当率は出していない" in text
    assert "全国平均" not in text
    assert "該当率不明" in text.replace(" ", "")
    assert "全国の該当率が分からないので、易しさは示せない" in text


def test_figures_of_the_nation_are_those_of_stats(nation: dict[str, Path]) -> None:
    """Means, ranks and shares, from the facts of all and from cut-offs alike."""
    done = haiten("stats", RULES["r7"], nation["facts"], "--body", "074021", "--table", "順位", "--json")
    table = json.loads(done.stdout)["tables"][0]
    names = [column["name"] for column in table["columns"]]
    rank = table["rows"][0][names.index("総計 全国順位")]
    whole = plain(made(RULES["r7"], nation["facts"], "--body", "074021"))
    alone = plain(made(RULES["r7"], VILLAGE["r7"], "--cutoffs", nation["cutoffs"]))
    for text in (whole, alone):
        squeezed = text.replace(" ", "")
        assert f"全国順位{rank:,}位61団体の中" in squeezed
        assert re.search(r"該当率全国[\d.]+%", squeezed)
    assert "県内順位1位" in whole.replace(" ", "")
    assert "県内順位不明" in alone.replace(" ", "")
    mean = haiten("stats", RULES["r7"], nation["facts"], "--table", "平均点", "--json")
    cells = next(row for row in json.loads(mean.stdout)["tables"][0]["rows"] if "平均点" in row)
    shown = cells[-1]["shown"] if isinstance(cells[-1], dict) else str(cells[-1])
    assert f"全国平均 {float(shown):.1f}点" in whole


def test_two_towns_are_not_their_prefecture() -> None:
    """Means of a part of a prefecture are called by what they are of."""
    text = plain(made(RULES["r8"], TOWNS["r8"], "--body", "014583"))
    assert "北海道の2団体平均" in text.replace(" ", "")
    assert "事実ファイルの中の順位" in text
    assert "県内順位" not in text


def test_what_is_unknown_is_a_range_everywhere(tmp_path: Path) -> None:
    """A body without answers has 0 to 800 points, no strength, no weakness, and nothing that it surely lost."""
    facts = tmp_path / "facts.csv"
    facts.write_text("団体コード,団体名\n074021,北塩原村\n", encoding="utf-8")
    page = made(RULES["r6"], facts)
    text = plain(page)
    assert "0–800点" in text
    assert "失点は全部で0–800点" in text
    assert "失点はない" not in text
    assert "答えていない項目が264ある" in text
    assert not re.search(r"(?<![–\d])0/\d+点", plain(page.split('id="items"')[1].split('id="sources"')[0]))
    assert "？ 未回答" in text
    assert wrong_with(page) == []


def test_what_is_told_of_the_scores_is_on_the_page_too() -> None:
    """A given result that the values speak against, in this year and in the one before."""
    note = "採点について知っておくこと"
    page = plain(made(RULES["r7"], TOWNS["r7"], "--body", "014583"))
    assert "推進.Ⅰ.(ⅱ).1.イ" in page.split(note)[1]
    later = made(RULES["r8"], TOWNS["r8"], "--body", "014583", "--previous", RULES["r7"], TOWNS["r7"])
    assert "推進.Ⅰ.(ⅱ).1.イ" in plain(later).split(note)[1]


def test_prefectures_whose_totals_are_given() -> None:
    """Their points are known, their items are not: nothing is called lost or unlost that is not."""
    page = made(
        ROOT / "rules" / "r8" / "prefectural.haiten", ROOT / "examples" / "prefectures" / "r8.csv", "--body", "040002"
    )
    text = plain(page)
    assert "587点" in text
    assert "得点は与えられた計によるので、決まっている" in text
    assert "どの項目での失点かは、決まっていない" in text
    assert wrong_with(page) == []


def test_texts_of_facts_and_rules_are_inert(tmp_path: Path) -> None:
    """Markup, scripts, formulas, escape sequences and marks of direction in names, 根拠, 備考 and rules."""
    head, row = VILLAGE["r7"].read_text(encoding="utf-8-sig").strip().splitlines()
    name = row.split(",")[head.split(",").index("団体名")]
    quoted = '"' + EVIL.replace('"', '""') + '"'
    item = "推進.Ⅰ.(ⅰ).1.ア"
    facts, rules = tmp_path / "facts.csv", tmp_path / "rules.haiten"
    lines = f"{head},根拠.{item},備考.{item}\n{row.replace(name, quoted)},{quoted},{quoted}\n"
    facts.write_text(lines, encoding="utf-8")
    whole = haiten("consolidate", RULES["r7"]).stdout
    rules.write_text(whole.replace("難聴について住民に知らせている", "</script><img src=x>=難聴"), encoding="utf-8")
    page = made(rules, facts)
    assert wrong_with(page) == []
    assert page.count("<script") == 1
    assert "<img" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", page)
    text = unescape(page)
    assert text.count("alert(1)") >= 4  # in the title, the heading, 根拠 and 備考
    assert "\\u202e" in text
    assert "<img src=x>=難聴" in text
