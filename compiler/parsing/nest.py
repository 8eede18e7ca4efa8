"""Statements → levels: headings find their parents, what belongs to a heading it, amendments their clauses."""

from typing import Final, assert_never

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    EmptyRulebook,
    MissingLabel,
    NothingFollows,
    OtherYearApplied,
    RepeatedStatement,
)
from haiten.compiler.late import define
from haiten.compiler.parsing.nest_declarations import as_declared, unlike_declared
from haiten.compiler.parsing.nest_header import Nested, Nester
from haiten.compiler.parsing.nest_nodes import Attribute, Forest, KeptNodes, name_of
from haiten.compiler.parsing.parse import Parsed
from haiten.compiler.parsing.read_allocation import Statement
from haiten.compiler.parsing.read_clause_amendments import ClauseAmendmentLine
from haiten.compiler.parsing.read_revision import AmendmentLine, ReasonLine
from haiten.compiler.parsing.read_rulebook import LanguageLine, Lost, RulebookLine, SinceLine, TitleLine
from haiten.compiler.parsing.sentences import join, left_open
from haiten.compiler.source import Source
from haiten.compiler.syntax.allocation import AllocationClause, AllocationLine, word_of
from haiten.compiler.syntax.allocation_revision import AllocationBase
from haiten.compiler.syntax.labels import FIRST, label_number, label_of
from haiten.compiler.syntax.revision import (
    Amendment,
    Article,
    BaseLine,
    Declare,
    Declared,
    Insert,
    Replace,
    Revision,
    Single,
    Supplement,
    Together,
    actions_of,
    declaration_word,
)
from haiten.compiler.syntax.rulebook import (
    Carry,
    ClassDecl,
    ConstantDecl,
    Declaration,
    Definition,
    FactDecl,
    Heading,
    Level,
    NodeDecl,
    Remark,
    Requirement,
    RulebookFile,
    SourceDecl,
    Text,
    Timing,
    Undisclosed,
)

_IN_AN_ALLOCATION: Final = "「令和6年度 市町村 配分」で始まる配分のファイル"


def nest(source: Source, parsed: Parsed, kept: KeptNodes | None = None) -> Nested:
    """Nest the statements of a file; ``kept`` has the nodes of the text before, and then those of this one."""
    kinds = {type(statement) for statement in parsed.statements}
    if AllocationLine in kinds:
        # Which take time to load, and most files do without.
        from haiten.compiler.parsing.nest_allocation import AllocationNester
        from haiten.compiler.parsing.nest_allocation_revision import AllocationRevisionNester

        return (AllocationRevisionNester if AllocationBase in kinds else AllocationNester)(source, parsed).run()
    if BaseLine in kinds:
        return _RevisionNester(source, parsed).run()
    return _RulebookNester(source, parsed, kept=kept).run()


# Files


@define(eq=False)
class _RulebookNester(Nester):
    kept: KeptNodes | None = None

    def run(self) -> Nested:
        forest, kept, statements = Forest(self.parsed, self.diagnostics, Level.GRANT), self.kept, self.parsed.statements
        declarations: list[Declaration] = []
        amended = False
        if kept is not None:
            kept.turn(statements, forest.amiss)
        following = 0
        while (at := following) < len(statements):
            statement, following = statements[at], at + 1
            if isinstance(statement, Heading):  # as most are
                known = kept.whole(statement, at) if kept is not None and forest.takes(statement) else None
                forest.place_heading(statement, at, known)
                following = at + 1 if known is None else at + len(known.statements)
                continue
            if isinstance(statement, Definition | Requirement | Timing | Remark | Undisclosed | Carry):
                forest.place_attribute(statement, at)
                continue
            forest.amiss.append(at)
            if isinstance(statement, AllocationClause) and not isinstance(statement, ConstantDecl):
                self.misplace(statement.span, word_of(statement), _IN_AN_ALLOCATION)
                continue
            match statement:
                case LanguageLine() | RulebookLine() | BaseLine() | SinceLine() | TitleLine():
                    self.place_header_line(statement)
                case SourceDecl() | FactDecl() | ClassDecl() | ConstantDecl():
                    declarations.append(statement)
                case Lost():
                    forest.mark_damaged()
                case AllocationBase() | ClauseAmendmentLine():
                    self.misplace(statement.span, "配分の改正文", _IN_AN_ALLOCATION)
                case AmendmentLine() | ReasonLine() | Article() | Supplement():
                    if not amended:
                        where = "「令和6年度 市町村 評価指標 を次のように改正する。」の行の後"
                        self.misplace(statement.span, "改正文", where)
                    amended = True
                case _:
                    assert_never(statement)
        header = self.header()
        if header is None:
            return Nested(None, tuple(self.diagnostics))
        if not forest.roots and not self.parsed.damaged and not amended:
            self.diagnostics.append(EmptyRulebook(header.span))
        since = self.header_lines.get(SinceLine)
        rulebook = RulebookFile(
            header=header,
            title=self.title(),
            sources=tuple(d for d in declarations if isinstance(d, SourceDecl)),
            facts=tuple(d for d in declarations if isinstance(d, FactDecl)),
            classes=tuple(d for d in declarations if isinstance(d, ClassDecl)),
            constants=tuple(d for d in declarations if isinstance(d, ConstantDecl)),
            grants=forest.close(self.kept),
            closing=self.parsed.closing,
            damaged=self.parsed.damaged or bool(forest.repeated) or amended,
            lost_names=self.parsed.lost_names,
            since=since.year if isinstance(since, SinceLine) else None,
        )
        return Nested(rulebook, tuple(self.diagnostics))


@define(eq=False)
class _OpenAmendment:
    """An amendment whose clauses are still being read."""

    line: AmendmentLine
    forest: Forest
    article: Article | None
    declarations: list[Declaration] = field(factory=list)
    reason: Text | None = None
    carry: Carry | None = None

    @property
    def takers(self) -> list[Replace | Insert]:
        """Those of its actions that what stands behind it belongs to; several where declarations are replaced."""
        return [each for each in actions_of(self.line.action) if isinstance(each, Replace | Insert)]

    @property
    def declared(self) -> str | None:
        """Which kind of declaration belongs behind it next; None where items do, or nothing."""
        takers = self.takers
        return _declared_by(takers[min(len(self.declarations), len(takers) - 1)]) if takers else None

    def takes(self, declaration: Declaration) -> bool:
        """Whether a declaration behind it is what it adds."""
        fits = self.declared == declaration_word(declaration)
        return fits and (isinstance(self.takers[0], Insert) or len(self.declarations) < len(self.takers))

    def close(self) -> Amendment:
        new = tuple(self.declarations) or self.forest.close()
        takers = self.takers
        # Each that replaces a declaration has one behind the sentence, in their order.
        parts = {id(each): new[at : at + 1] for at, each in enumerate(takers)} if len(takers) > 1 else {}
        filled = [
            _filled(each, parts.get(id(each), new)) if any(each is taker for taker in takers) else each
            for each in actions_of(self.line.action)
        ]
        action = Together(tuple(filled)) if len(filled) > 1 else filled[0]
        return Amendment(action, self.line.span, self.reason, self.carry, self.line.comments, self.article)


def _declared_by(action: Replace | Insert) -> str | None:
    """Which kind of declaration an action puts in; None where it puts in items."""
    target = action.target if isinstance(action, Replace) else action.anchor
    return target.kind if isinstance(target, Declared) else None


def _filled(action: Single, new: tuple[Declaration, ...] | tuple[NodeDecl, ...]) -> Single:
    """An action with what it adds."""
    match action:
        case Replace():
            return evolve(action, by=new)
        case Insert():
            return evolve(action, new=new)
        case _:  # any other: adds nothing
            return action


@define(eq=False)
class _RevisionNester(Nester):
    amendments: list[_OpenAmendment] = field(factory=list)
    article: Article | None = None
    supplement: Supplement | None = None
    astray: bool = False  # something behind the last amendment has no place there, and that was reported

    def run(self) -> Nested:
        for statement in self.parsed.statements:
            if not isinstance(statement, AmendmentLine | ClauseAmendmentLine):
                self._end_sentence()
            self._place(statement)
        self._end_sentence()
        self._close_article()
        header, base = self.header(), self.header_lines[BaseLine]
        if header is None:
            return Nested(None, tuple(self.diagnostics))
        assert isinstance(base, BaseLine)
        revision = Revision(
            header,
            base,
            self.title(),
            tuple(amendment.close() for amendment in self.amendments),
            self.parsed.closing,
            self.parsed.damaged,
            self.supplement,
        )
        if self.supplement is not None and self.supplement.year != header.year:
            said = self.supplement
            self.diagnostics.append(OtherYearApplied(said.span, said.year, header.year, header.span))
        return Nested(revision, tuple(self.diagnostics))

    def _place(self, statement: Statement) -> None:
        current = self.amendments[-1] if self.amendments else None
        if isinstance(statement, AllocationClause) and not isinstance(statement, ConstantDecl):
            self.misplace(statement.span, word_of(statement), _IN_AN_ALLOCATION)
            return
        match statement:
            case SinceLine():
                self.misplace(statement.span, "起点", "改正文のない評価指標")
            case LanguageLine() | RulebookLine() | BaseLine() | TitleLine():
                self.place_header_line(statement)
            case AmendmentLine():
                self._open(statement)
            case SourceDecl() | FactDecl() | ClassDecl() | ConstantDecl():
                if current is not None and current.takes(statement):
                    current.declarations.append(statement)
                else:
                    # Its comments stay with it alone.
                    self._open(AmendmentLine(Declare(statement), statement.span))
            case ReasonLine():
                self.place_reason(statement, current)
            case Article():
                self._place_article(statement)
            case Supplement():
                if self.supplement is not None:
                    self.diagnostics.append(RepeatedStatement(statement.span, "附則", self.supplement.span))
                self.supplement = self.supplement or statement
            case Carry() if current is not None and not current.forest.open_nodes:
                if current.carry is not None:
                    self.diagnostics.append(RepeatedStatement(statement.span, "引継ぎ", current.carry.span))
                current.carry = current.carry or statement
            case ClauseAmendmentLine():
                self._open_declared(statement)
            case AllocationBase():
                self.misplace(statement.span, "配分の改正文", _IN_AN_ALLOCATION)
            case Lost():
                pass  # the revision is marked damaged as a whole
            case Heading() | Definition() | Requirement() | Timing() | Remark() | Undisclosed() | Carry():
                self._place_below(statement, current)
            case _:
                assert_never(statement)

    def _open_declared(self, line: ClauseAmendmentLine) -> None:
        """Open an amendment of declarations."""
        for action in line.actions:
            if as_declared(action) is None:
                wrong = unlike_declared(action, line.span)
                if wrong is None:
                    self.misplace(line.span, "配分の改正文", _IN_AN_ALLOCATION)
                self.diagnostics += [wrong] if wrong is not None else []
                return
        actions = tuple(shared for action in line.actions if (shared := as_declared(action)) is not None)
        together = Together(actions) if len(actions) > 1 else actions[0]
        self._open(AmendmentLine(together, line.span, line.linked, line.comments, line.likewise))

    def _place_below(self, statement: Heading | Attribute, current: _OpenAmendment | None) -> None:
        """Put a heading, or what belongs to one, into what an amendment adds."""
        if current is None or not current.takers:
            # Where a sentence was lost, this may well be what it adds.
            if self.astray or self.parsed.damaged:
                return
            self.astray = True
            what = statement.level.japanese if isinstance(statement, Heading) else name_of(statement)
            self.misplace(statement.span, what, "「次のように改める」か「次のように加える」の後")
        elif (kind := current.declared) is not None:
            if not self.astray:
                what = statement.level.japanese if isinstance(statement, Heading) else name_of(statement)
                where = f"項目を加えるか改める改正文の後（この改正文の後に置けるのは{kind}）"
                self.misplace(statement.span, what, where)
            self.astray = True
        elif isinstance(statement, Heading):
            current.forest.place_heading(statement)
        elif not current.forest.open_nodes and not self.parsed.damaged:
            what = name_of(statement)
            sentence = f"に{what}「…」を加える" if what in ("要件", "時点", "留意", "未公表") else "に定義「…」を加える"
            self.misplace(statement.span, what, f"「推進.Ⅰ.(ⅰ).1.ア {sentence}。」の形の改正文か、加える見出しの後")
        else:
            current.forest.place_attribute(statement)

    def _place_article(self, article: Article) -> None:
        """A heading of amendments: they run from 第1条 without a gap, and none is empty."""
        self._close_article()
        last = None if self.article is None else label_number(Level.INDICATOR, self.article.label)
        number = label_number(Level.INDICATOR, article.label) or FIRST
        if number not in ((FIRST,) if last is None else last.successors) and not self.parsed.damaged:
            due = label_of(Level.INDICATOR, FIRST if last is None else last.due_before(number)) or ""
            expected = Article(due, None, article.span).name
            self.diagnostics.append(MissingLabel(article.span, article.name, expected, "第1条"))
        self.article = article

    def _close_article(self) -> None:
        empty = self.article is not None and not any(a.article is self.article for a in self.amendments)
        if self.article is not None and empty and not self.parsed.damaged:
            self.diagnostics.append(NothingFollows(self.article.span, self.article.name, "改正文"))

    def _open(self, line: AmendmentLine) -> None:
        self.astray = False
        if self.supplement is not None:
            self.misplace(line.span, "改正文", "附則の前")
        if self.amendments and self.amendments[-1].line.linked:
            current = self.amendments[-1]
            current.line, problem = join(current.line, line)
            self.diagnostics += [problem] if problem is not None else []
            return
        self.amendments.append(_OpenAmendment(line, Forest(self.parsed, self.diagnostics, None), self.article))

    def _end_sentence(self) -> None:
        """What stands here is no amendment: the one before, where it ends in a comma, has nothing to go on with."""
        current = self.amendments[-1] if self.amendments else None
        if current is None or not current.line.linked:
            return
        if not self.parsed.damaged:
            self.diagnostics.append(left_open(current.line))
            self.astray = True
        current.line = evolve(current.line, linked=False)
