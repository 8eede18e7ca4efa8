"""The difference of two allocations: clauses and yen, found by name, whatever order and comments the files have."""

from pathlib import Path

from real_commands import ROOT, haiten, validated

from haiten.comparison.allocation import AllocationDiff, diff_allocations
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source

R6, R7, R8 = (ROOT / "rules" / year / "allocation.haiten" for year in ("r6", "r7", "r8"))
OLD = """言語 1
令和6年度 市町村 配分
出典 要綱 「交付要綱」
事実 人数 : 人 1以上 「人数」 〔要綱〕
事実 離島 : 該当
定数 率 = 0.1 「枠の割合」〔推定〕
予算 推進 「推進交付金」 100,000円〔要綱〕
時点 当年度5月 「内示」〔要綱〕
配分 基本 「基本枠」 推進 残り
  按分 人数〔要綱〕
配分 追加 「追加枠」 推進 100,000円 × 率〔推定〕
  枠 ア 「離島」 離島〔推定〕
  枠 イ 「大きい」 人数 が 50人以上〔推定〕
  均等 該当枠数
  不用額 残す
端数 1,000円未満 切捨て 残額 最大剰余〔推定〕
"""


def compared(old: str, new: str) -> AllocationDiff:
    programs = []
    for text in (old, new):
        compilation = compile_source(Source("allocation.haiten", text))
        assert compilation.program is not None, compilation.diagnostics
        programs.append(compilation.program)
    return diff_allocations(*programs)


def told(found: AllocationDiff) -> list[tuple[str, str]]:
    return [(change.kind, change.name) for change in found.changes]


def test_the_same_allocation_has_no_difference() -> None:
    """Neither comments nor the order of declarations make one, and amounts stand beside each other all the same."""
    moved = OLD.replace("事実 離島 : 該当\n", "").replace("定数 率", "事実 離島 : 該当\n※ 割合\n定数 率")
    found = compared(OLD, moved)
    assert (found.changes, found.source_changes) == ((), 0)
    assert [(a.pot, a.old, a.new) for a in found.amounts] == [
        (None, 100_000, 100_000),
        ("基本", 90_000, 90_000),
        ("追加", 10_000, 10_000),
    ]


def test_each_changed_clause_is_told_with_both_texts() -> None:
    """A figure, a requirement, a rule, a limit: what was written and what is, by the name of the clause."""
    new = (
        OLD.replace("率 = 0.1", "率 = 0.25")
        .replace("50人以上", "60人以上")
        .replace("按分 人数〔要綱〕", "均等〔要綱〕")
        .replace("端数 1,000円未満", "限度 推進 = 人数 × 1円/人〔推定〕\n端数 1円未満")
        .replace("  枠 ア 「離島」 離島〔推定〕\n", "")
    )
    found = compared(OLD, new)
    assert told(found) == [
        ("changed", "定数 率"),
        ("changed", "配分 基本 分け方"),
        ("removed", "配分 追加 枠 ア"),
        ("changed", "配分 追加 枠 イ"),
        ("changed", "端数"),
        ("added", "限度 推進"),
    ]
    assert found.changes[1].old == ("按分 人数〔要綱〕",)
    assert found.changes[1].new == ("均等〔要綱〕",)
    assert [(a.pot, a.old, a.new) for a in found.amounts][1:] == [("基本", 90_000, 75_000), ("追加", 10_000, 25_000)]


def test_a_pot_of_another_name_is_gone_and_come() -> None:
    """Names match clauses: a renamed pot is told as a whole, removed and added, with all that belongs to it."""
    found = compared(OLD, OLD.replace("配分 追加", "配分 加算"))
    assert told(found) == [("removed", "配分 追加"), ("added", "配分 加算")]
    assert len(found.changes[0].old) == len(found.changes[1].new) == 5
    assert [(a.pot, a.old, a.new) for a in found.amounts][2:] == [("追加", 10_000, None), ("加算", None, 10_000)]


def test_other_sources_are_counted_apart() -> None:
    """A clause that says the same on another source is no change; last year's source by its year is no other one."""
    found = compared(OLD, OLD.replace("人数〔要綱〕", "人数〔推定〕"))
    assert (found.changes, found.source_changes) == ((), 1)
    next_year = OLD.replace("令和6年度 市町村", "令和7年度 市町村").replace("出典 要綱", "出典 令和6年度 要綱")
    found = compared(OLD, next_year.replace("〔要綱〕", "〔令和6年度 要綱〕"))
    assert (found.changes, found.source_changes) == ((), 0)


def test_the_years_are_compared_from_the_command_line(tmp_path: Path) -> None:
    """R8 has a pot that R7 has not; as JSON and as text, and no other form; rulebooks are another matter."""
    found = validated(haiten("diff", R7, R8, "--as", "json").stdout, "allocation-diff-1.json")
    assert ("added", "配分 成果指向") in [(c["kind"], c["name"]) for c in found["changes"]]
    budget = next(a for a in found["amounts"] if a["budget"] == "推進" and a["pot"] is None)
    assert (budget["old"], budget["new"]) == (9_595_000_000, 9_025_000_000)
    shown = haiten("diff", R7, R8).stdout
    assert "－570,000,000" in shown
    assert "  ＋   按分 得点(成果指向) × 第1号被保険者数〔推定〕" in shown
    for form, name in (("tree", "diff.txt"), ("json", "diff.json")):
        assert haiten("diff", R6, R7, "--as", form, "--to", tmp_path / name).returncode == 0
        assert "市町村割合" in (tmp_path / name).read_text(encoding="utf-8")
    assert haiten("diff", R6, R7, "--as", "amendment").stdout.startswith("言語 1\n令和7年度 市町村 配分\n")
    assert haiten("diff", R6, R7, "--as", "html").returncode == 2
    assert haiten("diff", R6, ROOT / "rules/r6/municipal.haiten").returncode == 1
