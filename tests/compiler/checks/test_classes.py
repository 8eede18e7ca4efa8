"""区分: classes that nobody is in, values in no class, and borders that two classes claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source

COUNT = "事実 v : 人 1以上"
RATE = "事実 v : % 0以上 100以下 小数1桁"
PLAIN = "事実 w2 : 数"
POINTS = "得点(推進.Ⅰ.(ⅰ).1.イ)"
TWO = "事実 a : 人 0以上\n事実 b : 人 1以上"


def rules(cases: str, value: str = "v", facts: str = COUNT) -> str:
    return f"""言語 1
令和6年度 市町村 評価指標
{facts}
事実 w : 数
区分 規模 = {value}
  {cases}
交付金 推進 3点
  目標 Ⅰ 3点
    指標群 (ⅰ) 3点
      指標 1 3点
        ア 1点 要件 w が 規模別 上位5割
        イ 2点
"""


def told(text: str) -> list[Diagnostic]:
    return list(compile_source(Source("r.haiten", text)).diagnostics)


@pytest.mark.parametrize(
    ("cases", "value", "facts", "code", "words"),
    [
        # Swallowed: the value shows where they go.
        ("「中」 3,000人以上 「大」 10,000人以上 「小」 その他", "v", COUNT, "H313", "10,000人 など"),
        ("「中」 10,000人未満 「小」 3,000人未満 「大」 その他", "v", COUNT, "H313", "1,500人 など|2,999人 など"),
        ("「大」 10,000人以上 「同」 10,000人以上 「小」 その他", "v", COUNT, "H313", "10,000人 など"),
        ("「中」 0.1以上 「大」 0.5以上 「小」 その他", "a ÷ b", TWO, "H313", "0.5（a"),
        ("「中」 100人以上 「大」 500人以上 「小」 その他", "a ＋ b", TWO, "H313", "500人（a"),
        ("「高」 0点以上 「低」 1点以上 「ほか」 その他", POINTS, PLAIN, "H313", "2点 など"),
        ("「中」 3人以上 「大」 5人以上 「特」 9人以上 「小」 その他", "v", COUNT, "H313", "「大」、「特」に入る"),
        # No number is in it.
        ("「大」 10人以上 「中」 10人以上 3人未満 「小」 その他", "v", COUNT, "H314", "「中」"),
        ("「大」 10人以上 「中」 3人超 3人未満 「小」 その他", "v", COUNT, "H314", "「中」"),
        # No body has such a number.
        ("「大」 10人以上 「零」 0人以下 「小」 その他", "v", COUNT, "H315", "v は1人以上、整数です"),
        ("「大」 150%以上 「小」 その他", "v", RATE, "H315", "100%以下"),
        ("「大」 50%以上 「中」 0.01%以上 0.05%以下 「小」 その他", "v", RATE, "H315", "小数1桁"),
        ("「負」 0未満 「中」 0.1以上 「小」 その他", "a ÷ b", TWO, "H315", "a ÷ b は0以上"),
        ("「高」 3点以上 「低」 その他", POINTS, PLAIN, "H315", "2点以下"),
        ("「大」 10人以上 「小」 10人未満 「ほか」 その他", "v", COUNT, "H315", "全ての値を受けます"),
        # In no class.
        ("「大」 10,000人超 「小」 10,000人未満", "v", COUNT, "H316", "値があります: 10,000人"),
        ("「大」 10人以上 「小」 9人未満", "v", COUNT, "H316", "値があります: 9人"),
        ("「大」 10人以上 「中」 3人以上", "v", COUNT, "H316", "値があります: 2人"),
        ("「小」 3人以下", "v", COUNT, "H316", "値があります: 4人"),
        ("「大」 5%超 「小」 5%未満", "a ÷ b × 100%", TWO, "H316", "5%（a "),
        ("「大」 50,001人以上 「小」 49,999人以下", "a ＋ b", TWO, "H316", "50,000人（a "),
        ("「高」 1点以上", POINTS, PLAIN, "H316", "値があります: 0点"),
        # In two of which neither holds the other.
        ("「大」 10人以上 「小」 10人以下", "v", COUNT, "H317", "10人 は、先に書いた「大」"),
        ("「大」 10人以上 「中」 5人以上 20人未満 「小」 その他", "v", COUNT, "H317", "10人 は、"),
        ("「大」 5%以上 「小」 5%以下", "a ÷ b × 100%", TWO, "H317", "5%（a "),
    ],
)
def test_what_no_author_can_mean_is_told_with_a_value(
    cases: str, value: str, facts: str, code: str, words: str
) -> None:
    """One diagnostic, at the class or the 区分, which says a value that shows it."""
    (found,) = [one for one in told(rules(cases, value, facts)) if not one.code.startswith("H2")]
    assert found.code == code
    assert any(word in found.message for word in words.split("|")), found.message


@pytest.mark.parametrize(
    ("cases", "value", "facts"),
    [
        ("「大」 10,000人以上 「中」 3,000人以上 「小」 その他", "v", COUNT),
        ("「大」 10,000人以上 「中」 3,000人以上 10,000人未満 「小」 3,000人未満", "v", COUNT),
        ("「小」 3,000人未満 「中」 10,000人未満 「大」 その他", "v", COUNT),
        ("「小」 3,000人以下 「中」 10,000人以下 「大」 10,000人超", "v", COUNT),
        ("「大」 10,000人以上 「小」 9,999人以下", "v", COUNT),
        ("「大」 10,000人以上 「小」 9,999人以下", "a ＋ b", TWO),
        ("「大」 10人以上 「小」 3人未満 「中」 0人以上", "v", COUNT),
        ("「良」 0.5%以上 「悪」 0.4%以下", "v", RATE),
        ("「高」 1点以上 「低」 その他", POINTS, PLAIN),
        ("「高」 2点以上 「低」 0点以下", POINTS, PLAIN),  # nobody has 1点
    ],
)
def test_usual_lists_are_left_alone(cases: str, value: str, facts: str) -> None:
    """Descending 以上, ascending 未満, and bands that meet on the grid of the fact."""
    assert [one for one in told(rules(cases, value, facts)) if not one.code.startswith("H2")] == []


BOUNDS = st.tuples(st.sampled_from(["以上", "以下", "超", "未満"]), st.integers(0, 9))
HOLDS = {"以上": int.__ge__, "以下": int.__le__, "超": int.__gt__, "未満": int.__lt__}


@given(st.lists(st.lists(BOUNDS, min_size=1, max_size=2), min_size=1, max_size=4), st.booleans())
def test_it_agrees_with_trying_every_value(lists: list[list[tuple[str, int]]], rest: bool) -> None:
    """A class that no value from 1 to 12 is in is told, and only such; so is a value in none, and a shared border."""
    cases: list[list[tuple[str, int]]] = [*lists, *([[]] if rest else [])]
    words = [" ".join(f"{number}人{op}" for op, number in case) or "その他" for case in cases]
    text = rules(" ".join(f"「c{n}」 {word}" for n, word in enumerate(words)), facts="事実 v : 人 1以上 12以下")
    fits = {
        value: [n for n, case in enumerate(cases) if all(HOLDS[op](value, number) for op, number in case)]
        for value in range(1, 13)
    }
    found = told(text)
    taken = {those[0] for those in fits.values() if those}
    silent = {f"「c{n}」" for n in range(len(cases))} - {f"「c{n}」" for n in taken}
    empty = [one.message.split("に入る")[0] + "」" for one in found if one.code in ("H313", "H314", "H315")]
    named = {f"「{part.strip('階級「」').split('」')[0]}」" for message in empty for part in message.split("、")}
    if any(one.code == "H313" for one in found) and rest:  # その他 has nothing left because of it
        silent.discard(f"「c{len(cases) - 1}」")
        named.discard(f"「c{len(cases) - 1}」")
    assert named == silent
    assert any(one.code == "H316" for one in found) == any(not those for those in fits.values())
    sets = [{value for value, those in fits.items() if n in those} for n in range(len(cases))]
    crossed = any(
        not (sets[a] <= sets[b] or sets[b] <= sets[a]) and any(fits[v][0] == a for v in sets[a] & sets[b])
        for b in taken
        for a in range(b)
        if cases[b]
    )
    assert any(one.code == "H317" for one in found) == crossed
    assert all(one.severity is Severity.ERROR for one in found if one.code in ("H313", "H314"))
