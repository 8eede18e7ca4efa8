"""Commands about one rulebook: check, fmt, show, consolidate, explain-code."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from haiten.commands.app import AsJson, BaseFile, RuleFile, RuleFiles, Strict, app
from haiten.commands.checking import check_and_tell, rewrite
from haiten.commands.common import compile_rules, find_path, stderr
from haiten.commands.completing import codes_of_diagnostics, nodes_of_file
from haiten.commands.forms.made import ShownRules
from haiten.commands.forms.rules import CHECK, CONSOLIDATE, EXPLAIN_CODE, SHOW


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
    return check_and_tell(files, way, base, witness, strict=strict, fix=fix)


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
        elif not rewrite(file, in_form_of(file.read_bytes(), text)):
            status = 1
        else:
            console.print(f"{file}: 整えました", soft_wrap=True)
    return status


@app.command(usage="", help_prologue=f"使い方: haiten show FILE [PATH] {SHOW.usage} [--json] [--base BASE]")
def show(
    file: RuleFile,
    path: Annotated[
        str | None, Parameter(name="PATH", help="見る項目（例: 推進.Ⅰ.(ⅰ).1）。", completer=nodes_of_file)
    ] = None,
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
    code: Annotated[str, Parameter(name="CODE", help="診断の番号（例: H401）。", completer=codes_of_diagnostics)],
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
