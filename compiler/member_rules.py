"""The rulebook of the municipalities, which a prefectural one reads in 管内平均 and its kin."""

from pathlib import Path

from attrs import field

from haiten.compiler.below import Below
from haiten.compiler.changing import evolve
from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic, NoMemberRules, has_errors
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.resolving.member_values import FindRules
from haiten.compiler.source import Span
from haiten.compiler.syntax.revision import BaseLine
from haiten.compiler.syntax.rulebook import Header
from haiten.compiler.syntax.scope import MUNICIPALITIES, PREFECTURES


@frozen(eq=False)
class MemberRules:
    """Finds and compiles it when the first figure asks for it.

    Attributes:
        path: where the prefectural rule file lies.
        given: the municipal one, where it is not to be looked for.
        below: finds and compiles a file.
        diagnostics: one, where it cannot be used.
    """

    path: Path
    given: Path | Compilation | None
    below: Below
    diagnostics: list[Diagnostic] = field(factory=list)
    _asked: list[Compilation | None] = field(factory=list)

    @property
    def compiled(self) -> Compilation | None:
        """What was found and can be used; None where nobody asked for it too."""
        return self._asked[0] if self._asked else None

    def finder(self, header: Header) -> FindRules | None:
        """What finds it for a rulebook; None where its bodies have no members."""
        if header.scope.bodies != PREFECTURES:
            return None

        def find(span: Span) -> Program | None:
            if not self._asked:
                self._asked.append(self._compile(header, span))
            return None if self._asked[0] is None else self._asked[0].program

        return find

    def _compile(self, header: Header, span: Span) -> Compilation | None:
        scope = evolve(header.scope, bodies=MUNICIPALITIES)
        made: Compilation | None = None
        reason = ""
        given = self.given
        if given is None:
            search = self.below.find(self.path, BaseLine(header.year, scope, span))
            given, reason = search.path, f"見つかりません（探した所: {search.told}）"
        if given is not None:
            made = given if isinstance(given, Compilation) else self.below.compile(given)
            name = made.source.name if made.source is not None else str(given)
            errors = sum(has_errors([diagnostic]) for diagnostic in made.diagnostics)
            reason = ""
            if errors or made.program is None:
                reason = f"「{name}」に誤りが{max(errors, 1)}件あります"
            elif made.allocation is not None or (made.program.year, made.program.scope) != (header.year, scope):
                reason = f"「{name}」は{header.year} {scope} 評価指標ではありません"
        if reason:
            self.diagnostics.append(NoMemberRules(span, header.year, str(scope), reason))
            return None
        return made
