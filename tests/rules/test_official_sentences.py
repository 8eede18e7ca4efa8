"""What officials write in a revision of R8, word for word, and what its nearest wrong neighbours are told.

Sources and figures are invented.
"""

from functools import cache
from pathlib import Path
from typing import Final

import pytest
from real_commands import ROOT, haiten

from haiten.compiler.driver import compile_file, read
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.revising.revise import Revised, revise
from haiten.compiler.source import Source
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.rulebook import RulebookFile

R8: Final = ROOT / "rules" / "r8" / "municipal.haiten"
HEAD: Final = (
    "言語 1\n令和9年度 市町村 評価指標\n令和8年度 市町村 評価指標 を次のように改正する。\n"
    "題名 「令和9年度の評価指標（市町村分）」\n\n出典 要綱 「令和9年度の評価指標（市町村分）」\n\n"
)

# A sentence, what then stands in the full text, and what does not stand there any more.
SAID: Final = {
    "推進.Ⅰ.(ⅰ).4.ア 及び イ を削る。": (["ウ 「アの場で出た意見"], ["アの場に外部の関係者も", "場を年1回以上設けて"]),
    "推進.Ⅰ.(ⅰ).4.ア、イ 及び ウ を削る。": (["エ 「評価結果を小項目"], ["アの場で出た意見"]),
    "推進.Ⅰ.(ⅰ).4.ア・イ を削る。": (["ウ 「アの場で出た意見"], ["アの場に外部の関係者も"]),
    "推進.Ⅲ.(ⅰ).1.ア〜ウ の配点「6点」を「7点」に改める。": (["7点"], []),
    "推進.Ⅲ.(ⅰ).1.ア〜オ の配点「6点」を「7点」に改める。": (["7点"], []),
    "推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削り、「場を」の下に「毎年度」〔要綱〕を加える。": (
        ["ア 「評価結果を庁内で説明・共有する場を毎年度設けている」〔要綱〕 4点"],
        ["年1回以上設けて"],
    ),
    "推進.Ⅰ.(ⅰ).4.ア 中「評価結果」の下に「の全て」を、「場を」の下に「毎年度」〔要綱〕を加える。": (
        ["ア 「評価結果の全てを庁内で説明・共有する場を毎年度年1回以上設けている」〔要綱〕 4点"],
        [],
    ),
    "推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削る。": (
        ["共有する場を設けている」〔令和8年度 分析〕 4点"],
        ["年1回以上設けて"],
    ),
    "支援.Ⅱ.(ⅰ) 中「認知症の人」を「認知症の方」〔要綱〕に改める。": (
        ["ア 「認知症の方の声を聴く"],
        ["ア 「認知症の人の声を"],
    ),
    "全体 中「多様なサービス」を「多様な支援」〔要綱〕に改める。": (
        ["「多様な支援の割合その1」"],
        ["多様なサービスの実施"],
    ),
    "推進.Ⅰ.(ⅱ).1.ア〜エ 中「全市町村」を「全保険者」〔要綱〕に改める。": (
        ["エ 「全保険者の上位1割」〔要綱〕 3点"],
        [],
    ),
    "推進.Ⅰ.(ⅰ).1 の次に次の一指標を加える。\n  指標 1の2 「見直し」〔要綱〕 1点〔要綱〕\n    ア 「甲」〔要綱〕 1点": (
        ["指標 1の2 「見直し」〔要綱〕 1点〔要綱〕 新設"],
        [],
    ),
    "支援.Ⅲ.(ⅰ).2.イ.① から ③ までを削る。": (["イ 「医療・介護関係者の連携"], ["関係者間の共有"]),
    "推進.Ⅱ.(ⅰ).2 の配点を10点減じて26点とする。": (["しているか」〔令和8年度 採録〕 26点"], []),
    "支援.Ⅰ.(ⅱ).1.ア〜エ の要件中「三職種比率」を「三職種数」に改める。": (
        ["要件 三職種数 が 上位1割"],
        ["三職種比率 が"],
    ),
    "支援.Ⅰ.(ⅰ).7.カ を 支援.Ⅰ.(ⅰ).7.オの2 とする。": (["オの2 「推進方策などを定期的に"], ["カ 「推進方策などを"]),
    "推進.Ⅲ.(ⅰ).1.エ を次のように改め、同.オ を削る。\n  エ 「雇用の場を広げている」〔要綱〕 6点〔要綱〕": (
        ["エ 「雇用の場を広げている」〔要綱〕 6点〔要綱〕"],
        [],
    ),
    "推進.Ⅰ.(ⅰ).4.ア 中「評価結果」を「結果」に、「年1回」を「年2回」〔要綱〕に改める。": (
        ["ア 「結果を庁内で説明・共有する場を年2回"],
        [],
    ),
    "推進.Ⅰ.(ⅰ).4.ア 中「評価結果」を「結果」〔要綱〕に改め、同.イ 中「外部」を「庁外」〔要綱〕に改める。": (
        ["ア 「結果を庁内で", "イ 「アの場に庁外の"],
        [],
    ),
    "事実 三職種数 を 専門職数 とする。": (["三職種比率 = 専門職数 ÷ 高齢者人口", "前身 令和8年度 三職種数"], []),
    "事実 三職種数 を 高齢者人口 と、高齢者人口 を 三職種数 とする。": (["三職種比率 = 高齢者人口 ÷ 三職種数"], []),
    "支援.Ⅳ を 推進.Ⅳ と別に定める。": ([], ["推進.Ⅳ に同じ"]),
    "推進.Ⅰ.(ⅰ).4.イ を次のように改める。\n  イ 削除": (["イ 削除"], ["アの場に外部の"]),
    "第1条 「市町村の指標」\n推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削る。\n附則\n令和9年度から適用する。": (
        [],
        ["年1回以上設けて"],
    ),
    "推進.Ⅰ.(ⅰ).4.イを削り、同.ウを同.イとし、同.エを同.ウとする。": (["ウ 「評価結果を小項目"], ["アの場に外部の"]),
}

# A sentence that is nearly right, the code of what it is told, the words that are pointed at, and the way out.
REFUSED: Final = {
    "推進.Ⅰ.(ⅰ).4.ア 及び オ を削る。": ("H604", "オ", "推進.Ⅰ.(ⅰ).4"),
    "推進.Ⅰ.(ⅰ).4.ア・オ を削る。": ("H604", "推進.Ⅰ.(ⅰ).4.ア・オ", "推進.Ⅰ.(ⅰ).4"),
    "推進.Ⅲ.(ⅰ).1.ア〜オ の配点「5点」を「7点」に改める。": ("H606", "5点", ""),
    "推進.Ⅰ.(ⅰ).4.ア 中「年2回以上」を削る。": ("H605", "「年2回以上」", "一字一句"),
    "推進.Ⅰ.(ⅰ).4.ア 中「4点」を「3点」に改める。": ("H605", "「4点」", "「推進.Ⅰ.(ⅰ).4.ア の配点「4点」を"),
    "推進.Ⅰ.(ⅰ).4.ア 中「評価結果を庁内で説明・共有する場を年1回以上設けている」を削る。": (
        "H673",
        "推進.Ⅰ.(ⅰ).4.ア 中「評価結果を庁内で説明・共有する場を年1回以上設けている」を削る。",
        "「推進.Ⅰ.(ⅰ).4.ア を削る。」",
    ),
    "推進.Ⅰ.(ⅰ).4.ア 中「説明・共有」を「共有」に、「・共有する場」を「の場」〔要綱〕に改める。": (
        "H667",
        "「・共有する場」",
        "一緒に引用",
    ),
    "全体 中「多様なサーヴィス」を「多様な支援」〔要綱〕に改める。": ("H670", "「多様なサーヴィス」", "一字一句"),
    "支援.Ⅰ.(ⅱ).1.ア〜エ の要件中「職種比率」を「三職種数」に改める。": (
        "H669",
        "「職種比率」",
        "三職種比率 が 上位7割",
    ),
    "推進.Ⅰ.(ⅰ).1 の次に次の12つの項目を加える。\n  指標 1の2 「見直し」〔要綱〕 1点〔要綱〕": (
        "H675",
        "12つの項目",
        "次の12項目",
    ),
    "推進.Ⅱ.(ⅰ).2 の配点を10点減じて25点とする。": ("H666", "25点", ""),
    "事実 三職種数 を 専門職数 と、三職種 を 職種 とする。": ("H604", "三職種", "改正文は上から順に"),
    "事実 三職種数 を 高齢者人口 とする。": ("H609", "事実 三職種数 を 高齢者人口", ""),
    "推進.Ⅳ を 支援.Ⅳ と別に定める。": ("H608", "推進.Ⅳ", ""),
    "支援.Ⅰ.(ⅰ).7.カ を 支援.Ⅰ.(ⅰ).7.オ とする。": ("H610", "支援.Ⅰ.(ⅰ).7.オ", ""),
    "附則\nこの改正は、令和10年度から適用する。": ("H672", "附則\nこの改正は、令和10年度から適用する。", ""),
}


@cache
def base() -> RulebookFile:
    compilation = compile_file(R8)
    assert compilation.syntax is not None
    return compilation.syntax


def revised(sentence: str) -> tuple[Revised | None, list[tuple[str, str, str]]]:
    """What a sentence makes of R8; the code of what is wrong, the words at fault and all that is said."""
    reading = read(Source("r9.haiten", HEAD + sentence + "\n"))
    made = revise(base(), reading.tree) if isinstance(reading.tree, Revision) and not reading.diagnostics else None
    found = (*reading.diagnostics, *(made.diagnostics if made else ()))
    told = [(d.code, d.span.text, f"{d.message} {d.advice}") for d in found if d.severity.name == "ERROR"]
    return made, told


@pytest.mark.parametrize("sentence", SAID)
def test_a_sentence_of_officials_does_what_it_says(sentence: str) -> None:
    there, gone = SAID[sentence]
    made, told = revised(sentence)
    assert told == []
    assert made is not None
    assert made.rulebook is not None
    text = print_rulebook(made.rulebook)
    assert [words for words in there if words not in text] == []
    assert [words for words in gone if words in text] == []
    # Printed in its canonical form it does the same.
    tree = read(Source("r9.haiten", HEAD + sentence + "\n")).tree
    assert isinstance(tree, Revision)
    again = read(Source("r9.haiten", print_revision(tree))).tree
    assert again == tree


WHOLE: Final = """第1条 「推進交付金」

推進.Ⅰ.(ⅰ).1.イ中「要因を」の下に「毎年度」〔要綱〕を加え、同.エ中「住民や」を削る。
推進.Ⅰ.(ⅰ).2.イ中「共有し、」を「共有するとともに、」に、「議論の場で」を「外部の有識者を交えて」〔要綱〕に改める。
推進.Ⅰ.(ⅰ).3.ア.①中「給付」の下に「及び認定」を、同.②中「介護予防」の下に「、重度化防止」〔要綱〕を加える。
推進.Ⅰ.(ⅰ).4.アの配点「4点」を「2点〔要綱〕」に改め、同.アの次に次の一項目を加える。
  アの2 「アの場に都道府県の担当者を加えている」〔要綱〕 2点〔要綱〕
推進.Ⅰ.(ⅱ).1.アからエまで、推進.Ⅰ.(ⅱ).2.アからエまで及び推進.Ⅱ.(ⅱ).1.アからエまで中「全市町村」を「全保険者」〔要綱〕に改める。
推進.Ⅱ.(ⅰ).2.イ.③を削り、同.①の配点「2点」を「3点〔要綱〕」に、同.②の配点「2点」を「3点〔要綱〕」に改める。
推進.Ⅱ.(ⅰ).2.エ及びオの留意「リハビリ専門職等の関与は、関係団体や都道府県、近隣市町村との広域の仕組みによるものでもよい」を削る。
事実 PFS委託事業数 を 成果連動委託数 とし、事実 ケアプラン点検割合 を 点検割合 とする。
推進.Ⅰ.(ⅱ).3.イの要件中「上位5割」を「上位6割」〔要綱〕に改め、同.イ中「上位5割」を「上位6割」〔要綱〕に改める。

第2条 「支援交付金」

支援.Ⅰ.(ⅰ).7.カを支援.Ⅰ.(ⅰ).7.オの2とする。
支援.Ⅰ.(ⅰ).4.ウ及びエを次のように改める。
  ウ 「行政以外の関係者の意見を年1回以上取り入れている」〔要綱〕 1点〔要綱〕
  エ 「参加者の意見を年1回以上取り入れている」〔要綱〕 1点〔要綱〕
支援.Ⅰ.(ⅱ).7 の定義 コーディネーター比率 を 配置比率 とする。
支援.Ⅰ.(ⅱ).7.ア・イ中「全市町村」を「全保険者」〔要綱〕に改める。
支援.Ⅱ.(ⅰ)中「認知症の人」を「認知症の方」〔要綱〕に改める。
支援.Ⅳ を 推進.Ⅳ と別に定める。
支援.Ⅳ中「その状況に応じて可能な限り」を「できるだけ」〔要綱〕に改める。
全体中「関係者」を「関係機関」〔要綱〕に改める。
全体の出典〔令和8年度 宮城〕を〔要綱〕に改める。
  理由 「令和9年度の文書で確かめた」〔要綱〕

附則
この改正は、令和9年度から適用する。"""


def test_a_whole_revision_in_their_words_is_right_and_can_be_derived_again(tmp_path: Path) -> None:
    """It checks clean, is the same once formatted, and its full text gives amendments that make it again."""
    revision, full, again = (tmp_path / name for name in ("r9.haiten", "full.haiten", "again.haiten"))
    revision.write_text(HEAD + WHOLE + "\n", encoding="utf-8")
    checked = haiten("check", revision, "--base", R8)
    assert checked.returncode == 0
    assert "誤りはありません" in checked.stdout
    consolidated = haiten("consolidate", revision, "--base", R8)
    full.write_text(consolidated.stdout, encoding="utf-8")
    assert haiten("fmt", revision).returncode == 0
    assert haiten("consolidate", revision, "--base", R8).stdout == consolidated.stdout
    derived = haiten("diff", R8, full, "--as", "amendment").stdout
    assert "推進.Ⅰ.(ⅱ).1.ア〜エ 中「全市町村」を「全保険者」〔要綱〕に改める。" in derived
    assert "推進.Ⅰ.(ⅰ).3.ア.① 中「給付」の下に「及び認定」を加える。" in derived
    assert "推進.Ⅱ.(ⅰ).2.イ.① 及び ② の配点「2点」を「3点〔要綱〕」に改める。" in derived
    again.write_text(derived, encoding="utf-8")
    assert haiten("consolidate", again, "--base", R8).stdout == consolidated.stdout


@pytest.mark.parametrize("sentence", REFUSED)
def test_its_nearest_wrong_neighbour_is_told_what_to_write(sentence: str) -> None:
    code, at, way_out = REFUSED[sentence]
    _, told = revised(sentence)
    assert [(found, words) for found, words, _ in told] == [(code, at)]
    assert way_out in told[0][2]
