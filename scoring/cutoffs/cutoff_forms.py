"""What may stand in a cut-off file, and what each part of it claims (docs/schema/cutoffs-2.json).

================== =============================================================================================
part               claim, and how ``haiten.scoring.cutoffs.cutoffs.cutoffs.read_cutoffs`` checks it
================== =============================================================================================
schema, haiten     the form, which is compared; who wrote it, of which only the form is looked at
rulebook           of which rules, year and scope: compared with the rulebook; its texts may differ
digest             nothing of the file changed since it was written: worked out anew; files of @1 do without
rankings           one for each ranking of the rulebook and each of its classes: none missing, unknown or twice
n                  so many bodies had a rank: no more than there are, and than have the value where that is reported
steps              where they end; ``in`` follows from ``n`` but for ties; nobody within and no cutoff go together
places             from the good end; with them, every cutoff and ``in`` follows, and so do means and medians
statistics         one for each mean and median of the rulebook
nation             counts of bodies that add up: with each other, up the tree, and with the maxima; by prefecture, no
                   more bodies with the same points than in the nation
================== =============================================================================================

What cannot be worked out again (which value stands at a cut-off) rests on the digest, which tells damage and changes by
hand, but is no signature.
"""

import hashlib
import json
from typing import Any, Final

from haiten.compiler.files.json_forms import (
    FRACTION,
    NAME,
    SHA256,
    VERSION,
    ByName,
    Each,
    Exactly,
    InOrder,
    JsonForm,
    MembersForm,
    OrNull,
    TextForm,
    WholeForm,
)
from haiten.compiler.syntax.scope import BODIES

SCHEMA: Final = "haiten/cutoffs@2"
OLD_SCHEMA: Final = "haiten/cutoffs@1"
MOST_BODIES: Final = 10**9  # so that sums of points fit into 64 bits
MOST_FIGURE: Final = 400_000  # characters of a mean

_VALUE: Final = TextForm(r"(?=.{1,4000}\Z)" + FRACTION.pattern, FRACTION.wanted)
_FIGURE: Final = TextForm(rf"(?=.{{1,{MOST_FIGURE}}}\Z)" + FRACTION.pattern, FRACTION.wanted)
_RANKING: Final = MembersForm(
    {
        "value": NAME,
        "leaves": Each(NAME, least=1),
        "subset": OrNull(NAME),
        "class": OrNull(NAME),
        "direction": TextForm("higher|lower", "higher か lower"),
        "n": WholeForm(),
        "steps": Each(MembersForm({"step": NAME, "in": WholeForm(), "cutoff": OrNull(_VALUE)})),
        "places": Each(InOrder((_VALUE, WholeForm()))),
    },
    frozenset({"places"}),
)
_SPREADS: Final = ByName(Each(InOrder((WholeForm(), WholeForm(), WholeForm()))))
_OLD_NATION: Final = MembersForm(
    {
        "bodies": WholeForm(),
        "given": Each(NAME, least=1),
        "points": _SPREADS,
        "leaves": ByName(InOrder((WholeForm(), WholeForm()))),
    },
    frozenset({"given"}),
)
_NATION: Final = MembersForm(
    {**_OLD_NATION.members, "prefectures": ByName(_SPREADS)}, _OLD_NATION.optional | {"prefectures"}
)
_MEMBERS: Final[dict[str, JsonForm]] = {
    "haiten": VERSION,
    "rulebook": MembersForm(
        {
            "year": NAME,
            "scope": TextForm(rf"(?:\S+ )?(?:{'|'.join(BODIES)})", "、".join(BODIES)),
            "fingerprint": MembersForm({"text": SHA256, "rules": SHA256}),
            "set": ByName(NAME),
        },
        frozenset({"set"}),
    ),
    "rankings": Each(_RANKING),
    "statistics": Each(MembersForm({"value": NAME, "figure": OrNull(_FIGURE)})),
    "nation": OrNull(_NATION),
}
FORM: Final = MembersForm({"schema": Exactly(SCHEMA), **_MEMBERS, "digest": SHA256})
OLD_FORM: Final = MembersForm(
    {"schema": Exactly(OLD_SCHEMA), **_MEMBERS, "nation": OrNull(_OLD_NATION)}, frozenset({"nation"})
)


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The same with its digest, last."""
    return {**data, "digest": digest_of(data)}


def digest_of(data: dict[str, Any]) -> str:
    """SHA-256 of all but the digest, in the shortest JSON with names in order, as UTF-8."""
    rest = {name: value for name, value in data.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
