"""Facts about bodies, as columns (language.md, Fact files)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import dense
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet, columns_of, example_codes
from haiten.scoring.facts.figures_then import FigureTold
from haiten.scoring.facts.members import MembersScored, MembersTold
from haiten.scoring.numbers.exact import Bools, Ratios, everywhere, from_integers, nowhere


@dense
class Body:
    """A municipality or prefecture: one row of a fact file.

    Attributes:
        code: 団体コード as written: 5 or 6 digits, or 7 and more where it is a local one.
        carried: cells of 属性. 備考. 根拠. columns that are not empty, by column.
        row: where it stands in its file, from 1 (the header is row 1); 0 where there is no file.
    """

    code: str
    name: str = ""
    prefecture: str = ""
    carried: dict[str, str] = field(factory=dict)
    row: int = 0


@dense(eq=False)
class Truth:
    """A yes/no column under Kleene logic; unknown is possible and not certain.

    Where all is decided, both are one and the same array.
    """

    certain: Bools
    possible: Bools

    @property
    def is_decided(self) -> bool:
        """Whether nothing is unknown, as far as that shows without a look at each body."""
        return self.certain is self.possible

    @property
    def known(self) -> Bools:
        """Where it is decided."""
        return everywhere(len(self.certain)) if self.is_decided else np.asarray(self.certain == self.possible)

    def cut_to(self, part: slice) -> "Truth":
        """The same of some bodies."""
        certain = self.certain[part]
        return Truth(certain, certain if self.is_decided else self.possible[part])


@dense(eq=False)
class Facts:
    """All that is known about some bodies; a column that is absent is unknown for every body.

    Attributes:
        numbers: facts and 前年度. columns, in their unit.
        answers: yes/no facts, and answers by the path of the leaf that asks.
        outcomes: outcomes that are given (所与), by the path of the leaf.
        points: points that are given, by the path of the node, from 0 to its maximum; only for an allocation.
        members: of prefectures, the figures over their members (管内) that were computed, by column, one for each body;
            what is decided of them is among ``numbers`` too.
        scored: how their members scored; None where these were not given.
        figures: figures of the nation in the year before that were read from its cut-offs, by column; their values are
            among ``numbers`` too.
    """

    bodies: Sequence[Body]
    numbers: dict[str, Ratios] = field(factory=dict)
    answers: dict[str, Truth] = field(factory=dict)
    outcomes: dict[str, Truth] = field(factory=dict)
    points: dict[str, Ratios] = field(factory=dict)
    members: dict[str, tuple[MembersTold, ...]] = field(factory=dict)
    scored: MembersScored | None = None
    figures: dict[str, FigureTold] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.bodies)

    def only_given(self, part: slice) -> "Facts":
        """What was given in the place of what is computed, for some bodies, and nothing else of them."""
        cut = getattr(self.bodies, "part", self.bodies.__getitem__)  # columns of bodies stay columns
        outcomes = {path: outcome.cut_to(part) for path, outcome in self.outcomes.items()}
        return Facts(cut(part), outcomes=outcomes, points={path: own.cut_to(part) for path, own in self.points.items()})


def body_key(code: str) -> str:
    """What tells bodies apart: the first five digits of an official code, which may have a check digit; else all."""
    return code if len(code) > 6 and code.isdecimal() else code[:5]


def asked_code(written: str) -> str:
    """A code that somebody asks for, as fact files are read: ``０１４５８３`` as ``014583``."""
    return written.translate(FOLDINGS).strip()


def prefectural_code(number: str) -> str:
    """The five digits of a prefecture's code, from its number of one or two digits (JIS X 0401): 04 is 04000."""
    return f"{number:0>2}000"


def numbers_from(scaled: Iterable[int | None], decimals: int) -> Ratios:
    """A column from integers of ``10**-decimals`` units; None where unknown.

    Raises:
        TypeError: a cell is no integer. 1.5 of a fact with one decimal is 15.
    """
    cells = list(scaled)
    for kind in {type(cell) for cell in cells} - {int, type(None)}:
        if kind is bool or not issubclass(kind, int | np.integer):
            wanted = f"10の－{decimals}乗を1とする整数か None" if decimals else "整数か None"
            raise TypeError(f"数の列の値が {kind.__name__} です。{wanted}を渡してください（小数1桁の 1.5 は 15 です）")
    cells = [None if cell is None else int(cell) for cell in cells]
    filled = [0 if cell is None else cell for cell in cells]
    fits = max(map(abs, filled), default=0) < 2**63
    num: NDArray[Any] = np.array(filled, dtype=np.int64 if fits else object)
    return numbers_of(num, np.array([cell is not None for cell in cells], dtype=np.bool_), decimals)


def numbers_of(num: NDArray[Any], known: Bools, decimals: int) -> Ratios:
    """The same from arrays, in the narrowest type; that all is known takes no room."""
    small = int(num.min(initial=0)) > -(2**31) and int(num.max(initial=0)) < 2**31
    narrow = num.astype(np.int32, copy=False) if small else num
    return from_integers(narrow, everywhere(len(num)) if bool(known.all()) else known, 10**decimals)


def truth_from(cells: Iterable[bool | None]) -> Truth:
    """A yes/no column; None where unknown.

    Raises:
        TypeError: a cell is neither True nor False nor None.
    """
    listed = list(cells)
    for kind in {type(cell) for cell in listed} - {bool, type(None)}:
        if not issubclass(kind, np.bool_):
            raise TypeError(
                f"該当・非該当の列の値が {kind.__name__} です。True、False、None（不明）のどれかを渡してください"
            )
    listed = [None if cell is None else bool(cell) for cell in listed]
    certain = np.array([cell is True for cell in listed], dtype=np.bool_)
    return truth_of(certain, np.array([cell is not False for cell in listed], dtype=np.bool_))


def truth_of(certain: Bools, possible: Bools) -> Truth:
    """The same from arrays; a column that is decided everywhere is kept once."""
    return Truth(certain, certain if np.array_equal(certain, possible) else possible)


def unknown_truth(size: int) -> Truth:
    """A column of which nothing is known."""
    return Truth(nowhere(size), everywhere(size))


def unknown_numbers(size: int) -> Ratios:
    """A column of which nothing is known."""
    return from_integers(np.broadcast_to(np.int64(0), (size,)), nowhere(size))


def facts_from(program: Program, sheets: Sequence[Sheet]) -> Facts:
    """Sheets as columns; the bodies get the codes that the sheets' own fact file would give them."""
    schema = schema_of(program)
    bodies = tuple(Body(code, f"例{number}") for number, code in enumerate(example_codes(len(sheets)), start=1))
    facts = Facts(bodies)
    for column in columns_of(sheets, "numbers"):
        decimals = schema.numbers[column].decimals
        values = [sheet.numbers.get(column) for sheet in sheets]
        facts.numbers[column] = numbers_from(
            [None if value is None else int(value * 10**decimals) for value in values], decimals
        )
    for kind in ("answers", "outcomes"):
        for column in columns_of(sheets, kind):
            getattr(facts, kind)[column] = truth_from([getattr(sheet, kind).get(column) for sheet in sheets])
    return facts
