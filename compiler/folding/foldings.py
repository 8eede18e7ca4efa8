"""The table of signs that are folded to one outside texts, one to one so that offsets stay."""

from typing import Final

FOLDINGS: Final = str.maketrans(
    "０１２３４５６７８９（）％，．：＝／､＊*✕＋+－−-‐‑–—―─▲△～~　\u00a0\u2002\u2003\u2009\u202f",
    "0123456789()%,.:=/、×××＋＋－－－－－－－－－－－〜〜      ",
)
