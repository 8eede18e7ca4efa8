"""Why the system refuses a file, in Japanese."""

import errno
import os
from typing import Final

_WORDS: Final = {
    "ENOENT": "ファイルがありません",
    "EISDIR": "フォルダです",
    "ENOTDIR": "途中の名がフォルダではありません",
    "EEXIST": "同じ名のものが既にあります",
    "EACCES": "権限がありません",
    "EPERM": "許されていません",
    "EROFS": "書き込めない場所です",
    "ENOSPC": "空き容量がありません",
    "EDQUOT": "割り当てられた容量を使い切りました",
    "EFBIG": "ファイルが大きすぎます",
    "ENAMETOOLONG": "名が長すぎます",
    "ELOOP": "リンクがたどれません（循環しているか多すぎます）",
    "EMFILE": "開いているファイルが多すぎます",
    "ENFILE": "開いているファイルが多すぎます",
    "EMLINK": "リンクが多すぎます",
    "EBUSY": "ほかで使われています",
    "ETXTBSY": "ほかで使われています",
    "EAGAIN": "ほかで使われています",
    "EDEADLK": "ほかで使われています",
    "ENOLCK": "ほかで使われています",
    "EIO": "読み書きに失敗しました（装置の誤り）",
    "ENXIO": "そのような装置はありません",
    "ENODEV": "そのような装置はありません",
    "EBADF": "閉じられています",
    "EPIPE": "読む相手がいません",
    "ESPIPE": "位置を変えられないもの（パイプなど）です",
    "EINVAL": "名か中身が、ここでは扱えないものです",
    "EILSEQ": "名に、ここでは使えない文字があります",
    "ENOMEM": "メモリが足りません",
    "ENOTEMPTY": "フォルダが空ではありません",
    "EXDEV": "別の装置にまたがります",
    "EINTR": "途中で止められました",
    "ETIMEDOUT": "応答がありません",
    "ESTALE": "置かれていた場所（共有フォルダなど）とのつながりが切れました",
    "ENOTCONN": "置かれていた場所（共有フォルダなど）とのつながりが切れました",
    "ECONNRESET": "置かれていた場所（共有フォルダなど）とのつながりが切れました",
    "EHOSTDOWN": "置かれていた場所（共有フォルダなど）とのつながりが切れました",
    "EREMOTEIO": "読み書きに失敗しました（離れた装置の誤り）",
    "ENOTSUP": "ここではできない操作です",
    "EOPNOTSUPP": "ここではできない操作です",
    "ENOSYS": "ここではできない操作です",
    "EOVERFLOW": "ファイルが大きすぎます",
}
# What Windows says in words of its own, in the language of the system, by its numbers.
_OF_WINDOWS: Final = {
    32: "ほかのプログラムで開かれています。閉じてから、もう一度どうぞ",
    33: "ほかのプログラムで開かれています。閉じてから、もう一度どうぞ",
    39: "空き容量がありません",
    112: "空き容量がありません",
    123: "名に、ここでは使えない文字があります",
    206: "名が長すぎます",
    1224: "ほかのプログラムで開かれています。閉じてから、もう一度どうぞ",
}
# Not every system knows all of them.
_REASONS: Final = {getattr(errno, name): words for name, words in _WORDS.items() if hasattr(errno, name)}


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written: our words where the system spoke, else those of the error itself."""
    number, told = error.errno, error.strerror
    if (of_windows := getattr(error, "winerror", None)) is not None:
        told = None if number is None else os.strerror(number)
        if of_windows in _OF_WINDOWS:
            return _OF_WINDOWS[of_windows]
    if number is None or (told and told != os.strerror(number)):
        return told or str(error)
    return _REASONS.get(number, f"読み書きに失敗しました（システムの誤り {errno.errorcode.get(number, number)}）")


def reason_not_written(error: OSError) -> str:
    """Why a file cannot be written: what is not there is then the folder that it should go to."""
    spoke = getattr(error, "winerror", None) is not None or error.strerror == os.strerror(errno.ENOENT)
    if error.errno == errno.ENOENT and spoke:
        return "書き込む先のフォルダがありません"
    return reason_of(error)
