"""What an editor is shown of one open text, made once for each state of it, and what it was told last."""

from attrs import field

from haiten.compiler.late import define
from haiten.editor.desk import FileView
from haiten.editor.paint import Painted, Painter
from haiten.editor.written_outline import OutlineWriter, WrittenOutline


@define(eq=False)
class ShownText:
    """The colours and the outline of a text."""

    _painter: Painter = field(factory=Painter)
    _painted: tuple[FileView, Painted] | None = None
    _writer: OutlineWriter = field(factory=OutlineWriter)
    _outline: tuple[FileView, WrittenOutline] | None = None
    _count: int = 0
    _told: Painted = Painted(())

    def outline(self, page: FileView) -> WrittenOutline:
        """The outline now."""
        if self._outline is None or self._outline[0] is not page:
            self._outline = page, self._writer.write(page.compilation)
        return self._outline[1]

    def colours(self, page: FileView) -> Painted:
        """The colours now."""
        if self._painted is None or self._painted[0] is not page:
            source = page.compilation.source
            self._painted = page, Painted(()) if source is None else self._painter.paint(source, page.places)
        return self._painted[1]

    def tell(self, page: FileView, known: str | None = None) -> tuple[str, Painted, Painted | None]:
        """The colours now and the name that they go by; and those that the editor has, if these were the last told."""
        before = self._told if known == str(self._count) else None
        self._told = self.colours(page)
        self._count += 1
        return str(self._count), self._told, before
