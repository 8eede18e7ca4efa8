"""A mistake of the amended whole names the amendment that caused it, not the one that came last."""

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source, Span

BASE = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
事実 参加者 : 人 0以上
事実 面積 : 数 1以上
区分 規模 = 人口
  「大」 10人以上
  「小」 その他
交付金 推進 「交」 12点
  目標 Ⅰ 「目」 12点
    指標群 (ⅰ) 「群」 12点
      指標 1 「指」 6点
        割合 = 参加者 ÷ 面積
        ア 「A」 2点
        イ 「B」 2点 要件 割合 が 3人以上
        ウ 「C」 2点 要件 規模 が 「大」
      指標 2 「数」 6点
        ア 「D」 2点
        イ 「E」 2点
        ウ 「F」 2点
"""
ONE, TWO = "推進.Ⅰ.(ⅰ).1", "推進.Ⅰ.(ⅰ).2"
LATER = f"{TWO} の文「数」を「数の指標」に改める。"


@pytest.mark.parametrize(
    ("amendments", "code", "cause"),
    [
        # Another added the points; the last one only moved others about.
        (
            f"{TWO} の次に次のように加える。\n  指標 3 「新」 3点\n{TWO}.ア の配点「2点」を「1点」に改める。\n"
            f"{TWO} の配点「6点」を「5点」に改める。",
            "H401",
            1,
        ),
        # The total was raised first, and what was to fill it falls short.
        (f"{ONE} の配点「6点」を「9点」に改める。\n{ONE}.ア の配点「2点」を「3点」に改める。\n{LATER}", "H401", 1),
        (f"{TWO}.ア の配点「2点」を「1点」に改める。\n{LATER}", "H401", 1),
        (f"{TWO} の方式「合算」を「いずれか」に改める。\n{LATER}", "H401", 1),
        (
            f"{LATER.replace('数の指標', '別')}\n{TWO}.ウ を {ONE}.エ とする。\n{ONE}.ア 中「A」を「AA」に改める。",
            "H401",
            2,
        ),
        # A label is left out.
        (f"{TWO}.イ を削る。\n{TWO}.ウ の配点「2点」を「4点」に改める。", "H206", 1),
        (f"{TWO}.ア を削る。\n{TWO}.ウ の配点「2点」を「4点」に改める。", "H206", 1),
        (
            f"{TWO}.ア を {ONE}.エ とする。\n{TWO} の配点「6点」を「4点」に改める。\n"
            f"{ONE} の配点「6点」を「8点」に改める。",
            "H206",
            1,
        ),
        # Nothing reads it any more.
        (f"{ONE}.ウ の要件「規模 が 「大」」を削る。\n{LATER}", "H207", 1),
        (f"{ONE}.イ を次のように改める。\n  イ 「B」 2点\n{LATER}", "H207", 1),
        (
            f"{ONE}.イ の要件「割合 が 3人以上」を「参加者 が 1人以上」に改める。\n{ONE}.イ 中「B」を「BB」に改める。",
            "H207",
            1,
        ),
        (f"{ONE}.ウ を削る。\n{ONE}.ア の配点「2点」を「4点」に改める。", "H207", 1),
        (f"{ONE} の定義「割合 = 参加者 ÷ 面積」を「割合 = 参加者 ÷ 1」に改める。\n{LATER}", "H207", 1),
        (
            "区分 規模 を次のように改める。\n  区分 規模 = 面積\n    「大」 10以上\n    「小」 その他\n" + LATER,
            "H207",
            1,
        ),
        # What stands in the base may be wrong only now.
        (f"{ONE}.イ を {TWO}.エ とする。\n{LATER}", "H201", 1),
    ],
)
def test_the_amendment_that_caused_a_mistake_is_named(amendments: str, code: str, cause: int) -> None:
    """Every mistake of that code, by the number of the sentence."""
    head = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
    base = compile_source(Source("base", BASE))
    assert base.ok, base.diagnostics
    made = compile_source(Source("revision", head + amendments), base)
    sentences = [line for line in amendments.split("\n") if line.endswith("。")]
    told = [d for d in made.diagnostics if d.code == code]
    assert told, made.diagnostics
    for diagnostic in told:
        place = diagnostic.other_place
        if isinstance(diagnostic.span, Span) and diagnostic.span.source is made.source:
            # It is told at the sentence itself.
            assert place is None
            assert made.source is not None
            assert made.source.line(diagnostic.span.line) == sentences[cause - 1]
            continue
        assert place is not None, diagnostic
        assert place[0].text == sentences[cause - 1]
        assert place[1] == "この改正文の結果です"


def test_a_mistake_in_the_words_of_an_amendment_names_no_other() -> None:
    """What an amendment says wrongly itself is its own place."""
    head = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
    made = compile_source(
        Source("revision", f"{head}{TWO} の次に次のように加える。\n  指標 3 「新」 3点\n    ア 「G」 2点\n"),
        compile_source(Source("base", BASE)),
    )
    (own,) = [d for d in made.diagnostics if d.code == "H401" and "(ⅰ).3" in d.message]
    assert own.other_place is None
