"""The codes of a table, settled over the whole of it: lost zeros, changed codes, rows that are no bodies.

Nothing is guessed: what the list of codes, the check digits and the names decide is reported and done; what they leave
open is an error with both readings.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl
from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.diagnostics.masses import Gathered, told_at
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CODE, NAME
from haiten.scoring.facts import fact_errors
from haiten.scoring.facts.facts import prefectural_code
from haiten.scoring.numbers.exact import Bools, everywhere
from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.characters import trimmed, visible
from haiten.scoring.reading.municipalities import (
    AS_OF,
    MUNICIPALITY,
    PREFECTURE,
    WARD,
    ListedBody,
    is_real_number,
    listed,
    named,
    plain_name,
)

_PLAIN: Final = r"^[0-9]{5,}$"
_DIGITS: Final = re.compile(r"[0-9]+")
_TOTAL: Final = re.compile(r".*(?:計|平均|全国|中央値|最大値?|最小値?|標準偏差)[)）]?")
_NOTE: Final = re.compile(r"[※*＊（(〔\[【]?\s*(?:※|\*|＊|注|備考|出典|資料|単位|作成|以上$|[0-9０-９]+[)）.．]).*")
_TOTALS: Final = "合計や平均"
_NOTES: Final = "注"
_WARDS: Final = "政令指定都市の区"
_FEW: Final = 300
# Of a body that is in no list; a file of millions has no other.
_LOCAL: Final = r"^[0-9]{7,}$"


@frozen(eq=False)
class Settled:
    """The codes as they are meant.

    Attributes:
        codes: a code for every row, lost zeros put back and changed codes replaced.
        kept: the rows that are bodies of the scope.
        diagnostics: what to say of it.
        refused: rows that are reported as a whole, so that their cells need no word of their own.
    """

    codes: pl.Series
    kept: Bools
    diagnostics: tuple[Diagnostic, ...]
    refused: frozenset[int]


def check_digit(code: str) -> str:
    """The sixth digit of a 全国地方公共団体コード, from its first five."""
    weighted = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=False))
    return str((11 - weighted % 11) % 10)


def plain_codes(written: pl.Series) -> pl.Series:
    """Codes with full-width digits made plain."""
    if written.str.contains(_PLAIN).all():
        return written
    return pl.Series([trimmed(code.translate(FOLDINGS)) for code in written.to_list()], dtype=pl.String)


def meant_codes(
    file: str,
    codes: pl.Series,
    names: pl.Series,
    prefectures: pl.Series,
    rows: Sequence[int] | np.ndarray,
    changed: Mapping[str, str],
    scope: str,
) -> tuple[pl.Series, tuple[Diagnostic, ...]]:
    """Codes with changed ones replaced and lost zeros put back, and what to say of it; arguments as of ``settle``."""
    settler = _Settler(file, scope, codes.to_list(), names, prefectures, rows)
    settler.replace(changed)
    settler.restore_zeros()
    return pl.Series(settler.codes, dtype=pl.String), settler.told()


def none_of_last_year(file: str, here: Sequence[str], there: Sequence[str]) -> Diagnostic | None:
    """What to say of two years that have no body in common, by the keys of their bodies; None where they have one."""
    if not here or not there or set(here) & set(there):
        return None
    return errors.NoneOfLastYear(Cell(file, None, CODE), len(here), here[0], there[0])


def settle(
    file: str,
    scope: str,
    codes: pl.Series,
    names: pl.Series,
    prefectures: pl.Series,
    rows: Sequence[int] | np.ndarray,
    alone: Mapping[int, str],
    *,
    changed: Mapping[str, str],
    skip: bool,
) -> Settled:
    """Settle the codes of a table.

    Args:
        file: what messages call it.
        scope: 市町村 or 都道府県, as the rulebook is about.
        codes: as written, with plain digits.
        names: of the bodies, empty where there is none; ``prefectures`` likewise.
        prefectures: the prefectures that the rows name.
        rows: where they stand in the file.
        alone: the text of rows in which nothing else stands, by place.
        changed: new codes by the first five digits of old ones.
        skip: leave out the rows that are no bodies of the scope.
    """
    if codes.str.contains(_LOCAL).all() and not names.str.contains(rf"^{_TOTAL.pattern}$").any():
        return Settled(codes, everywhere(len(codes)), (), frozenset())
    settler = _Settler(file, scope, codes.to_list(), names, prefectures, rows)
    settler.replace(changed)
    settler.restore_zeros()
    settler.sort_out(alone, skip=skip)
    settler.compare_names()
    kept = np.ones(len(codes), dtype=np.bool_)
    kept[list(settler.out)] = False
    settled = pl.Series(settler.codes, dtype=pl.String)
    return Settled(settled, kept, settler.told(), frozenset(settler.out))


@frozen(eq=False)
class _Settler:
    file: str
    scope: str
    codes: list[str]
    names: pl.Series
    prefectures: pl.Series
    rows: Sequence[int] | np.ndarray
    diagnostics: Gathered = field(factory=Gathered)
    ambiguous: list[int] = field(factory=list)  # codes that may be read both ways
    out: set[int] = field(factory=set)

    def _at(self, place: int | None = None, column: str = CODE) -> Cell:
        return Cell(self.file, None if place is None else int(self.rows[place]), column)

    def replace(self, changed: Mapping[str, str]) -> None:
        """Put new codes in the place of old ones."""
        found = [place for place, code in enumerate(self.codes) if len(code) <= 6 and code[:5] in changed]
        if not found:
            return
        shown = "、".join(f"{self.codes[p]} → {changed[self.codes[p][:5]]}" for p in found[:_FEW])
        for place in found:
            self.codes[place] = changed[self.codes[place][:5]]
        self.diagnostics.append(errors.CodesReplaced(self._at(), len(found), shown))

    # Lost zeros

    def restore_zeros(self) -> None:
        """Put back zeros that a spreadsheet took for those of a number; what may be read both ways is reported."""
        known = listed()
        self._prefectures_by_number()
        short = [place for place, code in enumerate(self.codes) if len(code) in (4, 5) and _DIGITS.fullmatch(code)]
        as_written, cut, either, others = list[int](), list[int](), list[int](), list[int]()
        for place in short:
            written, whole = known.get(self.codes[place]), _whole(self.codes[place])
            if whole is not None and written is None:
                # Made-up codes may well look like a prefecture's without its zero: that alone is no evidence.
                (cut if whole.kind == self.scope else others).append(place)
            elif written is not None:
                (as_written if whole is None else either).append(place)
        # Codes that fit both ways follow those that fit one way only; six digits beside five were six as well.
        lost = bool(cut) or (not as_written and any(len(code) == 6 for code in self.codes))
        usual = None if lost == bool(as_written) else lost
        for place in either:
            meant = self._is_cut(place)
            meant = usual if meant is None else meant
            if meant is None and not as_written and not cut:
                meant = self._is_cut_by_scope(place)
            if meant is None:
                self.ambiguous.append(place)
            elif meant:
                cut.append(place)
        cut += [place for place in others if cut or self._is_cut(place)]
        if not cut:
            return
        first = self.codes[min(cut)]
        for place in cut:
            self.codes[place] = f"0{self.codes[place]}"
        self.diagnostics.append(fact_errors.LostZero(self._at(), first, str(_whole(first)), len(cut)))

    def told(self) -> tuple[Diagnostic, ...]:
        """What to say of all of it."""
        known, places = listed(), [place for place in self.ambiguous if place not in self.out]

        def tell(place: int) -> Diagnostic:
            code = self.codes[places[place]]
            return errors.AmbiguousCode(self._at(places[place]), code, f"{known[code]} と {_whole(code)}")

        return (*told_at(range(len(places)), tell), *self.diagnostics)

    def _prefectures_by_number(self) -> None:
        """Read 04 as the code of 宮城県, where bodies are prefectures; 4 has lost its zero, and that is reported."""
        if self.scope != PREFECTURE:
            return
        cut = list[int]()
        for place, code in enumerate(self.codes):
            if len(code) > 2 or not _DIGITS.fullmatch(code):
                continue
            entry = listed().get(prefectural_code(code))
            if entry is not None:
                self.codes[place] = entry.code
                cut += [place] * (len(code) == 1)
        if cut:
            entry = listed()[self.codes[cut[0]][:5]]
            self.diagnostics.append(fact_errors.LostZero(self._at(), str(int(entry.code[:2])), str(entry), len(cut)))

    def _is_cut(self, place: int) -> bool | None:
        """Whether its name or prefecture says that a zero was lost before a code; None where they say nothing."""
        written, whole = listed().get(self.codes[place]), _whole(self.codes[place])
        for entry, cut in ((written, False), (whole, True)):
            if entry is None:
                continue
            named = plain_name(self.names[place], entry.prefecture) == plain_name(entry.name)
            if named or self.prefectures[place] == entry.prefecture:
                return cut
        return None

    def _is_cut_by_scope(self, place: int) -> bool | None:
        """Which of two readings is a body of the scope; None where both are, or neither."""
        whole = _whole(self.codes[place])
        assert whole is not None
        cut = whole.kind == self.scope
        return None if cut == (listed()[self.codes[place]].kind == self.scope) else cut

    # Rows that are no bodies

    def sort_out(self, alone: Mapping[int, str], *, skip: bool) -> None:
        """Find the rows that are no bodies of the scope, former ones and unknown ones."""
        others: dict[str, list[tuple[int, str]]] = {}
        unknown: list[int] = []
        known = listed()
        for place, code in enumerate(self.codes):
            if len(code) > 6:
                decimal = code.isdecimal()
                if decimal and self._is_total(place):
                    others.setdefault(_TOTALS, []).append((place, f"{code} {self.names[place]}"))
                elif not decimal and (kind := self._no_code(place, alone)):
                    others.setdefault(kind, []).append((place, visible(code)))
                continue
            if not _DIGITS.fullmatch(code) or len(code) < 5:
                if kind := self._no_code(place, alone):
                    text = alone.get(place) or code or self.names[place]
                    others.setdefault(kind, []).append((place, visible(text)))
                continue
            entry = known.get(code[:5])
            if entry is None:
                if code[:5] == "00000" or self._is_total(place):
                    others.setdefault(_TOTALS, []).append((place, f"{code} {self.names[place]}".strip()))
                elif self.scope == MUNICIPALITY and is_real_number(code):
                    unknown.append(place)
            elif entry.kind != self.scope:
                kind = _WARDS if entry.kind == WARD else entry.kind
                others.setdefault(kind, []).append((place, str(entry)))
            elif entry.until:
                after = known[entry.successor[:5]]
                self.diagnostics.append(errors.FormerCode(self._at(place), str(entry), _day(entry.until), str(after)))
        for kind, found in others.items():
            self.out.update(place for place, _ in found)
            said = "、".join(text for _, text in found[:_FEW])
            said += f" ほか{len(found) - _FEW:,}行" if len(found) > _FEW else ""
            told = errors.RowsLeftOut if skip else errors.OtherRows
            scope = "" if kind in (_TOTALS, _NOTES) else self.scope
            self.diagnostics.append(told(self._at(found[0][0]), kind, len(found), said, scope or self.scope))
        if unknown:
            shown = "、".join(f"{self.codes[place]} {self.names[place]}".strip() for place in unknown[:5])
            more = f" ほか{len(unknown) - 5:,}件" if len(unknown) > 5 else ""
            self.diagnostics.append(errors.UnlistedCodes(self._at(unknown[0]), len(unknown), shown + more, AS_OF))

    def _is_total(self, place: int) -> bool:
        """Whether a row with the code of no listed body is named as a total is; of a city's wards it is the city."""
        return _TOTAL.fullmatch(trimmed(self.names[place])) is not None

    def _no_code(self, place: int, alone: Mapping[int, str]) -> str | None:
        """What a row without a code is, where it is plain that it is no body whose code is lacking."""
        code, name = self.codes[place], trimmed(self.names[place])
        if not any(character.isdigit() for character in code) and _TOTAL.fullmatch(code or name or ""):
            return _TOTALS
        if place in alone and _NOTE.fullmatch(alone[place]):
            return _NOTES
        return None

    # Names

    def compare_names(self) -> None:
        """Tell of rows whose code is one body's and whose name, or prefecture, is another's."""
        known = listed()
        five = pl.Series([code[:5] if len(code) <= 6 else "" for code in self.codes], dtype=pl.String)
        expected = five.replace_strict(
            list(known), [entry.name for entry in known.values()], default="", return_dtype=pl.String
        )
        other = ((expected != "") & (self.names != "") & (self.names != expected)).arg_true().to_list()
        for place in other:
            if place in self.out:
                continue
            entry = known[self.codes[place][:5]]
            name = plain_name(self.names[place], entry.prefecture)
            if name == plain_name(entry.name) or entry.kind == WARD:
                continue
            whose = [found for found in named().get(name, ()) if found.kind == entry.kind]
            if whose:
                near = [found for found in whose if found.prefecture == entry.prefecture] or whose
                readings = "、".join(str(found) for found in near)
                self.diagnostics.append(
                    errors.OtherName(self._at(place, NAME), self.codes[place], entry.name, self.names[place], readings)
                )
        of = five.replace_strict(
            list(known), [entry.prefecture for entry in known.values()], default="", return_dtype=pl.String
        )
        real = self.prefectures.is_in(sorted({entry.prefecture for entry in known.values()}))
        for place in ((of != "") & real & (self.prefectures != of)).arg_true().to_list():
            if place not in self.out:
                self.diagnostics.append(
                    errors.OtherPrefecture(
                        self._at(place, PREFECTURE), self.codes[place], of[place], self.prefectures[place]
                    )
                )


def _whole(code: str) -> ListedBody | None:
    """The body whose code this is, if a 0 was lost before it."""
    if len(code) == 4:
        return listed().get(f"0{code}")
    entry = listed().get(f"0{code[:4]}")
    return entry if entry is not None and entry.code[5] == code[4] else None


def _day(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"
