"""前身 of declarations and local names: what they were called in older years."""

from lark import Token, Tree

from haiten.compiler.syntax.rulebook import PastNames


def past_names(tree: Tree[Token]) -> PastNames:
    """Year and name of each 前身, as they are written: newest first."""
    pasts = (part for part in tree.children if isinstance(part, Tree) and part.data == "formerly")
    return tuple((str(past.children[0]), str(past.children[1])) for past in pasts)
