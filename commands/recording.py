"""Records of what a command does: ``--record FILE``, ``--sign KEY`` and ``--based-on RECORD``.

What a command read and was asked is known from its arguments (``outputs.py`` keeps them), and from the rule files that
it compiled; ``records/recordable.py`` says which arguments those are.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from attrs import asdict, field
from cyclopts import Parameter

from haiten.commands.common import cannot_write, stderr
from haiten.commands.outputs import output, this_run
from haiten.compiler.late import frozen

if TYPE_CHECKING:
    from haiten.commands.forms.way_out import Forms, WayOut
    from haiten.compiler.diagnostics import Diagnostic
    from haiten.records.making import Copies, GivenArgument
    from haiten.records.manifest import Written
    from haiten.records.reading import Record
    from haiten.records.signing import PrivateKey

T = TypeVar("T")

ENDING: Final = ".haitenrun"
RECORD_USAGE: Final = "[--record FILE] [--sign KEY] [--based-on RECORD…]"
RecordFile = Annotated[
    Path | None,
    Parameter(
        name="--record",
        help=f"読んだもの（規則、事実など）、頼んだこと、結果、版の記録（{ENDING}）を書く。verify で確かめられる。",
    ),
]
SignKey = Annotated[
    Path | None, Parameter(name="--sign", help="--record の記録に、この鍵（keygen で作る）で署名する。")
]
BasedOnRecords = Annotated[
    list[Path] | None,
    Parameter(
        name="--based-on",
        negative=(),
        help="--record の記録が元にする記録。同じ事実を読んだか、読むファイルを書いたもの。いくつでも。",
    ),
]
_PLACES: Final = {"file": "FILE", "facts": "FACTS", "old": "OLD", "new": "NEW"}


@frozen(eq=False)
class Recorder:
    """What is to be recorded, if anything is.

    Attributes:
        path: the record that is to be written; None where none is.
        key: what it is signed with.
        based_on: the records that it builds on.
        asked: what the command was asked.
        copies: what it was to read, before it began.
    """

    path: Path | None = None
    key: "PrivateKey | None" = None
    based_on: "tuple[Record, ...]" = ()
    asked: "tuple[GivenArgument, ...]" = ()
    copies: "Copies | None" = field(default=None, repr=False)

    def out(self, way: "WayOut[T]", forms: "Forms[T]", made: T, bodies: int) -> int:
        """Write the files of a command and the record of it, then print; the exit status.

        Args:
            way: where what the command made goes.
            forms: the forms of the command; a record holds the JSON.
            made: what it made.
            bodies: how many bodies that is of.

        Raises:
            OSError: standard output takes no more.
        """
        if self.path is None:
            return way.out(made)
        failed = way.write(made)
        if failed is None:
            failed = self._write(way, forms, made, bodies)
        if failed is None:
            way.show(made)
        return failed or 0

    def _write(self, way: "WayOut[T]", forms: "Forms[T]", made: T, bodies: int) -> int | None:
        """Write the record; the exit status where that cannot be, which is reported."""
        from haiten.compiler.diagnostics import Cell
        from haiten.records.errors import NotConnected, NotRecordable
        from haiten.records.making import NotConnectedError, NotRecordableError, RecordedRun, record_bytes

        run = this_run()
        assert self.path is not None
        assert self.copies is not None
        assert run is not None
        try:
            with stderr().status("記録を書いています…"):
                results = _json_of(forms, made)
                found = RecordedRun(
                    forms.command,
                    self.asked,
                    self.copies,
                    tuple(run.compiled),
                    bodies,
                    _form_of(results),
                    results,
                    _written(way),
                )
                data = record_bytes(found, self.based_on, self.key)
                with output(self.path) as path:
                    path.write_bytes(data)
        except NotRecordableError as error:
            _tell(NotRecordable(Cell(error.file or str(self.path)), error.reason, error.remedy))
            return 1
        except NotConnectedError as error:
            _tell(NotConnected(Cell(str(self.path)), str(error.record)))
            return 1
        except OSError as error:
            return cannot_write(error, self.path)
        return None


def recorder_for(record: Path | None, sign: Path | None, based_on: Sequence[Path] | None) -> Recorder | int:
    """Make ready to record what a command does; the exit status, with a word on stderr, where that cannot be.

    Args:
        record: ``--record``.
        sign: ``--sign``.
        based_on: ``--based-on``.
    """
    if record is None:
        if sign is None and not based_on:
            return Recorder()
        stderr().print("--sign と --based-on は、--record と一緒に使います", soft_wrap=True)
        return 2
    if record.suffix.lower() != ENDING:
        stderr().print(f"「{record}」の名の終わりを {ENDING} にしてください", soft_wrap=True)
        return 2
    from haiten.compiler.diagnostics import Cell, Diagnostic
    from haiten.records.errors import NotRecordable
    from haiten.records.making import Copies, NotRecordableError
    from haiten.records.reading import read_record
    from haiten.views.console.terminal import track

    key = None
    if sign is not None:
        from haiten.records.signing import load_key

        loaded = load_key(sign, ask_passphrase)
        if isinstance(loaded, Diagnostic):
            _tell(loaded)
            return 1
        key = loaded
    read = [read_record(path, track) for path in based_on or ()]
    _tell(*(told for each in read for told in each.diagnostics))
    older = tuple(each.record for each in read if each.record is not None)
    if len(older) < len(read):
        return 1
    run = this_run()
    assert run is not None, "a command is recorded where it is run as one"
    asked = asked_of(run.command, run.arguments)
    try:
        return Recorder(record, key, older, asked, Copies.of(path for each in asked for path in each.paths))
    except NotRecordableError as error:
        _tell(NotRecordable(Cell(error.file), error.reason, error.remedy))
        return 1


def asked_of(command: str, arguments: Mapping[str, Any]) -> "tuple[GivenArgument, ...]":
    """What a command was asked, but for where results go, by the parameters of its function."""
    from haiten.records.making import GivenArgument
    from haiten.records.recordable import RECORDABLE

    flat = {name: value for name, value in arguments.items() if name != "how"}
    if (how := arguments.get("how")) is not None:
        flat |= asdict(how)
    words = {_word_of(name): value for name, value in flat.items()}
    known = RECORDABLE[command].arguments
    return tuple(
        GivenArgument(name, kind, _values(words[name]))
        for name, kind in known.items()
        if words.get(name) not in (None, False, [], ())
    )


def _word_of(parameter: str) -> str:
    return _PLACES.get(parameter, f"--{parameter.rstrip('_').replace('_', '-')}")


def _values(given: Any) -> tuple[Path | str, ...]:
    if given is True:
        return ()
    if isinstance(given, list | tuple):
        return tuple(value for each in given for value in _values(each))
    return (given if isinstance(given, Path) else str(given),)


def ask_passphrase(prompt: str = "鍵の合言葉: ") -> bytes | None:
    """The passphrase of a key: asked on the terminal, or a line of standard input where that is none."""
    if sys.stdin is not None and sys.stdin.isatty():
        from getpass import getpass

        return getpass(prompt).encode("utf-8")
    line = sys.stdin.readline() if sys.stdin is not None else ""
    return line.rstrip("\r\n").encode("utf-8") or None


def _tell(*told: "Diagnostic") -> None:
    from haiten.views.diagnostics import print_diagnostics

    print_diagnostics(stderr(), told)


def _json_of(forms: "Forms[T]", made: T) -> bytes:
    from haiten.compiler.files.replacing import temporary_folder

    with temporary_folder() as folder:
        path = folder / "results.json"
        forms.form("json").write(path, made, safe=False)
        return path.read_bytes()


def _form_of(results: bytes) -> str:
    """The form of JSON that some is: what its first member says."""
    from haiten.views.schemas import schema_of

    return schema_of(results)


def _written(way: "WayOut[T]") -> "tuple[Written, ...]":
    """Of the files that were written, those that the same run writes to the byte."""
    from haiten.records.manifest import Written, digest

    made = {}
    for path, form in way.files:
        if form.word in ("csv", "json") and path.is_file():
            made["csv-safe" if form.word == "csv" and way.safe else form.word] = digest(path.read_bytes())
    return tuple(Written(form, sha256) for form, sha256 in sorted(made.items()))
