"""The lines at the head of a file, which say what it is."""

from typing import Any, ClassVar, Final, Protocol

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    Diagnostic,
    Misplaced,
    MissingHeader,
    RepeatedStatement,
    TitleOfOtherScheme,
    UnknownLanguageVersion,
)
from haiten.compiler.late import define, frozen
from haiten.compiler.parsing.parse import Parsed
from haiten.compiler.parsing.read_revision import ReasonLine
from haiten.compiler.parsing.read_rulebook import LanguageLine, RulebookLine, SinceLine, TitleLine
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.allocation import AllocationFile, AllocationLine, BasedOn
from haiten.compiler.syntax.allocation_revision import AllocationBase, AllocationRevision
from haiten.compiler.syntax.revision import BaseLine, Revision
from haiten.compiler.syntax.rulebook import LANGUAGE_VERSION, Comments, Header, RulebookFile, Text, Title
from haiten.compiler.syntax.scope import LONG_TERM_CARE, scheme_told

HeaderLine = LanguageLine | RulebookLine | AllocationLine | BasedOn | BaseLine | AllocationBase | SinceLine | TitleLine
_LINES: Final = {
    LanguageLine: "言語",
    RulebookLine: "年度の行",
    AllocationLine: "年度の行",
    BasedOn: "「による。」の行",
    BaseLine: "改正する評価指標の行",
    AllocationBase: "改正する配分の行",
    SinceLine: "起点",
    TitleLine: "題名",
}


@frozen
class Nested:
    """A rulebook's tree, or a revision's or an allocation's; None where the file has no header to tell what it is."""

    tree: RulebookFile | Revision | AllocationFile | AllocationRevision | None
    diagnostics: tuple[Diagnostic, ...]


class WithReason(Protocol):
    """An amendment that is being read, of a rulebook or of an allocation."""

    reason: Text | None
    line: Any


@define(eq=False)
class Nester:
    """What all kinds of files have in common: the lines that say what the file is."""

    source: Source
    parsed: Parsed
    diagnostics: list[Diagnostic] = field(factory=list)
    header_lines: dict[type, HeaderLine] = field(factory=dict)
    # The line that says what the file is, and an example of it.
    own_line: ClassVar[type[RulebookLine | AllocationLine]] = RulebookLine
    example: ClassVar[str] = "令和6年度 市町村 評価指標"

    def place_header_line(self, line: HeaderLine) -> None:
        """Keep a line of the head, once."""
        if first := self.header_lines.get(type(line)):
            self.diagnostics.append(RepeatedStatement(line.span, _LINES[type(line)], first.span))
        else:
            self.header_lines[type(line)] = line
        if isinstance(line, LanguageLine) and line.version != LANGUAGE_VERSION:
            self.diagnostics.append(UnknownLanguageVersion(line.span, line.version, LANGUAGE_VERSION))

    def header(self) -> Header | None:
        """Year and scope; None, and a diagnostic, where the file does not say."""
        language, line = self.header_lines.get(LanguageLine), self.header_lines.get(self.own_line)
        start = Span(self.source, 0, min(len(self.source.text), len(self.source.line(1))))
        if not self.parsed.damaged:
            if language is None:
                self.diagnostics.append(MissingHeader(start, "言語", f"言語 {LANGUAGE_VERSION}"))
            if line is None:
                self.diagnostics.append(MissingHeader(start, "年度と対象", self.example))
        if not isinstance(line, RulebookLine | AllocationLine):
            return None
        own = line.comments
        before = language.comments if language else Comments()
        comments = Comments(before.before + own.before, before.behind + own.behind)
        return Header(line.year, line.scope, line.span, comments)

    def title(self) -> Title | None:
        """題名, where there is one; a diagnostic, where it is of another scheme than the file says it is."""
        line, own = self.header_lines.get(TitleLine), self.header_lines.get(self.own_line)
        if not isinstance(line, TitleLine):
            return None
        scheme = scheme_told(line.text.value)
        if isinstance(own, RulebookLine | AllocationLine) and own.scope.scheme == LONG_TERM_CARE and scheme:
            whole = f"{own.year} {scheme} {own.scope.bodies}"
            self.diagnostics.append(TitleOfOtherScheme(line.span, scheme, whole, own.span))
        return Title(line.text, line.comments)

    def place_reason(self, line: ReasonLine, current: WithReason | None) -> None:
        """Put a 理由 to the amendment that is being read, once."""
        if current is None:
            self.misplace(line.span, "理由", "改正文の後")
        elif current.reason is not None:
            self.diagnostics.append(RepeatedStatement(line.span, "理由", current.reason.span))
        else:
            current.reason = line.text
            own, added = current.line.comments, line.comments
            comments = Comments(own.before + added.before, own.behind + added.behind)
            current.line = evolve(current.line, comments=comments)

    def misplace(self, span: Span, what: str, where: str) -> None:
        """Tell that something stands where it has no meaning."""
        if not self.parsed.damaged:
            self.diagnostics.append(Misplaced(span, what, where))
