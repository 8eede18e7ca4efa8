"""The form of what a command writes: as asked for with --as, or as the name of the file tells."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from haiten.commands.common import stderr

F = TypeVar("F", bound=str)


def choose_form(asked: F | None, to: Path | None, endings: Mapping[F, tuple[str, ...]]) -> F | None:
    """The form to write in; None, with a word on stderr, where the name of the file is that of another form.

    Args:
        asked: what --as says.
        to: the file.
        endings: how files of each form are named, the usual one first; a name without any ending may be of all.
    """
    default = next(iter(endings))
    ending = to.suffix.lower() if to is not None else ""
    named = [form for form, those in endings.items() if ending in those]
    known = list(dict.fromkeys(end for those in endings.values() for end in those))
    if asked is None and ending and not named:
        words = (
            f"「{to}」の形が分かりません。名の終わりを {'、'.join(known)} のどれかにするか、「--as」で指定してください"
        )
    elif asked is not None and named and asked not in named:
        way = f"名の終わりを {'、'.join(endings[asked])} にするか、「--as {named[0]}」としてください"
        words = f"「--as {asked}」と「--to {to}」の形が合いません。{way}"
    elif asked == "xlsx" and to is None:
        words = "xlsx は「--to ファイル.xlsx」で書き込む先を指定してください"
    else:
        return asked or (named[0] if named else default)
    stderr().print(words, soft_wrap=True)
    return None
