"""Years in titles, 時点 and sources that are not the rulebook's own (language.md, Opening; 時点)."""

from collections.abc import Iterable, Iterator
from typing import Final

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import (
    AbsoluteTiming,
    Diagnostic,
    SourceOfOtherYear,
    SourceYearNotOlder,
    TitleOfOtherYear,
)
from haiten.compiler.patterns import late_pattern
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import Header, SourceDecl, Timing, Title
from haiten.compiler.syntax.years import western_year

_DIGITS: Final = str.maketrans("０１２３４５６７８９ＲＨＳｒｈｓ　", "0123456789RHSrhs ")
_KANJI: Final = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
# A fiscal year however it is written: 令和6年度, 令和六年度, R6, R6年度, 2024年度. A date (令和6年3月) is none.
_FISCAL: Final = late_pattern(
    r"(?P<era>令和|平成|昭和)\s*(?P<number>元|[0-9]+|[一二三四五六七八九十]+)\s*年度"
    r"|(?<![A-Za-z])(?P<letter>[RHSrhs])\.?\s*(?P<short>元|[0-9]{1,2})(?![0-9.]|\s*年(?!度))(?:\s*年度)?"
    r"|(?<![0-9])(?P<western>(?:19|20)[0-9]{2})\s*年度"
)
# In a 時点, where no date is only mentioned, any year is one.
_ANY: Final = late_pattern(
    r"(?:令和|平成|昭和)(?:元|[0-9]+|[一二三四五六七八九十]+)年|[RHS](?:元|[0-9]{1,2})|(?:19|20)[0-9]{2}年"
)


def check_years(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """All of it, for a rulebook; what a revision leaves as it was is reported as such (H623)."""
    syntax = program.syntax
    yield from check_opening(syntax.header, syntax.title, syntax.sources)
    for timing in kept.of(program, _own_timing).values():
        if timing.span.source is syntax.header.span.source:
            yield from check_timing(timing.value, timing.span, syntax.header.year)


def _own_timing(_: Program, node: Node) -> Timing | None:
    return None if node.is_shared else node.decl.timing


def check_opening(header: Header, title: Title | None, sources: Iterable[SourceDecl]) -> Iterator[Diagnostic]:
    """Title and sources of any kind of file; a text that names the year beside others is right."""
    own = header.span.source
    if title is not None and title.text.span.source is own and (other := _other(title.text.value, header.year)):
        yield TitleOfOtherYear(title.text.span, other, header.year)
    for source in sources:
        named = western_year(source.year or "")
        # A year later it would have the name of what is now declared without a year.
        if source.year is not None and source.span.source is own and named >= western_year(header.year):
            yield SourceYearNotOlder(source.span, source.full_name, header.year, source.name)
            continue
        text = source.text
        if text is None or text.span.source is not own:
            continue
        year = source.year or header.year
        # What a later document says of a year is a source like any other.
        if (other := _other(text.value, year)) and max(years_in(text.value)) < western_year(year):
            yield SourceOfOtherYear(text.span, source.full_name, other, year, source.name)


def check_timing(value: str, span: Span, year: str) -> Iterator[Diagnostic]:
    """A 時点 that names a year, which goes stale as the rulebook is carried on."""
    found = _ANY.search(value.translate(_DIGITS))
    if found is not None:
        apart = western_year(year) - next(iter(years_in(f"{found[0].removesuffix('年')}年度")), western_year(year))
        word = {0: "当年度", 1: "前年度", 2: "前々年度", -1: "翌年度"}.get(apart, "前年度")
        yield AbsoluteTiming(span, found[0], year, word)


def years_in(text: str) -> Iterator[int]:
    """The fiscal years that a text names, as the years in which they begin."""
    for found in _FISCAL.finditer(text.translate(_DIGITS)):
        if found["western"]:
            yield int(found["western"])
        else:
            era = found["era"] or found["letter"].upper()
            yield _ERAS[era] + _number(found["number"] or found["short"])


def _number(written: str) -> int:
    if written == "元":
        return 1
    if written.isascii():
        return int(written)
    tens, ten, units = written.partition("十")
    if not ten:
        return int("".join(str(_KANJI[digit]) for digit in written))
    return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[units] if units else 0)


def _other(text: str, year: str) -> str | None:
    """The year that a text is of, where it names years and the given one is not among them."""
    named = list(years_in(text))
    if not named or western_year(year) in named or not western_year(year):
        return None
    found = _FISCAL.search(text.translate(_DIGITS))
    return found[0].strip() if found else None
