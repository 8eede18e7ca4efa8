"""The Python face: compile a rule file, score facts, ask why."""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.diagnostics.masses import gathered
from haiten.compiler.late import frozen
from haiten.compiler.store.kept import compile_kept, kept_part
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead, name_of

if TYPE_CHECKING:  # what some commands can do without is not waited for by them, least of all NumPy
    from haiten.compiler.evaluator.emit import Evaluator
    from haiten.compiler.identity.fingerprint import Fingerprint
    from haiten.compiler.program.program import Program
    from haiten.scoring.cutoffs.last_figures import FiguresRead
    from haiten.scoring.cutoffs.read_cutoffs import CutoffsRead
    from haiten.scoring.explaining.explained import ExplainedScores
    from haiten.scoring.facts.facts import Facts
    from haiten.scoring.one.known import OneReader
    from haiten.scoring.one.one_score import OneScore
    from haiten.scoring.one.plan import OnePlan
    from haiten.scoring.reading.read_facts import FactsRead, Watched
    from haiten.scoring.running.run import Stored

    # A file, what a fact file holds as columns or rows, Facts, or a frame of Polars, pandas or Arrow.
    FactsGiven = Facts | os.PathLike[str] | str | Mapping[str, Any] | Sequence[Mapping[str, Any]] | Any


class UnusableError(ValueError):
    """A rulebook, fact file or cut-off file with errors was asked for a result; ``diagnostics`` tells them."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics = gathered(diagnostics)
        super().__init__("\n".join(f"{d.span}: {d.message} [{d.code}]" for d in diagnostics))


@frozen(eq=False)
class Rulebook:
    """A compiled rule file.

    Mistakes are values: look at ``diagnostics``, or at ``ok`` before scoring.
    """

    compilation: Compilation

    def __repr__(self) -> str:
        """Which rulebook it is; all that it says would fill a book."""
        source, syntax = self.compilation.source, self.compilation.syntax
        what = f"{syntax.header.year} {syntax.header.scope}" if syntax else "unreadable"
        return f"<Rulebook {what} {source.name if source else ''}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for notebooks, and for Hypothesis, which would print all fields."""
        printer.text(repr(self))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the rule file, by place."""
        return self.compilation.diagnostics

    @property
    def ok(self) -> bool:
        """Whether it can score."""
        return self.compilation.ok

    @property
    def program(self) -> "Program":
        """The resolved, typed rulebook.

        Raises:
            UnusableError: the rule file has errors.
        """
        if self.compilation.program is None or not self.ok:
            raise UnusableError(self.diagnostics)
        return self.compilation.program

    @cached_property
    def evaluator(self) -> "Evaluator":
        """The program made ready to run."""
        from haiten.compiler.evaluator.emit import emit

        return emit(self.program)

    @cached_property
    def fingerprint(self) -> "Fingerprint":
        """What the rulebook says and what it decides, as SHA-256."""
        return fingerprint_of(self.compilation)

    def read_facts(
        self, path: "FactFiles | str", watch: "Watched | None" = None, how: HowToRead = PLAIN
    ) -> "FactsRead":
        """Read a file of facts (CSV, Parquet, Excel), or survey sheets that came back; mistakes are values.

        Args:
            path: the file; the ending of its name says what it is. Several files, or a folder, are survey sheets.
            watch: shows how far the reading is.
            how: the sheet, the row of the headings and the like, where the file does not say so itself.
        """
        from haiten.scoring.reading.read_facts import read_facts

        read = read_facts(path, self.program, watch, how)
        return self.add_all(read, name_of(Path(path) if isinstance(path, str) else path), how)

    def add_all(self, read: "FactsRead", name: str, how: HowToRead, members: "FactsGiven | None" = None) -> "FactsRead":
        """Facts with what follows from other files: figures over their members, and of the year before.

        Args:
            read: facts of a file, or as a program gave them.
            name: what messages call them.
            how: the other files, and how to read them.
            members: as of ``add_members``, where they are not those of ``how``.
        """
        read = self.add_members(read, name, how.members if members is None else members, how)
        read = self.add_years(read, name, how)
        return self.add_figures(read, name, how.previous_cutoffs)

    def add_years(self, read: "FactsRead", name: str, how: HowToRead) -> "FactsRead":
        """Facts with what the rulebook reads of older years, from the rulebooks and facts of those years."""
        if read.facts is None or not how.years:
            return read
        from attrs import evolve

        from haiten.scoring.past.past_years import PastYear, with_years

        told, years = list(read.diagnostics), []
        for rules, file in how.years:
            then = compile_rulebook(rules)
            if how.noted is not None:
                how.noted(then.compilation)
            told += () if then.ok else then.diagnostics
            plain = HowToRead(skip_others=how.skip_others, codes=how.codes)
            facts = then.read_facts(file, None, plain) if then.ok else None
            told += () if facts is None else facts.diagnostics
            if facts is not None and facts.facts is not None:
                years.append(PastYear(then.score_checked(facts.facts), file))
        if len(years) < len(how.years):
            return evolve(read, facts=None, diagnostics=tuple(told))
        made = with_years(self.program, read.facts, name, years)
        return evolve(read, facts=made.facts, diagnostics=(*told, *made.diagnostics))

    def add_figures(self, read: "FactsRead", name: str, cutoffs: Path | None) -> "FactsRead":
        """Facts with the figures of the nation in the year before, or a word on those that are unknown."""
        if read.facts is None or (cutoffs is None and not self.program.figures):
            return read
        from attrs import evolve

        from haiten.scoring.cutoffs.last_figures import unknown_figures, with_figures
        from haiten.scoring.facts.facts import Facts

        told, facts = list(read.diagnostics), read.facts
        if cutoffs is not None:
            found = self.read_figures(cutoffs)
            made = None if found.figures is None else with_figures(facts, name, found.figures, cutoffs)
            told += found.diagnostics
            if not isinstance(made, Facts):
                return evolve(read, facts=None, diagnostics=(*told, *(() if made is None else (made,))))
            facts = made
        return evolve(read, facts=facts, diagnostics=(*told, *unknown_figures(self.program, facts, name)))

    def read_figures(self, cutoffs: Path) -> "FiguresRead":
        """Read the figures of the nation in the year before from the cut-offs of that year; mistakes are values."""
        from haiten.scoring.cutoffs.last_figures import read_figures

        return read_figures(cutoffs, self.program, self._rules_then())

    def _rules_then(self) -> str | None:
        """The fingerprint of the rulebook of the year before, where this one amends it."""
        from haiten.compiler.syntax.years import year_before

        for compilation in self.compilation.chain:
            program = compilation.program
            if program is not None and program.year == year_before(self.program.year):
                return fingerprint_of(compilation).rules
        return None

    def add_members(self, read: "FactsRead", name: str, members: "FactsGiven | None", how: HowToRead) -> "FactsRead":
        """Facts with the figures over their members (管内), or a word on those that are unknown.

        Args:
            read: facts of prefectures; any others stay as they are.
            name: what messages call them.
            members: the facts of their municipalities, as ``score`` takes them; None where there are none.
            how: how to read these.
        """
        if read.facts is None or (members is None and not self.program.aggregates):
            return read
        from attrs import evolve

        from haiten.compiler.diagnostics import Cell
        from haiten.scoring.members.member_errors import MembersUnused
        from haiten.scoring.members.with_members import unknown_figures, with_members
        from haiten.scoring.reading.given_facts import facts_given, path_given

        told = list(read.diagnostics)
        facts: Facts | None = read.facts
        if members is not None and (municipal := self.municipal) is None:
            return evolve(read, facts=None, diagnostics=(*told, MembersUnused(Cell(name), str(self.program.scope))))
        if members is not None:
            assert municipal is not None
            read_members = facts_given(members, municipal.program, HowToRead(None, None, how.skip_others, how.codes))
            told += read_members.diagnostics
            if read_members.facts is None:
                return evolve(read, facts=None, diagnostics=tuple(told))
            scored = municipal.score_checked(read_members.facts)
            made = with_members(
                self.program, read.facts, name, scored, str(path_given(members) or "渡された市町村の事実")
            )
            told += made.diagnostics
            facts = made.facts
        if facts is not None:
            told += unknown_figures(self.program, facts, name)
        return evolve(read, facts=facts, diagnostics=tuple(told))

    @cached_property
    def municipal(self) -> "Rulebook | None":
        """The rulebook of the members of its bodies, which figures over them (管内) are made by; None without any."""
        for compilation in self.compilation.chain:
            if compilation.members is not None:
                return Rulebook(compilation.members)
        return None

    def read_cutoffs(self, path: Path | str) -> "CutoffsRead":
        """Read a cut-off file; mistakes are values."""
        from haiten.scoring.cutoffs.read_cutoffs import read_cutoffs

        return read_cutoffs(path, self.evaluator, self.fingerprint.rules)

    def score(
        self,
        facts: "FactsGiven",
        cutoffs: "Stored | os.PathLike[str] | str | None" = None,
        how: HowToRead = PLAIN,
        members: "FactsGiven | None" = None,
    ) -> "ExplainedScores":
        """Score all bodies of some facts.

        Args:
            facts: a fact file (``str`` or a path); a frame of Polars, pandas or Arrow; columns by heading
                (``{"団体コード": [...], "人口": [...]}``); a list of bodies (``[{"団体コード": ..., "人口": ...}]``);
                all with the headings and cells of a fact file, None or NaN where unknown. Or ``Facts`` made by hand.
            cutoffs: a cut-off file, or what was read from one; without one the bodies are ranked among each other.
            how: how to read the fact file, where it does not say so itself.
            members: of facts of prefectures, those of their municipalities, in any of the forms of ``facts``.

        Raises:
            UnusableError: the rulebook, the facts, the members or the cut-offs have errors.
            TypeError: facts or cut-offs are nothing of that kind.
            ValueError: hand-made ``Facts`` have columns that do not fit their bodies.
        """
        from haiten.scoring.reading.given_facts import facts_given, path_given

        read = facts_given(facts, self.program, how)
        read = self.add_all(read, str(path_given(facts) or "渡された事実"), how, members)
        if read.facts is None:
            raise UnusableError(read.diagnostics)
        return self.score_checked(read.facts, self._stored(cutoffs))

    def one(self, cutoffs: "Stored | os.PathLike[str] | str | None" = None) -> "OneByOne":
        """Make ready to score bodies one at a time: what a page that is filled in or an editor asks for.

        Points, verdicts and traces are those of ``score`` for a single body. What can be prepared is prepared once;
        keep what is returned.

        Args:
            cutoffs: as for ``score``; without it a body is ranked alone.

        Raises:
            UnusableError: the rulebook or the cut-offs have errors.
            TypeError: the cut-offs are nothing of that kind.
        """
        from haiten.scoring.one.known import OneReader
        from haiten.scoring.one.plan import make_plan

        return OneByOne(make_plan(self.evaluator, self._stored(cutoffs)), OneReader(self.program))

    def _stored(self, cutoffs: "Stored | os.PathLike[str] | str | None") -> "Stored | None":
        """Cut-offs that were given; raises as ``one``."""
        from haiten.scoring.reading.given_facts import path_given
        from haiten.scoring.running.run import Stored

        path = path_given(cutoffs)
        if path is not None:
            read = self.read_cutoffs(path)
            if read.stored is None:
                raise UnusableError(read.diagnostics)
            return read.stored
        if cutoffs is None or isinstance(cutoffs, Stored):
            return cutoffs
        kind = type(cutoffs).__name__
        raise TypeError(
            f"cutoffs が {kind} です。渡せるのは、段の境の値のファイルの名（str、Path）か、読んだもの（Stored）です"
        )

    def score_checked(
        self, facts: "Facts", cutoffs: "Stored | None" = None, *, sparing: bool = False
    ) -> "ExplainedScores":
        """The same for facts that a reader made, or that were carried over, and are not to be looked at again.

        Args:
            facts: the facts.
            cutoffs: as of ``score``.
            sparing: whether it is to take little room, for whoever asks for no reasons; answers are taken out of the
                facts.
        """
        from haiten.scoring.explaining.explained import ExplainedScores
        from haiten.scoring.running.machine import run

        kept = None if cutoffs is None else cutoffs.nation
        return ExplainedScores(
            self.program, self.fingerprint, run(self.evaluator, facts, cutoffs, sparing=sparing), kept
        )


@frozen(eq=False, repr=False)
class OneByOne:
    """A rulebook made ready to score bodies one at a time (``Rulebook.one``)."""

    _plan: "OnePlan"
    _reader: "OneReader"

    def score(self, facts: "Mapping[str, Any] | FactsGiven") -> "OneScore":
        """Score a body.

        Args:
            facts: the body by heading (``{"団体コード": ..., "人口": ...}``, cells as in a fact file), or whatever else
                ``Rulebook.score`` takes, with one body in it. A body that is scored again, with some cells changed, is
                the quickest to read; who it is (all that is no fact) is looked at the first time.

        Raises:
            UnusableError: the facts have errors.
            TypeError: they are nothing of that kind.
            ValueError: they are of no body, or of more than one; or hand-made ``Facts`` do not fit their body.
        """
        from haiten.scoring.one.one_score import OneScore

        read = self._reader.read(facts)
        if read.known is None:
            raise UnusableError(read.diagnostics)
        return OneScore(self._plan, self._plan.work(read.known))


def fingerprint_of(compilation: Compilation) -> "Fingerprint":
    """The fingerprints of a rulebook that was compiled, kept with it.

    Raises:
        UnusableError: there is no rulebook.
    """
    from haiten.compiler.identity.fingerprint import Fingerprint, fingerprint

    def made() -> tuple[str, str]:
        if compilation.program is None:
            raise UnusableError(compilation.diagnostics)
        prints = fingerprint(compilation.program.syntax)
        return prints.text, prints.rules

    return Fingerprint(*kept_part(compilation, "fingerprint", made))


def as_rulebook(given: object, what: str) -> Rulebook:
    """A rulebook that was passed as an argument.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(given, Rulebook):
        kind = type(given).__name__
        raise TypeError(f"{what} が {kind} です。haiten.compile(評価指標のファイル) で作った Rulebook を渡してください")
    return given


def check_same_kind(old: Rulebook, new: Rulebook) -> None:
    """Whether both are rulebooks, or both allocations.

    Raises:
        ValueError: they are not.
    """
    if (old.program.allocation is None) != (new.program.allocation is None):
        raise ValueError("配分は、配分とだけ比べられます（一方は評価指標、他方は配分です）")


def compile_rulebook(
    path: "os.PathLike[str] | str",
    base: "os.PathLike[str] | str | None" = None,
    parameters: Sequence[str] = (),
) -> Rulebook:
    """Compile a rule file. What is wrong with it is in ``diagnostics``; nothing is raised for it.

    Args:
        path: a full rulebook, a revision, or an allocation, which brings its rulebook along.
        base: the rulebook that a revision amends or an allocation divides by; where it is not given it is looked for.
        parameters: ``名前=値`` for 定数 and 予算 of an allocation, in the place of the file's.

    Raises:
        TypeError: an argument is nothing of that kind.
    """
    for name, given in (("path", path), ("base", base)):
        if not isinstance(given, str | os.PathLike) and (given is not None or name == "path"):
            raise TypeError(f"{name} が {type(given).__name__} です。ファイルの名（str か Path）を渡してください")
    if isinstance(parameters, str) or not all(isinstance(each, str) for each in parameters):
        raise TypeError('parameters には「名前=値」の並びを渡してください（例: ("緩和率=0.9",)）')
    return Rulebook(compile_kept(_path(path), None if base is None else _path(base), tuple(parameters)))


def _path(given: "os.PathLike[str] | str") -> Path:
    return Path(os.fsdecode(given))
