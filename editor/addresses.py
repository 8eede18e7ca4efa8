"""How the protocol calls a text, and by which path haiten knows it.

A text that was never saved (``untitled:Untitled-1``) has a path too, at which no file can lie: everything else is the
same for both, and what asks for the folders around a text asks here.
"""

import os
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

_NOWHERE: Final = Path(os.devnull).absolute()  # which is no folder


def path_of(uri: str) -> Path:
    """The path of a text.

    Raises:
        JsonRpcInvalidParams: it is no address.
    """
    try:
        scheme, found = uris.uri_scheme(uri), uris.to_fs_path(uri)
    except ValueError:
        scheme = found = None
    if not scheme or "\0" in unquote(uri):
        raise JsonRpcInvalidParams(f"「{uri}」は文書の URI ではありません")
    if found:
        return Path(found).absolute()
    return _NOWHERE / quote(uri, safe=":")


def uri_of(path: Path) -> str:
    """The address of a text, as ``path_of`` was given it where no file is meant."""
    return path.absolute().as_uri() if is_saved(path) else _given(path)


def is_saved(path: Path) -> bool:
    """Whether a text is that of a file."""
    return path.parent != _NOWHERE


def title_of(path: Path) -> str:
    """What a text is called in a title."""
    if is_saved(path):
        return f"{path.parent.name}/{path.name}"
    return f"{unquote(_given(path)).rpartition(':')[2]}（未保存）"


def years_beside(path: Path, roots: tuple[Path, ...]) -> tuple[Path, ...] | None:
    """The folders in which those of other years (``r6``) are looked for, of a text that was never saved.

    Some editors have a file's path before they make the file. Otherwise the text is taken for one that will be saved in
    a folder of its year below a root, below its ``rules``, or in the root itself; without roots there are none. None
    for a file, which says by where it lies.
    """
    if is_saved(path):
        return None
    chosen = Path(uris.urlparse(_given(path))[2])
    if len(chosen.parents) > 1 and chosen.is_absolute() and chosen.parent.parent.is_dir():
        return (chosen.parent.resolve().parent,)
    return tuple(folder for root in roots for folder in (root, root / "rules", root.parent))


def _given(path: Path) -> str:
    return unquote(path.name)
