"""What becomes of a rule file, as whoever uses it sees it."""

from typing import TYPE_CHECKING

from attrs import field

from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import frozen
from haiten.compiler.source import Source

if TYPE_CHECKING:  # a kept compilation may never be asked for these
    from haiten.compiler.program.program import Program
    from haiten.compiler.revising.causes import Causes
    from haiten.compiler.syntax.allocation import AllocationFile
    from haiten.compiler.syntax.allocation_revision import AllocationRevision
    from haiten.compiler.syntax.revision import Revision
    from haiten.compiler.syntax.rulebook import RulebookFile


@frozen
class Reading:
    """A rule file, read but not yet held against anything.

    Attributes:
        source: None where the file could not be read.
        tree: a full rulebook, an allocation, or a revision of either; None where the file does not say what it is.
        unreadable: some text could not be read as written, so that printing the tree would lose it.
    """

    source: Source | None
    tree: "RulebookFile | Revision | AllocationFile | AllocationRevision | None"
    diagnostics: tuple[Diagnostic, ...]
    unreadable: bool = False


@frozen
class Compilation:
    """What became of a rule file.

    Attributes:
        source: None where the file could not be read.
        syntax: the full rulebook: as written, or what the revision makes of its base; None where there is none.
        program: as whole as the mistakes allow; to be run only where ``ok``.
        diagnostics: by place.
        revision: what was written, where the file is a revision.
        base: the rulebook that it amends, or by which it divides money.
        allocation: the full allocation, as written or as amended, where the file is one; ``syntax`` is then its
            rulebook's.
        amended: the allocation that this file amends, and what it says of it; None for any other file.
        members: the rulebook of the members of its bodies (the municipal one beside a prefectural one), where it reads
            figures over them (管内).
        causes: which amendment to name for a mistake of the consolidated whole.
        key: names the contents of all its files, the options and the code that compiled them; None where what it was
            made of may change without being seen, so that nothing that follows from it may be kept.
    """

    source: Source | None
    syntax: "RulebookFile | None"
    program: "Program | None"
    diagnostics: tuple[Diagnostic, ...]
    revision: "Revision | None" = None
    base: "Compilation | None" = None
    allocation: "AllocationFile | None" = None
    amended: "tuple[AllocationRevision, Compilation] | None" = None
    members: "Compilation | None" = None
    causes: "Causes | None" = field(default=None, eq=False, repr=False)
    key: str | None = field(default=None, eq=False, repr=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that it was made of, its own first; those that could not be read are left out."""
        own = () if self.source is None else (self.source,)
        below = (self.base, self.members, None if self.amended is None else self.amended[1])
        return tuple(dict.fromkeys((*own, *(source for each in below if each is not None for source in each.sources))))

    @property
    def ok(self) -> bool:
        """Whether the program may be run."""
        return self.program is not None and not has_errors(self.diagnostics)

    @property
    def chain(self) -> tuple["Compilation", ...]:
        """It and the rulebooks that it came from by revisions, newest first."""
        return (self, *(self.base.chain if self.base else ()))
