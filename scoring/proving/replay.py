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


def replay(program: Program, findings: Iterable[Finding]) -> tuple[list[Diagnostic], dict[str, str]]:
    """Score the examples of findings about a program: diagnostics with examples in words, and as fact files by name."""
    told = list(findings)
    picked = Picked(program)
    for path in (path for finding in told for example in finding.examples for path in example.paths):
        picked.add(path)
    replayer = _Replayer(program, Regions(program), emit(picked.program()), picked.reads())
    return [replayer.diagnostic(finding) for finding in told], replayer.files


@frozen(eq=False)
class _Replayer:
    """Scores examples.

    Attributes:
        evaluator: of the nodes of all examples with what their points rest on, which is in ``reads``.
    """

    program: Program
    regions: Regions
    evaluator: Evaluator
    reads: Reads
    files: dict[str, str] = field(factory=dict)

    def diagnostic(self, finding: Finding) -> Diagnostic:
        decided = [self._told(finding.diagnostic, example) for example in finding.examples]
        # Of two sheets that are compared, one alone shows nothing.
        return evolve(finding.diagnostic, examples=tuple(decided) if all(decided) else ())

    def _told(self, diagnostic: Diagnostic, example: Example) -> str:
        """An example in words; empty where it does not score what it should."""
        population = build_example(self.regions, example.at)
        if population is None or self._points(population, example) != example.points:
            return ""
        name = f"{diagnostic.code}-{example.paths[0]}"
        number = sum(file.startswith(f"{name}-") for file in self.files) + 1
        self.files[f"{name}-{number}.csv"] = write_sheets(self.program, population)
        where = "＋".join(example.paths)
        sheet = describe_example(self.regions, example.at, population)
        return f"{sheet}なら、{where} は {example.points}点{example.remark}"

    def _points(self, population: Sheets, example: Example) -> int:
        done = run(self.evaluator, facts_from(self.program, [self._read_of(sheet) for sheet in population]))
        own = [done.own(path) for path in example.paths]
        return sum(int(points.certain[0]) for points in own)

    def _read_of(self, sheet: Sheet) -> Sheet:
        """What the evaluator reads of a sheet."""
        numbers = {column: sheet.numbers.get(column) for column in self.reads.numbers}
        return Sheet(numbers, {column: sheet.answers.get(column) for column in self.reads.answers})
