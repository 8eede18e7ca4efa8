"""A whole text that is edited, and the amendment that it comes to."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten
from effort import examples
from haiten.comparison.align import align
from haiten.comparison.draft import amending, draft
from haiten.comparison.skeleton import samples, skeleton
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import compile_source
from haiten.compiler.identity.normal_form import normal_form
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.rulebook import RulebookFile
from haiten.scoring.rulebook import Rulebook
from haiten.testing import revisions

ROOT = Path(__file__).parents[2]
R8 = haiten.compile(ROOT / "rules/r8/municipal.haiten")
BASE = R8.program.syntax
OPENED = print_rulebook(draft(BASE))
_PAST = re.compile(r" (?:前身 令和8年度 \S+|(?<!\S)新設)(?=\s|$)", re.MULTILINE)


def read(text: str) -> RulebookFile:
    """A whole text, as it is compiled."""
    found = compile_source(Source("r9.haiten", text))
    assert found.syntax is not None
    assert not has_errors(found.diagnostics), [each.message for each in found.diagnostics]
    return found.syntax


def applied(text: str) -> RulebookFile:
    """What a revision makes of R8."""
    found = compile_source(Source("amended.haiten", text), R8.compilation)
    assert found.syntax is not None, [each.message for each in found.diagnostics]
    return found.syntax


def sentences(text: str) -> list[str]:
    """The sentences of a revision, without its headings."""
    return [line for line in text.splitlines()[4:] if line and not line.startswith(" ")]


def test_what_was_opened_and_left_alone_amends_nothing() -> None:
    """The whole text of next year stands alone, and says what the base says."""
    made = amending(BASE, read(OPENED))
    assert made is not None
    assert sentences(made.text) == []
    assert "題名 「令和9年度" in made.text


def test_a_draft_of_a_year_further_on_names_it() -> None:
    """A year may be skipped."""
    opened = draft(BASE, "令和10年度")
    assert opened.header.year == "令和10年度"
    assert opened.title is not None
    assert "令和10年度" in opened.title.text.value


@settings(max_examples=examples(10), deadline=None)
@given(st.data())
def test_an_edited_text_is_what_its_amendment_makes(data: st.DataObject) -> None:
    """Random edits, with and without what is said of the past of items: applied, the sentences give the text."""
    amended = data.draw(revisions(R8)).program.syntax
    text = print_rulebook(amended)
    assert amended.header.year != BASE.header.year
    if data.draw(st.booleans()):
        text = _PAST.sub("", text)
    found = compile_source(Source("r9.haiten", text)).syntax
    assert found is not None
    made = amending(BASE, found)
    assert made is not None
    assert normal_form(applied(made.text)) == normal_form(found)


INSERTED = """\
        イ 「新しい取組をしている」〔推定〕 2点
        ウ 「把握した特徴の要因を分析している」〔推定〕 2点
        エ 「日常生活圏域の単位でも特徴を捉えている」〔推定〕 4点
        オ 「特徴を住民や関係者に周知している」〔推定〕 4点
"""
BEFORE = """\
        イ 「把握した特徴の要因を分析している」〔推定〕 4点
        ウ 「日常生活圏域の単位でも特徴を捉えている」〔推定〕 4点
        エ 「特徴を住民や関係者に周知している」〔推定〕 4点
"""


def test_an_item_put_in_the_middle_moves_those_behind_it() -> None:
    """Who gives the items behind it other labels does not make them other items."""
    assert BEFORE in OPENED
    made = amending(BASE, read(OPENED.replace(BEFORE, INSERTED)))
    assert made is not None
    assert sentences(made.text) == [
        "推進.Ⅰ.(ⅰ).1.イ〜エ を 推進.Ⅰ.(ⅰ).1.ウ〜オ とする。",
        "推進.Ⅰ.(ⅰ).1.ア の次に次のように加える。",
        "推進.Ⅰ.(ⅰ).1.ウ の配点「4点」を「2点」に改める。",
    ]
    assert made.aligned.moved == tuple(
        (f"推進.Ⅰ.(ⅰ).1.{was}", f"推進.Ⅰ.(ⅰ).1.{now}") for was, now in ("イウ", "ウエ", "エオ")
    )
    assert made.aligned.born == ("推進.Ⅰ.(ⅰ).1.イ",)


def test_an_item_taken_out_of_the_middle_moves_those_behind_it_up() -> None:
    """It is deleted, and nothing is reworded."""
    shorter = """\
        イ 「日常生活圏域の単位でも特徴を捉えている」〔推定〕 6点
        ウ 「特徴を住民や関係者に周知している」〔推定〕 6点
"""
    made = amending(BASE, read(OPENED.replace(BEFORE, shorter)))
    assert made is not None
    assert sentences(made.text) == [
        "推進.Ⅰ.(ⅰ).1.イ を削る。",
        "推進.Ⅰ.(ⅰ).1.ウ〜エ を 推進.Ⅰ.(ⅰ).1.イ〜ウ とする。",
        "推進.Ⅰ.(ⅰ).1.イ 及び ウ の配点「4点」を「6点」に改める。",
    ]
    assert made.aligned.gone == ("推進.Ⅰ.(ⅰ).1.イ",)


def test_an_item_under_another_indicator_is_the_same_where_it_reads_alike() -> None:
    """What is gone here and new there; those behind it move up."""
    here = BEFORE.replace("        イ 「把握した特徴の要因を分析している」〔推定〕 4点\n", "")
    here = here.replace("ウ 「日", "イ 「日").replace("エ 「特", "ウ 「特")
    last = "        エ 「点検結果を公表している」〔令和8年度 分析〕 4点\n"
    assert OPENED.count(last) == 1
    moved = "        オ 「把握した特徴の要因を分析している」〔推定〕 4点\n"
    found = compile_source(Source("r9.haiten", OPENED.replace(BEFORE, here).replace(last, last + moved))).syntax
    assert found is not None
    aligned = align(BASE, found)
    assert ("推進.Ⅰ.(ⅰ).1.イ", "推進.Ⅰ.(ⅰ).2.オ") in aligned.moved
    assert (aligned.born, aligned.gone) == ((), ())


def test_what_an_author_says_of_the_past_goes_before_what_reads_alike() -> None:
    """新設 by hand: the words are those of an old item, and it is a new one all the same."""
    by_hand = INSERTED.replace("要因を分析している」〔推定〕 2点", "要因を分析している」〔推定〕 2点 新設")
    found = read(OPENED.replace(BEFORE, by_hand))
    assert "推進.Ⅰ.(ⅰ).1.ウ" in align(BASE, found).born
    assert not any(was == "推進.Ⅰ.(ⅰ).1.イ" and path == "推進.Ⅰ.(ⅰ).1.ウ" for was, path in align(BASE, found).moved)


def test_reasons_of_the_revision_before_are_kept_and_those_without_a_home_told() -> None:
    """Derived again after another edit: a sentence about the same place keeps its 理由, its notes and its article."""
    first = amending(BASE, read(OPENED.replace(BEFORE, INSERTED)))
    assert first is not None
    text = first.text.replace(
        "推進.Ⅰ.(ⅰ).1.ウ の配点「4点」を「2点」に改める。",
        "# 会議で決めた\n推進.Ⅰ.(ⅰ).1.ウ の配点「4点」を「2点」に改める。\n  理由 「新しい項目に移す」〔推定〕",
    ).replace("推進.Ⅰ.(ⅰ).1.イ〜エ を", "# 番号\n推進.Ⅰ.(ⅰ).1.イ〜エ を")
    earlier = compile_source(Source("r9.haiten", text), R8.compilation).revision
    assert isinstance(earlier, Revision)
    other = INSERTED.replace("取組をしている」〔推定〕 2点", "取組をしている」〔推定〕 1点")
    other = other.replace("分析している」〔推定〕 2点", "分析している」〔推定〕 3点")
    again = amending(BASE, read(OPENED.replace(BEFORE, other)), earlier)
    assert again is not None
    sentence = "推進.Ⅰ.(ⅰ).1.ウ の配点「4点」を「3点」に改める。"
    assert f"# 会議で決めた\n{sentence}\n  理由 「新しい項目に移す」〔推定〕" in again.text
    assert again.homeless == ()
    nothing = amending(BASE, read(OPENED), earlier)
    assert nothing is not None
    assert [amendment.reason is not None for amendment in nothing.homeless] == [False, True]


@pytest.mark.parametrize("path", ["r6/municipal", "r8/municipal", "r8/prefectural"])
def test_every_example_of_a_new_revision_can_be_taken(path: str) -> None:
    """Each sentence without its 「# 」, alone, is accepted; so is the text as it is written."""
    rulebook: Rulebook = haiten.compile(ROOT / f"rules/{path}.haiten")
    text = skeleton(rulebook.program)
    begun = compile_source(Source("new.haiten", text), rulebook.compilation)
    assert begun.revision is not None
    assert not begun.revision.damaged
    found = list(samples(rulebook.program))
    assert len(found) >= 4
    for sample in found:
        source = next(line for line in text.splitlines() if line.startswith("# 出典 "))
        taken = text.replace(source, source.removeprefix("# "))
        for line in sample.lines:
            taken = taken.replace(f"# {line}\n", f"{line}\n", 1)
        made = compile_source(Source("new.haiten", taken), rulebook.compilation)
        refused = [each for each in made.diagnostics if each.code.startswith(("H1", "H6")) and each.severity == "error"]
        assert refused == [], (sample, [each.message for each in refused])
        assert made.revision is not None
        assert made.revision.amendments


def test_what_was_found_is_not_found_again() -> None:
    """An aligned text is a fixed point: aligned again, nothing more is found."""
    once = align(BASE, read(OPENED.replace(BEFORE, INSERTED)))
    again = align(BASE, once.rulebook)
    assert again.moved == ()
    assert again.rulebook == once.rulebook
