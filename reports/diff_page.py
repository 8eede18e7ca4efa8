"""The 新旧対照表 of two rulebooks as a page: clauses side by side with filters, where points moved, what it means."""

from collections import Counter

from haiten.comparison.changes import WORDS
from haiten.comparison.diff import Diff
from haiten.comparison.table import side_by_side
from haiten.reports.page import render
from haiten.views.diff import MEANINGS, witness_line
from haiten.views.files.comparison import notes_of, notes_under


def diff_page(found: Diff) -> str:
    """The page, which is printed on A4 across."""
    old, new = found.matched.old, found.matched.new
    sections = side_by_side(found)
    shown = Counter(kind for section in sections for row in section.rows for kind in row.kinds)
    return render(
        "diff",
        title=f"新旧対照表 {old.year} → {new.year}（{new.scope}）",
        old=old,
        new=new,
        count=len(found.changes),
        counts=[(WORDS[kind], count) for kind, count in found.counts.items()],
        kinds=[(kind, word, shown[kind]) for kind, word in WORDS.items() if shown[kind]],
        sections=sections,
        weights=[weight for weight in found.weights if weight.changed],
        affected=found.affected,
        meanings=found.meanings,
        verdicts=MEANINGS,
        witness=witness_line,
        signed=lambda number: f"{number:+,}" if number else "±0",
        notes=notes_of(found),
        notes_under=notes_under,
    )
