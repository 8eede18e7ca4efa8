"""A certificate holds as it was written or not at all: any single change is refused, or changes nothing it claims."""

import json
import random
from pathlib import Path
from typing import Any, Final

import pytest
from json_mutants import mutants
from real_commands import haiten as command
from real_commands import validated

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.files.json_files import MOST_BYTES, MOST_PARTS, JsonError, read_json
from haiten.compiler.source import Source
from haiten.scoring.proving.prove import prove
from haiten.scoring.rulebook import Rulebook
from haiten.testing.verification import verify

# Ranks, a choice, a cap, points that are not published, a maximum out of reach, a least above 0, classes and decimals.
RULES: Final = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 90以下 小数1桁
事実 件数 : 件 0以上 9以下
事実 過疎 : 該当
区分 規模 = 件数 「大」 5件以上 「小」 その他
交付金 推進 「交」 20点
未公表 3点
目標 Ⅰ 「目」 17点
指標群 (ⅰ) 「群」 17点
指標 1 「指」 4点 いずれか
ア 「a」 4点 要件 率 が 上位3割
イ 「b」 2点 要件 率 が 規模別 上位5割 又は 過疎
指標 2 「指」 4点 上限 4点
ア 「a」 3点 要件 件数 が 3件以上
イ 「b」 3点
指標 3 「指」 5点
ア 「a」 5点 要件 件数 が 0件以上
指標 4 「指」 4点
ア 「a」 2点 要件 率 が 5%以上 かつ 率 が 全国平均(率) 超
イ 「b」 2点 要件 (率 が 1%以上) でない
"""
CLAIMS: Final = ("path", "declared", "bound", "reached", "least", "status", "greatest")


def rulebook(rules: str = RULES) -> Rulebook:
    made = Rulebook(compile_source(Source("rules", rules)))
    assert made.ok, made.diagnostics
    return made


def claims(certificate: Any) -> Any:
    """What a certificate says of the rulebook; which examples show it is evidence, and who wrote it is not checked."""
    nodes = sorted(tuple(node[name] for name in CLAIMS) for node in certificate["nodes"])
    return nodes, *(certificate[name] for name in ("schema", "year", "scope", "rules"))


@pytest.fixture(scope="module")
def made() -> tuple[Rulebook, dict[str, Any]]:
    book = rulebook()
    certificate = prove(book).to_json()
    return book, validated(json.dumps(certificate), "proof-1.json")


def test_what_is_certified_has_every_kind_of_claim(made: tuple[Rulebook, dict[str, Any]]) -> None:
    """The certificate that is changed below holds, and has every kind of maximum and least."""
    book, certificate = made
    result = verify(book.program, book.fingerprint.rules, certificate)
    assert result.problems == ()
    assert result.counts == {"undisclosed": 1, "proven": 10, "unreachable": 3}
    assert {node["least"] for node in certificate["nodes"]} == {0, 5, None}
    assert (result.checked, result.examples, result.version) == (14, len(certificate["witnesses"]), "0.1.0")
    assert result.repeated == 9


def test_any_single_change_is_refused_or_changes_nothing_that_is_claimed(
    made: tuple[Rulebook, dict[str, Any]], tmp_path: Path
) -> None:
    """Values, types, members that are gone, twice, renamed or new, other orders: at every place."""
    book, certificate = made
    file, rules = tmp_path / "cert.json", book.fingerprint.rules
    all_changes = list(mutants(certificate))
    assert len(all_changes) > 3_000
    tried = random.Random(1).sample(all_changes, min(len(all_changes), examples(80)))
    accepted = 0
    for what, text in tried:
        file.write_text(text, encoding="utf-8")
        try:
            data = read_json(file)
        except JsonError:
            continue
        result = verify(book.program, rules, data)
        if not result.faults:
            assert claims(data) == claims(certificate), what
            accepted += 1
    # Evidence and order may change: that something is accepted shows that not just anything is refused.
    assert 0 < accepted < len(tried) / 5


FORGED: Final = [
    ("year", lambda c: c.update(year="令和99年度")),
    ("scope", lambda c: c.update(scope="都道府県")),
    ("rules", lambda c: c.update(rules="0" * 64)),
    ("schema", lambda c: c.update(schema="x")),
    ("nodes", lambda c: c["nodes"].pop()),
    ("nodes[14].path", lambda c: c["nodes"].append(c["nodes"][0])),
    ("nodes[3].path", lambda c: c["nodes"][3].update(path="推進.Ⅸ")),
    ("nodes[3].bound", lambda c: c["nodes"][3].update(bound=999)),
    ("nodes[3].greatest", lambda c: c["nodes"][3].update(greatest=999)),
    ("nodes[3].greatest", lambda c: c["nodes"][3].update(greatest=True)),
    ("nodes[3].status", lambda c: c["nodes"][3].update(status="undecided")),
    ("nodes[3].reached", lambda c: c["nodes"][3].update(reached=None, witness=None, status="undecided")),
    ("nodes[3].least", lambda c: c["nodes"][3].update(least=4, least_witness=c["nodes"][3]["witness"])),
    ("nodes[3].witness", lambda c: c["nodes"][3].update(witness=10**9)),
    ("witnesses", lambda c: c.update(witnesses=["団体コード"] * 31)),
]


@pytest.mark.parametrize(("where", "forge"), FORGED, ids=[f"{n} {f[0]}" for n, f in enumerate(FORGED)])
def test_a_forgery_is_told_at_its_place(made: tuple[Rulebook, dict[str, Any]], where: str, forge: Any) -> None:
    """Also where several fields were changed together so that they agree."""
    book, certificate = made
    forged = json.loads(json.dumps(certificate))
    forge(forged)
    told = [fault.where for fault in verify(book.program, book.fingerprint.rules, forged).faults]
    assert where in told
    assert len(told) < 5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("令和6年度", "令和7年度", "1団体目は 99001（別の団体コードでもよい）、例1、令和6年度 であるはずです"),
        ("99001", "9900", "1団体目は 99001（別の団体コードでもよい）、例1、令和6年度 であるはずです"),
        ("団体コード", "コード", "見出しが 団体コード、団体名、年度 で始まっていません"),
        (",率", ",比率", "見出し「比率」は、事実でも答えでもありません"),
        (",率", ",所与.推進.Ⅰ.(ⅰ).1.ア", "見出し「所与.推進.Ⅰ.(ⅰ).1.ア」は、事実でも答えでもありません"),
        (",率", ",件数", "見出し「件数」が2度あります"),
        ("{率}", "90.1", "1団体目の「率」が範囲の外です"),
        ("{率}", "-1", "1団体目の「率」が範囲の外です"),
        ("{率}", "6.25", "1団体目の「率」の桁が多すぎます"),
        ("{率}", "0" * 9 + "1" * 16, "1団体目の「率」の桁が多すぎます"),
        ("{率}", "1e1", "1団体目の「率」が数ではありません"),
        ("{率}", "６", "1団体目の「率」が数ではありません"),
        ("{過疎}", "1", "1団体目の「過疎」が ○、×、空欄のどれでもありません"),
        ("{過疎}", "○,", "1団体目の列の数が見出しと違います"),
        ("{過疎}", '"○', "CSV として読めません"),
        ("{過疎}", "○" * 200_000, "CSV として読めません"),
        ("{all}", "", '空でない文字列であるはずのところが "" です'),
        ("{all}", "団体コード,団体名,年度\r\n", "団体の数が 0 です（1から 2,000 まで）"),
    ],
)
def test_an_example_has_to_be_a_fact_file(made: tuple[Rulebook, dict[str, Any]], old: str, new: str, said: str) -> None:
    """What haiten would refuse as a fact, or does not know, proves nothing: ranges, decimals, given outcomes."""
    book, certificate = made
    forged = json.loads(json.dumps(certificate))
    text = forged["witnesses"][0]
    head, body, *others = text.split("\r\n")
    if old == "{all}":
        text = new
    elif old.startswith("{"):
        cells = body.split(",")
        cells[head.split(",").index(old.strip("{}"))] = new
        text = "\r\n".join([head, ",".join(cells), *others])
    else:
        text = text.replace(old, new, 1)
    forged["witnesses"][0] = text
    (fault,) = verify(book.program, book.fingerprint.rules, forged).faults
    assert str(fault) == f"witnesses[0]: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "入れ子が深すぎます"),
        ('{"a":' * 100_000, "入れ子が深すぎます"),
        ('{"a": 1, "a": 1}', '"a" が同じところに2度あります'),
        ("1.0", "整数ではない数 1.0 があります"),
        ("NaN", "整数ではない数 NaN があります"),
        ("-Infinity", "整数ではない数 -Infinity があります"),
        ("9" * 5_000, "数 999999999999… の桁が多すぎます（18桁まで）"),
        ("{", "JSON として読めません（1行目の2文字目）"),
        ("", "JSON として読めません（1行目の1文字目）"),
        (b"\xff", "UTF-8 の文字として読めないところがあります"),
        ("[]," * (MOST_PARTS + 1), "並びと組が多すぎます（2,000,000個まで）"),
        (" " * (MOST_BYTES + 1), "大きすぎます（32 MB まで）"),
    ],
    ids=range(12),
)
def test_json_that_readers_may_take_for_different_things_is_refused(
    text: str | bytes, said: str, tmp_path: Path
) -> None:
    """Nested, doubled, not whole, not a number, huge: told, whatever Python's own reader would make of it."""
    file = tmp_path / "cert.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(JsonError) as error:
        read_json(file)
    assert str(error.value) == said


def test_the_command_says_what_it_checked_and_what_not(tmp_path: Path) -> None:
    """The words of a certificate that holds, of one that does not, and of what is no certificate."""
    rules, certificate = tmp_path / "例.haiten", tmp_path / "cert.json"
    rules.write_text(RULES, encoding="utf-8")
    assert command("prove", rules, "--to", certificate).returncode == 1  # some maxima are out of reach
    done = command("prove", rules, "--verify", certificate)
    assert (done.returncode, done.stderr) == (0, "")
    assert "証明書は正しい（14項目: 証明した 10、届かない 3、未公表を含む 1）" in done.stdout
    assert "構造と例だけでは決まらない最大・最小 9件は、証明と同じ方法で計算し直しました。" in done.stdout
    assert "確かめていないこと: 書いた haiten の版（0.1.0 とある）。" in done.stdout
    data = json.loads(certificate.read_text(encoding="utf-8"))
    data["nodes"][0]["bound"] = 999
    certificate.write_text(json.dumps(data), encoding="utf-8")
    done = command("prove", rules, "--verify", certificate)
    assert (done.returncode, done.stdout) == (1, "")
    assert "エラー[H528] 証明書の「nodes[0].bound」が違います: 推進 の bound は 20 であるはずですが、999" in done.stderr
    for node in data["nodes"]:
        node["bound"] = 999
    certificate.write_text(json.dumps(data), encoding="utf-8")
    done = command("prove", rules, "--verify", certificate)
    assert done.stderr.count("H528") == 10
    assert "ほか4か所" in done.stderr
    for file, reason in (
        (tmp_path / "none", "ファイルがありません"),
        (tmp_path, "フォルダです"),
        ("/dev/zero", "32 MB"),
    ):
        done = command("prove", rules, "--verify", file)
        assert done.returncode == 1
        assert "H527" in done.stderr
        assert reason in done.stderr
