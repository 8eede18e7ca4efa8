"""Commands about one rulebook: check, fmt, show, consolidate, explain-code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from haiten.commands.app import BaseFile, RuleFile, RuleFiles, Strict, app
from haiten.commands.common import (
    cannot_write,
    compile_rules,
    find_path,
    print_json,
    print_or_write,
    rules_read,
    stderr,
)
from haiten.commands.outputs import may_write, note_read, output
from haiten.views.console.printable import one_line

if TYPE_CHECKING:
    from haiten.compiler.diagnostics import Diagnostic
    from haiten.compiler.driver import Compilation


@app.command(
    usage="",
    help_prologue=(
        "使い方: haiten check FILE… [--format text|gnu|json|sarif] [--strict] [--fix] [--witness DIR] [--base BASE]"
    ),
)
def check(
    files: RuleFiles,
    /,
    *,
    format: Annotated[  # noqa: A002 - the option's name
        Literal["text", "gnu", "json", "sarif"],
        Parameter(help="出力の形（text: 人向け、gnu: エディタ向け、json、sarif）。"),
    ] = "text",
    strict: Strict = False,
    fix: Annotated[bool, Parameter(help="確実に直せる誤りを直して書き込み、変更を表示する。")] = False,
    witness: Annotated[Path | None, Parameter(help="指摘の例を事実ファイル（CSV）として書くフォルダ。")] = None,
    base: BaseFile = None,
) -> int:
    """評価指標を確かめ、誤りと要約（配点の合計、項目の数、出典）を表示する。"""
    from haiten.compiler.diagnostics.masses import gathered
    from haiten.scoring.proving.examine import examine
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views import diagnostics as views
    from haiten.views.console.terminal import make_console, print_base, print_summary

    console = make_console()
    found: list[Diagnostic] = []
    for index, file in enumerate(files):
        compilation = compile_rulebook(file, base).compilation
        if fix and _recoded(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        if fix and compilation.source is not None and _fix(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        examined = examine(compilation)
        diagnostics = gathered([*examined.diagnostics, *(_strictly(compilation) if strict else ())])
        try:
            if witness is not None:
                note_read(rules_read(compilation))
                may_write(witness / name for name in examined.files)
                examined.write(witness)
        except OSError as error:
            return cannot_write(error, witness)
        found += diagnostics
        if format == "text":
            if index:
                console.print()
            views.print_diagnostics(console, diagnostics)
            if compilation.ok and compilation.allocation is not None:
                from haiten.views.allocation_program import print_allocation_summary

                print_allocation_summary(console, compilation)
            elif compilation.ok and compilation.program is not None:
                print_summary(console, compilation.program)
                print_base(console, compilation)
            console.print(views.verdict_line(str(file), diagnostics, strict=strict))
    if format == "gnu":
        for line in views.gnu_lines(found):
            print(one_line(line))
    elif format == "json":
        print_json(views.diagnostics_json(found))
    elif format == "sarif":
        from haiten.views.files.sarif import sarif_json

        print_json(sarif_json(found))
    return _status(found, strict=strict)


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


@app.command(usage="", help_prologue="使い方: haiten show FILE [PATH] [--json] [--base BASE]")
def show(
    file: RuleFile,
    path: Annotated[str | None, Parameter(name="PATH", help="見る項目（例: 推進.Ⅰ.(ⅰ).1）。")] = None,
    /,
    *,
    json: Annotated[bool, Parameter(help="JSON で標準出力に書く。")] = False,
    base: BaseFile = None,
) -> int:
    """評価指標の木を、配点と要件、最後に変えた改正とともに表示する。改正のファイルなら溶け込ませた姿、配分なら予算と日程を表示する。"""
    from haiten.views.console.terminal import make_console, print_base
    from haiten.views.program import print_program, program_json

    rulebook = compile_rules(file, base, money=path is None)
    if rulebook is not None and rulebook.program.allocation is not None:
        from haiten.views.allocation_program import allocation_rules_json, print_allocation_rules

        if json:
            print_json(allocation_rules_json(rulebook.program))
        else:
            print_allocation_rules(make_console(), rulebook.compilation)
        return 0
    if rulebook is None or (path is not None and (path := find_path(rulebook.program.nodes, path)) is None):
        return 1
    if json:
        print_json(program_json(rulebook.program, path))
    else:
        console = make_console()
        print_base(console, rulebook.compilation)
        print_program(console, rulebook.program, path)
    return 0


@app.command(usage="", help_prologue="使い方: haiten consolidate FILE [--to FILE] [--base BASE]")
def consolidate(
    file: RuleFile,
    /,
    *,
    to: Annotated[Path | None, Parameter(help="書き込むファイル。省くと標準出力に書く。")] = None,
    base: BaseFile = None,
) -> int:
    """改正を元の評価指標に溶け込ませ、全文を正規の書式で書く。書いたものは、それだけで評価指標として通る。"""
    from haiten.compiler.printing.print_rulebook import print_rulebook

    rulebook = compile_rules(file, base)
    return 1 if rulebook is None else print_or_write(print_rulebook(rulebook.program.syntax), to)


@app.command(usage="", help_prologue="使い方: haiten explain-code CODE")
def explain_code(
    code: Annotated[str, Parameter(name="CODE", help="診断の番号（例: H401）。")],
    /,
) -> int:
    """診断の番号の意味を、起きる例と直し方とともに説明する。"""
    from haiten.views.code_pages import nearest_codes, page_of, print_page
    from haiten.views.console.terminal import make_console

    if page_of(code) is None:
        near = nearest_codes(code)
        hint = f"（もしかして: {'、'.join(near)}）" if near else ""
        stderr().print(f"「{code}」という診断はありません{hint}", soft_wrap=True)
        return 1
    print_page(make_console(), code)
    return 0


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
