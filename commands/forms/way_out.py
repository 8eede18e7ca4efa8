"""The one way out of all commands: ``--to FILE`` writes, ``--as FORM`` chooses how; ``registry.py`` says what each has.

A file has the form that the ending of its name tells. Without an ending, or with one that tells nothing, it has that
of ``--as``, or the one that is printed. Without ``--to`` the form of ``--as`` is printed, or the first. Commands that
talk print beside the files that they write, and there ``--as`` is about what is printed alone. Nothing is printed
beside what ``--to`` sends to standard output itself. A binary form is never printed: it goes to a file, or to standard
output by its name (``--to /dev/stdout``) where that is no terminal.
"""

import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from haiten.commands.common import can_be_safe, cannot_write, stderr
from haiten.commands.forms.form import Form, NotHeldError, TablesAsCsv
from haiten.compiler.late import frozen
from haiten.views.console.printable import printable

if TYPE_CHECKING:
    from cyclopts import Parameter

T = TypeVar("T")
S = TypeVar("S")

STDOUT: Final = "/dev/stdout"


@frozen
class WayOut(Generic[T]):
    """Where what a command makes goes, and in which forms.

    Attributes:
        printed: the form on standard output; None where nothing is printed.
        files: each with its form, in the order of the command line.
        safe: whether texts in CSV are kept from being formulas in spreadsheets.
    """

    printed: Form[T] | None
    files: tuple[tuple[Path, Form[T]], ...] = ()
    safe: bool = False

    @property
    def words(self) -> set[str]:
        """What the forms are called that are wanted."""
        return {form.word for form in self._forms}

    @property
    def _forms(self) -> list[Form[T]]:
        return [*(form for _, form in self.files), *([] if self.printed is None else [self.printed])]

    def write(self, made: T) -> int | None:
        """Write the files; the exit status where one cannot be written, which is reported."""
        for to, form in self.files:
            try:
                form.put(to, made, safe=self.safe)
            except OSError as error:
                return cannot_write(error, to)
            except NotHeldError as error:
                stderr().print(str(error), soft_wrap=True)
                return 2
        return None

    def out(self, made: T) -> int:
        """Write the files, then print; the exit status.

        Raises:
            OSError: standard output takes no more.
        """
        failed = self.write(made)
        if failed is None:
            self.show(made)
        return failed or 0

    def show(self, made: T) -> None:
        """Print what is to be printed.

        Raises:
            OSError: standard output takes no more.
        """
        if self.printed is not None:
            self.printed.show(made, safe=self.safe)

    def by(self, forms: "Forms[S]") -> "WayOut[S]":
        """The same way for something else, whose forms are called alike.

        Raises:
            KeyError: it has no form of that name.
        """
        printed = None if self.printed is None else forms.form(self.printed.word)
        return WayOut(printed, tuple((to, forms.form(form.word)) for to, form in self.files), self.safe)


@frozen
class Forms(Generic[T]):
    """The forms of what a command makes.

    Attributes:
        command: its name.
        forms: the first is printed where nothing else is asked for.
        talks: whether it prints beside the files that it writes.
        any_name: the form of files with whatever other names, where they have one.
    """

    command: str
    forms: tuple[Form[T], ...]
    talks: bool = False
    any_name: str | None = None

    def form(self, word: str) -> Form[T]:
        """The form of that name.

        Raises:
            KeyError: there is none.
        """
        for form in self.forms:
            if word in (form.word, *form.also):
                return form
        raise KeyError(word)

    @property
    def words(self) -> tuple[str, ...]:
        """What ``--as`` takes."""
        return tuple(form.word for form in self.forms)

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings that choose a form, in the order of these."""
        return tuple(dict.fromkeys(ending for form in self.forms for ending in form.endings))

    # Help

    @property
    def usage(self) -> str:
        """How the options stand in the line of usage."""
        return f"[--as {'|'.join(self.words)}] [--to FILE…]"

    @property
    def as_(self) -> "Parameter":
        """The option ``--as``."""
        from cyclopts import Parameter

        told = "、".join(f"{form.word}（{form.about}）" if form.about else form.word for form in self.forms)
        if self.talks or not self.endings:
            default = f"省くと {self.words[0]}"
        else:
            default = f"省くと --to の名の終わりで選び、それもなければ {self.words[0]}"
        help_ = f"{'標準出力' if self.talks else '出力'}の形: {told}。{default}。"
        if len(self.forms) == 1:
            help_ = f"出力の形。{told}だけなので、書かなくてよい。"
        known = [(form.word, form.about) for form in self.forms]
        return Parameter(name="--as", help=help_, completer=lambda _: known)

    @property
    def to(self) -> "Parameter":
        """The option ``--to``."""
        from cyclopts import Parameter

        endings = "、".join(self.endings)
        if self.any_name is not None and len(self.forms) == 1:
            chosen = ""
        elif self.any_name is not None:
            chosen = f"形は {self.any_name}。"
        else:
            chosen = f"形は名の終わり（{endings}）で選ぶ。" if len(self.endings) > 1 else f"名の終わりは {endings}。"
        rest = "標準出力にも表示する。" if self.talks else "書けば、標準出力には書かない。"
        binary = [form.word for form in self.forms if form.binary]
        pipe = f"{'・'.join(binary)} をほかのコマンドに渡すには「--as {binary[0]} --to {STDOUT}」。" if binary else ""
        return Parameter(name="--to", negative=(), help=f"書き込むファイル。いくつでも書ける。{chosen}{rest}{pipe}")

    # The command line

    def way(
        self,
        asked: str | None,
        to: Sequence[Path] | None,
        *,
        json: bool = False,
        form: str | None = None,
        safe: bool = False,
        many: str | None = None,
    ) -> WayOut[T] | None:
        """Where to write, as the options say; None, with a word on stderr, where they cannot all be meant.

        Args:
            asked: ``--as``.
            to: ``--to``.
            json: ``--json``, another word for ``--as json``.
            form: ``--format``, another word for ``--as``.
            safe: ``--csv-safe``.
            many: where there are several tables, what to do for one of them in a file of CSV; "" for nothing.
        """
        try:
            word = self._asked(asked, json=json, form=form)
        except NotHeldError as error:
            print(printable(str(error)), file=sys.stderr)
            return None
        wanted = None if word is None else self.form(word)
        files = []
        for path in to or ():
            chosen = self._form_of(path, wanted)
            if chosen is None:
                return None
            files.append((path, chosen))
        if not self.talks and wanted is not None and files and all(other is not wanted for _, other in files):
            path, other = files[0]
            ways = "、".join(wanted.endings)
            way = f"名の終わりを {ways} にするか、" if ways else ""
            words = f"「--as {wanted.word}」と「--to {path}」の形が合いません。{way}「--as {other.word}」としてください"
            _refuse(words)
            return None
        prints = not files or (self.talks and not any(_is_stdout(path) for path, _ in files))
        made = WayOut((wanted or self.forms[0]) if prints else None, tuple(files), safe)
        return made if self._can_go(made, many, safe=safe) else None

    def _asked(self, asked: str | None, *, json: bool, form: str | None) -> str | None:
        """The one form that is asked for by its name.

        Raises:
            NotHeldError: there is no such form, or two are asked for.
        """
        given = [(option, word) for option, word in (("--as", asked), ("--format", form)) if word is not None]
        for option, word in given:
            try:
                self.form(word)
            except KeyError:
                from haiten.views.console.usage import not_among, usage_words

                raise NotHeldError(usage_words(not_among(word, option, self.words), self.command)) from None
        said = {f"{option} {word}": self.form(word).word for option, word in given}
        said |= {"--json": "json"} if json else {}
        if len(set(said.values())) > 1:
            raise NotHeldError(f"{'と'.join(f'「{each}」' for each in said)}は、どちらか一方にしてください")
        return next(iter(said.values()), None)

    def _form_of(self, path: Path, wanted: Form[T] | None) -> Form[T] | None:
        """The form of a file; None, with a word on stderr, where nothing tells it."""
        ending = path.suffix.lower()
        named = [form for form in self.forms if ending and ending in form.endings]
        if named:
            return wanted if wanted in named else named[0]
        if self.any_name is not None:
            return self.form(self.any_name)
        if (_is_stdout(path) or not self.talks) and (wanted is not None or not ending):
            return wanted or self.forms[0]
        known = self.endings
        ends = "、".join(known) + (" のどれか" if len(known) > 1 else " ")
        way = "にしてください" if self.talks else "にするか、「--as」で指定してください"
        _refuse(f"「{path}」の形が分かりません。名の終わりを {ends}{way}")
        return None

    def _can_go(self, way: WayOut[T], many: str | None, *, safe: bool) -> bool:
        """Whether every form can go where it is meant to; tells where one cannot."""
        if way.printed is not None and way.printed.binary:
            word = way.printed.word
            _refuse(
                f"{word} は「--to ファイル{way.printed.endings[0]}」で書き込む先を指定してください"
                f"（ほかのコマンドに渡すなら「--as {word} --to {STDOUT}」）"
            )
            return False
        for path, form in way.files:
            if form.binary and _is_terminal(path):
                _refuse(f"「{path}」は端末なので、{form.word} を書けません")
                return False
        if many is not None:
            places = [path for path, form in way.files if isinstance(form, TablesAsCsv)]
            if isinstance(way.printed, TablesAsCsv) or any(_is_file(path) for path in places):
                one = f"、1つなら{many}を" if many else ""
                _refuse(f"csv で全ての表を書くには「--to フォルダ」を{one}指定してください")
                return False
        return can_be_safe(bool({"csv"} & way.words), safe)


def _refuse(words: str) -> None:
    stderr().print(words, soft_wrap=True)


def _is_file(path: Path) -> bool:
    """Whether a name is that of one file of CSV, and not of a folder of them."""
    return path.suffix.lower() == ".csv" or _is_stdout(path)


def _is_stdout(path: Path) -> bool:
    """Whether a name such as /dev/stdout leads to where the command prints."""
    try:
        found = path.stat()
        same = os.path.samestat(found, os.fstat(1))
    except (OSError, ValueError):
        return False
    return same and (not stat.S_ISREG(found.st_mode) or str(path.absolute()).startswith(("/dev/", "/proc/")))


def _is_terminal(path: Path) -> bool:
    """Whether a name leads to a terminal, on which nothing can be read that is not text."""
    with suppress(OSError, ValueError):
        if stat.S_ISCHR(path.stat().st_mode):
            handle = os.open(path, os.O_WRONLY | os.O_NOCTTY)
            try:
                return os.isatty(handle)
            finally:
                os.close(handle)
    return False
