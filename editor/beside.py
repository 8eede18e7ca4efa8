"""What stands beside a text while it is written: its amendment or its whole text, the 新旧対照表, the totals.

A drafter writes either next year's whole text, of which the amendment (改め文) is derived, or the amendment, of which
the whole text follows. Everything here is made of what compilations say, which does not change any more, and may be
made in a thread; of their spans, which move with the text, nothing is read.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Severity
from haiten.compiler.late import define, frozen

if TYPE_CHECKING:
    from haiten.comparison.draft import Amending
    from haiten.comparison.totals import TotalRow
    from haiten.compiler.syntax.revision import Revision

_SUM: Final = "H401"  # a sum that is off leaves what a text says as clear as before


class Pane(StrEnum):
    """What may be asked for."""

    AMENDMENT = "haiten/amendment"
    CONSOLIDATED = "haiten/consolidated"
    COMPARISON = "haiten/comparison"
    TOTALS = "haiten/totals"
    PREVIEW = "haiten/preview"


_NAMES: Final = {
    Pane.AMENDMENT: "改める文",
    Pane.CONSOLIDATED: "溶け込ませた全文",
    Pane.COMPARISON: "新旧対照表",
    Pane.TOTALS: "配点の計",
    Pane.PREVIEW: "対照表と配点の計",
}


@frozen(eq=False)
class Sides:
    """A text and what it is held against.

    Attributes:
        file: how the text is called.
        now: what it last came to without a mistake but sums; None where it never did.
        stale: how many errors it has by now that ``now`` has not; 0 where ``now`` is the text as it stands.
        base: the rulebook of the year before; None where none is known.
        no_base: why none is.
        earlier: the revision whose 理由 a derived one keeps; ``kept`` is what its file is called.
        target: where the amendment would be kept; empty where nothing tells.
    """

    file: str
    now: Compilation | None
    stale: int = 0
    base: Compilation | None = None
    no_base: str = ""
    earlier: "Revision | None" = None
    kept: str = ""
    target: str = ""


@frozen
class PaneShown:
    """A part, ready to be shown.

    Attributes:
        text: rules for an amendment or a whole text, a page for the others; empty where there is none.
        notes: what has to be said beside it, a sentence each.
        reason: why there is none; None where there is.
        rows: of the totals.
    """

    title: str
    text: str
    notes: tuple[str, ...] = ()
    reason: str | None = None
    rows: "tuple[TotalRow, ...]" = ()


def is_clear(compilation: Compilation) -> bool:
    """Whether a text says what it says, sums that are off aside: nothing of it was lost or guessed."""
    errors = {found.code for found in compilation.diagnostics if found.severity is Severity.ERROR}
    return compilation.program is not None and errors <= {_SUM}


@define(eq=False)
class Besides:
    """The parts of one text, each made once."""

    sides: Sides
    _derived: "tuple[Amending, Compilation] | None" = None
    _tried: bool = False
    _made: dict[Pane, PaneShown] = field(factory=dict)

    def show(self, part: Pane) -> PaneShown:
        """A part, or why there is none."""
        if part not in self._made:
            self._made[part] = self._show(part)
        return self._made[part]

    def _show(self, part: Pane) -> PaneShown:
        sides = self.sides
        title = f"{sides.file} {_NAMES[part]}"
        now = sides.now
        if now is None:
            return PaneShown(title, "", reason=f"誤りがあるので、まだ{_NAMES[part]}を作れません。誤りを直すと出ます")
        if now.allocation is not None or now.amended is not None:
            return PaneShown(title, "", reason=f"配分のファイルには、{_NAMES[part]}はありません")
        match part:
            case Pane.AMENDMENT:
                return self._amendment(title, now)
            case Pane.CONSOLIDATED:
                return self._consolidated(title, now)
            case Pane.COMPARISON | Pane.TOTALS | Pane.PREVIEW:
                return self._page(title, part, now)

    def _amendment(self, title: str, now: Compilation) -> PaneShown:
        if now.revision is not None:
            return PaneShown(title, "", reason="改正のファイルは、それ自身が改める文です")
        if self.sides.base is None:
            return PaneShown(title, "", reason=self.sides.no_base)
        found = self._derive()
        if found is None:
            return PaneShown(
                title, "", reason="この全文になる改める文を作れませんでした。改正を haiten new から書いてください"
            )
        return PaneShown(title, found[0].text, self._notes())

    def _consolidated(self, title: str, now: Compilation) -> PaneShown:
        if now.revision is None or now.syntax is None:
            return PaneShown(title, "", reason="改正のファイルではないので、溶け込ませる改正がありません")
        from haiten.compiler.printing.print_rulebook import print_rulebook

        return PaneShown(title, print_rulebook(now.syntax), self._notes())

    def _page(self, title: str, part: Pane, now: Compilation) -> PaneShown:
        """Of a whole text as its amendment makes it, so that an item is what the amendment takes it for."""
        from haiten.comparison.diff import compare  # with NumPy, which no keystroke waits for
        from haiten.comparison.totals import totals
        from haiten.reports.desk_page import desk_page

        base = self.sides.base.program if self.sides.base is not None else None
        derived = None if base is None or now.revision is not None else self._derive()
        program = now.program if derived is None else derived[1].program
        assert program is not None
        no_table = ""
        if base is None:
            no_table = self.sides.no_base
        elif now.revision is None and derived is None:
            no_table = "この全文になる改める文を作れないので、対照表もありません"
        if part is Pane.COMPARISON and no_table:
            return PaneShown(title, "", reason=no_table)
        rows = totals(program, None if no_table else base)
        found = None if base is None or no_table or part is Pane.TOTALS else compare(base, program)
        notes = self._notes()
        page = desk_page(title, notes, program, base, () if part is Pane.COMPARISON else rows, found, no_table or None)
        return PaneShown(title, page, notes, rows=rows)

    def _derive(self) -> "tuple[Amending, Compilation] | None":
        """The amendment of a whole text, and what it makes of the base; None where none could be made."""
        if self._tried:
            return self._derived
        from haiten.comparison.draft import amending
        from haiten.compiler.driver import compile_source
        from haiten.compiler.source import Source

        self._tried = True
        base, now = self.sides.base, self.sides.now
        if base is None or now is None or base.syntax is None or now.syntax is None:
            return None
        made = amending(base.syntax, now.syntax, self.sides.earlier)
        if made is not None:
            compiled = compile_source(Source(f"{self.sides.file}（改める文）", made.text), base)
            if compiled.program is not None:
                self._derived = made, compiled
        return self._derived

    def _notes(self) -> tuple[str, ...]:
        """What of it is not of the text as it stands, what is off, and what was found out to make it."""
        sides, now = self.sides, self.sides.now
        assert now is not None
        notes: list[str] = []
        if sides.stale:
            notes.append(f"いまの文には誤りが{sides.stale}件あるので、誤りのなかった最後の文のものを示しています")
        notes += [found.message for found in now.diagnostics if found.code == _SUM]
        if now.revision is None and sides.base is not None and sides.base.source is not None:
            notes.append(f"元の評価指標: {sides.base.source.name}")
            if sides.kept:
                notes.append(f"理由・引継ぎ・注釈を引き継いだ改正: {sides.kept}")
            if self._derived is not None:
                notes += told_of(self._derived[0], sides.base.program.year if sides.base.program else "")
        return tuple(notes)


def told_of(made: "Amending", year: str) -> list[str]:
    """What was found out while an amendment was derived, and what of the earlier one found no place."""
    from haiten.compiler.printing.print_revision import print_sentence
    from haiten.compiler.printing.print_rulebook import print_text

    notes = []
    if made.aligned.moved:
        pairs = "、".join(f"{year} {was} → {path}" for was, path in made.aligned.moved)
        notes.append(
            f"内容から、番号が変わった同じ項目とみなしました（違うなら、全文に「前身」か「新設」と書きます）: {pairs}"
        )
    notes += [*made.aligned.told(), *made.names.told(year)]
    for amendment in made.homeless:
        first = print_sentence(amendment)  # its place in the text may be another by now
        reason = "" if amendment.reason is None else f"　理由 {print_text(amendment.reason)}"
        notes.append(f"前の改正のこの文の理由や注釈は、引き継ぐ先がありません: {first}{reason}")
    return notes
