"""The one place that makes Excel files: no text becomes a formula or a link, and a failure leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from haiten.compiler.files.replacing import temporary_folder

if TYPE_CHECKING:
    from xlsxwriter import Workbook

# A text that begins with =, or looks like an address or a number, is still a text.
_TEXTS_STAY_TEXTS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@contextmanager
def workbook(path: Path, *, streamed: bool = False) -> Iterator["Workbook"]:
    """A workbook that is written to a file in the end.

    Args:
        path: the file.
        streamed: whether rows come in their order and are not kept in memory.

    Raises:
        OSError: the file, or what goes to temporary files first, cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    with path.open("wb") as raw, temporary_folder() as folder:
        file = _UntilFailed(raw)
        options = {"constant_memory": True, "tmpdir": str(folder)} if streamed else {"in_memory": True}
        book = Workbook(file, {**options, **_TEXTS_STAY_TEXTS})
        try:
            yield book
            book.close()
        except FileCreateError as error:
            inner = error.args[0] if error.args else error
            raise inner if isinstance(inner, OSError) else OSError(None, str(inner)) from error
        finally:
            book.fileclosed = True
            failed, file.error = file.error, file.error or OSError()
        if failed is not None:
            raise failed


class _UntilFailed:
    """A file that takes no more once writing has failed, and keeps why.

    An archive that is not ended in order complains on standard error when it is collected; so it may end, in vain.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._place = file, 0
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        if self.error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.error = error
        self._place += len(data)
        return len(data)

    def flush(self) -> None:
        if self.error is None:
            try:
                self._file.flush()
            except OSError as error:
                self.error = error

    def seek(self, offset: int, whence: int = 0) -> int:
        place = offset if whence == 0 else self._place + offset
        if self.error is None:
            try:
                place = self._file.seek(offset, whence)
            except OSError as error:  # what was written before goes out first
                self.error = error
        self._place = place
        return place

    def tell(self) -> int:
        return self._place if self.error is not None else self._file.tell()

    def seekable(self) -> bool:
        return self._file.seekable()

    def close(self) -> None:
        """Left to who has opened the file."""
