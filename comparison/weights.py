"""Where points moved: the third layer of a diff."""

from haiten.comparison.match import Match
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level


@frozen
class LevelWeight:
    """A 交付金, 目標, 指標群 or 指標 in both years.

    Attributes:
        old_path: None for a new one; ``new_path`` None for one that is gone.
        old: its points then, 0 where it was not; ``new`` now.
        old_leaves: how many items gave points then; ``new_leaves`` now.
        state: what to say of one that is new or gone; empty where it is in both.
        same_as: the node that stands here by に同じ, as its rulebook calls it; None for one that is written here.
    """

    level: Level
    old_path: str | None
    new_path: str | None
    text: str
    old: int
    new: int
    old_leaves: int
    new_leaves: int
    state: str = ""
    same_as: str | None = None

    @property
    def path(self) -> str:
        """Where it stands, or stood."""
        return self.new_path or self.old_path or ""

    @property
    def changed(self) -> bool:
        """Whether its points or the number of its items changed, or it came or went."""
        same = (self.old, self.old_leaves) == (self.new, self.new_leaves)
        return not same or self.old_path is None or self.new_path is None


def find_weights(matched: Match) -> tuple[LevelWeight, ...]:
    """All nodes down to the indicators, those that are gone behind those that stand beside them."""
    weights = []
    for node in matched.new.nodes.values():
        if node.level <= Level.INDICATOR:
            before = matched.counterpart(node)
            weights.append(_weight(matched, before, node))
            if node.level < Level.INDICATOR and before is not None:
                weights += [_weight(matched, matched.old.nodes[path], None) for path in _gone(matched, before)]
    top = [node for node in matched.old.grants if node.path not in matched.new_path]
    return (*weights, *(_weight(matched, node, None) for node in top))


def _gone(matched: Match, parent: Node) -> list[str]:
    return [path for path in parent.children if path not in matched.new_path]


def _weight(matched: Match, old: Node | None, new: Node | None) -> LevelWeight:
    either = new or old
    assert either is not None
    return LevelWeight(
        level=either.level,
        old_path=old.path if old else None,
        new_path=new.path if new else None,
        text=either.text,
        old=old.maximum if old else 0,
        new=new.maximum if new else 0,
        old_leaves=_leaves(matched.old, old),
        new_leaves=_leaves(matched.new, new),
        state=matched.state(old.path if old else None, new.path if new else None),
        same_as=either.same_as if either.is_shared else None,
    )


def _leaves(program: Program, node: Node | None) -> int:
    if node is None:
        return 0
    return sum(leaf.path == node.path or leaf.path.startswith(node.path + ".") for leaf in program.leaves)
