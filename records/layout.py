"""Members as files of a folder, for haiten to read again."""

from collections.abc import Mapping
from pathlib import Path


def lay_out(folder: Path, members: Mapping[str, bytes]) -> None:
    """Write members into a folder of one's own.

    Args:
        folder: an empty one, which nobody else may enter.
        members: by their names, which are those of a record: plain words and no way out of the folder.

    Raises:
        OSError: the disk is full, or there is none.
    """
    for name, data in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
