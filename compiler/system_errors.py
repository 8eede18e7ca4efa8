"""Why the system refuses a file, in Japanese."""

import errno
import os
from typing import Final

_REASONS: Final = {
    errno.ENOENT: "ファイルがありません",
    errno.EISDIR: "フォルダです",
    errno.ENOTDIR: "途中の名がフォルダではありません",
    errno.EEXIST: "同じ名のものが既にあります",
    errno.EACCES: "権限がありません",
    errno.EPERM: "許されていません",
    errno.EROFS: "書き込めない場所です",
    errno.ENOSPC: "空き容量がありません",
    errno.ENAMETOOLONG: "名が長すぎます",
    errno.EMFILE: "開いているファイルが多すぎます",
    errno.EBUSY: "ほかで使われています",
    errno.EIO: "読み書きに失敗しました（装置の誤り）",
}


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written: our words where the system spoke, else those of the error itself."""
    number, told = error.errno, error.strerror
    if number in _REASONS and told == os.strerror(number):
        return _REASONS[number]
    return told or str(error)


def reason_not_written(error: OSError) -> str:
    """Why a file cannot be written: what is not there is then the folder that it should go to."""
    if error.errno == errno.ENOENT and error.strerror == os.strerror(errno.ENOENT):
        return "書き込む先のフォルダがありません"
    return reason_of(error)
