"""The command line: reads arguments, calls the rooms, prints, and says how it went by its exit status.

0: no errors. 1: errors in a rulebook or a file. 2: wrong usage.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, CycloptsError, Group, Parameter

from haiten.compiler.version import haiten_version
from haiten.views.usage import japanese_formatter, usage_message

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.compiler.diagnostics import Diagnostic
    from haiten.compiler.driver import Compilation
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.scores import Scores

_ARGUMENTS: Final = Group("引数", sort_key=1, help_formatter=japanese_formatter)
_OPTIONS: Final = Group("オプション", sort_key=2, help_formatter=japanese_formatter)
_COMMANDS: Final = Group("コマンド")

app = App(
    name="haiten",
    help_format="plaintext",
    help="配点——保険者機能強化推進交付金等の評価指標を書き、確かめ、採点し、その理由をたどる。",
    help_epilogue="終了状態: 0 誤りなし / 1 評価指標やファイルに誤りあり / 2 使い方の誤り",
    usage="",
    help_prologue="使い方: haiten コマンド [引数…] [オプション…]",
    version=haiten_version,
    group_arguments=_ARGUMENTS,
    group_parameters=_OPTIONS,
    group_commands=_COMMANDS,
    default_parameter=Parameter(negative=(), show_default=False),
)
app["--help"].help = "この説明を表示する。"
app["--version"].help = "haiten の版を表示する。"

RuleFile = Annotated[Path, Parameter(name="FILE", help="評価指標のファイル（.haiten）。")]
RuleFiles = Annotated[list[Path], Parameter(name="FILE", help="評価指標のファイル（.haiten）。いくつでも。")]
FactFile = Annotated[Path, Parameter(name="FACTS", help="事実ファイル（CSV。1団体1行）。")]
CutoffFile = Annotated[
    Path | None, Parameter(name="--cutoffs", help="保存した段の境の値（JSON）。少数の団体を全国の順位に照らす。")
]
Strict = Annotated[bool, Parameter(name="--strict", help="警告や出典のない文も誤りとして扱う。")]


@app.command(usage="", help_prologue="使い方: haiten check FILE… [--format text|gnu|json|sarif] [--strict] [--fix]")
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
) -> int:
    """評価指標を確かめ、誤りと要約（配点の合計、項目の数、出典）を表示する。"""
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views import diagnostics as views
    from haiten.views.terminal import make_console, print_summary

    console = make_console()
    found: list[Diagnostic] = []
    for index, file in enumerate(files):
        compilation = compile_rulebook(file).compilation
        if fix and compilation.source is not None and any(d.fix for d in compilation.diagnostics):
            _fix(file, compilation)
            compilation = compile_rulebook(file).compilation
        diagnostics = [*compilation.diagnostics, *(_strictly(compilation) if strict else ())]
        found += diagnostics
        if format == "text":
            if index:
                console.print()
            views.print_diagnostics(console, diagnostics)
            if compilation.ok and compilation.program is not None:
                print_summary(console, compilation.program)
            console.print(views.verdict_line(str(file), diagnostics, strict=strict))
    if format == "gnu":
        for line in views.gnu_lines(found):
            print(line)
    elif format == "json":
        _print_json(views.diagnostics_json(found))
    elif format == "sarif":
        from haiten.views.sarif import sarif_json

        _print_json(sarif_json(found))
    return _status(found, strict=strict)


@app.command(usage="", help_prologue="使い方: haiten fmt FILE… [--check]")
def fmt(
    files: RuleFiles,
    /,
    *,
    check: Annotated[bool, Parameter(help="書き換えず、整っていないファイルがあれば終了状態1で知らせる。")] = False,
) -> int:
    """評価指標を正規の書式に整える（注釈は失わない）。構文に誤りがあるファイルには触れない。"""
    from haiten.compiler.driver import compile_file
    from haiten.compiler.printer import print_rulebook
    from haiten.views.diagnostics import print_diagnostics
    from haiten.views.terminal import make_console

    console, errors = make_console(), make_console(stderr=True)
    status = 0
    for file in files:
        compilation = compile_file(file)
        syntax, source = compilation.syntax, compilation.source
        if source is None or syntax is None or syntax.damaged or compilation.unreadable:
            print_diagnostics(errors, compilation.diagnostics)
            status = 1
            continue
        text = print_rulebook(syntax)
        if text == source.text:
            continue
        if check:
            console.print(f"{file}: 整っていません（haiten fmt で整えられます）", soft_wrap=True)
            status = 1
        else:
            file.write_text(text, encoding="utf-8")
            console.print(f"{file}: 整えました", soft_wrap=True)
    return status


@app.command(usage="", help_prologue="使い方: haiten show FILE [PATH]")
def show(
    file: RuleFile,
    path: Annotated[str | None, Parameter(name="PATH", help="見る項目（例: 推進.Ⅰ.(ⅰ).1）。")] = None,
    /,
) -> int:
    """評価指標の木を、配点と要件とともに表示する。"""
    from haiten.views.terminal import make_console, print_program

    console = make_console()
    rulebook = _compile(file)
    if rulebook is None or (path is not None and (path := _find_path(rulebook.program.nodes, path)) is None):
        return 1
    print_program(console, rulebook.program, path)
    return 0


@app.command(
    usage="",
    help_prologue="使い方: haiten score FILE FACTS [--body CODE] [--to out.csv] [--json]"
    " [--cutoffs FILE] [--save-cutoffs FILE]",
)
def score(
    file: RuleFile,
    facts: FactFile,
    /,
    *,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを表示する。")] = None,
    to: Annotated[Path | None, Parameter(help="全団体・全項目の得点を CSV に書く。")] = None,
    json: Annotated[bool, Parameter(help="全団体・全項目の得点を JSON で標準出力に書く。")] = False,
    cutoffs: CutoffFile = None,
    save_cutoffs: Annotated[Path | None, Parameter(help="この採点の段の境の値を JSON に保存する。")] = None,
) -> int:
    """団体を採点する。未回答があれば、得点は「確実な点–あり得る最大」の幅で示す。"""
    from haiten.views.terminal import make_console, print_scores

    scores = _score(file, facts, cutoffs)
    chosen = None if scores is None else _chosen(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    try:
        if save_cutoffs is not None:
            from haiten.scoring.cutoffs import cutoffs_json
            from haiten.views.export import write_json

            write_json(save_cutoffs, cutoffs_json(scores))
        if to is not None:
            from haiten.views.export import write_scores_csv

            write_scores_csv(to, scores)
    except OSError as error:
        make_console(stderr=True).print(f"{error.filename} に書けません: {error.strerror}", soft_wrap=True)
        return 1
    if json:
        _print_json(scores.to_json())
    else:
        print_scores(make_console(), scores, chosen)
    return 0


@app.command(usage="", help_prologue="使い方: haiten explain FILE FACTS --body CODE [PATH] [--json] [--cutoffs FILE]")
def explain(
    file: RuleFile,
    facts: FactFile,
    path: Annotated[str | None, Parameter(name="PATH", help="たどる項目（例: 推進.Ⅳ.成果.1）。省くと全体。")] = None,
    /,
    *,
    body: Annotated[str, Parameter(help="団体コード。")],
    json: Annotated[bool, Parameter(help="JSON で標準出力に書く。")] = False,
    cutoffs: CutoffFile = None,
) -> int:
    """1団体の得点の理由を、条文・出典・読んだ事実・順位と境の値までたどる。"""
    from haiten.views.terminal import make_console

    scores = _score(file, facts, cutoffs)
    chosen = None if scores is None else _chosen(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    if path is not None and (path := _find_path(scores.program.nodes, path)) is None:
        return 1
    from haiten.scoring.explain import explain as explain_body
    from haiten.scoring.explain import explain_json
    from haiten.views.trace import print_traces

    traces = explain_body(scores, chosen[0], path)
    if json:
        _print_json(explain_json(scores, chosen[0], traces))
    else:
        who = scores.bodies[chosen[0]]
        print_traces(make_console(), f"{who.code} {who.name}（{scores.program.year} {scores.program.scope}）", traces)
    return 0


@app.command(usage="", help_prologue="使い方: haiten explain-code CODE")
def explain_code(
    code: Annotated[str, Parameter(name="CODE", help="診断の番号（例: H401）。")],
    /,
) -> int:
    """診断の番号の意味を、起きる例と直し方とともに説明する。"""
    from haiten.views.code_pages import nearest_codes, page_of, print_page
    from haiten.views.terminal import make_console

    if page_of(code) is None:
        near = nearest_codes(code)
        hint = f"（もしかして: {'、'.join(near)}）" if near else ""
        _stderr().print(f"「{code}」という診断はありません{hint}", soft_wrap=True)
        return 1
    print_page(make_console(), code)
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    try:
        status = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print(usage_message(error), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # the reader (head, less) had enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fix(file: Path, compilation: "Compilation") -> None:
    """Make the safe changes in a file, and show them as a diff on stderr."""
    from difflib import unified_diff

    from haiten.compiler.fix import apply_fixes

    assert compilation.source is not None
    before, after = compilation.source.text, apply_fixes(compilation.source, compilation.diagnostics)
    file.write_text(after, encoding="utf-8")
    names = (str(file), f"{file}（修正後）")
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=0)
    _stderr().print("\n".join(lines), soft_wrap=True)


def _strictly(compilation: "Compilation") -> list["Diagnostic"]:
    from haiten.compiler.checks.sources import uncited_texts

    return list(uncited_texts(compilation.program)) if compilation.program is not None else []


def _status(diagnostics: "Sequence[Diagnostic]", *, strict: bool) -> int:
    from haiten.compiler.diagnostics import has_errors

    return int(has_errors(diagnostics) or (strict and bool(diagnostics)))


def _stderr() -> "Console":
    from haiten.views.terminal import make_console

    return make_console(stderr=True)


def _compile(file: Path) -> "Rulebook | None":
    """A rulebook that can run; None, with its diagnostics on stderr."""
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views.diagnostics import print_diagnostics

    rulebook = compile_rulebook(file)
    print_diagnostics(_stderr(), rulebook.diagnostics)
    return rulebook if rulebook.ok else None


def _find_path(nodes: Mapping[str, object], written: str) -> str | None:
    """The canonical path that the user wrote; None, with a word on stderr, where there is no such node."""
    from haiten.compiler.paths import canonical_path
    from haiten.compiler.suggest import nearest

    path = canonical_path(written)
    if path in nodes:
        return path
    suggestion = nearest(path, nodes)
    hint = f"（もしかして: {suggestion}）" if suggestion else ""
    _stderr().print(f"「{written}」という項目はありません{hint}", soft_wrap=True)
    return None


def _score(file: Path, facts: Path, cutoffs: Path | None) -> "Scores | None":
    """Scores; None, with the diagnostics on stderr."""
    from haiten.views.diagnostics import print_diagnostics

    rulebook = _compile(file)
    if rulebook is None:
        return None
    console = _stderr()
    read = rulebook.read_facts(facts)
    print_diagnostics(console, read.diagnostics)
    stored = rulebook.read_cutoffs(cutoffs) if cutoffs is not None else None
    print_diagnostics(console, stored.diagnostics if stored else ())
    if read.facts is None or (stored is not None and stored.stored is None):
        return None
    scores = rulebook.score(read.facts, stored.stored if stored else None)
    print_diagnostics(console, scores.notes(str(facts)))
    return scores


def _chosen(scores: "Scores", facts: Path, code: str | None) -> list[int] | None:
    """The bodies to show; None, with a diagnostic on stderr, where the code is not among them."""
    if code is None:
        return list(range(len(scores.bodies)))
    index = scores.index(code)
    if index is not None:
        return [index]
    from haiten.compiler.diagnostics import Cell
    from haiten.scoring.fact_errors import UnknownBody
    from haiten.views.diagnostics import print_diagnostics

    known = "、".join(body.code for body in scores.bodies[:5])
    more = f" ほか{len(scores.bodies) - 5:,}団体" if len(scores.bodies) > 5 else ""
    print_diagnostics(_stderr(), [UnknownBody(Cell(str(facts)), code, f"ある団体: {known}{more}")])
    return None


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
