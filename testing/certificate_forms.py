"""What may stand in a certificate, and what each part of it claims (docs/schema/proof-1.json).

====================== =========================================================================================
part                   claim, and how ``haiten.testing.verification`` checks it
====================== =========================================================================================
schema                 which form this is: compared
haiten                 which version wrote it: nothing to compare it with; only its form is looked at, which is said
year, scope, rules     which rulebook it is about: compared with the rulebook
nodes                  one entry for each node of the rulebook: none missing, unknown or repeated; any order
path, declared         which node, and its points: compared
bound                  no sheet gives more by structure alone: worked out from the structure
witness, reached       this example surely scores so much, and no example more: scored by the oracle
least_witness, least   this example surely scores so little, and no example less: scored by the oracle
greatest               no sheet gives more: where it is below ``bound``, the reasoning is repeated, which is said
status                 follows from the others
witnesses              example fact files: read as strictly as a fact file, with ranges and decimals; evidence only
====================== =========================================================================================
"""

from typing import Final

from haiten.compiler.files.json_forms import (
    NAME,
    SHA256,
    VERSION,
    ByName,
    Each,
    Exactly,
    JsonForm,
    MembersForm,
    OrNull,
    TextForm,
    WholeForm,
)

SCHEMA: Final = "haiten/proof@1"
MOST_BODIES: Final = 2_000  # in one example, as many as ``haiten.compiler.proofs.examples`` makes at most

_NODE: Final = MembersForm(
    {
        "path": NAME,
        "declared": WholeForm(),
        "bound": WholeForm(),
        "reached": OrNull(WholeForm()),
        "witness": OrNull(WholeForm()),
        "least": OrNull(WholeForm()),
        "least_witness": OrNull(WholeForm()),
        "status": TextForm(
            "proven|unreachable|undisclosed|undecided", "proven、unreachable、undisclosed、undecided のどれか"
        ),
        "greatest": WholeForm(),
    }
)


def form_of(nodes: int) -> JsonForm:
    """The form of a certificate of a rulebook with so many nodes: two examples for each, and two for all together."""
    return MembersForm(
        {
            "schema": Exactly(SCHEMA),
            "haiten": VERSION,
            "year": NAME,
            "scope": NAME,
            "rules": SHA256,
            "nodes": Each(_NODE),
            "witnesses": Each(NAME, most=2 * nodes + 2),
            "set": ByName(NAME),
        },
        frozenset({"set"}),
    )
