"""Commands about one rulebook: check, fmt, show, consolidate, explain-code."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from haiten.commands.app import AsJson, BaseFile, RuleFile, RuleFiles, Strict, app
from haiten.commands.common import (
    cannot_write,
    compile_rules,
    find_path,
    rules_read,
    stderr,
)
from haiten.commands.forms.made import Checked, CheckedFile, Replayed, ShownRules
from haiten.commands.forms.rules import CHECK, CONSOLIDATE, EXPLAIN_CODE, SHOW
from haiten.commands.outputs import may_write, note_read, output

if TYPE_CHECKING:
    from haiten.compiler.compilation import Compilation
    from haiten.compiler.diagnostics import Diagnostic


@app.command(
    usage="",
    help_prologue=(f"使い方: haiten check FILE… {CHECK.usage} [--strict] [--fix] [--witness DIR] [--base BASE]"),
)
def check(
    files: RuleFiles,
    /,
    *,
    as_: Annotated[str | None, CHECK.as_] = None,
    to: Annotated[list[Path] | None, CHECK.to] = None,
    json: AsJson = False,
    format: Annotated[str | None, Parameter(help="「--as」と同じ。")] = None,  # noqa: A002 - the option's name
    strict: Strict = False,
    fix: Annotated[bool, Parameter(help="確実に直せる誤りを直して書き込み、変更を表示する。")] = False,
    witness: Annotated[Path | None, Parameter(help="指摘の例を事実ファイル（CSV）として書くフォルダ。")] = None,
    base: BaseFile = None,
) -> int:
    """評価指標を確かめ、誤りと要約（配点の合計、項目の数、出典）を表示する。"""
    way = CHECK.way(as_, to, json=json, form=format)
    if way is None:
        return 2
    made = Checked(Replayed(_checked(files, base, witness, strict=strict, fix=fix)), strict)
    try:
        status = way.out(made)
        return status or _status(made.diagnostics, strict=strict)
    except _NoWitnessError as error:
        return cannot_write(error.reason, witness)


class _NoWitnessError(Exception):
    """Examples cannot be written; nothing is checked any more."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _checked(
    files: Sequence[Path], base: Path | None, witness: Path | None, *, strict: bool, fix: bool
) -> Iterator[CheckedFile]:
    """Check files, one after the other.

    Raises:
        _NoWitnessError: the examples of what was found cannot be written.
    """
    from haiten.compiler.diagnostics.masses import gathered
    from haiten.scoring.proving.examine import examine
    from haiten.scoring.rulebook import compile_rulebook

    for file in files:
        compilation = compile_rulebook(file, base).compilation
        if fix and _recoded(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        if fix and compilation.source is not None and _fix(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        examined = examine(compilation)
        try:
            if witness is not None:
                note_read(rules_read(compilation))
                may_write(witness / name for name in examined.files)
                examined.write(witness)
        except OSError as error:
            raise _NoWitnessError(error) from error
        found = gathered([*examined.diagnostics, *(_strictly(compilation) if strict else ())])
        yield CheckedFile(file, compilation, found)


@app.command(usage="", help_prologue="使い方: haiten fmt FILE… [--check]")
def fmt(
    files: RuleFiles,
    /,
    *,
    check: Annotated[bool, Parameter(help="書き換えず、整っていないファイルがあれば終了状態1で知らせる。")] = False,
) -> int:
    """評価指標を正規の書式に整える（注釈は失わない）。構文に誤りがあるファイルには触れない。"""
    from haiten.compiler.driver import read_file
    from haiten.compiler.files.file_form import in_form_of
    from haiten.compiler.printing.print_revision import print_file
    from haiten.views.console.terminal import make_console
    from haiten.views.diagnostics import print_diagnostics

    console, errors = make_console(), make_console(stderr=True)
    status = 0
    for file in files:
        reading = read_file(file)
        tree, source = reading.tree, reading.source
        if source is None or tree is None or tree.damaged or reading.unreadable:
            print_diagnostics(errors, reading.diagnostics)
            status = 1
            continue
        text = print_file(tree)
        if text == source.text:
            continue
        if check:
            console.print(f"{file}: 整っていません（haiten fmt で整えられます）", soft_wrap=True)
            status = 1
        elif not _rewrite(file, in_form_of(file.read_bytes(), text)):
            status = 1
        else:
            console.print(f"{file}: 整えました", soft_wrap=True)
    return status


@app.command(usage="", help_prologue=f"使い方: haiten show FILE [PATH] {SHOW.usage} [--json] [--base BASE]")
def show(
    file: RuleFile,
    path: Annotated[str | None, Parameter(name="PATH", help="見る項目（例: 推進.Ⅰ.(ⅰ).1）。")] = None,
    /,
    *,
    as_: Annotated[str | None, SHOW.as_] = None,
    to: Annotated[list[Path] | None, SHOW.to] = None,
    json: AsJson = False,
    base: BaseFile = None,
) -> int:
    """評価指標の木を、配点と要件、最後に変えた改正とともに表示する。改正のファイルなら溶け込ませた姿、配分なら予算と日程を表示する。"""
    way = SHOW.way(as_, to, json=json)
    if way is None:
        return 2
    rulebook = compile_rules(file, base, money=path is None)
    if rulebook is None:
        return 1
    if rulebook.program.allocation is not None:
        return way.out(ShownRules(rulebook, None))
    if path is not None and (path := find_path(rulebook.program.nodes, path)) is None:
        return 1
    return way.out(ShownRules(rulebook, path))


@app.command(usage="", help_prologue=f"使い方: haiten consolidate FILE {CONSOLIDATE.usage} [--base BASE]")
def consolidate(
    file: RuleFile,
    /,
    *,
    as_: Annotated[str | None, CONSOLIDATE.as_] = None,
    to: Annotated[list[Path] | None, CONSOLIDATE.to] = None,
    base: BaseFile = None,
) -> int:
    """改正を元の評価指標（か配分）に溶け込ませ、全文を正規の書式で書く。書いたものは、それだけで通る。"""
    way = CONSOLIDATE.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_rules(file, base, money=True)
    return 1 if rulebook is None else way.out(rulebook.program)


@app.command(usage="", help_prologue=f"使い方: haiten explain-code CODE {EXPLAIN_CODE.usage}")
def explain_code(
    code: Annotated[str, Parameter(name="CODE", help="診断の番号（例: H401）。")],
    /,
    *,
    as_: Annotated[str | None, EXPLAIN_CODE.as_] = None,
    to: Annotated[list[Path] | None, EXPLAIN_CODE.to] = None,
) -> int:
    """診断の番号の意味を、起きる例と直し方とともに説明する。"""
    from haiten.views.code_pages import nearest_codes, page_of

    way = EXPLAIN_CODE.way(as_, to)
    if way is None:
        return 2
    if page_of(code) is None:
        near = nearest_codes(code)
        hint = f"（もしかして: {'、'.join(near)}）" if near else ""
        stderr().print(f"「{code}」という診断はありません{hint}", soft_wrap=True)
        return 1
    return way.out(code)


def _recoded(file: Path, compilation: "Compilation") -> bool:
    """Write a file that is in another encoding in UTF-8, and say so; its characters and line ends stay."""
    from haiten.compiler.diagnostics import WrongEncoding
    from haiten.compiler.files.encodings import guess_encoding

    if not any(isinstance(found, WrongEncoding) for found in compilation.diagnostics):
        return False
    try:
        guess = guess_encoding(file.read_bytes())
    except OSError as error:
        cannot_write(error, file)
        return False
    if guess is None or not _rewrite(file, guess.text.encode()):
        return False
    stderr().print(f"{file}: {guess.name} から UTF-8 に直しました", soft_wrap=True)
    return True


def _fix(file: Path, compilation: "Compilation") -> bool:
    """Make the safe changes in a file, and show them as a diff on stderr; whether the file was changed."""
    from difflib import unified_diff

    from haiten.compiler.files.file_form import with_edits
    from haiten.compiler.fix import keeps_meaning, safe_edits
    from haiten.compiler.source import plain

    assert compilation.source is not None
    edits = safe_edits(compilation.source, compilation.diagnostics)
    raw = file.read_bytes() if edits else b""
    # Offsets are those of the text that was read; a file that has changed since is left alone.
    if not edits or plain(raw) != compilation.source.text:
        return False
    changed = with_edits(raw, edits)
    if not keeps_meaning(compilation, plain(changed)) or not _rewrite(file, changed):
        return False
    before, after = (text.split("\n") for text in (compilation.source.text, plain(changed)))
    lines = unified_diff(before, after, str(file), f"{file}（修正後）", lineterm="", n=0)
    stderr().print("\n".join(lines), soft_wrap=True)
    return True


def _rewrite(file: Path, changed: bytes) -> bool:
    """Change a file in its place; tells where that cannot be."""
    try:
        with output(file, in_place=True) as path:
            path.write_bytes(changed)
    except OSError as error:
        cannot_write(error, file)
        return False
    return True


def _strictly(compilation: "Compilation") -> list["Diagnostic"]:
    from haiten.compiler.checks.lints import unstated_dependencies
    from haiten.compiler.checks.sources import uncited_texts

    program = compilation.program
    return [*uncited_texts(program), *unstated_dependencies(program)] if program is not None else []


def _status(diagnostics: "Sequence[Diagnostic]", *, strict: bool) -> int:
    from haiten.compiler.diagnostics import has_errors

    return int(has_errors(diagnostics) or (strict and bool(diagnostics)))
