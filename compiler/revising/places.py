"""Which nodes of the text as amended so far an amendment is about."""

from typing import Final, assert_never

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.patterns import late_pattern
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.revising.causes import CauseFinder
from haiten.compiler.revising.renumber import as_target, is_backwards, stretch_paths
from haiten.compiler.revising.separate import way_apart
from haiten.compiler.revising.working_tree import Held, LiveNode, Tree
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.revision import (
    SAME,
    Declare,
    Delete,
    Insert,
    PartChange,
    Places,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revalue,
    Reword,
    Separate,
    Single,
    Stretch,
)
from haiten.compiler.syntax.rulebook import NodeDecl

# Names may have these words in them; what is not there was most likely meant as several.
_JOINED: Final = late_pattern("及び|並びに")


@define(eq=False)
class Finder:
    """Finds places; what is not there is reported once.

    Attributes:
        doubtful: paths of which an amendment failed: whatever is said of them later may be right.
    """

    tree: Tree
    causes: CauseFinder
    diagnostics: list[Diagnostic]
    doubtful: set[str] = field(factory=set)

    def one(self, target: Target) -> LiveNode | None:
        """The node at a place; None, and a diagnostic, where there is none."""
        live = self.tree.find(target)
        path = print_target(target)
        if live is None and path.startswith(SAME):
            here = (
                "「同」は、同じ改正文の中で「同.カ」のように書いて、前の項目と同じ親を指します。"
                "ここでは「推進.Ⅰ.(ⅰ).1.ア」のように、上から書きます。"
            )
            self.diagnostics.append(d.UnreadAmendment(target.span, path, here))
        elif live is None and (joined := _JOINED.search(path)) is not None:
            spaced = f"項目を並べる言葉の前後に、空白を入れます（「… {joined[0]} …」）。"
            self.diagnostics.append(d.UnreadAmendment(target.span, path, spaced))
        elif live is None and not self.is_doubtful(path):
            known = [node.path for node in self.tree.walk()]
            left = next((span for old, span in reversed(self.causes.vacated.items()) if _within(path, old)), None)
            # What に同じ brings in is amended where it is written.
            elsewhere = self.tree.hold(target, None)
            written = elsewhere.live.path if isinstance(elsewhere, Held) else None
            suggestion = None if left else written or nearest(path, known)
            missing = d.MissingTarget(target.span, path, left, suggestion)
            hint = way_apart(self.tree, elsewhere) if isinstance(elsewhere, Held) and not left else None
            self.diagnostics.append(evolve(missing, hint=hint) if hint else missing)
        if live is None:
            self.doubtful.add(path)
        return live

    def all(self, places: Places) -> list[LiveNode] | None:
        """The nodes at all places, in their order; None, and one diagnostic, where one of them is not there."""
        found: list[LiveNode] = []
        for stretch in places.stretches:
            for target in self._targets(stretch):
                live = self.one(target)
                if live is None:
                    return None
                if live in found:
                    self.diagnostics.append(d.NamedTwice(stretch.span, live.path))
                    return None
                found.append(live)
        return found or None

    def _targets(self, stretch: Stretch) -> list[Target]:
        """The places of a stretch; none, and a diagnostic, of one that is no range."""
        if is_backwards(stretch):
            self.diagnostics.append(d.EmptySpan(stretch.span, stretch.span.text))
            return []
        if stretch.last is None:
            return [stretch.first]
        return [as_target(path, stretch.span) for path in stretch_paths(self.tree, stretch)]

    def is_doubtful(self, path: str) -> bool:
        """Whether an amendment of what stands at a path, or above it, failed."""
        return any(_within(path, doubtful) for doubtful in self.doubtful)

    def doubt(self, action: Single) -> None:
        """An action failed: what is said later of the places that it would have changed may be right."""
        match action:
            case Renumber(moves=moves):
                stretches = (stretch for pair in moves for stretch in pair)
                self.doubtful.update(path for stretch in stretches for path in stretch_paths(self.tree, stretch))
            case Separate(pairs=pairs):
                self.doubtful.update(path for stretch, _ in pairs for path in stretch_paths(self.tree, stretch))
            case Insert(anchor=(PathRef()) as anchor, new=new):
                parent = print_target(anchor).rpartition(".")[0]
                labels = [node.heading.label for node in new if isinstance(node, NodeDecl)]
                self.doubtful |= {f"{parent}.{label}" for label in labels}
            case Replace(target=Places() as places) | Delete(target=Places() as places):
                self.doubtful.update(path for stretch in places.stretches for path in stretch_paths(self.tree, stretch))
            case Replace() | Delete() | Insert() | Rename() | PartChange() | Reword() | Recite():
                pass  # parts are doubted one by one, declarations by their names
            case Declare() | Revalue():
                pass  # parts are doubted one by one, declarations by their names
            case _:
                assert_never(action)


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(above + ".")
