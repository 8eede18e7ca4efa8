"""Commands that make sure: prove, test."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter, validators

from haiten.commands.app import AsJson, BaseFile, Parameters, RuleFile, app
from haiten.commands.common import cannot_write, compile_rules, stderr
from haiten.commands.forms.made import Replayed, Tried
from haiten.commands.forms.rules import PROVE, TEST
from haiten.commands.outputs import may_write

if TYPE_CHECKING:
    from haiten.scoring.proving.prove import Proof
    from haiten.scoring.rulebook import Rulebook
    from haiten.testing.properties import PropertyOutcome


_SAVED: Final = Path("反例")
_FAULTS_TOLD: Final = 10  # of a certificate, which one of them is enough to refuse


@app.command(
    usage="",
    help_prologue=f"使い方: haiten prove FILE {PROVE.usage} [--json] [--witness DIR] [--verify CERT]"
    " [--set 名前=値…] [--base BASE]",
)
def prove(
    file: RuleFile,
    /,
    *,
    as_: Annotated[str | None, PROVE.as_] = None,
    to: Annotated[list[Path] | None, PROVE.to] = None,
    json: AsJson = False,
    witness: Annotated[Path | None, Parameter(help="例を事実ファイル（CSV）として書くフォルダ。")] = None,
    verify: Annotated[Path | None, Parameter(help="証明せずに、この証明書を確かめる。")] = None,
    set_: Parameters = None,
    base: BaseFile = None,
) -> int:
    """全ての項目の配点がちょうど届く最大であることを、例を採点して証明する。届かない配点や、無意味な要件も知らせる。"""
    way = PROVE.way(as_, to, json=json)
    if way is None:
        return 2
    if verify is not None and as_ is not None:
        stderr().print("「--verify」は証明書を書かないので、「--as」と一度に使えません", soft_wrap=True)
        return 2
    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()))
    if rulebook is None:
        return 1
    if verify is not None:
        return _verify(rulebook, verify)
    from haiten.compiler.diagnostics import has_errors
    from haiten.scoring.proving.prove import prove as prove_all
    from haiten.views.diagnostics import print_diagnostics

    proof = prove_all(rulebook)
    print_diagnostics(stderr(), [d for d in proof.diagnostics if d not in rulebook.diagnostics])
    status = way.write(proof)
    if status is not None:
        return status
    try:
        if witness is not None:
            _write_examples(proof, witness)
    except OSError as error:
        return cannot_write(error, witness)
    way.show(proof)
    return int(not proof.complete or has_errors(proof.diagnostics))


def _write_examples(proof: "Proof", witness: Path) -> None:
    """Write the examples.

    Raises:
        OSError: a file cannot be written.
    """
    from haiten.compiler.proofs.sheets import write_fact_files, write_sheets

    examples = (write_sheets(proof.rulebook.program, example) for example in proof.witnesses)
    files = {f"例{number}.csv": text for number, text in enumerate(examples, start=1)}
    may_write(witness / name for name in (*proof.findings.files, *files))
    proof.findings.write(witness)
    write_fact_files(witness, files)


def _verify(rulebook: "Rulebook", certificate: Path) -> int:
    """Check a certificate; the exit status."""
    from haiten.compiler.diagnostics import Cell
    from haiten.compiler.files.json_files import JsonError, read_json
    from haiten.compiler.files.system_errors import reason_of
    from haiten.scoring.facts.fact_errors import FalseCertificate, UnreadableCertificate
    from haiten.testing.verification import verify
    from haiten.views.console.terminal import make_console
    from haiten.views.diagnostics import print_diagnostics
    from haiten.views.proof import print_verification

    file = Cell(str(certificate))
    try:
        result = verify(rulebook.program, rulebook.fingerprint.rules, read_json(certificate))
    except (OSError, JsonError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        print_diagnostics(stderr(), [UnreadableCertificate(file, reason)])
        return 1
    if result.faults:
        few = result.faults[:_FAULTS_TOLD]
        print_diagnostics(stderr(), [FalseCertificate(file, fault.where, fault.reason) for fault in few])
        if len(result.faults) > len(few):
            stderr().print(f"{certificate}: ほか{len(result.faults) - len(few):,}か所", style="bold", soft_wrap=True)
        return 1
    print_verification(make_console(), result)
    return 0


@app.command(
    name="test",
    usage="",
    help_prologue=f"使い方: haiten test FILE [--examples N] [--save DIR] [--cases CASES…] {TEST.usage} [--base BASE]",
)
def run_tests(
    file: RuleFile,
    /,
    *,
    examples: Annotated[
        int,
        Parameter(help="性質を試す無作為な表の数（性質ごと）。0なら事例だけ。", validator=validators.Number(gte=0)),
    ] = 20,
    save: Annotated[Path, Parameter(help="性質が破れたとき、小さくした例を書くフォルダ。")] = _SAVED,
    cases: Annotated[
        list[Path] | None, Parameter(help="事例のファイル（CSV）。省くと、FILE の隣の「名前.cases.csv」の全て。")
    ] = None,
    as_: Annotated[str | None, TEST.as_] = None,
    to: Annotated[list[Path] | None, TEST.to] = None,
    base: BaseFile = None,
) -> int:
    """評価指標を試す。

    隣に置いた事例（答えと「期待.項目」の列を持つ表）を採点し、期待した得点になるか、どの要件が試されたかを確かめる。
    さらに、無作為な表で、どの評価指標にもあるべき性質（満点を超えない、答えが分かるほど幅が狭まる、など）を試す。
    """
    from haiten.scoring.cases import cases_beside, coverage_of, run_cases
    from haiten.views.diagnostics import print_diagnostics

    way = TEST.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_rules(file, base)
    if rulebook is None:
        return 1
    chosen = tuple(cases or cases_beside(file))
    if not chosen and not examples:
        stderr().print(f"事例がありません: {file.with_suffix('.cases.csv')} を置くか「--cases」で指定してください")
        return 1
    runs = tuple(run_cases(rulebook, path) for path in chosen)
    for run in runs:
        print_diagnostics(stderr(), run.diagnostics)
    properties = Replayed(_try_properties(rulebook, examples, save) if examples else ())
    coverage = coverage_of(rulebook, runs) if chosen else None
    status = way.out(Tried(tuple(zip(chosen, runs, strict=True)), coverage, properties))
    broken = any(outcome.counterexample is not None for outcome, _ in properties)
    return status or int(broken or any(run.failures or run.scores is None for run in runs))


def _try_properties(rulebook: "Rulebook", examples: int, save: Path) -> "Iterator[tuple[PropertyOutcome, Path | None]]":
    """What becomes of every property, and the file that what breaks it was saved in, as soon as it is tried."""
    from haiten.compiler.proofs.sheets import write_fact_files, write_sheets
    from haiten.testing.properties import PROPERTIES, try_properties
    from haiten.views.console.terminal import track

    for outcome in track(try_properties(rulebook, examples), "性質を試しています", len(PROPERTIES)):
        saved = None
        if outcome.counterexample is not None:
            saved = save / f"{outcome.property.name}.csv"
            try:
                may_write([saved])
                write_fact_files(save, {saved.name: write_sheets(rulebook.program, outcome.counterexample.sheets)})
            except OSError as error:
                cannot_write(error, saved)
                saved = None
        yield outcome, saved
