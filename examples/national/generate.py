"""Writes a synthetic nation as a fact file (合成データ): a command, for people and for `make nation`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, CycloptsError, Group, Parameter
from prefectures import YEAR as PREFECTURAL_YEAR
from prefectures import prefectural_frame
from rich.console import Console

from bodies import NATION
from files import write, write_frame
from haiten.views.console.help import japanese_formatter
from haiten.views.console.usage import usage_message
from nation import make_population

app: Final = App(
    name="generate.py",
    help="全国の合成データ（事実ファイル）を作る。R6・R7 の項目ごとの該当数は公表値と一致する。団体も値も架空。",
    help_format="plaintext",
    usage="",
    help_prologue="使い方: python examples/national/generate.py --to FILE [--year R6|R7|R8] [--seed N]"
    " [--bodies N | --prefectures [--without-figures]]",
    version_flags=(),
    group_commands=Group("コマンド", show=False),
    group_parameters=Group("オプション", help_formatter=japanese_formatter),
)
app["--help"].help = "この説明を表示する。"


@app.default
def generate(
    *,
    to: Annotated[Path, Parameter(help="書き出すファイル（.csv か .parquet）。")],
    year: Annotated[
        Literal["R6", "R7", "R8"], Parameter(help="年度（R6、R7、R8）。省くと R6。R8 の該当数はほとんどが推定。")
    ] = "R6",
    seed: Annotated[int, Parameter(help="乱数の種。同じ種からは同じデータができる。省くと1。")] = 1,
    bodies: Annotated[
        int, Parameter(help="団体数。省くと1,741。それより多いと複製して値を揺らし、少ないと抜き出す。")
    ] = NATION,
    prefectures: Annotated[
        bool, Parameter(negative=(), help="市町村の代わりに、それを含む47都道府県のデータを作る（R8 だけ）。")
    ] = False,
    without_figures: Annotated[
        bool,
        Parameter(
            name="--without-figures",
            negative=(),
            help="--prefectures のとき、管内平均( ) などの列を書かない（haiten の --members で計算する）。",
        ),
    ] = False,
) -> int:
    """Write the file and end with 0; 1 where it cannot be written, 2 for wrong usage."""
    console = Console(stderr=True)
    if to.suffix not in (".csv", ".parquet"):
        return _complain(console, f"使い方の誤り: 「{to}」は .csv でも .parquet でもありません。", 2)
    if seed < 0 or bodies < 1:
        return _complain(console, "使い方の誤り: 種は0以上、団体数は1以上です。", 2)
    if prefectures and (year, bodies) != (PREFECTURAL_YEAR, NATION):
        return _complain(console, "使い方の誤り: --prefectures は --year R8 と使います。--bodies とは使えません。", 2)
    if without_figures and not prefectures:
        return _complain(console, "使い方の誤り: --without-figures は --prefectures と使います。", 2)
    try:
        if prefectures:
            with console.status("作成中"):
                frame = prefectural_frame(seed, figures=not without_figures)
            write_frame(frame, to)
            bodies = len(frame)
        else:
            with console.status("作成中"):
                population = make_population(year, seed)
            write(population, to, seed=seed, size=bodies, console=console)
    except OSError as error:
        return _complain(console, f"書けません: {error}", 1)
    console.print(f"{to}: 令和{year[1:]}年度 {bodies:,}団体（合成データ）", markup=False, highlight=False)
    return 0


def _complain(console: Console, message: str, status: int) -> int:
    console.print(message, markup=False, highlight=False)
    return status


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its status."""
    try:
        status = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print(usage_message(error).splitlines()[0], file=sys.stderr)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
