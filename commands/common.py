"""What several commands do: compile, find a path, score, complain on stderr."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haiten.commands.outputs import WouldOverwriteError, note_compiled, note_read
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead, name_of
from haiten.views.console.streams import print_exact, print_json_text

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.allocation.allocate import Allocated
    from haiten.compiler.compilation import Compilation
    from haiten.forms.answers import Answers, LastYear
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.running.scores import Scores

# As scoring.reading.tables reads them, which waits with Polars until there is a table.
_TABLES: Final = (".csv", ".parquet", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_FEW: Final = 3  # paths that one may be short for


def stderr() -> "Console":
    """Where diagnostics go."""
    from haiten.views.console.terminal import make_console

    return make_console(stderr=True)


def compile_rules(
    file: Path,
    base: Path | None = None,
    *,
    parameters: tuple[str, ...] = (),
    money: bool = False,
    members: Path | None = None,
) -> "Rulebook | None":
    """A rulebook that can run; None, with its diagnostics on stderr.

    Args:
        file: a rule file.
        base: what it builds on, where that is not to be looked for.
        parameters: ``名前=値`` for its 定数, and the 予算 of an allocation.
        money: whether the command can do something with an allocation (配分).
        members: the rulebook of the municipalities that a prefectural one reads, where it is not to be looked for.
    """
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views.diagnostics import print_diagnostics

    if file.suffix.lower() in _TABLES and file.exists():
        words = "評価指標のファイル（.haiten）ではなく表です。評価指標のファイルを渡してください"
        order = "事実ファイルも渡すコマンドでは、評価指標、事実ファイルの順です"
        stderr().print(f"{file} は{words}（{order}）", soft_wrap=True)
        return None
    if base is not None and members is not None:
        stderr().print("--base と --member-rules は、一緒には使えません")
        return None
    rulebook = compile_rulebook(file, base or members, parameters)
    note_read(rules_read(rulebook.compilation))
    note_compiled(rulebook.compilation)
    print_diagnostics(stderr(), rulebook.diagnostics)
    if rulebook.ok and rulebook.program.allocation is not None and not money:
        uses = "allocate、explain、diff、impact、check、show、fmt、consolidate"
        words = f"配分のファイルです。{uses} で使います（採点は評価指標のファイルで）"
        stderr().print(f"{file} は{words}", soft_wrap=True)
        return None
    if rulebook.ok and members is not None and rulebook.compilation.members is None:
        words = "--member-rules は、改正でない都道府県の評価指標が管内平均( ) などを使うときだけ使えます"
        stderr().print(words, soft_wrap=True)
        return None
    return rulebook if rulebook.ok else None


def rules_read(compilation: "Compilation") -> list[Path]:
    """The files of a rulebook and of all that it builds on."""
    return [Path(source.name) for source in compilation.sources]


def compile_allocation(file: Path, base: Path | None, parameters: tuple[str, ...]) -> "Rulebook | None":
    """An allocation that can run; None, with a word on stderr."""
    rulebook = compile_rules(file, base, parameters=parameters, money=True)
    if rulebook is not None and rulebook.program.allocation is None:
        stderr().print(
            f"{file} は評価指標のファイルです。配分のファイル（allocation.haiten）を渡してください", soft_wrap=True
        )
        return None
    return rulebook


def allocate_bodies(
    rulebook: "Rulebook", facts: FactFiles, previous: Path | None, how: HowToRead, *, assume: bool
) -> "Allocated | None":
    """Money; None, with the diagnostics on stderr."""
    from haiten.allocation.run import allocate_file
    from haiten.views.diagnostics import print_diagnostics

    console = stderr()
    with console.status("採点し、配分しています…"):
        outcome = allocate_file(rulebook, facts, previous, assume=assume, how=how)
    print_diagnostics(console, outcome.diagnostics)
    if outcome.allocated is not None:
        print_diagnostics(console, outcome.allocated.scores.notes(name_of(facts)))
    return outcome.allocated


def find_path(nodes: Mapping[str, object], written: str) -> str | None:
    """The canonical path that the user wrote; None, with a word on stderr, where there is no such node."""
    from haiten.compiler.folding.paths import canonical_path
    from haiten.compiler.suggest import nearest

    path = canonical_path(written)
    if path in nodes:
        return path
    ending = [node for node in nodes if node.endswith(f".{path}")]  # which it may be short for
    more = f" ほか{len(ending) - _FEW}項目" if len(ending) > _FEW else ""
    suggestion = "、".join(ending[:_FEW]) + more or nearest(path, nodes)
    hint = f"（もしかして: {suggestion}）" if suggestion else ""
    stderr().print(f"「{written}」という項目はありません{hint}", soft_wrap=True)
    return None


def score_facts(
    file: Path,
    facts: FactFiles,
    cutoffs: Path | None,
    base: Path | None = None,
    how: HowToRead = PLAIN,
    parameters: list[str] | None = None,
    members: Path | None = None,
    *,
    sparing: bool = False,
) -> "Scores | None":
    """Scores; None, with the diagnostics on stderr. Where it is sparing, nobody asks for reasons."""
    rulebook = compile_rules(file, base, parameters=tuple(parameters or ()), members=members)
    return None if rulebook is None else score_with(rulebook, facts, cutoffs, how, sparing=sparing)


def score_with(
    rulebook: "Rulebook", facts: FactFiles, cutoffs: Path | None, how: HowToRead = PLAIN, *, sparing: bool = False
) -> "Scores | None":
    """Scores by a rulebook; None, with the diagnostics on stderr."""
    from haiten.views.console.terminal import track
    from haiten.views.diagnostics import print_diagnostics

    console = stderr()
    read = rulebook.read_facts(facts, track, how)
    print_diagnostics(console, read.diagnostics)
    stored = rulebook.read_cutoffs(cutoffs) if cutoffs is not None else None
    print_diagnostics(console, stored.diagnostics if stored else ())
    if read.facts is None or (stored is not None and stored.stored is None):
        return None
    if not len(read.facts.bodies):
        console.print(f"{name_of(facts)} に団体がありません", soft_wrap=True)
        return None
    with console.status("採点中"):
        scores = rulebook.score_checked(read.facts, stored.stored if stored else None, sparing=sparing)
    print_diagnostics(console, scores.notes(name_of(facts)))
    return scores


def chosen_bodies(scores: "Scores", facts: FactFiles, code: str | None) -> Sequence[int] | None:
    """The bodies to show; None, with a diagnostic on stderr, where the code is not among them."""
    if code is None:
        return range(len(scores.bodies))
    index = scores.index(code)
    if index is not None:
        return [index]
    from haiten.compiler.diagnostics import Cell
    from haiten.scoring.facts.fact_errors import UnknownBody
    from haiten.views.diagnostics import print_diagnostics

    known = "、".join(body.code for body in scores.bodies[:5])
    more = f" ほか{len(scores.bodies) - 5:,}団体" if len(scores.bodies) > 5 else ""
    print_diagnostics(stderr(), [UnknownBody(Cell(name_of(facts)), code, f"ある団体: {known}{more}")])
    return None


def can_be_safe(is_csv: bool, asked: bool) -> bool:
    """Whether ``--csv-safe`` may stand with what is written; tells where it may not."""
    if asked and not is_csv:
        stderr().print("「--csv-safe」は、CSV を書くときだけ使えます（Excel の .xlsx では、文字は式になりません）")
        return False
    return True


def about_line(scores: "Scores") -> str:
    """What tables over all bodies are about: year, who is counted, and by which rules."""
    program, nation, bodies = scores.program, scores.nation, len(scores.bodies)
    if scores.run.is_placed:
        whole = "全国は不明" if nation is None else f"全国は段の境の値のファイルにある{nation.size:,}団体"
        who = f"{whole}（事実ファイルは{bodies:,}団体。順位で決まる項目は、保存した全国の段の境の値による）"
    else:
        who = f"全国は事実ファイルにある{bodies:,}団体" if nation is not None else f"事実ファイルの{bodies:,}団体"
    trial = f"　試算: 定数 {program.trial_text}" if program.trial else ""
    return f"{program.year} {program.scope}　{who}　規則の指紋 {scores.fingerprint.rules[:16]}{trial}"


def cannot_write(error: OSError, to: Path | None = None, *, printed: bool = False) -> int:
    """Tell that a file cannot be written; the exit status.

    Args:
        error: what the system said.
        to: the file, for errors that do not name it, such as that the disk is full.
        printed: whether an error that names no file is one of standard output.

    Raises:
        BrokenPipeError: it was stdout, and who reads it had enough.
        OSError: it was stdout, which is reported once, at the end of the command.
    """
    if isinstance(error, BrokenPipeError) or (error.filename is None and to is None and not printed):
        raise error
    from haiten.compiler.files.system_errors import reason_not_written

    stderr().print(f"{error.filename or to or '標準出力'} に書けません: {reason_not_written(error)}", soft_wrap=True)
    return 2 if isinstance(error, WouldOverwriteError) else 1


def print_data(text: str | Iterable[str]) -> None:
    """Print a text, or its pieces, that others read on; tells where the code page of stdout lacks signs of it."""
    exact = [print_exact(piece) for piece in ([text] if isinstance(text, str) else text)]
    if not all(exact):
        words = f"標準出力の文字コード（{sys.stdout.encoding}）にない文字を、似た文字に置き換えました"
        stderr().print(f"注記: {words}。そのままの写しは「--to ファイル」で書けます", soft_wrap=True)


def print_json(data: object) -> None:
    """Print data on stdout."""
    print_json_text(data)


def tell_unknown_body(made: "list[Answers]", code: str, facts: str) -> None:
    """Tell that a body is not among those that are known."""
    from haiten.compiler.diagnostics import Cell
    from haiten.scoring.facts.fact_errors import UnknownBody
    from haiten.views.diagnostics import print_diagnostics

    codes = [each.body.code for each in made if each.body is not None]
    more = f" ほか{len(codes) - 5:,}団体" if len(codes) > 5 else ""
    print_diagnostics(stderr(), [UnknownBody(Cell(facts), code, f"ある団体: {'、'.join(codes[:5]) or 'なし'}{more}")])


def last_year(rulebook: "Rulebook", previous: tuple[Path, Path], how: HowToRead) -> "LastYear | None":
    """The answers of the year before; None, with a word on stderr, where they cannot be shown."""
    from haiten.comparison.match import match
    from haiten.compiler.syntax.years import western_year
    from haiten.forms.answers import LastYear

    rules, facts = previous
    scores = score_facts(rules, facts, None, None, how)
    if scores is None:
        return None
    old, new = scores.program, rulebook.program
    if old.scope != new.scope:
        stderr().print(f"対象が違います: {old.scope} と {new.scope}", soft_wrap=True)
        return None
    if western_year(old.year) >= western_year(new.year):
        stderr().print(f"--previous は{new.year}より前の年度を指定してください（{old.year}です）", soft_wrap=True)
        return None
    return LastYear(scores, match(old, new))
