"""Statements → levels: headings find their parents, and what belongs to a heading finds it."""

from typing import Final, TypeVar

from attrs import define, evolve, field, frozen

from haiten.compiler.diagnostics import (
    Diagnostic,
    EmptyRulebook,
    Misplaced,
    MissingHeader,
    RepeatedStatement,
    UnknownLanguageVersion,
)
from haiten.compiler.parse import Parsed
from haiten.compiler.read_tree import LanguageLine, Lost, RulebookLine, Statement, TitleLine
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import (
    LANGUAGE_VERSION,
    ClassDecl,
    Comments,
    Definition,
    FactDecl,
    Header,
    Heading,
    Level,
    Node,
    Remark,
    Requirement,
    Rulebook,
    SourceDecl,
    Timing,
    Title,
    Undisclosed,
)

T = TypeVar("T")
_NAMES: Final = {Requirement: "要件", Definition: "局所名の定義", Timing: "時点", Remark: "留意", Undisclosed: "未公表"}


@frozen
class Nested:
    """A rulebook's tree; None where the file has no header to tell what it is."""

    rulebook: Rulebook | None
    diagnostics: tuple[Diagnostic, ...]


def nest(source: Source, parsed: Parsed) -> Nested:
    """Nest the statements of a file."""
    return _Nester(source, parsed).run()


@define(eq=False)
class _OpenNode:
    """A node whose children are still being read."""

    heading: Heading
    attributes: list[Timing | Remark | Definition | Requirement | Undisclosed] = field(factory=list)
    children: list["_OpenNode"] = field(factory=list)
    damaged: bool = False

    def close(self) -> Node:
        def of(kind: type[T]) -> tuple[T, ...]:
            return tuple(a for a in self.attributes if isinstance(a, kind))

        return Node(
            evolve(self.heading, damaged=True) if self.damaged else self.heading,
            next(iter(of(Timing)), None),
            of(Remark),
            of(Definition),
            next(iter(of(Requirement)), None),
            next(iter(of(Undisclosed)), None),
            tuple(child.close() for child in self.children),
        )


@frozen(eq=False)
class _Nester:
    source: Source
    parsed: Parsed
    diagnostics: list[Diagnostic] = field(factory=list)
    header_lines: dict[type, LanguageLine | RulebookLine | TitleLine] = field(factory=dict)
    sources: list[SourceDecl] = field(factory=list)
    facts: list[FactDecl] = field(factory=list)
    classes: list[ClassDecl] = field(factory=list)
    grants: list[_OpenNode] = field(factory=list)
    open_nodes: list[_OpenNode] = field(factory=list)
    # Left out; what they use is nevertheless used.
    repeated: list[object] = field(factory=list)

    def run(self) -> Nested:
        for statement in self.parsed.statements:
            self._place(statement)
        header = self._header()
        title = self.header_lines.get(TitleLine)
        if header is not None and not self.grants and not self.parsed.damaged:
            self.diagnostics.append(EmptyRulebook(header.span))
        rulebook = None
        if header is not None:
            rulebook = Rulebook(
                header,
                Title(title.text, title.comments) if isinstance(title, TitleLine) else None,
                tuple(self.sources),
                tuple(self.facts),
                tuple(self.classes),
                tuple(grant.close() for grant in self.grants),
                self.parsed.closing,
                self.parsed.damaged or bool(self.repeated),
                self.parsed.lost_names,
            )
        return Nested(rulebook, tuple(self.diagnostics))

    def _place(self, statement: Statement) -> None:
        match statement:
            case LanguageLine() | RulebookLine() | TitleLine():
                self._place_header_line(statement)
            case SourceDecl():
                self.sources.append(statement)
            case FactDecl():
                self.facts.append(statement)
            case ClassDecl():
                self.classes.append(statement)
            case Lost():
                # It may have been a heading of any level: nothing around it can be held to its totals.
                for node in self.open_nodes:
                    node.damaged = True
            case Heading():
                self._place_heading(statement)
            case _:
                self._place_attribute(statement)

    def _place_header_line(self, line: LanguageLine | RulebookLine | TitleLine) -> None:
        what = {LanguageLine: "言語", RulebookLine: "年度の行", TitleLine: "題名"}[type(line)]
        if first := self.header_lines.get(type(line)):
            self.diagnostics.append(RepeatedStatement(line.span, what, first.span))
        else:
            self.header_lines[type(line)] = line
        if isinstance(line, LanguageLine) and line.version != LANGUAGE_VERSION:
            self.diagnostics.append(UnknownLanguageVersion(line.span, line.version, LANGUAGE_VERSION))

    def _place_heading(self, heading: Heading) -> None:
        while self.open_nodes and self.open_nodes[-1].heading.level >= heading.level:
            self.open_nodes.pop()
        node = _OpenNode(heading)
        if heading.level is Level.GRANT:
            self.grants.append(node)
        else:
            parent = self.open_nodes[-1] if self.open_nodes else None
            if (parent is None or parent.heading.level != heading.level - 1) and not self.parsed.damaged:
                above = Level(heading.level - 1).japanese
                self.diagnostics.append(Misplaced(heading.span, heading.level.japanese, f"{above}の下"))
            if parent is None:
                return
            parent.children.append(node)
        self.open_nodes.append(node)

    def _place_attribute(self, attribute: Definition | Requirement | Timing | Remark | Undisclosed) -> None:
        what = _NAMES[type(attribute)]
        if not self.open_nodes:
            if not self.parsed.damaged:
                self.diagnostics.append(Misplaced(attribute.span, what, "見出しの後"))
            return
        attributes = self.open_nodes[-1].attributes
        if isinstance(attribute, Requirement | Timing | Undisclosed):
            first = next((a for a in attributes if type(a) is type(attribute)), None)
            if first is not None:
                self.diagnostics.append(RepeatedStatement(attribute.span, what, first.span))
                self.repeated.append(attribute)
                return
        attributes.append(attribute)

    def _header(self) -> Header | None:
        language, line = self.header_lines.get(LanguageLine), self.header_lines.get(RulebookLine)
        start = Span(self.source, 0, min(len(self.source.text), len(self.source.line(1))))
        if not self.parsed.damaged:
            if language is None:
                self.diagnostics.append(MissingHeader(start, "言語", f"言語 {LANGUAGE_VERSION}"))
            if line is None:
                self.diagnostics.append(MissingHeader(start, "年度と対象", "令和6年度 市町村 評価指標"))
        if not isinstance(line, RulebookLine):
            return None
        own = line.comments
        before = language.comments if language else Comments()
        comments = Comments(before.before + own.before, before.behind + own.behind)
        return Header(line.year, line.scope, line.span, comments)
