"""Parse tables as text: what lark computes from the grammar, of which a parser reads what its text needs.

lark keeps tables as a pickle, and makes all of them when it loads one. Here the first line is JSON with all else, and
each other one is a state of the parser: for each token its number in a list, and what is done, which is twice the state
to go to, or twice the rule to reduce by and one. A line becomes a row when a parser is first in that state; most texts
need a fourth of them.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from lark import Lark, Tree
from lark.common import LexerConf
from lark.grammar import NonTerminal, Rule, RuleOptions, Symbol, Terminal
from lark.lexer import TerminalDef
from lark.parse_tree_builder import PropagatePositions
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser import LALR_Parser, _Parser

from haiten.grammar.scanner import SignLexer


def as_text(parser: Lark) -> str:
    """The tables of a parser that was built from its grammar."""
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: value for name, value in data["options"].items() if name != "_plugins"}  # which is code
    table = data["parser"]["parser"]
    states, table["tokens"] = _in_order(table)
    listed = _listed(memo)
    terminals = [each for each in listed if each["__type__"] == "TerminalDef"]
    kept = {"data": data, "terminals": terminals, "rules": _numbered_rules(listed[len(terminals) :])}
    head = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return "".join(f"{line}\n" for line in (head, *(" ".join(map(str, _numbers(actions))) for actions in states)))


def _in_order(table: dict[str, Any]) -> tuple[list[Mapping[int, tuple[int, Any]]], list[str]]:
    """The states by how they are reached and the tokens by name, where lark numbers them as its sets have them.

    The same grammar then gives the same text. The states in which a parser starts and ends are numbered anew.
    """
    written, names = table.pop("states"), table["tokens"]
    tokens = sorted(names.values())
    number = {name: place for place, name in enumerate(tokens)}
    places = {state: place for place, state in enumerate(dict.fromkeys(table["start_states"].values()))}
    states: list[Mapping[int, tuple[int, Any]]] = []
    for state in _reached(written, names, places):
        row = sorted((number[names[token]], *action) for token, action in written[state].items())
        states.append({token: (reduces, what if reduces else places[what]) for token, reduces, what in row})
    for ends in ("start_states", "end_states"):
        table[ends] = {start: places[state] for start, state in table[ends].items()}
    return states, tokens


def _reached(
    written: Mapping[int, Mapping[int, tuple[int, Any]]], names: Mapping[int, str], places: dict[int, int]
) -> Iterator[int]:
    """The states, nearest first; ``places`` is filled with all that one leads to before it is given."""
    waiting = list(places)
    for state in waiting:
        for token in sorted(written[state], key=lambda token: names[token]):
            reduces, what = written[state][token]
            if not reduces and what not in places:
                places[what] = len(places)
                waiting.append(what)
        yield state


def from_text(text: str) -> Lark:
    """A parser by its tables.

    Raises:
        ValueError, LookupError, TypeError: they are none.
    """
    head, *lines = text.splitlines()
    kept = json.loads(head)
    tables = _Tables(lines)
    kept["data"]["options"]["_plugins"] = {"LALR_Parser": tables, "ContextualLexer": tables.lexer}
    return Lark.load({"data": kept["data"], "memo": dict(enumerate([*kept["terminals"], *_rules(**kept["rules"])]))})


def _numbered_rules(rules: list[dict[str, Any]]) -> dict[str, list[list[Any]]]:
    """Rules by the numbers of their symbols and options, which many share; lark would make each of them anew."""
    symbols: dict[tuple[Any, ...], int] = {}
    options: dict[tuple[Any, ...], int] = {}

    def symbol(said: dict[str, Any]) -> int:
        name = said["name"]
        return _number((name, said["filter_out"]) if said["__type__"] == "Terminal" else (name,), symbols)

    def option(said: dict[str, Any]) -> int:
        values = (said[name] for name in RuleOptions.__serialize_fields__)
        return _number(tuple(tuple(value) if isinstance(value, list) else value for value in values), options)

    numbered = [
        [
            symbol(rule["origin"]),
            [*map(symbol, rule["expansion"])],
            rule["order"],
            rule["alias"],
            option(rule["options"]),
        ]
        for rule in rules
    ]
    return {"symbols": [*map(list, symbols)], "options": [*map(list, options)], "rules": numbered}


def _number(value: tuple[Any, ...], numbers: dict[tuple[Any, ...], int]) -> int:
    return numbers.setdefault(value, len(numbers))


def _rules(symbols: list[list[Any]], options: list[list[Any]], rules: list[list[Any]]) -> Iterator[Rule]:
    known = [NonTerminal(*each) if len(each) == 1 else Terminal(*each) for each in symbols]
    how = [RuleOptions(*each) for each in options]
    for origin, expansion, order, alias, option in rules:
        yield Rule(known[origin], [known[part] for part in expansion], order, alias, how[option])


def _numbers(actions: Mapping[int, tuple[int, Any]]) -> Iterator[int]:
    for token, (reduces, what) in actions.items():
        yield from (token, 2 * what["@"] + 1 if reduces else 2 * what)


def _listed(numbered: Mapping[int, Any]) -> list[Any]:
    return [numbered[number] for number in range(len(numbered))]


class _Reduction:
    """A rule as the parser asks for it; lark's own are compared part by part with every reduction."""

    __slots__ = ("expansion", "origin")

    def __init__(self, rule: Rule) -> None:
        self.expansion: Sequence[Symbol] = rule.expansion
        self.origin: NonTerminal = rule.origin


class TreePlaces:
    """Tells a tree where it begins and ends, as ``PropagatePositions`` does, without lines and columns."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[list[Any]], Any]) -> None:
        self.make = make

    def __call__(self, children: list[Any]) -> Any:
        """What is made of children, with its place where it is a tree."""
        made = self.make(children)
        if isinstance(made, Tree):
            meta: Any = made.meta
            for child in children:
                if (start := _begins(child)) is not None:
                    # What was made of one child has its own place, in a container that may be larger.
                    if meta.empty:
                        meta.start_pos = start
                    meta.container_start_pos = start
                    break
            for child in reversed(children):
                if (end := _ends(child)) is not None:
                    if meta.empty:
                        meta.end_pos = end
                    meta.container_end_pos = end
                    meta.empty = False
                    break
        return made


def _begins(child: Any) -> int | None:
    """Where a token or a tree begins; None for a tree of nothing."""
    if isinstance(child, Tree):
        return None if child.meta.empty else child.meta.container_start_pos  # type: ignore[attr-defined]  # as below
    return child.start_pos  # type: ignore[no-any-return]  # a token


def _ends(child: Any) -> int | None:
    if isinstance(child, Tree):
        return None if child.meta.empty else child.meta.container_end_pos  # type: ignore[attr-defined]  # as above
    return child.end_pos  # type: ignore[no-any-return]  # a token


class _States(dict[int, dict[str, tuple[Any, Any]]]):
    """The rows of a parse table by state, as far as a parser was in them."""

    def __init__(self, lines: Sequence[str], tokens: Sequence[str], reductions: Mapping[int, _Reduction]) -> None:
        self._lines, self._tokens, self._reductions = lines, tokens, reductions

    def __missing__(self, state: int) -> dict[str, tuple[Any, Any]]:
        numbers = [int(number) for number in self._lines[state].split()]
        made = self[state] = {
            self._tokens[token]: (Reduce, self._reductions[what >> 1]) if what & 1 else (Shift, what >> 1)
            for token, what in zip(numbers[::2], numbers[1::2], strict=True)
        }
        return made

    def all_made(self) -> "_States":
        """All rows, for whoever goes through them."""
        for state in range(len(self._lines)):
            self[state]
        return self


class _Tables:
    """What makes a parser of tables, where lark would by its own means."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._states = _States((), (), {})

    def deserialize(self, data: Mapping[str, Any], memo: Mapping[int, Any], callbacks: Any, debug: bool = False) -> Any:
        """The parser, with the rules that lark has made, and what it calls with each reduction."""
        reductions = {place: _Reduction(rule) for place, rule in memo.items() if isinstance(rule, Rule)}
        by_rule = {memo[place]: reduction for place, reduction in reductions.items()}
        calls = {
            by_rule.get(of, of): TreePlaces(call.node_builder) if isinstance(call, PropagatePositions) else call
            for of, call in callbacks.items()
        }
        self._states = _States(self._lines, data["tokens"], reductions)
        parser: Any = LALR_Parser.__new__(LALR_Parser)
        make: Any = IntParseTable  # lark leaves it untyped
        parser._parse_table = make(self._states, data["start_states"], data["end_states"])
        parser.parser = _Parser(parser._parse_table, calls, debug)
        return parser

    def lexer(self, conf: LexerConf, _: Any, always_accept: Collection[str] = ()) -> SignLexer:
        """The lexer, which looks up in the rows what a state allows."""
        return SignLexer(conf, self._states, always_accept)
