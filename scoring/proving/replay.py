"""Findings made sure: each example is scored, and reported only where it scores what it should.

An editor waits for it, and most of a rulebook has no say in what an example scores: what has is scored, and no more.
"""

from collections.abc import Iterable

from attrs import evolve, field

from haiten.compiler.checks.findings import Example, Finding
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.evaluator.emit import Evaluator, emit
from haiten.compiler.late import frozen
from haiten.compiler.program.picked import Picked, Reads
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.examples import Sheets, build_example, describe_example
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.sheets import Sheet, write_sheets
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.running.machine import run


def replay(program: Program, findings: Iterable[Finding], files: dict[str, str] | None = None) -> list[Diagnostic]:
    """Score the examples of findings about a program: diagnostics with examples in words.

    Args:
        program: the rulebook.
        findings: what was found about it.
        files: is given the examples as fact files, by name, where these are wanted.
    """
    replayer = _Replayer(program, Regions(program), files)
    return [replayer.diagnostic(finding) for finding in findings]


@frozen(eq=False)
class _Replayer:
    """Scores examples.

    Attributes:
        picked: by the nodes of an example, the evaluator of these with what their points rest on, which it reads.
    """

    program: Program
    regions: Regions
    files: dict[str, str] | None
    picked: dict[tuple[str, ...], tuple[Evaluator, Reads]] = field(factory=dict)

    def diagnostic(self, finding: Finding) -> Diagnostic:
        decided = [self._told(finding.diagnostic, example) for example in finding.examples]
        # Of two sheets that are compared, one alone shows nothing.
        return evolve(finding.diagnostic, examples=tuple(decided) if all(decided) else ())

    def _told(self, diagnostic: Diagnostic, example: Example) -> str:
        """An example in words; empty where it does not score what it should."""
        population = build_example(self.regions, example.at)
        if population is None or self._points(population, example) != example.points:
            return ""
        if self.files is not None:
            name = f"{diagnostic.code}-{example.paths[0]}"
            number = sum(file.startswith(f"{name}-") for file in self.files) + 1
            self.files[f"{name}-{number}.csv"] = write_sheets(self.program, population)
        where = "＋".join(example.paths)
        sheet = describe_example(self.regions, example.at, population)
        return f"{sheet}なら、{where} は {example.points}点{example.remark}"

    def _points(self, population: Sheets, example: Example) -> int:
        evaluator, reads = self._pick(example.paths)
        done = run(evaluator, facts_from(self.program, [_read_of(sheet, reads) for sheet in population]))
        own = [done.own(path) for path in example.paths]
        return sum(int(points.certain[0]) for points in own)

    def _pick(self, paths: tuple[str, ...]) -> tuple[Evaluator, Reads]:
        if paths not in self.picked:
            picked = Picked(self.program)
            for path in paths:
                picked.add(path)
            self.picked[paths] = emit(picked.program()), picked.reads()
        return self.picked[paths]


def _read_of(sheet: Sheet, reads: Reads) -> Sheet:
    """What is read of a sheet."""
    numbers = {column: sheet.numbers.get(column) for column in reads.numbers}
    return Sheet(numbers, {column: sheet.answers.get(column) for column in reads.answers})
