"""What a form is: how something is printed on standard output, and how it is written to a file."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from attrs import field

from haiten.commands.common import print_data, print_json
from haiten.commands.outputs import may_write, output
from haiten.compiler.files.replacing import temporary_folder
from haiten.compiler.late import frozen
from haiten.views.console.printable import READABLE
from haiten.views.console.streams import lacks_signs

if TYPE_CHECKING:
    from polars import DataFrame
    from rich.console import Console

    from haiten.tabulation.table import Table

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

# How files of most forms end.
TXT: Final = (".txt",)
JSON: Final = (".json",)
CSV: Final = (".csv",)
_CHUNK: Final = 1 << 20  # characters of a text that is printed piece by piece


class NotHeldError(Exception):
    """A form does not hold what it should, or cannot be had so; the text tells why, in Japanese."""


class FileWriter(Protocol[T_contra]):
    """Writes a file, and nothing else."""

    def __call__(self, path: Path, made: T_contra, /, *, safe: bool) -> None:
        """Write.

        Args:
            path: a name with a usual ending of the form.
            made: what is written.
            safe: whether texts in CSV are kept from being formulas in spreadsheets.

        Raises:
            OSError: the file cannot be written.
            NotHeldError: the form does not hold it.
        """


@frozen
class Form(ABC, Generic[T]):
    """A form of what a command makes.

    Attributes:
        word: what ``--as`` calls it.
        endings: how its files are named, the usual one first; none where no name chooses it.
        about: what it is, in Japanese, where its word does not say so.
        also: other words for it, which no list names.
        for_people: whether people go on writing in its files, so that none is replaced by another.
    """

    word: str
    endings: tuple[str, ...]
    about: str = field(default="", kw_only=True)
    also: tuple[str, ...] = field(default=(), kw_only=True)
    for_people: bool = field(default=False, kw_only=True)

    @property
    def binary(self) -> bool:
        """Whether it is no text, so that it is never printed."""
        return False

    def put(self, to: Path, made: T, *, safe: bool) -> None:
        """Write it to a file, whole or not at all.

        Raises:
            OSError: the file cannot be written.
            NotHeldError: the form does not hold it.
        """
        with output(to, for_people=self.for_people) as path:
            self.write(path, made, safe=safe)

    @abstractmethod
    def write(self, path: Path, made: T, *, safe: bool) -> None:
        """Write it under the name to write to; raises as ``put``."""

    @abstractmethod
    def show(self, made: T, *, safe: bool) -> None:
        """Print it on standard output.

        Raises:
            OSError: standard output takes no more.
            NotHeldError: the form does not hold it.
        """


@frozen
class Screen(Form[T]):
    """Text for people, as wide as their terminal, or as a page where it is a file.

    Attributes:
        printer: prints it.
        whole: the same for a file, where what is printed leaves something out.
    """

    printer: "Callable[[Console, T], object]"
    whole: "Callable[[Console, T], object] | None" = None

    def write(self, path: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        from haiten.views.console.console import console_to

        with console_to(path) as console:
            (self.whole or self.printer)(console, made)

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        from haiten.views.console.console import make_console

        self.printer(make_console(), made)


@frozen
class Json(Form[T]):
    """Data for programs.

    Attributes:
        data: what ``json`` takes.
    """

    data: Callable[[T], Any]

    def write(self, path: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        from haiten.views.files.export import write_json

        write_json(path, self.data(made))

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        print_json(self.data(made))


@frozen
class JsonPieces(Form[T]):
    """Data for programs, of which there may be so much that it is never in memory as a whole.

    Attributes:
        pieces: the text, in ASCII alone where that is reported, while it is shown how far it is where that is reported.
    """

    pieces: "Callable[[T, bool, bool], Iterator[str]]"

    def write(self, path: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(self.pieces(made, False, True))

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        sys.stdout.writelines(self.pieces(made, lacks_signs(), not sys.stdout.isatty()))


@frozen
class PrintedForm(Form[T]):
    """Text that others read on, to the letter.

    Attributes:
        text: all of it.
    """

    text: Callable[[T], str]

    def write(self, path: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        path.write_text(self.text(made), encoding="utf-8", newline="", errors=READABLE)

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        print_data(self.text(made))


@frozen
class Lines(PrintedForm[T]):
    """Text in lines, for programs that take them one by one, and people."""

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        sys.stdout.write(self.text(made))


@frozen
class _File(Form[T]):
    """What a library writes to a file.

    Attributes:
        writer: writes it, and may go by the ending of the name.
    """

    writer: FileWriter[T]

    def write(self, path: Path, made: T, *, safe: bool) -> None:
        if path.suffix.lower() in self.endings:
            self.writer(path, made, safe=safe)
            return
        with temporary_folder() as folder:
            named = folder / f"x{self.endings[0]}"
            self.writer(named, made, safe=safe)
            import shutil

            shutil.copyfile(named, path)


@frozen
class Binary(_File[T]):
    """A file that is no text."""

    @property
    def binary(self) -> bool:  # noqa: D102
        return True

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        raise NotHeldError(f"{self.word} は画面には出せません")


@frozen
class Csv(_File[T]):
    """A table with commas: with a byte order mark in a file, as Excel wants it, and without on standard output."""

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        with temporary_folder() as folder:
            named = folder / f"x{self.endings[0]}"
            self.writer(named, made, safe=safe)
            with named.open(encoding="utf-8-sig", newline="") as file:
                print_data(iter(lambda: file.read(_CHUNK), ""))


@frozen
class Tables:
    """Tables, and what all of them are about.

    Attributes:
        trial: which 定数 a simulation changed; a CSV, which has no room for what it is about, says so in a column.
    """

    tables: "Sequence[Table]"
    about: str
    trial: str = ""

    @property
    def plain(self) -> "Sequence[Table]":
        """The tables as CSV has them."""
        if not self.trial:
            return self.tables
        from haiten.compiler.program.fact_columns import TRIAL

        return [table.with_everywhere(TRIAL, self.trial) for table in self.tables]

    @property
    def single(self) -> bool:
        """Whether one file of CSV holds them."""
        return len(self.tables) == 1


@frozen
class TablesAsCsv(Form[T]):
    """One table as a file, several as a folder of files, as the name of the file or the folder says.

    Attributes:
        tables: what is written; one table may be printed, and written to a file.
        folder: whether there are several for what was made.
    """

    tables: Callable[[T], Tables]
    folder: Callable[[T], bool] = lambda _: False

    def put(self, to: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        if not self.folder(made):
            super().put(to, made, safe=safe)
            return
        from haiten.views.tables import write_csv_file

        files = {to / f"{table.name}.csv": table for table in self.tables(made).plain}
        may_write(files)
        to.mkdir(exist_ok=True)
        for name, table in files.items():
            with output(name) as path:
                write_csv_file(path, table, safe=safe)

    def write(self, path: Path, made: T, *, safe: bool) -> None:  # noqa: D102
        from haiten.views.tables import write_csv_file

        write_csv_file(path, self.tables(made).plain[0], safe=safe)

    def show(self, made: T, *, safe: bool) -> None:  # noqa: D102
        from haiten.views.tables import csv_text

        print_data(csv_text(self.tables(made).plain[0], safe=safe))


def tables_as_xlsx(tables: Callable[[T], Tables]) -> Form[T]:
    """A workbook with a sheet for each table."""

    def write(path: Path, made: T, /, *, safe: bool) -> None:
        from haiten.views.files.sheets import write_workbook

        found = tables(made)
        write_workbook(path, found.tables, found.about)

    return Binary("xlsx", (".xlsx",), write, about="1つの表に1つのシート")


def columns(title: str, frame: "Callable[[T], DataFrame]") -> tuple[Form[T], ...]:
    """CSV, Parquet and Excel with a row per body, from one frame.

    Args:
        title: of the sheet.
        frame: makes it.
    """

    def write(path: Path, made: T, /, *, safe: bool) -> None:
        from haiten.views.files.frames import write_frame

        write_frame(path, frame(made), title, safe=safe)

    return (Csv("csv", (".csv",), write), Binary("parquet", (".parquet",), write), Binary("xlsx", (".xlsx",), write))


def tables_on_screen(tables: Callable[[T], Tables]) -> "Callable[[Console, T], None]":
    """Prints tables in full."""

    def show(console: "Console", made: T) -> None:
        from haiten.views.tables import print_tables

        found = tables(made)
        print_tables(console, found.tables, found.about)

    return show
