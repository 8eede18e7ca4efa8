"""The parts of a page beside the evaluator: cells, figures, gains, and what is saved and opened, run by Node."""

import base64
import json
import random
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from page_parts import by_node, data_of, rulebook
from real_commands import haiten as command

from haiten.backends.javascript.node import find_node
from haiten.compiler.diagnostics import Cell
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.fact_columns import schema_of
from haiten.forms.answers import Answers
from haiten.pages.known import known_of_body
from haiten.pages.page_data import PageDraft, page_data
from haiten.scoring.reading import read_columns
from haiten.scoring.reading.characters import BLANKS
from haiten.tabulation.gaps.gaps import find_gaps

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "examples" / "kitashiobara_r7.csv"


SIGNS = "0123456789.,-－▲△ー＋+０１２．，　 %％人点\u200b\u3000e円"
WORDS = ["○", "×", "〇", "◯", "✕", "該当", "非該当", "1", "0", "１", "TRUE", "false", "はい", "", " ○ ", "\ufeff×"]


def test_cells_are_read_as_haiten_reads_them() -> None:
    """Numbers in every way of writing them, with limits, and answers: the same or refused alike."""
    draw, made = random.Random(1), rulebook("r8")
    schema = schema_of(made.program)
    columns = [
        "高齢者人口",
        "給付費伸び率指数",
        "ケアプラン点検割合",
        "前年度.短期軽度変化率",
        "生活支援コーディネーター数",
    ]
    written = [
        "0",
        "12.3",
        "1,234",
        "12,34",
        "▲0.5",
        "－3",
        "100",
        "100.01",
        "9" * 15,
        "9" * 16,
        "00012",
        ".5",
        "5.",
        "%",
    ]
    written += ["".join(draw.choices(SIGNS, k=draw.randint(1, 9))) for _ in range(3000)]
    written += [
        f"{draw.randint(-5, 120)}.{draw.randint(0, 999)}{draw.choice(['', '%', '人', ' 人', '％'])}" for _ in range(500)
    ]
    cells = [(draw.choice(columns), text) for text in written]
    answer = next(leaf.path for leaf in made.program.leaves if leaf.answered)
    cells += [(answer, word) for word in WORDS]
    found = by_node("cells", data=data_of("r8"), cells=cells)
    kinds = set()
    for (column, text), told in zip(cells, found, strict=True):
        bare = text.strip(BLANKS)
        wanted: Any = None
        if bare and column == answer:
            value, mistake = read_columns.yes_no(bare, Cell(""))
            wanted = "wrong" if mistake else value
        elif bare:
            number = schema.numbers[column]
            scaled, mistake = read_columns.number(number, bare, Cell(""))
            wanted = "wrong" if mistake or scaled is None else str(Fraction(scaled, 10**number.decimals))
        assert told == wanted, (column, text)
        kinds.add("wrong" if told == "wrong" else type(told).__name__)
    assert kinds == {"wrong", "str", "bool", "NoneType"}


def test_figures_are_shown_as_haiten_shows_them() -> None:
    """Thousands, signs, and what is rounded and marked 約, with halves between two numbers of six digits."""
    draw = random.Random(2)
    figures = [
        Fraction(draw.randint(-(10**9), 10**9), draw.choice([1, 3, 7, 10, 1000, 2 * 10**6, 10**7])) for _ in range(500)
    ]
    assert by_node("figures", figures=list(map(str, figures))) == list(map(show_number, figures))


@pytest.mark.parametrize("year", ["r6", "r7"])
def test_gains_are_those_of_haiten(year: str) -> None:
    """What the total gains by each leaf that 北塩原村 lacks, with those reached together, is what ``gaps`` says."""
    made = rulebook(year)
    facts = made.read_facts(ROOT / "examples" / f"kitashiobara_{year}.csv").facts
    assert facts is not None
    data = page_data(PageDraft(made, answers=Answers(facts.bodies[0], facts, 0)))
    chances = [chance for gap in find_gaps(made.score(facts), 0).gaps for chance in gap.chances]
    won = [list(data["reached"].get(chance.path, [chance.path])) for chance in chances]
    found = by_node("gains", data=data, body=data["cells"], won=won)
    assert len(chances) > 100
    assert found == [chance.gain for chance in chances]


def saved(**more: str) -> str:
    answers = {
        "団体コード": "074021",
        "高齢者人口": "1,234",
        "推進.Ⅰ.(ⅰ).1.ア": "○",
        "備考.推進.Ⅰ.(ⅰ).1.ア": '</script>"',
        **more,
    }
    text: str = by_node("saved", data=data_of("r8"), answers=answers)
    return text


def test_a_damaged_or_foreign_file_is_refused_with_the_reason() -> None:
    """What is cut short, changed by a sign, of another program or another rulebook is not taken."""
    whole = saved()
    texts = [whole, whole[:-20], whole.replace("1,234", "1,235"), "{}", "[1]", '"a"', json.dumps({"form": "other"})]
    sound, *others = by_node("opened", data=data_of("r8"), texts=texts)
    assert sound["高齢者人口"] == "1,234"
    assert sound["備考.推進.Ⅰ.(ⅰ).1.ア"] == '</script>"'
    assert ["refused" in each for each in others] == [True] * 6
    (foreign,) = by_node("opened", data=data_of("r7"), texts=[whole])
    assert "別の評価指標" in foreign["refused"]


def test_every_change_of_one_sign_is_noticed() -> None:
    """Of a saved file nothing is taken that is not as it was written, whichever sign was changed."""
    whole, draw = saved(), random.Random(3)
    places = [place for place in draw.sample(range(len(whole)), 200) if not whole[place].isspace()]
    texts = [whole[:place] + ("x" if whole[place] != "x" else "y") + whole[place + 1 :] for place in places]
    found = by_node("opened", data=data_of("r8"), texts=texts)
    assert all("refused" in each for each in found)


def test_csv_of_the_page_is_read_by_haiten_and_refused_for_another_rulebook(tmp_path: Path) -> None:
    """What the page writes scores as what was filled in; of another year it is refused by its fingerprint."""
    made = rulebook("r7")
    facts = made.read_facts(SHEET).facts
    assert facts is not None
    data = page_data(PageDraft(made, answers=Answers(facts.bodies[0], facts, 0)))
    file = tmp_path / "調査票.csv"
    file.write_text(by_node("csv", data=data, answers=data["cells"]), encoding="utf-8", newline="")
    read = made.read_facts(file)
    assert not read.diagnostics
    assert read.facts is not None
    assert made.score(read.facts).points(None, 0) == made.score(facts).points(None, 0)
    foreign = rulebook("r6").read_facts(file)
    assert "H854" in {told.code for told in foreign.diagnostics}
    assert foreign.facts is None


def test_texts_that_look_like_formulas_are_made_harmless() -> None:
    """A remark that a spreadsheet would run has an apostrophe before it; quotes and line breaks stay in their cell."""
    answers = {"団体コード": "074021", "備考.推進.Ⅰ.(ⅰ).1.ア": '=cmd|"/c calc"!A1\n次の行', "短期軽度変化率": "-1.5"}
    text: str = by_node("csv", data=data_of("r8"), answers=answers)
    assert '"\'=cmd|""/c calc""!A1\n次の行"' in text
    assert ",-1.5" in text


def encoded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def test_csv_is_opened_by_haiten_s_headings_or_refused_with_the_reason() -> None:
    """In UTF-8 and Shift_JIS, of one body of several; unknown columns, other years and rulebooks are refused."""
    head = "団体コード,年度,高齢者人口,推進.Ⅰ.(ⅰ).1.ア\r\n"
    files = [
        (encoded("\ufeff" + head + "074021,令和8年度,100,○\r\n"), ""),
        (encoded(head + "074021,令和8年度,100,○\r\n", "cp932"), ""),
        (
            encoded("属性.担当課," + head + "介護課,074021,,100,○\r\n".replace("\r\n", "\r\n介護課,074039,,200,×\r\n")),
            "074039",
        ),
        (encoded(head + "074021,,100,○\r\n074039,,200,×\r\n"), ""),
        (encoded(head + "074021,令和7年度,100,○\r\n"), ""),
        (encoded("団体コード,知らない列\r\n074021,1\r\n"), ""),
        (encoded("団体コード,規則の指紋\r\n074021,abc\r\n"), ""),
        (encoded('団体コード,高齢者人口\r\n074021,"1\r\n'), ""),
        (encoded("高齢者人口\r\n1\r\n"), ""),
        (base64.b64encode(b"\xff\xfe\x81").decode(), ""),
        (base64.b64encode(b"PK\x03\x04\x14\x00\x06\x00").decode(), ""),
        (base64.b64encode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").decode(), ""),
    ]
    found = by_node("read", data=data_of("r8"), files=files)
    assert found[0] == found[1] == {"団体コード": "074021", "高齢者人口": "100", "推進.Ⅰ.(ⅰ).1.ア": "○"}
    assert (found[2]["高齢者人口"], found[2]["属性.担当課"]) == ("200", "介護課")
    assert ["refused" in each for each in found[3:]] == [True] * 9
    assert "2団体" in found[3]["refused"]
    assert all("シートを CSV で保存" in each["refused"] for each in found[-2:])


def test_the_command_holds_the_page_to_haiten(tmp_path: Path) -> None:
    """``--verify`` tells how many sheets came out alike, and the page says so at its end."""
    to = tmp_path / "page.html"
    done = command("page", ROOT / "rules/r8/municipal.haiten", "--verify", "--sheets", "30", "--to", to)
    assert done.returncode == 0
    assert "30枚のうち30枚" in done.stderr
    assert "調査票30枚で haiten の採点と照合し、30枚で全て" in to.read_text(encoding="utf-8")
    alone = command("page", ROOT / "rules/r7/prefectural.haiten", "--verify", "--sheets", "10")
    assert (alone.returncode, alone.stdout) == (0, "")
    assert "10枚のうち10枚" in alone.stderr


def test_a_page_that_scores_otherwise_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs is told, and no page is written."""
    from haiten.backends.javascript import node

    sound = node.score_by_node

    def wrong(batches: Any) -> Any:
        found = sound(batches)
        found[0][0]["nodes"][0][0] += 1
        return found

    monkeypatch.setattr("haiten.pages.agreement.score_by_node", wrong)
    to = tmp_path / "page.html"
    done = command("page", ROOT / "rules/r8/municipal.haiten", "--verify", "--sheets", "5", "--to", to)
    assert done.returncode == 1
    assert "5枚のうち4枚" in done.stderr
    assert "推進" in done.stderr
    assert not to.exists()


def test_the_module_scores_under_node(tmp_path: Path) -> None:
    """The module alone, imported by a script of somebody else, gives haiten's points."""
    file = tmp_path / "rules.mjs"
    assert command("page", ROOT / "rules/r7/municipal.haiten", "--to", file).returncode == 0
    facts = rulebook("r7").read_facts(SHEET).facts
    assert facts is not None
    known = known_of_body(facts).to_json()
    script = tmp_path / "use.mjs"
    script.write_text(
        f"import {{ scoreBody }} from './rules.mjs';\nconst known = {json.dumps(known)};\n"
        "for (const name of Object.keys(known.numbers)) known.numbers[name] = String(eval(known.numbers[name]));\n"
        "console.log(JSON.stringify(scoreBody(known).total));\n",
        encoding="utf-8",
    )
    node = find_node()
    assert node is not None
    done = subprocess.run([node, script], capture_output=True, encoding="utf-8", check=True)
    points = rulebook("r7").score(facts).points(None, 0)
    assert json.loads(done.stdout) == {"certain": points.certain, "possible": points.possible}
