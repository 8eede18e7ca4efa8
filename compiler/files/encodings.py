"""Files that are not UTF-8: which encoding they most likely have, and the same text in UTF-8."""

from typing import Final

from haiten.compiler.late import frozen

# Words that a rule file surely has; bytes read in a wrong encoding hardly give them.
_TELLING: Final = ("言語", "年度", "市町村", "都道府県", "評価指標", "配分")
_CANDIDATES: Final = (
    ("cp932", "CP932（シフトJIS）"),
    ("euc_jp", "EUC-JP"),
    ("iso2022_jp", "ISO-2022-JP（JIS）"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16"),
)
_LARGEST: Final = 50_000_000  # bytes


@frozen
class EncodingGuess:
    """An encoding by its Japanese name, and the text that the bytes are in it."""

    name: str
    text: str


def guess_encoding(data: bytes) -> EncodingGuess | None:
    """The encoding in which some bytes are a rule file; None where they are none in any.

    Only a reading whose characters all have a place in that encoding counts, so that none was made up on the way.
    """
    if len(data) > _LARGEST:
        return None
    for encoding, name in _CANDIDATES:
        try:
            text = data.decode(encoding)
            same = text.encode(encoding).decode(encoding) == text
        except UnicodeError:
            continue
        if same and sum(word in text for word in _TELLING) >= 2:
            return EncodingGuess(name, text.removeprefix("\ufeff"))
    return None
