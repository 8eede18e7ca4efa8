"""The one module that orders the passes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from attrs import field

from haiten.compiler.below import Below, circular
from haiten.compiler.changing import evolve
from haiten.compiler.checks.kept_checks import KeptChecks
from haiten.compiler.compilation import Compilation, Reading
from haiten.compiler.diagnostics import (
    Cell,
    Diagnostic,
    NoAllocationBase,
    NoBase,
    NoRulebook,
    UnreadableFile,
    UnusableBase,
    WrongEncoding,
    has_errors,
)
from haiten.compiler.files.encodings import guess_encoding
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.folding.fold import fold
from haiten.compiler.late import define
from haiten.compiler.member_rules import MemberRules
from haiten.compiler.parsing.figures import KeptSpelling, spell_out, units_of
from haiten.compiler.parsing.nest import nest
from haiten.compiler.parsing.nest_nodes import KeptNodes
from haiten.compiler.parsing.parameters import replace_parameters
from haiten.compiler.parsing.parse import Parsed, parse
from haiten.compiler.pausing import collector_paused
from haiten.compiler.program.program import Program
from haiten.compiler.resolving.kept_units import KeptUnits
from haiten.compiler.resolving.resolve import resolve
from haiten.compiler.revising.causes import Causes
from haiten.compiler.revising.find_base import ALLOCATION
from haiten.compiler.revising.revise import revise, wrong_line
from haiten.compiler.source import Source, Span, read_source
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.allocation_revision import AllocationRevision
from haiten.compiler.syntax.expressions import walk_parts
from haiten.compiler.syntax.revision import BaseLine, Revision
from haiten.compiler.syntax.rulebook import FactDecl, RulebookFile

T = TypeVar("T")


def compile_file(path: Path | str, base: Path | str | None = None, parameters: tuple[str, ...] = ()) -> Compilation:
    """Compile a rule file; a file that cannot be read is a diagnostic too.

    Args:
        path: a full rulebook, a revision or an allocation.
        base: the rulebook that a revision amends, or by which an allocation divides; where it is not given it is
            looked for.
        parameters: ``名前=値`` for 定数, and 予算 of an allocation, in the place of the file's.
    """
    with collector_paused():
        given = Path(base) if base is not None else None
        return _compile_on_disk(Path(path), given, parameters, ())


def compile_source(source: Source, base: Compilation | None = None) -> Compilation:
    """Compile a text; the base of a revision, where it is not given, is looked for as if the text were a file."""
    with collector_paused():
        return compile_reading(read(source), Path(source.name), base, (), on_disk())


def on_disk(above: tuple[Path, ...] = ()) -> Below:
    """Files below as they stand on the disk.

    Args:
        above: those that build on them, and look for them.
    """
    return Below(lambda found: _compile_on_disk(found, None, (), above))


def _compile_on_disk(
    path: Path, base: Path | None, parameters: tuple[str, ...], above: tuple[Path, ...]
) -> Compilation:
    place = path.absolute()
    if place in above:
        return circular(path)
    # A file that is given its base does not look for one, and may be below once more.
    below = on_disk((*above, place) if base is None else above)
    return compile_reading(read_file(path), path, base, parameters, below)


def read_file(path: Path | str) -> Reading:
    """Read a rule file as far as it goes without any other."""
    try:
        source = read_source(Path(path))
    except OSError as error:
        reason = reason_of(error)
    except UnicodeDecodeError as error:
        if (guess := guess_encoding(Path(path).read_bytes())) is not None:
            return Reading(None, None, (WrongEncoding(Cell(str(path)), guess.name),))
        reason = f"UTF-8 のテキストではありません（{error.start + 1}バイト目）"
    else:
        if "\x1b" in source.text and (guess := guess_encoding(Path(path).read_bytes())) is not None:
            return Reading(None, None, (WrongEncoding(Cell(str(path)), guess.name),))
        if source.text.strip():
            return read(source)
        reason = "空です"
    return Reading(None, None, (UnreadableFile(Cell(str(path)), reason),))


def read(source: Source) -> Reading:
    """Read a text as far as it goes without any other."""
    return nested(source, parse(fold(source)))


@define(eq=False)
class KeptPasses:
    """What the passes behind reading keep of a file that is edited, for its next text."""

    spelling: KeptSpelling = field(factory=KeptSpelling)
    units: KeptUnits = field(factory=KeptUnits)
    checks: KeptChecks = field(factory=KeptChecks)


def nested(source: Source, parsed: Parsed, kept: KeptNodes | None = None) -> Reading:
    """What the statements of a text come to; ``kept`` has the nodes of the text before, and then those of this one."""
    found = nest(source, parsed, kept)
    diagnostics = (*parsed.diagnostics, *found.diagnostics)
    return Reading(source, found.tree, diagnostics, has_errors(diagnostics))


def compile_reading(
    reading: Reading,
    path: Path,
    base: Path | Compilation | None,
    parameters: tuple[str, ...],
    below: Below,
    kept: KeptPasses | None = None,
) -> Compilation:
    """Compile what was read.

    Args:
        reading: a rule file.
        path: where it lies, or would.
        base: what it builds on; where it is not given it is looked for.
        parameters: ``名前=値`` for its 定数 and 予算.
        below: finds and compiles the files that it builds on; who keeps compilations may have them.
        kept: of the text of the file before; from here on, of this one.
    """
    if isinstance(reading.tree, Revision):
        return _compile_revision(reading, reading.tree, path, base, parameters, below)
    if isinstance(reading.tree, AllocationRevision):
        return _compile_allocation_revision(reading, reading.tree, path, base, parameters, below)
    if isinstance(reading.tree, AllocationFile):
        return _compile_allocation(reading, reading.tree, path, base, parameters, below)
    members = MemberRules(path, base, below)
    spelled = _spelled_out(reading.tree, reading, kept=kept)
    rulebook, program, found = _check(spelled, parameters, members, kept)
    told = _by_place([*reading.diagnostics, *found], reading.source)
    return Compilation(reading.source, rulebook, program, told, members=members.compiled)


def _spelled_out(tree: T, reading: Reading, known: Iterable[FactDecl] = (), kept: KeptPasses | None = None) -> T:
    """What was written, its figures without 万, 千 and 億: it means the same, and is the same from here on."""
    if tree is None or reading.source is None:
        return tree
    declared: Iterable[FactDecl] = tree.facts if isinstance(tree, RulebookFile) else _facts_in(tree)
    spelling = None if kept is None else kept.spelling
    return spell_out(tree, lambda: units_of([*known, *declared]), reading.source.text, spelling)


def _facts_in(tree: object) -> Iterator[FactDecl]:
    return (part for part in walk_parts(tree) if isinstance(part, FactDecl))


def _check(
    rulebook: RulebookFile | None, parameters: tuple[str, ...], members: MemberRules, kept: KeptPasses | None = None
) -> tuple[RulebookFile | None, Program | None, list[Diagnostic]]:
    """A rulebook with the values of a simulation in it, what it comes to, and what is wrong with it."""
    if rulebook is None:
        return None, None, []
    replaced = replace_parameters(rulebook, parameters)
    units = None if kept is None else kept.units
    resolved = resolve(replaced.tree, replaced.names, members.finder(rulebook.header), units)
    checks = KeptChecks() if kept is None else kept.checks
    found = checks.run(resolved.program)
    diagnostics = [*replaced.diagnostics, *resolved.diagnostics, *members.diagnostics, *found]
    return replaced.tree, resolved.program, diagnostics


def _compile_revision(
    reading: Reading,
    revision: Revision,
    path: Path,
    base: Path | Compilation | None,
    parameters: tuple[str, ...],
    below: Below,
) -> Compilation:
    diagnostics = list(reading.diagnostics)
    program = syntax = causes = None
    members = MemberRules(path, None, below)
    amended, missing = _base(revision, path, base, below)
    diagnostics += missing
    # Where a statement was lost, what the others say cannot be held against the base.
    if amended is not None and amended.ok and amended.syntax and not revision.damaged and not reading.unreadable:
        revised = revise(amended.syntax, _spelled_out(revision, reading, amended.syntax.facts))
        diagnostics += revised.diagnostics
        syntax, program, found = _check(revised.rulebook, parameters, members)
        causes = revised.causes
        diagnostics += _consequences(found, causes)
    told = _by_place(diagnostics, reading.source)
    return Compilation(
        reading.source, syntax, program, told, revision, amended, members=members.compiled, causes=causes
    )


def _compile_allocation(
    reading: Reading,
    tree: AllocationFile,
    path: Path,
    base: Path | Compilation | None,
    parameters: tuple[str, ...],
    below: Below,
) -> Compilation:
    # The passes of allocations take time to load, and most files do without.
    from haiten.compiler.checks.allocation import check_allocation
    from haiten.compiler.resolving.resolve_allocation import resolve_allocation

    diagnostics = list(reading.diagnostics)
    rules, missing = _rules(tree, path, base, below)
    diagnostics += missing
    program = None
    # Where a statement was lost, neither sums nor names can be held against the rest.
    if not missing and not tree.damaged:
        scored = rules.program if rules is not None else None
        replaced = replace_parameters(
            _spelled_out(tree, reading, scored.syntax.facts if scored is not None else ()), parameters
        )
        diagnostics += replaced.diagnostics
        resolved = resolve_allocation(replaced.tree, scored, replaced.names)
        program = resolved.program
        diagnostics += [*resolved.diagnostics, *check_allocation(program)]
    syntax = program.syntax if program is not None else None
    found = _by_place(diagnostics, reading.source)
    return Compilation(reading.source, syntax, program, found, base=rules, allocation=tree)


def _compile_allocation_revision(
    reading: Reading,
    revision: AllocationRevision,
    path: Path,
    given: Path | Compilation | None,
    parameters: tuple[str, ...],
    below: Below,
) -> Compilation:
    from haiten.compiler.revising.revise_allocation import revise_allocation

    before, rules, missing = _amended_allocation(revision, path, given, below)
    if before is None or before.program is None or revision.damaged or reading.unreadable:
        told = _by_place([*reading.diagnostics, *missing], reading.source)
        return Compilation(reading.source, None, None, told)
    assert before.program.allocation is not None
    facts = before.program.syntax.facts + before.program.allocation.syntax.facts
    revised = revise_allocation(before.program.allocation.syntax, _spelled_out(revision, reading, facts))
    amended = evolve(reading, tree=revised.file, diagnostics=(*reading.diagnostics, *revised.diagnostics))
    if revised.file is None:
        return Compilation(reading.source, None, None, _by_place([*amended.diagnostics], reading.source))
    made = _compile_allocation(amended, revised.file, path, rules, parameters, below)
    told = tuple(map(revised.with_cause, made.diagnostics))
    return evolve(made, diagnostics=told, amended=(revision, before))


def _amended_allocation(
    revision: AllocationRevision, path: Path, given: Path | Compilation | None, below: Below
) -> tuple[Compilation | None, Path | Compilation | None, list[Diagnostic]]:
    """The allocation that a revision amends, the rulebook that was given, and what is wrong with the first.

    What is given is either: which of them, it says itself.
    """
    from haiten.compiler.revising.revise_allocation import wrong_allocation_base

    line = revision.base
    if (wrong := wrong_allocation_base(revision)) is not None:
        return None, None, [wrong]
    before = given if isinstance(given, Compilation) else below.compile(given) if given is not None else None
    rules = None
    if before is not None and before.allocation is None:
        before, rules = None, before
    if before is None:
        search = below.find(path, BaseLine(line.year, line.scope, line.span), kind=ALLOCATION)
        if search.path is None:
            reason = f"見つかりません（探した所: {search.told}）"
            return None, rules, [NoAllocationBase(line.span, line.year, str(line.scope), reason)]
        before = below.compile(search.path)
    if not before.ok:
        name = before.source.name if before.source is not None else ""
        errors = sum(has_errors([diagnostic]) for diagnostic in before.diagnostics)
        reason = f"「{name}」に誤りが{max(errors, 1)}件あります"
        return None, rules, [NoAllocationBase(line.span, line.year, str(line.scope), reason)]
    return before, rules, []


def _rules(
    tree: AllocationFile, path: Path, given: Path | Compilation | None, below: Below
) -> tuple[Compilation | None, list[Diagnostic]]:
    """The rulebook by which an allocation divides; a diagnostic where it cannot be used."""
    line = tree.based_on
    if line is None:
        return None, []
    reason = None
    rules = None
    if (line.year, line.scope) != (tree.header.year, tree.header.scope):
        reason = f"配分は{tree.header.year} {tree.header.scope}のものです"
    elif given is None and (search := below.find(path, BaseLine(line.year, line.scope, line.span))).path is None:
        reason = f"見つかりません（探した所: {search.told}）"
    else:
        found = given if given is not None else search.path
        assert found is not None
        rules = found if isinstance(found, Compilation) else below.compile(found)
        errors = sum(has_errors([diagnostic]) for diagnostic in rules.diagnostics)
        if errors or rules.program is None:
            reason = f"「{found}」に誤りが{max(errors, 1)}件あります"
        elif rules.allocation is not None or (rules.program.year, rules.program.scope) != (line.year, line.scope):
            reason = f"「{found}」は{line.year} {line.scope} 評価指標ではありません"
    problems: list[Diagnostic] = [NoRulebook(line.span, line.year, str(line.scope), reason)] if reason else []
    return (None if problems else rules), problems


def _base(
    revision: Revision, path: Path, given: Path | Compilation | None, below: Below
) -> tuple[Compilation | None, list[Diagnostic]]:
    """The rulebook that a revision amends; None, and a diagnostic, where it cannot be used."""
    line = revision.base
    # Before the base is read: years that do not fall might lead round in a circle.
    if (wrong := wrong_line(revision)) is not None:
        return None, [wrong]
    if isinstance(given, Compilation):
        return given, []
    if given is None:
        search = below.find(path, line)
        if search.path is None:
            return None, [NoBase(line.span, line.year, str(line.scope), search.told)]
        given = search.path
    base = below.compile(given)
    errors = sum(has_errors([diagnostic]) for diagnostic in base.diagnostics)
    return base, [UnusableBase(line.span, str(given), errors)] if errors else []


def _consequences(found: list[Diagnostic], causes: Causes | None) -> list[Diagnostic]:
    """Mistakes of the amended whole, with the amendment that most likely caused them."""
    return [evolve(diagnostic, cause=causes.of(diagnostic)) for diagnostic in found] if causes else found


def _by_place(diagnostics: list[Diagnostic], source: Source | None) -> tuple[Diagnostic, ...]:
    """Diagnostics in the order of the file; those that show in another file come last."""

    def place(diagnostic: Diagnostic) -> tuple[bool, int]:
        span = diagnostic.span
        return (span.source is not source, span.start) if isinstance(span, Span) else (False, 0)

    # What one amendment puts in many places (a citation everywhere) is one mistake.
    return tuple(sorted(dict.fromkeys(diagnostics), key=place))
