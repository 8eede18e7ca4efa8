"""What a rulebook says of the year before, held against that year's rulebook (language.md, Identity)."""

from collections.abc import Iterator

from haiten.comparison.match import Match
from haiten.compiler.diagnostics import Diagnostic, PastNotFound
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.program.terms import Met
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.syntax.years import year_before

_NO_ORIGIN = "この項目は、新しい項目として扱います。"
_NO_ANSWER = "答えは引き継げず、不明になります。"


def check_past(matched: Match) -> Iterator[Diagnostic]:
    """前身 and 引継ぎ of the new rulebook that lead to nothing in the old one.

    A full text can be checked only beside the year that it speaks of; of other years nothing is said.
    """
    old, new = matched.old, matched.new
    for node in new.nodes.values():
        if node.is_shared:
            continue
        if (origin := node.decl.heading.origin) is not None:
            for year, target in origin.moves:
                past = print_target(target)
                if year == old.year and (past not in old.nodes or old.nodes[past].level is not node.level):
                    yield PastNotFound(origin.span, node.path, "前身", past, year, _NO_ORIGIN)
        if node.carry is None or node.decl.carry is None or year_before(new.year) != old.year:
            continue
        named = dict.fromkeys(part.path for part in conditions_in(node.carry) if isinstance(part, Met))
        for past in named:
            if past not in old.nodes or not old.nodes[past].is_leaf:
                yield PastNotFound(node.decl.carry.span, node.path, "引継ぎ", past, old.year, _NO_ANSWER)
