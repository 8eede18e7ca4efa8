"""Completion in shells: the command that writes the script, and what may follow where only haiten knows it.

The scripts are cyclopts', with a few changes (``shell_scripts.py``). They know commands, options and where files
stand; for the rest they ask ``haiten __complete WORDS…``, which calls one of the functions here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from haiten.commands.app import app
from haiten.commands.common import print_data, stderr

if TYPE_CHECKING:
    from cyclopts.completion import CompletionContext

_WIDE: Final = str.maketrans("()", "（）")
_NARROW: Final = str.maketrans("（）", "()")


@app.command(usage="", help_prologue="使い方: haiten completion bash|zsh|fish|powershell [--install]")
def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell"], Parameter(name="SHELL", help="bash、zsh、fish か powershell。")
    ],
    /,
    *,
    install: Annotated[
        bool, Parameter(help="自分のフォルダに置き、シェルの始めのファイル（~/.bashrc など）から読ませる。")
    ] = False,
) -> int:
    """コマンドやオプション、形、ファイル、項目の番号を Tab キーで補うための、シェルのスクリプトを書く。"""
    from haiten.commands.running import load_commands
    from haiten.commands.shell_scripts import install as install_script
    from haiten.commands.shell_scripts import script_for

    load_commands()  # all of them, as the script tells of all
    if not install:
        print_data(script_for(shell))
        return 0
    place = install_script(shell)
    stderr().print(f"{place} に書きました。シェルを開き直すと、Tab キーで補えます", soft_wrap=True)
    return 0


def nodes_of_file(context: "CompletionContext") -> Iterator[tuple[str, str]]:
    """Paths of the rule file on the command line, down to one level more than is written.

    Their brackets are wide ones, which mean the same and which no shell takes for its own.
    """
    from haiten.scoring.rulebook import compile_rulebook  # which keeps what a file came to

    file = context.get("FILE")
    if file is None or not file.provided:
        return
    program = compile_rulebook(Path(file.raw or "")).compilation.program
    if program is None:
        return
    written = context.incomplete.translate(_NARROW)
    found = [node for path, node in program.nodes.items() if path.startswith(written)]
    nearest = min((node.path.count(".") for node in found if node.path != written), default=0)
    for node in found:
        if node.path.count(".") <= nearest:
            yield node.path.translate(_WIDE), f"{node.text} {node.maximum}点".strip()


def codes_of_diagnostics(_: "CompletionContext") -> Iterator[tuple[str, str]]:
    """The codes of all diagnostics."""
    from haiten.views.code_pages import codes

    return ((code, "") for code in codes())
