"""The 新旧対照表 of a revision as it stands in the editor, as a page."""

from pathlib import Path

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import frozen


@frozen
class ComparisonShown:
    """A page to be shown beside the text.

    Attributes:
        html: the page, complete in itself; empty where there is none.
        reason: why there is none; None where there is.
    """

    title: str
    html: str
    reason: str | None = None


def comparison_page(compilation: Compilation, path: Path) -> ComparisonShown:
    """Set a revision beside what it amends; a text that is not whole yet has nothing to be set there."""
    title = f"{path.parent.name}/{path.name} 新旧対照表"
    if compilation.revision is None or compilation.base is None:
        return ComparisonShown(title, "", "改正のファイルではないので、新旧対照表はありません")
    if not compilation.ok:
        return ComparisonShown(title, "", "誤りがあるあいだは、新旧対照表を作れません")
    from haiten.comparison.diff import diff  # with NumPy, which no keystroke waits for
    from haiten.reports.diff_page import diff_page
    from haiten.scoring.rulebook import Rulebook

    return ComparisonShown(title, diff_page(diff(Rulebook(compilation.base), Rulebook(compilation))))
