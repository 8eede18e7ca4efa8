"""What a rulebook refers to by name, so that what nothing uses can be told."""

from haiten.compiler.late import frozen


@frozen
class LocalName:
    """A name that is known below a place only: a 局所名, or outside every node (owner "") a 定数."""

    owner: str
    name: str


@frozen
class BudgetName:
    """The name of a 予算, which is apart from those of facts and 区分."""

    name: str


UsedName = str | LocalName | BudgetName  # a plain name is that of a 事実 or 区分
