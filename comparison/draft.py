"""Next year's whole text, to be edited; and the amendment that an edited one comes to."""

from haiten.comparison.align import Aligned, align
from haiten.comparison.derive import derive
from haiten.comparison.names import Names, names_apart
from haiten.comparison.reasons import KeptReasons, keep_reasons
from haiten.compiler.identity.normal_form import normal_form
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.revising.revise import revise
from haiten.compiler.syntax.revision import Amendment, BaseLine, Revision
from haiten.compiler.syntax.rulebook import Header, RulebookFile, Text, Title
from haiten.compiler.syntax.years import year_after


def draft(base: RulebookFile, year: str | None = None) -> RulebookFile:
    """The whole text of a year to come, as an amendment that says nothing would leave it.

    What a year hands on to the next is handed on: citations name the year that gave them, answers have carried over.
    A title that names the base's year names the new one.

    Args:
        base: the rulebook of a year.
        year: the year to come; the next one where it is not given.
    """
    header = base.header
    wanted = year or year_after(header.year)
    line = BaseLine(header.year, header.scope, header.span)
    revision = Revision(Header(wanted, header.scope, header.span), line, _title(base, wanted), ())
    made = revise(base, revision).rulebook
    assert made is not None  # nothing is amended, so that nothing can be refused
    return made


def _title(base: RulebookFile, year: str) -> Title | None:
    if base.title is None or base.header.year not in base.title.text.value:
        return None
    text = base.title.text
    return Title(Text(text.value.replace(base.header.year, year), (), text.span))


@frozen
class Amending:
    """The amendment that an edited whole text comes to.

    Attributes:
        text: the revision, laid out; applied to the base it gives the edited text.
        aligned: which nodes were found by what they say.
        names: what only one of the base and the edited text declares.
        homeless: amendments of the earlier revision whose 理由 or notes have no sentence any more.
    """

    text: str
    aligned: Aligned
    names: Names
    homeless: tuple[Amendment, ...]


def amending(base: RulebookFile, edited: RulebookFile, earlier: Revision | None = None) -> Amending | None:
    """Derive the revision (改め文) that makes an edited whole text of a base; None where no revision can.

    Args:
        base: the rulebook of a year.
        edited: the whole text of a later one, as ``draft`` made it and an author edited it.
        earlier: the revision that was derived before, of which 理由, 引継ぎ and notes are kept.
    """
    aligned = align(base, edited)
    revision = derive(base, aligned.rulebook)
    kept = KeptReasons(revision, ()) if earlier is None else keep_reasons(revision, earlier)
    made = revise(base, kept.revision).rulebook
    if made is None or normal_form(made) != normal_form(edited):
        return None
    return Amending(print_revision(kept.revision), aligned, names_apart(base, edited), kept.homeless)
