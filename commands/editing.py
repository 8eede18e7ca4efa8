"""Commands of the author's desk: lsp."""

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from haiten.commands.app import app


@app.command(usage="", help_prologue="使い方: haiten lsp [--cutoffs FILE]")
def lsp(
    *,
    cutoffs: Annotated[
        Path | None, Parameter(help="全国の該当率を項目に添えるための、段の境の値のファイル（score --save-cutoffs）。")
    ] = None,
) -> int:
    """エディタと標準入出力で話す言語サーバー（Language Server Protocol）。エディタが起動する（docs/editor.md）。"""
    from haiten.editor.server import make_server

    if sys.stdin.isatty():
        from haiten.commands.common import stderr

        stderr().print(
            "言語サーバーはエディタが起動します。エディタの設定は docs/editor.md にあります（haiten lsp --help）"
        )
        return 2
    # The server closes what it speaks through, and a command says all it has said when it ends.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as spoken:
        make_server(cutoffs).start_io(stdout=spoken)
    return 0
