"""The R6 rulebook is the published one."""

import re
from pathlib import Path

import pytest
from rules_published import GROUPS

import haiten
import populations
from haiten.compiler.checks.sources import standing_of
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source

R6 = Path(__file__).parents[2] / "rules" / "r6" / "municipal.haiten"
YEAR = "令和6年度"


def test_it_is_clean(r6: haiten.Rulebook) -> None:
    """Neither errors nor warnings."""
    assert r6.ok
    assert r6.diagnostics == ()


def test_its_leaves_are_the_published_ones(r6: haiten.Rulebook) -> None:
    """All 296 leaves, in order, with their points; 264 are written, 32 shared."""
    published = populations.published("indicators.csv", YEAR, "points")
    assert {leaf.path: leaf.maximum for leaf in r6.program.leaves} == published
    assert [leaf.path for leaf in r6.program.leaves] == list(published)
    assert len(published) == 296
    assert sum(leaf.is_shared for leaf in r6.program.leaves) == 32


def test_its_groups_have_the_published_maxima(r6: haiten.Rulebook) -> None:
    """Groups, grants and the whole have the published maxima."""
    assert {path: r6.program.nodes[path].maximum for path in GROUPS} == GROUPS
    assert [grant.maximum for grant in r6.program.grants] == [400, 400]
    assert r6.program.maximum == 800


def test_no_answer_of_the_first_group_is_gated(r6: haiten.Rulebook) -> None:
    """Leaves of the (ⅰ) groups are plain answers."""
    assert all(leaf.answered for leaf in r6.program.leaves if ".(ⅰ)." in leaf.path)


def test_every_text_says_what_it_stands_on(r6: haiten.Rulebook) -> None:
    """No text is without a citation, and an estimated or derived one is marked as the data says."""
    import csv

    with (populations.DATA / "indicators.csv").open(encoding="utf-8", newline="") as rows:
        status = {row["path"]: row["text_status"] for row in csv.DictReader(rows) if row["year"] == YEAR}
    for leaf in r6.program.leaves:
        if not leaf.is_shared:
            assert standing_of(leaf.text_citations) == status[leaf.path], leaf.path
    assert all(node.text_citations for node in r6.program.nodes.values())


def test_it_is_in_canonical_form(r6: haiten.Rulebook) -> None:
    """Formatting changes nothing, and no comment is lost."""
    text = R6.read_text(encoding="utf-8")
    assert r6.compilation.syntax is not None
    assert print_rulebook(r6.compilation.syntax) == text
    assert all(line in text for line in re.findall(r"^[#※].*$", text, re.MULTILINE))


def test_the_python_face_explains(r6: haiten.Rulebook) -> None:
    """scores.explain(code) gives the same as the command, as values; what is not there is a KeyError."""
    scores = r6.score(R6.parents[2] / "examples" / "kitashiobara_r6.csv")
    (trace,) = scores.explain("07402", "推進.Ⅳ.成果.1")
    assert (trace.points.certain, trace.points.maximum, trace.mode) == (15, 20, "いずれか")
    assert [trace.path for trace in scores.explain("074021")] == ["推進", "支援"]
    for code, path in (("99999", None), ("07402", "推進.Ⅸ")):
        with pytest.raises(KeyError):
            scores.explain(code, path)


def test_five_forgotten_brackets_are_five_errors() -> None:
    """Five deleted 」 report five errors, at their lines, and nothing else."""
    text = R6.read_text(encoding="utf-8")
    lines = text.split("\n")
    headings = [i for i, line in enumerate(lines) if re.match(r" +[ア-ン①-⑳指] ?", line) and "「" in line]
    chosen = headings[10::50][:5]
    for number in chosen:
        lines[number] = lines[number].replace("」", "", 1)
    found = compile_source(Source("r6", "\n".join(lines))).diagnostics
    assert [(d.code, d.span.line) for d in found] == [("H102", number + 1) for number in chosen]


def test_one_broken_heading_is_one_error() -> None:
    """A heading of any level whose label is gone costs one error; what is below it still finds its place."""
    text = R6.read_text(encoding="utf-8")
    for broken, whole in (
        ("目標 「公正", "目標 Ⅱ 「公正"),
        ("指標群 「活動指標群」", "指標群 (ⅱ) 「活動指標群」"),
        ("指標 「今年度の評価得点」", "指標 1 「今年度の評価得点」"),
    ):
        assert whole in text
        found = compile_source(Source("r6", text.replace(whole, broken, 1))).diagnostics
        assert [d.code for d in found] == ["H103"], broken
