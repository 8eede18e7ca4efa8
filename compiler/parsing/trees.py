"""What readers find in lark's trees: children by their rule, tokens by their kind."""

from collections.abc import Callable

from lark import Token, Tree

from haiten.compiler.syntax.rulebook import PastName, PastNames
from haiten.compiler.syntax.scope import LONG_TERM_CARE, Scope
from haiten.compiler.syntax.years import western_year


def find(tree: Tree[Token], data: str) -> Tree[Token] | None:
    """The first child that is a tree of this rule."""
    return next((child for child in tree.children if isinstance(child, Tree) and child.data == data), None)


def child_of(tree: Tree[Token], data: str) -> Tree[Token]:
    """The child that the grammar promises."""
    found = find(tree, data)
    assert found is not None, f"the grammar promises {data} in {tree.data}"
    return found


def find_token(tree: Tree[Token], kind: str) -> Token | None:
    """The first child that is a token of this kind."""
    return next((child for child in tree.children if isinstance(child, Token) and child.type == kind), None)


def token_of(tree: Tree[Token], kind: str) -> Token:
    """The token that the grammar promises."""
    found = find_token(tree, kind)
    assert found is not None, f"the grammar promises {kind} in {tree.data}"
    return found


def scope_of(line: Tree[Token]) -> Scope:
    """The scope that a line at the head of a file names behind its year."""
    *scheme, bodies = map(str, child_of(line, "scope").children)
    return Scope(bodies, *scheme or (LONG_TERM_CARE,))


def past_names(tree: Tree[Token], year_of: Callable[[Token], str]) -> PastNames:
    """What a declaration was called in older years: year and name of each 前身, as they are written, newest first."""
    past = find(tree, "formerly")
    words = [word for word in past.children if isinstance(word, Token)] if past else []
    return tuple(PastName(year_of(year), str(name)) for year, name in zip(words[::2], words[1::2], strict=True))


def newest_first(names: PastNames) -> PastNames:
    """Past names in the order of their years, however they are written."""
    return tuple(sorted(names, key=lambda past: western_year(past.year), reverse=True))
