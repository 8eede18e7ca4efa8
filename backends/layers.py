"""Columns in layers: each common table expression adds those that need only the layers before it."""

from collections.abc import Iterable
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

    def tables(self, table: exp.Expr, prefix: str = "level_") -> list[tuple[str, exp.Select]]:
        """The common table expressions over a table, by name; each reads the one before."""
        made: list[tuple[str, exp.Select]] = []
        for level, columns in enumerate(self.rows):
            kept = self.dialect.column(KEY) if level == 0 else exp.Star()
            below = exp.to_table(made[-1][0]) if made else table
            made.append((f"{prefix}{level}", exp.select(kept, *columns).from_(below)))
        return made

    def query(
        self, table: exp.Expr, outputs: dict[str, exp.Expr], before: Iterable[tuple[str, exp.Select]] = ()
    ) -> exp.Select:
        """The query that yields the key and some expressions, by name, for every row of the table.

        Args:
            table: a table, or one of ``before``.
            outputs: what to yield.
            before: tables that are there before.
        """
        named = (self._named(self.dialect.column_name(name), expression) for name, expression in outputs.items())
        query = exp.select(self.dialect.column(KEY), *named)
        tables = self.tables(table)
        for name, select in (*before, *tables):
            query = query.with_(name, as_=select, copy=False)
        return query.from_(exp.to_table(tables[-1][0]))
