"""Columns in layers: each common table expression adds those that need only the layers before it."""

from typing import Final

from attrs import field
from sqlglot import exp

from haiten.backends.dialects import Dialect
from haiten.compiler.late import frozen

KEY: Final = "団体コード"


@frozen(eq=False)
class Layers:
    """Named columns by level; level 0 reads the table.

    No expression holds another column's, so none is deep, and the text grows with the rulebook only.

    Attributes:
        levels: the level of every column that was defined.
        rows: by level, the columns that it adds.
    """

    dialect: Dialect
    levels: dict[str, int] = field(factory=dict)
    rows: list[list[exp.Expr]] = field(factory=lambda: [[]])

    def read(self, name: str, expression: exp.Expr, comment: str = "") -> str:
        """Define a column of level 0, from columns of the table."""
        return self._add(0, name, expression, comment)

    def define(self, name: str, expression: exp.Expr, comment: str = "") -> str:
        """Define a column from columns defined before; its name."""
        inputs = (self.levels[column.name] for column in expression.find_all(exp.Column))
        return self._add(1 + max(inputs, default=0), name, expression, comment)

    def helper(self, expression: exp.Expr) -> str:
        """Define a column that has no name of its own."""
        return self.define(f"t{len(self.levels)}", expression)

    def column(self, name: str) -> exp.Column:
        """A column that was defined, to use in an expression."""
        return self.dialect.column(name)

    def _add(self, level: int, name: str, expression: exp.Expr, comment: str) -> str:
        name = self.dialect.column_name(name)
        assert name not in self.levels, name
        self.levels[name] = level
        while len(self.rows) <= level:
            self.rows.append([])
        aliased = self._named(name, expression)
        if comment:
            aliased.add_comments([comment])
        self.rows[level].append(aliased)
        return name

    def _named(self, name: str, expression: exp.Expr) -> exp.Expr:
        same = isinstance(expression, exp.Column) and expression.name == name
        return expression if same else exp.alias_(expression, self.dialect.identifier(name))

    def query(self, table: exp.Expr, outputs: dict[str, exp.Expr]) -> exp.Select:
        """The query that yields the key and some expressions, by name, for every row of the table."""
        key = self.dialect.column(KEY)
        named = (self._named(self.dialect.column_name(name), expression) for name, expression in outputs.items())
        query = exp.select(key.copy(), *named)
        below = table
        for level, columns in enumerate(self.rows):
            kept = key.copy() if level == 0 else exp.Star()
            layer = exp.select(kept, *columns).from_(below)
            query = query.with_(f"level_{level}", as_=layer, copy=False)
            below = exp.to_table(f"level_{level}")
        return query.from_(below)
