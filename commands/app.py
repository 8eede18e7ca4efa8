"""The application that all commands are registered with, and the arguments that several share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Group, Parameter
from cyclopts.validators import Number

from haiten.compiler.late import frozen
from haiten.compiler.version import haiten_version
from haiten.scoring.reading.how import PLAIN, HowToRead
from haiten.views.console.console import PlainConsole

if TYPE_CHECKING:
    from cyclopts.help import HelpPanel
    from rich.console import Console, ConsoleOptions

    from haiten.compiler.compilation import Compilation


def _japanese(console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
    """Print a part of the help; what does that takes time to load."""
    from haiten.views.console.help import japanese_formatter

    japanese_formatter(console, options, panel)


_ARGUMENTS: Final = Group("引数", sort_key=1, help_formatter=_japanese)
_OPTIONS: Final = Group("オプション", sort_key=2, help_formatter=_japanese)
_COMMANDS: Final = Group("コマンド")

app = App(
    name="haiten",
    console=PlainConsole(),
    help_format="plaintext",
    help="配点——保険者機能強化推進交付金等の評価指標を書き、確かめ、採点し、その理由をたどる。",
    help_epilogue="終了状態: 0 誤りなし / 1 評価指標やファイルに誤りあり / 2 使い方の誤り"
    " / 130 Ctrl-C で中断 / 141 出力を読む相手が先に終わった",
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
FactFile = Annotated[
    Path,
    Parameter(
        name="FACTS",
        help="事実ファイル（1団体1行。.csv、.parquet、Excel の .xlsx など）か、戻った調査票（またはフォルダ）。",
    ),
]
FactPaths = Annotated[
    list[Path],
    Parameter(
        name="FACTS",
        help="事実ファイル（1団体1行。.csv、.parquet、Excel の .xlsx など）。"
        "または、戻った調査票（いくつでも、またはフォルダ）。",
    ),
]
CutoffFile = Annotated[
    Path | None, Parameter(name="--cutoffs", help="保存した段の境の値（JSON）。少数の団体を全国の順位に照らす。")
]
BaseFile = Annotated[
    Path | None,
    Parameter(
        help="改正や配分の元になる評価指標。省くと ../r6/ のような隣のフォルダ、次に haiten に付属のものから探す。"
    ),
]
PreviousFile = Annotated[
    Path | None,
    Parameter(
        name="--previous",
        help="前年度の結果（score や allocate の --to が書いたもの）。前年度の得点・順位・交付額を補う。",
    ),
]
MemberRulesFile = Annotated[
    Path | None,
    Parameter(
        name="--member-rules",
        help="都道府県の評価指標が読む市町村の評価指標。省くと、同じ年度のものを隣のフォルダ、次に付属のものから探す。",
    ),
]
Parameters = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative=(),
        help="定数（配分では予算も）を換えて試算する（例: --set 目標値=65%）。いくつでも。",
    ),
]
UnknownAsNone = Annotated[
    bool, Parameter(name="--unknown-as-none", help="不明な答えや値を、非該当・0・限度なしとみなして試算する。")
]


@Parameter(name="*")
@frozen
class _Reading:
    """Options that all commands that read facts have."""

    sheet: Annotated[
        str | None, Parameter(help="事実ファイルが Excel などのブックのとき、読むシートの名前。省くと、当てはまる1つ。")
    ] = None
    header: Annotated[
        int | None,
        Parameter(
            help="事実ファイルの見出しの行（1から数える）。省くと「団体コード」のある行。", validator=Number(gte=1)
        ),
    ] = None
    skip_others: Annotated[
        bool,
        Parameter(
            name="--skip-others",
            help="団体でない行（都道府県、政令指定都市の区、合計、注など。都道府県の評価指標では市町村）を読み飛ばす。",
        ),
    ] = False
    codes: Annotated[
        Path | None,
        Parameter(help="変わった団体コードの対応表（1行に 旧コード,新コード の CSV）。前年度のファイルにも使う。"),
    ] = None
    members: Annotated[
        Path | None,
        Parameter(help="都道府県の採点で、管内平均( ) などのもとになる、全国の市町村の事実ファイル（か得点の表）。"),
    ] = None
    previous_year: Annotated[
        list[tuple[Path, Path]] | None,
        Parameter(
            name="--previous-year",
            negative=(),
            help="以前の年度の評価指標と事実。前年度( )、前々年度( )、令和5年度( ) の値を、ここから読む。いくつでも。",
        ),
    ] = None
    previous_cutoffs: Annotated[
        Path | None,
        Parameter(
            name="--previous-cutoffs",
            help="前年度の段の境の値（JSON）。「前年度の上位3割に当たる値」などを、ここから読む。",
        ),
    ] = None


ReadingOptions = Annotated[_Reading | None, Parameter(name="*")]


def reading(options: "_Reading | None") -> HowToRead:
    """How to read the fact file, as the options say."""
    if options is None:
        return PLAIN
    return HowToRead(
        options.sheet,
        options.header,
        options.skip_others,
        options.codes,
        options.members,
        options.previous_cutoffs,
        tuple(options.previous_year or ()),
        _note,
    )


def _note(compilation: "Compilation") -> None:
    """Keep in mind a rulebook that is compiled while facts are read."""
    from haiten.commands.outputs import note_compiled, note_read

    note_read(Path(source.name) for source in compilation.sources)
    note_compiled(compilation)


def previous_reading(options: "_Reading | None") -> HowToRead:
    """How to read the file of the year before, whose headings and sheets are its own."""
    how = reading(options)
    return HowToRead(skip_others=how.skip_others, codes=how.codes)


AsJson = Annotated[bool, Parameter(name="--json", help="「--as json」と同じ。")]
CsvSafe = Annotated[
    bool,
    Parameter(
        name="--csv-safe",
        help="CSV を Excel で開く人に渡すとき: = + - @ などで始まる文字のセルの前に ' を付け、式にならないようにする。",
    ),
]
Strict = Annotated[bool, Parameter(name="--strict", help="警告や出典のない文も誤りとして扱う。")]
